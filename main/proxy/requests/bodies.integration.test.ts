// Bodies stream through in both directions, at the pace of whoever is slower.
import { createHash, randomBytes } from 'node:crypto'
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { connect } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import { RawClient } from '../../testing/raw-client'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'

const MIB = 1024 * 1024
/** More than the buffers of four sockets take. */
const MUCH = 128 * MIB
/** While so many other requests go through the engine one after the other, a writer that is not stopped writes more. */
const OTHERS = 10

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of open.splice(0)) await stop()
})

/** An engine in front of a plain node server, which sees requests and responses as streams. */
async function engineOver(handler: (request: IncomingMessage, response: ServerResponse) => void): Promise<TestEngine> {
  const server = http.createServer(handler)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const t = await startTestEngine(() => ({}), [`* 127.0.0.1:${(server.address() as AddressInfo).port}`])
  open.push(async () => {
    await t.stop()
    server.closeAllConnections()
    server.close()
  })
  return t
}

function sha(data: Buffer): string {
  return createHash('sha256').update(data).digest('hex')
}

async function digest(stream: AsyncIterable<Buffer>): Promise<{ size: number; sha: string }> {
  const hash = createHash('sha256')
  let size = 0
  for await (const chunk of stream) {
    size += chunk.length
    hash.update(chunk)
  }
  return { size, sha: hash.digest('hex') }
}

interface Writer {
  /** Bytes that it has written. */
  readonly written: number
  /** Resolves when all is written. */
  readonly done: Promise<void>
}

/** Writes `total` bytes as fast as they are taken. */
function write(stream: NodeJS.WritableStream, total: number): Writer {
  const chunk = Buffer.alloc(64 * 1024, 'x')
  let written = 0
  const done = new Promise<void>((resolve) => {
    const fill = (): void => {
      while (written < total) {
        written += chunk.length
        if (stream.write(chunk)) continue
        stream.once('drain', fill)
        return
      }
      resolve()
    }
    fill()
  })
  return {
    get written() {
      return written
    },
    done,
  }
}

/** Resolves with what a writer has written when it is stopped: others go on, and it does not. */
async function stopped(writer: Writer, t: TestEngine): Promise<number> {
  for (let before = -1; before !== writer.written; ) {
    before = writer.written
    for (let i = 0; i < OTHERS; i++) {
      const other = await RawClient.get(t.port, '/other').whole()
      other.close()
    }
  }
  return writer.written
}

describe('10 MiB', () => {
  const content = randomBytes(10 * MIB)

  it('go to a backend and come back at the same time, each byte as it was', async () => {
    const t = await engineOver((request, response) => {
      response.writeHead(200, { 'Content-Length': request.headers['content-length'] })
      request.pipe(response)
    })
    const response = await fetch(`http://127.0.0.1:${t.port}/echo`, { method: 'POST', body: content })
    const back = Buffer.from(await response.arrayBuffer())
    expect(back.length).toBe(content.length)
    expect(sha(back)).toBe(sha(content))
    const ended = await t.sink.next('ended')
    expect(ended).toMatchObject({ how: 'complete', responseSize: content.length })
  })

  it('are kept in the trace at both ends up to the limit, and counted beyond', async () => {
    const t = await engineOver((request, response) => {
      request.resume().on('end', () => response.end(content))
    })
    await (await fetch(`http://127.0.0.1:${t.port}/`, { method: 'POST', body: content })).arrayBuffer()
    await t.sink.next('ended')
    expect(t.sink.of('request-end')[0]?.size).toBe(content.length)
    expect(t.sink.of('answer-end')[0]?.size).toBe(content.length)
    for (const type of ['request-data', 'answer-data'] as const) {
      const kept = Buffer.concat(t.sink.of(type).map((e) => e.data))
      const half = t.sink.bodyLimit / 2
      const ends = Buffer.concat([content.subarray(0, half), content.subarray(-half)])
      expect(kept.equals(ends), type).toBe(true)
    }
  })

  it('of unknown length pass in chunks both ways', async () => {
    const t = await engineOver(async (request, response) => {
      const { size, sha } = await digest(request)
      response.writeHead(200, { 'X-Got': `${size} ${sha}` })
      for (let at = 0; at < content.length; at += MIB) response.write(content.subarray(at, at + MIB))
      response.end()
    })
    const request = http.request({ port: t.port, method: 'PUT', agent: false })
    const answered = new Promise<IncomingMessage>((resolve) => request.once('response', resolve))
    for (let at = 0; at < content.length; at += MIB) request.write(content.subarray(at, at + MIB))
    request.end()
    const response = await answered
    expect(response.headers['transfer-encoding']).toBe('chunked')
    expect(response.headers['x-got']).toBe(`${content.length} ${sha(content)}`)
    expect(await digest(response)).toEqual({ size: content.length, sha: sha(content) })
  })
})

