// WebSockets to a backend that speaks WebSocket itself, with and without the grip extension.
import { closing } from '../lib/frames.mjs'
import { control } from '../lib/websocket.mjs'

const GRIP = { 'Sec-WebSocket-Extensions': 'grip' }

/** A client and its backend's side of the same connection. */
async function pair(t, { headers = {}, path = t.path(), options } = {}) {
  const script = t.onSocket(() => ({ headers }))
  const client = await t.ws(path, options)
  if (client.opened) await t.until(() => script.sockets.length > 0, 'backend side')
  return { client, backend: script.sockets[0], script }
}

/** What each side has once the other one's messages have come. */
async function settled(t, { client, backend }, n = 1) {
  await t.until(() => client.got.length + backend.got.length >= n, `${n} messages`, 2500).catch(() => {})
  await t.sleep(100)
  return { client: client.got, backend: backend.got, ended: [client.ended, backend.ended] }
}

/** A backend with the extension that says things; what its client got. */
async function says(t, frames, { headers = GRIP, n = 1, path } = {}) {
  const both = await pair(t, { headers, path })
  for (const [opcode, data] of frames) both.backend.frame(opcode, data)
  await both.client.received(n, 700).catch(() => {})
  await t.sleep(100)
  return both.client.got
}

const obeys = (messages) => messages.map((message) => ['text', control(message)[1]])

