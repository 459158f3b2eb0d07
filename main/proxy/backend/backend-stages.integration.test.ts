// A backend that fails, at every stage at which it is asked: for an instruct, again, for a link, for a WebSocket, for an
// event. Each way to fail ends the exchange once, with a reason in words, and leaves nothing behind.
import { afterEach, describe, expect, it } from 'vitest'
import { endWords } from '../../grip/end-words'
import { FramePeer } from '../../testing/frame-peer'
import { RawBackend } from '../../testing/raw-backend'
import { RawClient } from '../../testing/raw-client'
import type { RawConnection } from '../../testing/raw-connection'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'

let t: TestEngine
let raw: RawBackend
let close = (): void => {}
afterEach(async () => {
  close()
  await t.nothingLeft()
  await t.stop()
  await raw.stop()
})

const HEAD = 'HTTP/1.1 200 OK\r\n'
const EVENTS = 'Content-Type: application/websocket-events\r\n'

/** How a backend fails. The first word says when: before its head, or in its body. */
interface Fault {
  /** @param type a line with a content type */
  readonly fail: (connection: RawConnection, type: string) => unknown
  readonly why: RegExp
}

const faults: Record<string, Fault> = {
  'before: it refuses connections': { fail: () => {}, why: /ECONNREFUSED/ },
  'before: it hangs up': { fail: (c) => c.close(), why: /closed the connection/ },
  'before: it resets': { fail: (c) => c.reset(), why: /ECONNRESET/ },
  'before: it never answers': { fail: () => {}, why: /timeout|did not answer/i },
  'before: it hangs up in its head': { fail: (c) => c.socket.end('HTTP/1.1 200 OK\r\nX: y'), why: /./ },
  'before: it never ends its head': { fail: (c) => c.send('HTTP/1.1 200 OK\r\nX: y'), why: /timeout|did not answer/i },
  'before: it speaks no HTTP': { fail: (c) => c.socket.end('SSH-2.0-OpenSSH_9.2\r\n'), why: /HTTP/ },
  'before: it answers 1xx for ever': {
    fail: (c) => c.send('HTTP/1.1 102 Processing\r\n\r\n'.repeat(1000)),
    why: /timeout|did not answer/i,
  },
  'body: it hangs up': {
    fail: (c, type) => c.socket.end(body(type)),
    why: /closed the connection|less than its Content-Length/,
  },
  'body: it resets': {
    fail: (c, type) => c.socket.write(body(type), () => c.reset()),
    why: /closed the connection/,
  },
  'body: it never ends it': { fail: (c, type) => c.send(body(type)), why: /timeout/i },
  'body: it ends chunks with garbage': {
    fail: (c, type) => c.send(`${HEAD}${type}Transfer-Encoding: chunked\r\n\r\n2\r\nhe\r\nzz\r\n`),
    why: /chunk/i,
  },
}

/** An answer that is shorter than it says. */
function body(type: string): string {
  return `${HEAD}${type}Content-Length: 100\r\n\r\nTEXT 5\r\nhe`
}

/** A backend whose first answers are these, one on each connection; then it fails. */
async function start(fault: string, target: string, good: readonly string[] = [], type = EVENTS): Promise<void> {
  let asked = 0
  raw = await RawBackend.start((connection) => {
    connection.onceHas('\r\n\r\n', () => {
      const answer = good[asked++]
      if (answer === undefined) {
        faults[fault]?.fail(connection, type)
        return
      }
      if (asked === good.length && fault.endsWith('refuses connections')) raw.server.close()
      connection.socket.end(answer)
    })
  })
  const { port } = raw
  if (good.length === 0 && fault.endsWith('refuses connections')) raw.server.close()
  t = await startTestEngine(() => ({}), [`* 127.0.0.1:${port}${target}`], {
    proxy: { backendTimeout: 300, retryMax: 0 },
  })
}

const whole = (headers: string, content = ''): string =>
  `${HEAD}${headers}Content-Length: ${content.length}\r\nConnection: close\r\n\r\n${content}`

/** The one exchange has ended so, and one failure was the last. */
async function failed(fault: string): Promise<void> {
  const ended = await t.sink.next('ended')
  expect(ended).toMatchObject({ x: 1, how: 'backend-failed' })
  expect(endWords(ended)).toMatch(faults[fault]?.why ?? /never/)
  const failures = t.sink.of('backend-failed')
  expect(failures.at(-1)).toMatchObject({ again: false })
  expect(failures.at(-1)?.code).not.toBe('')
  expect(t.sink.of('ended')).toHaveLength(1)
}

function get(): RawClient {
  const client = RawClient.get(t.port, '/')
  close = () => client.close()
  return client
}

function open(): FramePeer {
  const peer = FramePeer.connect(t.port, '/')
  close = () => peer.vanish()
  return peer
}

