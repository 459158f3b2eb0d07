// Inputs that are meant to keep the engine busy: as much as one call, one read or one file may hold, of the smallest things.
import http from 'node:http'
import { connect } from 'node:net'

const EVENTS = 'application/websocket-events'
const MEGABYTE = 1_000_000

/** A backend that answers by path, with whatever size is asked. */
export async function startHostileBackend() {
  const sockets = new Set()
  /** What `/raw` answers, byte by byte. */
  let raw = Buffer.alloc(0)
  /** What a WebSocket over HTTP is answered, after the OPEN. */
  let events = ''
  let hold = {}
  const server = http.createServer((request, response) => {
    const chunks = []
    request.on('data', (chunk) => chunks.push(chunk))
    request.on('end', () => {
      const { url = '', headers } = request
      if (headers['content-type'] === EVENTS) {
        const asked = Buffer.concat(chunks).toString('latin1')
        const said = asked.startsWith('OPEN') ? 'OPEN\r\n' : asked.includes('go') ? events : ''
        response.writeHead(200, { 'Content-Type': EVENTS, 'Sec-WebSocket-Extensions': 'grip; message-prefix=""' })
        response.end(said, 'latin1')
      } else if (url.startsWith('/stream')) {
        response.writeHead(200, { 'Grip-Hold': 'stream', 'Grip-Channel': url.slice(8) || 'a' })
        response.end('held\n')
      } else if (url.startsWith('/hold')) {
        response.writeHead(200, hold.headers)
        response.end(hold.body)
      } else if (url.startsWith('/raw')) {
        request.socket.end(raw)
      } else {
        response.end('ok')
      }
    })
  })
  server.on('upgrade', (request, socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.write(
      `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${acceptOf(request.headers['sec-websocket-key'])}\r\n\r\n`,
    )
    if (request.url === '/flood') socket.write(raw)
    socket.resume()
  })
  server.on('connection', (socket) => socket.on('error', () => {}))
  server.keepAliveTimeout = 60_000
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)))
  return {
    port: server.address().port,
    answers: (more) => {
      raw = more.raw ?? raw
      events = more.events ?? events
      hold = more.hold ?? hold
    },
    stop: () => {
      server.closeAllConnections()
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve(undefined)))
    },
  }
}

import { createHash } from 'node:crypto'

const acceptOf = (key) => createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')

/** Writes `text` and resolves once `done` likes what came. */
function talk(port, text, done = () => true) {
  return new Promise((resolve) => {
    let came = ''
    let size = 0
    const socket = connect(port, '127.0.0.1')
    socket.setNoDelay(true)
    socket.on('error', () => resolve(socket))
    socket.on('close', () => resolve(socket))
    socket.on('data', (chunk) => {
      size += chunk.length
      if (came.length < 100_000) came += chunk.toString('latin1')
      if (done(came, size)) resolve(socket)
    })
    for (const part of [text].flat()) socket.write(part)
  })
}

const later = (ms) => new Promise((resolve) => setTimeout(resolve, ms))
const held = (n, channel) => (engine) =>
  Promise.all(
    Array.from({ length: n }, () =>
      talk(engine.http, `GET /stream/${channel} HTTP/1.1\r\nHost: a\r\n\r\n`, (came) => came.includes('held')),
    ),
  )

async function publish(engine, body) {
  const answered = await fetch(`http://127.0.0.1:${engine.publish}/publish/`, { method: 'POST', body })
  const text = await answered.text()
  if (answered.status !== 200) console.log(`  (refused: ${text.slice(0, 200).trim()})`)
}

/** As many of them as a publish call holds. */
function callOf(item, max = MEGABYTE) {
  const parts = []
  let size = 12
  for (let i = 0; ; i++) {
    const text = JSON.stringify(item(i))
    size += text.length + 1
    if (size > max) break
    parts.push(text)
  }
  return `{"items":[${parts.join(',')}]}`
}
const small = (channel) => () => ({ channel, formats: { 'http-stream': { content: 'x' } } })
let calls = 0

const HANDSHAKE = [
  'Upgrade: websocket',
  'Connection: Upgrade',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
]
const socketAt = (engine, path) =>
  talk(engine.http, `GET ${path} HTTP/1.1\r\nHost: a\r\n${HANDSHAKE.join('\r\n')}\r\n\r\n`, (came) =>
    came.includes('\r\n\r\n'),
  )
const masked = (opcode, text = '') => {
  const data = Buffer.from(text)
  return Buffer.concat([Buffer.from([0x80 | opcode, 0x80 | data.length, 0, 0, 0, 0]), data])
}
const many = (part, bytes) => Buffer.alloc(Math.floor(bytes / part.length) * part.length, part)

