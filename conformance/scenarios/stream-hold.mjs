// Stream holds: first responses, keep-alives, links, and how streams end.
import { gzipSync } from 'node:zlib'
import { instruct, stream } from '../lib/scenario.mjs'

/** A stream, and what it got after some content was published to it. */
async function streams(t, answer, contents = ['one;', 'two;'], request = {}) {
  t.on(answer)
  const client = await t.opened(t.ask({ path: t.path(), ...request }))
  for (const content of contents) {
    await t.push('http-stream', { content })
    await client.has(content)
  }
  return client
}

/** A stream with keep-alives: what came in some seconds without publishes. */
async function beats(t, answer, ms = 2600) {
  t.on(answer)
  const client = await t.get().head(3000)
  await t.sleep(ms)
  return client.body.toString()
}

const times = (text, part) => text.split(part).length - 1

/** A stream whose backend answers in order; what it got in the end, and what was asked. */
async function linked(t, answers, { until, ms = 6000, before = async () => {}, path } = {}) {
  const script = t.on((_, n) => (typeof answers === 'function' ? answers(n) : (answers[n - 1] ?? { body: `no ${n};` })))
  const client = t.get(path ?? t.path('/', '?page=1'))
  await client.head(4000)
  await before(client, script)
  if (until === 'end') await client.whole(ms)
  else await client.has(until, ms)
  return {
    ...client.seen(),
    ended: client.complete,
    asked: script.requests.map((r) => [r.method, r.url, r.headers['grip-last'] ?? null]),
  }
}

const next = (t, rest, more = '') => ({ 'Grip-Link': `<${t.path('/', rest)}>; rel=next${more}` })

