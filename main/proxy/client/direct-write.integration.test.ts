// Over real sockets: what is written past node's streams comes in order and whole, and what can't be is left to node.
import { once } from 'node:events'
import { readSync } from 'node:fs'
import net, { type Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { writeJoined, writeNow, writeToMany } from './direct-write'

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

describe.skipIf(onWindows)('to many', () => {
  const MANY = 1000

  /** What has come without a turn of the event loop. */
  function come(): string {
    const { fd } = (client as unknown as { _handle: { fd: number } })._handle
    const into = Buffer.alloc(100)
    try {
      return into.toString('latin1', 0, readSync(fd, into))
    } catch (error) {
      expect((error as NodeJS.ErrnoException).code).toBe('EAGAIN')
      return 'nothing'
    }
  }

  test('the same bytes are out when it returns, not before', () => {
    let before: unknown
    writeToMany(MANY, () => {
      expect(writeNow(socket, Buffer.from('same'))).toBe(true)
      before = come()
    })
    expect(before).toBe('nothing')
    expect(come()).toBe('same')
    expect(socket.writableLength).toBe(0)
  })

  test('other bytes go out at once', async () => {
    const connection = once(server, 'connection')
    const other = net.connect((server.address() as net.AddressInfo).port, '127.0.0.1')
    const [end] = (await connection) as [Socket]
    end.on('error', () => {})
    let before: unknown
    writeToMany(MANY, () => {
      writeNow(end, Buffer.from('the first'))
      writeNow(socket, Buffer.from('others'))
      before = come()
    })
    other.destroy()
    expect(before).toBe('others')
  })

  test('bytes for few go out at once', () => {
    let before: unknown
    writeToMany(2, () => {
      writeNow(socket, Buffer.from('few'))
      before = come()
    })
    expect(before).toBe('few')
  })

  test('what a slow client does not take waits in the stream, in order', async () => {
    const parts = Array.from({ length: 2000 }, (_, i) => Buffer.alloc(16_000, `${i};`))
    let waited = 0
    for (const part of parts) {
      writeToMany(MANY, () => {
        if (!writeNow(socket, part)) socket.write(part)
      })
      if (socket.writableLength > 0) waited++
    }
    expect(waited).toBeGreaterThan(0)
    const all = Buffer.concat(parts)
    expect((await received(all.length)).equals(all)).toBe(true)
  })

  test('a throw does not keep what was written from going out', async () => {
    expect(() =>
      writeToMany(MANY, () => {
        writeNow(socket, Buffer.from('out'))
        throw new Error('later')
      }),
    ).toThrow('later')
    expect((await received(3)).toString()).toBe('out')
  })

  test('a socket that has ended is left to node', () => {
    socket.end()
    writeToMany(MANY, () => expect(writeNow(socket, Buffer.from('late'))).toBe(false))
  })
})
