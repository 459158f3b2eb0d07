// Response holds (long-polling): what ends them, what the client gets, and what the connection is good for afterwards.
import { instruct, poll } from '../lib/scenario.mjs'

/** What a held client gets from an item with this format. */
async function answered(t, format, { request = {}, headers, names = [], item } = {}) {
  t.on(poll(t, headers))
  const client = await t.held(t.ask({ path: t.path(), ...request }))
  await t.push('http-response', format, item)
  await client.whole(3000)
  return { ...client.seen('content-length', 'transfer-encoding', ...names), reason: client.reason }
}

/** A hold that times out after some seconds. */
async function timesOut(t, answer, request = {}, ...names) {
  t.on(answer)
  const client = await t.ask({ path: t.path(), ...request }).whole(12_000)
  return { ...client.seen('content-length', 'transfer-encoding', ...names), reason: client.reason }
}

const soon = { 'Grip-Timeout': '5' }

export const scenarios = {
  // ---- clients of all kinds ----
  'http 1.0': async (t) => {
    const seen = await answered(t, { body: 'old' }, { request: { version: '1.0' } })
    return seen
  },
  'http 1.0 ends after it': async (t) => {
    t.on(poll(t))
    const client = await t.held(t.ask({ path: t.path(), version: '1.0' }))
    await t.push('http-response', { body: 'old' })
    await client.whole()
    await client.closed(2000)
    return client.seen()
  },
  'http 1.0 with keep-alive': async (t) => {
    t.on((_, n) => (n === 1 ? poll(t) : { body: 'next' }))
    const request = { path: t.path(), version: '1.0', headers: { Connection: 'keep-alive' } }
    const client = await t.held(t.ask(request))
    await t.push('http-response', { body: 'old' })
    const first = (await client.whole()).seen('connection')
    await t.sleep(200)
    return { first, ended: client.ended }
  },
  'connection close': async (t) => {
    t.on(poll(t))
    const client = await t.held(t.get(t.path(), { headers: { Connection: 'close' } }))
    await t.push('http-response', { body: 'last' })
    await client.whole()
    await client.closed(2000)
    return client.seen('connection')
  },
  'the next request on the same connection is held again': async (t) => {
    const script = t.on(poll(t))
    const client = await t.held()
    await t.push('http-response', { body: 'one' })
    const first = (await client.whole()).seen()
    client.again().send(`GET ${t.path()} HTTP/1.1\r\nHost: proxy.test\r\n\r\n`)
    await t.until(() => script.requests.length >= 2, 'second request')
    await t.sleep(300)
    await t.push('http-response', { body: 'two' })
    return [first, (await client.whole()).seen()]
  },
  'a request that follows at once waits for the held one': async (t) => {
    const script = t.on((_, n) => (n === 1 ? poll(t) : { body: 'second' }))
    const client = t.get()
    client.send(`GET ${t.path()} HTTP/1.1\r\nHost: proxy.test\r\n\r\n`)
    await t.sleep(600)
    const early = script.requests.length
    await t.push('http-response', { body: 'first' })
    const first = (await client.whole()).seen()
    const second = (await client.again().whole()).seen()
    return { early, first, second }
  },
  'head that is held': async (t) => {
    t.on(poll(t, soon))
    const client = t.ask({ method: 'HEAD', path: t.path() })
    await client.head(400).catch(() => {})
    if (client.status === 0) {
      await t.push('http-response', { body: 'news' })
      await client.head(3000).catch(() => {})
    }
    return client.seen('content-length', 'content-type')
  },
  'head that is held, then timed out': (t) => timesOut(t, poll(t, soon), { method: 'HEAD' }),
  'head that is held by json': async (t) => {
    t.on(instruct({ hold: { channels: [{ name: t.channel() }], timeout: 5 } }))
    return (await t.ask({ method: 'HEAD', path: t.path() }).whole(12_000)).seen('content-length')
  },
  'head that is not held': async (t) => {
    t.on({ headers: { 'Grip-Channel': 'c', 'Content-Type': 'text/x', 'Content-Length': '5' } })
    return (await t.ask({ method: 'HEAD', path: t.path() }).whole()).seen('content-length', 'content-type')
  },
  'delete that is held': async (t) => answered(t, { body: 'gone' }, { request: { method: 'DELETE' } }),
  'a method of its own that is held': async (t) => answered(t, { body: 'ok' }, { request: { method: 'PURGE' } }),
  'post in chunks that is held': async (t) => {
    t.on((request) => poll(t, {}, `you sent ${request.body}`))
    const headers = { 'Transfer-Encoding': 'chunked' }
    const client = await t.held(t.ask({ method: 'POST', path: t.path(), headers, body: '3\r\nabc\r\n0\r\n\r\n' }))
    await t.push('http-response', { body: 'fine' })
    return (await client.whole()).seen()
  },
  'expect 100-continue and a hold': async (t) => {
    t.on((request) => poll(t, {}, `${request.body}`))
    const client = t.ask({
      method: 'POST',
      path: t.path(),
      headers: { Expect: '100-continue', 'Content-Length': '2' },
    })
    await client.until(() => client.interim.length > 0, '100')
    client.send('ok')
    await t.held(client)
    await t.push('http-response', { body: 'fine' })
    return { ...(await client.whole()).seen(), interim: client.interim }
  },
  'the client leaves while held, others stay': async (t) => {
    t.on(poll(t))
    const [gone, stays] = [await t.held(), await t.held()]
    gone.close()
    await t.sleep(200)
    await t.push('http-response', { body: 'still' })
    return (await stays.whole()).seen()
  },
  'sixty clients get it': async (t) => {
    t.on(poll(t))
    const clients = Array.from({ length: 60 }, () => t.get())
    await t.sleep(600)
    await t.push('http-response', { body: 'all' })
    await Promise.all(clients.map((client) => client.whole(4000)))
    return clients.filter((client) => client.body.toString() === 'all').length
  },

  // ---- what the client gets ----
  'the reason of its code': (t) => answered(t, { code: 201, body: 'x' }),
  'a reason of its own': (t) => answered(t, { code: 200, reason: 'Splendid Thing', body: 'x' }),
  'a code beyond the usual': (t) => answered(t, { code: 599, body: 'x' }),
  'code 204 with a body': (t) => answered(t, { code: 204, body: 'x' }),
  'code 205': (t) => answered(t, { code: 205, body: '' }),
  'code 304 with headers': (t) => answered(t, { code: 304, headers: { ETag: '"2"' }, body: '' }, { names: ['etag'] }),
  'content-type replaced': (t) =>
    answered(t, { headers: { 'Content-Type': 'application/json' }, body: '{}' }, { names: ['content-type'] }),
  'content-type replaced in another case': (t) =>
    answered(t, { headers: { 'content-TYPE': 'application/json' }, body: '{}' }, { names: ['content-type'] }),
  'headers of the hold that the item has too': (t) =>
    answered(
      t,
      {
        headers: [
          ['X-A', 'new'],
          ['x-a', 'newer'],
        ],
        body: 'x',
      },
      { headers: { 'X-A': 'old', 'X-B': 'kept' }, names: ['x-a', 'x-b'] },
    ),
  'an empty header': (t) =>
    answered(t, { headers: { 'X-A': '' }, body: 'x' }, { headers: { 'X-A': '1' }, names: ['x-a'] }),
  'a header with blanks around': (t) => answered(t, { headers: { 'X-A': '  b  ' }, body: 'x' }, { names: ['x-a'] }),
  'cookies of both': async (t) => {
    t.on({ ...poll(t), headers: [...Object.entries(poll(t).headers), ['Set-Cookie', 'a=1']] })
    const client = await t.held()
    await t.push('http-response', {
      headers: [
        ['Set-Cookie', 'b=2'],
        ['Set-Cookie', 'c=3'],
      ],
      body: 'x',
    })
    await client.whole()
    return client.headers.filter(([name]) => name === 'set-cookie').map(([, value]) => value)
  },
  'connection headers of the item': (t) =>
    answered(
      t,
      { headers: { Connection: 'close', 'Keep-Alive': 'timeout=1', 'X-A': '1' }, body: 'x' },
      { names: ['keep-alive', 'x-a'] },
    ),
  'content-encoding of the item': (t) =>
    answered(t, { headers: { 'Content-Encoding': 'x-own' }, body: 'x' }, { names: ['content-encoding'] }),
  'a trailer header of the item': (t) =>
    answered(t, { headers: { Trailer: 'X-End', 'X-A': '1' }, body: 'x' }, { names: ['trailer', 'x-a'] }),
  'date and server of the hold': async (t) => {
    t.on(poll(t, { Server: 'backend/1', Date: 'Mon, 01 Jan 2001 00:00:00 GMT' }))
    const client = await t.held()
    await t.push('http-response', { body: 'x' })
    return (await client.whole()).seen('server', 'date')
  },
  'a body of 500,000 bytes': async (t) => {
    t.on(poll(t))
    const client = await t.held()
    await t.push('http-response', { body: 'z'.repeat(500_000) })
    return (await client.whole()).seen()
  },
  'a body of 65,536 bytes has a length': async (t) => {
    const seen = await answered(t, { body: 'z'.repeat(65_536) })
    return [seen['content-length'], seen['transfer-encoding']]
  },
  'a body of 65,537 bytes has none': async (t) => {
    const seen = await answered(t, { body: 'z'.repeat(65_537) })
    return [seen['content-length'], seen['transfer-encoding']]
  },
  'a body of 70,000 bytes that times out': async (t) => {
    const seen = await timesOut(t, poll(t, soon, 'z'.repeat(70_000)))
    return [seen['content-length'], seen['transfer-encoding']]
  },
  'a body of bytes': async (t) => {
    t.on(poll(t))
    const client = await t.held()
    await t.push('http-response', { 'body-bin': Buffer.from([0, 255, 13, 10]).toString('base64') })
    return (await client.whole()).body.toString('hex')
  },
  'a body-bin that is empty': (t) => answered(t, { 'body-bin': '' }),
  'line breaks in a body': (t) => answered(t, { body: '\r\n\r\nx\n' }),
  'a name with a blank among the headers of the hold': async (t) => {
    t.on(poll(t, { 'X-Odd': 'a\tb' }))
    const client = await t.held()
    await t.push('http-response', { body: 'x' })
    return (await client.whole()).seen('x-odd')
  },

  // ---- timeouts ----
  'timeout of json': (t) =>
    timesOut(
      t,
      instruct({
        hold: { channels: [{ name: t.channel() }], timeout: 5 },
        response: { code: 203, headers: { 'X-A': '1' }, body: 'late' },
      }),
      {},
      'x-a',
      'content-type',
    ),
  'timeout of json without a response': (t) =>
    timesOut(t, instruct({ hold: { channels: [{ name: t.channel() }], timeout: 1 } }), {}, 'content-type'),
  'timeout of json with code 204': (t) =>
    timesOut(t, instruct({ hold: { channels: [], timeout: 1 }, response: { code: 204 } })),
  'timeout of 6 seconds is not over after 5': async (t) => {
    t.on(poll(t, { 'Grip-Timeout': '7' }, 'late'))
    const client = t.get()
    await t.sleep(6200)
    const early = client.status
    return { early, ...(await client.whole(6000)).seen() }
  },
  'timeout, http 1.0': (t) => timesOut(t, poll(t, soon), { version: '1.0' }),
  'timeout with a body of its own length': (t) => timesOut(t, poll(t, { ...soon, 'Content-Length': '7' })),
  'the connection serves on after a timeout': async (t) => {
    t.on((_, n) => (n === 1 ? poll(t, soon) : { body: 'next' }))
    const client = await t.get().whole(12_000)
    const first = client.seen()
    client.again().send(`GET ${t.path()} HTTP/1.1\r\nHost: proxy.test\r\n\r\n`)
    return [first, (await client.whole()).seen()]
  },
  'after a timeout a publish goes nowhere': async (t) => {
    t.on(poll(t, soon))
    const client = await t.get().whole(12_000)
    const published = await t.push('http-response', { body: 'too late' })
    await t.sleep(200)
    return { published: published.status, ...client.seen() }
  },
  'two publishes, one answer': async (t) => {
    t.on(poll(t))
    const client = await t.held()
    await t.push('http-response', { body: 'first' })
    await t.push('http-response', { body: 'second' })
    return { ...(await client.whole()).seen(), more: !(await client.again().quiet(300)) }
  },

  // ---- actions ----
  'hint asks the backend again': async (t) => {
    const script = t.on((_, n) => (n === 1 ? poll(t) : { body: `answer ${n}`, headers: { 'X-A': '1' } }))
    const client = await t.held()
    await t.push('http-response', { action: 'hint' })
    await client.whole(4000)
    return { ...client.seen('x-a'), asked: script.requests.map((r) => [r.method, r.headers['grip-last'] ?? null]) }
  },
  'hint, and the backend holds again': async (t) => {
    const script = t.on(poll(t))
    const client = await t.held()
    await t.push('http-response', { action: 'hint' })
    await t.until(() => script.requests.length >= 2, 'second request')
    await t.sleep(400)
    await t.push('http-response', { body: 'now' })
    return { ...(await client.whole()).seen(), asked: script.requests.length }
  },
  'hint with a prev-id tells what the client has': async (t) => {
    const channel = `${t.channel()}; prev-id=7`
    const script = t.on((_, n) => (n === 1 ? poll(t, { 'Grip-Channel': channel }) : { body: 'again' }))
    const client = await t.held()
    await t.push('http-response', { action: 'hint' }, { id: '8', 'prev-id': '7' })
    await client.whole(4000)
    return {
      ...client.seen(),
      last: script.requests.map((r) => (r.headers['grip-last'] ?? '').replaceAll(t.key, 'KEY')),
    }
  },
  'hint of a post sends its body again': async (t) => {
    const script = t.on((_, n) => (n === 1 ? poll(t) : { body: 'done' }))
    const client = await t.held(t.ask({ method: 'POST', path: t.path(), body: 'the body', headers: { 'X-Own': '1' } }))
    await t.push('http-response', { action: 'hint' })
    await client.whole(4000)
    return {
      ...client.seen(),
      asked: script.requests.map((r) => [r.method, r.body.toString(), r.headers['x-own'] ?? null]),
    }
  },
  'hint, and the answer is an error': async (t) => {
    t.on((_, n) => (n === 1 ? poll(t) : { status: 500, body: 'broken' }))
    const client = await t.held()
    await t.push('http-response', { action: 'hint' })
    return (await client.whole(4000)).seen()
  },
  'hint, and the answer is a stream': async (t) => {
    t.on((_, n) =>
      n === 1 ? poll(t) : { headers: { 'Grip-Hold': 'stream', 'Grip-Channel': t.channel() }, body: 'open;' },
    )
    const client = await t.held()
    await t.push('http-response', { action: 'hint' })
    await client.has('open;')
    await t.sleep(300)
    await t.push('http-stream', { content: 'live;' })
    await client.has('live;')
    return client.seen('transfer-encoding')
  },
  'hint, and the instruct is bad': async (t) => {
    t.on((_, n) => (n === 1 ? poll(t) : { headers: { 'Grip-Hold': 'sideways' } }))
    const client = await t.held()
    await t.push('http-response', { action: 'hint' })
    return (await client.whole(4000)).seen()
  },
  'hint with other fields': async (t) => {
    t.on((_, n) => (n === 1 ? poll(t) : { body: 'again' }))
    const client = await t.held()
    const published = await t.push('http-response', { action: 'hint', code: 'nonsense', body: 5 })
    await client.whole(2000).catch(() => {})
    return { published: published.status, ...client.seen() }
  },
  'close does nothing': async (t) => {
    t.on(poll(t))
    const client = await t.held()
    const published = await t.push('http-response', { action: 'close' })
    const held = await client.quiet(500)
    await t.push('http-response', { body: 'answer' })
    return { published: published.status, held, ...(await client.whole()).seen() }
  },

  // ---- channels ----
  'any of three channels': async (t) => {
    t.on(poll(t, { 'Grip-Channel': `${t.channel('-a')}, ${t.channel('-b')}, ${t.channel('-c')}` }))
    const client = await t.held()
    await t.publish([{ channel: t.channel('-b'), formats: { 'http-response': { body: 'from b' } } }])
    return (await client.whole()).seen()
  },
  'a channel in each of two headers': async (t) => {
    t.on({
      headers: [
        ['Grip-Hold', 'response'],
        ['Grip-Channel', t.channel('-a')],
        ['grip-channel', t.channel('-b')],
        ['Grip-Timeout', '20'],
      ],
    })
    const client = await t.held()
    await t.publish([{ channel: t.channel('-b'), formats: { 'http-response': { body: 'from b' } } }])
    return (await client.whole()).seen()
  },
  'a stream format does not reach it': async (t) => {
    t.on(poll(t))
    const client = await t.held()
    await t.push('http-stream', { content: 'no' })
    await t.push('ws-message', { content: 'no' })
    const held = await client.quiet(400)
    await t.push('http-response', { body: 'yes' })
    return { held, ...(await client.whole()).seen() }
  },
  'held anew with a new channel': async (t) => {
    const script = t.on((_, n) => poll(t, { 'Grip-Channel': t.channel(`-${n}`) }))
    const client = await t.held()
    await t.publish([{ channel: t.channel('-1'), formats: { 'http-response': { action: 'hint' } } }])
    await t.until(() => script.requests.length >= 2, 'second request')
    await t.sleep(400)
    await t.publish([{ channel: t.channel('-1'), formats: { 'http-response': { body: 'old channel' } } }])
    const held = await client.quiet(300)
    await t.publish([{ channel: t.channel('-2'), formats: { 'http-response': { body: 'new channel' } } }])
    return { held, ...(await client.whole()).seen() }
  },

  // ---- publishes while the backend answers ----
  'a publish before the answer is missed without ids': async (t) => {
    const script = t.on(async () => {
      await t.push('http-response', { body: 'early' })
      return poll(t)
    })
    const client = t.get()
    await t.until(() => script.requests.length >= 1, 'request')
    await t.sleep(700)
    const status = client.status
    await t.push('http-response', { body: 'later' })
    return { status, ...(await client.whole(5000)).seen() }
  },
  'a hold on a channel that is new is asked again after a second': async (t) => {
    const script = t.on((_, n) => (n === 1 ? poll(t) : { body: `asked ${n} times` }))
    const client = t.get()
    await client.whole(5000)
    return { ...client.seen(), last: script.requests[1]?.headers['grip-last'] ?? null }
  },
  'the second hold on a channel is not asked again': async (t) => {
    const script = t.on(poll(t))
    await t.held()
    await t.sleep(1600)
    const before = script.requests.length
    await t.held()
    await t.sleep(1600)
    return { before, after: script.requests.length }
  },
  'a hold that comes back within a minute is not asked again': async (t) => {
    const script = t.on(poll(t))
    const client = await t.held()
    await t.sleep(1600)
    await t.push('http-response', { body: 'x' })
    await client.whole()
    const before = script.requests.length
    await t.held()
    await t.sleep(1600)
    return { before, after: script.requests.length }
  },
}

export const known = {
  'a trailer header of the item': 'there are no trailers, so none are announced',
}
