// The cookie of Gripscope's own interface stops at the proxy: no backend gets it, and the trace does not hold it.
import { afterEach, beforeEach, expect, it } from 'vitest'
import { FramePeer } from '../../testing/frame-peer'
import { Http2Client } from '../../testing/http2-client'
import { RawClient } from '../../testing/raw-client'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { TestAuthority } from '../../testing/tls-backend'
import { events } from '../../testing/websocket-backend'

const authority = new TestAuthority()
const tls = { port: 0, identities: { fallback: authority.issue(['localhost']) } }
const COOKIES = 'a=1; gripscope-7990=secret; b=2'
let t: TestEngine
const open: (() => void)[] = []
beforeEach(async () => {
  t = await startTestEngine(
    ({ headers }) => (headers['connection-id'] ? events(['OPEN']) : { body: 'seen' }),
    ['*,sockjs=/sj BACKEND,over_http'],
    { tls },
  )
})
afterEach(async () => {
  for (const close of open.splice(0)) close()
  await t.stop()
})

function nowhere(cookie: string | undefined): void {
  for (const request of t.backend.requests) expect(request.headers.cookie).toBe(cookie)
  const text = (event: unknown) =>
    JSON.stringify(event, (_key, value) => (value instanceof Uint8Array ? Buffer.from(value).toString() : value))
  expect(t.sink.events.map(text).join('\n')).not.toContain('secret')
}

it('by HTTP/1.1, in one header or two', async () => {
  const client = RawClient.get(t.port, '/', [`Cookie: ${COOKIES}`])
  open.push(() => client.close())
  await client.bodyHas('seen')
  nowhere('a=1; b=2')
  const two = RawClient.get(t.port, '/', ['Cookie: gripscope-7990=secret', 'Cookie: a=1; b=2'])
  open.push(() => two.close())
  await two.bodyHas('seen')
  expect(t.backend.requests).toHaveLength(2)
  nowhere('a=1; b=2')
})

it('alone: no Cookie header is left', async () => {
  const client = RawClient.get(t.port, '/', ['Cookie: gripscope-7990=secret'])
  open.push(() => client.close())
  await client.bodyHas('seen')
  nowhere(undefined)
})

it('by HTTP/2, in as many headers as there are', async () => {
  const client = Http2Client.open(t.engine.tls.port, authority.identity.cert)
  open.push(() => client.close())
  await client.get('/', { cookie: 'a=1; gripscope-7990=secret; b=2' }).ended()
  expect(t.backend.requests).toHaveLength(1)
  nowhere('a=1; b=2')
})

it.each(['/ws', '/sj/000/s/websocket', '/sj/websocket'])('by a WebSocket on %s', async (path) => {
  const peer = FramePeer.connect(t.port, path, [`Cookie: ${COOKIES}`])
  open.push(() => peer.vanish())
  await peer.opened()
  nowhere('a=1; b=2')
})

it('by SockJS over HTTP', async () => {
  const head = `POST /sj/000/s/xhr HTTP/1.1\r\nHost: a\r\nCookie: ${COOKIES}\r\nContent-Length: 0\r\n\r\n`
  const client = RawClient.open(t.port).send(head)
  open.push(() => client.close())
  await client.has('o\n')
  expect(t.backend.requests).toHaveLength(1)
  nowhere('a=1; b=2')
})

it('by a request that cannot be read', async () => {
  await RawClient.open(t.port).send(`GET / HTTP/1.1\r\nCookie: ${COOKIES}\r\nX Y: z\r\n\r\n`).ended()
  expect(t.sink.of('request')[0]?.headers).toContain('a=1; b=2')
  nowhere('a=1; b=2')
})
