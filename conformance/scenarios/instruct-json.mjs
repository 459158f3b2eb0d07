// Instructs in JSON: every field, and what is refused.
import { gzipSync } from 'node:zlib'
import { instruct } from '../lib/scenario.mjs'

const hold = (t, more = {}) => ({ mode: 'response', channels: [{ name: t.channel() }], timeout: 20, ...more })

/** What an instruct comes to at once. */
async function outcome(t, value, { status = 200, type = 'application/grip-instruct', headers = {} } = {}) {
  t.on({ ...instruct(value), status, headers: { 'Content-Type': type, ...headers } })
  const client = t.get()
  await client.head(500).catch(() => {})
  if (client.status === 0) return 'held'
  await client.whole(500).catch(() => {})
  return client.complete ? client.seen('content-type') : { ...client.seen('content-type'), open: true }
}

/** A response without a hold. */
async function responds(t, response, ...names) {
  t.on(instruct({ response }))
  const client = await t.get().whole()
  return { ...client.seen(...names), reason: client.reason }
}

/** A stream by JSON, and what it has said after some seconds. */
async function beats(t, keepAlive, ms = 2600) {
  t.on(instruct({ hold: { mode: 'stream', channels: [{ name: t.channel() }], 'keep-alive': keepAlive } }))
  const client = t.get()
  await client.head(1000).catch(() => {})
  if (client.complete) return client.seen()
  await t.sleep(ms)
  return { status: client.status, said: [...new Set(client.body.toString().match(/beat|./gs) ?? [])] }
}

async function twoTypes(t, types) {
  t.on({ ...instruct({ response: { body: 'x' } }), headers: types.map((type) => ['Content-Type', type]) })
  return (await t.get().whole()).seen()
}

