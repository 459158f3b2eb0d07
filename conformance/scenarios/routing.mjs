// Routes and their options in combination with holds, WebSockets, failing backends and answers of all kinds.
import { instruct, poll, stream } from '../lib/scenario.mjs'

/** The names that a debug page must have, by what is wrong. */
async function explains(t, answer, pattern, path = t.path('/debug/')) {
  t.on(answer)
  const client = await t.get(path).whole()
  return { status: client.status, type: client.header('content-type'), explains: pattern.test(client.body.toString()) }
}

export const scenarios = {
  // ---- debug says why ----
  'debug: a bad json instruct': (t) => explains(t, instruct('{"hold":'), /JSON/i),
  'debug: an instruct that is a list': (t) => explains(t, instruct('[]'), /object|list/),
  'debug: a bad mode': (t) => explains(t, instruct({ hold: { mode: 'x', channels: [] } }), /mode/),
  'debug: channels of a wrong type': (t) => explains(t, instruct({ hold: { channels: 'x' } }), /channels/),
  'debug: a channel without a name': (t) => explains(t, instruct({ hold: { channels: [{}] } }), /name/),
  'debug: a bad timeout': (t) => explains(t, instruct({ hold: { channels: [], timeout: [] } }), /timeout/),
  'debug: a bad code': (t) => explains(t, instruct({ response: { code: [] } }), /code/),
  'debug: bad headers': (t) => explains(t, instruct({ response: { headers: 5, body: '' } }), /headers/),
  'debug: a bad body': (t) => explains(t, instruct({ response: { body: 5 } }), /body/),
  'debug: a bad grip-timeout': (t) => explains(t, poll(t, { 'Grip-Timeout': 'soon' }), /Grip-Timeout/),
  'debug: a bad grip-status': (t) => explains(t, poll(t, { 'Grip-Status': 'x' }), /Grip-Status/),
  'debug: a bad grip-keep-alive': (t) => explains(t, stream(t, { 'Grip-Keep-Alive': 'x; mode=y' }), /Grip-Keep-Alive/),
  'debug: a bad grip-link': (t) => explains(t, stream(t, { 'Grip-Link': 'x; rel=next' }), /Grip-Link/),
  'debug: a status other than 200 with json': (t) => explains(t, { ...instruct({}), status: 201 }, /200/),
  'debug: nothing to connect to': (t) =>
    explains(t, { body: 'x' }, /Unable to connect|127\.0\.0\.1:1/, t.path('/dead-debug/')),
  'debug: an instruct that is too large': (t) => explains(t, poll(t, {}, 'x'.repeat(150_000)), /too large/),
  'debug: the backend hangs up': async (t) => {
    t.on(({ response }) => {
      response.destroy()
    })
    const client = await t.get(t.path('/debug/')).whole(5000)
    return { status: client.status, type: client.header('content-type') }
  },
  'no debug: nothing is said': async (t) => {
    t.on(instruct({ hold: { mode: 'x', channels: [] } }))
    return (await t.get().whole()).seen('content-type', 'content-length')
  },

  // ---- options and holds ----
  'a hold on a rewritten path': async (t) => {
    const script = t.on(poll(t))
    const client = await t.held(t.get(t.path('/swap/', '?a')))
    await t.push('http-response', { body: 'x' })
    return { ...(await client.whole()).seen(), url: script.requests[0].url }
  },
  'a hint on a rewritten path': async (t) => {
    const script = t.on((_, n) => (n === 1 ? poll(t) : { body: 'again' }))
    const client = await t.held(t.get(t.path('/strip/', '?a')))
    await t.push('http-response', { action: 'hint' })
    await client.whole(4000)
    return { ...client.seen(), urls: script.requests.map((r) => r.url) }
  },
  'a hint on a route with a header and a host': async (t) => {
    const script = t.on((_, n) => (n === 1 ? poll(t) : { body: 'again' }))
    const client = await t.held(t.get(t.path('/header/')))
    await t.push('http-response', { action: 'hint' })
    await client.whole(4000)
    return script.requests.map((r) => r.headers['x-route'])
  },
  'a link on a route that keeps original headers': async (t) => {
    const link = { 'Grip-Link': `<${t.path('/orig/', '?next')}>; rel=next` }
    const script = t.on((_, n) => (n === 1 ? { headers: link, body: 'one;' } : { body: 'two;' }))
    const client = await t.get(t.path('/orig/'), { headers: { 'X-Own': '1' } }).whole()
    const marked = script.requests.map((r) => Object.keys(r.headers).filter((name) => name.startsWith('eb9bf0f5-')))
    const set = script.requests.map((r) => [r.headers['x-route'], r.headers['grip-own'] ?? null])
    return { ...client.seen(), marked: marked.map((names) => names.sort()), set }
  },
  'a hold behind a dead target': async (t) => {
    t.on(poll(t))
    const client = await t.held(t.get(t.path('/failover/')))
    await t.push('http-response', { body: 'x' })
    return (await client.whole()).seen()
  },
  'a hint behind a dead target': async (t) => {
    const script = t.on((_, n) => (n === 1 ? poll(t) : { body: 'again' }))
    const client = await t.held(t.get(t.path('/failover/')))
    await t.push('http-response', { action: 'hint' })
    await client.whole(5000)
    return { ...client.seen(), asked: script.requests.length }
  },
  'a hint on a route with its own key': async (t) => {
    const script = t.on((_, n) => (n === 1 ? poll(t) : { body: 'again' }))
    const client = await t.held(t.get(t.path('/signed/')))
    await t.push('http-response', { action: 'hint' })
    await client.whole(4000)
    return script.requests.map((r) => JSON.parse(Buffer.from(r.headers['grip-sig'].split('.')[1], 'base64url')).iss)
  },
  'sub and own channels on a response hold': async (t) => {
    t.on(poll(t))
    const client = await t.held(t.get(t.path('/sub/')))
    await t.push('http-response', { body: 'own' })
    return (await client.whole()).seen()
  },
  'sub without an instruct is no hold': async (t) => {
    t.on({ body: 'plain' })
    return (await t.get(t.path('/sub/')).whole()).seen()
  },
  'a prefix and ids': async (t) => {
    t.on({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': t.channel() } })
    const client = await t.opened(t.get(t.path('/prefix/')))
    const on = (id, prevId) => ({
      channel: `pre-${t.channel()}`,
      id,
      ...(prevId && { 'prev-id': prevId }),
      formats: { 'http-stream': { content: `${id};` } },
    })
    await t.publish([on('1'), on('3', '2'), on('2', '1')])
    await client.has('3;')
    return client.body.toString()
  },
  'a prefix and require-sub': async (t) => {
    const channel = `${t.channel()}; filter=require-sub, ${t.channel('-b')}`
    t.on({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': channel } })
    const client = await t.opened(t.get(t.path('/prefix/')))
    const needs = (name, content) => ({
      channel: `pre-${t.channel()}`,
      meta: { require_sub: name },
      formats: { 'http-stream': { content } },
    })
    await t.publish([needs(`pre-${t.channel('-b')}`, 'with prefix;'), needs(t.channel('-b'), 'without;')])
    await t.publish([{ channel: `pre-${t.channel()}`, formats: { 'http-stream': { content: 'end;' } } }])
    await client.has('end;')
    return client.body.toString()
  },
  'two domains, the same path': async (t) => {
    const script = t.on(({ backend }) => ({ body: `${backend}` }))
    const first = await t.ask({ path: t.path('/domain/'), host: 'other.test' }).whole()
    const second = await t.ask({ path: t.path('/domain/'), host: 'unknown.test' }).whole()
    return [first.body.toString(), second.body.toString(), script.requests.length]
  },
  'a subdomain is another domain': async (t) => {
    t.on(({ backend }) => ({ body: `${backend}` }))
    return (await t.ask({ path: t.path('/domain/'), host: 'sub.other.test' }).whole()).body.toString()
  },
  'a WebSocket to a route for WebSockets only': async (t) => {
    const client = await t.ws(t.path('/ws-only/'))
    if (!client.opened) await client.whole(2000).catch(() => {})
    return client.status
  },
  'a WebSocket to a tls route': async (t) => {
    t.onSocket()
    const client = await t.ws(t.path('/ssl/'))
    return client.opened
  },

  // ---- the test target ----
  'test: a stream without a channel': async (t) => {
    const client = await t.opened(t.get('/test/stream'))
    return client.seen('content-type')
  },
  'test: a response hold that times out later': async (t) => {
    const client = t.get(`/test/response?channel=${t.key}`)
    return { held: await client.quiet(600) }
  },
  'test: head': async (t) => (await t.ask({ method: 'HEAD', path: '/test/' }).whole()).seen('content-type'),
  'test: an unknown path': async (t) => {
    const client = await t.get('/test/nothing').whole()
    return client.seen('content-type')
  },
}
