// SockJS: pages, sessions by each transport that Pushpin has, and what becomes of them.
import { control, decodeEvents, events, GRIP } from '../lib/websocket.mjs'

const HEADERS = [
  'content-type',
  'cache-control',
  'access-control-allow-origin',
  'access-control-allow-credentials',
  'x-why',
]

const close = (code, reason) => {
  const content = Buffer.alloc(2)
  content.writeUInt16BE(code)
  return ['CLOSE', Buffer.concat([content, Buffer.from(reason)])]
}

const asked = (script) => script.requests.map((r) => [r.url, decodeEvents(r.body)])

/** A backend that opens with events and answers what follows by `later`; else it echoes. */
function backend(t, first = [], later = undefined, headers = GRIP) {
  return t.on((request, n) => {
    if (n === 1) return events([['OPEN'], ...first], headers)
    if (later) return later(request, n)
    const said = decodeEvents(request.body).filter(([type]) => type === 'TEXT')
    return events(said.map(([, content]) => ['TEXT', `m:${content ?? ''}`]))
  })
}

/** A session's requests. The backend is asked the route's path: the scenario is known by the query. */
function session(t, prefix = '/sockjs', id = t.key) {
  const at = (name, query = '') => `${prefix}/000/${id}/${name}?${t.key}${query}`
  const post = (name, body = '', more = {}) => t.ask({ method: 'POST', path: at(name), body, ...more })
  return {
    at,
    poll: (more) => post('xhr', '', more),
    polled: async (more) => (await post('xhr', '', more).whole()).seen(),
    send: async (...messages) => (await post('xhr_send', JSON.stringify(messages)).whole()).seen(),
    sendRaw: async (body) => (await post('xhr_send', body).whole()).seen(),
    form: async (body, type = 'application/x-www-form-urlencoded') =>
      (await post('jsonp_send', body, { headers: { 'Content-Type': type } }).whole()).seen('content-type'),
    jsonp: async (callback) => (await t.get(at('jsonp', `&c=${callback}`)).whole()).seen('content-type'),
  }
}

async function page(t, path, request = {}) {
  return (await t.ask({ path, ...request }).whole()).seen(...HEADERS)
}

/** A WebSocket below a path, after some messages. */
async function socket(t, path, { messages = [], n = 1, ms = 600 } = {}) {
  const client = await t.ws(path)
  for (const message of messages) client.text(message)
  await client.received(n, ms).catch(() => {})
  await t.sleep(150)
  return { ...client.handshake(), got: client.got }
}

