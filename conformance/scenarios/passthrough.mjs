// Without GRIP in the answer the proxy is only a proxy: what reaches the backend, and what comes back.
const hop = (script, ...names) => names.map((name) => script.requests[0]?.headers[name] ?? null)

/** What the backend was asked, for one request. */
async function asked(t, request, ...names) {
  const script = t.on({ body: 'ok' })
  const client = await t.ask({ path: t.path(), ...request }).whole()
  const { method, url, headers, body } = script.requests[0] ?? { headers: {} }
  const picked = Object.fromEntries(names.map((name) => [name, headers[name] ?? null]))
  return { client: client.seen(), method, url, body: body?.toString(), ...picked }
}

/** What the client got of one answer. */
async function answered(t, answer, request = {}, ...names) {
  t.on(answer)
  return (await t.ask({ path: t.path(), ...request }).whole()).seen(...names)
}

export const scenarios = {
  // ---- the request's target ----
  'the query is kept byte for byte': (t) => asked(t, { path: t.path('/', "?a=%20b&&c=d+e&f=%C3%A9&=&'x'(y)") }),
  'an empty query': (t) => asked(t, { path: t.path('/', '?') }),
  'a query with question marks': (t) => asked(t, { path: t.path('/', '?a=?b?c') }),
  'encoded slashes': (t) => asked(t, { path: t.path('/a%2Fb%20c/', '/%C3%A9') }),
  'two slashes at the start': (t) => asked(t, { path: t.path('//') }),
  'two slashes within': (t) => asked(t, { path: t.path('/a//b/') }),
  'dots in the path': (t) => asked(t, { path: t.path('/a/../b/./') }),
  'odd characters in the path': (t) => asked(t, { path: t.path("/!$&'()*+,;=:@~-._/") }),
  'a path of 3,000 characters': async (t) => {
    const script = t.on({ body: 'ok' })
    const path = t.path('/', `/${'x'.repeat(3000)}`)
    const client = await t.get(path).whole()
    return { status: client.status, same: script.requests[0]?.url === path }
  },
  'semicolons and colons': (t) => asked(t, { path: t.path('/a;b=c/', ':8080;x?y;z') }),

  // ---- methods and bodies ----
  trace: (t) => asked(t, { method: 'REPORT' }),
  'get with a body': (t) => asked(t, { method: 'GET', body: 'unusual' }, 'content-length'),
  'delete with a body': (t) => asked(t, { method: 'DELETE', body: 'reasons' }, 'content-length'),
  'post with an empty body': (t) => asked(t, { method: 'POST', body: '' }, 'content-length', 'transfer-encoding'),
  'post without a length': (t) =>
    asked(t, { raw: `POST ${t.path()} HTTP/1.1\r\nHost: h\r\n\r\n` }, 'content-length', 'transfer-encoding'),
  'put and what it answers': (t) => answered(t, { status: 204 }, { method: 'PUT', body: 'x' }, 'content-length'),
  'a body of 150,000 bytes': async (t) => {
    const script = t.on((r) => ({ body: String(r.body.length) }))
    const client = await t.ask({ method: 'POST', path: t.path(), body: 'x'.repeat(150_000) }).whole(8000)
    return { client: client.seen(), length: script.requests[0]?.headers['content-length'] ?? null }
  },
  'a chunked body with extensions and trailers': async (t) => {
    t.on((r) => ({ body: r.body.toString() }))
    const chunks = '3;name=value\r\nabc\r\n2\r\nde\r\n0\r\nX-Trailer: 1\r\n\r\n'
    const raw = `POST ${t.path()} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n${chunks}`
    return (await t.ask({ raw }).whole()).seen()
  },
  'expect 100-continue': async (t) => {
    const script = t.on((r) => ({ body: r.body.toString() }))
    const headers = { Expect: '100-continue', 'Content-Length': '4' }
    const client = t.ask({ method: 'POST', path: t.path(), headers })
    await t.until(() => client.interim.length > 0, 'a 100')
    client.send('body')
    await client.whole()
    return { interim: client.interim, client: client.seen(), expect: hop(script, 'expect') }
  },
  'expect 100-continue, body at once': async (t) => {
    const script = t.on((r) => ({ body: r.body.toString() }))
    const client = await t
      .ask({ method: 'POST', path: t.path(), headers: { Expect: '100-continue' }, body: 'x' })
      .whole()
    return { client: client.seen(), expect: hop(script, 'expect') }
  },

  // ---- headers to the backend ----
  'headers that are taken off': (t) =>
    asked(
      t,
      {
        headers: {
          'Keep-Alive': 'timeout=5',
          'Grip-Anything': 'x',
          'grip-hold': 'stream',
          'GRIP-CHANNEL': 'c',
          'Grip-Last': 'c; last-id=1',
        },
      },
      'keep-alive',
      'grip-anything',
      'grip-hold',
      'grip-channel',
      'grip-last',
    ),
  'headers that are kept': (t) =>
    asked(
      t,
      {
        headers: {
          Accept: 'text/html, */*;q=0.1',
          'Accept-Language': 'de, en;q=0.5',
          Authorization: 'Basic abc=',
          'User-Agent': 'test/1.0 (x; y)',
          Range: 'bytes=0-1',
          'If-None-Match': '"a", W/"b"',
          Referer: 'http://a.test/?b#c',
          'X-Forwarded-For': '1.2.3.4',
          'X-Forwarded-Proto': 'https',
          Via: '1.1 me',
          Forwarded: 'for=1.2.3.4',
          'Cache-Control': 'no-cache',
          Gripper: 'not GRIP',
          Origin: 'http://a.test',
        },
      },
      'accept',
      'accept-language',
      'authorization',
      'user-agent',
      'range',
      'if-none-match',
      'referer',
      'x-forwarded-for',
      'x-forwarded-proto',
      'via',
      'forwarded',
      'cache-control',
      'gripper',
      'origin',
    ),
  "no headers of its own but grip's": async (t) => {
    const script = t.on({})
    await t.get().whole()
    const names = script.requests[0]?.rawHeaders.map(([name]) => name.toLowerCase()) ?? []
    // Pushpin's HTTP client adds its own Accept and Accept-Encoding.
    return names.filter((name) => !/^(connection|accept.*)$/.test(name)).sort()
  },
  'pushpin-route where it is not accepted': (t) => asked(t, { headers: { 'Pushpin-Route': 'x' } }, 'pushpin-route'),
  'the case of names is kept': async (t) => {
    const script = t.on({})
    await t.ask({ path: t.path(), headers: { 'x-LOWER-Case': '1', COOKIE: 'a=b' } }).whole()
    return script.requests[0]?.rawHeaders.map(([name]) => name).filter((n) => /lower|cookie/i.test(n))
  },
  'repeated headers': async (t) => {
    const script = t.on({})
    const headers = [
      ['X-A', '1'],
      ['X-A', '2'],
      ['Cookie', 'a=1'],
      ['Cookie', 'b=2'],
    ]
    await t.ask({ path: t.path(), headers }).whole()
    return script.requests[0]?.rawHeaders.filter(([name]) => /x-a|cookie/i.test(name))
  },
  'bytes beyond ASCII in a header': async (t) => {
    const script = t.on({})
    await t.ask({ path: t.path(), headers: { 'X-Name': Buffer.from('Zoë').toString('latin1') } }).whole()
    return Buffer.from(hop(script, 'x-name')[0] ?? '', 'latin1').toString('hex')
  },
  'a header of 4,000 characters': async (t) => {
    const script = t.on({})
    const client = await t.ask({ path: t.path(), headers: { 'X-Long': 'y'.repeat(4000) } }).whole()
    return { status: client.status, length: hop(script, 'x-long')[0]?.length ?? null }
  },
  'seventy headers': async (t) => {
    const script = t.on({})
    const headers = Array.from({ length: 40 }, (_, i) => [`X-Header-${i}`, String(i)])
    const client = await t.ask({ path: t.path(), headers }).whole()
    return {
      status: client.status,
      n: script.requests[0]?.rawHeaders.filter(([n]) => /^x-header/i.test(n)).length ?? 0,
    }
  },
  'white space around values': (t) =>
    asked(t, { raw: `GET ${t.path()} HTTP/1.1\r\nHost: h\r\nX-A:   b  c \t\r\nX-D:e\r\n\r\n` }, 'x-a', 'x-d'),
  'content type and its parameters': (t) =>
    asked(t, { method: 'POST', headers: { 'Content-Type': 'text/plain; charset="utf-8"' }, body: 'x' }, 'content-type'),
  'the signature has its claims': async (t) => {
    const script = t.on({})
    await t.get().whole()
    const token = hop(script, 'grip-sig')[0] ?? ''
    const [head, claims] = token.split('.').map((part) => Buffer.from(part, 'base64url').toString())
    const { iss, exp, ...more } = JSON.parse(claims)
    const hours = (exp - Date.now() / 1000) / 3600
    return { alg: JSON.parse(head).alg, iss, hour: hours > 0.9 && hours < 1.1, more }
  },

  // ---- Host ----
  'host with a port': (t) => asked(t, { host: 'api.test:8080' }, 'host'),
  'host is an address': (t) => asked(t, { host: '127.0.0.1:9' }, 'host'),
  'http 1.0 without a host': async (t) => {
    const script = t.on({ body: 'ok' })
    const client = await t.ask({ path: t.path(), host: null, version: '1.0' }).whole()
    return { status: client.status, asked: script.requests.length }
  },

  // ---- the answer ----
  'an empty answer': (t) => answered(t, { body: '' }, {}, 'content-length'),
  "a status of one's own": async (t) => {
    t.on({ status: 299, reason: 'Rather Fine', body: 'x' })
    const client = await t.get().whole()
    return { ...client.seen(), reason: client.reason }
  },
  statuses: async (t) => {
    const codes = [201, 202, 301, 302, 303, 307, 400, 401, 403, 404, 409, 410, 418, 429, 500, 501, 502, 503, 504, 599]
    t.on((_, n) => ({ status: codes[n - 1], body: 'x' }))
    const out = []
    for (const _ of codes) {
      const client = await t.get().whole()
      out.push([client.status, client.reason])
    }
    return out
  },
  'an empty reason': async (t) => {
    t.on({ raw: 'HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\nhi' })
    const client = await t.get().whole()
    return { ...client.seen(), reason: client.reason }
  },
  'a reason in UTF-8': async (t) => {
    t.on({ raw: 'HTTP/1.1 200 Zoë 日本\r\nContent-Length: 2\r\n\r\nhi' })
    const client = t.get()
    await client.whole(1500).catch(() => {})
    return { status: client.status, reason: Buffer.from(client.reason, 'latin1').toString('utf8') }
  },
  'a redirect is not followed': async (t) => {
    const script = t.on({ status: 302, headers: { Location: `http://127.0.0.1/${t.key}?x` } })
    const client = await t.get().whole()
    return { ...client.seen('location'), asked: script.requests.length }
  },
  'headers that matter come back': (t) =>
    answered(
      t,
      {
        headers: {
          ETag: 'W/"1"',
          'Last-Modified': 'Mon, 01 Jan 2024 00:00:00 GMT',
          'Cache-Control': 'max-age=5',
          Vary: 'Accept, Cookie',
          'WWW-Authenticate': 'Basic realm="x"',
          Link: '</a>; rel=next',
          Server: 'mine/1',
          Via: '1.1 other',
          'X-Empty': '',
          'Retry-After': '3',
          Date: 'Mon, 01 Jan 2024 00:00:00 GMT',
          'Content-Language': 'de',
          'Content-Disposition': 'attachment; filename="a b.txt"',
        },
        body: 'x',
      },
      {},
      'etag',
      'last-modified',
      'cache-control',
      'vary',
      'www-authenticate',
      'link',
      'server',
      'via',
      'x-empty',
      'retry-after',
      'date',
      'content-language',
      'content-disposition',
    ),
  'several cookies stay apart': async (t) => {
    t.on({
      headers: [
        ['Set-Cookie', 'a=1; Path=/'],
        ['Set-Cookie', 'b=2'],
        ['X-B', '1'],
        ['X-B', '2'],
      ],
    })
    const client = await t.get().whole()
    return client.headers.filter(([name]) => name === 'set-cookie' || name === 'x-b')
  },
  'hop-by-hop headers of the answer': (t) =>
    answered(t, { headers: { 'Keep-Alive': 'timeout=77', 'X-A': '1' }, body: 'x' }, {}, 'keep-alive', 'x-a'),
  'bytes beyond ASCII in an answer': async (t) => {
    t.on({ headers: { 'X-Name': Buffer.from('Zoë').toString('latin1') }, body: Buffer.from([0xff, 0, 1]) })
    const client = await t.get().whole()
    return [Buffer.from(client.header('x-name') ?? '', 'latin1').toString('hex'), client.body.toString('hex')]
  },
  'an answer until the connection closes': async (t) => {
    t.on({ raw: 'HTTP/1.1 200 OK\r\nContent-Type: text/plain\r\nConnection: close\r\n\r\nuntil the end' })
    return (await t.get().whole()).seen('content-type')
  },
  'an answer in http 1.0': async (t) => {
    t.on({ raw: 'HTTP/1.0 200 OK\r\nContent-Type: text/plain\r\n\r\nold' })
    return (await t.get().whole()).seen('content-type')
  },
  'an interim answer': async (t) => {
    t.on({ raw: 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi' })
    const client = await t.get().whole()
    return { ...client.seen('link'), interim: client.interim }
  },
  'chunked with trailers': async (t) => {
    const chunks = '2\r\nhi\r\n0\r\nX-Trailer: 1\r\n\r\n'
    t.on({ raw: `HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: X-Trailer\r\n\r\n${chunks}` })
    return (await t.get().whole()).seen('x-trailer')
  },
  'head with a length': async (t) => {
    t.on({ headers: { 'Content-Length': '1234', 'Content-Type': 'text/x' } })
    return (await t.ask({ method: 'HEAD', path: t.path() }).whole()).seen('content-length', 'content-type')
  },
  'head, then another request': async (t) => {
    t.on((_, n) => (n === 1 ? { headers: { 'Content-Length': '7' } } : { body: 'second' }))
    const client = await t.ask({ method: 'HEAD', path: t.path() }).whole()
    client.again().send(`GET ${t.path()} HTTP/1.1\r\nHost: h\r\n\r\n`)
    return (await client.whole()).seen()
  },
  'not modified with a length': async (t) => {
    t.on({ raw: 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 99\r\n\r\n' })
    return (await t.get().whole()).seen('etag')
  },
  'not modified with a length, then another request': async (t) => {
    const raw = 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\nContent-Length: 99\r\n\r\n'
    t.on((_, n) => (n === 1 ? { raw } : { body: 'second' }))
    const client = await t.get().whole()
    if (!(await client.quiet(300))) return { ended: client.ended }
    client.again().send(`GET ${t.path()} HTTP/1.1\r\nHost: h\r\n\r\n`)
    return (await client.whole()).seen()
  },
  'no content with headers': (t) => answered(t, { status: 204, headers: { 'X-A': '1' } }, {}, 'x-a', 'content-type'),
  'reset content': (t) => answered(t, { status: 205 }, {}),
  'an answer of 1 MB': async (t) => {
    t.on({ headers: { 'X-Kind': 'large' }, body: Buffer.alloc(1_000_000, 'z') })
    const client = await t.get().whole(10_000)
    return client.seen('x-kind', 'content-length')
  },
  'a part of an answer': (t) =>
    answered(
      t,
      { status: 206, headers: { 'Content-Range': 'bytes 0-1/10' }, body: 'ab' },
      { headers: { Range: 'bytes=0-1' } },
      'content-range',
    ),
  "events of a backend's own": async (t) => {
    t.on(async (r) => {
      r.response.writeHead(200, { 'Content-Type': 'text/event-stream', 'Cache-Control': 'no-cache' })
      for (const n of [1, 2, 3]) {
        r.response.write(`data: ${n}\n\n`)
        await t.sleep(80)
      }
      r.response.end()
    })
    const client = await t.get().has('data: 1')
    const early = !client.body.includes('data: 3')
    await client.whole()
    return { early, ...client.seen('content-type', 'cache-control') }
  },
  'only a head at first': async (t) => {
    t.on(async (r) => {
      r.response.writeHead(200, { 'X-Early': '1' })
      r.response.flushHeaders()
      await t.sleep(400)
      r.response.end('late')
    })
    const client = await t.get().head()
    const early = client.body.length === 0
    await client.whole()
    return { early, ...client.seen('x-early') }
  },

  // ---- faults of the backend ----
  'the backend hangs up without an answer': async (t) => {
    t.on((r) => void r.response.destroy())
    return { status: (await t.get().whole()).status }
  },
  'the backend hangs up without an answer to a post': async (t) => {
    t.on((r) => void r.response.destroy())
    return { status: (await t.ask({ method: 'POST', path: t.path(), body: 'x' }).whole()).status }
  },
  'the backend speaks no http': async (t) => {
    t.on({ raw: 'SSH-2.0-OpenSSH_9\r\n\r\n' })
    return { status: (await t.get().whole(6000)).status }
  },
  'a dead target says why in debug': async (t) => {
    const plain = await t.get(t.path('/dead/')).whole(8000)
    const debug = await t.get(t.path('/dead-debug/')).whole(8000)
    return [plain.seen('content-type'), { status: debug.status, names: debug.body.includes('127.0.0.1:1') }]
  },
  'failover keeps the body': async (t) => {
    t.on((r) => ({ body: `${r.method} ${r.body}` }))
    return (await t.ask({ method: 'POST', path: t.path('/failover/'), body: 'kept' }).whole(8000)).seen()
  },

  // ---- connections ----
  'requests that follow at once': async (t) => {
    t.on((r, n) => ({ body: `${n} ${r.url.at(-1)}` }))
    const one = `GET ${t.path('/', '?a')} HTTP/1.1\r\nHost: h\r\n\r\n`
    const two = `GET ${t.path('/', '?b')} HTTP/1.1\r\nHost: h\r\n\r\n`
    const client = await t.ask({ raw: one + two }).whole()
    const first = client.seen()
    return [first, (await client.again().whole()).seen()]
  },
  'http 1.0 with keep-alive': async (t) => {
    t.on((_, n) => ({ body: `answer ${n}` }))
    const client = await t.ask({ path: t.path(), version: '1.0', headers: { Connection: 'keep-alive' } }).whole()
    return { ...client.seen('connection'), framing: client.framing }
  },
  'http 1.0 ends the connection': async (t) => {
    t.on({ body: 'bye' })
    const client = await t.ask({ path: t.path(), version: '1.0' }).whole()
    await client.closed()
    return client.seen()
  },
  'connection close says so': async (t) => {
    t.on({ body: 'bye' })
    const client = await t.ask({ path: t.path(), headers: { Connection: 'close' } }).whole()
    await client.closed()
    return client.seen('connection')
  },
  'a post and a get on one connection': async (t) => {
    t.on((r) => ({ body: `${r.method} ${r.body}` }))
    const client = await t.ask({ method: 'POST', path: t.path(), body: 'x' }).whole()
    const first = client.seen()
    client.again().send(`GET ${t.path()} HTTP/1.1\r\nHost: h\r\n\r\n`)
    return [first, (await client.whole()).seen()]
  },
  'the backend closes, the client may stay': async (t) => {
    t.on({ headers: { Connection: 'close' }, body: 'x' })
    const client = await t.get().whole()
    client.again().send(`GET ${t.path()} HTTP/1.1\r\nHost: h\r\n\r\n`)
    return (await client.whole()).seen()
  },
  'the client leaves before the answer': async (t) => {
    const script = t.on(() => new Promise((resolve) => setTimeout(() => resolve({ body: 'late' }), 1500)))
    const client = t.get()
    await t.until(() => script.requests.length === 1, 'a request')
    client.close()
    await t.sleep(600)
    return { told: script.requests[0]?.left }
  },

  // ---- what is no request ----
  'a bad request line': async (t) => {
    const client = t.ask({ raw: 'GET\r\n\r\n' })
    await client.until(() => client.ended || client.status > 0, 'an end')
    return { refused: client.ended || client.status >= 400 }
  },
  'two lengths that differ': async (t) => {
    t.on({ body: 'x' })
    const client = t.ask({
      raw: `POST ${t.path()} HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab`,
    })
    await client.until(() => client.ended || client.status > 0, 'an end')
    return { refused: client.ended || client.status >= 400 }
  },
  "a space in a header's name": async (t) => {
    t.on({ body: 'x' })
    const client = t.ask({ raw: `GET ${t.path()} HTTP/1.1\r\nHost: h\r\nX A: 1\r\n\r\n` })
    await client.until(() => client.ended || client.status > 0, 'an end')
    return { refused: client.ended || client.status >= 400 }
  },
  'options for the whole server': async (t) => {
    const script = t.on({ body: 'all' })
    const client = t.ask({ method: 'OPTIONS', path: '*', host: `${t.key}.test` })
    await client.until(() => client.ended || client.status > 0, 'an end')
    return { status: client.status, url: script.requests[0]?.url ?? null }
  },
  'an upgrade to something else': async (t) => {
    t.on({ body: 'no thanks' })
    const client = t.ask({ path: t.path(), headers: { Connection: 'Upgrade', Upgrade: 'foo/1' } })
    await client.until(() => client.complete || client.ended, 'an end')
    return client.seen()
  },
}