/** One answer of events to a WebSocket over HTTP. */
const eventsAttack = (what, part) => ({
  what,
  routes: ['* BACKEND,over_http'],
  run: async (engine) => {
    engine.backend.answers({
      events: typeof part === 'string' ? part.repeat(Math.floor(999_000 / part.length)) : part(),
    })
    const socket = await socketAt(engine, '/ws')
    socket.resume()
    socket.write(masked(1, 'go'))
    await later(1500)
    socket.destroy()
  },
})
const controlEvent = (i) => {
  const text = `c:{"type":"set-meta","name":"n","value":"${i}"}`
  return `TEXT ${text.length.toString(16)}\r\n${text}\r\n`
}
const subscribeEvent = (i) => {
  const text = `c:{"type":"${i & 1 ? 'un' : ''}subscribe","channel":"b"}`
  return `TEXT ${text.length.toString(16)}\r\n${text}\r\n`
}
const upTo = (bytes, part) => {
  let out = ''
  for (let i = 0; out.length < bytes; i++) out += part(i)
  return out
}
const holdAttack = (what, hold, more = () => {}) => ({
  what,
  run: async (engine) => {
    engine.backend.answers({ hold: hold() })
    const socket = await talk(
      engine.http,
      'GET /hold HTTP/1.1\r\nHost: a\r\n\r\n',
      (came) => came.includes('\r\n\r\n') || came.length > 0,
    )
    await more(engine)
    await later(300)
    socket.destroy()
  },
})
const names = (n) => Object.fromEntries(Array.from({ length: n }, (_, i) => [i.toString(36), '']))
const instruct = (value) => ({ headers: { 'Content-Type': 'application/grip-instruct' }, body: JSON.stringify(value) })
const request = 'GET /x HTTP/1.1\r\nHost: a\r\n\r\n'
const routesAttack = (what, line) => ({
  what,
  run: async (engine) => {
    engine.writeRoutes(['* BACKEND', upTo(1_000_000, line)])
    await later(2500)
    engine.writeRoutes(['* BACKEND'])
    await later(500)
  },
})

