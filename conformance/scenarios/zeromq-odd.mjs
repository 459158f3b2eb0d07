// Odd items and commands over ZeroMQ: which of them are taken.
import { Request } from 'zeromq'
import { poll, stream } from '../lib/scenario.mjs'
import { publish, push, readTnet, tnet } from '../lib/zmq.mjs'

const json = (value) => Buffer.from(`J${typeof value === 'string' ? value : JSON.stringify(value)}`)
const ENCODINGS = { TNetStrings: tnet, JSON: json }

/** Items by what is odd about them; each of them says its name, where it is taken. */
const ODD_ITEMS = {
  'channel: number': (_, formats) => ({ channel: 5, formats }),
  'channel: empty': (_, formats) => ({ channel: '', formats }),
  'channel: null': (_, formats) => ({ channel: null, formats }),
  'formats: null': (channel, formats) => ({ channel, formats: null, ...formats }),
  'formats: list': (channel) => ({ channel, formats: [] }),
  'formats: empty': (channel) => ({ channel, formats: {} }),
  'formats: unknown': (channel) => ({ channel, formats: { fax: {} } }),
  'formats: unknown beside': (channel, formats) => ({ channel, formats: { fax: {}, ...formats } }),
  'formats: bad beside': (channel, formats) => ({ channel, formats: { 'http-response': { code: 'x' }, ...formats } }),
  'formats: null beside': (channel, formats) => ({ channel, formats: { 'ws-message': null, ...formats } }),
  'id: null': (channel, formats) => ({ channel, id: null, formats }),
  'id: empty': (channel, formats) => ({ channel, id: '', formats }),
  'id: bool': (channel, formats) => ({ channel, id: true, formats }),
  'prev-id: number': (channel, formats) => ({ channel, id: '1', 'prev-id': 5, formats }),
  'meta: null': (channel, formats) => ({ channel, meta: null, formats }),
  'meta: list': (channel, formats) => ({ channel, meta: [], formats }),
  'meta: of a number': (channel, formats) => ({ channel, meta: { a: 5 }, formats }),
  'meta: of null': (channel, formats) => ({ channel, meta: { a: null }, formats }),
  items: (channel, formats) => ({ items: [{ channel, formats }] }),
  'unknown field': (channel, formats) => ({ channel, foo: { a: [1, null] }, formats }),
  'size: word': (channel, formats) => ({ channel, size: 'x', formats }),
  'no-seq: word': (channel, formats) => ({ channel, 'no-seq': 'x', formats }),
}
const ODD_STREAMS = {
  number: () => ({ content: 5 }),
  bool: () => ({ content: true }),
  list: () => ({ content: ['x;'] }),
  null: () => ({ content: null }),
  nothing: () => ({}),
  'an empty text': () => ({ content: '' }),
  'action send': (content) => ({ action: 'send', content }),
  'action number': (content) => ({ action: 5, content }),
  'action null': (content) => ({ action: null, content }),
  'action hint': (content) => ({ action: 'hint', content }),
  'unknown filter': (content) => ({ content, 'content-filters': ['sparkle'] }),
  'filters word': (content) => ({ content, 'content-filters': 'sparkle' }),
  'no filters': (content) => ({ content, 'content-filters': [] }),
  'a code': (content) => ({ content, code: 'x' }),
}
const ODD_RESPONSES = {
  'code: number as text': { code: '202', body: 'b' },
  'code: 1000': { code: 1000, body: 'b' },
  'code: negative': { code: -5, body: 'b' },
  'headers: of a number': { headers: { 'X-A': 1 }, body: 'b' },
  'headers: one of a pair': { headers: [['X-A']], body: 'b' },
  'headers: null': { headers: null, body: 'b' },
  'headers: text': { headers: 'X-A: 1', body: 'b' },
  'reason: number': { reason: 5, body: 'b' },
  'reason: empty': { reason: '', body: 'b' },
  'body: number': { body: 5 },
  'body: null': { body: null },
  'no body': { code: 204 },
  'body and body-bin': { body: 'a', 'body-bin': 'eDs=' },
  'body-bin': { 'body-bin': 'eDs=' },
  'action: close': { action: 'close' },
  'body-patch: text': { 'body-patch': 'x' },
  'body-patch: of a number': { 'body-patch': [{ op: 'replace', path: '/a', value: 5 }] },
}

