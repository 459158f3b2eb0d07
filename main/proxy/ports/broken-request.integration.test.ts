// Requests that are no HTTP, or could be read in two ways: refused with a status, recorded, and never passed on.
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { RawClient } from '../../testing/raw-client'
import { messageOf } from '../../testing/said'
import { instruct } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'

const LONG = 'x'.repeat(70 * 1024)

let t: TestEngine
beforeEach(async () => {
  t = await startTestEngine(({ url, body }) =>
    url === '/held'
      ? instruct({ hold: { mode: 'response', channels: [{ name: 'a' }] } })
      : { body: `${url} ${body.length};` },
  )
  t.sink.stopClock()
})
afterEach(() => t.stop())

describe('a request', () => {
  it.each([
    ['no HTTP at all', 400, 'hello\r\n\r\n'],
    ['a TLS hello', 400, Buffer.from('160301020001000', 'hex').toString('latin1')],
    ['HTTP/9', 400, 'GET / HTTP/9.9\r\nHost: a\r\n\r\n'],
    ['a method in lower case', 400, 'get / HTTP/1.1\r\nHost: a\r\n\r\n'],
    ['a space in a header name', 400, 'GET / HTTP/1.1\r\nHost : a\r\n\r\n'],
    ['a line feed alone in its head', 400, 'GET / HTTP/1.1\r\nHost: a\r\nX: 1\nY: 2\r\n\r\n'],
    ['a NUL in a header', 400, 'GET / HTTP/1.1\r\nHost: a\r\nX: \0\r\n\r\n'],
    ['a folded header', 400, 'GET / HTTP/1.1\r\nHost: a\r\nX: 1\r\n 2\r\n\r\n'],
    ['two lengths', 400, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
    ['a negative length', 400, 'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n'],
    [
      'a length and chunks',
      400,
      'POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n',
    ],
    ['an unknown transfer coding', 501, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: xchunked\r\n\r\n'],
    ['a chunk of no hex size', 400, 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['a head of more than 64 KiB', 431, `GET / HTTP/1.1\r\nHost: a\r\nX: ${LONG}\r\n\r\n`],
    ['a path of more than 64 KiB', 431, `GET /${LONG} HTTP/1.1\r\nHost: a\r\n\r\n`],
  ])('with %s gets %i, and the connection ends', async (_name, status, bytes) => {
    const client = await RawClient.open(t.port).send(Buffer.from(bytes, 'latin1')).ended()
    expect(client.status).toBe(status)
    const ended = await t.sink.next('ended')
    expect(ended).toMatchObject({ x: 1, how: status === 501 ? 'not-supported' : 'bad-request' })
    expect(client.text).toContain(`\r\n\r\n${messageOf(ended)}\n`)
    expect(t.sink.of('request')).toHaveLength(1)
    expect(t.sink.of('response')[0]?.status).toBe(status)
    expect(t.backend.requests).toEqual([])
  })

  it('that is good after a bad one on another connection is answered', async () => {
    await RawClient.open(t.port).send('bad\r\n\r\n').ended()
    const client = await RawClient.get(t.port, '/good').bodyHas('/good 0;')
    client.close()
  })
})

describe('of a bad request is shown what came', () => {
  it.each<[string, string[], object]>([
    [
      'a method that is none',
      ['G(T /a?b HTTP/1.1\r\nHost: a\r\n\r\n'],
      { method: 'G(T', url: '/a?b', headers: ['Host', 'a'] },
    ],
    [
      'a space in its path',
      ['GET /a b HTTP/1.1\r\nHost: a\r\n\r\n'],
      { method: 'GET', url: '/a b', httpVersion: '1.1' },
    ],
    [
      'a version of the future',
      ['GET /a HTTP/9.9\r\nHost: a\r\n\r\n'],
      { method: 'GET', url: '/a', httpVersion: '9.9' },
    ],
    [
      'a header without a name',
      ['POST /a HTTP/1.1\r\nHost: a\r\nX: \xc3\xa9\r\n: b\r\n\r\n'],
      { method: 'POST', url: '/a', headers: ['Host', 'a', 'X', '\xc3\xa9'] },
    ],
    [
      'a bad header in a later part',
      ['PUT /a HTTP/1.', '1\r\nHost: a\r\nX Y', ': b\r\n\r\n'],
      { method: 'PUT', url: '/a' },
    ],
    [
      'two lengths',
      ['PUT /l HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab'],
      { method: 'PUT', url: '/l', headers: ['Content-Length', '1', 'Content-Length', '2'] },
    ],
    ['no HTTP at all', ['\x16\x03\x01\x02hello'], { method: '', url: '', headers: [] }],
    ['words', ['hello there\r\n\r\n'], { method: '', url: '' }],
    ['a head that is too long', ['GET /long HTTP/1.1\r\nX: ', LONG, '\r\n\r\n'], { method: 'GET', url: '/long' }],
  ])('%s', async (_name, parts, request) => {
    const client = RawClient.open(t.port)
    for (const part of parts) {
      client.send(Buffer.from(part, 'latin1'))
      // A turn of the event loop, in which it is read.
      await new Promise(setImmediate)
    }
    await client.ended()
    expect(t.sink.of('request')[0]).toMatchObject({ ...request, unread: true })
    const [data] = t.sink.of('request-data')
    const all = parts.join('')
    expect(
      all.startsWith(
        Buffer.from(data?.data ?? [])
          .toString('latin1')
          .slice(0, 60_000),
      ),
    ).toBe(true)
    expect(messageOf(t.sink.of('ended')[0])).toMatch(/^(Bad Request|Request Header Fields Too Large): \S/)
  })

  it('also behind others of the same read', async () => {
    const good = 'GET /good HTTP/1.1\r\nHost: a\r\n\r\n'
    const client = await RawClient.get(t.port, '/first').bodyHas('/first 0;')
    await t.sink.next('ended')
    await client.send(`${good}BAD /b HTTP/1.1\r\nHost: a\r\n Folded\r\n\r\n`).ended()
    // The one before it is answered, and the connection ends behind it (as by Pushpin).
    expect(client.text.match(/HTTP\/1\.1 200/g)).toHaveLength(2)
  })

  it('and of one whose client left in the midst of its head', async () => {
    const client = RawClient.open(t.port).send('DELETE /half HTTP/1.1\r\nHost: a\r\nX-B')
    client.socket.end()
    await t.sink.next('ended')
    expect(t.sink.of('request')[0]).toMatchObject({
      method: 'DELETE',
      url: '/half',
      headers: ['Host', 'a'],
      unread: true,
    })
    expect(t.sink.of('ended')[0]).toMatchObject({ how: 'client-left' })
  })
})

describe('a body in a transfer coding that is not understood', () => {
  it.each(['gzip, chunked', 'identity, chunked'])('(%s) gets 501 that names the field', async (coding) => {
    const head = `POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: ${coding}\r\n\r\n`
    const client = await RawClient.open(t.port).send(`${head}3\r\nabc\r\n0\r\n\r\n`).ended()
    expect(client.status).toBe(501)
    expect(client.body).toContain(`Transfer-Encoding: "${coding}"`)
    expect(await t.sink.next('ended')).toMatchObject({ x: 1, how: 'not-supported' })
    expect(t.backend.requests).toEqual([])
  })

  it('is not taken for the next request, nor is anything behind it', async () => {
    const inner = 'GET /inner HTTP/1.1\r\nHost: a\r\n\r\n'
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n'
    const client = RawClient.open(t.port)
    client.send(`${head}${inner.length.toString(16)}\r\n${inner}\r\n0\r\n\r\nGET /next HTTP/1.1\r\nHost: a\r\n\r\n`)
    await client.ended()
    expect(client.status).toBe(501)
    expect(t.sink.of('request')).toHaveLength(1)
    expect(t.backend.requests).toEqual([])
  })

  it('may be chunked in any case', async () => {
    const head = 'POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: Chunked\r\n\r\n'
    const client = await RawClient.open(t.port).send(`${head}3\r\nabc\r\n0\r\n\r\n`).bodyHas('/ 3;')
    client.close()
  })
})

describe('garbage behind a good request', () => {
  it('while the answer is awaited is not looked at, and the connection ends with the answer', async () => {
    const client = RawClient.get(t.port, '/held')
    await t.subscribed()
    client.send('garbage\r\n\r\n')
    await t.publish({ channel: 'a', formats: { 'http-response': { body: 'still here' } } })
    await client.ended()
    expect(client.text.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    expect([client.status, client.body]).toEqual([200, 'still here'])
    expect(t.sink.of('ended').map((e) => e.how)).toEqual(['delivered'])
  })

  it('that says close is not looked at', async () => {
    const client = RawClient.open(t.port)
    client.send('GET /one HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\nGET /two HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.ended()
    expect([client.status, client.body]).toEqual([200, '/one 0;'])
  })

  it('after its answer is an exchange of its own', async () => {
    const client = await RawClient.get(t.port, '/one').bodyHas('/one 0;')
    await t.sink.next('ended')
    await client.send('garbage\r\n\r\n').ended()
    expect(client.text).toMatch(/HTTP\/1\.1 400 Bad Request\r\n/)
    expect(t.sink.of('ended').map((e) => e.how)).toEqual(['complete', 'bad-request'])
  })

  it('in its body ends it', async () => {
    const client = RawClient.open(t.port)
    client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n')
    await t.sink.next('request-data')
    await client.send('zz\r\n').ended()
    expect(client.status).toBe(400)
    expect(await t.sink.next('ended')).toMatchObject({ x: 1, how: 'bad-request' })
    expect(t.sink.of('request')).toHaveLength(1)
  })
})

describe('the rest of a body whose request is answered already', () => {
  const early = async (rest: string): Promise<RawClient> => {
    await t.engine.setRoutes({ kind: 'lines', lines: ['* 127.0.0.1:1'] })
    const client = RawClient.open(t.port)
    client.send('POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nab')
    await t.sink.next('request-data')
    // It is waited for the rest of a short body.
    t.sink.pass(500)
    await client.whole()
    expect(client.status).toBe(502)
    return client.send(rest)
  }

  it('ends the connection where it is garbage, and is no exchange', async () => {
    const client = await (await early('czz\r\n')).ended()
    expect(client.text.match(/HTTP\/1\.1 /g)).toHaveLength(1)
    expect(t.sink.of('request')).toHaveLength(1)
  })

  it('is no exchange either where it never comes', async () => {
    const client = await early('c')
    client.close()
    await t.engine.stop()
    expect(t.sink.of('ended').map(({ how }) => how)).toEqual(['backend-failed'])
  })
})

describe('an offer of another protocol than WebSocket', () => {
  const offer = 'Host: a\r\nConnection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMAAABk\r\n'

  it('goes on as plain HTTP', async () => {
    const client = RawClient.open(t.port).send(`GET /up HTTP/1.1\r\n${offer}\r\n`)
    await client.bodyHas('/up 0;')
    expect(t.backend.requests[0]?.headers).not.toHaveProperty('upgrade')
    expect(t.backend.requests[0]?.headers).not.toHaveProperty('http2-settings')
    expect((await t.sink.next('ended')).how).toBe('complete')
    client.close()
  })

  it('keeps its body, and the connection goes on', async () => {
    const client = RawClient.open(t.port)
    for (let n = 1; n <= 12; n++) {
      client.send(`POST /n${n} HTTP/1.1\r\n${offer}Content-Length: 3\r\n\r\nabc`)
      await client.until(() => client.text.includes(`/n${n} 3;`), `answer ${n}`)
    }
    client.send(`POST /c HTTP/1.1\r\n${offer}Transfer-Encoding: chunked\r\n\r\n2\r\nab\r\n0\r\n\r\n`)
    client.send('GET /behind HTTP/1.1\r\nHost: a\r\n\r\n')
    await client.until(() => client.text.includes('/c 2;') && client.text.includes('/behind 0;'), 'both answers')
    client.close()
  })

  it('by a POST that says WebSocket is one of them', async () => {
    const key = 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n'
    const head = `Host: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n${key}Content-Length: 3\r\n`
    const client = RawClient.open(t.port).send(`POST /ws HTTP/1.1\r\n${head}\r\nabc`)
    await client.bodyHas('/ws 3;')
    expect(t.backend.requests[0]?.method).toBe('POST')
    client.close()
  })
})

it('CONNECT gets 501, recorded as what it asked for', async () => {
  const client = await RawClient.open(t.port).send('CONNECT h:443 HTTP/1.1\r\nHost: h:443\r\n\r\n').ended()
  expect(client.status).toBe(501)
  expect(t.sink.of('request')[0]).toMatchObject({ method: 'CONNECT', url: 'h:443' })
  expect(await t.sink.next('ended')).toMatchObject({ how: 'not-supported' })
  expect(t.backend.requests).toEqual([])
})

it('a request without a Host is answered, as Pushpin does', async () => {
  const client = await RawClient.open(t.port).send('GET /nobody HTTP/1.1\r\n\r\n').bodyHas('/nobody 0;')
  expect(t.sink.of('request')).toHaveLength(1)
  client.close()
})

it('an expectation that nobody knows is not passed on', async () => {
  const head = 'POST /e HTTP/1.1\r\nHost: a\r\nExpect: the-unexpected\r\nContent-Length: 2\r\n'
  const client = await RawClient.open(t.port).send(`${head}\r\nab`).bodyHas('/e 2;')
  expect(t.backend.requests[0]?.headers).not.toHaveProperty('expect')
  client.close()
})

it('all headers of a request with very many go on', async () => {
  const many = Array.from({ length: 2500 }, (_, i) => `X-${i}: ${i}`)
  const client = await RawClient.get(t.port, '/many', many).answered()
  expect(t.sink.of('request')[0]?.headers).toHaveLength(2 * 2501)
  expect(t.sink.of('sent')[0]?.headers).toContain('X-2499')
  client.close()
})

it('a target in absolute form is asked in origin form, of the host that it names', async () => {
  const client = RawClient.open(t.port).send('GET http://shop.example/a?b HTTP/1.1\r\nHost: other\r\n\r\n')
  await client.bodyHas('/a?b 0;')
  expect(t.backend.requests[0]?.headers.host).toBe('shop.example')
  client.close()
})
