// WebSocket over HTTP, a table at a time: odd answers, extensions, control messages, publishes. Each row is a connection
// of its own, at a path of its own.
import { closeEvent, control, decodeEvents, EVENTS_TYPE, events, GRIP, PLAIN } from '../lib/websocket.mjs'

/**
 * Opens a connection for each row and has `act` use it. A row's backend: the answer to the handshake, then what
 * `later(n, request, name)` gives. Resolves to what `act` gave, by row.
 */
async function table(t, rows, first, act, later = () => events([])) {
  const names = Object.keys(rows)
  const asked = names.map(() => [])
  t.on((request) => {
    const i = Number(/\/row(\d+)$/.exec(request.url)[1])
    asked[i].push(decodeEvents(request.body))
    const n = asked[i].length
    return n === 1 ? first(rows[names[i]], i) : later(n, request, names[i])
  })
  const done = names.map(async (name, i) => {
    const client = await t.ws(t.path('/ws/', `/row${i}`)).catch(() => undefined)
    return [name, client ? await act(client, rows[name], i, asked[i]) : 'no answer']
  })
  return Object.fromEntries(await Promise.all(done))
}

const said = (client) => client.got.map((message) => message.join(' ').trim())
const rawEvents = (body, headers = PLAIN) => ({ headers, body })
const opened = (more = [], headers = GRIP) => events([['OPEN'], ...more], headers)
const subscribe = (channel, more = {}) => control({ type: 'subscribe', channel, ...more })

/** What a client has after a while. */
async function settled(t, client, ms = 600) {
  if (!client.opened) await client.whole(1500).catch(() => {})
  await t.sleep(ms)
  return client.opened ? { got: said(client) } : { status: client.status }
}

const BODIES = {
  'no line break': 'OPEN',
  'a bare line feed': 'OPEN\n',
  'an empty line before': '\r\nOPEN\r\n',
  'a blank before': ' OPEN\r\n',
  'a blank behind': 'OPEN \r\n',
  'an empty content': 'OPEN 0\r\n\r\nTEXT 1\r\nx\r\n',
  'small letters': 'open\r\n',
  'garbage behind': 'OPEN\r\nTEXT 1\r\nx\r\ngarbage',
  'an empty line behind': 'OPEN\r\n\r\nTEXT 1\r\nx\r\n',
  'a message without content': 'OPEN\r\nTEXT\r\nTEXT 1\r\ny\r\n',
  'a length of 0x': 'OPEN\r\nTEXT 0x1\r\nx\r\n',
  'a length with zeros': 'OPEN\r\nTEXT 0001\r\nx\r\n',
  'a length with a plus': 'OPEN\r\nTEXT +1\r\nx\r\n',
  'a length after two blanks': 'OPEN\r\nTEXT  1\r\nx\r\n',
  'a length with a blank behind': 'OPEN\r\nTEXT 1 \r\nx\r\n',
  'two lengths': 'OPEN\r\nTEXT 1 2\r\nx\r\n',
  'a tab before the length': 'OPEN\r\nTEXT\t1\r\nx\r\nTEXT 1\r\ny\r\n',
  'a length that is too short': 'OPEN\r\nTEXT 1\r\nabc\r\nTEXT 1\r\ny\r\n',
  'a length that is too long': 'OPEN\r\nTEXT 9\r\nabc',
  'line feeds after the content': 'OPEN\r\nTEXT 1\r\nx\n\nTEXT 1\r\ny\r\n',
}

