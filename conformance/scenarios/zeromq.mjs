// Publishing over ZeroMQ (PULL and SUB, TNetStrings and JSON), and commands (REP).
import { item, poll, stream } from '../lib/scenario.mjs'
import { control, events, GRIP } from '../lib/websocket.mjs'
import { command, publish, push, tnet } from '../lib/zmq.mjs'

/** What a stream gets of messages to the PULL socket. `end;` is pushed last, in any case. */
async function pulled(t, ...messages) {
  t.on(stream(t))
  const client = await t.opened()
  const end = tnet({ channel: t.channel(), formats: { 'http-stream': { content: 'end;' } } })
  await push(t.zmq.pull, ...messages, end)
  await client.has('end;', 2000).catch(() => {})
  return client.seen()
}

const json = (value) => Buffer.from(`J${typeof value === 'string' ? value : JSON.stringify(value)}`)
const streamed = (t, content, more = {}) => ({ channel: t.channel(), formats: { 'http-stream': { content } }, ...more })

export const scenarios = {
  // ---- PULL ----
  'an item in a TNetString': (t) => pulled(t, tnet(streamed(t, 'x;'))),
  'an item in a TNetString with its T': (t) => pulled(t, Buffer.concat([Buffer.from('T'), tnet(streamed(t, 'x;'))])),
  'an item in JSON': (t) => pulled(t, json(streamed(t, 'x;'))),
  'an item in JSON without its J': (t) => pulled(t, Buffer.from(JSON.stringify(streamed(t, 'x;')))),
  'JSON that is none': (t) => pulled(t, json('{"channel":')),
  'JSON that is a list': (t) => pulled(t, json([streamed(t, 'x;')])),
  'a TNetString that is none': (t) => pulled(t, Buffer.from('nonsense')),
  'two frames': (t) => pulled(t, [tnet(streamed(t, 'x;')), tnet(streamed(t, 'y;'))]),
  'bytes as content': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    await push(t.zmq.pull, tnet(streamed(t, Buffer.from([0, 255, 59]))))
    await client.has(';')
    return client.body.toString('hex')
  },
  'content-bin in a TNetString is not decoded': (t) =>
    pulled(t, tnet({ channel: t.channel(), formats: { 'http-stream': { 'content-bin': 'eDs=' } } })),
  'content-bin in JSON': (t) =>
    pulled(t, json({ channel: t.channel(), formats: { 'http-stream': { 'content-bin': 'eDs=' } } })),
  'formats beside the channel': (t) => pulled(t, tnet({ channel: t.channel(), 'http-stream': { content: 'x;' } })),
  'no formats': (t) => pulled(t, tnet({ channel: t.channel() })),
  'no channel': (t) => pulled(t, tnet({ formats: { 'http-stream': { content: 'x;' } } })),
  'ids and order': (t) =>
    pulled(
      t,
      tnet(streamed(t, '1;', { id: '1' })),
      tnet(streamed(t, '3;', { id: '3', 'prev-id': '2' })),
      tnet(streamed(t, '2;', { id: '2', 'prev-id': '1' })),
    ),
  'a number as id': (t) => pulled(t, tnet(streamed(t, 'x;', { id: 1 }))),
  'close and an unknown action': (t) =>
    pulled(t, tnet({ channel: t.channel(), formats: { 'http-stream': { action: 'sparkle' } } })),
  meta: async (t) => {
    t.on(stream(t, { 'Grip-Channel': `${t.channel()}; filter=skip-self`, 'Grip-Set-Meta': 'user=alice' }))
    const client = await t.opened()
    await push(
      t.zmq.pull,
      tnet(streamed(t, 'own;', { meta: { sender: 'alice' } })),
      tnet(streamed(t, 'other;', { meta: { sender: 'bob' } })),
    )
    await client.has('other;')
    return client.seen()
  },
  'a response': async (t) => {
    t.on(poll(t))
    const client = await t.held()
    const format = { code: 202, reason: 'Fine', headers: [['X-A', '1']], body: Buffer.from('b\u00e9') }
    await push(t.zmq.pull, tnet({ channel: t.channel(), formats: { 'http-response': format } }))
    return { ...(await client.whole()).seen('x-a'), reason: client.reason }
  },
  'a response with a body-patch': async (t) => {
    t.on(poll(t, {}, '{"a":1}'))
    const client = await t.held()
    const format = { 'body-patch': [{ op: 'replace', path: '/a', value: 'x' }] }
    await push(t.zmq.pull, tnet({ channel: t.channel(), formats: { 'http-response': format } }))
    return (await client.whole()).seen()
  },
  'a message for a WebSocket': async (t) => {
    t.on((_, n) =>
      n === 1 ? events([['OPEN'], control({ type: 'subscribe', channel: t.channel() })], GRIP) : events([]),
    )
    const client = await t.ws()
    await t.sleep(300)
    await push(
      t.zmq.pull,
      tnet({ channel: t.channel(), formats: { 'ws-message': { content: 'text' } } }),
      tnet({ channel: t.channel(), formats: { 'ws-message': { 'content-bin': Buffer.from([1, 255]) } } }),
      tnet({ channel: t.channel(), formats: { 'ws-message': { content: 'p', type: 'ping' } } }),
    )
    await client.received(3)
    return client.got
  },

  // ---- SUB ----
  'a topic and an item': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    await publish(
      t.zmq.sub,
      [t.channel(), tnet({ formats: { 'http-stream': { content: 'tnet;' } } })],
      [t.channel(), json({ formats: { 'http-stream': { content: 'json;' } } })],
    )
    await client.has('json;')
    return client.seen()
  },
  'the topic is the channel': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    await publish(t.zmq.sub, [t.channel(), tnet({ channel: 'another', formats: { 'http-stream': { content: 'x;' } } })])
    await client.has('x;', 1000).catch(() => {})
    return client.seen()
  },
  'a longer topic is another channel': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    await publish(
      t.zmq.sub,
      [`${t.channel()}-more`, tnet({ formats: { 'http-stream': { content: 'more;' } } })],
      [t.channel(), tnet({ formats: { 'http-stream': { content: 'own;' } } })],
    )
    await client.has('own;')
    return client.seen()
  },
  'no topic': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    await publish(t.zmq.sub, tnet(streamed(t, 'x;')))
    await client.has('x;', 600).catch(() => {})
    return client.seen()
  },

  // ---- commands ----
  'an unknown command': (t) => command(t.zmq.command, 'sparkle'),
  'get-zmq-uris': async (t) => {
    const { value, ...rest } = await command(t.zmq.command, 'get-zmq-uris')
    return { ...rest, names: Object.keys(value ?? {}).sort(), same: value?.command === t.zmq.command }
  },
  'publish by command': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    const answer = await command(t.zmq.command, 'publish', { items: [streamed(t, 'a;'), streamed(t, 'b;')] })
    await client.has('b;')
    return { answer, ...client.seen() }
  },
  'publish by command without items': (t) => command(t.zmq.command, 'publish', {}).then(({ value, ...rest }) => rest),
  'publish by command, one bad item': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    const { value, ...answer } = await command(t.zmq.command, 'publish', { items: [streamed(t, 'a;'), { channel: 5 }] })
    await client.has('a;', 400).catch(() => {})
    return { answer, ...client.seen() }
  },
  'conncheck of nobody': (t) => command(t.zmq.command, 'conncheck', { ids: ['nobody'] }),
  'conncheck without ids': (t) => command(t.zmq.command, 'conncheck', {}).then(({ value, ...rest }) => rest),
  'conncheck of a WebSocket': async (t) => {
    const script = t.on(events([['OPEN']], GRIP))
    await t.ws()
    const id = script.requests[0].headers['connection-id']
    const { value, ...rest } = await command(t.zmq.command, 'conncheck', { ids: [id, 'nobody'] })
    return { ...rest, found: value?.length, same: value?.[0] === id }
  },
  'refresh of a WebSocket': async (t) => {
    const script = t.on((_, n) => (n === 1 ? events([['OPEN']], GRIP) : events([['TEXT', 'm:refreshed']])))
    const client = await t.ws()
    const id = script.requests[0].headers['connection-id']
    const answer = await command(t.zmq.command, 'refresh', { cid: id })
    await client.received()
    return { answer, got: client.got, body: script.requests[1].body.toString() }
  },
  'refresh of nobody': (t) => command(t.zmq.command, 'refresh', { cid: 'nobody' }).then(({ value, ...rest }) => rest),
  'refresh of a channel': async (t) => {
    const script = t.on((_, n) =>
      n === 1
        ? events([['OPEN'], control({ type: 'subscribe', channel: t.channel() })], GRIP)
        : events([['TEXT', 'm:refreshed']]),
    )
    const client = await t.ws()
    await t.sleep(300)
    const answer = await command(t.zmq.command, 'refresh', { channel: t.channel() })
    await client.received()
    return { answer, got: client.got, asked: script.requests.length }
  },
  'refresh of a channel is not for holds': async (t) => {
    const script = t.on(poll(t))
    const client = await t.held()
    const answer = await command(t.zmq.command, 'refresh', { channel: t.channel() })
    const held = await client.quiet(300)
    return { answer, held, asked: script.requests.length }
  },
  'refresh of a channel that nobody has': (t) => command(t.zmq.command, 'refresh', { channel: t.channel() }),
  'refresh without arguments': (t) => command(t.zmq.command, 'refresh', {}).then(({ value, ...rest }) => rest),
  'items of a call keep their order': async (t) => {
    t.on(stream(t))
    const client = await t.opened()
    await command(t.zmq.command, 'publish', { items: [item(t, '1'), item(t, '3', '2'), item(t, '2', '1')] })
    await client.has('3;')
    return client.body.toString()
  },
}
