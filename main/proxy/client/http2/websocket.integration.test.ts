// WebSockets on the TLS port: on connections of their own (HTTP/1.1), and on streams of an HTTP/2 connection (RFC 8441).
import { type ClientHttp2Session, type ClientHttp2Stream, connect, constants } from 'node:http2'
import { afterEach, describe, expect, test } from 'vitest'
import WebSocket, { WebSocketServer } from 'ws'
import { encodeCloseFrame, encodeFrame } from '../../../grip/ws-frames'
import type { Handler } from '../../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../../testing/test-engine'
import { TestAuthority } from '../../../testing/tls-backend'
import { Waiters } from '../../../testing/waiters'

const authority = new TestAuthority()
const identities = { fallback: authority.issue(['localhost', '127.0.0.1']) }
const ca = authority.identity.cert
const MASK = Buffer.from([1, 2, 3, 4])

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function start(handler: Handler, routes?: readonly string[]): Promise<TestEngine> {
  const engine = await startTestEngine(handler, routes, { tls: { port: 0, identities } })
  open.push(() => engine.stop())
  return engine
}

/** An engine before a backend that takes WebSockets with the grip extension, and echoes. */
async function startPlain(): Promise<{ engine: TestEngine; requests: { url: string; headers: string[] }[] }> {
  const engine = await start(() => ({ status: 404 }))
  const requests: { url: string; headers: string[] }[] = []
  const server = new WebSocketServer({ server: engine.backend.server })
  server.on('connection', (socket, request) => {
    requests.push({ url: request.url ?? '', headers: request.rawHeaders })
    socket.on('message', (data, binary) => socket.send(data, { binary }))
  })
  open.push(() => {
    for (const client of server.clients) client.terminate()
  })
  return { engine, requests }
}

/** One WebSocket on a stream; what comes is kept as bytes. */
class StreamSocket {
  readonly stream: ClientHttp2Stream
  status = 0
  headers: Record<string, unknown> = {}
  #bytes = Buffer.alloc(0)
  closed = false
  readonly #waiters = new Waiters()

  constructor(session: ClientHttp2Session, path: string, headers: Record<string, string> = {}) {
    this.stream = session.request({
      ':method': 'CONNECT',
      ':protocol': 'websocket',
      ':path': path,
      'sec-websocket-version': '13',
      ...headers,
    })
    this.stream.on('response', (answer) => {
      this.status = Number(answer[':status'])
      this.headers = answer
      this.#waiters.wake()
    })
    this.stream.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk])
      this.#waiters.wake()
    })
    this.stream.on('close', () => {
      this.closed = true
      this.#waiters.wake()
    })
    this.stream.on('error', () => {})
  }

  get text(): string {
    return this.#bytes.toString('latin1')
  }

  say(text: string): void {
    this.stream.write(encodeFrame('text', Buffer.from(text), true, true, MASK))
  }

  until(condition: () => boolean, what: string): Promise<this> {
    return this.#waiters.when(
      () => (condition() ? this : undefined),
      what,
      () => [this.status, this.text],
    )
  }

  answered(): Promise<this> {
    return this.until(() => this.status !== 0, 'answer')
  }

  hears(text: string): Promise<this> {
    return this.until(() => this.text.includes(text), `"${text}"`)
  }

  ended(): Promise<this> {
    return this.until(() => this.closed, 'end')
  }
}

async function sessionWith({ engine }: TestEngine): Promise<ClientHttp2Session> {
  const session = connect(`https://localhost:${engine.tls.port}`, { ca })
  session.on('error', () => {})
  open.push(() => session.destroy())
  await new Promise((resolve) => session.once('remoteSettings', resolve))
  return session
}