const all = Object.keys(faults)
const before = all.filter((name) => name.startsWith('before'))
/** What takes a second is not tried at each stage. */
const quick = all.filter((name) => !/its head|1xx/.test(name))

describe('a backend that fails while it is asked for the first time', () => {
  it.each(before)('%s: 502', async (fault) => {
    await start(fault, '')
    expect((await get().whole()).status).toBe(502)
    await failed(fault)
  })
})

describe('a backend that fails in its instruct', () => {
  it.each(all.filter((name) => name.startsWith('body')))('%s: 502, nothing is held', async (fault) => {
    await start(fault, '', [], 'Content-Type: application/grip-instruct\r\n')
    expect((await get().whole()).status).toBe(502)
    await failed(fault)
    expect(t.sink.of('held')).toEqual([])
  })
})

describe('a backend that talks more than it must', () => {
  const interim = 'HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n'
  const chunked = (type: string, content: string): string =>
    `${interim}${HEAD}${type}Transfer-Encoding: chunked\r\nTrailer: X\r\n\r\n` +
    `${content.length.toString(16)}\r\n${content}\r\n0\r\nX: y\r\nGrip-Hold: response\r\n\r\n`

  it('around an instruct is understood all the same', async () => {
    const instruct = '{"hold": {"mode": "stream", "channels": [{"name": "a"}]}, "response": {"body": "begun;"}}'
    await start('', '', [chunked('Content-Type: application/grip-instruct\r\n', instruct)])
    const client = await get().bodyHas('begun;')
    await t.subscribed()
    expect(t.sink.of('answered').map(({ status }) => status)).toEqual([200])
    expect(client.text).not.toMatch(/HTTP\/1\.1 1|X: y/)
  })

  it('around events is understood all the same', async () => {
    await start('', ',over_http', [chunked(EVENTS, 'OPEN\r\nTEXT 2\r\nhi\r\n')])
    const peer = await open().opened()
    await peer.until(() => peer.frames.length > 0, 'message')
    expect([peer.status, ...peer.frames]).toEqual([101, 'TEXT hi'])
  })

  it('before it takes a WebSocket is understood all the same', async () => {
    const accept = 'Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n'
    await start('', '', [
      `${interim}HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n${accept}\r\n`,
    ])
    expect((await open().opened()).status).toBe(101)
  })
})

describe('a backend that fails when it is asked again', () => {
  const hold = whole('Grip-Hold: response\r\nGrip-Channel: a\r\n')

  it.each(quick.filter((name) => before.includes(name)))('%s: the long-poll gets 502', async (fault) => {
    await start(fault, '', [hold])
    const client = get()
    await t.subscribed()
    await t.publish({ channel: 'a', formats: { 'http-response': { action: 'hint' } } })
    expect((await client.whole()).status).toBe(502)
    await failed(fault)
  })

  it.each(all.filter((name) => name.startsWith('body')))('%s: the client sees that it is not whole', async (fault) => {
    await start(fault, '', [hold])
    const client = get()
    await t.subscribed()
    await t.publish({ channel: 'a', formats: { 'http-response': { action: 'hint' } } })
    await client.ended()
    expect(client.text).not.toMatch(/\r\n0\r\n\r\n$/)
    await failed(fault)
  })
})

describe('a backend that fails when a stream asks for its next link', () => {
  it.each(quick)('%s: the stream ends', async (fault) => {
    await start(fault, '', [
      whole('Grip-Hold: stream\r\nGrip-Channel: a\r\nGrip-Link: </next>; rel=next\r\n', 'first;'),
    ])
    const client = await get().bodyHas('first;')
    await t.subscribed()
    await t.publish({ channel: 'a', formats: { 'http-stream': { action: 'hint' } } })
    await client.whole()
    expect(client.body).toMatch(/^first;(TEXT 5\r\nhe|he)?$/)
    await failed(fault)
  })
})

describe('a backend that fails when it is asked for a WebSocket', () => {
  it.each(quick.filter((name) => before.includes(name)))('%s: 502', async (fault) => {
    await start(fault, '')
    expect((await open().opened()).status).toBe(502)
    await failed(fault)
  })

  it.each(quick)('over HTTP, %s: 502', async (fault) => {
    await start(fault, ',over_http')
    expect((await open().opened()).status).toBe(502)
    await failed(fault)
  })
})

describe('a backend that fails when it is told of an event', () => {
  it.each(quick)('%s: the WebSocket is closed with 1011', async (fault) => {
    await start(fault, ',over_http', [whole(EVENTS, 'OPEN\r\n')])
    const peer = await open().opened()
    peer.send('TEXT x')
    await peer.until(() => peer.frames.length > 0, 'close')
    expect(peer.frames).toEqual(['CLOSE 1011'])
    await failed(fault)
  })
})
