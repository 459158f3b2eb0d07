// WebSocket over HTTP: handshakes, events, control messages, and how connections end.
import { closeEvent, control, decodeEvents, EVENTS_TYPE, encodeEvents, events, GRIP, PLAIN } from '../lib/websocket.mjs'

/** A backend that opens with some events, then echoes, or answers as `later` says. */
function backend(t, first, later = () => events([])) {
  return t.on((request, n) => (n === 1 ? (typeof first === 'function' ? first(request) : first) : later(request, n)))
}

const echo = (request) =>
  events(
    decodeEvents(request.body)
      .filter(([type]) => type !== 'DISCONNECT')
      .map(([type, content]) =>
        type === 'BINARY' || type === 'CLOSE' ? [type, Buffer.from(content ?? '', 'hex')] : [type, content ?? ''],
      )
      .map(([type, content]) => (type === 'CLOSE' && content.length === 0 ? [type] : [type, content])),
  )

const open = (more = [], headers = PLAIN) => events([['OPEN'], ...more], headers)
const gripOpen = (...more) => open(more, GRIP)
const asked = (script) => script.requests.map((r) => decodeEvents(r.body))
const subscribe = (t, more = {}) => control({ type: 'subscribe', channel: t.channel(), ...more })

/** A connection whose backend opens with events; what the client got after a while. */
async function gets(t, first, { n = 1, ms = 600, path, options } = {}) {
  backend(t, first)
  const client = await t.ws(path, options)
  await client.received(n, ms).catch(() => {})
  await t.sleep(100)
  return { opened: client.opened, got: client.got, ended: client.ended }
}

/** The answer to a handshake whose backend answers something else. */
async function rejected(t, answer, { path, names = [], options } = {}) {
  const script = t.on(answer)
  const client = await t.ws(path, options)
  if (!client.opened) await client.whole(2000).catch(() => {})
  return { ...client.handshake(...names), reason: client.reason, asked: script.requests.length }
}

/** A connection with the grip extension that obeyed control messages; publishes reach it as `ws-message`. */
async function controlled(t, ...messages) {
  backend(t, gripOpen(...messages.map((message) => (Array.isArray(message) ? message : control(message)))))
  const client = await t.ws()
  await t.sleep(300)
  return client
}

/** The same, and what of some formats it got. */
async function publishes(t, messages, formats, item = {}, n = formats.length) {
  const client = await controlled(t, ...messages)
  for (const format of formats) {
    await t.publish([{ channel: t.channel(), formats: { 'ws-message': format }, ...item }])
    await t.sleep(30)
  }
  await client.received(n, 600).catch(() => {})
  await t.sleep(150)
  return { got: client.got, ended: client.ended }
}

