// Responses that have no body (to HEAD, 204, 205, 304): nothing follows their heads, whatever is held, published or linked.
import { afterEach, describe, expect, test } from 'vitest'
import { Http2Client } from '../../testing/http2-client'
import { RawClient } from '../../testing/raw-client'
import { causesInWords, withMessage } from '../../testing/said'
import { type Handler, instruct, type ScriptedAnswer } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { TestAuthority } from '../../testing/tls-backend'
import { OUTCOMES } from '../../trace/events'

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function start(handler: Handler, ...more: [string[]?, object?]): Promise<TestEngine> {
  const engine = await startTestEngine(
    (request, ...rest) => (request.url === '/plain' ? { body: 'next' } : handler(request, ...rest)),
    ...more,
  )
  open.push(() => engine.stop())
  return engine
}

/** A request, and the next one of the same connection: what follows the first head would be read as its response. */
function ask(t: TestEngine, method = 'GET', path = '/'): RawClient {
  const client = RawClient.open(t.port)
  open.push(() => client.close())
  return client.send(`${method} ${path} HTTP/1.1\r\nHost: a\r\n\r\n`)
}

const NEXT = 'GET /plain HTTP/1.1\r\nHost: a\r\n\r\n'
const rain = { channel: 'room', formats: { 'http-stream': { content: 'rain' }, 'http-response': { body: 'rain' } } }
const close = { channel: 'room', formats: { 'http-stream': { action: 'close' } } }
const GRIP = { 'Grip-Hold': 'stream', 'Grip-Channel': 'room', 'Grip-Keep-Alive': 'beat; timeout=20' }

const byJson = (response: object): ScriptedAnswer =>
  instruct({
    hold: { mode: 'stream', channels: [{ name: 'room' }], 'keep-alive': { content: 'beat', timeout: 20 } },
    response: { body: 'first', ...response },
  })
const ways: [string, string, ScriptedAnswer, string][] = [
  ['GET', 'the status 204', { status: 204, headers: GRIP }, 'status'],
  ['GET', 'the status 304', { status: 304, headers: GRIP }, 'status'],
  ['GET', 'the status 205', { status: 205, headers: GRIP, body: 'first' }, 'status'],
  ['GET', 'Grip-Status 204', { headers: { ...GRIP, 'Grip-Status': '204' }, body: 'first' }, 'Grip-Status'],
  ['GET', 'Grip-Status 304 of a POST', { headers: { ...GRIP, 'Grip-Status': '304' } }, 'Grip-Status'],
  ['GET', 'response.code 204', byJson({ code: 204 }), 'response.code'],
  ['GET', 'response.code 205', byJson({ code: 205 }), 'response.code'],
  ['GET', 'response.code 304', byJson({ code: 304 }), 'response.code'],
  ['HEAD', 'HEAD', { headers: GRIP }, 'method'],
  ['HEAD', 'HEAD and 204', { status: 204, headers: GRIP }, 'method'],
]

describe.each(ways)('a stream held by %s with %s', (method, _how, answer, field) => {
  test('sends its head and nothing else, and says so', async () => {
    const t = await start(() => answer)
    const client = ask(t, method)
    await t.subscribed()
    await t.publish(rain)
    t.sink.pass(25_000)
    await t.publish(rain, close)
    client.send(NEXT)
    await client.has('next')
    // The next response comes right behind the head.
    expect(client.text).toMatch(/^HTTP\/1\.1 \d{3} [^\r]*\r\n([\w-]+: [^\r]*\r\n)*\r\nHTTP\/1\.1 200 OK\r\n/)
    expect(client.text).not.toMatch(/rain|beat|first/)
    if (method === 'GET') expect(client.header('transfer-encoding')).toBeUndefined()
    expect(client.header('content-length')).toBe(client.status === 205 ? '0' : undefined)
    const outcomes = t.sink.of('delivery').map(({ outcomes: [code] }) => OUTCOMES[code ?? 99])
    expect(outcomes).toEqual(['no-body', 'no-body', 'closed'])
    const why = /^could not take it: a response (to HEAD|with status 20[45]|with status 304) has no body$/
    expect(causesInWords(t.sink.of('delivery')[0]?.why)[0]).toMatch(why)
    const [told] = t.sink.of('instruct')
    expect(told?.problems.map((problem) => problem.field)).toEqual([field])
    expect(told?.problems[0]?.message).toMatch(
      /^A response .* has no body: the stream is held, and nothing can be sent/,
    )
    expect(t.sink.of('keep-alive')).toEqual([])
    expect(t.sink.of('held')[0]?.keepAlive).toBe(0)
    expect(t.sink.of('response-data').filter(({ x }) => x === 1)).toEqual([])
    expect(await t.sink.next('ended', ({ x }) => x === 1)).toMatchObject({ how: 'closed', responseSize: 0 })
  })
})

test('an ordinary stream tells of no such thing', async () => {
  const t = await start(() => ({ headers: GRIP, body: 'first' }))
  const client = ask(t)
  await t.subscribed()
  await t.publish(rain)
  await client.bodyHas('firstrain')
  expect(t.sink.of('instruct')[0]?.problems).toEqual([])
})

test.each([
  ['GET', 204],
  ['GET', 304],
  ['HEAD', 200],
])('what next links give does not follow the head of a response to %s with %i', async (method, status) => {
  const t = await start(({ url }) =>
    url === '/more'
      ? { headers: GRIP, body: 'linked' }
      : { status, headers: { 'Grip-Link': '</more>; rel=next' }, body: status === 200 ? 'first' : '' },
  )
  const client = ask(t, method)
  await t.subscribed()
  await t.publish(rain, close)
  client.send(NEXT)
  await client.has('next')
  expect(client.text).not.toMatch(/rain|linked|first/)
  expect(t.sink.of('ended')[0]).toMatchObject({ how: 'closed', responseSize: 0 })
})