describe('on a stream of an HTTP/2 connection', () => {
  test('is offered, opens, and passes messages both ways', async () => {
    const { engine, requests } = await startPlain()
    const session = await sessionWith(engine)
    expect(session.remoteSettings.enableConnectProtocol).toBe(true)
    const socket = await new StreamSocket(session, '/chat?x=1', { 'x-own': 'y' }).answered()
    expect(socket.status).toBe(200)
    expect(socket.headers).not.toHaveProperty('upgrade')
    socket.say('hello')
    await socket.hears('hello')
    expect(requests[0]?.url).toBe('/chat?x=1')
    const seen = requests[0]?.headers ?? []
    const lower = seen.map((part, i) => (i % 2 === 0 ? part.toLowerCase() : part))
    expect(lower[lower.indexOf('x-own') + 1]).toBe('y')
    expect(lower[lower.indexOf('x-forwarded-proto') + 1]).toBe('wss')
    expect(lower.filter((name) => name === 'sec-websocket-key')).toHaveLength(1)
  })

  test('is recorded as a WebSocket by HTTP/2', async () => {
    const { engine } = await startPlain()
    const socket = await new StreamSocket(await sessionWith(engine), '/').answered()
    const [event] = engine.sink.of('request')
    expect(event).toMatchObject({ method: 'GET', url: '/', httpVersion: '2.0', secure: true })
    expect(event?.headers).toContain('websocket')
    // What was sent: by HTTP/2 nothing is switched.
    const [response] = engine.sink.of('response')
    expect(response).toMatchObject({ status: 200, reason: 'OK', opens: true })
    expect(response?.headers.map((part) => part.toLowerCase())).not.toContain('upgrade')
    socket.stream.close()
  })

  test.each([200, 204, 206])('that the backend answers with %i is not opened by that', async (status) => {
    const engine = await start(() => ({ status, ...(status !== 204 && { body: 'a page' }) }))
    const socket = await new StreamSocket(await sessionWith(engine), '/').answered()
    expect(socket.status).toBe(502)
    expect(await engine.sink.next('ended')).toMatchObject({ how: 'backend-failed' })
    const [response] = engine.sink.of('response')
    expect(response).toMatchObject({ status: 502 })
    expect(response).not.toHaveProperty('opens')
    socket.stream.close()
  })

  test('shares the connection with requests and other WebSockets', async () => {
    const { engine } = await startPlain()
    const session = await sessionWith(engine)
    const sockets = Array.from({ length: 20 }, (_, i) => new StreamSocket(session, `/${i}`))
    await Promise.all(sockets.map((socket) => socket.answered()))
    sockets.forEach((socket, i) => {
      socket.say(`I am ${i}`)
    })
    await Promise.all(sockets.map((socket, i) => socket.hears(`I am ${i}`)))
    const request = session.request({ ':path': '/plain' })
    const status = await new Promise((resolve) => request.on('response', (headers) => resolve(headers[':status'])))
    expect(status).toBe(404)
  })

  test('closes with the code that the client gives, and the stream ends', async () => {
    const { engine } = await startPlain()
    const socket = await new StreamSocket(await sessionWith(engine), '/').answered()
    socket.stream.write(encodeCloseFrame(4001, 'enough', MASK))
    await socket.hears('\x88')
    socket.stream.end()
    await socket.ended()
    await engine.sink.next('ended')
    const close = engine.sink.of('ws-message').find(({ from, kind }) => from === 'client' && kind === 'close')
    expect(close?.data.toString()).toContain('4001 enough')
    expect(socket.stream.rstCode).toBe(constants.NGHTTP2_NO_ERROR)
  })

  test('of a client that resets the stream ends', async () => {
    const { engine } = await startPlain()
    const session = await sessionWith(engine)
    const [one, two] = [new StreamSocket(session, '/1'), new StreamSocket(session, '/2')]
    await Promise.all([one.answered(), two.answered()])
    one.stream.close(constants.NGHTTP2_CANCEL)
    expect(await engine.sink.next('ended')).toMatchObject({ how: 'client-left' })
    two.say('still here')
    await two.hears('still here')
  })

  test('that the backend rejects gets its answer', async () => {
    const engine = await start(() => ({ status: 403, headers: { 'X-Why': 'no' }, body: 'not you' }))
    const socket = new StreamSocket(await sessionWith(engine), '/')
    await socket.hears('not you')
    socket.stream.end()
    await socket.ended()
    expect([socket.status, socket.text]).toEqual([403, 'not you'])
  })

  test('over HTTP to the backend takes publishes', async () => {
    const subscribe = 'c:{"type": "subscribe", "channel": "room"}'
    const engine = await start(
      ({ body }) => ({
        headers: {
          'Content-Type': 'application/websocket-events',
          'Sec-WebSocket-Extensions': 'grip; message-prefix=""',
        },
        body: body.includes('OPEN') ? `OPEN\r\nTEXT ${subscribe.length.toString(16)}\r\n${subscribe}\r\n` : '',
      }),
      ['* BACKEND,over_http'],
    )
    const socket = await new StreamSocket(await sessionWith(engine), '/').answered()
    await engine.subscribed()
    await engine.publish({ channel: 'room', formats: { 'ws-message': { content: 'news' } } })
    await socket.hears('news')
  })

  test('with another protocol than WebSocket is not implemented', async () => {
    const engine = await start(() => ({}))
    const session = await sessionWith(engine)
    const stream = session.request({ ':method': 'CONNECT', ':protocol': 'connect-udp', ':path': '/' })
    const status = await new Promise((resolve) => stream.once('response', (headers) => resolve(headers[':status'])))
    expect(status).toBe(501)
  })

  test('ends with the proxy', async () => {
    const { engine } = await startPlain()
    const socket = await new StreamSocket(await sessionWith(engine), '/').answered()
    await engine.engine.stop()
    await socket.ended()
    expect(engine.sink.of('ended')).toHaveLength(1)
  })
})

describe('on a connection of its own', () => {
  test('opens, and passes messages both ways', async () => {
    const { engine, requests } = await startPlain()
    const socket = new WebSocket(`wss://localhost:${engine.engine.tls.port}/chat`, { ca })
    open.push(() => socket.terminate())
    socket.once('open', () => socket.send('hello'))
    expect(await new Promise((resolve) => socket.once('message', (data) => resolve(data.toString())))).toBe('hello')
    expect(requests[0]?.url).toBe('/chat')
    expect(engine.sink.of('request')[0]).toMatchObject({ httpVersion: '1.1', secure: true })
    const headers = requests[0]?.headers ?? []
    expect(headers[headers.indexOf('X-Forwarded-Proto') + 1]).toBe('wss')
  })
})
