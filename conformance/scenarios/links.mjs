// Where links of instructs lead: to the route that the client's request took, or over the network to another host.
import { brotliCompressSync, gzipSync } from 'node:zlib'
import { item, stream } from '../lib/scenario.mjs'

const KEPT = ['grip-last', 'x-route', 'x-own', 'eb9bf0f5-x-own']

/** Who a token is signed by; null: there is none. */
function issuer(token) {
  return token === undefined ? null : JSON.parse(Buffer.from(token.split('.')[1], 'base64url').toString()).iss
}

/** A Host, whose port may be another one each time. */
function named(t, host) {
  const i = t.ports.findIndex((port) => host === `127.0.0.1:${port}`)
  return i < 0 ? host : `backend ${i}`
}

/** What the backends were asked after a stream's first answer, whose link is `uri`. */
async function followed(t, uri, { path = t.path(), headers = {}, first = {}, second = { body: 'second;' } } = {}) {
  const script = t.on((_, n) =>
    n === 1 ? { headers: { 'Grip-Link': `<${uri}>; rel=next`, ...first }, body: 'first;' } : n === 2 ? second : 'end;',
  )
  const client = t.get(path, { headers })
  await client.has('second;', 5000)
  await t.sleep(150)
  return {
    body: client.body.toString(),
    ended: client.complete,
    asked: script.requests.slice(1).map((request) => ({
      backend: request.backend,
      url: request.url,
      host: named(t, request.headers.host),
      issuer: issuer(request.headers['grip-sig']),
      ...Object.fromEntries(
        KEPT.filter((name) => name in request.headers).map((name) => [name, request.headers[name]]),
      ),
    })),
  }
}

const elsewhere = (t, rest = '?next', backend = 1) => `http://127.0.0.1:${t.ports[backend]}${t.path('/', rest)}`
const live = (t, name) => t.publish([{ channel: name, formats: { 'http-stream': { content: 'live;' } } }])