/** What a stream gets of messages to the PULL socket. `end;` is pushed last, in any case. */
async function pulled(t, messages) {
  t.on(stream(t))
  const client = await t.opened()
  const end = tnet({ channel: t.channel(), formats: { 'http-stream': { content: 'end;' } } })
  await push(t.zmq.pull, ...messages, end)
  await client.has('end;', 2000).catch(() => {})
  await t.sleep(100)
  return client.body.toString('latin1').split(';').slice(0, -1)
}

/** The reply to what need not be a command; nothing in it but its names, where it has a long value. */
async function answer(t, frames) {
  const socket = new Request({ linger: 0, receiveTimeout: 700 })
  socket.connect(t.zmq.command)
  try {
    await socket.send(frames)
    const [reply] = await socket.receive()
    const { value, ...rest } = readTnet(reply)
    return { ...rest, value: typeof value === 'string' ? 'text' : value && !Array.isArray(value) ? 'object' : value }
  } catch (error) {
    return error.code
  } finally {
    socket.close()
  }
}

const map = (...parts) => {
  const inner = Buffer.concat(parts.map(tnet))
  return Buffer.concat([Buffer.from(`${inner.length}:`), inner, Buffer.from('}')])
}
const item = (t, content, more = {}) => ({ channel: t.channel(), ...more, 'http-stream': { content: `${content};` } })
const changed = (t, name, from, to) =>
  Buffer.from(
    tnet(item(t, name, { foo: 'abcd' }))
      .toString()
      .replace(from, to),
  )

