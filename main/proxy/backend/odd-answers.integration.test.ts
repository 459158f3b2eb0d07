// Heads of answers that are odd: clients get the same of them by HTTP/1.1 and by HTTP/2, and none gets what can't be read.
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { FramePeer } from '../../testing/frame-peer'
import { Http2Client } from '../../testing/http2-client'
import { RawBackend } from '../../testing/raw-backend'
import { RawClient } from '../../testing/raw-client'
import { messageOf } from '../../testing/said'
import { instruct, ScriptedBackend } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { TestAuthority } from '../../testing/tls-backend'

const authority = new TestAuthority()
const tls = { port: 0, identities: { fallback: authority.issue(['localhost']) } }
let t: TestEngine
beforeAll(async () => {
  t = await startTestEngine(() => ({}), undefined, { tls })
})
afterAll(() => t.stop())
const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop()
  t.sink.events.length = 0
})

interface Got {
  readonly status: number
  readonly body: string
  readonly headers: Readonly<Record<string, string>>
}
const NOT_OF_BOTH = new Set(['transfer-encoding', 'connection'])

async function byHttp1(): Promise<Got> {
  const client = RawClient.get(t.port, '/')
  open.push({ stop: () => client.close() })
  await client.whole()
  const headers: Record<string, string> = {}
  for (const line of client.head.split('\r\n').slice(1)) {
    const [name = '', value = ''] = line.split(': ')
    if (!NOT_OF_BOTH.has(name.toLowerCase())) headers[name.toLowerCase()] = value
  }
  return { status: client.status, body: client.body, headers }
}

async function byHttp2(): Promise<Got> {
  const client = Http2Client.open(t.engine.tls.port, authority.identity.cert)
  open.push({ stop: () => client.close() })
  const answer = await client.get('/').ended()
  expect(answer.stream.rstCode).toBe(0)
  const headers: Record<string, string> = {}
  for (const [name, value] of Object.entries(answer.headers ?? {}))
    if (name !== ':status') headers[name] = String(value)
  return { status: answer.status, body: answer.body, headers }
}

