// The proxy stops while clients are held: each connection ends as its protocol ends it, and soon.
import { afterEach, expect, test } from 'vitest'
import { FramePeer } from '../../testing/frame-peer'
import { Http2Client } from '../../testing/http2-client'
import { RawClient } from '../../testing/raw-client'
import { type Handler, instruct } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { TestAuthority } from '../../testing/tls-backend'
import { events } from '../../testing/websocket-backend'

const open: (() => unknown)[] = []
afterEach(async () => {
  for (const close of open.splice(0).reverse()) await close()
})

async function start(handler: Handler, ...more: [string[]?, object?]): Promise<TestEngine> {
  const t = await startTestEngine(handler, ...more)
  open.push(() => t.stop())
  return t
}

function get(t: TestEngine, path: string, headers: readonly string[] = []): RawClient {
  const client = RawClient.get(t.port, path, headers)
  open.push(() => client.close())
  return client
}

const hold = (mode: string, response: object = {}) =>
  instruct({ hold: { mode, channels: [{ name: 'room' }] }, response })
const held: Handler = ({ url }) =>
  hold(url.slice(1), { code: 201, headers: { 'X-A': 'b' }, body: url === '/stream' ? 'first' : 'nothing new' })

test('a stream ends with its last chunk, and the connection after it', async () => {
  const t = await start(held)
  const client = await get(t, '/stream').bodyHas('first')
  await t.engine.stop()
  await client.ended()
  expect(client.text).toMatch(/5\r\nfirst\r\n0\r\n\r\n$/)
  expect(t.sink.of('ended')).toMatchObject([{ how: 'stopped', responseSize: 5 }])
})

test('a stream to HTTP/1.0 ends with its connection', async () => {
  const t = await start(held)
  const client = RawClient.open(t.port).send('GET /stream HTTP/1.0\r\n\r\n')
  open.push(() => client.close())
  await client.bodyHas('first')
  await t.engine.stop()
  await client.ended()
  expect(client.body).toBe('first')
})

test('a long-poll gets its timeout response, and is told that the connection closes', async () => {
  const t = await start(held)
  const client = get(t, '/response')
  await t.subscribed()
  await t.engine.stop()
  await client.ended()
  expect([client.status, client.header('x-a'), client.body]).toEqual([201, 'b', 'nothing new'])
  expect(client.header('connection')).toBe('close')
  expect(t.sink.of('ended')).toMatchObject([{ how: 'stopped' }])
})

test('a request whose backend has not answered gets 503', async () => {
  const t = await start(() => new Promise<undefined>(() => {}))
  const client = get(t, '/')
  await t.sink.next('sent')
  await t.engine.stop()
  await client.ended()
  expect([client.status, client.body]).toEqual([503, 'Service Unavailable: the proxy was stopped.\n'])
  expect(t.sink.of('ended')).toMatchObject([{ how: 'stopped' }])
})

test('an answer on its way has a moment to come', async () => {
  let answer = (): void => {}
  const t = await start((_request, _count, response) => {
    response.write('begins ')
    answer = () => response.end('and ends')
    return undefined
  })
  const client = await get(t, '/').bodyHas('begins')
  const stopped = t.engine.stop()
  answer()
  await stopped
  await client.ended()
  expect(client.body).toBe('begins and ends')
  expect(client.text).toMatch(/0\r\n\r\n$/)
})

test('one that does not come is cut off, so that the client sees it', async () => {
  const t = await start((_request, _count, response) => {
    response.write('begins ')
    return undefined
  })
  const client = await get(t, '/').bodyHas('begins')
  await t.engine.stop()
  await client.ended()
  expect(client.text).not.toMatch(/0\r\n\r\n$/)
  expect(t.sink.of('ended')).toMatchObject([{ how: 'stopped' }])
})

test.each(['over HTTP', 'that is being opened'])('a WebSocket %s is told to go away', async (kind) => {
  const opening = kind === 'that is being opened'
  const never = new Promise<undefined>(() => {})
  const t = await start(() => (opening ? never : events(['OPEN'])), ['* BACKEND,over_http'])
  const peer = FramePeer.connect(t.port, '/')
  open.push(() => peer.vanish())
  if (opening) await t.sink.next('sent')
  else await peer.opened()
  const stopped = t.engine.stop()
  if (!opening) {
    expect(await peer.nth(1)).toBe('CLOSE 1001')
    peer.send('CLOSE 1001')
  }
  await stopped
  await peer.ended()
  if (opening) expect(peer.status).toBe(503)
  expect(t.sink.of('ended')).toMatchObject([{ how: 'stopped' }])
})

test('SockJS: a poll gets the close frame', async () => {
  const t = await start(() => events(['OPEN']), ['*,sockjs=/sj BACKEND,over_http'])
  const post = 'POST /sj/000/s/xhr HTTP/1.1\r\nHost: a\r\nContent-Length: 0\r\n\r\n'
  const client = RawClient.open(t.port).send(post)
  open.push(() => client.close())
  await client.has('o\n')
  client.send(post)
  await t.sink.next('request', ({ x }) => x === 3)
  await t.engine.stop()
  await client.ended()
  expect(client.text).toMatch(/c\[1001,"Connection closed"\]\n$/)
})

test('HTTP/2: streams and long-polls end, and the connection goes away', async () => {
  const authority = new TestAuthority()
  const tls = { port: 0, identities: { fallback: authority.issue(['localhost']) } }
  const t = await start(held, undefined, { tls })
  const client = Http2Client.open(t.engine.tls.port, authority.identity.cert)
  open.push(() => client.close())
  const goneAway = new Promise<number>((resolve) => client.session.once('goaway', resolve))
  const stream = await client.get('/stream').bodyHas('first')
  const poll = client.get('/response')
  await t.subscribed(2)
  await t.engine.stop()
  expect(await goneAway).toBe(0)
  await Promise.all([stream.ended(), poll.ended()])
  expect([stream.body, stream.stream.rstCode]).toEqual(['first', 0])
  expect([poll.status, poll.body, poll.stream.rstCode]).toEqual([201, 'nothing new', 0])
})

test('a client that reads nothing does not keep it from stopping', async () => {
  const t = await start(held)
  const client = await get(t, '/stream').bodyHas('first')
  client.socket.pause()
  for (let i = 0; i < 20; i++)
    await t.publish({ channel: 'room', formats: { 'http-stream': { content: 'x'.repeat(500_000) } } })
  await t.engine.stop()
  expect(t.sink.of('ended')).toHaveLength(1)
})
