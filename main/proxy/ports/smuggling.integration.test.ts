// Requests that two programs could read in two ways: a backend that records every byte gets what the proxy meant, or
// nothing, and whoever sent them hears which field is wrong.
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { RawClient } from '../../testing/raw-client'
import { responsesIn } from '../../testing/response-list'
import { messageOf } from '../../testing/said'
import { StrictBackend } from '../../testing/strict-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'

let t: TestEngine
let backend: StrictBackend
beforeAll(async () => {
  backend = await StrictBackend.start(({ body }) => `got ${body}`)
  t = await startTestEngine(() => ({}), [`* ${backend.address}`, `*,path_beg=/jsonp,aco ${backend.address}`])
})
afterAll(async () => {
  await t.nothingLeft()
  await t.stop()
  await backend.stop()
})
beforeEach(() => {
  backend.requests.length = 0
  t.sink.events.length = 0
})

const EVIL = 'GET /evil HTTP/1.1\r\nHost: a\r\n\r\n'
const CHUNKS = '3\r\nabc\r\n0\r\n\r\n'
const post = (lines: readonly string[], body: string, version = '1.1') =>
  `POST / HTTP/${version}\r\n${['Host: a', ...lines].join('\r\n')}\r\n\r\n${body}`
const upgrade = (lines: string) =>
  `GET / HTTP/1.1\r\nHost: a\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nSec-WebSocket-Version: 13\r\n` +
  `Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${lines}\r\n\r\n${EVIL}`

/** Sends bytes, and leaves after `n` answers; returns them once all is over. */
async function say(bytes: string, n = 1): Promise<{ statuses: number[]; text: string }> {
  const client = RawClient.open(t.port)
  client.socket.write(bytes, 'latin1')
  const statuses = () => (responsesIn(client.text) ?? []).map(({ status }) => status)
  await client.until(() => statuses().length >= n, `${n} answers`)
  client.close()
  const begun = () => t.sink.of('request').length
  await t.sink.when(() => (begun() >= n && begun() === t.sink.of('ended').length ? true : undefined), 'end of all')
  return { statuses: statuses(), text: client.text }
}

const got = () => backend.requests.map(({ method, url, body }) => `${method} ${url} ${body}`.trimEnd())

describe('a request is refused, and no backend hears of it, with', () => {
  it.each([
    ['a length and chunks', 400, 'Content-Length', post(['Content-Length: 4', 'Transfer-Encoding: chunked'], CHUNKS)],
    ['chunks and a length', 400, 'Content-Length', post(['Transfer-Encoding: chunked', 'Content-Length: 4'], CHUNKS)],
    ['two lengths', 400, 'Content-Length', post(['Content-Length: 0', 'Content-Length: 3'], EVIL)],
    ['the same length twice', 400, 'Content-Length', post(['Content-Length: 3', 'Content-Length: 3'], 'abc')],
    ['a list of lengths', 400, 'Content-Length', post(['Content-Length: 3, 3'], 'abc')],
    ['a sign before the length', 400, 'Content-Length', post(['Content-Length: +3'], 'abc')],
    ['an empty length', 400, 'Content-Length', post(['Content-Length:'], 'abc')],
    ['a length beyond all bounds', 400, 'Content-Length', post([`Content-Length: ${'9'.repeat(30)}`], 'abc')],
    ['a length that is not exact', 413, 'Content-Length', post(['Content-Length: 9007199254740993'], 'abc')],
    ['another coding before chunked', 501, 'Transfer-Encoding', post(['Transfer-Encoding: gzip, chunked'], CHUNKS)],
    [
      'another coding in a header before',
      501,
      'Transfer-Encoding',
      post(['Transfer-Encoding: gzip', 'Transfer-Encoding: chunked'], CHUNKS),
    ],
    ['the coding identity', 501, 'Transfer-Encoding', post(['Transfer-Encoding: identity'], EVIL)],
    ['no coding', 501, 'Transfer-Encoding', post(['Transfer-Encoding:'], EVIL)],
    [
      'chunked twice',
      400,
      'Transfer-Encoding',
      post(['Transfer-Encoding: chunked', 'Transfer-Encoding: chunked'], CHUNKS),
    ],
    ['chunked that is not the last', 400, 'Transfer-Encoding', post(['Transfer-Encoding: chunked, gzip'], CHUNKS)],
    ['a vertical tab before chunked', 400, 'headers', post(['Transfer-Encoding: \x0bchunked'], CHUNKS)],
    ['a space before the colon', 400, 'headers', post(['Transfer-Encoding : chunked'], CHUNKS)],
    ['a tab before the colon', 400, 'headers', post(['Transfer-Encoding\t: chunked'], CHUNKS)],
    ['a header that is folded', 400, 'headers', post(['X: y', ' Transfer-Encoding: chunked'], CHUNKS)],
    ['a value that is folded', 400, 'headers', post(['Transfer-Encoding:', ' chunked'], CHUNKS)],
    ['a line feed alone between headers', 400, 'line end', post(['X: y\nTransfer-Encoding: chunked'], CHUNKS)],
    ['a line feed alone after them', 400, 'headers', 'POST / HTTP/1.1\r\nHost: a\r\n\nabc'],
    ['a carriage return alone', 400, 'line end', post(['X: y\rTransfer-Encoding: chunked'], CHUNKS)],
    ['a space before the first header', 400, 'headers', `GET / HTTP/1.1\r\n Host: a\r\n\r\n${EVIL}`],
    ['no version', 400, 'version', `GET /\r\n\r\n${EVIL}`],
    ['a version of another protocol', 400, 'version', `GET / HTTP/2.0\r\nHost: a\r\n\r\n${EVIL}`],
    ['a method in JSON-P that makes tunnels', 400, '_method', 'GET /jsonp?callback=f&_method=CONNECT HTTP/1.1\r\n\r\n'],
    [
      'a line break in a header in JSON-P',
      400,
      '_headers',
      'GET /jsonp?callback=f&_headers={%22X%22:%22a%5Cr%5Cnb%22} HTTP/1.1\r\n\r\n',
    ],
  ])('%s: %i, naming %s', async (_name, status, field, bytes) => {
    const { statuses, text } = await say(bytes)
    expect(statuses[0]).toBe(status)
    const [ended] = t.sink.of('ended')
    expect(messageOf(ended)).toContain(`: ${field}: `)
    expect(text).toContain(messageOf(ended))
    expect(ended?.how).toBe(status === 501 ? 'not-supported' : 'bad-request')
    expect(got()).toEqual([])
  })
})

