// Routes that let pages of other origins in: CORS headers (aco) and JSON-P.
import { instruct, poll, stream } from '../lib/scenario.mjs'

const NAMES = ['origin', 'methods', 'headers', 'credentials', 'max-age'].map((n) =>
  n === 'max-age' ? 'access-control-max-age' : `access-control-allow-${n}`,
)
const ORIGIN = { Origin: 'http://app.example' }

/** The CORS headers of a response. What is exposed is a set; Date is not the backend's. */
function cors(client) {
  const seen = Object.fromEntries(NAMES.map((name) => [name, client.header(name)]))
  const exposed = client.header('access-control-expose-headers')
  const names = exposed?.split(/, */).filter((n) => !['date', 'keep-alive', 'connection'].includes(n.toLowerCase()))
  return { ...seen, exposed: names?.sort() ?? null }
}

async function simple(t, answer, request = {}) {
  const script = t.on(answer)
  const client = await t.ask({ path: t.path('/aco/'), headers: ORIGIN, ...request }).whole(8000)
  return { ...client.seen('content-type'), cors: cors(client), asked: script.requests.length }
}

/** A JSON-P request: what the client got, and what the backend was asked. */
async function jsonp(t, query, { route = '/jsonp/', answer = { body: 'ok' }, request = {} } = {}) {
  const script = t.on(answer)
  const client = await t.ask({ path: t.path(route, query), ...request }).whole(8000)
  const [asked] = script.requests
  return {
    ...client.seen('content-type', 'transfer-encoding', 'cache-control', 'x-a', 'access-control-allow-origin'),
    asked: asked && {
      method: asked.method,
      url: asked.url,
      type: asked.headers['content-type'] ?? null,
      length: asked.headers['content-length'] ?? null,
      accept: asked.headers.accept ?? null,
      own: asked.headers['x-own'] ?? null,
      body: asked.body.toString(),
    },
  }
}

/** The object in a JSON-P answer in extended mode; its headers but for some. */
function unwrapped(seen, callback = 'fn') {
  const text = seen.body
  const begins = `/**/${callback}(`
  if (!text.startsWith(begins) || !text.endsWith(');\n')) return seen
  const { headers, ...rest } = JSON.parse(text.slice(begins.length, -3))
  const own = Object.entries(headers).filter(
    ([name]) => !['date', 'connection', 'keep-alive'].includes(name.toLowerCase()),
  )
  return { ...seen, body: { ...rest, headers: Object.fromEntries(own.sort()) } }
}