const EXTENSIONS = [
  'grip',
  'Grip',
  'grip;',
  'gripx',
  'grip,',
  ', grip',
  'grip; foo=bar',
  'grip ; message-prefix="a:"',
  'grip; message-prefix=a:',
  'grip; message-prefix=',
  'grip; message-prefix',
  'grip; message-prefix=""',
  "grip; message-prefix='a:'",
  'grip; foo=bar; message-prefix="a:"',
  'grip; message-prefix="a:"; message-prefix="b:"',
  'grip; Message-Prefix="a:"',
  'grip; message-prefix = "a:"',
  'grip; message-prefix="a\\":"',
  'grip; message-prefix="a;"',
  'grip; message-prefix="a,"',
  'grip; message-prefix="a "',
  'grip; message-prefix="a:',
  'grip; message-prefix="c:"',
  'grip; message-prefix="a:", permessage-deflate',
  'permessage-deflate, grip; message-prefix="a:"',
  'grip; message-prefix="a:", grip; message-prefix="b:"',
]
const PREFIXED = ['m:m', 'a:a', 'b:b', 'a;s', 'a,k', 'a l', 'a":q', "'a:'x", 'none', 'c:x']

/** Control messages; each begins a subscription, or does not, or does something else. CHANNEL is filled in. */
const CONTROLS = [
  ...['', 'null', '5', '"x"', '[]', '{}', '{"type":5}', '{"type":null}', '{"type":"SUBSCRIBE","channel":"CHANNEL"}'],
  ...[
    '"channel":null',
    '"channel":5',
    '"channels":["CHANNEL"]',
    '"channel":" CHANNEL "',
    '"channel":"CHANNEL","filters":null',
    '"channel":"CHANNEL","filters":{}',
    '"channel":"CHANNEL","filters":[5]',
    '"channel":"CHANNEL","filters":[]',
    '"channel":"CHANNEL","filters":[""]',
    '"channel":"CHANNEL","prev-id":"1","x":[1]',
    '"type":"detach","channel":"CHANNEL"',
  ].map((fields) => `{"type":"subscribe",${fields}}`),
  ...[' J', 'J\n', 'J x', 'JJ'].map((text) => text.replaceAll('J', '{"type":"subscribe","channel":"CHANNEL"}')),
  ...['{"type":"unsubscribe"}', '{"type":"unsubscribe","channel":5}'],
  ...['{"type":"set-meta","value":"x"}', '{"type":"set-meta","name":"a","value":null}'],
  ...['"id":5', '"id":""'].map((fields) => `{"type":"session",${fields}}`),
  ...[
    '"content":5,"timeout":1',
    '"content":"k","timeout":1,"message-type":"sparkle"',
    '"content":"k","timeout":1,"message-type":null',
    '"content":"k","timeout":"1"',
    '"content":"k","timeout":null',
    '"content":"k","timeout":1.2',
    '"content":"k","timeout":1,"mode":5',
    '"content":"k","timeout":1,"mode":"sparkle"',
    '"content":"k","content-bin":"YQ==","timeout":1',
    '"content":"k","message-type":"binary","timeout":1',
    '"content-bin":"***","timeout":1',
    '"message-type":"text","timeout":1',
  ].flatMap((fields) => [`{"type":"keep-alive",${fields}}`, `{"type":"send-delayed",${fields}}`]),
]

const FORMATS = {
  'content and content-bin': { content: 'a', 'content-bin': 'Yg==' },
  'no base64': { 'content-bin': '***' },
  'text in base64': { 'content-bin': 'eA==', type: 'text' },
  'type in capitals': { content: 'x', type: 'TEXT' },
  'type null': { content: 'x', type: null },
  'type empty': { content: 'x', type: '' },
  'type close': { content: 'x', type: 'close' },
  'text without content': { type: 'text' },
  'ping without content': { type: 'ping', content: '' },
  'ping of 125 bytes': { type: 'ping', content: 'x'.repeat(125) },
  'action null': { action: null, content: 'x' },
  'action empty': { action: '', content: 'x' },
  'action in capitals': { action: 'CLOSE' },
  'close with a code as text': { action: 'close', code: '4001' },
  'close with a code with a fraction': { action: 'close', code: 4001.7 },
  'close with a code of null': { action: 'close', code: null },
  'close with a code of {}': { action: 'close', code: {} },
  'close with a negative code': { action: 'close', code: -1 },
  'close with a reason of 5': { action: 'close', code: 4001, reason: 5 },
  'close with a reason of é': { action: 'close', code: 4001, reason: 'é' },
  'close with a content of 5': { action: 'close', code: 4001, content: 5 },
  'close with a reason of 123 bytes': { action: 'close', code: 4001, reason: 'x'.repeat(123) },
  'close with a reason of 124 bytes': { action: 'close', code: 4001, reason: 'x'.repeat(124) },
  'close with a code of 1005': { action: 'close', code: 1005, reason: 'x' },
  'close with a code of 5000': { action: 'close', code: 5000 },
  'close with a code of 70000': { action: 'close', code: 70000 },
  'code and reason without close': { content: 'x', code: 'x', reason: 5 },
  'filters null': { content: 'x', 'content-filters': null },
  'filters of a number': { content: 'x', 'content-filters': [5] },
  'filters none': { content: 'x', 'content-filters': [] },
  'filter unknown': { content: 'x', 'content-filters': ['sparkle'] },
}