describe('a request reaches the backend with the framing of ours, and nothing behind it, with', () => {
  it.each([
    ['zeros before the length', post(['Content-Length: 003'], 'abc'), ['POST / abc']],
    ['bytes behind the last request of a connection', post(['Content-Length: 0'], EVIL, '1.0'), ['POST /']],
    ['a length of zeros', post(['Content-Length: 00'], EVIL), ['POST /', 'GET /evil']],
    [
      'its length named in Connection',
      post(['Connection: content-length', `Content-Length: ${EVIL.length}`], EVIL),
      [`POST / ${EVIL.trimEnd()}`],
    ],
    [
      'its coding named in Connection',
      post(['Connection: transfer-encoding', 'Transfer-Encoding: chunked'], CHUNKS),
      ['POST / abc'],
    ],
    ['extensions of chunks', post(['Transfer-Encoding: chunked'], '3;a="b;c"\r\nabc\r\n0;x\r\n\r\n'), ['POST / abc']],
    ['chunks in HTTP/1.0', post(['Transfer-Encoding: chunked'], CHUNKS, '1.0'), ['POST / abc']],
    ['trailers', post(['Transfer-Encoding: chunked'], '3\r\nabc\r\n0\r\nHost: evil\r\n\r\n'), ['POST / abc']],
    [
      'a body of a GET',
      `GET / HTTP/1.1\r\nHost: a\r\nContent-Length: ${EVIL.length}\r\n\r\n${EVIL}`,
      [`GET / ${EVIL.trimEnd()}`],
    ],
    [
      'an offer of another protocol',
      post(['Upgrade: h2c', 'Connection: Upgrade', 'Content-Length: 3'], 'abc'),
      ['POST / abc'],
    ],
    ['a WebSocket that it does not take, and a length', upgrade(`Content-Length: ${EVIL.length}`), ['GET /']],
    ['a WebSocket that it does not take, and chunks', upgrade('Transfer-Encoding: chunked'), ['GET /']],
    [
      'framing in the headers of JSON-P',
      'GET /jsonp?callback=f&_method=POST&_body=abc&_headers={%22Content-Length%22:%2299%22,%22Transfer-Encoding%22:%22chunked%22,%22Connection%22:%22content-length,host%22} HTTP/1.1\r\n\r\n',
      ['POST /jsonp abc'],
    ],
  ])('%s', async (_name, bytes, seen) => {
    await say(bytes, seen.length)
    expect(got()).toEqual(seen)
    expect(backend.faults).toEqual([])
  })
})

it('names that a backend may read as those of the proxy stop here', async () => {
  await say('GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\nGrip_Sig: x\r\ngrip-last: y\r\n\r\n')
  const headers = backend.requests[0]?.headers ?? []
  const of = (pattern: RegExp) => headers.filter(([name]) => pattern.test(name)).map(([, value]) => value)
  expect(of(/^host$/i)).toEqual(['a'])
  expect(of(/^grip[-_](sig|last)$/i)).toHaveLength(1)
})

it('who is named before the host of an absolute target is left out', async () => {
  await say('GET http://user:password@shop.example/x HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(backend.requests[0]?.headers).toContainEqual(['host', 'shop.example'])
})

it('a target that no backend can be asked for is no lost connection', async () => {
  const { statuses } = await say('OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n')
  expect(statuses).toEqual([502])
  expect(messageOf(t.sink.of('ended')[0])).toContain('the request cannot be sent as it is')
  expect(backend.requests).toEqual([])
})
