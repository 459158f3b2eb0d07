// Which route a request takes, and what the route changes in it.

/** Asks for a path and tells what the backend was asked. */
async function through(t, path, { headers = {}, names = [], host } = {}) {
  const script = t.on({ body: 'ok' })
  const client = await t.ask({ path, headers, ...(host !== undefined && { host }) }).whole(8000)
  const [request] = script.requests
  const picked = Object.fromEntries(names.map((name) => [name, request?.headers[name] ?? null]))
  return { status: client.status, backend: request?.backend ?? null, url: request?.url ?? null, ...picked }
}

export const scenarios = {
  'path_rem takes characters off': (t) => through(t, t.path('/strip/', '/a?b=/strip/')),
  'path_rem in the middle of a part': (t) => through(t, t.path('/cut/')),
  replace_beg: (t) => through(t, t.path('/swap/', '?a=/swap/')),
  'path_rem and replace_beg': (t) => through(t, t.path('/both/x/')),
  'a path without the slash of its route': (t) => through(t, t.path('/strip', '')),
  'the longest path wins': async (t) => [
    await through(t, t.path('/second/x/')),
    await through(t, t.path('/second/first/')),
    await through(t, t.path('/secon')),
  ],
  'a path is compared with its case': (t) => through(t, t.path('/SECOND/')),
  'a route for tls only': async (t) => (await through(t, t.path('/ssl/'))).status,
  'a route for websockets only': async (t) => (await through(t, t.path('/ws-only/'))).status,
  'the exact domain': (t) => through(t, t.path('/domain/'), { host: 'other.test' }),
  'the exact domain with a port': (t) => through(t, t.path('/domain/'), { host: 'other.test:81' }),
  'the exact domain in upper case': async (t) => (await through(t, t.path('/domain/'), { host: 'OTHER.test' })).backend,
  'no path of the exact domain': (t) => through(t, t.path('/elsewhere/'), { host: 'other.test' }),
  'a deeper path of a domain': async (t) => [
    await through(t, t.path('/deep/'), { host: 'domain.test' }),
    await through(t, t.path('/other/'), { host: 'domain.test' }),
  ],
  'header sets, repeats and takes away': (t) =>
    through(t, t.path('/headers/'), {
      headers: { 'X-One': 'client', 'X-Gone': 'client', 'X-Kept': 'client' },
      names: ['x-one', 'x-two', 'x-gone', 'x-kept', 'host'],
    }),
  "header replaces the client's": (t) =>
    through(t, t.path('/header/'), { headers: { 'x-route': 'forged' }, names: ['x-route'] }),
  'host of a target': (t) => through(t, t.path('/host/'), { host: 'client.test:81', names: ['host'] }),
  'host of a target, with capitals and the usual port': (t) => through(t, t.path('/host-port/'), { names: ['host'] }),
  'as_host with capitals and the usual port': (t) => through(t, t.path('/ashost-port/'), { names: ['host'] }),
  'header sets no Host and no Grip-Sig': async (t) => {
    const seen = await through(t, t.path('/set-made/'), { host: 'client.test', names: ['host', 'grip-sig'] })
    return { ...seen, 'grip-sig': seen['grip-sig']?.split(',').length }
  },
  as_host: (t) => through(t, t.path('/ashost/'), { host: 'client.test', names: ['host'] }),
  'no_grip is not signed': async (t) => {
    const names = ['grip-sig', 'grip-feature', 'grip-hold']
    return await through(t, t.path('/nogrip/'), { headers: { 'Grip-Hold': 'x' }, names })
  },
  'no_grip lets instructs through': async (t) => {
    t.on({ headers: { 'Content-Type': 'application/grip-instruct' }, body: '{"hold":{}}' })
    return (await t.get(t.path('/nogrip/')).whole()).seen('content-type')
  },
  'a key of its own': async (t) => {
    const script = t.on({ body: 'ok' })
    await t.get(t.path('/signed/')).whole()
    const [head, claims] = (script.requests[0]?.headers['grip-sig'] ?? '').split('.')
    return [head, JSON.parse(Buffer.from(claims, 'base64url').toString()).iss]
  },
  'debug says why an instruct is refused': async (t) => {
    t.on({ headers: { 'Grip-Hold': 'sideways' } })
    const client = await t.get(t.path('/debug/')).whole()
    return { ...client.seen('content-type'), body: client.body.includes('Grip-Hold') }
  },
  'prefix is put before channel names': async (t) => {
    t.on(() => ({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': t.channel() } }))
    const client = await t.opened(t.get(t.path('/prefix/')))
    await t.push('http-stream', { content: 'plain;' })
    await t.publish([{ channel: `pre-${t.channel()}`, formats: { 'http-stream': { content: 'prefixed;' } } }])
    await client.has('prefixed')
    return client.seen()
  },
  'sub subscribes streams': async (t) => {
    t.on(() => ({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': t.channel() } }))
    const client = await t.opened(t.get(t.path('/sub/')))
    await t.publish([{ channel: 'always-on', formats: { 'http-stream': { content: `${t.key};` } } }])
    await client.has(t.key)
    await t.push('http-stream', { content: 'own;' })
    await client.has('own;')
    return client.body.toString().includes(`${t.key};own;`)
  },
  'sub subscribes response holds': async (t) => {
    t.on(() => ({ headers: { 'Grip-Hold': 'response', 'Grip-Timeout': '20' } }))
    const client = await t.held(t.get(t.path('/sub/')))
    await t.publish([{ channel: 'always-on', formats: { 'http-response': { body: 'for all' } } }])
    return (await client.whole()).seen()
  },
  'an untrusted target is not asked on this machine': async (t) => {
    const script = t.on({ body: 'ok' })
    const client = await t.get(t.path('/untrusted/')).whole()
    return { ...client.seen('content-type'), asked: script.requests.length }
  },
  'an untrusted target, and why': async (t) => {
    t.on({ body: 'ok' })
    const client = await t.get(t.path('/untrusted-debug/')).whole()
    return { status: client.status, more: client.body.toString() !== 'Error while proxying to origin.\n' }
  },
  'an untrusted target is no reason to try another': (t) => through(t, t.path('/untrusted-failover/')),
  'an untrusted target after one that is not there': (t) => through(t, t.path('/untrusted-second/')),
  'an untrusted target of a WebSocket': async (t) => {
    const script = t.on({ body: 'ok' })
    t.onSocket()
    const client = await t.ws(t.path('/untrusted/'))
    return { ...client.handshake(), asked: script.requests.length }
  },
  'an untrusted target of a WebSocket over HTTP': async (t) => {
    const script = t.on({ body: 'ok' })
    const client = await t.ws(t.path('/untrusted-ws/'))
    return { ...client.handshake(), asked: script.requests.length }
  },
  'the test target says hello': async (t) => (await t.get('/test/').whole()).seen('content-type'),
  'the test target elsewhere': async (t) => (await t.get(`/test/${t.key}`).whole()).seen('content-type'),
  'the test target answers any method': async (t) =>
    (await t.ask({ method: 'POST', path: '/test/', body: 'x' }).whole()).seen('content-type'),
  'the test target streams': async (t) => {
    const client = await t.opened(t.get(`/test/stream?channel=${t.key}`))
    await t.push('http-stream', { content: 'live\n' })
    await client.has('live')
    return client.seen('content-type', 'transfer-encoding')
  },
  'the test target holds, on two channels': async (t) => {
    const client = await t.held(t.get(`/test/response/?channel=${t.key}-a&channel=${t.key}-b`))
    await t.publish([{ channel: `${t.key}-b`, formats: { 'http-response': { body: 'news\n' } } }])
    return (await client.whole()).seen('content-type')
  },
}
