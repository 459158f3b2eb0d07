// Over real sockets: what is written past node's streams comes in order and whole, and what can't be is left to node.
import { once } from 'node:events'
import net, { type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeJoined, writeNow } from './direct-write'

const MIB = 1024 * 1024
let server: net.Server
let client: Socket
/** The server's end, which is written to. */
let socket: Socket

beforeEach(async () => {
  server = net.createServer().listen(0, '127.0.0.1')
  await once(server, 'listening')
  const connected = once(server, 'connection')
  client = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1')
  socket = (await connected)[0] as Socket
  socket.on('error', () => {})
})

afterEach(() => {
  client.destroy()
  socket.destroy()
  server.close()
})

/** Reads until there are `size` bytes. */
async function received(size: number): Promise<Buffer> {
  const chunks: Buffer[] = []
  let got = 0
  for await (const chunk of client as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    got += chunk.length
    if (got >= size) break
  }
  return Buffer.concat(chunks)
}

const onWindows = process.platform === 'win32'

describe.skipIf(onWindows)('where sockets have descriptors', () => {
  test('bytes are out when it returns', async () => {
    expect(writeNow(socket, Buffer.from('hello'))).toBe(true)
    expect(socket.writableLength).toBe(0)
    expect((await received(5)).toString()).toBe('hello')
  })

  test('a head, a body and a tail go out as one', async () => {
    expect(writeJoined(socket, 'HEAD é ', Buffer.from([0, 1, 255]), ' tail')).toBe(true)
    expect(await received(15)).toEqual(Buffer.from('HEAD é \u0000\u0001\u00ff tail', 'latin1'))
  })

  test('more than is put together is left to the caller', () => {
    expect(writeJoined(socket, 'head', Buffer.alloc(MIB))).toBe(false)
    expect(socket.writableLength).toBe(0)
  })

  test('what a slow client does not take waits in the stream, in order', async () => {
    const parts = Array.from({ length: 400 }, (_, i) => Buffer.alloc(50_000, `${i};`))
    let direct = 0
    for (const part of parts) {
      if (writeNow(socket, part)) direct++
      else socket.write(part)
    }
    expect(direct).toBeGreaterThan(0)
    expect(direct).toBeLessThan(parts.length)
    expect(socket.writableLength).toBeGreaterThan(0)
    const all = Buffer.concat(parts)
    expect((await received(all.length)).equals(all)).toBe(true)
  })

  test('memory that was joined can be used again at once', async () => {
    const parts = Array.from({ length: 500 }, (_, i) => Buffer.alloc(60_000, `${i};`))
    for (const part of parts) if (!writeJoined(socket, 'H', part)) socket.write(Buffer.concat([Buffer.from('H'), part]))
    const all = Buffer.concat(parts.flatMap((part) => [Buffer.from('H'), part]))
    expect((await received(all.length)).equals(all)).toBe(true)
  })
})

test('a socket that has ended is not written to', () => {
  socket.end()
  expect(writeNow(socket, Buffer.from('late'))).toBe(false)
})

test('a socket whose client has gone is left to node, which tells', async () => {
  const closed = new Promise((resolve) => socket.once('close', resolve))
  client.resetAndDestroy()
  await closed
  expect(writeNow(socket, Buffer.from('late'))).toBe(false)
})

test('what waits already goes first', async () => {
  socket.cork()
  socket.write('first ')
  expect(writeNow(socket, Buffer.from('second'))).toBe(false)
  socket.write('second')
  socket.uncork()
  expect((await received(12)).toString()).toBe('first second')
})
