import { EventEmitter } from 'node:events'
import { beforeEach, expect, test, vi } from 'vitest'
import type { CallReply } from '../../preload/contract/bridge'
import type { Push } from '../../preload/contract/pushes'

const electron = vi.hoisted(() => ({
  handlers: new Map<string, (event: unknown, ...args: unknown[]) => unknown>(),
}))
vi.mock('electron', () => ({
  ipcMain: {
    handle: (name: string, handler: (event: unknown, ...args: unknown[]) => unknown) =>
      electron.handlers.set(name, handler),
    on: (name: string, handler: (event: unknown, ...args: unknown[]) => unknown) =>
      electron.handlers.set(name, handler),
  },
}))

import { ipc as names } from '../../preload/ipc-names'
import { type Ipc, installIpc } from './ipc'

class Port extends EventEmitter {
  readonly sent: unknown[] = []
  closed = false
  start() {}
  close() {
    this.closed = true
  }
  postMessage(message: unknown) {
    this.sent.push(message)
  }
}

const ours = { senderFrame: { parent: null, url: 'app://gripscope/' } }
const strangers = [
  { senderFrame: { parent: null, url: 'https://evil.test/' } },
  { senderFrame: { parent: {}, url: 'app://gripscope/' } },
  { senderFrame: null },
]
const done: CallReply = { ok: true, value: 1 }
const command: Push = { type: 'command', name: 'palette.open' }

let ipc: Ipc
let flow: { push: (push: Push) => void; ready: () => boolean } | undefined
const dispatch = vi.fn(async () => done)
const stop = vi.fn()

beforeEach(() => {
  vi.clearAllMocks()
  flow = undefined
  ipc = installIpc({
    isOurs: (url) => url.startsWith('app://gripscope/'),
    dispatch,
    watch(push, ready) {
      flow = { push, ready }
      return stop
    },
  })
})

const call = (event: unknown, ...args: unknown[]) => electron.handlers.get(names.call)?.(event, ...args)
const watchWith = (event: object, port: Port) => electron.handlers.get(names.watch)?.({ ...event, ports: [port] })

test('a call of our page is dispatched', async () => {
  await expect(call(ours, 'app.state', null)).resolves.toBe(done)
  expect(dispatch).toHaveBeenCalledWith('app.state', null)
})

test.each(strangers)('a call of another frame is refused: %j', (event) => {
  expect(call(event, 'app.state', null)).toMatchObject({ ok: false, error: { code: 'bad-call' } })
  expect(dispatch).not.toHaveBeenCalled()
})

test('a name that is no text is refused', () => {
  expect(call(ours, { name: 'app.state' }, null)).toMatchObject({ ok: false })
  expect(dispatch).not.toHaveBeenCalled()
})

test.each(strangers)('a watch of another frame gets nothing: %j', (event) => {
  const port = new Port()
  watchWith(event, port)
  expect([port.closed, flow]).toEqual([true, undefined])
})

test('a page that does not take its pushes gets no more of them', () => {
  const port = new Port()
  watchWith(ours, port)
  expect(flow?.ready()).toBe(true)
  for (let i = 0; i < 8; i++) flow?.push(command)
  expect([port.sent.length, flow?.ready()]).toEqual([8, false])
  port.emit('message', { data: 'taken' })
  expect(flow?.ready()).toBe(true)
})

test('closing the port ends the watch', () => {
  const port = new Port()
  watchWith(ours, port)
  port.emit('close')
  expect(stop).toHaveBeenCalledOnce()
  ipc.push(command)
  expect(port.sent).toHaveLength(0)
})

test('commands go to every page that watches', () => {
  const [a, b] = [new Port(), new Port()]
  watchWith(ours, a)
  watchWith(ours, b)
  ipc.push(command)
  expect([a.sent, b.sent]).toEqual([[JSON.stringify(command)], [JSON.stringify(command)]])
})