async function answering(head: string, body = 'ok'): Promise<void> {
  const text = `HTTP/1.1 ${head}\r\nDate: now\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const backend = await RawBackend.answering(text)
  open.push(backend)
  await t.engine.setRoutes({ kind: 'lines', lines: [`* 127.0.0.1:${backend.port}`] })
}

describe.each([
  ['HTTP/1.1', byHttp1],
  ['HTTP/2', byHttp2],
])('by %s', (_version, ask) => {
  it.each([
    ['600', '600 Odd', { status: 600, body: 'ok', headers: { date: 'now', 'content-length': '2' } }],
    ['999', '999 Odd\r\nSet-Cookie: a\r\nX-Zero: 0', { status: 999, body: 'ok' }],
    ['205 with a length', '205 Reset', { status: 205, body: '', headers: { date: 'now', 'content-length': '0' } }],
    [
      'headers of the connection',
      '200 OK\r\nTE: gzip\r\nProxy-Connection: a\r\nUpgrade: h2c\r\nHTTP2-Settings: a\r\nKeep-Alive: timeout=5\r\nX-A: b\r\nConnection: x-a',
      { status: 200, body: 'ok', headers: { date: 'now', 'content-length': '2' } },
    ],
    [
      '600 of a hold',
      '600 Odd\r\nGrip-Hold: response\r\nGrip-Timeout: 0\r\nGrip-Channel: a',
      { status: 600, body: 'ok' },
    ],
    ['Grip-Status 700', '200 OK\r\nGrip-Status: 700 Odd', { status: 700, body: 'ok' }],
  ])('%s goes through', async (_name, head, expected) => {
    await answering(head)
    const got = ask()
    if (head.includes('Grip-Hold')) {
      await t.subscribed()
      t.sink.pass(6000)
    }
    expect(await got).toMatchObject(expected)
    if ('headers' in expected) expect((await got).headers).toEqual(expected.headers)
  })

  it.each(['\x01', '\x7f', '\x1b[31m', '\0', '\v'])('a reason with %j is told as 502', async (odd) => {
    for (const grip of ['', 'Grip-Hold: stream\r\nGrip-Channel: a\r\n', 'Grip-Status: 201\r\n']) {
      await answering(`200 a${odd}b\r\n${grip}X-A: b`)
      expect(await ask()).toMatchObject({ status: 502, body: 'Error while proxying to origin.\n' })
      const ended = t.sink.of('ended').at(-1)
      expect(ended?.how).toBe('backend-failed')
      expect(messageOf(ended)).toContain('control character')
      expect(t.sink.of('response').at(-1)).toMatchObject({ status: 502, body: 'own' })
    }
  })

  it.each(['Grip-Status: 200 a\x01b', 'X-A: a\x01b', 'Grip-Status: 200 a\x7fb'])(
    '%j is told as 502',
    async (header) => {
      await answering(`200 OK\r\nGrip-Hold: stream\r\nGrip-Channel: a\r\n${header}`)
      expect((await ask()).status).toBe(502)
      expect(t.sink.of('ended')[0]?.how).toBe('backend-failed')
    },
  )

  it('a reason with one in JSON is told as 502', async () => {
    const backend = await ScriptedBackend.start(() =>
      instruct({ hold: { mode: 'stream', channels: [{ name: 'a' }] }, response: { reason: 'a\x01b' } }),
    )
    open.push(backend)
    await t.engine.setRoutes({ kind: 'lines', lines: [`* 127.0.0.1:${backend.port}`] })
    expect((await ask()).status).toBe(502)
    expect(t.sink.of('ended')[0]).toMatchObject({ how: 'instruct-refused', cause: { field: 'response.reason' } })
  })

  it('a published status of 600, and headers of the connection', async () => {
    await answering('200 OK\r\nGrip-Hold: response\r\nGrip-Channel: a')
    const got = ask()
    await t.subscribed()
    const headers = { TE: 'gzip', Upgrade: 'h2c', 'Proxy-Connection': 'a', 'X-A': 'b' }
    await t.publish({ channel: 'a', formats: { 'http-response': { code: 600, reason: 'Odd', headers, body: 'hi' } } })
    expect(await got).toMatchObject({ status: 600, body: 'hi', headers: { 'x-a': 'b', 'content-length': '2' } })
    expect(Object.keys((await got).headers).sort()).toEqual(['content-length', 'date', 'x-a'])
  })
})

it.each(['a\x01b', 'a\r\nX: y', '\x7f'])('a published reason of %j is refused', async (reason) => {
  const answer = await t.publish({ channel: 'a', formats: { 'http-response': { reason, body: 'x' } } })
  expect(answer.status).toBe(400)
  expect(answer.text).toContain('reason')
})

// Of a backend that speaks WebSocket, no reason goes on.
it.each([
  ['', 403],
  [',over_http', 502],
])('a WebSocket rejected with such a reason (%j) gets %i', async (over, status) => {
  const backend = await RawBackend.answering('HTTP/1.1 403 a\x01b\r\nContent-Length: 0\r\n\r\n')
  open.push(backend)
  await t.engine.setRoutes({ kind: 'lines', lines: [`* 127.0.0.1:${backend.port}${over}`] })
  const peer = FramePeer.connect(t.port, '/')
  open.push({ stop: () => peer.vanish() })
  await peer.ended()
  expect(peer.status).toBe(status)
  expect(peer.head).not.toContain('\x01')
})

it.each([
  ['', undefined, true],
  ['Connection: keep-alive\r\n', 'keep-alive', false],
])('a client of HTTP/1.0 gets HTTP/1.0 (%j)', async (header, connection, closes) => {
  await answering('200 OK')
  const client = RawClient.open(t.port).send(`GET / HTTP/1.0\r\n${header}\r\n`)
  open.push({ stop: () => client.close() })
  await client.whole()
  expect(client.text).toMatch(/^HTTP\/1\.0 200 OK\r\n/)
  expect(client.header('connection')).toBe(connection)
  if (closes) await client.ended()
})

it('a stream to HTTP/1.0 has its version, no chunks, and no end but that of the connection', async () => {
  await answering('200 OK\r\nGrip-Hold: stream\r\nGrip-Channel: a')
  const client = RawClient.open(t.port).send('GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n')
  open.push({ stop: () => client.close() })
  await client.bodyHas('ok')
  expect(client.text).toMatch(/^HTTP\/1\.0 200 OK\r\n/)
  expect(client.header('transfer-encoding')).toBeUndefined()
  await t.publish({ channel: 'a', formats: { 'http-stream': { action: 'close' } } })
  await client.ended()
})

it.each(['\x15\x03\x01\x00\x02\x02\x46', '\x15\x03\x03\x00\x02\x02\x16'])(
  'an alert of TLS (%j) from a plain target is told as such',
  async (alert) => {
    const backend = await RawBackend.answering(alert, 'ends')
    open.push(backend)
    await t.engine.setRoutes({ kind: 'lines', lines: [`* 127.0.0.1:${backend.port}`] })
    expect((await byHttp1()).status).toBe(502)
    expect(messageOf(t.sink.of('backend-failed')[0])).toBe(
      'the backend speaks TLS on that port, but the request came without it. Put ssl after the target.',
    )
  },
)
