// What passes through between a client and a backend that does not instruct: framed anew, else as it came.
import { afterEach, describe, expect, it } from 'vitest'
import { RawBackend } from '../../testing/raw-backend'
import { RawClient } from '../../testing/raw-client'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
})

async function engineOver(...args: Parameters<typeof startTestEngine>): Promise<TestEngine> {
  const t = await startTestEngine(...args)
  open.push(t)
  return t
}

/** An engine in front of a backend that answers these bytes. */
async function engineOverBytes(bytes: string, then?: 'stays' | 'ends' | 'resets'): Promise<TestEngine> {
  const raw = await RawBackend.answering(bytes, then)
  open.push(raw)
  return engineOver(() => ({}), [`* 127.0.0.1:${raw.port}`])
}

function ask(t: TestEngine, text: string): RawClient {
  const client = RawClient.open(t.port)
  open.push({ stop: () => client.close() })
  return client.send(text.replaceAll('\n', '\r\n'))
}

describe('requests', () => {
  it('reach the backend with method, path and query, and their own headers in order', async () => {
    const t = await engineOver(() => ({ body: 'ok' }))
    const path = '/a%2Fb/../c//d;e=1?q=%C3%A4+b&&x=[1]'
    await ask(t, `PURGE ${path} HTTP/1.1\nHost: shop.example:81\nX-b: 1\nx-A: 2\nX-b: 3\n\n`).whole()
    const [seen] = t.backend.requests
    expect(seen?.method).toBe('PURGE')
    expect(seen?.url).toBe(path)
    expect(seen?.headers.host).toBe('shop.example:81')
    expect(String(seen?.rawHeaders)).toContain('X-b,1,x-A,2,X-b,3')
  })

  it('lose what belongs to the connection, and every Grip- header of the client', async () => {
    const t = await engineOver(() => ({ body: 'ok' }))
    await ask(
      t,
      'GET / HTTP/1.1\nHost: a\nConnection: keep-alive, X-Mine\nX-Mine: 1\nTE: trailers\nAccept-Encoding: gzip\n' +
        'Grip-Sig: forged\ngrip-LAST: c; last-id=1\nGrip-Feature: x\nKeep-Alive: timeout=5\n\n',
    ).whole()
    const headers = t.backend.requests[0]?.headers ?? {}
    for (const name of ['x-mine', 'te', 'accept-encoding', 'grip-last', 'keep-alive', 'expect'])
      expect(headers[name], name).toBeUndefined()
    expect(headers['grip-sig']).toMatch(/^[\w-]+\.[\w-]+\.[\w-]+$/)
    expect(headers['grip-feature']).not.toBe('x')
  })

  it('of HTTP/1.0 are answered and the connection closed', async () => {
    const t = await engineOver(() => ({ body: 'old' }))
    const client = await ask(t, 'GET / HTTP/1.0\nHost: a\n\n').ended()
    expect(client.status).toBe(200)
    expect(client.body).toBe('old')
    expect(client.header('transfer-encoding')).toBeUndefined()
  })

  it('without Host still reach the backend of *', async () => {
    const t = await engineOver(() => ({ body: 'ok' }))
    const client = await ask(t, 'GET / HTTP/1.0\n\n').ended()
    expect(client.status).toBe(200)
  })

  it('with a chunked body arrive whole, without trailers', async () => {
    const t = await engineOver(() => ({ body: 'ok' }))
    await ask(
      t,
      'POST / HTTP/1.1\nHost: a\nTransfer-Encoding: chunked\nTrailer: X-Sum\n\n4;ext=1\nabcd\n3\nefg\n0\nX-Sum: 1\n\n',
    ).whole()
    const [seen] = t.backend.requests
    expect(seen?.body.toString()).toBe('abcdefg')
    expect(seen?.headers.trailer).toBeUndefined()
    expect(t.sink.of('request-end').map((e) => e.size)).toEqual([7])
  })

  it('that expect 100-continue get it from the proxy, and the backend never sees the header', async () => {
    const t = await engineOver(({ body }) => ({ body: `got ${body}` }))
    const client = ask(t, 'POST / HTTP/1.1\nHost: a\nExpect: 100-continue\nContent-Length: 5\n\n')
    await client.has('HTTP/1.1 100 Continue\r\n\r\n')
    client.send('hello')
    await client.has('got hello')
    expect(t.backend.requests[0]?.headers.expect).toBeUndefined()
  })

  it('that are pipelined are asked and answered one after the other, each as its own exchange', async () => {
    const t = await engineOver(({ url }) => ({ body: `answer to ${url};` }))
    const client = ask(t, ['/1', '/2', '/3'].map((path) => `GET ${path} HTTP/1.1\nHost: a\n\n`).join(''))
    await client.has('answer to /3;')
    expect(client.text.match(/answer to \/\w+/g)).toEqual(['answer to /1', 'answer to /2', 'answer to /3'])
    expect(client.text.match(/HTTP\/1\.1 200 OK\r\n/g)).toHaveLength(3)
    const ended = await t.sink.when(() => (t.sink.of('ended').length === 3 ? t.sink.of('ended') : undefined), '3 ends')
    expect(ended.map((e) => e.how)).toEqual(['complete', 'complete', 'complete'])
    const order = t.sink.events.flatMap((e) => (e.type === 'sent' || e.type === 'ended' ? [`${e.type} ${e.x}`] : []))
    expect(order).toEqual(['sent 1', 'ended 1', 'sent 2', 'ended 2', 'sent 3', 'ended 3'])
  })

  it('of one connection go to the backend over one kept connection', async () => {
    const t = await engineOver(() => ({ body: 'ok' }))
    const sockets = new Set<unknown>()
    t.backend.server.on('connection', (socket) => sockets.add(socket))
    const client = ask(t, '')
    for (let i = 1; i <= 5; i++) {
      client.send('GET / HTTP/1.1\r\nHost: a\r\n\r\n')
      await client.until(() => client.text.split('\r\n\r\nok').length === i + 1, `answer ${i}`)
    }
    expect(sockets.size).toBe(1)
    expect(t.backend.requests).toHaveLength(5)
  })
})