export const attacks = {
  nothing: {
    what: 'one request after the other',
    run: async (engine) => {
      for (let i = 0; i < 50; i++) await fetch(`http://127.0.0.1:${engine.http}/`).then((r) => r.text())
    },
  },
  'items-nobody': { what: '17,000 items to nobody', run: (engine) => publish(engine, callOf(small('nobody'))) },
  'items-1': {
    what: '17,000 items to 1 stream',
    prepare: held(1, 'a'),
    run: (engine) => publish(engine, callOf(small('a'))),
  },
  'items-20': {
    what: '17,000 items to 20 streams',
    prepare: held(20, 'a'),
    run: (engine) => publish(engine, callOf(small('a'))),
  },
  'items-500': {
    what: '2,000 items to 500 streams',
    prepare: held(500, 'a'),
    run: (engine) => publish(engine, callOf(small('a'), 120_000)),
  },
  'items-ids': {
    what: 'items with ids to 1 stream',
    prepare: held(1, 'a'),
    run: (engine) => {
      calls++
      return publish(
        engine,
        callOf((i) => ({ ...small('a')(), id: `${calls}-${i}` })),
      )
    },
  },
  'items-chain': {
    what: 'items that all wait for the last one',
    prepare: held(1, 'a'),
    run: (engine) => {
      calls++
      return publish(
        engine,
        callOf(
          (i) => ({ ...small('a')(), id: `${calls}-${i}`, 'prev-id': `${calls}-${i === 12000 ? 'none' : i + 1}` }),
          900_000,
        ).replace(/\]\}$/, `,${JSON.stringify({ ...small('a')(), id: `${calls}-${11000}` })}]}`),
      )
    },
  },
  'items-wait': {
    what: 'items that wait until they are given up',
    prepare: held(1, 'a'),
    run: async (engine) => {
      calls++
      await publish(
        engine,
        callOf((i) => ({ ...small('a')(), id: `${calls}-${i}`, 'prev-id': `${calls}-x${i}` })),
      )
      await later(6500)
    },
  },
  'items-channels': {
    what: 'items to channels that differ',
    run: (engine) =>
      publish(
        engine,
        callOf((i) => small(`c${i}`)()),
      ),
  },
  'item-meta': {
    what: 'one item with 90,000 names in its meta',
    prepare: held(1, 'a'),
    run: (engine) => publish(engine, JSON.stringify({ items: [{ ...small('a')(), meta: names(90_000) }] })),
  },
  'item-wide': {
    what: 'one item of 1,000,000 values',
    prepare: held(1, 'a'),
    run: (engine) =>
      publish(
        engine,
        `{"items":[{"channel":"a","formats":{"http-stream":{"content":"x"}},"x":[${'1,'.repeat(499_000)}1]}]}`,
      ),
  },
  'item-lenient': {
    what: 'one item, valid by the lenient rules only',
    prepare: held(1, 'a'),
    run: (engine) =>
      publish(
        engine,
        `{"items":[{"channel":"a","formats":{"http-stream":{"content":"x"}},"x":[${'1,'.repeat(99_000)}1,]}]}`,
      ),
  },
  'item-names': {
    what: '90,000 names that differ, in many objects',
    run: (engine) =>
      publish(
        engine,
        callOf((i) => ({ ...small('nobody')(), x: Array.from({ length: 30 }, (_, n) => ({ [`${i}-${n}`]: 1 })) })),
      ),
  },
  'item-headers': {
    what: 'one item with 60,000 headers to 500 long-polls',
    prepare: (engine) => {
      engine.backend.answers({ hold: { headers: { 'Grip-Hold': 'response', 'Grip-Channel': 'h' }, body: 'x' } })
      return Promise.all(
        Array.from({ length: 500 }, () => talk(engine.http, 'GET /hold HTTP/1.1\r\nHost: a\r\n\r\n', () => true)),
      )
    },
    run: (engine) =>
      publish(
        engine,
        JSON.stringify({
          items: [
            { channel: 'h', 'http-response': { body: 'x', headers: Array.from({ length: 60_000 }, () => ['a', 'b']) } },
          ],
        }),
      ),
  },
  'item-long': {
    what: 'one item of 900 KB to 500 streams',
    prepare: held(500, 'a'),
    run: (engine) =>
      publish(engine, JSON.stringify({ items: [{ channel: 'a', 'http-stream': { content: 'x'.repeat(900_000) } }] })),
  },
  'item-many': {
    what: 'one item to 4,000 streams',
    prepare: held(4000, 'a'),
    run: (engine) => publish(engine, callOf(small('a'), 100)),
  },
  'item-deep': {
    what: 'one item of 400,000 brackets',
    run: (engine) =>
      publish(
        engine,
        `{"items":[{"channel":"a","formats":{"http-stream":{"content":"x"}},"x":${'['.repeat(400_000)}${']'.repeat(400_000)}}]}`,
      ),
  },
  'item-patch': {
    ...holdAttack(
      'a body-patch of 40,000 operations',
      () => instruct({ hold: { mode: 'response', channels: [{ name: 'p' }] }, response: { body: '{"a":[]}' } }),
      (engine) =>
        publish(
          engine,
          JSON.stringify({
            items: [
              {
                channel: 'p',
                formats: {
                  'http-response': {
                    'body-patch': Array.from({ length: 22_000 }, () => ({ op: 'add', path: '/a/0', value: 1 })),
                  },
                },
              },
            ],
          }),
        ),
    ),
  },
  'item-patch-copy': {
    ...holdAttack(
      'a body-patch that copies and doubles',
      () =>
        instruct({
          hold: { mode: 'response', channels: [{ name: 'p' }] },
          response: { body: JSON.stringify({ a: Array.from({ length: 30_000 }, () => 1) }) },
        }),
      (engine) =>
        publish(
          engine,
          JSON.stringify({
            items: [
              {
                channel: 'p',
                formats: {
                  'http-response': {
                    'body-patch': Array.from({ length: 15_000 }, (_, i) => ({
                      op: 'copy',
                      from: '/a',
                      path: `/b${i}`,
                    })),
                  },
                },
              },
            ],
          }),
        ),
    ),
  },
  'var-subst': {
    ...holdAttack(
      'var-subst of 450 KB with 50 KB of meta',
      () =>
        instruct({
          hold: { mode: 'stream', channels: [{ name: 'v', filters: ['var-subst'] }], meta: { m: 'x'.repeat(50_000) } },
          response: { body: 'x' },
        }),
      (engine) =>
        publish(
          engine,
          JSON.stringify({
            items: [{ channel: 'v', formats: { 'http-stream': { content: '%(m)s'.repeat(90_000) } } }],
          }),
        ),
    ),
  },
  'var-subst-small': {
    ...holdAttack(
      'var-subst of 200,000 directives',
      () =>
        instruct({
          hold: { mode: 'stream', channels: [{ name: 'v', filters: ['var-subst'] }], meta: { m: 'x' } },
          response: { body: 'x' },
        }),
      (engine) =>
        publish(
          engine,
          JSON.stringify({
            items: [{ channel: 'v', formats: { 'http-stream': { content: '%(m)s'.repeat(190_000) } } }],
          }),
        ),
    ),
  },
  'instruct-meta': holdAttack('an instruct of 100,000 bytes: meta of 12,000 names', () =>
    instruct({ hold: { mode: 'stream', channels: [{ name: 'm' }], meta: names(9_900) }, response: { body: 'x' } }),
  ),
  'instruct-channels': holdAttack('an instruct of 100,000 bytes: 5,000 channels', () =>
    instruct({
      hold: { mode: 'stream', channels: Array.from({ length: 5_500 }, (_, i) => ({ name: `${i}` })) },
      response: { body: 'x' },
    }),
  ),
  'instruct-filters': holdAttack('an instruct of 100,000 bytes: 30,000 filters', () =>
    instruct({
      hold: { mode: 'stream', channels: [{ name: 'f', filters: Array.from({ length: 30_000 }, () => '') }] },
      response: { body: 'x' },
    }),
  ),
  'instruct-lenient': holdAttack('an instruct by the lenient rules only', () => ({
    headers: { 'Content-Type': 'application/grip-instruct' },
    body: `{"hold":{"mode":"stream","channels":[{"name":"l"}]},"x":[${'1,'.repeat(49_000)}]}`,
  })),
  'grip-headers': holdAttack('Grip-Channel: 15,000 channels in headers', () => ({
    headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'a,'.repeat(6_000) },
    body: 'x',
  })),
  'events-empty': eventsAttack('1 MB of events without content: TEXT', 'TEXT\r\n'),
  'events-ping': eventsAttack('1 MB of events: PING', 'PING\r\n'),
  'events-unknown': eventsAttack('1 MB of events of no known type', '\r\n'),
  'events-small': eventsAttack('1 MB of events: TEXT of 1 byte', 'TEXT 1\r\nx\r\n'),
  'events-meta': eventsAttack('1 MB of control messages: set-meta', () => upTo(998_000, controlEvent)),
  'events-subscribe': eventsAttack('1 MB of control messages: subscribe', () => upTo(998_000, subscribeEvent)),
  sockjs: {
    what: '33,000 messages in one xhr_send, over HTTP',
    routes: ['*,sockjs=/sock BACKEND,over_http'],
    run: (engine) => xhrSend(engine),
  },
  'sockjs-plain': {
    what: '33,000 messages in one xhr_send, to a WebSocket',
    routes: ['*,sockjs=/sock BACKEND'],
    run: (engine) => xhrSend(engine),
  },
  'frames-empty': {
    what: '64 KiB of empty frames of a client, again and again',
    run: async (engine) => {
      const socket = await socketAt(engine, '/ws')
      socket.write(many(masked(1), 500_000))
      await later(1500)
      socket.destroy()
    },
  },
  'frames-over-http': {
    what: 'the same, over HTTP',
    routes: ['* BACKEND,over_http'],
    run: async (engine) => {
      const socket = await socketAt(engine, '/ws')
      socket.write(many(masked(1), 500_000))
      await later(1500)
      socket.destroy()
    },
  },
  'frames-pieces': {
    what: 'the same, empty parts of one message',
    run: async (engine) => {
      const socket = await socketAt(engine, '/ws')
      socket.write(
        Buffer.concat([Buffer.from([1, 0x80, 0, 0, 0, 0]), many(Buffer.from([0, 0x80, 0, 0, 0, 0]), 500_000)]),
      )
      await later(1500)
      socket.destroy()
    },
  },
  'frames-backend': {
    what: '64 KiB of empty frames of a backend',
    run: async (engine) => {
      engine.backend.answers({ raw: many(Buffer.from([0x81, 0]), 500_000) })
      const socket = await socketAt(engine, '/flood')
      socket.resume()
      await later(1500)
      socket.destroy()
    },
  },
  'frames-32': {
    what: 'empty frames of 32 clients at once',
    run: async (engine) => {
      const all = await Promise.all(Array.from({ length: 32 }, () => socketAt(engine, '/ws')))
      for (const socket of all) socket.write(many(masked(1), 65_536))
      await later(2500)
      for (const socket of all) socket.destroy()
    },
  },
  'chunks-request': {
    what: 'a request of 1 MB in chunks of 1 byte',
    run: async (engine) => {
      const socket = await talk(
        engine.http,
        [
          'POST /x HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n',
          many(Buffer.from('1\r\nx\r\n'), MEGABYTE),
          '0\r\n\r\n',
        ],
        (came) => came.includes('ok'),
      )
      socket.destroy()
    },
  },
  'chunks-answer': {
    what: 'an answer of 1 MB in chunks of 1 byte',
    run: async (engine) => {
      engine.backend.answers({
        raw: Buffer.concat([
          Buffer.from('HTTP/1.1 200 OK\r\nConnection: close\r\nTransfer-Encoding: chunked\r\n\r\n'),
          many(Buffer.from('1\r\nx\r\n'), MEGABYTE),
          Buffer.from('0\r\n\r\n'),
        ]),
      })
      const socket = await talk(engine.http, 'GET /raw HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n', () => false)
      socket.destroy()
    },
  },
  pipelined: {
    what: '64 KiB of pipelined requests',
    run: async (engine) => {
      const socket = await talk(engine.http, many(Buffer.from(request), 65_536), (_, size) => size > 65_536)
      await later(500)
      socket.destroy()
    },
  },
  'pipelined-bad': {
    what: '64 KiB of pipelined requests that no route takes',
    routes: ['other.test BACKEND'],
    run: async (engine) => {
      const socket = await talk(engine.http, many(Buffer.from(request), 65_536), (_, size) => size > 65_536)
      await later(500)
      socket.destroy()
    },
  },
  'pipelined-bodies': {
    what: '300 KB of pipelined requests with bodies that no route takes',
    routes: ['other.test BACKEND'],
    run: async (engine) => {
      const post = Buffer.from('POST /x HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\nx')
      const socket = await talk(engine.http, many(post, 300_000), (_, size) => size > 65_536)
      await later(500)
      socket.destroy()
    },
  },
  'pipelined-publish': {
    what: '64 KiB of pipelined publish calls',
    run: async (engine) => {
      const body = '{"items":[]}'
      const socket = await talk(
        engine.publish,
        many(Buffer.from(`POST /publish HTTP/1.1\r\nContent-Length: ${body.length}\r\n\r\n${body}`), 300_000),
        (_, size) => size > 65_536,
      )
      await later(500)
      socket.destroy()
    },
  },
  'head-headers': {
    what: 'a request of 64 KB with 13,000 headers',
    run: async (engine) => {
      const socket = await talk(
        engine.http,
        `GET / HTTP/1.1\r\nHost: a\r\n${'a:\r\n'.repeat(16_000)}\r\n`,
        (came) => came.length > 0,
      )
      socket.destroy()
    },
  },
  routes: routesAttack('1 MB of good routes', (i) => `a${i}.test 127.0.0.1:80\n`),
  'routes-bad': routesAttack('1 MB of lines that are no routes', () => 'x\n'),
  'routes-sign': routesAttack('1 MB of routes with sig_iss alone', (i) => `a${i},sig_iss=x a:1\n`),
  'routes-keys': routesAttack('1 MB of routes with keys that differ', (i) => `a${i},sig_iss=x,sig_key=k${i} a:1\n`),
  'routes-same': routesAttack('1 MB of routes with one id', (i) => `a${i},id=x a:1\n`),
  'routes-untrusted': routesAttack(
    '1 MB of untrusted internal targets',
    (i) => `a${i} ${'127.0.0.1:1,untrusted '.repeat(900)}\n`,
  ),
  'routes-parameters': routesAttack(
    '1 MB of routes with many parameters',
    (i) => `a${i},${'header=a,'.repeat(7000)} a:1\n`,
  ),
  timeouts: {
    what: '1,000 long-polls that time out together',
    run: async (engine) => {
      engine.backend.answers({
        hold: { headers: { 'Grip-Hold': 'response', 'Grip-Channel': 'z', 'Grip-Timeout': '5' }, body: 'x' },
      })
      const all = Promise.all(
        Array.from({ length: 1000 }, () =>
          talk(engine.http, 'GET /hold HTTP/1.1\r\nHost: a\r\n\r\n', (came) => came.includes('\r\n\r\n')),
        ),
      )
      for (const socket of await all) socket.destroy()
    },
  },
}

async function xhrSend(engine) {
  const post = (path, body) =>
    `POST /sock/1/${path} HTTP/1.1\r\nHost: a\r\nContent-Length: ${body.length}\r\n\r\n${body}`
  const id = `s${calls++}`
  const stream = await talk(engine.http, post(`${id}/xhr_streaming`, ''), (came) => /\no\n/.test(came))
  const sent = await talk(engine.http, post(`${id}/xhr_send`, `[${'"",'.repeat(33_000)}""]`), (came) =>
    came.includes('\r\n\r\n'),
  )
  await later(500)
  sent.destroy()
  stream.destroy()
}