export const scenarios = {
  // ---- CORS ----
  'a simple request': (t) => simple(t, { headers: { 'Content-Type': 'text/x', 'X-A': '1', 'X-B': '2' }, body: '{}' }),
  'no origin': (t) => simple(t, { body: 'x' }, { headers: {} }),
  'origin null': (t) => simple(t, { body: 'x' }, { headers: { Origin: 'null' } }),
  'an empty origin': (t) => simple(t, { body: 'x' }, { headers: { Origin: '' } }),
  'a preflight': (t) =>
    simple(
      t,
      { status: 204 },
      {
        method: 'OPTIONS',
        headers: {
          ...ORIGIN,
          'Access-Control-Request-Method': 'PATCH',
          'Access-Control-Request-Headers': 'x-one,X-Two , ,x-three',
        },
      },
    ),
  'a preflight with the headers asked for twice': (t) =>
    simple(
      t,
      { body: '' },
      {
        method: 'OPTIONS',
        headers: [
          ['Origin', 'http://app.example'],
          ['Access-Control-Request-Headers', 'x-one'],
          ['Access-Control-Request-Headers', 'x-two'],
        ],
      },
    ),
  'what the backend said is kept': (t) =>
    simple(t, {
      headers: {
        'Access-Control-Allow-Origin': 'https://only.example',
        'access-control-allow-methods': 'GET',
        'Access-Control-Allow-Headers': 'x',
        'Access-Control-Allow-Credentials': 'false',
        'Access-Control-Max-Age': '1',
        'Access-Control-Expose-Headers': 'x-y',
      },
      body: 'x',
    }),
  'simple headers are not exposed': (t) =>
    simple(t, {
      headers: {
        'Cache-Control': 'no-store',
        'Content-Language': 'de',
        Expires: '0',
        'Last-Modified': 'x',
        Pragma: 'x',
        ETag: '"1"',
        'Set-Cookie': 'a=1',
        'Access-Control-X': '1',
      },
      body: 'x',
    }),
  'a header twice is exposed once': (t) =>
    simple(t, {
      headers: [
        ['X-A', '1'],
        ['x-a', '2'],
      ],
      body: 'x',
    }),
  'an error of the backend': (t) => simple(t, { status: 500, body: 'broken' }),
  'a bad instruct': (t) => simple(t, { headers: { 'Grip-Hold': 'sideways' } }),
  'an instruct without a hold': (t) => simple(t, instruct({ response: { headers: { 'X-A': '1' }, body: 'x' } })),
  'grip headers are not exposed': (t) => simple(t, { headers: { 'Grip-Channel': 'c', 'X-A': '1' }, body: 'x' }),
  'a held response': async (t) => {
    t.on(poll(t, { 'X-Held': '1' }))
    const client = await t.held(t.get(t.path('/aco/'), { headers: ORIGIN }))
    await t.push('http-response', { headers: { 'X-New': '1' }, body: 'x' })
    await client.whole()
    return { ...client.seen(), cors: cors(client) }
  },
  'a held response whose item has cors': async (t) => {
    t.on(poll(t))
    const client = await t.held(t.get(t.path('/aco/'), { headers: ORIGIN }))
    await t.push('http-response', { headers: { 'Access-Control-Allow-Origin': '*' }, body: 'x' })
    await client.whole()
    return cors(client)
  },
  'a hold that timed out': async (t) => {
    t.on(poll(t, { 'Grip-Timeout': '5', 'X-Held': '1' }))
    const client = await t.get(t.path('/aco/'), { headers: ORIGIN }).whole(12_000)
    return { ...client.seen(), cors: cors(client) }
  },
  'a stream': async (t) => {
    t.on(stream(t, { 'X-A': '1' }, 'open;'))
    const client = await t.opened(t.get(t.path('/aco/'), { headers: ORIGIN }))
    return { ...client.seen(), cors: cors(client) }
  },
  post: (t) => simple(t, { body: 'x' }, { method: 'POST', headers: ORIGIN, body: 'y' }),
  head: (t) => simple(t, { headers: { 'X-A': '1' } }, { method: 'HEAD', headers: ORIGIN }),
  'head of a stream': async (t) => {
    t.on(stream(t, { 'X-A': '1' }, 'open;'))
    return cors(await t.ask({ method: 'HEAD', path: t.path('/aco/'), headers: ORIGIN }).whole())
  },
  'no aco': async (t) => {
    t.on({ headers: { 'X-A': '1' }, body: 'x' })
    return cors(await t.get(t.path(), { headers: ORIGIN }).whole())
  },
  'jsonp on a route with aco alone': (t) =>
    jsonp(t, '?callback=fn', { route: '/aco/' }).then((seen) => unwrapped(seen)),

  // ---- JSON-P, extended ----
  jsonp: (t) =>
    jsonp(t, '?callback=fn&keep=1', {
      answer: {
        status: 201,
        reason: 'Made it',
        headers: { 'Content-Type': 'text/x', 'X-A': '1', 'Cache-Control': 'no-store' },
        body: 'it\'s "quoted"\\\n\t\u00e9\u2028</script>',
      },
    }).then((seen) => unwrapped(seen)),
  'jsonp with an empty body': (t) => jsonp(t, '?callback=fn', { answer: { body: '' } }).then((seen) => unwrapped(seen)),
  'jsonp of 204': (t) => jsonp(t, '?callback=fn', { answer: { status: 204 } }).then((seen) => unwrapped(seen)),
  'jsonp of headers that repeat': (t) =>
    jsonp(t, '?callback=fn', {
      answer: {
        headers: [
          ['X-A', '1'],
          ['X-A', '2'],
          ['x-a', '3'],
        ],
        body: 'x',
      },
    }).then((seen) => unwrapped(seen)),
  'jsonp callback with dots and brackets': (t) =>
    jsonp(t, '?callback=a.b%5B%27c%27%5D').then((seen) => ({ ...seen, body: seen.body.slice(0, 20) })),
  'jsonp callback first or last': (t) => jsonp(t, '?x=1&callback=fn&y=2').then(({ asked }) => asked.url),
  'jsonp callback twice': (t) =>
    jsonp(t, '?callback=one&callback=two').then((seen) => [seen.body.slice(0, 10), seen.asked.url]),
  'jsonp callback with a plus': (t) => jsonp(t, '?callback=a+b').then((seen) => seen.body.slice(0, 10)),
  'jsonp callback badly encoded': (t) => jsonp(t, '?callback=fn%zz').then((seen) => [seen.status, seen.asked ?? null]),
  'jsonp callback empty': (t) => jsonp(t, '?callback=').then((seen) => [seen.status, seen.asked ?? null]),
  'jsonp callback without a value': (t) => jsonp(t, '?callback').then((seen) => [seen.status, seen.asked ?? null]),
  'jsonp callback in another case': (t) => jsonp(t, '?Callback=fn').then((seen) => [seen.body, seen.asked.url]),
  'jsonp callback in a post': (t) =>
    jsonp(t, '?callback=fn', { request: { method: 'POST', body: 'x' } }).then((seen) => [seen.body, seen.asked.url]),
  'jsonp with all parameters': (t) =>
    jsonp(
      t,
      `?${new URLSearchParams({ callback: 'fn', _method: 'PUT', _headers: '{"X-Own":"1","Content-Type":"text/y"}', _body: 'a b&c=%' })}`,
    ).then(({ asked }) => asked),
  'jsonp with a plus in the body': (t) =>
    jsonp(t, '?callback=fn&_method=POST&_body=a+b').then(({ asked }) => asked.body),
  'jsonp with bytes in the body': (t) =>
    jsonp(t, '?callback=fn&_method=POST&_body=%C3%A9%0A').then(({ asked }) => asked.body),
  'jsonp with an empty body parameter': (t) =>
    jsonp(t, '?callback=fn&_method=POST&_body=').then((seen) => seen.asked ?? seen.status),
  'jsonp with a body badly encoded': (t) =>
    jsonp(t, '?callback=fn&_body=%zz').then((seen) => [seen.status, seen.asked ?? null]),
  'jsonp with a body and get': (t) => jsonp(t, '?callback=fn&_body=x').then(({ asked }) => asked),
  'jsonp method in lower case': (t) =>
    jsonp(t, '?callback=fn&_method=post')
      .then(({ asked }) => asked.method)
      .catch(() => 'none'),
  'jsonp method of its own': (t) => jsonp(t, '?callback=fn&_method=PURGE').then(({ asked }) => asked?.method ?? null),
  'jsonp method empty': (t) => jsonp(t, '?callback=fn&_method=').then((seen) => [seen.status, seen.asked ?? null]),
  'jsonp method head': (t) =>
    jsonp(t, '?callback=fn&_method=HEAD').then((seen) => [unwrapped(seen), seen.asked?.method ?? null]),
  'jsonp headers that are a list': (t) =>
    jsonp(t, '?callback=fn&_headers=[]').then((seen) => [seen.status, seen.asked ?? null]),
  'jsonp headers with a number': (t) =>
    jsonp(t, `?callback=fn&_headers=${encodeURIComponent('{"X-Own":1}')}`).then((seen) => [
      seen.status,
      seen.asked ?? null,
    ]),
  'jsonp headers empty': (t) => jsonp(t, '?callback=fn&_headers=').then((seen) => [seen.status, seen.asked ?? null]),
  'jsonp headers with host and accept': (t) =>
    jsonp(t, `?callback=fn&_headers=${encodeURIComponent('{"Host":"evil","Accept":"x","X-Own":"1"}')}`).then(
      ({ asked }) => asked,
    ),
  'jsonp headers beside those of the request': (t) =>
    jsonp(t, `?callback=fn&_headers=${encodeURIComponent('{"X-Own":"from the query"}')}`, {
      request: { headers: { 'X-Own': 'from the client', Accept: 'text/z' } },
    }).then(({ asked }) => asked),
  'jsonp headers of grip': async (t) => {
    const script = t.on({ body: 'x' })
    await t
      .get(t.path('/jsonp/', `?callback=fn&_headers=${encodeURIComponent('{"Grip-Hold":"x","Grip-Sig":"y"}')}`))
      .whole()
    const { headers } = script.requests[0]
    return [headers['grip-hold'] ?? null, headers['grip-sig'] === 'y']
  },
  'jsonp and the rest of the query stays byte for byte': (t) =>
    jsonp(t, '?a=%2F&callback=fn&b=c%20d&e&=f&g=%E9').then(({ asked }) => asked.url),
  'jsonp with nothing else in the query': (t) => jsonp(t, '?callback=fn').then(({ asked }) => asked.url),
  'jsonp whose answer is long': async (t) => {
    const seen = await jsonp(t, '?callback=fn', { answer: { body: 'y'.repeat(150_000) } })
    return { status: seen.status, type: seen['content-type'] }
  },
  'jsonp whose answer comes in parts': (t) =>
    jsonp(t, '?callback=fn', {
      answer: async ({ response }) => {
        response.writeHead(200, { 'Content-Type': 'text/plain' })
        response.write('one "')
        await t.sleep(200)
        response.end('two\n')
      },
    }).then(({ status, body }) => ({
      status,
      body: body.replace(/"headers": ?\{.*?\}/, '"headers":{}').replace(/ /g, ''),
    })),
  'jsonp in basic mode whose answer comes in parts': (t) =>
    jsonp(t, '?cb=fn', {
      route: '/jsonp-basic/',
      answer: async ({ response }) => {
        response.writeHead(200, { 'Content-Type': 'text/plain' })
        response.write('{"a":\n')
        await t.sleep(200)
        response.write('1}\r\n')
        await t.sleep(200)
        response.end()
      },
    }).then(({ status, body }) => ({ status, body })),
  'jsonp whose backend is down': (t) =>
    jsonp(t, '?callback=fn', { route: '/jsonp-dead/' }).then((seen) => {
      const { body, ...rest } = unwrapped(seen)
      return { ...rest, code: body.code ?? null, reason: body.reason ?? null }
    }),
  'jsonp whose instruct is bad': (t) =>
    jsonp(t, '?callback=fn', { answer: { headers: { 'Grip-Hold': 'sideways' } } }).then((seen) => {
      const { body, status } = unwrapped(seen)
      return { status, code: body.code ?? null, reason: body.reason ?? null }
    }),
  'jsonp with an instruct without a hold': (t) =>
    jsonp(t, '?callback=fn', {
      answer: instruct({ response: { code: 202, headers: { 'X-A': '1' }, body: 'x' } }),
    }).then((seen) => unwrapped(seen)),
  'jsonp of an answer with a length': (t) =>
    jsonp(t, '?callback=fn', {
      answer: { headers: { 'Content-Type': 'text/plain', 'Content-Length': '2' }, body: 'ok' },
    }).then(unwrapped),
  'jsonp that is held': async (t) => {
    t.on(poll(t, { 'X-A': '1' }))
    const client = await t.held(t.get(t.path('/jsonp/', '?callback=fn')))
    await t.push('http-response', { code: 404, headers: { 'X-B': '2' }, body: 'gone\n' })
    await client.whole()
    return unwrapped(client.seen('content-type'))
  },
  'jsonp that timed out': async (t) => {
    t.on(poll(t, { 'Grip-Timeout': '5' }, 'late'))
    const client = await t.get(t.path('/jsonp/', '?callback=fn')).whole(12_000)
    return unwrapped(client.seen('content-type'))
  },
  'jsonp that streams': async (t) => {
    t.on(stream(t, {}, 'open;'))
    const client = await t.opened(t.get(t.path('/jsonp/', '?callback=fn')))
    await t.push('http-stream', { content: 'live;' })
    await client.has('live;')
    return client.seen('content-type')
  },
  'jsonp that is held, hinted, and held again': async (t) => {
    const script = t.on((_, n) => (n === 1 ? poll(t) : { body: 'fresh' }))
    const client = await t.held(t.get(t.path('/jsonp/', '?callback=fn&_method=POST&_body=sent')))
    await t.push('http-response', { action: 'hint' })
    await client.whole(4000)
    return { ...unwrapped(client.seen()), asked: script.requests.map((r) => [r.method, r.url, r.body.toString()]) }
  },

  // ---- JSON-P, basic ----
  'jsonp basic': (t) =>
    jsonp(t, '?cb=fn', { route: '/jsonp-basic/', answer: { status: 201, headers: { 'X-A': '1' }, body: '{"a":1}\n' } }),
  'jsonp basic with \\r\\n': (t) =>
    jsonp(t, '?cb=fn', { route: '/jsonp-basic/', answer: { body: '1\r\n' } }).then(({ body }) => body),
  'jsonp basic with two line breaks': (t) =>
    jsonp(t, '?cb=fn', { route: '/jsonp-basic/', answer: { body: '1\n\n' } }).then(({ body }) => body),
  'jsonp basic with another name': (t) =>
    jsonp(t, '?callback=fn', { route: '/jsonp-basic/', request: { headers: { Accept: 'x/y' } } }),
  'jsonp basic posts by default': (t) =>
    jsonp(t, '?cb=fn', { route: '/jsonp-basic/' }).then(({ asked }) => asked.method),
  'jsonp basic that is held': async (t) => {
    t.on(poll(t))
    const client = await t.held(t.get(t.path('/jsonp-basic/', '?cb=fn')))
    await t.push('http-response', { code: 404, body: '{"late":true}\n' })
    await client.whole()
    return client.seen('content-type')
  },
  'jsonp with a body parameter of its own': (t) =>
    jsonp(t, `?cb=fn&b=${encodeURIComponent('{"x":1}')}`, { route: '/jsonp-body/', answer: { body: '2' } }),
  'jsonp with the default callback': (t) => jsonp(t, '?b=1', { route: '/jsonp-body/', answer: { body: '2' } }),
  'jsonp with a default callback but no body': (t) =>
    jsonp(t, '?x=1', { route: '/jsonp-body/', request: { headers: { Accept: 'x/y' } }, answer: { body: '2' } }),
  'jsonp with a body parameter and _body': (t) =>
    jsonp(t, '?cb=fn&b=1&_body=2', { route: '/jsonp-body/', answer: { body: '2' } }).then(({ asked }) => asked),
}