export const scenarios = {
  // ---- pages ----
  greeting: (t) => page(t, '/sockjs'),
  'greeting with a slash': (t) => page(t, '/sockjs/'),
  async info(t) {
    const { body, ...seen } = await page(t, '/sockjs/info', { headers: { Origin: 'http://origin.test' } })
    const { entropy, ...info } = JSON.parse(body)
    return { ...seen, info, entropy: typeof entropy, order: body.replace(/\d+/, 'N') }
  },
  async 'info without an origin'(t) {
    const { body, ...seen } = await page(t, '/sockjs/info?t=1')
    return { ...seen, body: body.replace(/\d+/, 'N') }
  },
  'info by POST': (t) => page(t, '/sockjs/info', { method: 'POST', body: '' }),
  'info of a path with a slash': (t) => page(t, '/sockjs-slash/info'),
  async 'the iframe page'(t) {
    const { body, ...seen } = await page(t, '/sockjs/iframe.html')
    return { ...seen, boots: body.includes('SockJS.bootstrap_iframe();'), script: body.includes('<script src="') }
  },
  async 'the iframe page of a version, asked once more'(t) {
    const first = await t.get('/sockjs/iframe-1.2.html').whole()
    const again = await page(t, '/sockjs/iframe.html', { headers: { 'If-None-Match': first.header('etag') } })
    return [first.status, again]
  },
  'no such page': (t) => page(t, '/sockjs/other'),
  'an iframe page that is none': (t) => page(t, '/sockjs/iframe.htm'),
  'options of info': (t) => page(t, '/sockjs/info', { method: 'OPTIONS', headers: { Origin: 'http://origin.test' } }),
  'options of a session': (t) => page(t, '/sockjs/000/none/xhr', { method: 'OPTIONS' }),
  'a poll by GET': (t) => page(t, '/sockjs/000/none/xhr'),
  'sending to no session': (t) => page(t, '/sockjs/000/none/xhr_send', { method: 'POST', body: '[]' }),
  'sending a form to no session': (t) => page(t, '/sockjs/000/none/jsonp_send', { method: 'POST', body: 'd=[]' }),
  'jsonp without a callback': (t) => page(t, '/sockjs/000/none/jsonp'),
  'a websocket path without a websocket': (t) => page(t, '/sockjs/000/none/websocket'),
  'the plain websocket path without a websocket': (t) => page(t, '/sockjs/websocket'),

  // ---- polls ----
  async 'polls: open, send, receive'(t) {
    const script = backend(t, [
      ['TEXT', 'm:one'],
      ['BINARY', Buffer.from('m:two')],
      ['PING', 'x'],
    ])
    const s = session(t)
    const seen = [await s.polled(), await s.polled()]
    const waiting = s.poll()
    await t.sleep(100)
    seen.push(await s.send('hé "three" </script>'), (await waiting.whole()).seen(...HEADERS))
    return { seen, asked: asked(script) }
  },
  async 'polls: headers of the request'(t) {
    const script = backend(t)
    const headers = { Origin: 'http://origin.test', Cookie: 'a=b', 'X-Own': 'yes' }
    const seen = await session(t).polled({ headers })
    const { origin, cookie, 'x-own': own, 'content-length': length, upgrade } = script.requests[0].headers
    return { seen, origin, cookie, own, length, upgrade: upgrade ?? null }
  },
  async 'polls: several messages in one request'(t) {
    const script = backend(t, [], () => events([]))
    const s = session(t)
    await s.polled()
    const seen = await s.send('a', '', 'c')
    await t.sleep(300)
    return { seen, said: asked(script).flatMap(([, list]) => list) }
  },
  async 'polls: one at a time'(t) {
    backend(t)
    const s = session(t)
    await s.polled()
    const waiting = s.poll()
    await t.sleep(150)
    const second = await s.polled()
    await s.send('x')
    return [second, (await waiting.whole()).seen()]
  },
  async 'polls: a second one before it is open'(t) {
    t.on(async (_request, n) => {
      if (n === 1) await t.sleep(500)
      return events(n === 1 ? [['OPEN']] : [])
    })
    const s = session(t)
    const first = s.poll()
    await t.sleep(150)
    return [await s.polled(), (await first.whole()).seen()]
  },
  async 'polls: payloads'(t) {
    backend(t, [], () => events([]))
    const s = session(t)
    await s.polled()
    const seen = []
    for (const body of ['[]', '', '{"a":1}', '[1]', '["x', '"x"', '["x"]y', ' ["x"] ', '[""]'])
      seen.push(await s.sendRaw(body))
    return seen
  },
  async 'polls: the backend closes'(t) {
    const script = backend(t, [], (_request, n) => events(n === 2 ? [['TEXT', 'm:bye'], close(4001, 'enough')] : []))
    const s = session(t)
    await s.polled()
    const seen = [await s.send('x')]
    await t.sleep(200)
    seen.push(await s.polled(), await s.polled(), await s.polled(), await s.send('x'))
    await t.sleep(200)
    return { seen, asked: asked(script) }
  },
  async 'polls: the backend closes without a code, while the client waits'(t) {
    const script = backend(t, [], (_request, n) => events(n === 2 ? [['CLOSE']] : []))
    const s = session(t)
    await s.polled()
    const waiting = s.poll()
    await t.sleep(100)
    await s.send('x')
    const seen = (await waiting.whole()).seen()
    await t.sleep(200)
    return { seen, asked: asked(script) }
  },
  async 'polls: the backend fails'(t) {
    backend(t, [], () => ({ status: 500 }))
    const s = session(t)
    await s.polled()
    const waiting = s.poll()
    await t.sleep(100)
    await s.send('x')
    return (await waiting.whole()).seen()
  },
  async 'polls: the backend rejects'(t) {
    t.on({ status: 403, headers: { 'Content-Type': 'text/plain', 'X-Why': 'no' }, body: 'no entry' })
    const s = session(t)
    const first = await t
      .ask({ method: 'POST', path: s.at('xhr'), body: '', headers: { Origin: 'http://o.test' } })
      .whole()
    return [first.seen(...HEADERS), await s.polled()]
  },
  async 'polls: nobody to ask'(t) {
    return await session(t, '/sockjs-dead').polled()
  },
  async 'polls: the client stays away'(t) {
    const script = backend(t)
    const s = session(t)
    await s.polled()
    await t.sleep(6500)
    return { seen: await s.send('x'), asked: asked(script) }
  },
  async 'polls: published messages and a close'(t) {
    backend(t, [control({ type: 'subscribe', channel: t.channel() })], () => events([]))
    const s = session(t)
    await s.polled()
    await t.sleep(300)
    await t.push('ws-message', { content: 'news' })
    await t.sleep(100)
    const seen = [await s.polled()]
    const waiting = s.poll()
    await t.sleep(100)
    await t.push('ws-message', { action: 'close', code: 4100, reason: 'enough' })
    return [...seen, (await waiting.whole()).seen()]
  },
  async 'polls: another path for the backend'(t) {
    const script = backend(t)
    await session(t, '/sockjs-as').polled()
    return asked(script)
  },
  async 'polls: a path with a slash'(t) {
    const script = backend(t)
    return [await session(t, '/sockjs-slash').polled(), asked(script)]
  },

  // ---- JSON-P ----
  async 'jsonp: open, send, receive'(t) {
    const script = backend(t)
    const s = session(t)
    const seen = [await s.jsonp('_jp.a1'), await s.form('d=%5B%22a%20b%2Bc%22%5D'), await s.jsonp('cb')]
    seen.push(await s.form('x=1'), await s.form('d='), await s.form('x=1&d=%5B%22d%22%5D'), await s.jsonp('cb'))
    return { seen, said: asked(script).flatMap(([, list]) => list) }
  },
  async 'jsonp: quotes'(t) {
    backend(t)
    const s = session(t)
    await s.jsonp('cb')
    await s.form(`d=${encodeURIComponent(JSON.stringify(['"\\ é']))}`)
    return await s.jsonp('cb')
  },
  async 'jsonp: a plus is a blank in a form'(t) {
    const script = backend(t)
    const s = session(t)
    await s.jsonp('cb')
    await s.form('d=%5B%22a+b%22%5D')
    await t.sleep(100)
    return asked(script).at(-1)[1]
  },
  async 'jsonp: text instead of a form'(t) {
    backend(t)
    const s = session(t)
    await s.jsonp('cb')
    return await s.form('["x"]', 'text/plain')
  },
  'jsonp: a callback that is none': async (t) => {
    backend(t)
    return await session(t).jsonp('a%3Cb')
  },

  // ---- WebSockets ----
  async 'a websocket with frames'(t) {
    const script = backend(t, [
      ['TEXT', 'm:hi "é"'],
      ['BINARY', Buffer.from('m:bin')],
      ['PING', 'x'],
    ])
    const seen = await socket(t, session(t).at('websocket'), { messages: ['["one","two"]', '[]'], n: 5 })
    return {
      seen,
      urls: asked(script).map(([url]) => url),
      said: asked(script)
        .flatMap(([, list]) => list)
        .slice(0, 3),
    }
  },
  async 'a websocket: the backend closes'(t) {
    const script = backend(t, [], (_request, n) => events(n === 2 ? [close(4001, 'enough')] : []))
    const client = await t.ws(session(t).at('websocket'))
    client.text('["go"]')
    await client.received(2).catch(() => {})
    await t.sleep(300)
    return { got: client.got, asked: asked(script).slice(0, 2) }
  },
  'a websocket: what is no array': (t) => {
    backend(t)
    return socket(t, session(t).at('websocket'), { messages: ['"one"'], n: 2 })
  },
  'a websocket rejected': (t) => {
    t.on({ status: 403, body: 'no' })
    return socket(t, session(t).at('websocket'))
  },
  async 'a websocket without frames'(t) {
    const script = backend(t)
    const seen = await socket(t, `/sockjs/websocket?${t.key}`, { messages: ['one'], n: 1 })
    return { seen, urls: asked(script).map(([url]) => url) }
  },
  async 'websockets: another path for the backend'(t) {
    const script = backend(t, [], () => events([]))
    await socket(t, `/sockjs-as/websocket?${t.key}`, { ms: 100 })
    return asked(script)
      .map(([url]) => url)
      .slice(0, 1)
  },
  'no websocket at a page': (t) => socket(t, `/sockjs/info?${t.key}`),
  'no websocket at the path itself': (t) => socket(t, `/sockjs?${t.key}`),

  // ---- what only the others have ----
  'no stream by xhr': (t) => {
    backend(t)
    return page(t, session(t).at('xhr_streaming'), { method: 'POST', body: '' })
  },
}

export const known = {
  greeting: 'the greeting of the protocol, which Pushpin does not have',
  'greeting with a slash': 'the greeting of the protocol, which Pushpin does not have',
  'polls: the backend fails':
    'the client is told by a close with 1011, as on every WebSocket; Pushpin forgets the session',
  'jsonp: a plus is a blank in a form': 'browsers write blanks so, and Pushpin leaves them as plus signs',
  'jsonp: text instead of a form': 'the protocol allows it, Pushpin does not',
  'jsonp: a callback that is none': 'it would let a page of another origin write into the script',
  'a websocket: what is no array': 'the client is told by a close with 1007; Pushpin hangs up',
  'no stream by xhr': 'there is one: Pushpin has no streams, and clients have to poll',
}