export const scenarios = {
  // ---- the answer itself ----
  'a charset in the content type': (t) =>
    outcome(t, { response: { body: 'x' } }, { type: 'application/grip-instruct; charset=utf-8' }),
  'no blank before the charset': (t) =>
    outcome(t, { response: { body: 'x' } }, { type: 'application/grip-instruct;charset=utf-8' }),
  'a blank before the semicolon': (t) =>
    outcome(t, { response: { body: 'x' } }, { type: 'application/grip-instruct ; a=b' }),
  'the type in upper case': (t) => outcome(t, { response: { body: 'x' } }, { type: 'Application/Grip-Instruct' }),
  'two types, the other one first': (t) => twoTypes(t, ['text/plain', 'application/grip-instruct']),
  'two types, the other one last': (t) => twoTypes(t, ['application/grip-instruct', 'text/plain']),
  'another type': (t) => outcome(t, { response: { body: 'x' } }, { type: 'application/json' }),
  'a longer type': (t) => outcome(t, { response: { body: 'x' } }, { type: 'application/grip-instruction' }),
  'status 201': (t) => outcome(t, { response: { body: 'x' } }, { status: 201 }),
  'status 404': (t) => outcome(t, { response: { body: 'x' } }, { status: 404 }),
  'status 500': (t) => outcome(t, { hold: hold(t) }, { status: 500 }),
  'an empty body': (t) => outcome(t, ''),
  null: (t) => outcome(t, 'null'),
  'a string': (t) => outcome(t, '"x"'),
  'packed with gzip': async (t) => {
    const body = gzipSync(JSON.stringify({ response: { body: 'unpacked' } }))
    t.on({ headers: { 'Content-Type': 'application/grip-instruct', 'Content-Encoding': 'gzip' }, body })
    return (await t.get().whole()).seen('content-encoding')
  },
  'an empty object': (t) => outcome(t, {}),
  'a comma too many': (t) => outcome(t, '{"response": {"body": "x"},}'),
  'a comment': (t) => outcome(t, '{"response": {"body": "x"} /* no */}'),
  'more after the object': (t) => outcome(t, '{"response": {"body": "x"}} more'),
  'white space around': (t) => outcome(t, ' \r\n\t{"response": {"body": "x"}}\n\n'),
  'a byte order mark': (t) => outcome(t, '\ufeff{"response": {"body": "x"}}'),
  'bytes that are no UTF-8': (t) =>
    outcome(
      t,
      Buffer.concat([Buffer.from('{"response": {"body": "'), Buffer.from([0xff]), Buffer.from('"}}')]).toString(
        'latin1',
      ),
    ),
  escapes: (t) => outcome(t, '{"response": {"body": "\\u00e9\\n\\t\\"\\/ \\ud83d\\ude00"}}'),
  'the same field twice': (t) => outcome(t, '{"response": {"body": "first", "body": "second"}}'),
  'unknown fields': (t) => outcome(t, { sparkle: 1, response: { body: 'x', sparkle: 2 } }),
  'unknown fields of a hold': (t) => outcome(t, { hold: hold(t, { sparkle: { a: 1 } }) }),
  'headers of the answer are not for the client': async (t) => {
    t.on({
      ...instruct({ response: { body: 'x' } }),
      headers: { 'Content-Type': 'application/grip-instruct', 'X-A': '1' },
    })
    return (await t.get().whole()).seen('x-a', 'content-type')
  },
  'an instruct of 70,000 bytes has no length': async (t) => {
    t.on(instruct({ response: { body: 'x'.repeat(70_000) } }))
    const client = await t.get().whole()
    return client.framing
  },
  'an instruct of 70,000 bytes of HTTP/1.0': async (t) => {
    t.on(instruct({ response: { body: 'x'.repeat(70_000) } }))
    const client = await t.ask({ path: t.path(), version: '1.0' }).whole()
    return [client.framing, client.body.length]
  },
  'an instruct of 90,000 bytes': (t) => outcome(t, { response: { body: 'x'.repeat(90_000) } }),
  'an instruct of 120,000 bytes': (t) => outcome(t, { response: { body: 'x'.repeat(120_000) } }),
  'a stream by an instruct of 120,000 bytes': (t) =>
    outcome(t, { hold: { mode: 'stream', channels: [] }, response: { body: 'x'.repeat(120_000) } }),

  // ---- hold ----
  'hold is null': (t) => outcome(t, { hold: null, response: { body: 'x' } }),
  'hold is a string': (t) => outcome(t, { hold: 'response' }),
  'hold is a list': (t) => outcome(t, { hold: [] }),
  'hold is false': (t) => outcome(t, { hold: false }),
  'hold is empty': (t) => outcome(t, { hold: {} }),
  'mode is null': (t) => outcome(t, { hold: hold(t, { mode: null }) }),
  'mode is a number': (t) => outcome(t, { hold: hold(t, { mode: 1 }) }),
  'mode in upper case': (t) => outcome(t, { hold: hold(t, { mode: 'Stream' }) }),
  'mode is empty': (t) => outcome(t, { hold: hold(t, { mode: '' }) }),
  'mode is response': (t) => outcome(t, { hold: hold(t) }),
  'mode is stream': (t) => outcome(t, { hold: hold(t, { mode: 'stream' }), response: { body: 'open' } }),
  'mode response and no response': async (t) => {
    t.on(instruct({ hold: hold(t, { timeout: 5 }) }))
    const client = await t.get().whole(9000)
    return { ...client.seen('content-type', 'content-length'), reason: client.reason }
  },
  'channels are left out': (t) => outcome(t, { hold: { mode: 'response' } }),
  'channels are left out of a stream': (t) => outcome(t, { hold: { mode: 'stream' }, response: { body: 'x' } }),
  'channels are null': (t) => outcome(t, { hold: hold(t, { channels: null }) }),
  'channels are empty': (t) => outcome(t, { hold: hold(t, { channels: [] }) }),
  'channels are an object': (t) => outcome(t, { hold: hold(t, { channels: { name: 'c' } }) }),
  'channels are strings': (t) => outcome(t, { hold: hold(t, { channels: ['c'] }) }),
  'a channel is null': (t) => outcome(t, { hold: hold(t, { channels: [null] }) }),
  'the name is a number': (t) => outcome(t, { hold: hold(t, { channels: [{ name: 5 }] }) }),
  'the name is empty': (t) => outcome(t, { hold: hold(t, { channels: [{ name: '' }] }) }),
  'the name is null': (t) => outcome(t, { hold: hold(t, { channels: [{ name: null }] }) }),
  'unknown fields of a channel': (t) => outcome(t, { hold: hold(t, { channels: [{ name: 'c', x: 1 }] }) }),
  'prev-id is a number': (t) => outcome(t, { hold: hold(t, { channels: [{ name: 'c', 'prev-id': 1 }] }) }),
  'prev-id is null': (t) => outcome(t, { hold: hold(t, { channels: [{ name: 'c', 'prev-id': null }] }) }),
  'prev-id is empty': (t) => outcome(t, { hold: hold(t, { channels: [{ name: t.channel(), 'prev-id': '' }] }) }),
  'prev-id is empty, of a stream': (t) =>
    outcome(t, { hold: { mode: 'stream', channels: [{ name: t.channel(), 'prev-id': '' }] }, response: { body: 'x' } }),
  'prev_id is no field': (t) => outcome(t, { hold: hold(t, { channels: [{ name: 'c', prev_id: 1 }] }) }),
  'filters are a string': (t) => outcome(t, { hold: hold(t, { channels: [{ name: 'c', filters: 'skip-self' }] }) }),
  'filters are null': (t) => outcome(t, { hold: hold(t, { channels: [{ name: 'c', filters: null }] }) }),
  'filters are numbers': (t) => outcome(t, { hold: hold(t, { channels: [{ name: 'c', filters: [1] }] }) }),
  'filters are empty': (t) => outcome(t, { hold: hold(t, { channels: [{ name: 'c', filters: [] }] }) }),
  'an unknown filter': (t) => outcome(t, { hold: hold(t, { channels: [{ name: 'c', filters: ['sparkle'] }] }) }),
  'timeout is null': (t) => outcome(t, { hold: hold(t, { timeout: null }) }),
  'timeout is true': (t) => outcome(t, { hold: hold(t, { timeout: true }) }),
  'timeout is a list': (t) => outcome(t, { hold: hold(t, { timeout: [] }) }),
  'timeout is an object': (t) => outcome(t, { hold: hold(t, { timeout: {} }) }),
  'timeout is a fraction': (t) => outcome(t, { hold: hold(t, { timeout: 20.7 }) }),
  'timeout is negative': (t) => outcome(t, { hold: hold(t, { timeout: -1 }) }),
  'timeout is nearly nothing below zero': (t) => outcome(t, { hold: hold(t, { timeout: -0.4 }) }),
  'timeout is a number in a string': (t) => outcome(t, { hold: hold(t, { timeout: '20' }) }),
  'timeout is zero': async (t) => {
    t.on(instruct({ hold: hold(t, { timeout: 0 }), response: { body: 'late' } }))
    const start = Date.now()
    const client = await t.get().whole(9000)
    return { ...client.seen(), fiveSeconds: Math.abs(Date.now() - start - 5500) < 1500 }
  },
  'meta is null': (t) => outcome(t, { hold: hold(t, { meta: null }) }),
  'meta is a list': (t) => outcome(t, { hold: hold(t, { meta: [] }) }),
  'meta with a number in it': (t) => outcome(t, { hold: hold(t, { meta: { user: 5 } }) }),
  'meta with null in it': (t) => outcome(t, { hold: hold(t, { meta: { user: null } }) }),
  'meta is empty': (t) => outcome(t, { hold: hold(t, { meta: {} }) }),
  'meta works': async (t) => {
    const channels = [{ name: t.channel(), filters: ['skip-self'] }]
    t.on(instruct({ hold: { mode: 'stream', channels, meta: { user: 'alice' } }, response: { body: 'open;' } }))
    const client = await t.opened()
    await t.push('http-stream', { content: 'mine;' }, { meta: { sender: 'alice' } })
    await t.push('http-stream', { content: 'yours;' }, { meta: { sender: 'bob' } })
    await client.has('yours')
    return client.seen()
  },

  // ---- keep-alive ----
  'keep-alive is null': (t) => outcome(t, { hold: hold(t, { mode: 'stream', 'keep-alive': null }) }),
  'keep-alive is a string': (t) => outcome(t, { hold: hold(t, { mode: 'stream', 'keep-alive': 'x' }) }),
  'keep-alive is empty': (t) =>
    outcome(t, { hold: hold(t, { mode: 'stream', 'keep-alive': {} }), response: { body: 'x' } }),
  'keep-alive content is a number': (t) =>
    outcome(t, { hold: hold(t, { mode: 'stream', 'keep-alive': { content: 1 } }) }),
  'keep-alive of a response hold': (t) => outcome(t, { hold: hold(t, { 'keep-alive': { content: 'x', timeout: 1 } }) }),
  'keep-alive of a response hold, wrong': (t) => outcome(t, { hold: hold(t, { 'keep-alive': 'x' }) }),
  'keep-alive in base64': (t) => beats(t, { 'content-bin': Buffer.from('beat').toString('base64'), timeout: 1 }),
  'keep-alive mode idle': (t) => beats(t, { content: 'beat', timeout: 1, mode: 'idle' }),
  'keep-alive mode interval': (t) => beats(t, { content: 'beat', timeout: 1, mode: 'interval' }),
  'keep-alive mode unknown': (t) => beats(t, { content: 'beat', timeout: 1, mode: 'sometimes' }),
  'keep-alive mode is a number': (t) => beats(t, { content: 'beat', timeout: 1, mode: 1 }),
  'keep-alive timeout in a string': (t) => beats(t, { content: 'beat', timeout: '1' }),
  'keep-alive timeout is a word': (t) => beats(t, { content: 'beat', timeout: 'soon' }, 1500),
  'keep-alive timeout is negative': (t) => beats(t, { content: 'beat', timeout: -1 }, 500),
  'keep-alive timeout is null': (t) => beats(t, { content: 'beat', timeout: null }, 500),

  // ---- response ----
  'response is null': (t) => outcome(t, { response: null }),
  'response is a string': (t) => outcome(t, { response: 'x' }),
  'response is empty': (t) => responds(t, {}, 'content-type', 'content-length'),
  'code 204': (t) => responds(t, { code: 204 }, 'content-length'),
  'code 304': (t) => responds(t, { code: 304, headers: { ETag: '"x"' } }, 'etag'),
  'code 404 without a reason': (t) => responds(t, { code: 404, body: 'x' }),
  'code 299 without a reason': (t) => responds(t, { code: 299, body: 'x' }),
  'code in a string': (t) => responds(t, { code: '404', body: 'x' }),
  'code is null': (t) => responds(t, { code: null, body: 'x' }),
  'code is 1000': (t) => responds(t, { code: 1000, body: 'x' }),
  'code is negative': (t) => responds(t, { code: -1, body: 'x' }),
  'reason is empty': (t) => responds(t, { code: 404, reason: '', body: 'x' }),
  'reason is a number': (t) => responds(t, { reason: 5, body: 'x' }),
  'reason is null': (t) => responds(t, { reason: null, body: 'x' }),
  'a reason without a code': (t) => responds(t, { reason: 'Splendid', body: 'x' }),
  'a reason in UTF-8': async (t) => {
    const { reason } = await responds(t, { reason: 'Zoë', body: 'x' })
    return Buffer.from(reason, 'latin1').toString('utf8')
  },
  'headers as an object': (t) => responds(t, { headers: { 'X-A': '1', 'x-b': '2' }, body: 'x' }, 'x-a', 'x-b'),
  'headers as pairs': (t) =>
    responds(
      t,
      {
        headers: [
          ['X-A', '1'],
          ['X-A', '2'],
          ['x-b', ''],
        ],
        body: 'x',
      },
      'x-a',
      'x-b',
    ),
  'headers with a number in them': (t) => responds(t, { headers: { 'X-A': 1 }, body: 'x' }),
  'headers with null in them': (t) => responds(t, { headers: { 'X-A': null }, body: 'x' }),
  'headers as one pair': (t) => responds(t, { headers: ['X-A', '1'], body: 'x' }),
  'headers as a pair of three': (t) => responds(t, { headers: [['X-A', '1', '2']], body: 'x' }),
  'headers as objects in a list': (t) => responds(t, { headers: [{ 'X-A': '1' }], body: 'x' }),
  'headers are null': (t) => responds(t, { headers: null, body: 'x' }),
  'headers are empty': (t) => responds(t, { headers: [], body: 'x' }),
  'a length among the headers': (t) =>
    responds(t, { headers: { 'Content-Length': '99' }, body: 'x' }, 'content-length'),
  'transfer-encoding among the headers': (t) =>
    responds(
      t,
      { headers: { 'Transfer-Encoding': 'gzip', Connection: 'x', 'X-A': '1' }, body: 'x' },
      'x-a',
      'content-length',
    ),
  'grip headers among the headers': async (t) => {
    t.on(instruct({ response: { headers: { 'Grip-Hold': 'stream', 'X-A': '1' }, body: 'x' } }))
    const client = t.get()
    await client.head()
    return { status: client.status, a: client.header('x-a') }
  },
  'headers in UTF-8': async (t) => {
    const seen = await responds(t, { headers: { 'X-Name': 'Zoë' }, body: 'x' }, 'x-name')
    return Buffer.from(seen['x-name'] ?? '', 'latin1').toString('utf8')
  },
  'body is null': (t) => responds(t, { body: null }),
  'body is an object': (t) => responds(t, { body: { a: 1 } }),
  'body is true': (t) => responds(t, { body: true }),
  'body in UTF-8': (t) => responds(t, { body: 'Zoë 日本 😀' }, 'content-length'),
  'body-bin': (t) => responds(t, { 'body-bin': Buffer.from('bytes').toString('base64') }),
  'body-bin beside body': (t) => responds(t, { 'body-bin': Buffer.from('bytes').toString('base64'), body: 'text' }),
  'body-bin that is none': (t) => responds(t, { 'body-bin': '***' }),
  'body-bin without its padding': (t) => responds(t, { 'body-bin': 'Ynl0ZXMh' + 'Zg' }),
  'body-bin with line breaks': (t) => responds(t, { 'body-bin': 'Ynl0\r\nZXM=' }),
  'body-bin in the alphabet for URLs': async (t) => {
    t.on(instruct({ response: { 'body-bin': '_-_-' } }))
    return (await t.get().whole()).body.toString('hex')
  },
  'body-bin is a number': (t) => responds(t, { 'body-bin': 5 }),
  'body-bin is null': (t) => responds(t, { 'body-bin': null, body: 'x' }),
  'body-bin is empty': (t) => responds(t, { 'body-bin': '', body: 'x' }),
}
