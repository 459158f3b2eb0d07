import { EventEmitter } from 'node:events'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import type { ClientRequest } from '../http/client-request'
import { RequestBody } from './request-body'

/** A client's request that a test feeds. */
class Fed extends EventEmitter {
  paused = true
  pause(): void {
    this.paused = true
  }
  resume(): void {
    this.paused = false
  }
}

function start(): { fed: Fed; body: RequestBody; seen: string[]; ends: number[] } {
  const fed = new Fed()
  const seen: string[] = []
  const ends: number[] = []
  const body = new RequestBody(
    fed as unknown as ClientRequest,
    100,
    (chunk) => seen.push(chunk.toString()),
    (size) => ends.push(size),
  )
  return { fed, body, seen, ends }
}

async function textOf(stream: AsyncIterable<Buffer>): Promise<string> {
  let text = ''
  for await (const chunk of stream) text += chunk
  return text
}

describe('a request body', () => {
  it('is not read before somebody wants it', () => {
    const { fed, body } = start()
    expect(fed.paused).toBe(true)
    body.stream().read()
    expect(fed.paused).toBe(false)
  })

  it('streams through, and tells of each part and of the end', async () => {
    const { fed, body, seen, ends } = start()
    const text = textOf(body.stream())
    fed.emit('data', Buffer.from('one'))
    fed.emit('data', Buffer.from('two'))
    fed.emit('end')
    expect(await text).toBe('onetwo')
    expect([seen, ends]).toEqual([['one', 'two'], [6]])
  })

  it('pauses the client while the reader is full, and goes on when it reads', () => {
    const { fed, body } = start()
    const reader = body.stream()
    reader.read()
    fed.emit('data', Buffer.alloc(reader.readableHighWaterMark))
    expect(fed.paused).toBe(true)
    reader.read()
    expect(fed.paused).toBe(false)
  })

  it('is given once more from its start, to the latest reader only', async () => {
    const { fed, body, seen } = start()
    const first = body.stream()
    first.read()
    fed.emit('data', Buffer.from('one'))
    const second = body.stream()
    expect(first.destroyed).toBe(true)
    const text = textOf(second)
    fed.emit('data', Buffer.from('two'))
    fed.emit('end')
    expect(await text).toBe('onetwo')
    expect(await textOf(body.stream())).toBe('onetwo')
    expect(seen).toEqual(['one', 'two'])
    expect(body.replayable).toBe(true)
  })

  it('can not be given once more when it is longer than is kept', async () => {
    const { fed, body } = start()
    fed.emit('data', Buffer.alloc(100))
    expect(body.replayable).toBe(true)
    fed.emit('data', Buffer.alloc(1))
    await nextTurn()
    expect(body.replayable).toBe(false)
  })

  it('in very small parts goes on as one part a turn, and no more of it is read than a turn takes', async () => {
    const { fed, body, seen } = start()
    body.stream().read()
    for (let i = 0; i < 1000; i++) fed.emit('data', Buffer.from('x'))
    expect([seen, fed.paused]).toEqual([['x'], false])
    fed.emit('data', Buffer.from('x'))
    expect(fed.paused).toBe(true)
    await nextTurn()
    expect([seen, fed.paused]).toEqual([['x', 'x'.repeat(1000)], false])
  })

  it('keeps the order of small and large parts', async () => {
    const { fed, body, seen } = start()
    const text = textOf(body.stream())
    for (const part of ['a', 'b', 'c', 'D'.repeat(2000), 'e', 'f']) fed.emit('data', Buffer.from(part))
    fed.emit('end')
    expect(await text).toBe(`abc${'D'.repeat(2000)}ef`)
    expect(seen.map(({ length }) => length)).toEqual([1, 2, 2000, 1, 1])
  })

  it('that nobody wants any more is read to its end, and nobody is told', () => {
    const { fed, body, seen, ends } = start()
    const reader = body.stream()
    fed.emit('data', Buffer.from('one'))
    body.drain()
    expect(fed.paused).toBe(false)
    fed.emit('data', Buffer.from('two'))
    fed.emit('end')
    expect([seen, ends]).toEqual([['one'], []])
    expect(reader.readableEnded).toBe(false)
  })
})
