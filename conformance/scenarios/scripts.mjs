// JSON-P at its edges: parameters in odd forms, answers that are no value, and what held scripts have.
import { instruct, poll, stream } from '../lib/scenario.mjs'

/** Headers that any server adds. */
const SERVERS = new Set(['date', 'connection', 'keep-alive'])

/** The body of a script in extended mode taken apart; any other as it is. */
function script(text) {
  const [, callback, json] = /^\/\*\*\/(.*?)\((\{.*\})\);\n$/s.exec(text) ?? []
  if (json === undefined) return text
  const { headers, ...rest } = JSON.parse(json)
  if (headers === undefined) return text
  const own = Object.entries(headers).filter(([name]) => !SERVERS.has(name.toLowerCase()))
  return { callback, ...rest, headers: Object.fromEntries(own.sort()) }
}

/** What the client gets, and what the backend was asked. */
async function jsonp(t, path, answer = { body: 'ok' }) {
  const backend = t.on(answer)
  const client = await t.get(path).whole(4000)
  const names = ['content-type', 'cache-control', 'x-a', 'etag']
  const { body, ...seen } = client.seen(...names)
  const requests = backend.requests.map((r) => [r.method, r.url, r.headers['x-own'] ?? null, r.body.toString()])
  return { ...seen, body: client.status === 400 ? 'a fault' : script(body), asked: requests }
}

const QUERIES = {
  'the callback alone': 'callback=fn',
  'the callback between others': 'a=1&callback=fn&b=2',
  'an ampersand before it': '&callback=fn',
  'an ampersand after it': 'callback=fn&',
  'two ampersands after it': 'callback=fn&&a',
  'two ampersands elsewhere': 'callback=fn&a&&b',
  'an equals sign in a value': 'callback=fn&a=b=c',
  'a name without a value': 'callback=fn&a',
  'a name with an empty value': 'callback=fn&a=',
  'an escape in the name': 'call%62ack=fn',
  'two equals signs': 'callback==fn',
  'a callback with a number first': 'callback=1a',
  'a callback in UTF-8': 'callback=%C3%A9',
  'a callback of a blank': 'callback=%20',
  'the method twice': 'callback=fn&_method=POST&_method=PUT',
  'the method options': 'callback=fn&_method=OPTIONS',
  'the method delete': 'callback=fn&_method=DELETE',
  'the body twice': 'callback=fn&_method=POST&_body=one&_body=two',
  'a body with signs': 'callback=fn&_method=POST&_body=%26%3D%25+',
  'headers of UTF-8': `callback=fn&_headers=${encodeURIComponent('{"X-Own":"é"}')}`,
  'headers that are a number': 'callback=fn&_headers=5',
  'headers that are null': 'callback=fn&_headers=null',
  'headers with an object in them': `callback=fn&_headers=${encodeURIComponent('{"X-Own":{}}')}`,
  'headers with a tab in a value': `callback=fn&_headers=${encodeURIComponent('{"X-Own":"a\tb"}')}`,
  'parameters without a callback': '_method=POST&_body=x',
  'a parameter that begins alike': 'callback=fn&_methods=POST',
}

const ANSWERS = {
  'an empty body': { body: '' },
  'a line break': { body: '\n' },
  'two line breaks': { body: 'x\r\n\r\n' },
  'no content': { status: 204 },
  'not modified': { status: 304, headers: { ETag: '"x"' } },
  'a redirect': { status: 302, headers: { Location: '/x' } },
  'an error without a body': { status: 500 },
  'an error': { status: 500, body: 'broken\n' },
  'a type and a policy': { headers: { 'Content-Type': 'a/b', 'Cache-Control': 'no-store', 'X-A': '1' }, body: 'x' },
  'a length': { headers: { 'Content-Length': '2', 'X-A': '1' }, body: 'x\n' },
  'an encoding that is none': { headers: { 'Content-Encoding': 'identity' }, body: 'x' },
  'a hold that is none': { headers: { 'Grip-Hold': 'sideways' } },
  'json that is none': instruct('{'),
  'an instruct without a hold': instruct({ response: { code: 201, headers: { 'X-A': '1' }, body: 'x\n' } }),
  'an instruct with an empty body': instruct({ response: { body: '' } }),
}

