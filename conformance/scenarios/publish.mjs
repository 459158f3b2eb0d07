// The publish endpoint: what is taken, what is refused, and what it answers.
import { instruct } from '../lib/scenario.mjs'

const streamed = (content) => ({ 'http-stream': { content } })
const answer = (client) => ({
  status: client.status,
  type: client.header('content-type'),
  ...(client.status < 400 ? { body: client.body.toString() } : {}),
})

/** How a call is answered, and what it does to a stream on the scenario's channel. */
async function toStream(t, call, options) {
  t.on({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': t.channel(), 'Content-Type': 'text/plain' } })
  const client = await t.opened()
  const published = await t.publish(call, options)
  const before = client.body.length
  await client.until(() => client.body.length > before || client.complete, '', 500).catch(() => {})
  return { ...answer(published), got: client.body.toString('latin1'), ...(client.complete && { ended: true }) }
}

/** How one item with a format for streams fares. */
const stream = (t, format, item = {}) =>
  toStream(t, [{ channel: t.channel(), formats: { 'http-stream': format }, ...item }])

/** How one item with a format for responses fares: what the held client gets. */
async function toPoll(
  t,
  format,
  response = { headers: { 'X-Held': '1', 'Content-Type': 'text/x' }, body: '{"a":1}' },
  ...names
) {
  t.on(instruct({ hold: { channels: [{ name: t.channel() }], timeout: 20 }, response }))
  const client = await t.held()
  const published = await t.publish([{ channel: t.channel(), formats: { 'http-response': format } }])
  await client.whole(500).catch(() => {})
  if (client.status === 0) return { ...answer(published), held: true }
  return { ...answer(published), client: { ...client.seen(...names), reason: client.reason } }
}

export const scenarios = {
  // ---- the endpoint ----
  'with a query': (t) => toStream(t, [{ channel: t.channel(), formats: streamed('x') }], { path: '/publish/?a=b' }),
  'without its slash, with a query': (t) =>
    toStream(t, [{ channel: t.channel(), formats: streamed('x') }], { path: '/publish?a=b' }),
  'two slashes at the end': async (t) => answer(await t.publish([], { path: '/publish//' })),
  'below it': async (t) => answer(await t.publish([], { path: '/publish/x' })),
  'in upper case': async (t) => answer(await t.publish([], { path: '/Publish/' })),
  get: async (t) => {
    const client = await t.publish('', { method: 'GET' })
    return { ...answer(client), allow: client.header('allow') }
  },
  put: async (t) => {
    const client = await t.publish([], { method: 'PUT' })
    return { ...answer(client), allow: client.header('allow') }
  },
  options: async (t) => answer(await t.publish([], { method: 'OPTIONS' })),
  'another path by get': async (t) => answer(await t.publish('', { method: 'GET', path: '/elsewhere' })),
  'accept json': async (t) => answer(await t.publish([], { headers: { Accept: 'application/json' } })),
  'accept text': async (t) => answer(await t.publish([], { headers: { Accept: 'text/plain' } })),
  'accept anything': async (t) => answer(await t.publish([], { headers: { Accept: '*/*' } })),
  'accept any application': async (t) => answer(await t.publish([], { headers: { Accept: 'application/*' } })),
  'accept text and json': async (t) =>
    answer(await t.publish([], { headers: { Accept: 'text/plain, application/json' } })),
  'accept json and text': async (t) =>
    answer(await t.publish([], { headers: { Accept: 'application/json;q=0.9, text/plain;q=0.1' } })),
  'accept html': async (t) => answer(await t.publish([], { headers: { Accept: 'text/html' } })),
  'accept nothing': async (t) => answer(await t.publish([], { headers: { Accept: '' } })),
  'accept html and anything': async (t) => answer(await t.publish([], { headers: { Accept: 'text/html, */*;q=0.1' } })),
  'accept json, a bad call': async (t) => {
    const client = await t.publish('{', { headers: { Accept: 'application/json' } })
    return answer(client)
  },
  'recover by get': async (t) => answer(await t.publish('', { method: 'GET', path: '/recover' })),
  'no content type': (t) => toStream(t, [{ channel: t.channel(), formats: streamed('x') }]),
  'a form': async (t) =>
    answer(await t.publish('items=x', { headers: { 'Content-Type': 'application/x-www-form-urlencoded' } })),
  'a call in chunks': async (t) => {
    t.on({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': t.channel() } })
    const client = await t.opened()
    const body = JSON.stringify({ items: [{ channel: t.channel(), formats: streamed('chunked') }] })
    const head = 'POST /publish/ HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n'
    const publisher = t.rawPublish(`${head}${body.length.toString(16)}\r\n${body}\r\n0\r\n\r\n`)
    await client.has('chunked', 1000).catch(() => {})
    return { got: client.body.toString(), status: publisher.status }
  },
  'two calls on one connection': async (t) => {
    const body = JSON.stringify({ items: [] })
    const call = `POST /publish/ HTTP/1.1\r\nHost: h\r\nContent-Length: ${body.length}\r\n\r\n${body}`
    const publisher = await t.rawPublish(call).whole()
    const first = answer(publisher)
    publisher.again().send(call)
    await publisher.whole(1000)
    return [first, answer(publisher)]
  },
  'http 1.0': async (t) => answer(await t.publish([], { version: '1.0' })),
  'no host': async (t) => answer(await t.publish([], { host: null, version: '1.0' })),
  'expect 100-continue': async (t) => answer(await t.publish([], { headers: { Expect: '100-continue' } })),
  'a body of 900,000 bytes': async (t) =>
    answer(await t.publish([{ channel: t.channel(), formats: streamed('x'.repeat(900_000)) }])),
  'a body of 1,100,000 bytes': async (t) => {
    const client = await t
      .publish([{ channel: t.channel(), formats: streamed('x'.repeat(1_100_000)) }])
      .catch(() => ({ status: 'closed' }))
    return { refused: client.status === 'closed' || client.status >= 400 || client.status === 0 }
  },
  'headers of 12,000 bytes': async (t) => {
    const client = await t
      .publish([], { headers: { 'X-Long': 'x'.repeat(12_000) } })
      .catch(() => ({ status: 'closed' }))
    return { refused: client.status === 'closed' || client.status >= 400 || client.status === 0 }
  },

  // ---- items ----
  'no items': async (t) => answer(await t.publish('{}')),
  'items are null': async (t) => answer(await t.publish('{"items": null}')),
  'items beside others': async (t) =>
    toStream(t, JSON.stringify({ a: 1, items: [{ channel: t.channel(), formats: streamed('x') }] })),
  'an empty body': async (t) => answer(await t.publish('')),
  'an item is null': async (t) => answer(await t.publish([null])),
  'an item is a list': async (t) => answer(await t.publish([[]])),
  'channel is empty': async (t) => answer(await t.publish([{ channel: '', formats: streamed('x') }])),
  'channel is null': async (t) => answer(await t.publish([{ channel: null, formats: streamed('x') }])),
  'a channel in UTF-8': async (t) => {
    t.on({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': Buffer.from(`${t.channel()}-日本`).toString('latin1') } })
    const client = await t.opened()
    await t.publish([{ channel: `${t.channel()}-日本`, formats: streamed('x') }])
    return (await client.has('x')).seen()
  },
  'id is null': (t) => stream(t, { content: 'x' }, { id: null }),
  'id is empty': (t) => stream(t, { content: 'x' }, { id: '' }),
  'id is true': (t) => stream(t, { content: 'x' }, { id: true }),
  'prev-id is a number': (t) => stream(t, { content: 'x' }, { 'prev-id': 5 }),
  'prev-id is null': (t) => stream(t, { content: 'x' }, { 'prev-id': null }),
  'prev-id is empty': (t) => stream(t, { content: 'x' }, { 'prev-id': '' }),
  'meta is null': (t) => stream(t, { content: 'x' }, { meta: null }),
  'meta is a list': (t) => stream(t, { content: 'x' }, { meta: [] }),
  'meta with a number in it': (t) => stream(t, { content: 'x' }, { meta: { a: 5 } }),
  'meta with null in it': (t) => stream(t, { content: 'x' }, { meta: { a: null } }),
  'unknown fields of an item': (t) => stream(t, { content: 'x' }, { sparkle: 1, size: 'x' }),
  'formats are null': async (t) => answer(await t.publish([{ channel: t.channel(), formats: null }])),
  'formats are a list': async (t) => answer(await t.publish([{ channel: t.channel(), formats: [] }])),
  'formats are empty': async (t) => answer(await t.publish([{ channel: t.channel(), formats: {} }])),
  'empty formats, and one beside the channel': (t) =>
    toStream(t, [{ channel: t.channel(), formats: {}, ...streamed('x') }]),
  'formats, and another beside the channel': async (t) =>
    toStream(t, [{ channel: t.channel(), formats: { 'http-response': { body: 'x' } }, ...streamed('beside') }]),
  'all formats beside the channel': (t) =>
    toStream(t, [
      { channel: t.channel(), 'http-response': { body: 'a' }, ...streamed('b'), 'ws-message': { content: 'c' } },
    ]),
  'an unknown format beside a known one': (t) =>
    toStream(t, [{ channel: t.channel(), formats: { fax: 5, ...streamed('x') } }]),
  'a known format that is null': async (t) =>
    answer(await t.publish([{ channel: t.channel(), formats: { 'http-stream': null } }])),
  'a known format that is a string': async (t) =>
    answer(await t.publish([{ channel: t.channel(), formats: { 'http-stream': 'x' } }])),
  'a bad format beside a good one': (t) =>
    toStream(t, [{ channel: t.channel(), formats: { 'http-response': { body: 5 }, ...streamed('x') } }]),
  'no-seq': (t) => stream(t, { content: 'x' }, { 'no-seq': true }),
  'no-seq is a string': (t) => stream(t, { content: 'x' }, { 'no-seq': 'yes' }),
  'two items, two channels': async (t) => {
    t.on({ headers: { 'Grip-Hold': 'stream', 'Grip-Channel': `${t.channel('-a')}, ${t.channel('-b')}` } })
    const client = await t.opened()
    await t.publish([
      { channel: t.channel('-a'), formats: streamed('a') },
      { channel: t.channel('-b'), formats: streamed('b') },
    ])
    return (await client.until(() => client.body.length > 1, 'both')).seen()
  },
  'two items for one response hold': async (t) => {
    t.on(instruct({ hold: { channels: [{ name: t.channel() }], timeout: 20 } }))
    const client = await t.held()
    await t.publish(
      ['first', 'second'].map((body) => ({ channel: t.channel(), formats: { 'http-response': { body } } })),
    )
    return (await client.whole()).seen()
  },
  'the second item is bad': (t) =>
    toStream(t, [
      { channel: t.channel(), formats: streamed('x') },
      { channel: 5, formats: streamed('y') },
    ]),

  // ---- http-stream ----
  'content is empty': (t) => stream(t, { content: '' }),
  'content is a number': (t) => stream(t, { content: 5 }),
  'content is null': (t) => stream(t, { content: null }),
  'content in UTF-8': (t) => stream(t, { content: 'Zoë' }),
  'content-bin beside content': (t) =>
    stream(t, { content: 'text', 'content-bin': Buffer.from('bin').toString('base64') }),
  'content-bin is a number': (t) => stream(t, { 'content-bin': 5 }),
  'content-bin is null': (t) => stream(t, { 'content-bin': null }),
  'content-bin without padding': (t) => stream(t, { 'content-bin': 'YQ' }),
  'content-bin with strays': (t) => stream(t, { 'content-bin': 'Y*W*I=' }),
  'content and close': (t) => stream(t, { content: 'bye', action: 'close' }),
  close: (t) => stream(t, { action: 'close' }),
  'close with bad content': (t) => stream(t, { action: 'close', content: 5 }),
  send: (t) => stream(t, { action: 'send', content: 'x' }),
  'send in upper case': (t) => stream(t, { action: 'Send', content: 'x' }),
  'action is empty': (t) => stream(t, { action: '', content: 'x' }),
  'action is null': (t) => stream(t, { action: null, content: 'x' }),
  'action is a number': (t) => stream(t, { action: 1, content: 'x' }),
  'hint without a link': (t) => stream(t, { action: 'hint', content: 'x' }),
  'content-filters are a string': (t) => stream(t, { content: 'x', 'content-filters': 'skip-self' }),
  'content-filters are null': (t) => stream(t, { content: 'x', 'content-filters': null }),
  'content-filters with a number': (t) => stream(t, { content: 'x', 'content-filters': [1] }),
  'content-filters are empty': (t) => stream(t, { content: 'x', 'content-filters': [] }),
  'unknown fields of a format': (t) => stream(t, { content: 'x', sparkle: 1, code: 'x' }),

  // ---- http-response ----
  'a response with nothing': (t) => toPoll(t, {}),
  'a response with a code only': (t) => toPoll(t, { code: 204 }),
  'body is empty': (t) => toPoll(t, { body: '' }, undefined, 'content-length', 'content-type', 'x-held'),
  'body is null': (t) => toPoll(t, { body: null }),
  'body-bin beside body': (t) => toPoll(t, { body: 'text', 'body-bin': Buffer.from('bin').toString('base64') }),
  'body-bin that is none': (t) => toPoll(t, { 'body-bin': '***' }),
  'code 204': (t) => toPoll(t, { code: 204, body: '' }, undefined, 'content-length'),
  'code 304': (t) => toPoll(t, { code: 304, body: '' }, undefined, 'content-length'),
  'code 404 without a reason': (t) => toPoll(t, { code: 404, body: 'x' }),
  'code 299 without a reason': (t) => toPoll(t, { code: 299, body: 'x' }),
  'code in a string': (t) => toPoll(t, { code: '404', body: 'x' }),
  'code is null': (t) => toPoll(t, { code: null, body: 'x' }),
  'code is a word': (t) => toPoll(t, { code: 'ok', body: 'x' }),
  'code is 1000': (t) => toPoll(t, { code: 1000, body: 'x' }),
  'code is negative': (t) => toPoll(t, { code: -1, body: 'x' }),
  'code is a fraction': (t) => toPoll(t, { code: 404.4, body: 'x' }),
  'a reason without a code': (t) => toPoll(t, { reason: 'Splendid', body: 'x' }),
  'reason is empty': (t) => toPoll(t, { code: 404, reason: '', body: 'x' }),
  'reason is a number': (t) => toPoll(t, { reason: 1, body: 'x' }),
  'reason is null': (t) => toPoll(t, { reason: null, body: 'x' }),
  'headers replace those of the hold': (t) =>
    toPoll(t, { headers: { 'x-held': '2', 'X-New': '3' }, body: 'x' }, undefined, 'x-held', 'x-new', 'content-type'),
  'headers that were not replaced are kept': (t) =>
    toPoll(t, { body: 'x' }, undefined, 'x-held', 'content-type', 'content-length'),
  'headers as pairs with duplicates': (t) =>
    toPoll(
      t,
      {
        headers: [
          ['X-A', '1'],
          ['X-A', '2'],
        ],
        body: 'x',
      },
      undefined,
      'x-a',
    ),
  'headers with a number in them': (t) => toPoll(t, { headers: { 'X-A': 1 }, body: 'x' }),
  'headers are null': (t) => toPoll(t, { headers: null, body: 'x' }),
  'headers as a pair of three': (t) => toPoll(t, { headers: [['A', 'b', 'c']], body: 'x' }),
  'headers in UTF-8': async (t) => {
    const { client } = await toPoll(t, { headers: { 'X-Name': 'Zoë' }, body: 'x' }, undefined, 'x-name')
    return Buffer.from(client?.['x-name'] ?? '', 'latin1').toString('utf8')
  },
  'grip headers': (t) =>
    toPoll(t, { headers: { 'Grip-Hold': 'stream', 'X-A': '1' }, body: 'x' }, undefined, 'grip-hold', 'x-a'),
  'grip-expose-headers': (t) =>
    toPoll(
      t,
      { headers: { 'Grip-Expose-Headers': 'X-Held', 'X-A': '1' }, body: 'x' },
      undefined,
      'grip-expose-headers',
      'x-held',
      'x-a',
      'content-type',
    ),
  'a length that is wrong': (t) =>
    toPoll(t, { headers: { 'Content-Length': '99' }, body: 'x' }, undefined, 'content-length'),
  'transfer-encoding': (t) =>
    toPoll(
      t,
      { headers: { 'Transfer-Encoding': 'chunked', 'X-A': '1' }, body: 'x' },
      undefined,
      'x-a',
      'content-length',
    ),
  'close of a response hold': (t) => toPoll(t, { action: 'close' }),
  'close of a response hold, with a body': (t) => toPoll(t, { action: 'close', body: 'x' }),
  refresh: (t) => toPoll(t, { action: 'refresh' }),
  'refresh of a stream': (t) => stream(t, { action: 'refresh' }),
  'body-patch': (t) => toPoll(t, { 'body-patch': [{ op: 'replace', path: '/a', value: 2 }] }),
  'body-patch with a line break after': (t) =>
    toPoll(t, { 'body-patch': [{ op: 'add', path: '/b', value: [1] }] }, { body: '{"a":1}\n' }),
  'body-patch of a body that is no json': (t) =>
    toPoll(t, { 'body-patch': [{ op: 'replace', path: '/a', value: 2 }] }, { body: 'plain' }),
  'body-patch of a string': (t) =>
    toPoll(t, { 'body-patch': [{ op: 'replace', path: '', value: 2 }] }, { body: '"text"' }),
  'body-patch of nothing': (t) => toPoll(t, { 'body-patch': [{ op: 'replace', path: '/a', value: 2 }] }, {}),
  'body-patch that fails': (t) => toPoll(t, { 'body-patch': [{ op: 'remove', path: '/zzz' }] }),
  'body-patch whose test fails': (t) => toPoll(t, { 'body-patch': [{ op: 'test', path: '/a', value: 9 }] }),
  'body-patch with an unknown step': (t) => toPoll(t, { 'body-patch': [{ op: 'sparkle', path: '/a' }] }),
  'body-patch is empty': (t) => toPoll(t, { 'body-patch': [] }),
  'body-patch is an object': (t) => toPoll(t, { 'body-patch': { op: 'remove', path: '/a' } }),
  'body-patch steps': (t) =>
    toPoll(
      t,
      {
        'body-patch': [
          { op: 'add', path: '/list/-', value: 3 },
          { op: 'add', path: '/list/0', value: 0 },
          { op: 'remove', path: '/gone' },
          { op: 'move', from: '/old', path: '/new' },
          { op: 'copy', from: '/new', path: '/again' },
          { op: 'test', path: '/n~1a', value: 'slash' },
        ],
      },
      { body: '{"list":[1,2],"gone":true,"old":{"x":null},"n/a":"slash"}' },
    ),
  'body-patch beside body': (t) => toPoll(t, { body: 'plain', 'body-patch': [{ op: 'remove', path: '/a' }] }),
  'body-patch with a code and headers': (t) =>
    toPoll(
      t,
      { code: 201, headers: { 'X-A': '1' }, 'body-patch': [{ op: 'add', path: '/b', value: 2 }] },
      undefined,
      'x-a',
      'x-held',
    ),
  'body-patch of a list': (t) => toPoll(t, { 'body-patch': [{ op: 'add', path: '/-', value: 2 }] }, { body: '[1]' }),
  'body-patch and what its values look like': (t) =>
    toPoll(
      t,
      { 'body-patch': [{ op: 'add', path: '/z', value: 1.5 }] },
      { body: '{ "b" : 1 ,\n "a" : "\\u00e9" , "c":1.0, "d": 1e3, "e": "\\/" }' },
    ),

  // ---- ws-message ----
  'a message with nothing': async (t) =>
    answer(await t.publish([{ channel: t.channel(), formats: { 'ws-message': {} } }])),
  'a message of a type that is none': async (t) =>
    answer(await t.publish([{ channel: t.channel(), formats: { 'ws-message': { type: 'x', content: 'x' } } }])),
  'a ping without content': async (t) =>
    answer(await t.publish([{ channel: t.channel(), formats: { 'ws-message': { type: 'ping' } } }])),
  'a binary message with text': async (t) =>
    answer(await t.publish([{ channel: t.channel(), formats: { 'ws-message': { type: 'binary', content: 'x' } } }])),
  'a close with a code': async (t) =>
    answer(await t.publish([{ channel: t.channel(), formats: { 'ws-message': { action: 'close', code: 1000 } } }])),
  'a close with a bad code': async (t) =>
    answer(await t.publish([{ channel: t.channel(), formats: { 'ws-message': { action: 'close', code: -1 } } }])),
  'a close with a word as code': async (t) =>
    answer(await t.publish([{ channel: t.channel(), formats: { 'ws-message': { action: 'close', code: 'x' } } }])),
  'hint of a websocket': async (t) =>
    answer(await t.publish([{ channel: t.channel(), formats: { 'ws-message': { action: 'hint' } } }])),
}

export const known = {
  'two calls on one connection': 'Pushpin closes after each call; here the connection serves on',
  'code is a word': 'Pushpin takes it as 0 and sends what no client can read; here the publish is refused',
  refresh: 'an action of Pushpin 1.38; what is recorded is 1.36',
  'refresh of a stream': 'an action of Pushpin 1.38; what is recorded is 1.36',
}
