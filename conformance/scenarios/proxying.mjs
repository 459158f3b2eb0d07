// Proxying beyond the usual: hosts, odd paths, encodings, limits, framing, and clients and backends at their edges.

/** Sends a request and tells what of it came to the backend. */
async function through(t, request, names = []) {
  const script = t.on(({ body }) => ({ body: `${body.length}` }))
  const client = await t.ask({ path: t.path(), ...request }).whole(6000)
  const [seen] = script.requests
  const picked = Object.fromEntries(names.map((name) => [name, seen?.headers[name] ?? null]))
  return { status: client.status, method: seen?.method ?? null, url: seen?.url ?? null, ...picked }
}

/** What a client gets of an answer that the backend writes byte for byte. */
async function wire(t, raw, request = {}, ...names) {
  t.on({ raw })
  const client = t.ask({ path: t.path(), ...request })
  await client.whole(2500).catch(() => {})
  return { ...client.seen(...names), complete: client.complete, reason: client.reason }
}

export const scenarios = {
  // ---- hosts ----
  'host in mixed case': (t) => through(t, { host: 'Some.Host.Test' }, ['host']),
  'host with port 80': (t) => through(t, { host: 'proxy.test:80' }, ['host']),
  'host with an odd port': (t) => through(t, { host: 'proxy.test:8080' }, ['host']),
  'host with a trailing dot': (t) => through(t, { host: 'proxy.test.' }, ['host']),
  'host as IPv6': (t) => through(t, { host: '[::1]:81' }, ['host']),
  'host with an underscore': (t) => through(t, { host: 'under_score.test' }, ['host']),

  // ---- paths ----
  'a path with encoded characters': (t) => through(t, { path: t.path('/', '/%41%7e%2F%20%C3%A9') }),
  'a path with lower-case escapes': (t) => through(t, { path: t.path('/', '/%c3%a9%2f') }),
  'a path with dots and slashes': (t) => through(t, { path: t.path('/', '/a/./b/../c//d') }),
  'a query with brackets': (t) => through(t, { path: t.path('/', '?a[]=1&b{}=2') }),
  'a query with a plus': (t) => through(t, { path: t.path('/', '?a=b+c&d=%2B') }),
  'a query with equals': (t) => through(t, { path: t.path('/', '?a==b&=c&&d') }),
  'a path with a percent alone': (t) => through(t, { path: t.path('/', '/50%') }),
  'a path with a pipe and quotes': (t) => through(t, { path: t.path('/', "/a|b'c") }),
  'a path with a tilde and a star': (t) => through(t, { path: t.path('/', '/~a*b!c$d') }),
  'a path with an at sign and a comma': (t) => through(t, { path: t.path('/', '/@a,b;c=d') }),

  // ---- requests ----
  'content-encoding of a request': (t) =>
    through(t, { method: 'POST', body: 'x', headers: { 'Content-Encoding': 'gzip' } }, ['content-encoding']),
  'content-type and language of a request': (t) =>
    through(t, { method: 'POST', body: 'x', headers: { 'Content-Type': 'a/b; c=d', 'Content-Language': 'de' } }, [
      'content-type',
      'content-language',
    ]),
  'accept headers': (t) =>
    through(t, { headers: { Accept: 'a/b', 'Accept-Language': 'de', 'Accept-Charset': 'x' } }, [
      'accept',
      'accept-language',
      'accept-charset',
    ]),
  'conditional headers': (t) =>
    through(t, { headers: { 'If-None-Match': '"a"', 'If-Modified-Since': 'x', Range: 'bytes=0-1' } }, [
      'if-none-match',
      'if-modified-since',
      'range',
    ]),
  'forwarded headers of the client': (t) =>
    through(
      t,
      {
        headers: {
          'X-Forwarded-For': '1.2.3.4',
          'X-Forwarded-Proto': 'https',
          'X-Forwarded-Host': 'h',
          Forwarded: 'for=x',
          Via: '1.1 x',
        },
      },
      ['x-forwarded-for', 'x-forwarded-proto', 'x-forwarded-host', 'forwarded', 'via'],
    ),
  'two forwarded-for headers': (t) =>
    through(
      t,
      {
        headers: [
          ['X-Forwarded-For', '1.2.3.4'],
          ['X-Forwarded-For', '5.6.7.8, 9.9.9.9'],
        ],
      },
      ['x-forwarded-for'],
    ),
  'authorization and cookies': (t) =>
    through(t, { headers: { Authorization: 'Basic x', Cookie: 'a=1; b=2' } }, ['authorization', 'cookie']),
  'a user agent': (t) => through(t, { headers: { 'User-Agent': 'me/1' } }, ['user-agent']),
  'cache-control and pragma': (t) =>
    through(t, { headers: { 'Cache-Control': 'no-cache', Pragma: 'no-cache' } }, ['cache-control', 'pragma']),
  'keep-alive of the client': (t) =>
    through(t, { headers: { 'Keep-Alive': 'timeout=5', Connection: 'keep-alive' } }, ['keep-alive']),
  'grip headers of the client': async (t) => {
    const script = t.on({ body: 'x' })
    const headers = {
      'Grip-Sig': 'forged',
      'grip-last': 'c; last-id=1',
      'Grip-Feature': 'x',
      'GRIP-X': '1',
      'X-Grip-Hold': 'kept',
    }
    await t.ask({ path: t.path(), headers }).whole()
    const seen = script.requests[0].headers
    return [
      seen['grip-sig'] !== 'forged',
      seen['grip-last'] ?? null,
      seen['grip-feature'].length > 10,
      seen['grip-x'] ?? null,
      seen['x-grip-hold'],
    ]
  },
  'a body with a get': (t) => through(t, { method: 'GET', body: 'x' }, ['content-length']),
  'a body with a delete': (t) => through(t, { method: 'DELETE', body: 'x' }, ['content-length']),
  'an empty chunked body': (t) =>
    through(t, { method: 'POST', headers: { 'Transfer-Encoding': 'chunked' }, body: '0\r\n\r\n' }),
  'a chunked body with many chunks': async (t) => {
    const script = t.on(({ body }) => ({ body }))
    const body = `${Array.from({ length: 50 }, (_, i) => `5\r\n${String(i).padStart(5, '0')}\r\n`).join('')}0\r\n\r\n`
    const client = await t
      .ask({ method: 'PUT', path: t.path(), headers: { 'Transfer-Encoding': 'chunked' }, body })
      .whole()
    return { length: client.body.length, same: client.body.equals(script.requests[0].body) }
  },
  'a chunked body, byte by byte': async (t) => {
    t.on(({ body }) => ({ body }))
    const client = t.ask({ method: 'POST', path: t.path(), headers: { 'Transfer-Encoding': 'chunked' } })
    for (const byte of '3\r\nabc\r\n2\r\nde\r\n0\r\n\r\n') {
      client.send(byte)
      await t.sleep(5)
    }
    return (await client.whole()).seen()
  },
  'a head, byte by byte': async (t) => {
    t.on({ body: 'ok' })
    const client = t.ask({ raw: '' })
    for (const byte of `GET ${t.path()} HTTP/1.1\r\nHost: proxy.test\r\n\r\n`) {
      client.send(byte)
      await t.sleep(2)
    }
    return (await client.whole()).seen()
  },
  'a chunk size that is none': async (t) => {
    t.on({ body: 'ok' })
    const client = t.ask({
      method: 'POST',
      path: t.path(),
      headers: { 'Transfer-Encoding': 'chunked' },
      body: 'zz\r\nabc\r\n',
    })
    await client.closed(2500).catch(() => {})
    return client.status === 200
  },
  'both length and chunks': async (t) => {
    t.on(({ body }) => ({ body: `${body}` }))
    const headers = { 'Content-Length': '3', 'Transfer-Encoding': 'chunked' }
    const client = t.ask({ method: 'POST', path: t.path(), headers, body: '3\r\nabc\r\n0\r\n\r\n' })
    await client.whole(2000).catch(() => {})
    return client.status === 200
  },
  'chunks of another coding': async (t) => {
    t.on({ body: 'ok' })
    const headers = { 'Transfer-Encoding': 'gzip, chunked' }
    const client = t.ask({ method: 'POST', path: t.path(), headers, body: '3\r\nabc\r\n0\r\n\r\n' })
    await client.whole(2000).catch(() => {})
    return client.status === 200
  },
  'chunks of an answer in another coding': async (t) => {
    t.on({ raw: 'HTTP/1.1 200 OK\r\nTransfer-Encoding: x, chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n' })
    const client = t.get()
    await client.whole(3000).catch(() => {})
    return client.status
  },
  'a length with a sign': async (t) => {
    t.on({ body: 'ok' })
    const client = t.ask({ method: 'POST', path: t.path(), headers: { 'Content-Length': '+1' }, body: 'x' })
    await client.whole(2000).catch(() => {})
    return client.status === 200
  },
  'a line that is folded': async (t) => {
    t.on({ body: 'ok' })
    const client = t.ask({ raw: `GET ${t.path()} HTTP/1.1\r\nHost: proxy.test\r\nX-A: one\r\n two\r\n\r\n` })
    await client.whole(2000).catch(() => {})
    return client.status === 200
  },
  'line ends without \\r': async (t) => {
    t.on({ body: 'ok' })
    const client = t.ask({ raw: `GET ${t.path()} HTTP/1.1\nHost: proxy.test\n\n` })
    await client.whole(2000).catch(() => {})
    return client.status === 200
  },
  'an empty line before the request': async (t) => {
    t.on({ body: 'ok' })
    const client = t.ask({ raw: `\r\nGET ${t.path()} HTTP/1.1\r\nHost: proxy.test\r\n\r\n` })
    await client.whole(2000).catch(() => {})
    return client.status === 200
  },
  'http 2 by prior knowledge': async (t) => {
    const client = t.ask({ raw: 'PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n' })
    await client.closed(2500).catch(() => {})
    return client.status === 200
  },
  'http 1.2': async (t) => {
    t.on({ body: 'ok' })
    const client = t.ask({ raw: `GET ${t.path()} HTTP/1.2\r\nHost: proxy.test\r\n\r\n` })
    await client.whole(1500).catch(() => {})
    return client.status === 200
  },
  'a request without a version': async (t) => {
    const client = t.ask({ raw: `GET ${t.path()}\r\n\r\n` })
    await client.closed(1500).catch(() => {})
    return client.status === 200
  },
  'a hundred headers': async (t) => {
    t.on({ body: 'ok' })
    const headers = Array.from({ length: 100 }, (_, i) => [`X-H${i}`, `${i}`])
    const client = t.ask({ path: t.path(), headers })
    await client.whole(2000).catch(() => {})
    return client.status === 200
  },
  'expect 100-continue that is refused': async (t) => {
    t.on({ status: 401, body: 'no' })
    const client = t.ask({ method: 'POST', path: t.path(), headers: { Expect: '100-continue', 'Content-Length': '2' } })
    await client.until(() => client.interim.length > 0 || client.status > 0, 'an answer')
    client.send('ok')
    return { ...(await client.whole()).seen(), interim: client.interim }
  },
  'expect something else': async (t) => {
    t.on({ body: 'ok' })
    const client = t.ask({ method: 'POST', path: t.path(), headers: { Expect: 'miracles' }, body: 'x' })
    await client.whole(2000).catch(() => {})
    return client.status
  },

  // ---- answers ----
  'content-encoding of an answer': async (t) => {
    t.on({ headers: { 'Content-Encoding': 'x-own', 'Content-Type': 'text/x' }, body: 'packed' })
    return (await t.get().whole()).seen('content-encoding', 'content-type')
  },
  'gzip though nobody asked': async (t) => {
    const { gzipSync } = await import('node:zlib')
    const packed = gzipSync('unpacked')
    t.on({ headers: { 'Content-Encoding': 'gzip' }, body: packed })
    const client = await t.get(t.path(), { headers: { 'Accept-Encoding': 'gzip' } }).whole()
    return {
      encoding: client.header('content-encoding'),
      packed: client.body.equals(packed),
      body: client.body.length > 0,
    }
  },
  'chunks with extensions': (t) =>
    wire(t, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3;a=b\r\nabc\r\n0\r\n\r\n'),
  'chunks with upper-case sizes': (t) =>
    wire(t, 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0A\r\n0123456789\r\n0\r\n\r\n'),
  'a status line without a reason': (t) => wire(t, 'HTTP/1.1 200\r\nContent-Length: 2\r\n\r\nok'),
  'line ends without \\r in an answer': (t) => wire(t, 'HTTP/1.1 200 OK\nContent-Length: 2\n\nok'),
  'an answer to http 1.0': (t) => wire(t, 'HTTP/1.0 200 OK\r\n\r\nuntil the end', { version: '1.0' }),
  'a header without a value': (t) => wire(t, 'HTTP/1.1 200 OK\r\nX-A:\r\nContent-Length: 2\r\n\r\nok', {}, 'x-a'),
  'a header with blanks': (t) => wire(t, 'HTTP/1.1 200 OK\r\nX-A: \t b c \t\r\nContent-Length: 2\r\n\r\nok', {}, 'x-a'),
  'a header in two lines': (t) =>
    wire(t, 'HTTP/1.1 200 OK\r\nX-A: b\r\n c\r\nContent-Length: 2\r\n\r\nok').then(({ status }) => status),
  'more than its length': (t) => wire(t, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nokmore'),
  'length twice, the same': (t) =>
    wire(t, 'HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 2\r\n\r\nok').then(({ status, body }) => [
      status,
      body,
    ]),
  'status 599': (t) => wire(t, 'HTTP/1.1 599 Odd\r\nContent-Length: 2\r\n\r\nok'),
  'status 999': (t) => wire(t, 'HTTP/1.1 999 Odd\r\nContent-Length: 2\r\n\r\nok'),
  'a 100, a 102, then an answer': (t) =>
    wire(
      t,
      'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 102 Processing\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok',
    ),
  'early hints': (t) =>
    wire(t, 'HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok', {}, 'link'),
  'a 304 with a body': (t) => wire(t, 'HTTP/1.1 304 Not Modified\r\nETag: "a"\r\n\r\n', {}, 'etag'),
  'a 204 with a length': (t) => wire(t, 'HTTP/1.1 204 No Content\r\nContent-Length: 0\r\nX-A: 1\r\n\r\n', {}, 'x-a'),
  'head with chunks': (t) =>
    wire(
      t,
      'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nX-A: 1\r\n\r\n',
      { method: 'HEAD' },
      'x-a',
      'content-length',
    ),
  'head without a length': (t) =>
    wire(t, 'HTTP/1.1 200 OK\r\nX-A: 1\r\n\r\n', { method: 'HEAD' }, 'x-a', 'content-length'),
  'head with a length': (t) =>
    wire(t, 'HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n', { method: 'HEAD' }, 'content-length'),
  'an answer in parts streams': async (t) => {
    t.on(async ({ response }) => {
      response.writeHead(200, { 'Content-Type': 'text/plain' })
      for (const part of ['one;', 'two;', 'three;']) {
        response.write(part)
        await t.sleep(150)
      }
      response.end()
    })
    const client = await t.get().has('one;')
    const early = client.body.toString()
    return { early, ...(await client.whole()).seen('transfer-encoding', 'content-length') }
  },
  'an answer in parts with a length streams': async (t) => {
    t.on(async ({ response }) => {
      response.writeHead(200, { 'Content-Length': '8' })
      response.write('one;')
      await t.sleep(200)
      response.end('two;')
    })
    const client = await t.get().has('one;')
    const early = client.body.toString()
    return { early, ...(await client.whole()).seen('transfer-encoding', 'content-length') }
  },
  'server-sent events of a backend of its own': async (t) => {
    t.on(async ({ response }) => {
      response.writeHead(200, { 'Content-Type': 'text/event-stream' })
      response.write('data: 1\n\n')
      await t.sleep(300)
      response.write('data: 2\n\n')
      await t.sleep(300)
      response.end()
    })
    const client = await t.get().has('data: 1')
    await client.has('data: 2')
    return (await client.whole()).seen('content-type')
  },
  'an answer of 2 MB': async (t) => {
    t.on({ body: Buffer.alloc(2_000_000, 'a') })
    const client = await t.get().whole(8000)
    return [client.status, client.body.length]
  },
  'a request of 2 MB': async (t) => {
    const script = t.on(({ body }) => ({ body: `${body.length}` }))
    const client = await t.ask({ method: 'POST', path: t.path(), body: Buffer.alloc(2_000_000, 'a') }).whole(8000)
    return [client.seen(), script.requests[0].body.length]
  },
  'a request of 150,000 bytes and an instruct without a hold': async (t) => {
    t.on({ headers: { 'Grip-Channel': 'c' }, body: 'x' })
    return { status: (await t.ask({ method: 'POST', path: t.path(), body: 'x'.repeat(150_000) }).whole(6000)).status }
  },
  'a request of 150,000 bytes without grip': async (t) => {
    t.on({ body: 'x' })
    return { status: (await t.ask({ method: 'POST', path: t.path(), body: 'x'.repeat(150_000) }).whole(6000)).status }
  },
  'two requests, one connection, in order': async (t) => {
    const script = t.on(async ({ url }) => {
      if (url.endsWith('slow')) await t.sleep(300)
      return { body: url.slice(-4) }
    })
    const client = t.get(t.path('/', '/slow'))
    client.send(`GET ${t.path('/', '/fast')} HTTP/1.1\r\nHost: proxy.test\r\n\r\n`)
    const first = (await client.whole()).seen()
    const second = (await client.again().whole()).seen()
    return [first, second, script.requests.map((r) => r.url.slice(-4))]
  },
  'the backend is slow': async (t) => {
    t.on(async () => {
      await t.sleep(3000)
      return { body: 'at last' }
    })
    return (await t.get().whole(6000)).seen()
  },
  'many clients at once': async (t) => {
    t.on(({ url }) => ({ body: url.slice(-3) }))
    const clients = Array.from({ length: 40 }, (_, i) => t.get(t.path('/', `/${100 + i}`)))
    await Promise.all(clients.map((client) => client.whole(6000)))
    return clients.every((client, i) => client.body.toString() === `${100 + i}`)
  },
}

const UNSAFE = 'what may be read in two ways is refused (request smuggling)'

export const known = {
  'host as IPv6': 'Pushpin 1.36 loses the brackets',
  'content-encoding of a request': 'a backend that is not told how a body is packed can not read it',
  'both length and chunks': UNSAFE,
  'a length with a sign': UNSAFE,
  'line ends without \\r': UNSAFE,
  'a hundred headers': 'Pushpin 1.36 takes no more than 64',
  'content-encoding of an answer':
    'Pushpin 1.36 fails with an encoding that it does not know; here such a body goes through as it is',
  'a status line without a reason': 'Pushpin 1.36 takes it for a fault',
  'line ends without \\r in an answer': UNSAFE,
  'a header without a value': 'Pushpin 1.36 takes it for a fault',
  'length twice, the same': UNSAFE,
}
