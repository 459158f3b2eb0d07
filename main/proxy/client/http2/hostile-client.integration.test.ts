// Clients of the TLS port that break the rules: each loses its connection or its stream, and nobody else notices.
import { type ClientHttp2Session, connect, constants } from 'node:http2'
import tls from 'node:tls'
import fc from 'fast-check'
import { afterEach, expect, test, vi } from 'vitest'
import { Http2Client } from '../../../testing/http2-client'
import { messageOf, withMessage } from '../../../testing/said'
import { instruct } from '../../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../../testing/test-engine'
import { TestAuthority } from '../../../testing/tls-backend'

const authority = new TestAuthority()
const identities = { fallback: authority.issue(['localhost', '127.0.0.1']) }
const ca = authority.identity.cert
const PREFACE = Buffer.from('PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n')
const SETTINGS = Buffer.from([0, 0, 0, 4, 0, 0, 0, 0, 0])

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function start(): Promise<{ engine: TestEngine; port: number; other: Http2Client }> {
  const engine = await startTestEngine(
    ({ url, body }) =>
      url === '/held' ? instruct({ hold: { mode: 'stream', channels: [{ name: 'room' }] } }) : { body: `got ${body}` },
    undefined,
    { tls: { port: 0, identities } },
  )
  open.push(() => engine.stop())
  const { port } = engine.engine.tls
  const other = Http2Client.open(port, ca)
  open.push(() => other.close())
  return { engine, port, other }
}

/** Says these bytes after the handshake; resolves once the connection is over. */
function say(port: number, bytes: Buffer, ALPNProtocols = ['h2']): Promise<void> {
  return new Promise((resolve) => {
    const socket = tls.connect({ port, host: 'localhost', ca, ALPNProtocols }, () => socket.end(bytes))
    open.push(() => socket.destroy())
    socket.resume()
    socket.on('error', () => {})
    socket.on('close', () => resolve())
  })
}

const works = async (other: Http2Client): Promise<void> => {
  expect((await other.get('/').ended()).body).toBe('got ')
}

function sessionTo(port: number): ClientHttp2Session {
  const session = connect(`https://localhost:${port}`, { maxSendHeaderBlockLength: 1024 * 1024, ca })
  session.on('error', () => {})
  open.push(() => session.destroy())
  return session
}

test('bytes that are no HTTP/2', async () => {
  const { port, other } = await start()
  await fc.assert(
    fc.asyncProperty(fc.uint8Array({ minLength: 1, maxLength: 200 }), fc.boolean(), async (bytes, greet) => {
      await say(port, greet ? Buffer.concat([PREFACE, SETTINGS, bytes]) : Buffer.from(bytes))
    }),
    { numRuns: 40 },
  )
  await works(other)
}, 30_000)

test('HTTP/1.1 where HTTP/2 was agreed on, and the other way round', async () => {
  const { port, other } = await start()
  await say(port, Buffer.from('GET / HTTP/1.1\r\nHost: a\r\n\r\n'), ['h2'])
  await say(port, Buffer.concat([PREFACE, SETTINGS]), ['http/1.1'])
  await works(other)
})

test('a protocol that is not spoken here is refused in the handshake', async () => {
  const { port, other, engine } = await start()
  await say(port, PREFACE, ['spdy/3'])
  await works(other)
  expect(messageOf(engine.sink.of('ended')[0])).toMatch(/handshake failed/)
})

test('a head that is just too long', async () => {
  const { port, other, engine } = await start()
  const stream = sessionTo(port).request({ ':path': '/', 'x-1': 'x'.repeat(40_000), 'x-2': 'x'.repeat(40_000) })
  const status = await new Promise((resolve) => stream.once('response', (headers) => resolve(headers[':status'])))
  expect(status).toBe(431)
  expect(withMessage(await engine.sink.next('ended'))).toMatchObject({
    how: 'bad-request',
    message: expect.stringContaining('more than 65536 bytes before the body (requestHeadMax)'),
  })
  await works(other)
})

test('a head that is far too long', async () => {
  const { port, other } = await start()
  const stream = sessionTo(port).request({ ':path': '/', 'x-large': 'x'.repeat(200_000) })
  stream.on('error', () => {})
  await new Promise((resolve) => stream.once('close', resolve))
  await works(other)
})

test('a body that is longer than it says', async () => {
  const { port, other, engine } = await start()
  const stream = sessionTo(port).request(
    { ':method': 'POST', ':path': '/', 'content-length': '3' },
    { endStream: false },
  )
  stream.on('error', () => {})
  stream.end('far too long')
  await new Promise((resolve) => stream.once('close', resolve))
  await engine.sink.next('ended')
  expect(stream.rstCode).not.toBe(constants.NGHTTP2_NO_ERROR)
  await works(other)
})

test('requests that are reset at once, by the hundreds', async () => {
  const { port, other, engine } = await start()
  const session = sessionTo(port)
  await new Promise((resolve) => session.once('connect', resolve))
  const streams = Array.from({ length: 300 }, () => session.request({ ':path': '/held' }))
  for (const stream of streams) {
    stream.on('error', () => {})
    stream.close(constants.NGHTTP2_CANCEL)
  }
  await Promise.all(streams.map((stream) => new Promise((resolve) => stream.once('close', resolve))))
  await works(other)
  const begun = engine.sink.of('request').length
  await engine.sink.when(() => (engine.sink.of('ended').length === begun ? true : undefined), 'an end for each')
})

test('more streams at once than are allowed wait for their turn', async () => {
  const { port, engine } = await start()
  const session = sessionTo(port)
  await new Promise((resolve) => session.once('remoteSettings', resolve))
  expect(session.remoteSettings.maxConcurrentStreams).toBe(1000)
  const held = Array.from({ length: 1000 }, () => session.request({ ':path': '/held' }))
  for (const stream of held) stream.on('error', () => {})
  await vi.waitFor(() => expect(engine.sink.of('subscribed').length).toBe(1000), { timeout: 20_000, interval: 100 })
  const late = session.request({ ':path': '/' })
  const answered = new Promise((resolve) => late.once('response', (headers) => resolve(headers[':status'])))
  held[0]?.close(constants.NGHTTP2_CANCEL)
  expect(await answered).toBe(200)
}, 30_000)