export const scenarios = {
  // ---- the handshake ----
  'what the backend is asked': async (t) => {
    const headers = {
      'X-Own': '1',
      Cookie: 'a=1',
      Origin: 'http://app.example',
      'Grip-Hold': 'forged',
      'Sec-WebSocket-Extensions': 'permessage-deflate',
      'Sec-WebSocket-Protocol': 'one, two',
    }
    const { script } = await pair(t, { path: t.path('/', '/deep?a=%2F&b'), options: { headers } })
    const [request] = script.requests
    const dropped = ['grip-sig', 'host', 'sec-websocket-key', 'connection', 'accept-encoding', 'accept']
    return {
      method: request.method,
      url: request.url,
      host: request.headers.host,
      sig: Boolean(request.headers['grip-sig']),
      headers: Object.fromEntries(
        Object.entries(request.headers)
          .filter(([name]) => !dropped.includes(name))
          .sort(),
      ),
    }
  },
  'headers of the answer': async (t) => {
    const headers = {
      'X-A': '1',
      'Set-Cookie': 'a=1',
      'Sec-WebSocket-Protocol': 'two',
      'Sec-WebSocket-Extensions': 'grip',
    }
    const { client } = await pair(t, { headers, options: { headers: { 'Sec-WebSocket-Protocol': 'one, two' } } })
    return client.handshake(
      'x-a',
      'set-cookie',
      'sec-websocket-protocol',
      'sec-websocket-extensions',
      'sec-websocket-accept',
    )
  },
  'a rejection': async (t) => {
    t.onSocket(() => ({ raw: 'HTTP/1.1 403 Nope\r\nContent-Type: text/x\r\nX-A: 1\r\nContent-Length: 2\r\n\r\nno' }))
    const client = await t.ws(t.path())
    await client.whole(2000).catch(() => {})
    return { ...client.handshake('x-a'), reason: client.reason }
  },
  'a rejection without a body': async (t) => {
    t.onSocket(() => ({ raw: 'HTTP/1.1 401 Unauthorized\r\nWWW-Authenticate: Basic\r\nContent-Length: 0\r\n\r\n' }))
    const client = await t.ws(t.path())
    await client.whole(2000).catch(() => {})
    return client.handshake('www-authenticate')
  },
  'a redirect': async (t) => {
    t.onSocket(() => ({ raw: 'HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n' }))
    const client = await t.ws(t.path())
    await client.whole(2000).catch(() => {})
    return client.handshake('location')
  },
  'a plain 200': async (t) => {
    t.onSocket(() => ({ raw: 'HTTP/1.1 200 OK\r\nContent-Type: text/x\r\nContent-Length: 2\r\n\r\nhi' }))
    const client = await t.ws(t.path())
    await client.whole(2000).catch(() => {})
    return client.handshake()
  },
  'the backend is down': async (t) => {
    const client = await t.ws(t.path('/dead/'))
    await client.whole(3000).catch(() => {})
    return client.handshake()
  },
  failover: async (t) => {
    const both = await pair(t, { path: t.path('/failover/') })
    both.backend.text('up')
    return (await settled(t, both)).client
  },
  'a route that rewrites': async (t) => {
    const { script } = await pair(t, { path: t.path('/strip/', '?x') })
    return script.requests.map((r) => r.url)
  },
  'a route with a host': async (t) => {
    t.onSocket()
    const script = t.onSocket()
    await t.ws(t.path('/host/')).catch(() => {})
    return script.requests.map((r) => r.headers.host)
  },
  'a route without grip': async (t) => {
    const { client, backend, script } = await pair(t, { path: t.path('/plain-nogrip/'), headers: GRIP })
    backend.text('m:x')
    await client.received(1, 800).catch(() => {})
    const { headers } = script.requests[0]
    return {
      got: client.got,
      sig: headers['grip-sig'] ?? null,
      offered: headers['sec-websocket-extensions'] ?? null,
      extension: client.header('sec-websocket-extensions'),
    }
  },
  'the test target': async (t) => {
    const client = await t.ws(`/test/${t.key}`)
    await client.whole(1500).catch(() => {})
    return client.opened ? 'opened' : client.status
  },

  // ---- frames both ways ----
  'text and binary both ways': async (t) => {
    const both = await pair(t)
    both.client.peer.text('hällo').binary(Buffer.from([0, 255]))
    both.backend.text('c:plain').binary(Buffer.from([1, 254]))
    return await settled(t, both, 4)
  },
  'empty messages': async (t) => {
    const both = await pair(t)
    both.client.peer.text('').binary('')
    both.backend.text('')
    return await settled(t, both, 3)
  },
  'ping and pong go through': async (t) => {
    const both = await pair(t)
    both.client.peer.frame('ping', 'p').frame('pong', 'q')
    both.backend.frame('ping', 'r')
    return await settled(t, both, 3)
  },
  'a message in fragments': async (t) => {
    const both = await pair(t)
    both.client.peer.frame('text', 'one ', { fin: false }).frame('continuation', 'two')
    both.backend.frame('text', 'three ', { fin: false }).frame('continuation', 'four')
    return await settled(t, both, 2)
  },
  'a message of 30,000 bytes': async (t) => {
    const both = await pair(t)
    both.client.text('x'.repeat(30_000))
    both.backend.text('y'.repeat(30_000))
    return await settled(t, both, 2)
  },
  'many messages in order': async (t) => {
    const both = await pair(t)
    for (let i = 0; i < 100; i++) both.client.text(`${i}`)
    await t.until(() => both.backend.got.length >= 100, 'all of them')
    return both.backend.got.map(([, content]) => content).join()
  },

  // ---- the end ----
  'the client closes with a code': async (t) => {
    const both = await pair(t)
    both.client.peer.close(4001, 'bye')
    await t.until(() => both.backend.got.length > 0, 'close')
    return both.backend.got
  },
  'the client closes without a code': async (t) => {
    const both = await pair(t)
    both.client.peer.close()
    await t.until(() => both.backend.got.length > 0, 'close')
    return both.backend.got
  },
  'the backend closes with a code': async (t) => {
    const both = await pair(t)
    both.backend.close(4002, 'enough')
    await both.client.received()
    return both.client.got
  },
  'the backend closes without a code': async (t) => {
    const both = await pair(t)
    both.backend.close()
    await both.client.received()
    return both.client.got.map(([kind]) => kind)
  },
  'the client is gone': async (t) => {
    const both = await pair(t)
    both.client.close()
    await t.until(() => both.backend.ended, 'end')
    return both.backend.got
  },
  'the backend is gone': async (t) => {
    const both = await pair(t)
    both.backend.text('last')
    await both.client.received()
    both.backend.socket.destroy()
    await both.client.closed(3000)
    return both.client.got.filter(([kind]) => kind !== 'close')
  },
  'a close with a long reason': async (t) => {
    const both = await pair(t)
    both.backend.close(4002, 'x'.repeat(120))
    await both.client.received()
    return both.client.got
  },
  'a close with a code that no one may send': async (t) => {
    const both = await pair(t)
    both.backend.closing = true
    both.backend.frame('close', closing(1005))
    await both.client.closed(2500).catch(() => {})
    return both.client.ended
  },

  // ---- the grip extension ----
  'messages need the prefix': (t) =>
    says(
      t,
      [
        ['text', 'm:yes'],
        ['text', 'no'],
        ['binary', Buffer.from('m:\x01')],
        ['ping', 'p'],
      ],
      { n: 3 },
    ),
  'a prefix of its own': (t) =>
    says(
      t,
      [
        ['text', 'say:hi'],
        ['text', 'm:no'],
      ],
      { headers: { 'Sec-WebSocket-Extensions': 'grip; message-prefix="say:"' } },
    ),
  'without the extension there are no control messages': (t) =>
    says(
      t,
      [
        ['text', 'c:{"type":"detach"}'],
        ['text', 'm:x'],
      ],
      { headers: {}, n: 2 },
    ),
  'what the client says has no prefix': async (t) => {
    const both = await pair(t, { headers: GRIP })
    both.client.text('hi')
    return (await settled(t, both)).backend
  },
  'subscribe and publish': async (t) => {
    const both = await pair(t, { headers: GRIP })
    for (const [opcode, data] of obeys([{ type: 'subscribe', channel: t.channel() }])) both.backend.frame(opcode, data)
    await t.sleep(300)
    await t.push('ws-message', { content: 'news' })
    await t.push('ws-message', { 'content-bin': 'AQI=' })
    await both.client.received(2)
    return { client: both.client.got, backend: both.backend.got }
  },
  'publish close': async (t) => {
    const both = await pair(t, { headers: GRIP })
    both.backend.text(control({ type: 'subscribe', channel: t.channel() })[1])
    await t.sleep(300)
    await t.push('ws-message', { action: 'close', code: 4321, reason: 'enough' })
    await both.client.received()
    await t.until(() => both.backend.got.length > 0, 'close at the backend', 2000).catch(() => {})
    return { client: both.client.got, backend: both.backend.got }
  },
  detach: async (t) => {
    const both = await pair(t, { headers: GRIP })
    both.backend.text(control({ type: 'subscribe', channel: t.channel() })[1]).text(control({ type: 'detach' })[1])
    await t.sleep(500)
    await t.push('ws-message', { content: 'still here' })
    both.client.text('unheard')
    await both.client.received()
    return { client: both.client.got, backend: both.backend.got }
  },
  'keep-alive': async (t) => {
    const both = await pair(t, { headers: GRIP })
    both.backend.text(control({ type: 'keep-alive', content: 'ka', timeout: 1 })[1])
    await both.client.received(1, 3000)
    return both.client.got[0]
  },
  'a control message in fragments': async (t) => {
    const both = await pair(t, { headers: GRIP })
    const [, text] = control({ type: 'subscribe', channel: t.channel() })
    both.backend.frame('text', text.slice(0, 10), { fin: false }).frame('continuation', text.slice(10))
    both.backend.text('m:on')
    await t.sleep(300)
    await t.push('ws-message', { content: 'news' })
    await both.client.received(2, 800).catch(() => {})
    return both.client.got
  },
  'a prefixed message in fragments': (t) =>
    pair(t, { headers: GRIP }).then(async ({ client, backend }) => {
      backend
        .frame('text', 'm:one ', { fin: false })
        .frame('continuation', 'two ', { fin: false })
        .frame('continuation', 'three')
      await client.received()
      return client.got
    }),
  'a publish between fragments waits': async (t) => {
    const { client, backend } = await pair(t, { headers: GRIP })
    backend.text(control({ type: 'subscribe', channel: t.channel() })[1])
    await t.sleep(300)
    backend.frame('text', 'm:one ', { fin: false })
    await t.sleep(200)
    await t.push('ws-message', { content: 'between' })
    await t.sleep(200)
    backend.frame('continuation', 'two')
    await client.received(2, 1000).catch(() => {})
    return client.got
  },
  'forms of the extension': async (t) => {
    const forms = [
      ...['grip', 'GRIP', 'grip;', 'other, grip', 'grip; message-prefix=a:', 'grip; message-prefix='],
      ...['""', '"a:"; message-prefix="b:"', '"a', '"c:"'].map((value) => `grip; message-prefix=${value}`),
      'grip; Message-Prefix="a:"',
    ]
    const script = t.onSocket((request) => ({
      headers: { 'Sec-WebSocket-Extensions': forms[Number(/\d+$/.exec(request.url)[0])] },
    }))
    const seen = {}
    for (const [i, form] of forms.entries()) {
      const client = await t.ws(t.path('/', `/row${i}`))
      await t.until(() => script.sockets.length > i, 'backend side')
      const channel = t.channel(`-${i}`)
      for (const text of [control({ type: 'subscribe', channel })[1], 'm:m', 'a:a', 'b:b', 'none', 'c:x'])
        script.sockets[i].text(text)
      await t.sleep(250)
      await t.publish([{ channel, formats: { 'ws-message': { content: 'news' } } }])
      await t.sleep(150)
      seen[`${i} ${form}`] = client.got.map(([, content]) => content)
    }
    return seen
  },
  'a detached backend is not heard': async (t) => {
    const { client, backend } = await pair(t, { headers: GRIP })
    backend.text(control({ type: 'subscribe', channel: t.channel() })[1]).text(control({ type: 'detach' })[1])
    await t.sleep(400)
    if (!backend.ended) backend.text('m:ghost').text(control({ type: 'unsubscribe', channel: t.channel() })[1])
    await t.sleep(200)
    await t.push('ws-message', { content: 'news' })
    await client.received(1)
    await t.sleep(200)
    return client.got
  },
  'a delayed message goes with its flush': (t) =>
    pair(t, { headers: GRIP }).then(async ({ client, backend }) => {
      const [delayed, flush] = obeys([
        { type: 'send-delayed', content: 'd', timeout: 30 },
        { type: 'flush-delayed' },
      ]).map(([, text]) => text)
      backend.text(delayed).text('m:a').text(flush).text('m:b')
      await client.received(3)
      return client.got.map(([, content]) => content).sort()
    }),
  'sub of the target': async (t) => {
    const both = await pair(t, { path: t.path('/plain-sub/') })
    await t.sleep(300)
    await t.publish([{ channel: 'plain-always-on', formats: { 'ws-message': { content: t.key } } }])
    await both.client.received()
    return both.client.got
  },
}

export const known = {
  'a rejection': 'Pushpin 1.36 gives no reason; here the status has its usual one',
  'ping and pong go through': 'Pushpin 1.36 loses their content',
  'messages need the prefix': 'Pushpin 1.36 loses the content of pings',
  'a publish between fragments waits': 'Pushpin drops what comes while a message is not whole',
}