/** A held request, published to. */
async function held(t, path, format, headers = {}) {
  t.on(poll(t, { 'X-A': '1', ...headers }, 'late'))
  const client = await t.held(t.get(path, { headers: { Origin: 'http://app.example' } }))
  await t.push('http-response', format)
  await client.whole()
  const { body, ...seen } = client.seen('content-type', 'x-a', 'x-b', 'set-cookie', 'access-control-allow-origin')
  return { ...seen, body: script(body), types: client.headers.filter(([name]) => name === 'content-type').length }
}

const FORMATS = {
  'a body': { body: 'x\n' },
  'a code and a reason': { code: 404, reason: 'Nope', body: 'x' },
  headers: { headers: { 'X-B': '2', 'Content-Type': 'a/b' }, body: 'x' },
  'headers twice': {
    headers: [
      ['X-B', '2'],
      ['x-b', '3'],
    ],
    body: 'x',
  },
  'an empty body': { body: '' },
  'no content': { code: 204, body: '' },
  'content filters that the subscription has not': { body: 'x', 'content-filters': ['a'] },
}

/** How a script is framed whose answer comes in one go: with a length, or in chunks. */
async function framing(t, size, path) {
  t.on(({ response }) => {
    response.writeHead(200)
    response.write('x'.repeat(size))
    response.end()
  })
  return (await t.get(path).whole(4000)).framing
}

const each = (rows, prefix, make) =>
  Object.fromEntries(Object.entries(rows).map(([name, row]) => [`${prefix}: ${name}`, make(row)]))
const basic = (query) => query.replaceAll('callback', 'cb')

export const scenarios = {
  ...each(QUERIES, 'extended', (query) => (t) => jsonp(t, t.path('/jsonp/', `?${query}`))),
  ...each(QUERIES, 'basic', (query) => (t) => jsonp(t, t.path('/jsonp-basic/', `?${basic(query)}`))),
  ...each(ANSWERS, 'extended answer', (answer) => (t) => jsonp(t, t.path('/jsonp/', '?callback=fn'), answer)),
  ...each(ANSWERS, 'basic answer', (answer) => (t) => jsonp(t, t.path('/jsonp-basic/', '?cb=fn'), answer)),
  ...each(FORMATS, 'extended hold', (format) => (t) => held(t, t.path('/jsonp/', '?callback=fn'), format)),
  ...each(FORMATS, 'basic hold', (format) => (t) => held(t, t.path('/jsonp-basic/', '?cb=fn'), format)),
  ...each(
    { '100,000': 100_000, '100,001': 100_001 },
    'extended, bytes',
    (size) => (t) => framing(t, size, t.path('/jsonp/', '?callback=fn')),
  ),
  ...each(
    { '100,000': 100_000, '100,001': 100_001 },
    'basic, bytes',
    (size) => (t) => framing(t, size, t.path('/jsonp-basic/', '?cb=fn')),
  ),
  'extended stream: an origin among the headers': async (t) => {
    t.on(stream(t, { 'X-A': '1' }, 'open;'))
    const headers = encodeURIComponent('{"Origin":"http://named.example"}')
    const client = await t.get(t.path('/jsonp/', `?callback=fn&_headers=${headers}`)).has('open;')
    return client.seen('access-control-allow-origin', 'access-control-expose-headers')
  },
  'extended hold: cookies and cors of its own': (t) =>
    held(
      t,
      t.path('/jsonp/', '?callback=fn'),
      { body: 'x' },
      { 'Set-Cookie': 'a=1', 'Access-Control-Allow-Origin': '*' },
    ),
}
