// What a proxy writes anew on the way: URLs, hosts, lengths, encodings, and headers that a client left out.
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'

/** The target and some headers as they came to the backend. */
async function asked(t, raw, names = []) {
  const script = t.on({ body: 'ok' })
  const client = t.ask({ raw: raw.replaceAll('PATH', t.path()) })
  await client.until(() => client.complete || client.ended, 'an end', 2500).catch(() => {})
  const [seen] = script.requests
  const picked = Object.fromEntries(names.map((name) => [name, seen?.headers[name] ?? null]))
  return { status: client.status, method: seen?.method, url: seen?.url, body: seen?.body.toString(), ...picked }
}

const target = (rest) => (t) => asked(t, `GET PATH${rest} HTTP/1.1\r\nHost: h\r\n\r\n`)
const host = (value) => (t) => asked(t, `GET PATH HTTP/1.1\r\n${value}\r\n\r\n`, ['host'])
const LENGTHS = ['content-length', 'transfer-encoding']
const sent = (head, body) => (t) => asked(t, `${head}\r\nHost: h\r\n\r\n${body}`, LENGTHS)

const TARGETS = {
  'an escape of a letter': '/%61?%61',
  'escapes of what needs none': '/%2d%2e%5f%7e?%2d%2e%5f%7e',
  'escapes of what has a meaning': '/%2f%3f%23%26%3d?%2f%3f%23%26%3d',
  'escapes in lower case': '/%c3%a9?%c3%a9',
  'an escape of zero': '/%00?%00',
  'an escape of a blank, a plus': '/%20+?%20+',
  'a percent sign alone': '/50%?50%',
  'a percent sign beside an escape in the path': '/%20%zz?%20',
  'a percent sign beside an escape in the query': '/%20?%20%zz',
  'a quote': '/"?"',
  braces: '/{a}?{a}',
  brackets: '/[a]?b[]=c',
  'a backslash and a caret': '/a\\b^c?a\\b^c',
  'a pipe and a backtick': '/a|b`c?a|b`c',
  'marks that stay': "/!$&'()*+,;=:@?!$&'()*+,;=:@/?",
  'a fragment': '/a?b#c',
  'a fragment without a query': '/a#b?c',
  'an empty query': '?',
  'two question marks': '??',
  'dots and slashes': '/../a/./b//c',
}

const HOSTS = {
  'in upper case': 'Host: SHOP.Example',
  'with the usual port': 'Host: shop.example:80',
  'with another port': 'Host: Shop.example:8080',
  'with a colon and no port': 'Host: shop.example:',
  'with a dot at its end': 'Host: shop.example.',
  'two of them': 'Host: a.example\r\nHost: b.example',
  'none of them': 'X-A: b',
}

const BODIES = {
  'a short body in chunks': ['POST PATH HTTP/1.1\r\nTransfer-Encoding: chunked', '2\r\nab\r\n1\r\nc\r\n0\r\n\r\n'],
  'an empty body in chunks': ['POST PATH HTTP/1.1\r\nTransfer-Encoding: chunked', '0\r\n\r\n'],
  'a get with a body in chunks': ['GET PATH HTTP/1.1\r\nTransfer-Encoding: chunked', '2\r\nab\r\n0\r\n\r\n'],
  'a delete with a body in chunks': ['DELETE PATH HTTP/1.1\r\nTransfer-Encoding: chunked', '2\r\nab\r\n0\r\n\r\n'],
  'a post without a body': ['POST PATH HTTP/1.1', ''],
  'a put without a body': ['PUT PATH HTTP/1.1', ''],
  'a patch without a body': ['PATCH PATH HTTP/1.1', ''],
  'a delete without a body': ['DELETE PATH HTTP/1.1', ''],
  'options without a body': ['OPTIONS PATH HTTP/1.1', ''],
  'a get with a length of zero': ['GET PATH HTTP/1.1\r\nContent-Length: 0', ''],
  'a post of http 1.0': ['POST PATH HTTP/1.0\r\nContent-Length: 2', 'ab'],
}

const PACKED = { gzip: gzipSync, deflate: deflateSync, br: brotliCompressSync, identity: (body) => body }
const TEXT = 'hello '.repeat(50)

