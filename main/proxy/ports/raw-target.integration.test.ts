// Bytes that no URL may hold in a request's target: they are escaped, and the request goes on.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { FramePeer } from '../../testing/frame-peer'
import { Http2Client } from '../../testing/http2-client'
import { RawClient } from '../../testing/raw-client'
import { instruct } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { TestAuthority } from '../../testing/tls-backend'
import { onUpgrade } from '../../testing/websocket-backend'

const authority = new TestAuthority()
const tls = { port: 0, identities: { fallback: authority.issue(['localhost']) } }
let t: TestEngine
const open: (() => void)[] = []
beforeEach(async () => {
  t = await startTestEngine(
    ({ url, body }) =>
      url === '/held'
        ? instruct({ hold: { mode: 'response', channels: [{ name: 'a' }] } })
        : { body: `${url} ${body};` },
    undefined,
    { tls },
  )
})
afterEach(async () => {
  for (const close of open.splice(0)) close()
  await t.stop()
})

function client(): RawClient {
  const raw = RawClient.open(t.port)
  open.push(() => raw.close())
  return raw
}
const bytes = (text: string): Buffer => Buffer.from(text, 'latin1')

describe('a target by HTTP/1', () => {
  it.each([
    ['UTF-8 in its path', '/caf\xc3\xa9', '/caf%C3%A9'],
    ['UTF-8 in its query', '/a?b=\xe2\x82\xac&c', '/a?b=%E2%82%AC&c'],
    ['bytes that are no UTF-8', '/\xe9\xff\x80', '/%E9%FF%80'],
    ['escapes beside them', '/%c3%a9/\xc3\xa9%41', '/%C3%A9/%C3%A9A'],
    ['an absolute form', 'http://test/\xc3\xa9', '/%C3%A9'],
    ['a fragment', '/\xc3\xa9#\xc3\xa9', '/%C3%A9'],
  ])('with %s is escaped', async (_name, target, escaped) => {
    const raw = client().send(bytes(`POST ${target} HTTP/1.1\r\nHost: test\r\nContent-Length: 2\r\n\r\nhi`))
    await raw.bodyHas(`${escaped} hi;`)
    expect(t.sink.of('request')[0]?.url).toBe(escaped)
    // The connection goes on as any other.
    raw.send(bytes('GET /next\xc3\xa9 HTTP/1.1\r\nHost: test\r\n\r\n'))
    await raw.has('/next%C3%A9 ;')
    raw.send('GET /plain HTTP/1.1\r\nHost: test\r\n\r\n')
    await raw.has('/plain ;')
    expect(t.sink.of('request')).toHaveLength(3)
  })

  it('may come byte by byte', async () => {
    const raw = client()
    for (const byte of bytes('GET /a\xc3\xa9\xc3\xa9?\xe9 HTTP/1.1\r\nHost: test\r\nX: \xe9\r\n\r\n')) {
      raw.send(Buffer.of(byte))
      await new Promise(setImmediate)
    }
    await raw.bodyHas('/a%C3%A9%C3%A9?%E9 ;')
    expect(t.sink.of('request')[0]?.headers).toContain('\xe9')
  })

  it('may come byte by byte without more listeners, however long it is', async () => {
    const warnings: Error[] = []
    const note = (warning: Error): void => void warnings.push(warning)
    process.on('warning', note)
    const raw = client()
    for (const byte of bytes(`GET /\xc3${'a'.repeat(30)} HTTP/1.1\r\nHost: test\r\n\r\n`))
      await new Promise((resolve) => raw.socket.write(Buffer.of(byte), resolve))
    await raw.bodyHas(`/%C3${'a'.repeat(30)} ;`)
    process.off('warning', note)
    expect(warnings).toEqual([])
  })

  it('waits for the response before it', async () => {
    const raw = client().send('GET /held HTTP/1.1\r\nHost: test\r\n\r\n')
    await t.subscribed()
    raw.send(bytes('GET /\xc3\xa9 HTTP/1.1\r\nHost: test\r\n\r\n'))
    await t.publish({ channel: 'a', formats: { 'http-response': { body: 'news' } } })
    await raw.has('/%C3%A9 ;')
    expect(raw.text).toMatch(/news[\s\S]*%C3%A9/)
  })

  it('may be read together with those before and behind it', async () => {
    const of = (path: string) => `GET ${path} HTTP/1.1\r\nHost: test\r\n\r\n`
    const raw = client().send(bytes(of('/one') + of('/\xc3\xa9') + of('/two') + of('/\xe9')))
    await raw.has('/%E9 ;')
    expect(raw.text.match(/\/[\w%]+ ;/g)).toEqual(['/one ;', '/%C3%A9 ;', '/two ;', '/%E9 ;'])
  })

  it('whose client leaves in the midst of it leaves nothing', async () => {
    client().send(bytes('GET /\xc3\xa9')).socket.end()
    await client().send(bytes('GET /\xc3')).send('more').send(' HTTP/1.1\r\n\r\n').bodyHas('/%C3more ;')
    await t.nothingLeft()
  })

  it('of a WebSocket is escaped too', async () => {
    onUpgrade(t.backend, (upgrade) => {
      const peer = upgrade.accept()
      peer.send(`TEXT ${upgrade.request.url}`)
    })
    const peer = FramePeer.connect(t.port, '/\xc3\xa9')
    open.push(() => peer.vanish())
    // Its head is written as UTF-8.
    expect(await (await peer.opened()).nth(1)).toBe('TEXT /%C3%83%C2%A9')
  })

  it.each(['GET /a\x7f HTTP/1.1', 'GET http://h\xc3\xa9/ HTTP/1.1', 'G\xc3T / HTTP/1.1', 'GET /\xc3\xa9 x HTTP/1.1'])(
    'but %j stays a bad request',
    async (line) => {
      const raw = await client()
        .send(bytes(`${line}\r\nHost: test\r\n\r\n`))
        .ended()
      expect(raw.status).toBe(400)
      expect(t.backend.requests).toEqual([])
    },
  )
})

it('a target by HTTP/2 is escaped', async () => {
  const http2 = Http2Client.open(t.engine.tls.port, authority.identity.cert)
  open.push(() => http2.close())
  const answer = await http2.get('/caf\xe9?\xff').ended()
  expect(answer.body).toMatch(/^\/caf(%C3%A9|%E9)\?(%C3%BF|%FF) ;$/)
})