test('a body that is too long to be read first does not follow the head either', async () => {
  const headers = { 'Grip-Hold': 'stream', 'Grip-Channel': 'room', 'Grip-Status': '204' }
  const t = await start(() => ({ headers, body: Buffer.alloc(300_000, 'x') }))
  const client = ask(t)
  await t.subscribed()
  await t.publish(rain, close)
  client.send(NEXT)
  await client.has('next')
  expect(client.text).not.toMatch(/rain|x{9}/)
  expect(t.sink.of('ended')[0]?.responseSize).toBe(0)
})

const longPoll = instruct({ hold: { mode: 'response', channels: [{ name: 'room' }] }, response: { body: 'none' } })
const answered = (code: number) => ({ channel: 'room', formats: { 'http-response': { code, body: 'rain' } } })

test.each([
  ['GET', 204],
  ['GET', 205],
  ['GET', 304],
  ['HEAD', 200],
  ['HEAD', 204],
])('a long-poll by %s that a publish answers with %i gets no body, and the reason says so', async (method, code) => {
  const headers = { 'Grip-Hold': 'response', 'Grip-Channel': 'room' }
  const t = await start(() => (method === 'HEAD' ? { headers } : longPoll))
  const client = ask(t, method)
  await t.subscribed()
  await t.publish(answered(code))
  client.send(NEXT)
  await client.has('next')
  expect(client.text).not.toMatch(/rain/)
  expect(client.status).toBe(code)
  const [delivery] = t.sink.of('delivery')
  expect(OUTCOMES[delivery?.outcomes[0] ?? 99]).toBe('delivered')
  expect(causesInWords(delivery?.why)[0]).toMatch(
    /^answered the held request without the item's body: a response .* has no body$/,
  )
  expect(t.sink.of('response')[0]).toMatchObject({ body: 'own', p: 1 })
  expect(t.sink.of('ended')[0]).toMatchObject({ how: 'delivered', responseSize: 0 })
})

test.each([204, 205, 304])('a passed answer with %i has no body, in either HTTP', async (status) => {
  const authority = new TestAuthority()
  const tls = { port: 0, identities: { fallback: authority.issue(['localhost']) } }
  const t = await start(
    (_request, _count, response) => {
      response.socket?.end(`HTTP/1.1 ${status} Odd\r\nConnection: close\r\nContent-Length: 3\r\nX-A: b\r\n\r\nabc`)
      return undefined
    },
    undefined,
    { tls },
  )
  const client = ask(t)
  await client.answered()
  client.send(NEXT)
  await client.has('next')
  expect(client.text).toMatch(new RegExp(`^HTTP/1.1 ${status} Odd\r\n([\\w-]+: [^\r]*\r\n)*\r\nHTTP/1.1 200`))
  expect(client.header('x-a')).toBe('b')
  expect(client.header('content-length')).toBe(status === 205 ? '0' : undefined)
  const http2 = Http2Client.open(t.engine.tls.port, authority.identity.cert)
  open.push(() => http2.close())
  const answer = await http2.get('/').ended()
  expect([answer.status, answer.body, answer.headers?.['x-a'], answer.stream.rstCode]).toEqual([status, '', 'b', 0])
})

test.each<[string, string, ScriptedAnswer]>([
  ['GET', '204', byJson({ code: 204 })],
  ['GET', '205', byJson({ code: 205 })],
  ['HEAD', '200', { headers: GRIP }],
])('HTTP/2: %s held with %s is whole with its head', async (method, status, answer) => {
  const authority = new TestAuthority()
  const tls = { port: 0, identities: { fallback: authority.issue(['localhost']) } }
  const t = await start(() => answer, undefined, { tls })
  const http2 = Http2Client.open(t.engine.tls.port, authority.identity.cert)
  open.push(() => http2.close())
  const got = await http2.get('/', { ':method': method }).ended()
  expect([String(got.status), got.body, got.stream.rstCode]).toEqual([status, '', 0])
  expect(withMessage(await t.sink.next('ended'))).toMatchObject({
    how: 'complete',
    message: expect.stringContaining('has no body'),
  })
  await t.publish(rain)
  expect(t.sink.of('delivery')[0]?.outcomes).toHaveLength(0)
})

test.each([204, 205, 304])('a WebSocket that its backend rejects with %i gets no body', async (status) => {
  const t = await start(
    (_request, _count, response) => {
      response.socket?.end(`HTTP/1.1 ${status} Odd\r\nConnection: close\r\nContent-Length: 3\r\n\r\nabc`)
      return undefined
    },
    ['* BACKEND,over_http'],
  )
  const upgrade = 'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: x\r\n'
  const client = RawClient.open(t.port).send(`GET / HTTP/1.1\r\nHost: a\r\n${upgrade}\r\n`)
  await client.ended()
  expect(client.status).toBe(status)
  expect(client.text).toMatch(/\r\n\r\n$/)
  expect(client.header('content-length')).toBe(status === 205 ? '0' : undefined)
})

test('the composer says beforehand that such a hold can take nothing', async () => {
  const t = await start(() => ({ status: 204, headers: GRIP }))
  ask(t)
  await t.subscribed()
  expect(t.engine.reach(rain)).toMatchObject({
    held: 1,
    reached: 0,
    not: [{ outcome: 'no-body', why: 'could not take it: a response with status 204 has no body' }],
  })
})