describe('answers', () => {
  it('keep status, reason, headers in order and as written, and their length', async () => {
    const t = await engineOverBytes(
      'HTTP/1.1 299 Quite Fine\r\nX-a: 1\r\nSet-Cookie: b=1\r\nset-cookie: c=2\r\nContent-Length: 2\r\n\r\nok',
    )
    const client = await RawClient.get(t.port, '/').whole()
    expect(client.head.split('\r\n').slice(0, 5)).toEqual([
      'HTTP/1.1 299 Quite Fine',
      'X-a: 1',
      'Set-Cookie: b=1',
      'set-cookie: c=2',
      'Content-Length: 2',
    ])
    expect(client.body).toBe('ok')
  })

  it('keep bytes beyond ASCII in header values', async () => {
    const t = await engineOverBytes('HTTP/1.1 200 OK\r\nX-Name: caf\xc3\xa9 \xe9\r\nContent-Length: 0\r\n\r\n')
    const client = await RawClient.get(t.port, '/').whole()
    expect(client.header('x-name')).toBe('caf\xc3\xa9 \xe9')
  })

  it.each([204, 304])('%i come without a body and leave the connection usable', async (status) => {
    const t = await engineOver(({ url }) => (url === '/none' ? { status, headers: { ETag: '"1"' } } : { body: 'next' }))
    const client = ask(t, 'GET /none HTTP/1.1\nHost: a\n\nGET /next HTTP/1.1\nHost: a\n\n')
    await client.has('next')
    expect(client.status).toBe(status)
    expect(client.head).not.toMatch(/transfer-encoding/i)
    expect(client.header('etag')).toBe('"1"')
    expect(client.text.slice(client.head.length + 4)).toMatch(/^HTTP\/1\.1 200 OK\r\n/)
  })

  it('304 may have the length of what it stands for', async () => {
    const t = await engineOverBytes('HTTP/1.1 304 Not Modified\r\nETag: "1"\r\nContent-Length: 1234\r\n\r\n')
    const client = await ask(t, 'GET / HTTP/1.1\nHost: a\n\n').answered()
    expect((await t.sink.next('ended')).how).toBe('complete')
    expect(client.header('etag')).toBe('"1"')
    expect(client.text).not.toMatch(/connection: close/i)
  })

  it('to HEAD keep their Content-Length, and no byte of a body follows', async () => {
    const t = await engineOverBytes('HTTP/1.1 200 OK\r\nContent-Length: 1234\r\n\r\n')
    const client = await ask(t, 'HEAD / HTTP/1.1\nHost: a\n\n').answered()
    expect(client.header('content-length')).toBe('1234')
    expect((await t.sink.next('ended')).how).toBe('complete')
    expect(client.text.endsWith('\r\n\r\n')).toBe(true)
    expect(client.body).toBe('')
  })

  it('in chunks come in chunks as they come; trailers stop at the proxy', async () => {
    const raw = await RawBackend.start((c) => {
      void c
        .has('\r\n\r\n')
        .then(() => c.send('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Sum\r\n\r\n'))
    })
    open.push(raw)
    const t = await engineOver(() => ({}), [`* 127.0.0.1:${raw.port}`])
    const client = await RawClient.get(t.port, '/').answered()
    const [backend] = raw.connections
    backend?.send('5\r\nfirst\r\n')
    await client.bodyHas('first')
    backend?.send('6\r\nsecond\r\n0\r\nX-Sum: 1\r\n\r\n')
    await client.whole()
    expect(client.body).toBe('firstsecond')
    expect(client.text).not.toMatch(/x-sum/i)
    expect((await t.sink.next('answer-end')).size).toBe(11)
  })

  it('without length, which end with the connection, end well at the client', async () => {
    const t = await engineOverBytes('HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\n\r\nuntil the end', 'ends')
    const client = await RawClient.get(t.port, '/').whole()
    expect(client.body).toBe('until the end')
    expect((await t.sink.next('ended')).how).toBe('complete')
  })

  it('of an HTTP/1.0 backend pass', async () => {
    const t = await engineOverBytes('HTTP/1.0 200 OK\r\nContent-Length: 3\r\n\r\nold', 'ends')
    const client = await RawClient.get(t.port, '/').whole()
    expect(client.body).toBe('old')
    expect(client.head).toMatch(/^HTTP\/1\.1 200 OK/)
  })

  it.each([
    ['103 Early Hints', 'HTTP/1.1 103 Early Hints\r\nLink: </s.css>; rel=preload\r\n\r\n'],
    ['102 Processing, twice', 'HTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 102 Processing\r\n\r\n'],
    ['100 Continue that nobody asked for', 'HTTP/1.1 100 Continue\r\n\r\n'],
    ['100 Continue with headers', 'HTTP/1.1 100 Continue\r\nX-A: 1\r\n\r\n'],
  ])('that begin with %s pass without it', async (_name, interim) => {
    const t = await engineOverBytes(`${interim}HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok`)
    const client = await RawClient.get(t.port, '/').whole()
    expect(client.head).toMatch(/^HTTP\/1\.1 200 OK/)
    expect(client.body).toBe('ok')
    expect(t.sink.of('answered').map((e) => e.status)).toEqual([200])
  })
})