/** Codes and reasons with which a backend closes. */
const CLOSES = {
  ...Object.fromEntries([0, 999, 1004, 1005, 1006, 1015, 2999, 5000].map((code) => [`code ${code}`, [code, 'why']])),
  'a reason of 123 bytes': [4000, 'x'.repeat(123)],
  'a reason of 124 bytes': [4000, 'x'.repeat(124)],
  'a reason of 62 characters that are 124 bytes': [4000, 'é'.repeat(62)],
}

const HEADERS = {
  'two values': { 'Set-Meta-A': ['1', '2'] },
  'small letters': { 'set-meta-a': '1' },
  'an empty value': { 'Set-Meta-A': '' },
  'no name': { 'Set-Meta-': '1' },
  'an underscore': { 'Set-Meta-A_B': '1' },
  characters: { 'Set-Meta-A': Buffer.from('é').toString('latin1') },
  blanks: { 'Set-Meta-A': ' a b ' },
  'the meta of holds': { 'Grip-Set-Meta': 'a="1"' },
}

export const scenarios = {
  'bodies that open, or do not': (t) =>
    table(
      t,
      BODIES,
      (body) => rawEvents(body),
      (client) => settled(t, client),
    ),
  'bodies in between': (t) =>
    table(
      t,
      BODIES,
      () => opened([], PLAIN),
      async (client, body) => {
        client.text(body)
        await t.sleep(700)
        return client.got.filter(([kind]) => kind !== 'close').map(([, content]) => content)
      },
      (n, _request, name) => (n === 2 ? rawEvents(BODIES[name].replace(/^\s*open ?/i, 'PONG')) : events([])),
    ),
  'forms of the extension': (t) =>
    table(
      t,
      Object.fromEntries(EXTENSIONS.map((value, i) => [`${i} ${value}`, value])),
      (value, i) =>
        opened([subscribe(t.channel(`-${i}`)), ...PREFIXED.map((text) => ['TEXT', text])], {
          'Content-Type': EVENTS_TYPE,
          'Sec-WebSocket-Extensions': value,
        }),
      async (client, _, i) => {
        await t.sleep(300)
        await t.publish([{ channel: t.channel(`-${i}`), formats: { 'ws-message': { content: 'news' } } }])
        await t.sleep(300)
        return said(client).filter((text) => !text.includes('subscribe'))
      },
    ),
  'odd control messages': (t) =>
    table(
      t,
      Object.fromEntries(CONTROLS.map((text, i) => [`${i} ${text}`, text])),
      (text, i) => opened([control(text.replaceAll('CHANNEL', t.channel(`-${i}`))), ['TEXT', 'm:on']]),
      async (client, _, i) => {
        await t.sleep(400)
        await t.publish([{ channel: t.channel(`-${i}`), formats: { 'ws-message': { content: 'news' } } }])
        await t.sleep(1700)
        return [...new Set(said(client))]
      },
    ),
  'odd formats of a publish': (t) =>
    table(
      t,
      FORMATS,
      (_, i) => opened([subscribe(t.channel(`-${i}`))]),
      async (client, format, i) => {
        const channel = t.channel(`-${i}`)
        await t.sleep(300)
        const { status } = await t.publish([{ channel, formats: { 'ws-message': format } }])
        await t.publish([{ channel, formats: { 'ws-message': { content: 'on' } } }])
        await t.sleep(300)
        return { status, got: said(client) }
      },
    ),
  'closes with odd codes and reasons': (t) =>
    table(
      t,
      CLOSES,
      () => opened(),
      async (client) => {
        client.text('x')
        await client.received(1)
        return { got: said(client), ended: client.ended }
      },
      (n, _request, name) => events(n === 2 ? [closeEvent(...CLOSES[name])] : []),
    ),
  'headers that set meta': (t) =>
    table(
      t,
      HEADERS,
      (headers) => opened([], { ...GRIP, ...headers }),
      async (client) => {
        client.text('x')
        await client.received(1)
        return said(client)
      },
      (_n, { headers }) => {
        const meta = Object.entries(headers).filter(([name]) => name.startsWith('meta-'))
        return events([['TEXT', `m:${JSON.stringify(meta)}`]])
      },
    ),

  // ---- what comes together with control messages ----
  'a delayed message goes after what came with its flush': (t) =>
    table(
      t,
      {
        flushed: [['TEXT', 'm:b'], control({ type: 'flush-delayed' }), ['TEXT', 'm:c']],
        replaced: [['TEXT', 'm:b'], control({ type: 'send-delayed', content: 'later', timeout: 1 }), ['TEXT', 'm:c']],
        closed: [control({ type: 'flush-delayed' }), ['TEXT', 'm:b'], closeEvent(4000)],
      },
      (more) => opened([['TEXT', 'm:a'], control({ type: 'send-delayed', content: 'd', timeout: 30 }), ...more]),
      async (client) => {
        await t.sleep(1800)
        return said(client)
      },
    ),
  'a detached backend is not heard': (t) =>
    table(
      t,
      { 'at once': [control({ type: 'detach' }), ['TEXT', 'm:together']], later: [] },
      (more, i) => opened([subscribe(t.channel(`-${i}`)), ...more]),
      async (client, _, i, asked) => {
        await t.sleep(300)
        client.text('go')
        await t.sleep(400)
        client.text('unheard')
        await t.sleep(300)
        await t.publish([{ channel: t.channel(`-${i}`), formats: { 'ws-message': { content: 'news' } } }])
        await t.sleep(200)
        return { got: said(client), asked }
      },
      (_n, request) => {
        const told = decodeEvents(request.body)[0]?.[0] === 'TEXT'
        const channel = t.channel(request.url.endsWith('0') ? '-0' : '-1')
        return told
          ? events([['TEXT', 'm:bye'], control({ type: 'detach' })])
          : events([['TEXT', 'm:ghost'], control({ type: 'unsubscribe', channel })])
      },
    ),
  'publishes reach a client that is closing': async (t) => {
    t.on(async (_, n) => {
      if (n === 1) return opened([subscribe(t.channel())])
      await t.sleep(500)
      return events([closeEvent(1000)])
    })
    const client = await t.ws()
    await t.sleep(300)
    client.peer.frame('close', Buffer.from([3, 0xe8]))
    await t.sleep(150)
    await t.push('ws-message', { content: 'late' })
    await client.closed(3000)
    return client.got
  },
  'closes that cross': async (t) => {
    const script = t.on(async (_, n) => {
      if (n === 2) await t.sleep(400)
      return n === 1 ? opened() : events([closeEvent(4002)])
    })
    const client = await t.ws()
    client.text('x')
    await t.sleep(150)
    client.peer.close(4001)
    await client.closed(3000)
    await t.sleep(300)
    return script.requests.map((r) => decodeEvents(r.body))
  },
}