/** A packed answer, at once or in two parts. */
async function unpacked(t, encoding, method, parts) {
  const body = PACKED[encoding](Buffer.from(TEXT))
  const headers = { 'Content-Encoding': encoding, ETag: '"x"', Vary: 'Accept-Encoding' }
  t.on(async ({ response }) => {
    if (!parts) return { headers, body }
    response.writeHead(200, headers)
    response.write(body.subarray(0, 10))
    await t.sleep(150)
    response.end(body.subarray(10))
  })
  const client = t.ask({ method, path: t.path(), headers: { 'Accept-Encoding': encoding } })
  await client.whole(3000)
  const same = client.body.toString() === TEXT
  const seen = client.seen('content-encoding', 'etag', 'vary', 'transfer-encoding')
  return { ...seen, body: same ? 'the text' : client.body.length }
}

/** What a client gets of an answer without or with a length. */
async function lengths(t, method, answer) {
  t.on(answer)
  return (await t.ask({ method, path: t.path() }).whole()).seen('content-length', 'transfer-encoding')
}

const each = (rows, prefix, make) =>
  Object.fromEntries(Object.entries(rows).map(([name, row]) => [`${prefix}: ${name}`, make(row)]))

export const scenarios = {
  ...each(TARGETS, 'target', target),
  ...each(HOSTS, 'host', host),
  ...each(BODIES, 'body', ([head, body]) => sent(head, body)),
  'body: in chunks that come late': async (t) => {
    const script = t.on(({ body }) => ({ body }))
    const client = t.ask({ method: 'POST', path: t.path(), headers: { 'Transfer-Encoding': 'chunked' } })
    for (const chunk of ['2\r\nab\r\n', '1\r\nc\r\n', '0\r\n\r\n']) {
      await t.sleep(150)
      client.send(chunk)
    }
    await client.whole()
    const { headers } = script.requests[0]
    return { ...client.seen(), sent: LENGTHS.map((name) => headers[name] ?? null) }
  },
  'accept is sent where the client sends none': (t) =>
    asked(t, 'GET PATH HTTP/1.1\r\nHost: h\r\n\r\n', ['accept', 'user-agent']),
  'a header without a value is left out': (t) =>
    asked(t, 'GET PATH HTTP/1.1\r\nHost: h\r\nX-Empty:\r\nX-Blank: \r\nX-A: b\r\n\r\n', ['x-empty', 'x-blank', 'x-a']),
  ...Object.fromEntries(
    Object.keys(PACKED).flatMap((encoding) => [
      [`packed: ${encoding}`, (t) => unpacked(t, encoding, 'GET', false)],
      [`packed: ${encoding}, in parts`, (t) => unpacked(t, encoding, 'GET', true)],
      [`packed: ${encoding}, head`, (t) => unpacked(t, encoding, 'HEAD', false)],
    ]),
  ),
  'packed: but not as it says': (t) =>
    lengths(t, 'GET', { headers: { 'Content-Encoding': 'gzip' }, body: 'plain' }).then(({ status }) => status),
  ...each({ '65,536': 65_536, '65,537': 65_537 }, 'length: chunks at once, bytes', (size) => async (t) => {
    t.on(({ response }) => {
      response.write('x'.repeat(size))
      response.end()
    })
    return (await t.get().whole(3000)).framing
  }),
  ...each(
    { '100,000': 100_000, '100,001': 100_001 },
    'length: chunks after a request of bytes',
    (size) => async (t) => {
      t.on(({ response }) => {
        response.write('x')
        response.end()
      })
      return (await t.ask({ method: 'POST', path: t.path(), body: 'x'.repeat(size) }).whole(3000)).framing
    },
  ),
  'length: head without one': (t) => lengths(t, 'HEAD', { headers: { 'Content-Type': 'a/b' } }),
  'length: head of 404 without one': (t) => lengths(t, 'HEAD', { status: 404 }),
  'length: head with one': (t) => lengths(t, 'HEAD', { headers: { 'Content-Length': '7' } }),
  'length: 204 with one': (t) =>
    lengths(t, 'GET', { raw: 'HTTP/1.1 204 No Content\r\nContent-Length: 2\r\nConnection: close\r\n\r\n' }),
  ...each(
    { channel: 'Grip-Channel: c', stream: 'Grip-Hold: stream', response: 'Grip-Hold: response' },
    'length: 304 with one, and an instruct',
    (grip) => async (t) => {
      t.on({ raw: `HTTP/1.1 304 Not Modified\r\nETag: "x"\r\nContent-Length: 44\r\n${grip}\r\n\r\n` })
      const client = t.get()
      await client.head(600).catch(() => {})
      return client.seen('etag', 'content-length')
    },
  ),
  'length: 304 with one': (t) =>
    lengths(t, 'GET', { raw: 'HTTP/1.1 304 Not Modified\r\nContent-Length: 2\r\nConnection: close\r\n\r\n' }),
}
