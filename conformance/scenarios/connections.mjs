// Connections: requests that follow each other or are followed by something else, and what old clients are told.
import { instruct, poll, stream } from '../lib/scenario.mjs'

const get = (t, query, more = '') => `GET ${t.path('/', query)} HTTP/1.1\r\nHost: h\r\n${more}\r\n`

/** Up to `count` responses of a connection. */
async function responses(client, count) {
  const out = []
  for (let i = 0; i < count; i++) {
    await client.whole(1500).catch(() => {})
    out.push([client.status, client.body.toString()])
    if (!client.complete) break
    client.again()
  }
  return out
}

/** Requests sent at once; a backend that says which one it was asked. */
async function pipelined(
  t,
  count,
  raw,
  script = ({ url, method, body }) => ({ body: `${method} ${url.at(-1)} ${body}` }),
) {
  t.on(script)
  return await responses(t.ask({ raw }), count)
}

/** What a client of HTTP/1.0 is told of its connection. */
async function old(t, answer, headers = {}) {
  t.on(answer)
  const client = t.ask({ path: t.path(), version: '1.0', headers })
  await client.whole(2500)
  await t.sleep(100)
  return { ...client.seen('connection', 'content-length', 'transfer-encoding'), ended: client.ended }
}

export const scenarios = {
  'three at once': (t) => pipelined(t, 3, get(t, '?1') + get(t, '?2') + get(t, '?3')),
  'two at once, the first is slow': (t) =>
    pipelined(t, 2, get(t, '?1') + get(t, '?2'), async ({ url }) => {
      if (url.endsWith('1')) await t.sleep(400)
      return { body: url.at(-1) }
    }),
  'a post with a get behind it': (t) =>
    pipelined(t, 2, `POST ${t.path('/', '?1')} HTTP/1.1\r\nHost: h\r\nContent-Length: 3\r\n\r\nabc${get(t, '?2')}`),
  'a post in chunks with a get behind it': (t) =>
    pipelined(
      t,
      2,
      `POST ${t.path('/', '?1')} HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n${get(t, '?2')}`,
    ),
  'an empty line between': (t) => pipelined(t, 2, `${get(t, '?1')}\r\n${get(t, '?2')}`),
  'more after a last one': (t) => pipelined(t, 2, get(t, '?1', 'Connection: close\r\n') + get(t, '?2')),
  'a bad instruct, then another request': (t) =>
    pipelined(t, 2, get(t, '?1') + get(t, '?2'), ({ url }) =>
      url.endsWith('1') ? poll(t, { 'Grip-Hold': 'sideways' }) : { body: 'fine' },
    ),
  'two behind a hold': async (t) => {
    const script = t.on(({ url }) => (url.endsWith('1') ? poll(t) : { body: url.at(-1) }))
    const client = t.ask({ raw: get(t, '?1') + get(t, '?2') + get(t, '?3') })
    await t.sleep(500)
    const early = script.requests.length
    await t.push('http-response', { body: 'held' })
    return { early, responses: await responses(client, 3) }
  },
  'one behind a stream that is closed': async (t) => {
    t.on(({ url }) => (url.endsWith('1') ? stream(t, {}, 'open;') : { body: url.at(-1) }))
    const client = t.ask({ raw: get(t, '?1') + get(t, '?2') })
    await t.sleep(500)
    await t.push('http-stream', { action: 'close' })
    return await responses(client, 2)
  },
  'no request behind a hold': async (t) => {
    t.on(poll(t))
    const client = await t.held()
    client.send('garbage\r\n\r\n')
    await t.sleep(200)
    await t.push('http-response', { body: 'answer' })
    return (await client.whole()).seen()
  },
  'a dead target, then another request': async (t) => {
    t.on({ body: 'alive' })
    const client = await t.ask({ raw: `GET ${t.path('/dead/')} HTTP/1.1\r\nHost: h\r\n\r\n` }).whole(5000)
    const first = client.status
    client.again().send(get(t, '?2'))
    return [first, (await client.whole()).seen()]
  },
  'http 1.0: an answer': (t) => old(t, { body: 'x' }),
  'http 1.0: an answer, keep-alive': (t) => old(t, { body: 'x' }, { Connection: 'keep-alive' }),
  'http 1.0: an instruct without a hold': (t) => old(t, instruct({ response: { body: 'x' } })),
  'http 1.0: a bad instruct': (t) => old(t, poll(t, { 'Grip-Hold': 'sideways' })),
  'http 1.0: no content': (t) => old(t, { status: 204 }),
  'http 1.0: a hold': async (t) => {
    t.on(poll(t))
    const client = await t.held(t.ask({ path: t.path(), version: '1.0' }))
    await t.push('http-response', { body: 'x' })
    return (await client.whole()).seen('connection', 'content-length')
  },
}
