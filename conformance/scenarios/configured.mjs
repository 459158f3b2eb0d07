// A proxy with switches of Pushpin's config on: routes by id, forwarded headers, chaining, CORS for all, limits.
import { createHmac } from 'node:crypto'
import { item, poll, stream } from '../lib/scenario.mjs'
import { control, events, GRIP } from '../lib/websocket.mjs'

export const setup = 'configured'

/** A token as a GRIP proxy signs it. */
function token(key, claims = {}) {
  const part = (value) => Buffer.from(JSON.stringify(value)).toString('base64url')
  const text = `${part({ typ: 'JWT', alg: 'HS256' })}.${part({ iss: 'other', exp: Math.floor(Date.now() / 1000) + 3600, ...claims })}`
  return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`
}

const trusted = () => ({ 'Grip-Sig': token('upstream-key') })

/** What the backend gets of some headers. */
async function through(t, headers, names, path = t.path()) {
  const script = t.on({ body: 'ok' })
  const client = await t.ask({ path, headers }).whole()
  const [request] = script.requests
  const picked = Object.fromEntries(names.map((name) => [name, request?.headers[name] ?? null]))
  return { status: client.status, backend: request?.backend ?? null, url: request?.url ?? null, ...picked }
}

export const scenarios = {
  // ---- routes by id ----
  'pushpin-route picks a route': (t) => through(t, { 'Pushpin-Route': 'by-id' }, ['pushpin-route', 'x-route']),
  'pushpin-route of a route without a domain': (t) => through(t, { 'Pushpin-Route': 'only-id' }, ['x-route']),
  'pushpin-route that nobody has': (t) => through(t, { 'Pushpin-Route': 'nobody' }, ['pushpin-route']),
  'pushpin-route that is empty': (t) => through(t, { 'Pushpin-Route': '' }, ['pushpin-route']),
  'pushpin-route in another case': (t) => through(t, { 'pushpin-route': 'BY-ID' }, ['x-route']),
  'a route without a domain is not for others': (t) => through(t, {}, [], t.path('/abc/')),
  'pushpin-route of a WebSocket': async (t) => {
    const script = t.on(() => events([['OPEN']]))
    const client = await t.ws(t.path('/ws/'), { headers: { 'Pushpin-Route': 'nobody' } })
    return { opened: client.opened, asked: script.requests.map((r) => [r.backend, r.headers['pushpin-route'] ?? null]) }
  },

  // ---- forwarded headers ----
  'forwarded-for: the client is added': (t) => through(t, {}, ['x-forwarded-for']),
  'forwarded-for: one value stays': (t) => through(t, { 'X-Forwarded-For': '1.1.1.1, 2.2.2.2' }, ['x-forwarded-for']),
  'forwarded-for: of two headers too': (t) =>
    through(
      t,
      [
        ['X-Forwarded-For', '1.1.1.1'],
        ['x-forwarded-for', '2.2.2.2,3.3.3.3'],
      ],
      ['x-forwarded-for'],
    ),
  'forwarded-for: of another proxy all stays': (t) =>
    through(t, { ...trusted(), 'X-Forwarded-For': '1.1.1.1, 2.2.2.2' }, ['x-forwarded-for']),
  'forwarded-proto of a client is taken off': (t) =>
    through(t, { 'X-Forwarded-Proto': 'https', 'X-Forwarded-Protocol': 'https' }, [
      'x-forwarded-proto',
      'x-forwarded-protocol',
    ]),
  'original headers': (t) =>
    through(
      t,
      { 'X-Own': '1', 'X-Marked': '2', 'Eb9bf0f5-X-Before': '3' },
      ['x-own', 'eb9bf0f5-x-own', 'x-marked', 'eb9bf0f5-x-marked', 'eb9bf0f5-x-before', 'eb9bf0f5-host'],
      t.path('/orig/'),
    ),
  'original headers on other routes': (t) => through(t, { 'Eb9bf0f5-X-Before': '3' }, ['eb9bf0f5-x-before']),
  'original headers of another proxy': (t) =>
    through(t, { ...trusted(), 'X-Own': '1', 'Eb9bf0f5-X-Own': '0' }, ['x-own', 'eb9bf0f5-x-own'], t.path('/orig/')),

  // ---- signatures and chaining ----
  'its own issuer and key': async (t) => {
    const script = t.on({ body: 'ok' })
    await t.get().whole()
    const sig = script.requests[0].headers['grip-sig']
    const [head, claims, signature] = sig.split('.')
    const right = createHmac('sha256', 'secret').update(`${head}.${claims}`).digest('base64url')
    return { iss: JSON.parse(Buffer.from(claims, 'base64url')).iss, right: right === signature }
  },
  'a signed request passes with its signature': async (t) => {
    const script = t.on({ body: 'ok' })
    const headers = { ...trusted(), 'Grip-Feature': 'some', 'Grip-Last': 'c; last-id=1', 'Grip-X': 'kept' }
    await t.ask({ path: t.path(), headers }).whole()
    const seen = script.requests[0].headers
    return {
      same: seen['grip-sig'] === headers['Grip-Sig'],
      feature: seen['grip-feature'] ?? null,
      last: seen['grip-last'] ?? null,
      other: seen['grip-x'] ?? null,
    }
  },
  'a signed request passes even on a route with its own key': async (t) => {
    const script = t.on({ body: 'ok' })
    const headers = trusted()
    await t.ask({ path: t.path('/own-key/'), headers }).whole()
    return script.requests[0].headers['grip-sig'] === headers['Grip-Sig']
  },
  'instructs of a signed request go up': async (t) => {
    t.on(poll(t, { 'Grip-Set-Meta': 'a=1' }, 'body'))
    return (await t.ask({ path: t.path(), headers: trusted() }).whole()).seen(
      'grip-hold',
      'grip-channel',
      'grip-timeout',
      'grip-set-meta',
    )
  },
  'instructs in json of a signed request go up': async (t) => {
    t.on({ headers: { 'Content-Type': 'application/grip-instruct' }, body: '{"hold":{"channels":[]}}' })
    return (await t.ask({ path: t.path(), headers: trusted() }).whole()).seen('content-type')
  },
  'a signature by another key': async (t) => {
    const script = t.on(poll(t))
    const headers = { 'Grip-Sig': token('wrong-key'), 'Grip-X': 'dropped' }
    await t.held(t.ask({ path: t.path(), headers }))
    return {
      same: script.requests[0].headers['grip-sig'] === headers['Grip-Sig'],
      other: script.requests[0].headers['grip-x'] ?? null,
    }
  },
  'a signature that has run out': async (t) => {
    t.on(poll(t))
    const headers = { 'Grip-Sig': token('upstream-key', { exp: Math.floor(Date.now() / 1000) - 10 }) }
    await t.held(t.ask({ path: t.path(), headers }))
    return 'held'
  },
  'a signature without an end': async (t) => {
    t.on(poll(t))
    const client = t.ask({ path: t.path(), headers: { 'Grip-Sig': token('upstream-key', { exp: undefined }) } })
    await client.head(500).catch(() => {})
    return client.status === 0 ? 'held' : client.seen('grip-hold')
  },
  'a signature without its algorithm': async (t) => {
    t.on(poll(t))
    const [, claims] = token('upstream-key').split('.')
    const head = Buffer.from('{"typ":"JWT","alg":"none"}').toString('base64url')
    await t.held(t.ask({ path: t.path(), headers: { 'Grip-Sig': `${head}.${claims}.` } }))
    return 'held'
  },
  'odd signatures': async (t) => {
    const soon = Math.floor(Date.now() / 1000) + 100
    const tokens = {
      'exp in a string': token('upstream-key', { exp: String(soon) }),
      'exp with a fraction': token('upstream-key', { exp: soon + 0.5 }),
      'exp of null': token('upstream-key', { exp: null }),
      'not valid yet': token('upstream-key', { nbf: soon }),
      padded: `${token('upstream-key')}=`,
      'four parts': `${token('upstream-key')}.x`,
      'two parts': token('upstream-key').split('.').slice(0, 2).join('.'),
      bearer: `Bearer ${token('upstream-key')}`,
      empty: '',
    }
    t.on(poll(t))
    const seen = Object.entries(tokens).map(async ([name, sig]) => {
      const client = t.ask({ path: t.path(), headers: { 'Grip-Sig': sig } })
      await client.head(800).catch(() => {})
      return [name, client.status === 0 ? 'held' : 'passed']
    })
    return Object.fromEntries(await Promise.all(seen))
  },
  'a rejection of a signed WebSocket keeps its grip headers': async (t) => {
    t.on({ status: 403, headers: { 'Grip-Foo': 'x', 'Content-Type': 'text/x' }, body: 'no' })
    const client = await t.ws(t.path('/ws/'), { headers: trusted() })
    await client.whole()
    return client.handshake('grip-foo')
  },
  'a signature that is nonsense': async (t) => {
    t.on(poll(t))
    await t.held(t.ask({ path: t.path(), headers: { 'Grip-Sig': 'nonsense' } }))
    return 'held'
  },
  'a signed WebSocket goes up with its control messages': async (t) => {
    const script = t.on((_, n) =>
      n === 1
        ? events([['OPEN'], control({ type: 'subscribe', channel: t.channel() }), ['TEXT', 'm:x']], GRIP)
        : events([]),
    )
    const headers = { ...trusted(), 'Sec-WebSocket-Extensions': 'grip' }
    const client = await t.ws(t.path('/ws/'), { headers })
    await client.received(2)
    return {
      extension: client.header('sec-websocket-extensions'),
      got: client.got.map(([kind, content]) => [kind, content.replaceAll(t.key, 'KEY')]),
      same: script.requests[0].headers['grip-sig'] === headers['Grip-Sig'],
    }
  },
  'a signed request may send events': async (t) => {
    const script = t.on(events([['OPEN']], GRIP))
    const headers = {
      ...trusted(),
      'Content-Type': 'application/websocket-events',
      Accept: 'application/websocket-events',
    }
    const client = await t.ask({ method: 'POST', path: t.path('/ws/'), headers, body: 'OPEN\r\n' }).whole()
    return { ...client.seen('content-type', 'sec-websocket-extensions'), asked: script.requests.length }
  },

  // ---- CORS and JSON-P for all ----
  'cors everywhere': async (t) => {
    t.on({ headers: { 'X-A': '1' }, body: 'x' })
    const client = await t.get(t.path(), { headers: { Origin: 'http://app.example' } }).whole()
    return client.seen('access-control-allow-origin', 'access-control-allow-credentials', 'access-control-max-age')
  },
  'jsonp everywhere': async (t) => {
    t.on({ body: 'x' })
    const client = await t.get(t.path('/', '?callback=fn')).whole()
    return [client.status, client.header('content-type'), client.body.toString().startsWith('/**/fn(')]
  },

  // ---- limits ----
  'three channels are the most': async (t) => {
    const names = [1, 2, 3, 4].map((i) => t.channel(`-${i}`))
    t.on(stream(t, { 'Grip-Channel': names.join(', ') }))
    const client = await t.opened()
    await t.publish(
      [...names].reverse().map((channel, i) => ({ channel, formats: { 'http-stream': { content: `${4 - i};` } } })),
    )
    await client.has('1;')
    return client.body.toString()
  },
  'three channels of a WebSocket are the most': async (t) => {
    const names = [1, 2, 3, 4].map((i) => t.channel(`-${i}`))
    t.on((_, n) =>
      n === 1
        ? events([['OPEN'], ...names.map((channel) => control({ type: 'subscribe', channel }))], GRIP)
        : events([]),
    )
    const client = await t.ws()
    await t.sleep(300)
    await t.publish(names.map((channel, i) => ({ channel, formats: { 'ws-message': { content: `${i + 1}` } } })))
    await client.received(3)
    await t.sleep(200)
    return client.got.map(([, content]) => content)
  },
  'an id again is dropped for a while': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    await t.publish([item(t, 'a')])
    await t.publish([item(t, 'a')])
    await t.publish([item(t, 'b')])
    await client.has('b;')
    const early = client.body.toString()
    await t.sleep(2500)
    await t.publish([item(t, 'a')])
    await client.has('b;a;')
    return [early, client.body.toString()]
  },
  'an id again on another channel is not': async (t) => {
    t.on(stream(t, { 'Grip-Channel': `${t.channel('-1')}, ${t.channel('-2')}` }))
    const client = await t.opened()
    for (const suffix of ['-1', '-2', '-1'])
      await t.publish([{ channel: t.channel(suffix), id: 'a', formats: { 'http-stream': { content: `${suffix};` } } }])
    await t.sleep(300)
    return client.body.toString()
  },
  'an id again is dropped in another format too, and if nobody heard it first': async (t) => {
    await t.publish([item(t, 'a', undefined, { formats: { 'ws-message': { content: 'a;' } } })])
    t.on(stream(t))
    const client = await t.opened()
    await t.publish([item(t, 'a')])
    await t.publish([item(t, 'b', undefined, { formats: { 'http-response': { body: 'b;' } } })])
    await t.publish([item(t, 'b')])
    await t.publish([item(t, 'c')])
    await client.has('c;')
    return client.body.toString()
  },
  'items without ids are never dropped': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    await t.push('http-stream', { content: 'x;' })
    await t.push('http-stream', { content: 'x;' })
    await client.has('x;x;')
    return client.seen()
  },
  'a session id from another proxy goes on': (t) =>
    through(t, { ...trusted(), 'Grip-Session-Id': 'abc' }, ['grip-session-id'], t.path('/session/')),
  'a session route': async (t) => {
    const script = t.on(stream(t, { 'Grip-Session-Id': 'abc' }, 'open;'))
    const client = await t.opened(t.get(t.path('/session/')))
    return { ...client.seen('grip-session-id'), id: script.requests[0].headers['grip-session-id'] ?? null }
  },
}

export const known = {
  'a signed WebSocket goes up with its control messages':
    'Pushpin 1.36 loses the extension on the way up, and then nobody acts on the control messages',
}