describe('a stream', () => {
  it('goes both ways at once: each part of the answer comes before the next part of the request is sent (but for what is read ahead)', async () => {
    const t = await engineOver((request, response) => {
      response.writeHead(200)
      request.pipe(response)
    })
    const client = RawClient.open(t.port).send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n')
    const ahead = 'x'.repeat(10_000)
    for (const word of [ahead, 'two', 'three']) {
      client.send(`${word.length.toString(16)}\r\n${word}\r\n`)
      await client.bodyHas(word)
    }
    client.send('0\r\n\r\n')
    await client.whole()
    expect(client.body).toBe(`${ahead}twothree`)
    client.close()
  })

  it('begins at the client when the backend sends its head, before there is a body', async () => {
    let finish = (): void => {}
    const t = await engineOver((_request, response) => {
      response.writeHead(200, { 'X-Early': 'yes' }).flushHeaders()
      finish = () => response.end('late')
    })
    const client = await RawClient.get(t.port, '/').answered()
    expect(client.header('x-early')).toBe('yes')
    expect(client.body).toBe('')
    finish()
    await client.whole()
    expect(client.body).toBe('late')
    client.close()
  })

  it('of a backend waits while the client does not read, and is whole in the end', async () => {
    let asked: (response: ServerResponse) => void = () => {}
    const begun = new Promise<ServerResponse>((resolve) => {
      asked = resolve
    })
    const t = await engineOver((request, response) => {
      if (request.url === '/other') response.end('other')
      else asked(response.writeHead(200, { 'Content-Length': MUCH }))
    })
    const socket = connect(t.port, '127.0.0.1').pause()
    socket.write('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
    const response = await begun
    const writer = write(response, MUCH)
    void writer.done.then(() => response.end())
    expect(await stopped(writer, t)).toBeLessThan(MUCH / 2)
    let size = 0
    await new Promise<void>((resolve) => {
      socket.on('data', (chunk) => {
        size += chunk.length
        if (size >= MUCH) resolve()
      })
      socket.resume()
    })
    const whole = await t.sink.next('ended', ({ x }) => x === 1)
    expect(whole.responseSize).toBe(MUCH)
    socket.destroy()
  })

  it('of a client waits while the backend does not read, and is whole in the end', async () => {
    let read = (): void => {}
    const t = await engineOver((request, response) => {
      if (request.url === '/other') {
        response.end('other')
        return
      }
      request.pause()
      read = () => void digest(request).then(({ size }) => response.end(String(size)))
    })
    const request = http.request({
      port: t.port,
      method: 'POST',
      agent: false,
      headers: { 'Content-Length': MUCH },
    })
    const answered = new Promise<IncomingMessage>((resolve) => request.once('response', resolve))
    const writer = write(request, MUCH)
    expect(await stopped(writer, t)).toBeLessThan(MUCH / 2)
    read()
    await writer.done
    request.end()
    const response = await answered
    let text = ''
    for await (const chunk of response) text += chunk
    expect(text).toBe(String(MUCH))
  })

  it('that the backend answers before it is whole is answered; the rest is read, and the connection goes on', async () => {
    const t = await engineOver((request, response) => {
      // Nothing of the body is read.
      if (request.url === '/upload')
        response.writeHead(413, { 'Content-Length': 8, Connection: 'close' }).end('too much')
      else response.end('next')
    })
    const client = RawClient.open(t.port).send(
      `POST /upload HTTP/1.1\r\nHost: a\r\nContent-Length: ${MIB}\r\n\r\nstart`,
    )
    await client.has('too much')
    expect(client.status).toBe(413)
    await t.sink.next('ended')
    const { length } = t.sink.events
    client.send(Buffer.alloc(MIB - 5, 'x')).send('GET /next HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.has('\r\n\r\nnext')
    expect(
      t.sink.events
        .slice(length)
        .filter((e) => 'x' in e && e.x === 1)
        .map((e) => e.type),
    ).toEqual([])
    client.close()
  })
})

describe('a body that is longer than is kept', () => {
  it('goes whole to the second target where the first refuses', async () => {
    const dead = http.createServer()
    await new Promise<void>((resolve) => dead.listen(0, '127.0.0.1', resolve))
    const { port } = dead.address() as AddressInfo
    await new Promise((resolve) => dead.close(resolve))
    const t = await startTestEngine(({ body }) => ({ body: sha(body) }), [`* 127.0.0.1:${port} BACKEND`])
    open.push(() => t.stop())
    const content = randomBytes(MIB)
    const response = await fetch(`http://127.0.0.1:${t.port}/`, { method: 'POST', body: content })
    expect(await response.text()).toBe(sha(content))
    expect(t.sink.of('sent').map((event) => event.why)).toEqual(['request', 'failover'])
  })
})