export const scenarios = {
  // ---- bytes ----
  'bytes that are no item': (t) =>
    pulled(t, [
      ...['', 'J', 'T', 'X', 'J"x"', 'J5', 'Jnull', 'J{}', '3:abc"'].map((text) => Buffer.from(text)),
      ...['x', [], null, {}, 5].map(tnet),
    ]),
  // Others, such as an item that is cut off, end Pushpin 1.36.
  'bytes around an item': (t) =>
    pulled(t, [
      Buffer.concat([tnet(item(t, 'bytes behind')), Buffer.from('abc')]),
      Buffer.concat([tnet(item(t, 'an item behind')), tnet(item(t, 'the item behind'))]),
      Buffer.concat([Buffer.from('0'), tnet(item(t, 'a zero before'))]),
      Buffer.from(`J ${JSON.stringify(item(t, 'a blank before JSON'))}`),
      Buffer.from(`J${JSON.stringify(item(t, 'a line break behind JSON'))}\n`),
      Buffer.from(`J${JSON.stringify(item(t, 'bytes behind JSON'))} x`),
      Buffer.from(`j${JSON.stringify(item(t, 'a small j'))}`),
    ]),
  'odd values in a TNetString': (t) =>
    pulled(t, [
      changed(t, 'a float', '4:abcd,', '4:1.50^'),
      changed(t, 'no number', '4:abcd,', '4:abcd#'),
      changed(t, 'no bool', '4:abcd,', '4:abcd!'),
      changed(t, 'a full null', '4:abcd,', '4:abcd~'),
      changed(t, 'no type', '4:abcd,', '4:abcd?'),
      map(5, 'x', 'channel', t.channel(), 'http-stream', { content: 'a number as key;' }),
      map('channel', 'other', 'channel', t.channel(), 'http-stream', { content: 'a key twice;' }),
      map('channel', t.channel(), 'http-stream', { content: 'a key alone;' }, 'more'),
    ]),
  'frames around an item': (t) =>
    pulled(t, [
      [tnet(item(t, 'a frame behind')), ''],
      ['', tnet(item(t, 'a frame before'))],
    ]),
  'characters in JSON': (t) =>
    pulled(t, [
      json(item(t, 'é€')),
      Buffer.from(json(item(t, 'Z')).toString().replace('Z', '\\u00e9')),
      Buffer.from(json(item(t, 'Z')).toString().replace('Z', 'a\\u0000b')),
    ]),

  // ---- items ----
  ...Object.fromEntries(
    Object.entries(ENCODINGS).flatMap(([encoding, encode]) => [
      [
        `odd items in ${encoding}`,
        (t) =>
          pulled(
            t,
            Object.entries(ODD_ITEMS).map(([name, make]) =>
              encode(make(t.channel(), { 'http-stream': { content: `${name};` } })),
            ),
          ),
      ],
      [
        `odd streams in ${encoding}`,
        (t) =>
          pulled(
            t,
            Object.entries(ODD_STREAMS).map(([name, make]) =>
              encode({ channel: t.channel(), formats: { 'http-stream': make(`${name};`) } }),
            ),
          ),
      ],
      [
        `content and content-bin in ${encoding}`,
        (t) =>
          pulled(t, [
            encode({ channel: t.channel(), 'http-stream': { content: 'text;', 'content-bin': 'Ymlu;' } }),
            encode({ channel: t.channel(), 'http-stream': { 'content-bin': 'YmluOw==' } }),
            encode({ channel: t.channel(), 'http-stream': { content: 'on;' } }),
          ]),
      ],
      ...Object.entries(ODD_RESPONSES).map(([name, format]) => [
        `a response in ${encoding}: ${name}`,
        async (t) => {
          t.on(poll(t, {}, '{"a":1}'))
          const client = await t.held()
          await push(t.zmq.pull, encode({ channel: t.channel(), formats: { 'http-response': format } }))
          await t.sleep(300)
          await push(t.zmq.pull, encode({ channel: t.channel(), formats: { 'http-response': { body: 'end' } } }))
          await client.whole(2000).catch(() => {})
          return { ...client.seen('x-a'), reason: client.reason }
        },
      ]),
    ]),
  ),
  'odd messages to the SUB socket': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    const says = (content, more = {}) => ({ 'http-stream': { content: `${content};` }, ...more })
    await publish(
      t.zmq.sub,
      [t.channel(), tnet(says('three frames')), 'more'],
      [t.channel()],
      ...['', 'nonsense', JSON.stringify(says('bare JSON'))].map((text) => [t.channel(), text]),
      ...[[], {}].map((value) => [t.channel(), tnet(value)]),
      [t.channel(), Buffer.concat([Buffer.from('T'), tnet(says('a T'))])],
      [t.channel(), tnet(says('a number as channel', { channel: 5 }))],
      [t.channel(), tnet(says('the end'))],
    )
    await client.has('the end;', 2000).catch(() => {})
    return client.body.toString().split(';')
  },

  // ---- commands ----
  'what is no command': async (t) => {
    const bytes = ['nonsense', '', 'J{"id":"a","method":"conncheck"}', '{"id":"a"}'].map((text) => Buffer.from(text))
    const values = ['x', { id: 'a' }, { id: 'a', method: 5 }].map(tnet)
    const args = ['x', [], null].map((value) => tnet({ id: 'a', method: 'conncheck', args: value }))
    return await Promise.all([...bytes, ...values, ...args].map((frame) => answer(t, frame)))
  },
  'odd commands': async (t) => {
    const requests = [
      { method: 'recover' },
      { id: '', method: 'recover' },
      { id: 'a', method: '' },
      { id: 'a', method: 'CONNCHECK', args: { ids: [] } },
      { id: 'a', method: 'recover', foo: 1 },
      { id: 'a', method: 'conncheck' },
      { id: 'a', method: 'conncheck', args: { ids: 'x' } },
      { id: 'a', method: 'conncheck', args: { ids: [5] } },
      { id: 'a', method: 'conncheck', args: { ids: [] } },
      { id: 'a', method: 'refresh' },
      { id: 'a', method: 'refresh', args: { cid: 5 } },
      { id: 'a', method: 'refresh', args: { cid: '' } },
      { id: 'a', method: 'refresh', args: { channel: 5 } },
      { id: 'a', method: 'refresh', args: { channel: '' } },
      { id: 'a', method: 'refresh', args: { channel: t.channel(), cid: 'nobody' } },
      { id: 'a', method: 'refresh', args: { uid: 'x' } },
      { id: 'a', method: 'publish' },
      { id: 'a', method: 'publish', args: { items: 'x' } },
      { id: 'a', method: 'publish', args: { items: [] } },
      { id: 'a', method: 'publish', args: { items: ['x'] } },
      { id: 'a', method: 'publish', args: { items: [{ channel: t.channel() }] } },
      { id: 'a', method: 'publish', args: { items: [item(t, 'x')] } },
      { id: 'a', method: 'publish', args: { items: [{ channel: t.channel(), formats: { fax: {} } }] } },
      { id: 'a', method: 'publish', args: { item: item(t, 'x') } },
    ]
    return await Promise.all(requests.map((request) => answer(t, tnet(request))))
  },
}

export const known = {
  'what is no command': 'Pushpin never answers, and a REQ socket waits for ever; here the reply says bad-request',
}