export const scenarios = {
  // ---- the handshake ----
  'what the backend is asked': async (t) => {
    const script = backend(t, open())
    const headers = {
      'X-Own': '1',
      Cookie: 'a=1',
      Origin: 'http://app.example',
      Accept: 'x/y',
      'Meta-User': 'forged',
      'Connection-Id': 'forged',
      'Grip-Hold': 'forged',
      'Sec-WebSocket-Extensions': 'permessage-deflate; client_max_window_bits',
      'Sec-WebSocket-Protocol': 'one, two',
    }
    await t.ws(t.path('/ws/', '/deep?a=%2F&b'), { headers })
    const [request] = script.requests
    const dropped = [
      'grip-sig',
      'connection-id',
      'connection',
      'host',
      'content-length',
      'transfer-encoding',
      'accept-encoding',
    ]
    const kept = Object.entries(request.headers).filter(([name]) => !dropped.includes(name))
    return {
      method: request.method,
      url: request.url,
      host: request.headers.host,
      id: request.headers['connection-id'] !== 'forged',
      events: decodeEvents(request.body),
      headers: Object.fromEntries(kept.sort()),
    }
  },
  'the id stays the same, the signature is there each time': async (t) => {
    const script = backend(t, open(), echo)
    const client = await t.ws()
    client.text('a')
    await client.received()
    const ids = new Set(script.requests.map((r) => r.headers['connection-id']))
    return [
      ids.size,
      script.requests.map((r) => Boolean(r.headers['grip-sig'])),
      script.requests.map((r) => r.headers['x-own'] ?? null),
    ]
  },
  'two connections have different ids': async (t) => {
    const script = t.on(open())
    await t.ws()
    await t.ws()
    return new Set(script.requests.map((r) => r.headers['connection-id'])).size
  },
  'headers of the answer': async (t) => {
    const headers = {
      ...PLAIN,
      'X-A': '1',
      'Set-Cookie': 'a=1',
      'Sec-WebSocket-Protocol': 'two',
      'Keep-Alive-Interval': '30',
      'Set-Meta-User': 'alice',
      'Content-Bytes-Accepted': '0',
    }
    backend(t, open([], headers))
    const client = await t.ws(undefined, { headers: { 'Sec-WebSocket-Protocol': 'one, two' } })
    return client.handshake(
      'x-a',
      'set-cookie',
      'sec-websocket-protocol',
      'sec-websocket-accept',
      'keep-alive-interval',
      'set-meta-user',
      'content-type',
      'content-length',
      'upgrade',
    )
  },
  'a subprotocol that was not offered': async (t) => {
    backend(t, open([], { ...PLAIN, 'Sec-WebSocket-Protocol': 'three' }))
    const client = await t.ws(undefined, { headers: { 'Sec-WebSocket-Protocol': 'one' } })
    return client.handshake('sec-websocket-protocol')
  },
  'no subprotocol where one was offered': async (t) => {
    backend(t, open())
    const client = await t.ws(undefined, { headers: { 'Sec-WebSocket-Protocol': 'one' } })
    return client.handshake('sec-websocket-protocol')
  },
  'extensions are not for the client': async (t) => {
    backend(t, open([], { ...PLAIN, 'Sec-WebSocket-Extensions': 'grip, permessage-deflate' }))
    return (await t.ws()).handshake('sec-websocket-extensions')
  },
  'a 403 is for the client': (t) =>
    rejected(
      t,
      { status: 403, reason: 'Nope', headers: { 'Content-Type': 'text/x', 'X-A': '1' }, body: 'no entry' },
      { names: ['x-a'] },
    ),
  'a 401 with a challenge': (t) =>
    rejected(t, { status: 401, headers: { 'WWW-Authenticate': 'Basic' }, body: '' }, { names: ['www-authenticate'] }),
  'a rejection that answers the extension': (t) =>
    rejected(t, { status: 403, headers: { ...GRIP, 'X-A': '1' } }, { names: ['sec-websocket-extensions', 'x-a'] }),
  'a redirect': (t) => rejected(t, { status: 302, headers: { Location: '/x' } }, { names: ['location'] }),
  'a 500': (t) => rejected(t, { status: 500, body: 'broken' }),
  'a 204': (t) => rejected(t, { status: 204, headers: PLAIN }),
  'a 200 of another type': (t) => rejected(t, { headers: { 'Content-Type': 'text/html' }, body: '<p>' }),
  'a 200 with a charset': (t) =>
    rejected(t, { headers: { 'Content-Type': `${EVENTS_TYPE}; charset=utf-8` }, body: encodeEvents([['OPEN']]) }),
  'a 200 in upper case': (t) =>
    rejected(t, { headers: { 'Content-Type': 'Application/WebSocket-Events' }, body: encodeEvents([['OPEN']]) }),
  'a 200 without a type': (t) => rejected(t, { body: encodeEvents([['OPEN']]) }),
  'a 201 of the type': (t) => rejected(t, { ...open(), status: 201 }),
  'a rejection with grip headers': (t) =>
    rejected(
      t,
      { status: 403, headers: { 'Grip-Hold': 'response', 'X-A': '1' }, body: 'no' },
      { names: ['grip-hold', 'x-a'] },
    ),
  'a rejection in chunks': (t) =>
    rejected(t, ({ response }) => {
      response.writeHead(403)
      response.write('in ')
      response.end('parts')
    }),
  'a rejection of 150,000 bytes': async (t) => {
    t.on({ status: 403, body: 'x'.repeat(150_000) })
    const client = await t.ws()
    await client.whole(3000).catch(() => {})
    return { status: client.status, length: client.body.length }
  },
  'no events': (t) => rejected(t, events([])),
  'no events, but keep-alives': (t) =>
    rejected(t, { ...events([], { ...PLAIN, 'Keep-Alive-Interval': '30' }) }, { options: {} }).catch(() => 'no answer'),
  'another first event': (t) => rejected(t, events([['TEXT', 'x']])),
  'events that are unreadable': (t) => rejected(t, { headers: PLAIN, body: 'OPEN' }),
  'events with a wrong length': (t) => rejected(t, { headers: PLAIN, body: 'OPEN\r\nTEXT zz\r\nx\r\n' }),
  'events cut off': async (t) => gets(t, { headers: PLAIN, body: 'OPEN\r\nTEXT 5\r\nabc' }),
  'events without the last line break': (t) => gets(t, { headers: PLAIN, body: 'OPEN\r\nTEXT 3\r\nabc' }),
  'an open with content': (t) => gets(t, { headers: PLAIN, body: 'OPEN 3\r\nabc\r\nTEXT 1\r\nx\r\n' }),
  'a second open': (t) => gets(t, events([['OPEN'], ['TEXT', 'x'], ['OPEN']])),
  'event names in lower case': (t) => gets(t, events([['OPEN'], ['text', 'x'], ['TEXT', 'y']])),
  'lengths in upper case hex': (t) => gets(t, { headers: PLAIN, body: 'OPEN\r\nTEXT A\r\n0123456789\r\n' }),
  'an unknown event': (t) => gets(t, events([['OPEN'], ['SPARKLE', 'x'], ['TEXT', 'y']])),
  'the backend is down': async (t) => {
    const client = await t.ws(t.path('/ws-dead/'))
    await client.whole(3000).catch(() => {})
    return client.handshake()
  },
  'the backend hangs up': async (t) => {
    t.on(({ response }) => {
      response.destroy()
    })
    const client = await t.ws()
    await client.whole(3000).catch(() => {})
    return client.handshake()
  },
  failover: (t) => gets(t, open([['TEXT', 'up']]), { path: t.path('/ws-failover/') }),
  'a bad answer in debug': async (t) => {
    t.on(events([['TEXT', 'x']]))
    const client = await t.ws(t.path('/ws-debug/'))
    await client.whole(2000).catch(() => {})
    return client.status
  },
  'a route that rewrites': async (t) => {
    const script = backend(t, open())
    await t.ws(t.path('/ws-strip/', '/x?y'), { headers: { 'X-Route': 'forged' } })
    const [{ url, headers }] = script.requests
    return [url, headers.host, headers['x-route']]
  },
  'a route with a key of its own': async (t) => {
    const script = backend(t, open())
    await t.ws(t.path('/ws-signed/'))
    return JSON.parse(Buffer.from(script.requests[0].headers['grip-sig'].split('.')[1], 'base64url')).iss
  },
  'a route without grip': async (t) => {
    const script = backend(t, open([['TEXT', 'm:x'], control({ type: 'detach' })], GRIP))
    const client = await t.ws(t.path('/ws-nogrip/'))
    await client.received(2, 800).catch(() => {})
    const { headers } = script.requests[0]
    return {
      sig: headers['grip-sig'] ?? null,
      offered: headers['sec-websocket-extensions'] ?? null,
      extension: client.header('sec-websocket-extensions'),
      got: client.got,
    }
  },
  'a plain request to the route': async (t) => {
    const script = t.on({ body: 'plain' })
    const client = await t.get(t.path('/ws/')).whole()
    return { ...client.seen(), method: script.requests[0].method }
  },
  'events sent by a client are refused': async (t) => {
    const script = t.on(open())
    const headers = { 'Content-Type': EVENTS_TYPE, Accept: EVENTS_TYPE }
    const client = await t.ask({ method: 'POST', path: t.path('/ws/'), headers, body: 'OPEN\r\n' }).whole()
    return { status: client.status, asked: script.requests.length }
  },
  'events sent by a client with a charset are refused': async (t) => {
    const script = t.on(open())
    const headers = { 'Content-Type': `${EVENTS_TYPE}; charset=utf-8` }
    const client = await t.ask({ method: 'POST', path: t.path('/ws/'), headers, body: 'OPEN\r\n' }).whole()
    return { status: client.status, asked: script.requests.length }
  },
  'events sent by a client to another route': async (t) => {
    const script = t.on({ body: 'taken' })
    const headers = { 'Content-Type': EVENTS_TYPE }
    const client = await t.ask({ method: 'POST', path: t.path(), headers, body: 'OPEN\r\n' }).whole()
    return { ...client.seen(), asked: script.requests.length }
  },
  'a handshake of version 8': async (t) => {
    backend(t, open())
    const client = await t.ws(undefined, { version: '8' })
    if (!client.opened) await client.whole(1500).catch(() => {})
    return client.status
  },
  'a handshake without a key': async (t) => {
    backend(t, open())
    const client = await t.ws(undefined, { key: null }).catch(() => undefined)
    return client?.opened ?? false
  },
  'frames before the answer': async (t) => {
    const script = t.on(async (request, n) => {
      if (n > 1) return echo(request)
      await t.sleep(400)
      return open()
    })
    const socket = t.ws()
    await t.sleep(100)
    const client = await socket
    client.text('early')
    await client.received()
    return { got: client.got, asked: asked(script).length }
  },

  // ---- messages ----
  'text, binary, ping and pong': async (t) => {
    const script = backend(t, open(), echo)
    const client = await t.ws()
    client.peer
      .text('hällo')
      .frame('binary', Buffer.from([0, 255]))
      .frame('ping', 'p')
      .frame('pong', 'q')
    await client.received(4)
    return { got: client.got.sort(), asked: asked(script).flat().sort() }
  },
  'empty messages': async (t) => {
    const script = backend(t, open(), echo)
    const client = await t.ws()
    client.peer.text('').frame('binary', '').frame('ping', '')
    await client.received(3, 1500).catch(() => {})
    return { got: client.got, asked: asked(script).flat() }
  },
  'a message in fragments': async (t) => {
    const script = backend(t, open(), echo)
    const client = await t.ws()
    client.peer.frame('text', 'one ', { fin: false }).frame('continuation', 'two ', { fin: false })
    await t.sleep(100)
    client.peer.frame('continuation', 'three')
    await client.received()
    return { got: client.got, asked: asked(script) }
  },
  'a ping between fragments': async (t) => {
    const script = backend(t, open(), echo)
    const client = await t.ws()
    client.peer.frame('text', 'one ', { fin: false }).frame('ping', 'between').frame('continuation', 'two')
    await client.received(2, 1500).catch(() => {})
    await t.sleep(400)
    return { got: client.got.sort(), asked: asked(script).flat().sort() }
  },
  'messages that come while a request is under way go together': async (t) => {
    const script = t.on(async (_, n) => {
      if (n === 1) return open()
      await t.sleep(400)
      return events(n === 3 ? [['TEXT', 'done']] : [])
    })
    const client = await t.ws()
    client.text('1')
    await t.sleep(100)
    client.text('2').text('3').text('4')
    await client.received()
    return asked(script)
  },
  'one event at a time': async (t) => {
    const script = t.on(async (_, n) => {
      if (n === 1) return open()
      await t.sleep(100)
      return events(n === 4 ? [['TEXT', 'done']] : [])
    })
    const client = await t.ws(t.path('/ws-one/'))
    client.text('1').text('2').text('3')
    await client.received()
    return asked(script)
  },
  'a message of 100,000 bytes': async (t) => {
    const script = backend(t, open(), () => events([['TEXT', 'y'.repeat(100_000)]]))
    const client = await t.ws()
    client.text('x'.repeat(100_000))
    await client.received()
    return { got: client.got, asked: asked(script) }
  },
  'a message of 300,000 bytes': async (t) => {
    backend(t, open(), () => events([['TEXT', 'y']]))
    const client = await t.ws()
    client.text('x'.repeat(300_000))
    await client.received(1, 3000).catch(() => {})
    await t.sleep(200)
    return { got: client.got, ended: client.ended }
  },
  'an answer of 500,000 bytes': async (t) => {
    backend(t, open(), () => events([['TEXT', 'y'.repeat(500_000)]]))
    const client = await t.ws()
    client.text('x')
    await client.received()
    return client.got
  },
  'an answer of 1,100,000 bytes': async (t) => {
    backend(t, open(), () => events([['TEXT', 'y'.repeat(1_100_000)]]))
    const client = await t.ws()
    client.text('x')
    await client.closed(3000).catch(() => {})
    return { ended: client.ended, text: client.got.some(([kind]) => kind === 'text') }
  },
  'many events in one answer': async (t) => {
    backend(t, open(Array.from({ length: 50 }, (_, i) => ['TEXT', `${i}`])))
    const client = await t.ws()
    await client.received(50)
    return client.got.map(([, content]) => content).join()
  },
  'a message with bytes that are no text': (t) => gets(t, events([['OPEN'], ['BINARY', Buffer.from([1, 2, 254])]])),
  'ping and pong of the backend': (t) => gets(t, events([['OPEN'], ['PING', 'a'], ['PONG', 'b'], ['PING']]), { n: 3 }),
  'ping of the client is answered by the backend only': async (t) => {
    const script = backend(t, open())
    const client = await t.ws()
    client.peer.frame('ping', 'p')
    await t.until(() => script.requests.length >= 2, 'request')
    await t.sleep(200)
    return { got: client.got, asked: asked(script) }
  },

  // ---- the end ----
  'the client closes with a code': async (t) => {
    const script = backend(t, open(), echo)
    const client = await t.ws()
    client.peer.close(4001, 'bye')
    await client.closed(3000)
    return asked(script)
  },
  'the client closes without a code': async (t) => {
    const script = backend(t, open(), echo)
    const client = await t.ws()
    client.peer.close()
    await client.closed(3000)
    return asked(script)
  },
  'the client closes after a message': async (t) => {
    const script = backend(t, open(), echo)
    const client = await t.ws()
    client.text('last').peer.close(1000)
    await client.closed(3000)
    await t.sleep(200)
    return asked(script).flat()
  },
  'the client closes, and the backend says nothing to it': async (t) => {
    const script = backend(t, open())
    const client = await t.ws()
    client.peer.close(1000, 'bye')
    await client.closed(5000)
    await t.sleep(200)
    return asked(script)
  },
  'the client is gone': async (t) => {
    const script = backend(t, open())
    const client = await t.ws()
    client.close()
    await t.until(() => script.requests.length >= 2, 'request')
    return asked(script)
  },
  'the client is gone while a request is under way': async (t) => {
    const script = t.on(async (_, n) => {
      if (n === 1) return open()
      await t.sleep(500)
      return events([])
    })
    const client = await t.ws()
    client.text('1')
    await t.sleep(150)
    client.close()
    await t.until(() => script.requests.length >= 3, 'request', 3000).catch(() => {})
    return asked(script)
  },
  'the client is gone before the answer': async (t) => {
    const script = t.on(async () => {
      await t.sleep(500)
      return open()
    })
    t.ws().catch(() => {})
    await t.until(() => script.requests.length >= 1, 'request')
    return { asked: asked(script) }
  },
  'the backend closes with a code': async (t) => {
    backend(t, open(), () => events([['TEXT', 'bye'], closeEvent(4002, 'enough')]))
    const client = await t.ws()
    client.text('x')
    await client.received(2)
    return client.got
  },
  'the backend closes without a code': async (t) => {
    backend(t, open(), () => events([closeEvent()]))
    const client = await t.ws()
    client.text('x')
    await client.received(1)
    return client.got
  },
  'the backend closes at once': (t) => gets(t, events([['OPEN'], ['TEXT', 'hi'], closeEvent(1000)]), { n: 2 }),
  'messages after a close are not sent': (t) =>
    gets(t, events([['OPEN'], closeEvent(1000, 'x'), ['TEXT', 'late']]), { n: 2 }),
  'the close that answers that of the backend goes to it': async (t) => {
    const script = backend(t, open(), (_, n) => (n === 2 ? events([closeEvent(4002, 'enough')]) : events([])))
    const client = await t.ws()
    client.text('x')
    await client.received(1)
    await client.closed(4000).catch(() => {})
    await t.sleep(200)
    return asked(script)
  },
  'the backend disconnects': async (t) => {
    backend(t, open(), () => events([['TEXT', 'last'], ['DISCONNECT']]))
    const client = await t.ws()
    client.text('x')
    await client.closed(3000)
    return client.got
  },
  'the backend disconnects at once': (t) => gets(t, events([['OPEN'], ['TEXT', 'x'], ['DISCONNECT']])),
  'the backend says something to a close, and does not close': async (t) => {
    const script = backend(t, open(), () => events([['TEXT', 'late']]))
    const client = await t.ws()
    client.peer.close(4001)
    await client.closed(4000)
    return { got: client.got, asked: asked(script) }
  },
  'a 500 in between': async (t) => {
    backend(t, open(), () => ({ status: 500, body: 'oops' }))
    const client = await t.ws()
    client.text('x')
    await client.closed(4000)
    return client.got.filter(([kind]) => kind !== 'close')
  },
  'another type in between': async (t) => {
    backend(t, open(), () => ({ headers: { 'Content-Type': 'text/plain' }, body: 'OPEN\r\n' }))
    const client = await t.ws()
    client.text('x')
    await client.closed(4000)
    return client.got.filter(([kind]) => kind !== 'close')
  },
  'an open in between': async (t) => {
    backend(t, open(), () => events([['TEXT', 'a'], ['OPEN'], ['TEXT', 'b']]))
    const client = await t.ws()
    client.text('x')
    await client.closed(4000)
    return client.got.filter(([kind]) => kind !== 'close')
  },
  'unreadable events in between': async (t) => {
    backend(t, open(), () => ({ headers: PLAIN, body: 'TEXT 3\r\nabc\r\nTEXT' }))
    const client = await t.ws()
    client.text('x')
    await client.closed(4000)
    return client.got.filter(([kind]) => kind !== 'close')
  },

  // ---- meta and keep-alives ----
  'meta goes back with each request': async (t) => {
    const script = backend(t, open([], { ...PLAIN, 'Set-Meta-User': 'alice', 'set-meta-room': 'r 1' }), (_, n) =>
      n === 2
        ? events([['TEXT', 'a']], { ...PLAIN, 'Set-Meta-User': '', 'Set-Meta-New': '1' })
        : events([['TEXT', 'b']]),
    )
    const client = await t.ws()
    client.text('1')
    await client.received(1)
    client.text('2')
    await client.received(2)
    return script.requests.map((r) =>
      Object.fromEntries(Object.entries(r.headers).filter(([name]) => name.startsWith('meta-'))),
    )
  },
  'meta of a rejection': async (t) => {
    t.on({ status: 403, headers: { 'Set-Meta-User': 'alice' }, body: 'no' })
    const client = await t.ws()
    await client.whole()
    return client.handshake('set-meta-user')
  },
  'meta is for the backend, not for filters': async (t) => {
    const channel = t.channel()
    backend(
      t,
      open([control({ type: 'subscribe', channel, filters: ['skip-self'] })], { ...GRIP, 'Set-Meta-user': 'alice' }),
    )
    const client = await t.ws()
    await t.sleep(300)
    await t.publish([{ channel, meta: { sender: 'alice' }, formats: { 'ws-message': { content: 'x' } } }])
    await client.received(1, 600).catch(() => {})
    return client.got
  },

  // ---- the grip extension ----
  'without the extension control messages are messages': (t) =>
    gets(t, open([control({ type: 'detach' }), ['TEXT', 'm:x']]), { n: 2 }),
  'messages need the prefix': (t) =>
    gets(
      t,
      gripOpen(
        ['TEXT', 'm:yes'],
        ['TEXT', 'no'],
        ['TEXT', 'm:'],
        ['BINARY', Buffer.from('m:\x01')],
        ['BINARY', Buffer.from('c:{}')],
      ),
      { n: 3 },
    ),
  'a prefix of its own': (t) =>
    gets(
      t,
      open(
        [
          ['TEXT', 'say:hi'],
          ['TEXT', 'm:no'],
        ],
        { ...PLAIN, 'Sec-WebSocket-Extensions': 'grip; message-prefix="say:"' },
      ),
    ),
  'a prefix without quotes': (t) =>
    gets(t, open([['TEXT', 'say:hi']], { ...PLAIN, 'Sec-WebSocket-Extensions': 'grip; message-prefix=say:' })),
  'an empty prefix': (t) =>
    gets(
      t,
      open([['TEXT', 'hi'], control({ type: 'detach' })], {
        ...PLAIN,
        'Sec-WebSocket-Extensions': 'grip; message-prefix=""',
      }),
    ),
  'a prefix that begins like control': (t) =>
    gets(
      t,
      open(
        [
          ['TEXT', 'c:hi'],
          ['TEXT', 'x'],
        ],
        { ...PLAIN, 'Sec-WebSocket-Extensions': 'grip; message-prefix="c:"' },
      ),
    ),
  'an extension in upper case': (t) =>
    gets(t, open([['TEXT', 'm:hi']], { ...PLAIN, 'Sec-WebSocket-Extensions': 'GRIP' })),
  'an extension with a broken parameter': (t) =>
    gets(t, open([['TEXT', 'm:hi']], { ...PLAIN, 'Sec-WebSocket-Extensions': 'grip; message-prefix="x' })),
  'an extension behind another': (t) =>
    gets(t, open([['TEXT', 'm:hi']], { ...PLAIN, 'Sec-WebSocket-Extensions': 'other; a=b, grip' })),
  'the extension only counts at first': async (t) => {
    backend(t, open(), () => events([['TEXT', 'm:x'], subscribe(t)], GRIP))
    const client = await t.ws()
    client.text('x')
    await client.received(2)
    return client.got
  },
  'a control message that is no json': (t) => gets(t, gripOpen(control('nonsense'), ['TEXT', 'm:on'])),
  'a control message that is a list': (t) => gets(t, gripOpen(control('[]'), ['TEXT', 'm:on'])),
  'a control message of an unknown type': (t) => gets(t, gripOpen(control({ type: 'sparkle' }), ['TEXT', 'm:on'])),
  'a control message without a type': (t) => gets(t, gripOpen(control({ channel: 'x' }), ['TEXT', 'm:on'])),
  'a long control message': async (t) =>
    publishes(t, [{ type: 'subscribe', channel: t.channel(), padding: 'x'.repeat(5000) }], [{ content: 'x' }]),
  'a control message of more than one frame': async (t) =>
    publishes(t, [{ type: 'subscribe', channel: t.channel(), padding: 'x'.repeat(20_000) }], [{ content: 'x' }]),

  // ---- subscriptions and publishes ----
  'subscribe and publish': (t) =>
    publishes(
      t,
      [{ type: 'subscribe', channel: t.channel() }],
      [
        { content: 'text' },
        { 'content-bin': Buffer.from([1, 255]).toString('base64') },
        { content: 'as binary', type: 'binary' },
        { 'content-bin': Buffer.from('as text').toString('base64'), type: 'text' },
        { content: 'p', type: 'ping' },
        { type: 'pong' },
        { content: '' },
      ],
    ),
  'publish of 100,000 bytes': (t) =>
    publishes(t, [{ type: 'subscribe', channel: t.channel() }], [{ content: 'x'.repeat(100_000) }]),
  'publish has no prefix': (t) =>
    publishes(t, [{ type: 'subscribe', channel: t.channel() }], [{ content: 'm:x' }, { content: 'c:{}' }]),
  'publish to nobody': (t) => publishes(t, [{ type: 'subscribe', channel: t.channel('-other') }], [{ content: 'x' }]),
  'other formats do not reach it': async (t) => {
    const client = await controlled(t, { type: 'subscribe', channel: t.channel() })
    await t.push('http-stream', { content: 'x' })
    await t.push('http-response', { body: 'x' })
    await t.push('ws-message', { content: 'y' })
    await client.received()
    return client.got
  },
  'subscribe twice': (t) =>
    publishes(
      t,
      [
        { type: 'subscribe', channel: t.channel() },
        { type: 'subscribe', channel: t.channel() },
      ],
      [{ content: 'x' }],
    ),
  'subscribe with other filters replaces them': (t) =>
    publishes(
      t,
      [
        { type: 'set-meta', name: 'user', value: 'alice' },
        { type: 'subscribe', channel: t.channel(), filters: ['skip-self'] },
        { type: 'subscribe', channel: t.channel() },
      ],
      [{ content: 'own' }],
      { meta: { sender: 'alice' } },
    ),
  'subscribe to an empty channel': (t) =>
    gets(t, gripOpen(control({ type: 'subscribe', channel: '' }), ['TEXT', 'm:on'])),
  'subscribe to a number': (t) => gets(t, gripOpen(control({ type: 'subscribe', channel: 5 }), ['TEXT', 'm:on'])),
  'subscribe with filters that are a string': (t) =>
    publishes(t, [{ type: 'subscribe', channel: t.channel(), filters: 'skip-self' }], [{ content: 'x' }]),
  'subscribe with an unknown filter': (t) =>
    publishes(t, [{ type: 'subscribe', channel: t.channel(), filters: ['sparkle'] }], [{ content: 'x' }]),
  'more than twenty channels': async (t) => {
    const client = await controlled(
      t,
      ...Array.from({ length: 22 }, (_, i) => ({ type: 'subscribe', channel: t.channel(`-${i}`) })),
    )
    await t.publish(
      [19, 20, 21, 0].map((i) => ({ channel: t.channel(`-${i}`), formats: { 'ws-message': { content: `${i}` } } })),
    )
    await t.sleep(400)
    return client.got.map(([, content]) => content).sort()
  },
  'a channel given up makes room': async (t) => {
    const client = await controlled(
      t,
      ...Array.from({ length: 20 }, (_, i) => ({ type: 'subscribe', channel: t.channel(`-${i}`) })),
      { type: 'unsubscribe', channel: t.channel('-3') },
      { type: 'subscribe', channel: t.channel('-late') },
    )
    await t.publish(['-3', '-late'].map((s) => ({ channel: t.channel(s), formats: { 'ws-message': { content: s } } })))
    await t.sleep(400)
    return client.got
  },
  unsubscribe: (t) =>
    publishes(
      t,
      [
        { type: 'subscribe', channel: t.channel() },
        { type: 'unsubscribe', channel: t.channel() },
      ],
      [{ content: 'x' }],
    ),
  'unsubscribe what is not subscribed': (t) =>
    gets(t, gripOpen(control({ type: 'unsubscribe', channel: 'nothing' }), ['TEXT', 'm:on'])),
  'a prefix of the route': async (t) => {
    backend(t, gripOpen(subscribe(t)))
    const client = await t.ws(t.path('/ws-prefix/'))
    await t.sleep(300)
    await t.publish([
      { channel: t.channel(), formats: { 'ws-message': { content: 'plain' } } },
      { channel: `pre-${t.channel()}`, formats: { 'ws-message': { content: 'prefixed' } } },
    ])
    await client.received()
    return client.got
  },
  'sub of the target without the extension': async (t) => {
    backend(t, open([['TEXT', 'm:x'], subscribe(t)]))
    const client = await t.ws(t.path('/ws-sub/'))
    await client.received(2)
    await t.sleep(200)
    await t.publish([{ channel: 'ws-always-on', formats: { 'ws-message': { content: t.key } } }])
    await t.push('ws-message', { content: 'own channel' })
    await client.until(() => client.got.some(([, content]) => content === t.key), 'the message for all')
    return client.got.filter(([, content]) => !content.startsWith('websocket-http-') || content === t.key)
  },
  'publish close': async (t) => {
    const script = backend(t, gripOpen(subscribe(t)))
    const client = await t.ws()
    await t.sleep(300)
    await t.push('ws-message', { action: 'close', code: 4321, reason: 'enough' })
    await client.received()
    await client.closed(3000)
    await t.sleep(200)
    return { got: client.got, asked: asked(script) }
  },
  'publish close without a code': (t) =>
    publishes(t, [{ type: 'subscribe', channel: t.channel() }], [{ action: 'close' }]),
  'publish close with code 1000': (t) =>
    publishes(t, [{ type: 'subscribe', channel: t.channel() }], [{ action: 'close', code: 1000 }]),
  'publish close with a reason only': (t) =>
    publishes(t, [{ type: 'subscribe', channel: t.channel() }], [{ action: 'close', reason: 'why' }]),
  'publish hint does nothing': (t) =>
    publishes(t, [{ type: 'subscribe', channel: t.channel() }], [{ action: 'hint' }, { content: 'x' }], {}, 1),
  'ids and order': async (t) => {
    const client = await controlled(t, { type: 'subscribe', channel: t.channel() })
    const item = (id, prevId) => ({
      channel: t.channel(),
      id,
      ...(prevId && { 'prev-id': prevId }),
      formats: { 'ws-message': { content: id } },
    })
    await t.publish([item('1'), item('3', '2'), item('2', '1')])
    await client.received(3)
    return client.got
  },
  'a hundred publishes in order': async (t) => {
    const client = await controlled(t, { type: 'subscribe', channel: t.channel() })
    await t.publish(
      Array.from({ length: 100 }, (_, i) => ({ channel: t.channel(), formats: { 'ws-message': { content: `${i}` } } })),
    )
    await client.received(100).catch(() => {})
    return client.got.map(([, content]) => content).join()
  },
  'filters: skip-self': (t) =>
    publishes(
      t,
      [
        { type: 'set-meta', name: 'user', value: 'alice' },
        { type: 'subscribe', channel: t.channel(), filters: ['skip-self'] },
      ],
      [{ content: 'own' }],
      { meta: { sender: 'alice' } },
    ),
  'filters: require-sub of a channel that it has': (t) =>
    publishes(
      t,
      [
        { type: 'subscribe', channel: t.channel('-b') },
        { type: 'subscribe', channel: t.channel(), filters: ['require-sub'] },
      ],
      [{ content: 'x' }],
      { meta: { require_sub: t.channel('-b') } },
    ),
  'filters: var-subst': (t) =>
    publishes(
      t,
      [
        { type: 'set-meta', name: 'user', value: 'alice' },
        { type: 'subscribe', channel: t.channel(), filters: ['var-subst'] },
      ],
      [
        { content: 'hi %(user)s', 'content-filters': ['var-subst'] },
        { content: 'hi %(nobody)s', 'content-filters': ['var-subst'] },
        { content: 'on' },
      ],
      {},
      2,
    ),
  'filters: content-filters that do not match': (t) =>
    publishes(
      t,
      [{ type: 'subscribe', channel: t.channel() }],
      [{ content: 'x', 'content-filters': ['var-subst'] }, { content: 'on' }],
      {},
      1,
    ),
  'filters: build-id': (t) =>
    publishes(
      t,
      [
        { type: 'set-meta', name: 'id_format', value: 'fix' },
        { type: 'subscribe', channel: t.channel(), filters: ['build-id'] },
      ],
      [
        { content: '%(lit)I', 'content-filters': ['build-id'] },
        { content: '%I', 'content-filters': ['build-id'] },
      ],
      {},
      1,
    ),
  'set-meta is taken back': (t) =>
    publishes(
      t,
      [
        { type: 'set-meta', name: 'user', value: 'alice' },
        { type: 'set-meta', name: 'user' },
        { type: 'subscribe', channel: t.channel(), filters: ['skip-self'] },
      ],
      [{ content: 'own' }],
      { meta: { sender: 'alice' } },
    ),
  'set-meta with a number': (t) =>
    publishes(
      t,
      [
        { type: 'set-meta', name: 'user', value: 5 },
        { type: 'subscribe', channel: t.channel(), filters: ['var-subst'] },
      ],
      [{ content: '%(user)s', 'content-filters': ['var-subst'] }, { content: 'on' }],
      {},
      1,
    ),

  // ---- detach, session, keep-alive, delayed ----
  detach: async (t) => {
    const script = backend(t, gripOpen(subscribe(t), control({ type: 'detach' })))
    const client = await t.ws()
    await t.sleep(400)
    client.text('unheard')
    await t.sleep(300)
    await t.push('ws-message', { content: 'still here' })
    await client.received()
    return { got: client.got, asked: asked(script), ended: client.ended }
  },
  'detach, then the client closes': async (t) => {
    const script = backend(t, gripOpen(subscribe(t), control({ type: 'detach' })))
    const client = await t.ws()
    await t.sleep(400)
    client.peer.close(1000)
    await client.closed(3000)
    await t.sleep(200)
    return asked(script)
  },
  'detach, then a publish closes': async (t) => {
    const script = backend(t, gripOpen(subscribe(t), control({ type: 'detach' })))
    const client = await t.ws()
    await t.sleep(400)
    await t.push('ws-message', { action: 'close', code: 4000 })
    await client.received()
    return { got: client.got, asked: asked(script) }
  },
  'messages before a detach': (t) =>
    gets(t, gripOpen(['TEXT', 'm:before'], control({ type: 'detach' }), ['TEXT', 'm:after']), { n: 2 }),
  session: (t) =>
    gets(t, gripOpen(control({ type: 'session', id: 'abc' }), control({ type: 'session' }), ['TEXT', 'm:on'])),
  'keep-alive': async (t) => {
    const client = await controlled(t, { type: 'keep-alive', content: 'ka', timeout: 1 })
    await client.received(2, 4000)
    return [...new Set(client.got.map((m) => m.join(':')))]
  },
  'keep-alive as ping': async (t) => {
    const client = await controlled(t, { type: 'keep-alive', content: 'ka', 'message-type': 'ping', timeout: 1 })
    await client.received(1, 3000)
    return client.got[0]
  },
  'keep-alive in base64': async (t) => {
    const client = await controlled(t, { type: 'keep-alive', 'content-bin': 'AQI=', timeout: 1 })
    await client.received(1, 3000)
    return client.got[0]
  },
  'keep-alive that is taken back': async (t) => {
    const client = await controlled(t, { type: 'keep-alive', content: 'ka', timeout: 1 }, { type: 'keep-alive' })
    await t.sleep(1800)
    return client.got
  },
  'keep-alive replaced': async (t) => {
    const client = await controlled(
      t,
      { type: 'keep-alive', content: 'old', timeout: 1 },
      { type: 'keep-alive', content: 'new', timeout: 1 },
    )
    await client.received(1, 3000)
    return client.got[0]
  },
  'keep-alive waits while messages go': async (t) => {
    const client = await controlled(
      t,
      { type: 'subscribe', channel: t.channel() },
      { type: 'keep-alive', content: 'ka', timeout: 3 },
    )
    for (let i = 0; i < 5; i++) {
      await t.sleep(700)
      await t.push('ws-message', { content: `${i}` })
    }
    await client.received(5)
    return client.got.map(([, content]) => content).join()
  },
  'keep-alive interval does not wait': async (t) => {
    const client = await controlled(
      t,
      { type: 'subscribe', channel: t.channel() },
      { type: 'keep-alive', content: 'ka', timeout: 2, mode: 'interval' },
    )
    for (let i = 0; i < 5; i++) {
      await t.sleep(600)
      await t.push('ws-message', { content: `${i}` })
    }
    await client.received(6)
    return client.got.some(([, content]) => content === 'ka')
  },
  'keep-alive with a bad timeout': async (t) => {
    const client = await controlled(t, { type: 'keep-alive', content: 'ka', timeout: 'soon' }, ['TEXT', 'm:on'])
    await t.sleep(300)
    return client.got
  },
  'keep-alive with a negative timeout': async (t) => {
    const client = await controlled(t, { type: 'keep-alive', content: 'ka', timeout: -1 }, ['TEXT', 'm:on'])
    await t.sleep(300)
    return client.got
  },
  'send-delayed': async (t) => {
    const client = await controlled(t, { type: 'send-delayed', content: 'later', timeout: 1 }, ['TEXT', 'm:now'])
    await client.received(2, 4000)
    return client.got
  },
  'send-delayed as binary': async (t) => {
    const client = await controlled(t, {
      type: 'send-delayed',
      'content-bin': 'AQI=',
      'message-type': 'binary',
      timeout: 1,
    })
    await client.received(1, 4000)
    return client.got
  },
  'send-delayed twice': async (t) => {
    const client = await controlled(
      t,
      { type: 'send-delayed', content: 'one', timeout: 1 },
      { type: 'send-delayed', content: 'two', timeout: 1 },
    )
    await client.received(2, 4000)
    return client.got
  },
  'send-delayed and flushed': async (t) => {
    const client = await controlled(
      t,
      { type: 'send-delayed', content: 'later', timeout: 30 },
      { type: 'flush-delayed' },
    )
    await client.received(1, 2000)
    return client.got
  },
  'flush-delayed of nothing': (t) => gets(t, gripOpen(control({ type: 'flush-delayed' }), ['TEXT', 'm:on'])),
  'an aco route': async (t) => {
    backend(t, open([['TEXT', 'x']]))
    const client = await t.ws(t.path('/ws-aco/'), { headers: { Origin: 'http://app.example' } })
    await client.received()
    return { ...client.handshake('access-control-allow-origin'), got: client.got }
  },
}

export const known = {
  'a rejection with grip headers': 'GRIP headers are never for clients',
  'a rejection of 150,000 bytes': 'Pushpin 1.36 hangs (mended in 1.40); here the client gets what fits',
  'a second open': 'the client is told by a close with 1011; Pushpin hangs up',
  'a handshake of version 8': 'Pushpin never answers; here 426 says which version is spoken',
  'a ping between fragments': 'Pushpin 1.36 hangs up',
  'a message of 100,000 bytes': 'more than the buffers of Pushpin 1.36 pass on; here the limit is 200,000',
  'a message of 300,000 bytes': 'the client is told by a close with 1009; Pushpin hangs up',
  'an answer of 500,000 bytes': 'more than the buffers of Pushpin 1.36 pass on; here the limit is 1,000,000',
  'filters: require-sub of a channel that it has': 'Pushpin 1.36 drops it on every WebSocket (mended in 2.0)',
  'filters: build-id': 'Pushpin 1.36 knows no ids of a WebSocket (mended in 2.0)',
}
