import { EventEmitter } from 'node:events'
import { closeSync, openSync, readFileSync } from 'node:fs'
import type { Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { RecordingSink } from '../../testing/recording-sink'
import { Descriptors, limitOfShell, systemSource } from './descriptors'

let descriptors: Descriptors
afterEach(() => descriptors.stop())

function start(): { sink: RecordingSink; server: EventEmitter; left(count: number): void; changes(): number } {
  let free = 100
  let changes = 0
  const sink = new RecordingSink()
  sink.stopClock()
  const source = { limit: 256, free: () => free }
  descriptors = new Descriptors(sink, () => changes++, source)
  const server = new EventEmitter()
  descriptors.watch(server as Server)
  return {
    sink,
    server,
    left: (count) => {
      free = count
    },
    changes: () => changes,
  }
}

const accepted = (fd: number) => ({ _handle: { fd } })

test('clients far from the limit are not looked at', () => {
  const { server, left, sink } = start()
  left(0)
  server.emit('connection', accepted(200))
  server.emit('connection', { _handle: null })
  expect(descriptors.problem).toBeNull()
  expect(sink.events).toEqual([])
})

test('the last ones tell once that there are none left, with limit and fix', () => {
  const { server, left, sink, changes } = start()
  left(2)
  for (const fd of [252, 253, 254, 255]) server.emit('connection', accepted(fd))
  expect(sink.of('descriptors')).toEqual([{ type: 'descriptors', t: sink.now(), short: true, limit: 256 }])
  expect(descriptors.problem?.message).toContain('all 256 file descriptors')
  expect(descriptors.problem?.fix).toContain('ulimit -n')
  expect(changes()).toBe(1)
})

test('a high number alone tells nothing, where others are free', () => {
  const { server, left } = start()
  left(50)
  server.emit('connection', accepted(255))
  expect(descriptors.problem).toBeNull()
})

test('it is over once there are enough, but not at once', () => {
  const { left, sink, changes } = start()
  descriptors.failed()
  left(100)
  descriptors.look()
  expect(descriptors.problem).not.toBeNull()
  sink.pass(5000)
  left(10)
  descriptors.look()
  expect(descriptors.problem).not.toBeNull()
  left(16)
  descriptors.look()
  expect(descriptors.problem).toBeNull()
  expect(sink.of('descriptors').map(({ short }) => short)).toEqual([true, false])
  expect(changes()).toBe(2)
})

test('the system tells the limit, and how many are left', () => {
  const { limit, free } = systemSource()
  if (process.platform === 'win32') {
    expect(limit).toBeUndefined()
    return
  }
  // Where no file tells it, a shell does: node has raised its own limit before.
  if (process.platform === 'linux')
    expect(limitOfShell()).toBe(Number(/^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8'))?.[1]))
  expect(limit).toBeGreaterThan(100)
  const before = free()
  const files = Array.from({ length: 20 }, () => openSync('/dev/null', 'r'))
  expect(free()).toBeLessThanOrEqual(before - 10)
  for (const file of files) closeSync(file)
})