export const scenarios = {
  // ---- the first response ----
  'headers of the first response': async (t) => {
    const headers = {
      'Content-Type': 'text/event-stream',
      'Cache-Control': 'no-cache',
      'X-A': '1',
      'Content-Length': '3',
      Server: 'own',
      Date: 'Mon, 01 Jan 2001 00:00:00 GMT',
    }
    const client = await streams(t, stream(t, headers, 'abc'))
    return client.seen('content-type', 'cache-control', 'x-a', 'content-length', 'transfer-encoding', 'server', 'date')
  },
  'cookies of the first response': async (t) => {
    const pairs = Object.entries(stream(t).headers)
    const client = await streams(t, { headers: [...pairs, ['Set-Cookie', 'a=1'], ['Set-Cookie', 'b=2']] })
    return client.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value)
  },
  'a first response that is packed': async (t) => {
    const client = await streams(t, stream(t, { 'Content-Encoding': 'gzip' }, gzipSync('unpacked;')))
    return client.seen('content-encoding')
  },
  'bytes beyond ASCII in the headers before an empty first response': async (t) => {
    t.on(stream(t, { 'X-Name': Buffer.from('Zoë').toString('latin1') }))
    const client = await t.get().head()
    return Buffer.from(client.header('x-name') ?? '', 'latin1').toString('hex')
  },
  'an empty first response': async (t) => (await streams(t, stream(t, {}, ''))).seen('transfer-encoding'),
  'a first response of bytes': async (t) => {
    const client = await streams(t, stream(t, {}, Buffer.from([0, 255, 10, 13])))
    return client.body.toString('hex')
  },
  'a status of its own and a reason': async (t) => {
    const client = await streams(t, { ...stream(t), status: 203, reason: 'Because' })
    return { ...client.seen(), reason: client.reason }
  },
  'code and headers of json': async (t) => {
    const hold = { mode: 'stream', channels: [{ name: t.channel() }] }
    const response = {
      code: 201,
      reason: 'Made',
      headers: [
        ['X-A', '1'],
        ['X-A', '2'],
      ],
      body: 'made;',
    }
    const client = await streams(t, instruct({ hold, response }))
    return { ...client.seen('x-a', 'content-type', 'transfer-encoding'), reason: client.reason }
  },
  'json without a response': async (t) => {
    const client = await streams(t, instruct({ hold: { mode: 'stream', channels: [{ name: t.channel() }] } }))
    return client.seen('content-type', 'transfer-encoding')
  },
  'code 204 of json': async (t) => {
    t.on(instruct({ hold: { mode: 'stream', channels: [{ name: t.channel() }] }, response: { code: 204 } }))
    const client = await t.get().head(2000)
    return client.seen('transfer-encoding', 'content-length')
  },
  post: async (t) => (await streams(t, stream(t), ['x'], { method: 'POST', body: 'sent' })).seen(),
  'http 1.0 gets no chunks': async (t) => {
    const client = await streams(t, stream(t, {}, 'first;'), ['one;'], { version: '1.0' })
    const seen = client.seen('transfer-encoding', 'content-length')
    await t.push('http-stream', { action: 'close' })
    await client.closed(2000)
    return { ...seen, framing: client.framing }
  },
  'connection close of the client': async (t) => {
    const client = await streams(t, stream(t), ['x'], { headers: { Connection: 'close' } })
    await t.push('http-stream', { action: 'close' })
    await client.whole()
    await client.closed(2000)
    return client.seen('transfer-encoding')
  },
  'head, then another request': async (t) => {
    t.on((_, n) => (n === 1 ? stream(t, {}, 'first') : { body: 'second' }))
    const client = await t.ask({ method: 'HEAD', path: t.path() }).whole()
    const first = client.seen('transfer-encoding', 'content-length')
    client.again().send(`GET ${t.path()} HTTP/1.1\r\nHost: proxy.test\r\n\r\n`)
    await client.whole(1500).catch(() => {})
    return { first, second: client.seen() }
  },
  'the connection serves on after a close': async (t) => {
    t.on((_, n) => (n === 1 ? stream(t, {}, 'open;') : { body: 'next' }))
    const client = await t.opened()
    await t.push('http-stream', { action: 'close' })
    const first = (await client.whole()).seen()
    client.again().send(`GET ${t.path()} HTTP/1.1\r\nHost: proxy.test\r\n\r\n`)
    return [first, (await client.whole()).seen()]
  },

  // ---- publishes ----
  'content of 300,000 bytes': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    await t.push('http-stream', { content: 'z'.repeat(300_000) })
    await client.until(() => client.body.length >= 300_000, 'all of it', 5000)
    return client.body.length
  },
  'content of bytes': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    await t.push('http-stream', { 'content-bin': Buffer.from([0, 255, 13, 10]).toString('base64') })
    await client.until(() => client.body.length >= 4, 'bytes')
    return client.body.toString('hex')
  },
  'content-bin that is empty': async (t) => {
    t.on(stream(t, {}, 'open;'))
    const client = await t.opened()
    const published = await t.push('http-stream', { 'content-bin': '' })
    await t.sleep(300)
    await t.push('http-stream', { content: 'next;' })
    await client.has('next;', 600).catch(() => {})
    return { published: published.status, ...client.seen(), ended: client.complete }
  },
  'empty content, then more': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    await t.push('http-stream', { content: '' })
    await t.push('http-stream', { content: 'more' })
    await client.has('more')
    return { ...client.seen(), ended: client.complete }
  },
  'a hundred items in order': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    const items = Array.from({ length: 100 }, (_, i) => ({
      channel: t.channel(),
      formats: { 'http-stream': { content: `${i},` } },
    }))
    await t.publish(items)
    await client.has('99,')
    return client.body.toString() === items.map((_, i) => `${i},`).join('')
  },
  'items of two channels in order': async (t) => {
    t.on(stream(t, { 'Grip-Channel': `${t.channel('-a')}, ${t.channel('-b')}` }))
    const client = await t.opened()
    await t.publish(
      Array.from({ length: 10 }, (_, i) => ({
        channel: t.channel(i % 2 ? '-a' : '-b'),
        formats: { 'http-stream': { content: `${i};` } },
      })),
    )
    await client.has('9;')
    return client.body.toString()
  },
  'close with content': async (t) => {
    t.on(stream(t, {}, 'open;'))
    const client = await t.opened()
    await t.push('http-stream', { action: 'close', content: 'bye;' })
    return (await client.whole()).seen()
  },
  'items after a close in one call': async (t) => {
    t.on(stream(t, {}, 'open;'))
    const client = await t.opened()
    await t.publish([
      { channel: t.channel(), formats: { 'http-stream': { content: 'last;' } } },
      { channel: t.channel(), formats: { 'http-stream': { action: 'close' } } },
      { channel: t.channel(), formats: { 'http-stream': { content: 'too late;' } } },
    ])
    return (await client.whole()).seen()
  },
  'close reaches all': async (t) => {
    t.on(stream(t))
    const clients = [await t.opened(), await t.opened(), await t.opened()]
    await t.push('http-stream', { action: 'close' })
    await Promise.all(clients.map((client) => client.whole()))
    return clients.map((client) => client.complete)
  },
  'a response format does not reach it': async (t) => {
    t.on(stream(t, {}, 'open;'))
    const client = await t.opened()
    await t.push('http-response', { body: 'no;' })
    await t.push('ws-message', { content: 'no;' })
    await t.push('http-stream', { content: 'yes;' })
    await client.has('yes;')
    return client.seen()
  },
  'hint without a link is passed over': async (t) => {
    const script = t.on(stream(t, {}, 'open;'))
    const client = await t.opened()
    await t.push('http-stream', { action: 'hint' })
    await t.sleep(300)
    await t.push('http-stream', { content: 'live;' })
    await client.has('live;')
    return { ...client.seen(), asked: script.requests.length }
  },
  'a client that reads late gets all': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    client.socket.pause()
    for (let i = 0; i < 20; i++) await t.push('http-stream', { content: `${i}:${'x'.repeat(5000)};` })
    client.socket.resume()
    await client.has('19:', 4000)
    await t.sleep(200)
    return client.body.length
  },

  // ---- keep-alives ----
  'keep-alive without a timeout': (t) => beats(t, stream(t, { 'Grip-Keep-Alive': 'x' }, 'open;'), 1500),
  'keep-alive raw': async (t) => {
    const text = await beats(t, stream(t, { 'Grip-Keep-Alive': 'a\\nb; timeout=1; format=raw' }, 'open;'))
    return [text.startsWith('open;a\\nb'), times(text, 'a\\nb') >= 2]
  },
  'keep-alive cstring with escapes': async (t) => {
    const data = '\\x41\\r\\n\\\\;'
    const text = await beats(t, stream(t, { 'Grip-Keep-Alive': `${data} format=cstring; timeout=1` }))
    return [...new Set(text.match(/A\r\n\\?/g))]
  },
  'keep-alive cstring that is bad': async (t) => {
    t.on(stream(t, { 'Grip-Keep-Alive': '\\xZZ; format=cstring; timeout=1' }, 'open'))
    return (await t.get().head()).status
  },
  'keep-alive cstring that ends in a backslash': async (t) => {
    t.on(stream(t, { 'Grip-Keep-Alive': 'a\\; format=cstring; timeout=1' }, 'open'))
    return (await t.get().head()).status
  },
  'keep-alive cstring with an unknown escape': async (t) => {
    const text = await beats(t, stream(t, { 'Grip-Keep-Alive': 'a\\qb; format=cstring; timeout=1' }))
    return text.slice(0, 3)
  },
  'keep-alive base64': async (t) => {
    const text = await beats(t, stream(t, { 'Grip-Keep-Alive': 'dGljaw==; format=base64; timeout=1' }))
    return times(text, 'tick') >= 2
  },
  'keep-alive base64 that is none': async (t) => {
    const text = await beats(t, stream(t, { 'Grip-Keep-Alive': '****; format=base64; timeout=1' }, 'open;'))
    return text
  },
  'keep-alive with an unknown format': async (t) => {
    t.on(stream(t, { 'Grip-Keep-Alive': 'x; format=hex; timeout=1' }, 'open'))
    return (await t.get().head()).status
  },
  'keep-alive with an unknown mode': async (t) => {
    t.on(stream(t, { 'Grip-Keep-Alive': 'x; mode=often; timeout=1' }, 'open'))
    return (await t.get().head()).status
  },
  'keep-alive of nothing': async (t) => {
    t.on(stream(t, { 'Grip-Keep-Alive': '; timeout=1' }, 'open'))
    return (await t.get().head()).status
  },
  'keep-alive empty': async (t) => {
    t.on(stream(t, { 'Grip-Keep-Alive': '' }, 'open'))
    return (await t.get().head()).status
  },
  'keep-alive with a bad timeout': async (t) => {
    t.on(stream(t, { 'Grip-Keep-Alive': 'x; timeout=soon' }, 'open'))
    return (await t.get().head()).status
  },
  'keep-alive with timeout 0': async (t) => {
    const text = await beats(t, stream(t, { 'Grip-Keep-Alive': 'x; timeout=0' }), 2600)
    return text.length >= 1 && text.length <= 12
  },
  'keep-alive in quotes': async (t) => {
    const text = await beats(t, stream(t, { 'Grip-Keep-Alive': '"a b"; timeout=1' }))
    return text.slice(0, 5)
  },
  'keep-alive with an unknown parameter': async (t) => {
    const text = await beats(t, stream(t, { 'Grip-Keep-Alive': 'x; timeout=1; sparkle=1' }))
    return text.length >= 2
  },
  'keep-alive idle waits while data comes': async (t) => {
    t.on(stream(t, { 'Grip-Keep-Alive': 'beat; timeout=3; mode=idle' }))
    const client = await t.opened()
    for (let i = 0; i < 6; i++) {
      await t.sleep(700)
      await t.push('http-stream', { content: `${i};` })
    }
    await client.has('5;')
    return client.body.toString()
  },
  'keep-alive interval does not wait': async (t) => {
    t.on(stream(t, { 'Grip-Keep-Alive': 'beat; timeout=2; mode=interval' }))
    const client = await t.opened()
    for (let i = 0; i < 6; i++) {
      await t.sleep(600)
      await t.push('http-stream', { content: `${i};` })
    }
    await client.has('5;')
    return times(client.body.toString(), 'beat') >= 1
  },
  'keep-alive twice: the first counts': async (t) => {
    const pairs = Object.entries(stream(t).headers)
    const text = await beats(t, {
      headers: [...pairs, ['Grip-Keep-Alive', 'a; timeout=1'], ['Grip-Keep-Alive', 'b; timeout=1']],
    })
    return [...new Set(text)].join('')
  },
  'keep-alive of a response hold': async (t) => {
    t.on({
      headers: {
        'Grip-Hold': 'response',
        'Grip-Channel': t.channel(),
        'Grip-Keep-Alive': 'x; timeout=1',
        'Grip-Timeout': '20',
      },
    })
    const client = await t.held()
    const held = await client.quiet(1800)
    await t.push('http-response', { body: 'answer' })
    return { held, ...(await client.whole()).seen() }
  },
  'keep-alive to http 1.0': async (t) => {
    t.on(stream(t, { 'Grip-Keep-Alive': 'x; timeout=1' }))
    const client = t.ask({ path: t.path(), version: '1.0' })
    await client.has('xx', 4000)
    return client.framing
  },

  // ---- links ----
  'next without a hold is asked at once': (t) =>
    linked(t, [{ headers: next(t, '?page=2'), body: 'page 1;' }, { body: 'page 2;' }], { until: 'end' }),
  'next, and next again': (t) =>
    linked(
      t,
      [
        { headers: next(t, '?page=2'), body: 'page 1;' },
        { headers: next(t, '?page=3'), body: 'page 2;' },
        { body: 'page 3;' },
      ],
      { until: 'end' },
    ),
  'next, then a hold': (t) =>
    linked(t, [{ headers: next(t, '?page=2'), body: 'page 1;' }, stream(t, {}, 'page 2;')], {
      until: 'live;',
      before: async (client) => {
        await client.has('page 2;')
        await t.sleep(400)
        await t.push('http-stream', { content: 'live;' })
      },
    }),
  'next that is relative': (t) =>
    linked(t, [{ headers: { 'Grip-Link': '<?page=2>; rel=next' }, body: 'page 1;' }, { body: 'page 2;' }], {
      until: 'end',
    }),
  'next that is relative to a folder': (t) =>
    linked(t, [{ headers: { 'Grip-Link': '<more/two>; rel=next' }, body: 'page 1;' }, { body: 'page 2;' }], {
      until: 'end',
      path: t.path('/', '/folder/one'),
    }),
  'next of another next is relative to it': (t) =>
    linked(
      t,
      [
        { headers: { 'Grip-Link': '<sub/two>; rel=next' }, body: '1;' },
        { headers: { 'Grip-Link': '<three>; rel=next' }, body: '2;' },
        { body: '3;' },
      ],
      { until: 'end', path: t.path('/', '/one') },
    ),
  'next in absolute form': (t) =>
    linked(
      t,
      [
        { headers: { 'Grip-Link': `<http://proxy.test${t.path('/', '?page=2')}>; rel=next` }, body: '1;' },
        { body: '2;' },
      ],
      { until: 'end' },
    ),
  'next with rel in quotes': (t) =>
    linked(t, [{ headers: { 'Grip-Link': `<${t.path('/', '?page=2')}>; rel="next"` }, body: '1;' }, { body: '2;' }], {
      until: 'end',
    }),
  'next with a fragment': (t) =>
    linked(t, [{ headers: next(t, '?page=2#part'), body: '1;' }, { body: '2;' }], { until: 'end' }),
  'two nexts: the last counts': (t) =>
    linked(
      t,
      [
        {
          headers: [
            ['Grip-Link', `<${t.path('/', '?first')}>; rel=next`],
            ['Grip-Link', `<${t.path('/', '?last')}>; rel=next`],
          ],
          body: '1;',
        },
        { body: '2;' },
      ],
      { until: 'end' },
    ),
  'next whose answer is empty': (t) =>
    linked(t, [{ headers: next(t, '?page=2'), body: '1;' }, { body: '' }], { until: 'end' }),
  'next whose answer has 204': (t) =>
    linked(t, [{ headers: next(t, '?page=2'), body: '1;' }, { status: 204 }], { until: 'end' }),
  'next whose answer has 404': (t) =>
    linked(
      t,
      (n) =>
        n === 1
          ? { headers: next(t, '?page=2'), body: '1;' }
          : n === 2
            ? { status: 404, body: 'no' }
            : { body: 'third;' },
      {
        until: 'end',
      },
    ),
  'next whose answer has 500 is asked again': (t) =>
    linked(
      t,
      (n) => (n === 1 ? { headers: next(t, '?page=2'), body: '1;' } : n < 4 ? { status: 500 } : { body: 'ok;' }),
      {
        until: 'end',
        ms: 9000,
      },
    ),
  'next whose answer redirects': (t) =>
    linked(
      t,
      (n) =>
        n === 1
          ? { headers: next(t, '?page=2'), body: '1;' }
          : n === 2
            ? { status: 302, headers: { Location: '/x' } }
            : { body: 'ok;' },
      {
        until: 'end',
      },
    ),
  'next whose connection breaks': async (t) => {
    const script = t.on((request, n) => {
      if (n === 1) return { headers: next(t, '?page=2'), body: '1;' }
      if (n === 2) {
        request.response.destroy()
        return undefined
      }
      return { body: 'ok;' }
    })
    const client = await t.get(t.path('/', '?page=1')).whole(6000)
    return { ...client.seen(), asked: script.requests.length }
  },
  'next whose answer breaks off': async (t) => {
    const script = t.on((request, n) => {
      if (n === 1) return { headers: next(t, '?page=2'), body: '1;' }
      if (n > 2) return { body: 'again;' }
      request.response.writeHead(200, { 'Content-Length': '100' })
      request.response.write('part;')
      setTimeout(() => request.response.destroy(), 200)
      return undefined
    })
    const client = t.get(t.path('/', '?page=1'))
    await client.whole(4000).catch(() => {})
    return { body: client.body.toString(), complete: client.complete, asked: script.requests.length }
  },
  'next whose answer is a bad instruct': (t) =>
    linked(
      t,
      [
        { headers: next(t, '?page=2'), body: '1;' },
        { headers: { 'Grip-Hold': 'sideways' }, body: '2;' },
      ],
      {
        until: 'end',
      },
    ),
  'next whose answer is a bad instruct, in debug': (t) =>
    linked(
      t,
      [
        { headers: { 'Grip-Link': '<?page=2>; rel=next' }, body: '1;' },
        { headers: { 'Grip-Hold': 'sideways' }, body: '2;' },
      ],
      {
        until: 'end',
        path: t.path('/debug/', '?page=1'),
      },
    ).then(({ body, ...rest }) => ({ ...rest, begins: body.slice(0, 4), explains: body.includes('Grip-Hold') })),
  'next whose answer holds a response': (t) =>
    linked(
      t,
      [
        { headers: next(t, '?page=2'), body: '1;' },
        { headers: { 'Grip-Hold': 'response', 'Grip-Channel': t.channel() }, body: '2;' },
      ],
      { until: 'end' },
    ),
  'next whose answer is json': (t) =>
    linked(
      t,
      [
        { headers: next(t, '?page=2'), body: '1;' },
        instruct({ hold: { mode: 'stream', channels: [{ name: t.channel() }] }, response: { body: '2;' } }),
      ],
      { until: 'end', ms: 2000 },
    ),
  'next of json has no effect but the header': async (t) => {
    const json = instruct({ hold: { mode: 'stream', channels: [{ name: t.channel() }] }, response: { body: '1;' } })
    const script = t.on((_, n) =>
      n === 1 ? { ...json, headers: { ...json.headers, ...next(t, '?page=2') } } : { body: '2;' },
    )
    const client = await t.opened(t.get(t.path('/', '?page=1')))
    await t.push('http-stream', { action: 'hint' })
    await client.whole(4000)
    return { ...client.seen(), asked: script.requests.map((r) => r.url) }
  },
  'status and headers of a link are not for the client': (t) =>
    linked(
      t,
      [
        { headers: { ...next(t, '?page=2'), 'X-A': '1' }, body: '1;' },
        { status: 201, headers: { 'X-B': '2', 'Grip-Status': '404' }, body: '2;' },
      ],
      { until: 'end' },
    ),
  'what a link request has': async (t) => {
    const script = t.on((_, n) => (n === 1 ? { headers: next(t, '?page=2'), body: '1;' } : { body: '2;' }))
    const headers = { 'X-Own': '1', Cookie: 'a=1', Authorization: 'Basic x', 'User-Agent': 'me', Accept: 'text/x' }
    await t.ask({ method: 'POST', path: t.path('/', '?page=1'), headers, body: 'sent' }).whole(4000)
    const link = script.requests[1]
    const names = Object.keys(link?.headers ?? {}).filter(
      (name) => !['connection', 'accept', 'accept-encoding'].includes(name),
    )
    return {
      method: link?.method,
      url: link?.url,
      host: link?.headers.host,
      body: link?.body.toString(),
      names: names.sort(),
    }
  },
  'a hint asks the link of a hold': (t) =>
    linked(t, [stream(t, next(t, '?page=2'), '1;'), stream(t, {}, '2;')], {
      until: '2;',
      before: async () => {
        await t.sleep(300)
        await t.push('http-stream', { action: 'hint' })
      },
    }),
  'a hint, then the new hold gets publishes': (t) =>
    linked(t, [stream(t, next(t, '?page=2'), '1;'), stream(t, { 'Grip-Channel': t.channel('-new') }, '2;')], {
      until: 'new;',
      before: async (client) => {
        await t.sleep(300)
        await t.push('http-stream', { action: 'hint' })
        await client.has('2;')
        await t.sleep(400)
        await t.push('http-stream', { content: 'old;' })
        await t.publish([{ channel: t.channel('-new'), formats: { 'http-stream': { content: 'new;' } } }])
      },
    }),
  'a link of a hold is asked after its time': (t) =>
    linked(t, [stream(t, next(t, '?page=2', '; timeout=2'), '1;'), stream(t, {}, '2;')], { until: '2;' }),
  'a link is asked after its time though data came': (t) =>
    linked(t, [stream(t, next(t, '?page=2', '; timeout=3'), '1;'), stream(t, {}, '2;')], {
      until: '2;',
      ms: 9000,
      before: async (client, script) => {
        await t.until(() => script.requests.length >= 2, 'first look', 3000).catch(() => {})
        await client.has('1;')
      },
    }),
  'a link of a new channel is asked after a second': (t) =>
    linked(t, [stream(t, next(t, '?page=2'), '1;'), stream(t, {}, '2;')], { until: '2;', ms: 4000 }),
  'streams one after the other look each time': async (t) => {
    const script = t.on(() => stream(t, next(t, '?again'), 'x;'))
    const first = await t.opened()
    await t.sleep(1600)
    const before = script.requests.length
    first.close()
    await t.sleep(300)
    await t.opened()
    await t.sleep(1600)
    return { before, after: script.requests.length }
  },
  'gone is told where the client leaves': async (t) => {
    const script = t.on((_, n) =>
      n === 1 ? stream(t, { 'Grip-Link': `<${t.path('/', '?gone')}>; rel=gone` }, 'open;') : { body: 'ok' },
    )
    const client = await t.opened()
    client.close()
    await t.sleep(700)
    return { answered: script.requests.length >= 1 }
  },
  'what comes while a link is asked follows it': async (t) => {
    const script = t.on(async (_, n) => {
      if (n === 1) return stream(t, next(t, '?page=2'), '1;')
      await t.sleep(700)
      return stream(t, {}, '2;')
    })
    const client = await t.opened(t.get(t.path('/', '?page=1')))
    await t.push('http-stream', { action: 'hint' })
    await t.until(() => script.requests.length >= 2, 'link request')
    await t.push('http-stream', { content: 'during;' })
    await client.has('during;', 4000)
    return client.seen()
  },
  'what comes while a link is asked is dropped where its channel is gone': async (t) => {
    const script = t.on(async (_, n) => {
      if (n === 1) return stream(t, next(t, '?page=2'), '1;')
      await t.sleep(700)
      return stream(t, { 'Grip-Channel': t.channel('-other') }, '2;')
    })
    const client = await t.opened(t.get(t.path('/', '?page=1')))
    await t.push('http-stream', { action: 'hint' })
    await t.until(() => script.requests.length >= 2, 'link request')
    await t.push('http-stream', { content: 'during;' })
    await client.has('2;', 4000)
    await t.sleep(300)
    await t.publish([{ channel: t.channel('-other'), formats: { 'http-stream': { content: 'after;' } } }])
    await client.has('after;')
    return client.seen()
  },
  'a close while a link is asked': async (t) => {
    const script = t.on(async (_, n) => {
      if (n === 1) return stream(t, next(t, '?page=2'), '1;')
      await t.sleep(500)
      return stream(t, {}, '2;')
    })
    const client = await t.opened(t.get(t.path('/', '?page=1')))
    await t.push('http-stream', { action: 'hint' })
    await t.until(() => script.requests.length >= 2, 'link request')
    await t.push('http-stream', { action: 'close' })
    return (await client.whole(4000)).seen()
  },
  'two hints while a link is asked': async (t) => {
    const script = t.on(async (_, n) => {
      if (n === 1) return stream(t, next(t, '?page=2'), '1;')
      await t.sleep(400)
      return stream(t, next(t, '?page=3'), `${n};`)
    })
    const client = await t.opened(t.get(t.path('/', '?page=1')))
    await t.push('http-stream', { action: 'hint' })
    await t.until(() => script.requests.length >= 2, 'link request')
    await t.push('http-stream', { action: 'hint' })
    await t.push('http-stream', { action: 'hint' })
    await client.has('3;', 4000)
    await t.sleep(1500)
    return { body: client.body.toString(), asked: script.requests.map((r) => r.url) }
  },
  'keep-alives of the new hold': async (t) => {
    t.on((_, n) =>
      n === 1
        ? stream(t, { ...next(t, '?page=2'), 'Grip-Keep-Alive': 'old; timeout=60' }, '1;')
        : stream(t, { 'Grip-Keep-Alive': 'new; timeout=1' }, '2;'),
    )
    const client = await t.opened(t.get(t.path('/', '?page=1')))
    await t.push('http-stream', { action: 'hint' })
    await client.has('new', 5000)
    return client.body.toString().replace(/(new)+/, 'new')
  },
  'a first response of 150,000 bytes and a link': async (t) => {
    t.on((_, n) => (n === 1 ? { headers: next(t, '?page=2'), body: 'y'.repeat(150_000) } : { body: 'page 2;' }))
    const client = await t.get(t.path('/', '?page=1')).whole(8000)
    return { status: client.status, length: client.body.length, end: client.body.toString().slice(-7) }
  },
  'a link whose answer has 300,000 bytes': async (t) => {
    t.on((_, n) => (n === 1 ? { headers: next(t, '?page=2'), body: '1;' } : { body: 'z'.repeat(300_000) }))
    const client = await t.get(t.path('/', '?page=1')).whole(8000)
    return { status: client.status, length: client.body.length }
  },
  'a link on a route that rewrites': async (t) => {
    const script = t.on((_, n) =>
      n === 1 ? { headers: { 'Grip-Link': '<?page=2>; rel=next' }, body: '1;' } : { body: '2;' },
    )
    const client = await t.get(t.path('/strip/', '?page=1')).whole(4000)
    return { ...client.seen(), asked: script.requests.map((r) => r.url) }
  },
  'a link to another host': async (t) => {
    const script = t.on((request, n) =>
      n === 1
        ? { headers: { 'Grip-Link': `<http://domain.test${t.path('/deep/', '?page=2')}>; rel=next` }, body: '1;' }
        : { body: `${request.backend};` },
    )
    const client = t.get(t.path('/', '?page=1'))
    await client.whole(2500).catch(() => {})
    return { body: client.body.toString().slice(0, 2), asked: script.requests.length }
  },
}

export const known = {
  'a link on a route that rewrites':
    'Pushpin resolves the link against the rewritten path and then rewrites that once more, which leads nowhere',
}