export const scenarios = {
  // ---- to another host ----
  'another host is asked, signed': (t) => followed(t, elsewhere(t)),
  'another host is asked, signed as the route is': (t) => followed(t, elsewhere(t), { path: t.path('/signed/') }),
  'another host gets none of the route’s headers': (t) => followed(t, elsewhere(t), { path: t.path('/header/') }),
  'another host is asked for the path as it is': (t) => followed(t, elsewhere(t), { path: t.path('/strip/') }),
  'another host gets its own name': (t) => followed(t, elsewhere(t), { path: t.path('/host/') }),
  'another host gets no original headers': (t) =>
    followed(t, elsewhere(t), { path: t.path('/orig/'), headers: { 'X-Own': '1' } }),
  'another host gets no headers of the client': (t) => followed(t, elsewhere(t), { headers: { 'X-Own': '1' } }),
  'another host holds the stream': async (t) => {
    const seen = await followed(t, elsewhere(t), { second: stream(t, {}, 'second;') })
    return { ...seen, ended: false }
  },
  'another host’s channels have the route’s prefix': async (t) => {
    t.on((_, n) =>
      n === 1 ? { headers: { 'Grip-Link': `<${elsewhere(t)}>; rel=next` }, body: 'first;' } : stream(t, {}, 'second;'),
    )
    const client = t.get(t.path('/prefix/'))
    await client.has('second;')
    await t.sleep(250)
    await live(t, t.channel())
    await live(t, `pre-${t.channel()}`)
    await client.has('live;')
    await t.sleep(150)
    return client.body.toString()
  },
  'another host is told what the client has': async (t) => {
    const script = t.on((_, n) =>
      n === 1
        ? stream(
            t,
            { 'Grip-Channel': `${t.channel()}; prev-id=7`, 'Grip-Link': `<${elsewhere(t)}>; rel=next` },
            'open;',
          )
        : { body: 'end;' },
    )
    const client = await t.opened()
    await t.push('http-stream', { action: 'hint' }, { 'prev-id': '7', id: '8' })
    await client.whole(5000)
    return script.requests.slice(1).map((r) => [r.backend, r.headers['grip-last'] ?? null])
  },
  'the next link of another host goes by the route': async (t) => {
    const script = t.on((_, n) =>
      n === 1
        ? { headers: { 'Grip-Link': `<${elsewhere(t)}>; rel=next` }, body: '1;' }
        : n === 2
          ? { headers: { 'Grip-Link': `<${t.path('/', '?third')}>; rel=next` }, body: '2;' }
          : { body: '3;' },
    )
    const client = await t.get().whole(5000)
    return {
      body: client.body.toString(),
      asked: script.requests.map(({ backend, url, headers }) => [backend, url, named(t, headers.host)]),
    }
  },

  // ---- answers that are packed ----
  'a packed answer': (t) =>
    followed(t, t.path('/', '?next'), {
      second: { headers: { 'Content-Encoding': 'gzip' }, body: gzipSync('second;') },
    }),
  'a packed answer that holds': async (t) => {
    const second = stream(t, { 'Content-Encoding': 'br' }, brotliCompressSync('second;'))
    t.on((_, n) => (n === 1 ? { headers: { 'Grip-Link': '<?next>; rel=next' }, body: 'first;' } : second))
    const client = await t.get().has('second;')
    await t.sleep(250)
    await t.push('http-stream', { content: 'live;' })
    return (await client.has('live;')).seen()
  },
  'a packed answer in parts': async (t) => {
    const packed = gzipSync('second;'.repeat(20))
    t.on(async ({ response }, n) => {
      if (n === 1) return { headers: { 'Grip-Link': '<?next>; rel=next' }, body: 'first;' }
      response.writeHead(200, { 'Content-Encoding': 'gzip' })
      response.write(packed.subarray(0, 12))
      await t.sleep(150)
      response.end(packed.subarray(12))
    })
    return (await t.get().whole()).seen()
  },

  // ---- to the same host ----
  'the same host, a path of another route': (t) => followed(t, t.path('/second/', '?next')),
  'the same host, a path of a longer route': (t) =>
    followed(t, t.path('/second/first/', '?next'), { path: t.path('/second/') }),
  'the same host, another route’s headers': (t) => followed(t, t.path('/header/', '?next')),
  'the same host, another route’s path rewriting': (t) => followed(t, t.path('/strip/', '?next')),
  'the same host, out of a route that rewrites': (t) =>
    followed(t, t.path('/other/', '?next'), { path: t.path('/strip/') }),
  'the same host, out of a route with a key': (t) => followed(t, t.path('/', '?next'), { path: t.path('/signed/') }),
  'the same host, within a route that rewrites': (t) =>
    followed(t, t.path('/strip/', '?next'), { path: t.path('/strip/') }),
  'the same host, within a route with a host': (t) =>
    followed(t, t.path('/host/', '?next'), { path: t.path('/host/') }),
  'the same host, within a route that stands for another host': (t) =>
    followed(t, t.path('/ashost/', '?next'), { path: t.path('/ashost/') }),
  'the host that the route stands for, by name': (t) =>
    followed(t, `http://as.example${t.path('/ashost/', '?next')}`, { path: t.path('/ashost/') }),
  'the host that the client asked, by name, within such a route': (t) =>
    followed(t, `http://127.0.0.1:${t.ports[1]}${t.path('/ashost/', '?next')}`, {
      path: t.path('/ashost/'),
      headers: { 'X-Own': '1' },
    }),
  'the same host by name': (t) => followed(t, `http://proxy.test${t.path('/', '?next')}`),
  'the same host with its port': (t) => followed(t, `http://proxy.test:80${t.path('/', '?next')}`),
  'the same host in capitals': (t) => followed(t, `http://PROXY.test${t.path('/', '?next')}`),

  // ---- shared ----
  'links that are asked at once share an answer, whatever their query': (t) => together(t, ['/n?1', '/n?2', '/n?3']),
  'links that are alike share an answer': (t) => together(t, ['/n?1', '/n?1', '/n?1', '/n?1']),
  'links with other paths do not share': (t) => together(t, ['/n/1', '/n/2', '/n/1']),
  'links share by the path that is asked': (t) => together(t, ['/n/%41', '/n/A', '/n/x/../A', '/n/a']),
  'links to another host do not share': (t) =>
    together(
      t,
      [1, 2].map(() => elsewhere(t)),
    ),
  'links of clients that have others do not share': async (t) => {
    const script = t.on(async (request, n) => {
      if (n <= 4)
        return stream(
          t,
          { 'Grip-Channel': `${t.channel()}; prev-id=${[1, 2, 2, 3][n - 1]}`, 'Grip-Link': '<?next>; rel=next' },
          'open;',
        )
      await t.sleep(400)
      return { body: `${request.headers['grip-last']};` }
    })
    const clients = await Promise.all([1, 2, 3, 4].map(() => t.opened()))
    await t.publish([item(t, '9', '8')])
    await Promise.all(clients.map((client) => client.has('last-id=', 5000)))
    return { bodies: clients.map((client) => client.body.toString()).sort(), asked: script.requests.length - 4 }
  },
  'a link that is asked while another one’s answer comes gets all of it': async (t) => {
    const script = t.on(({ url, response }, n) => {
      if (!url.includes('next')) return { headers: { 'Grip-Link': '<?next>; rel=next' }, body: 'first;' }
      response.writeHead(200)
      response.write(`${n};`)
      void t.sleep(900).then(() => response.end('end;'))
      return undefined
    })
    const first = t.get()
    await first.has('2;')
    const second = t.get()
    await Promise.all([first.has('end;'), second.has('end;')])
    return { bodies: [first, second].map((client) => client.body.toString()), asked: script.requests.length }
  },
  'a shared answer goes on when the one who asked first leaves': async (t) => {
    const script = t.on(async ({ url }) => {
      if (!url.includes('next')) return { headers: { 'Grip-Link': '<?next>; rel=next' }, body: 'first;' }
      await t.sleep(900)
      return { body: 'end;' }
    })
    const first = t.get()
    await first.has('first;')
    await t.sleep(100)
    const second = t.get()
    await second.has('first;')
    await t.sleep(100)
    first.close()
    await second.has('end;')
    return { body: second.body.toString(), asked: script.requests.length }
  },
  'a link whose timeout is one second is asked once then': async (t) => {
    const script = t.on((_, n) =>
      stream(t, { 'Grip-Link': `<?next>; rel=next${n === 1 ? '; timeout=1' : ''}` }, `${n};`),
    )
    const client = t.get()
    await client.has('2;', 4000)
    await t.sleep(1500)
    return { body: client.body.toString(), asked: script.requests.length }
  },
  // ---- escapes ----
  ...Object.fromEntries(
    [
      ['a percent sign and a space', '/50% off/'],
      ['a percent sign, and an escape', '/100%/x%20y'],
      ['a percent sign in the query', '?50% off&a%20'],
      ['a percent sign, and letters that are none of a URL', '/%/é é'],
      ['escapes that are not needed, and in lower case', '/%41%2f%e2%82%ac'],
      ['spaces at its end', '/x '],
      ['a tab', '/a\tb?\t'],
      ['apostrophes', "/'?'%27"],
      ['what a URL may not hold', '/{a}|^`\\"?{a}|^`\\"'],
      ['brackets', '/[a]?[a]'],
      ['dots', '/x/../y/./%2e%2e/z'],
      ['a fragment', '/x#50% off'],
      ['an escaped percent sign', '/%2541?%2541'],
    ].map(([what, rest]) => [
      `a link with ${what}`,
      (t) => followed(t, Buffer.from(t.path('/', rest)).toString('latin1')),
    ]),
  ),
}

/** What clients get and how often the backend is asked where these links are asked at the same time. */
async function together(t, links) {
  const script = t.on(async ({ url }) => {
    const at = /\?at=(\d)/.exec(url)?.[1]
    if (at === undefined) {
      await t.sleep(700)
      return { body: 'end;' }
    }
    const link = links[Number(at)]
    return {
      headers: { 'Grip-Link': `<${link.startsWith('/') ? t.path('/', link) : link}>; rel=next` },
      body: 'first;',
    }
  })
  const clients = links.map((_, i) => t.get(t.path('/', `?at=${i}`)))
  await Promise.all(clients.map((client) => client.has('end;', 6000)))
  return { bodies: clients.map((client) => client.body.toString()), asked: script.requests.length - links.length }
}
