// WebSockets whose backend speaks WebSocket, over real sockets on both sides (GRIP reference §8).
import { createServer } from 'node:net'
import { afterEach, describe, expect, it, vi } from 'vitest'
import WebSocket, { WebSocketServer } from 'ws'
import { endWords } from '../../grip/end-words'
import { parseKey } from '../../grip/signature'
import { FramePeer } from '../../testing/frame-peer'
import { causesInWords } from '../../testing/said'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { onUpgrade, type Upgrade } from '../../testing/websocket-backend'

const GRIP = 'Sec-WebSocket-Extensions: grip'

let engine: TestEngine
const upgrades: Upgrade[] = []
const peers: FramePeer[] = []
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.vanish()
  for (const { socket } of upgrades.splice(0)) socket.destroy()
  await engine.nothingLeft()
  await engine.stop()
})

async function start(handler: (upgrade: Upgrade) => void, routes?: readonly string[]): Promise<void> {
  engine = await startTestEngine(() => ({ status: 404 }), routes)
  onUpgrade(engine.backend, (upgrade) => {
    upgrades.push(upgrade)
    handler(upgrade)
  })
}

/** A client and its backend, connected. */
async function pair(
  headers: readonly string[] = [],
  routes?: readonly string[],
): Promise<{ client: FramePeer; backend: FramePeer }> {
  let backend: FramePeer | undefined
  await start((upgrade) => {
    backend = upgrade.accept(headers)
  }, routes)
  const client = await connect()
  if (!backend) throw new Error('the backend was not asked')
  return { client, backend }
}

async function connect(path = '/', headers: readonly string[] = []): Promise<FramePeer> {
  const peer = FramePeer.connect(engine.port, path, headers)
  peers.push(peer)
  return await peer.opened()
}

async function ended(): Promise<{ how: string; message?: string }> {
  const event = await engine.sink.next('ended')
  const message = endWords(event)
  return { how: event.how, ...(message !== '' && { message }) }
}

describe('the handshake', () => {
  it('offers GRIP and nothing that it does not understand; all else goes on as it was', async () => {
    await start((upgrade) => upgrade.accept())
    const headers = ['Sec-WebSocket-Protocol: one,  two', 'X-Own: a', 'X-Own: b', 'Meta-A: b', 'Connection-Id: c']
    await connect('/a%20b?c=%C3%A4', [
      ...headers,
      'Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits',
    ])
    const { request } = upgrades[0] ?? {}
    expect(request?.url).toBe('/a%20b?c=%C3%A4')
    expect(request?.headers).toMatchObject({
      host: 'test',
      upgrade: 'websocket',
      connection: 'Upgrade',
      'sec-websocket-version': '13',
      'sec-websocket-extensions': 'grip',
      'sec-websocket-protocol': 'one,  two',
      'x-own': 'a, b',
      'meta-a': 'b',
      'connection-id': 'c',
    })
    expect(request?.headers['sec-websocket-key']).not.toBe('dGhlIHNhbXBsZSBub25jZQ==')
    expect(request?.headers['grip-sig']).toBeTruthy()
  })

  it('passes what the backend answers, with its choice of protocol, but no extension', async () => {
    const answer = ['Sec-WebSocket-Protocol: two', 'Set-Cookie: a=b', 'Set-Cookie: c=d', 'X-Own: yes', GRIP]
    const { client } = await pair(answer)
    expect(client.status).toBe(101)
    expect(client.header('Sec-WebSocket-Accept')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
    expect(client.header('Sec-WebSocket-Protocol')).toBe('two')
    expect(client.header('Sec-WebSocket-Extensions')).toBeUndefined()
    expect(client.head.match(/^(Set-Cookie|X-Own): .*$/gm)).toEqual([
      'Set-Cookie: a=b',
      'Set-Cookie: c=d',
      'X-Own: yes',
    ])
  })

  it('does not offer GRIP on a route with no_grip, and passes what looks like it', async () => {
    const { client, backend } = await pair([GRIP], ['*,no_grip BACKEND'])
    expect(upgrades[0]?.request.headers['sec-websocket-extensions']).toBeUndefined()
    expect(upgrades[0]?.request.headers['grip-sig']).toBeUndefined()
    backend.send('TEXT c:{"type":"detach"}')
    expect(await client.nth(1)).toBe('TEXT c:{"type":"detach"}')
  })

  it.each([
    [
      'a status of its own',
      'HTTP/1.1 403 Nope\r\nContent-Length: 5\r\nX-Why: no\r\n\r\nno no',
      403,
      'no no',
      'complete',
    ],
    ['a redirect', 'HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n', 302, '', 'complete'],
    ['a page', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nok\r\n0\r\n\r\n', 200, 'ok', 'complete'],
    ['another version', 'HTTP/1.1 426 U\r\nSec-WebSocket-Version: 8\r\nContent-Length: 0\r\n\r\n', 426, '', 'complete'],
    ['an error', 'HTTP/1.1 503 Busy\r\nContent-Length: 0\r\n\r\n', 503, '', 'backend-failed'],
  ])('is rejected as the backend does it: %s', async (_name, answer, status, body, how) => {
    await start(({ socket }) => socket.end(answer))
    const client = await connect()
    await client.ended()
    expect([client.status, client.body, client.header('Content-Length')]).toEqual([status, body, String(body.length)])
    expect((await ended()).how).toBe(how)
  })

  it('is rejected without the headers of the backend, and the trace names them', async () => {
    const answer = 'HTTP/1.1 401 No\r\nWWW-Authenticate: Basic\r\nContent-Type: x/y\r\nContent-Length: 0\r\n\r\n'
    await start(({ socket }) => socket.end(answer))
    const client = await connect()
    await client.ended()
    expect([client.header('WWW-Authenticate'), client.header('Content-Type')]).toEqual([undefined, undefined])
    expect((await ended()).message).toContain('without its headers (www-authenticate, content-type)')
    expect(engine.sink.of('answered')[0]?.headers).toContain('WWW-Authenticate')
  })

  it.each([
    ['hangs up', ({ socket }: Upgrade) => socket.destroy()],
    ['answers no HTTP', ({ socket }: Upgrade) => socket.end('hello there\r\n\r\n')],
  ])('fails with 502 if the backend %s, without asking the next target', async (_name, handler) => {
    await start(handler, ['* BACKEND BACKEND'])
    expect((await connect()).status).toBe(502)
    expect((await ended()).how).toBe('backend-failed')
    expect(upgrades).toHaveLength(1)
  })

  it('asks the next target where one can’t be reached', async () => {
    await start((upgrade) => upgrade.accept(), ['* 127.0.0.1:1 BACKEND'])
    expect((await connect()).status).toBe(101)
    expect(engine.sink.of('sent').map(({ why }) => why)).toEqual(['request', 'failover'])
  })

  it('fails with 502 where no target can be reached', async () => {
    await start((upgrade) => upgrade.accept(), ['* 127.0.0.1:1 127.0.0.1:2'])
    expect((await connect()).status).toBe(502)
    expect((await ended()).message).toBe(
      'Unable to connect to any targets. Tried: 127.0.0.1:1, 127.0.0.1:2; nothing listens on 127.0.0.1:2 (ECONNREFUSED)',
    )
  })

  it('is given up with its client', async () => {
    const silent = createServer((socket) => socket.resume().on('error', () => {}))
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve))
    const address = silent.address()
    await start(() => {}, [`* 127.0.0.1:${typeof address === 'object' ? address?.port : 0}`])
    const gone = new Promise<void>((resolve) =>
      silent.once('connection', (socket) => socket.once('close', () => resolve())),
    )
    const client = FramePeer.connect(engine.port, '/')
    await engine.sink.next('sent')
    await vi.waitFor(async () => expect(await connections(silent)).toBe(1), { interval: 5 })
    client.vanish()
    await gone
    expect(await ended()).toEqual({ how: 'client-left' })
    await new Promise((resolve) => silent.close(resolve))
  })

  it('may come together with frames on both sides', async () => {
    await start((upgrade) => {
      const backend = upgrade.accept([], Buffer.from([0x81, 5, ...Buffer.from('early')]))
      backend.onFrame = (frame) => backend.send(`TEXT got ${frame}`)
    })
    const client = FramePeer.connect(engine.port, '/').send('TEXT quick')
    peers.push(client)
    await client.nth(2)
    expect(client.frames).toEqual(['TEXT early', 'TEXT got TEXT quick'])
  })
})

function connections(server: ReturnType<typeof createServer>): Promise<number> {
  return new Promise((resolve, reject) => server.getConnections((error, n) => (error ? reject(error) : resolve(n))))
}

describe('frames', () => {
  it('go both ways as they are, fragments and control frames between them', async () => {
    const { client, backend } = await pair()
    const frames = ['TEXT+ a', 'PING p', 'CONT+ b', 'PONG q', 'CONT c', 'BINARY xyz', 'TEXT', 'PING', 'TEXT hé']
    client.send(...frames)
    await backend.nth(frames.length)
    expect(backend.frames).toEqual(frames)
    backend.send(...frames)
    await client.nth(frames.length)
    expect(client.frames).toEqual(frames)
  })

  it('are one message each in the trace', async () => {
    const { client, backend } = await pair()
    client.send('TEXT+ a', 'PING p', 'CONT+ b', 'CONT c')
    await backend.nth(4)
    backend.send('BINARY d')
    await client.nth(1)
    const said = engine.sink
      .of('ws-message')
      .map(({ from, kind, data, size }) => [from, kind, Buffer.from(data).toString(), size])
    expect(said).toEqual([
      ['backend', 'open', '', 0],
      ['client', 'ping', 'p', 1],
      ['client', 'text', 'abc', 3],
      ['backend', 'binary', 'd', 1],
    ])
  })

  it('of megabytes pass without being held up whole, and the trace keeps their beginning', async () => {
    const { client, backend } = await pair()
    const data = Buffer.alloc(5_000_000, 'abcdefgh')
    let size = 0
    backend.onFrame = (frame) => {
      size += frame.replace(/^\w+\+? /, '').length
    }
    client.frame({ opcode: 2, data })
    await vi.waitFor(() => expect(size).toBe(data.length), { timeout: 10_000, interval: 20 })
    expect(backend.frames.length).toBeGreaterThan(1)
    const recorded = await engine.sink.next('ws-message', ({ kind }) => kind === 'binary')
    expect([recorded.size, recorded.data.byteLength]).toEqual([5_000_000, 65_536])
  })

  it('wait where the backend is slow, and where the client is', async () => {
    const { client, backend } = await pair()
    const chunk = 'x'.repeat(100_000)
    for (const [from, to] of [
      [client, backend],
      [backend, client],
    ] as const) {
      to.socket.pause()
      for (let i = 0; i < 200; i++) from.send(`BINARY ${chunk}`)
      const before = engine.sink.of('ws-message').length
      await engine.sink.when(() => (engine.sink.of('ws-message').length > before ? true : undefined), 'a message')
      // More than all buffers on the way take: the sender has to wait.
      await vi.waitFor(() => expect(from.socket.writableLength).toBeGreaterThan(1_000_000), { interval: 5 })
      to.socket.resume()
      await to.until(() => to.frames.length >= 200, 'all messages', 15_000)
      expect(engine.sink.of('ended')).toEqual([])
    }
  })

  it('of the `ws` package on both sides: text, binary, ping and pong, compression left out', async () => {
    await start(() => {})
    const server = new WebSocketServer({ port: 0, host: '127.0.0.1', perMessageDeflate: true })
    await new Promise((resolve) => server.once('listening', resolve))
    server.on('connection', (socket) => socket.on('message', (data, binary) => socket.send(data, { binary })))
    const address = server.address()
    const port = typeof address === 'object' ? address?.port : 0
    await engine.engine.setRoutes({ kind: 'lines', lines: [`* 127.0.0.1:${port}`] })
    const socket = new WebSocket(`ws://127.0.0.1:${engine.port}/`, { perMessageDeflate: true })
    await new Promise((resolve) => socket.once('open', resolve))
    expect(socket.extensions).toBe('')
    const got: unknown[] = []
    socket.on('message', (data: Buffer, binary) => got.push(binary ? data.length : data.toString()))
    socket.on('pong', (data) => got.push(`pong ${data}`))
    socket.send('hello')
    socket.send(Buffer.alloc(70_000))
    socket.ping('p')
    await vi.waitFor(() => expect(got).toEqual(['hello', 70_000, 'pong p']), { interval: 5 })
    socket.terminate()
    server.close()
  })
})

describe('closing', () => {
  it('by the client: code and reason reach the backend, the backend’s come back', async () => {
    const { client, backend } = await pair()
    backend.onFrame = (frame) => {
      if (frame.startsWith('CLOSE')) backend.send('TEXT last', 'CLOSE 4003 from the backend')
    }
    client.send('CLOSE 4002 from the client')
    await client.ended()
    expect(backend.frames).toEqual(['CLOSE 4002 from the client'])
    expect(client.frames).toEqual(['TEXT last', 'CLOSE 4003 from the backend'])
    expect(await ended()).toEqual({ how: 'closed', message: 'closed by the client with 4002' })
    await backend.ended()
  })

  it.each([
    ['CLOSE 1000', 'closed', 'closed by the client with 1000'],
    ['CLOSE 1001 page left', 'closed', 'closed by the client with 1001'],
    ['CLOSE', 'closed', 'closed by the client'],
    ['CLOSE 1011 broken', 'client-left', 'closed by the client with 1011'],
    ['CLOSE 1002', 'client-left', 'closed by the client with 1002'],
  ])('by the client with %s ends as %s', async (frame, how, message) => {
    const { client, backend } = await pair()
    backend.onFrame = (close) => {
      if (close.startsWith('CLOSE')) backend.send(close)
    }
    client.send(frame)
    await client.ended()
    expect(await ended()).toEqual({ how, message })
  })

  it('by the backend: the client’s answer goes back', async () => {
    const { client, backend } = await pair()
    backend.send('CLOSE 4010 from the backend')
    expect(await client.nth(1)).toBe('CLOSE 4010 from the backend')
    client.send('CLOSE 4011 from the client')
    await backend.ended()
    expect(backend.frames).toEqual(['CLOSE 4011 from the client'])
    expect((await ended()).how).toBe('closed')
    await client.ended()
  })

  it('without a code stays without one to the backend, and is 1000 to the client', async () => {
    const { client, backend } = await pair()
    backend.onFrame = () => backend.send('CLOSE')
    client.send('CLOSE')
    await client.ended()
    expect([backend.frames, client.frames]).toEqual([['CLOSE'], ['CLOSE 1000']])
  })

  it('by a backend that just hangs up is 1011 for the client', async () => {
    const { client, backend } = await pair()
    backend.socket.end()
    expect(await client.nth(1)).toBe('CLOSE 1011')
    expect(await ended()).toEqual({
      how: 'backend-failed',
      message: 'the backend ended the connection without a close',
    })
  })

  it('by a client that just hangs up ends the connection to the backend', async () => {
    const { client, backend } = await pair()
    client.vanish()
    await backend.ended()
    expect([backend.frames, await ended()]).toEqual([[], { how: 'client-left' }])
  })

  it('breaks off where the other side never answers', async () => {
    const { client, backend } = await pair()
    backend.send('CLOSE 1000')
    await client.nth(1)
    engine.sink.pass(30_000)
    await client.ended()
    await backend.ended()
    expect((await ended()).how).toBe('closed')
  })

  it('by the backend’s broken protocol: it hears why, the client gets 1011', async () => {
    const { client, backend } = await pair()
    backend.frame({ opcode: 1, data: Buffer.from([0xc3, 0x28]) })
    expect(await backend.nth(1)).toBe('CLOSE 1007 a text message is not valid UTF-8')
    expect(await client.nth(1)).toBe('CLOSE 1011')
    expect((await ended()).how).toBe('backend-failed')
  })

  it('by stopping the proxy ends all', async () => {
    const { client, backend } = await pair()
    await engine.engine.stop()
    await Promise.all([client.ended(), backend.ended()])
    expect(await ended()).toEqual({ how: 'stopped' })
  })
})

describe('the grip extension', () => {
  it('lets through what has the prefix, obeys control messages, drops the rest', async () => {
    const { client, backend } = await pair([GRIP])
    backend.send(
      'TEXT c:{"type":"subscribe","channel":"a"}',
      'TEXT m:hello',
      'TEXT nothing',
      'BINARY m:bin',
      'BINARY c:{}',
    )
    backend.send('PING p', 'TEXT m:', 'TEXT', 'TEXT+ m:frag', 'CONT+ me', 'CONT nt', 'TEXT+ drop', 'CONT this')
    await engine.subscribed()
    await engine.publish({ channel: 'a', formats: { 'ws-message': { content: 'news' } } })
    await client.until(() => client.frames.includes('TEXT news'), 'news')
    expect(client.frames).toEqual([
      'TEXT hello',
      'BINARY bin',
      'PING p',
      'TEXT',
      'TEXT+ frag',
      'CONT+ me',
      'CONT nt',
      'TEXT news',
    ])
  })

  it('goes to the backend as it is', async () => {
    const { client, backend } = await pair([GRIP])
    client.send('TEXT c:{"type":"detach"}', 'BINARY m:x')
    await backend.nth(2)
    expect(backend.frames).toEqual(['TEXT c:{"type":"detach"}', 'BINARY m:x'])
  })

  it.each([
    ['a prefix of its own', 'grip; message-prefix="say:"', ['TEXT say:hi', 'TEXT m:no'], ['TEXT hi']],
    [
      'an empty prefix',
      'grip; message-prefix=""',
      ['TEXT hi', 'TEXT c:{"type":"x"}', 'TEXT m:yes'],
      ['TEXT hi', 'TEXT m:yes'],
    ],
    ['another extension before it', 'foo; a=b, grip', ['TEXT m:hi', 'TEXT no'], ['TEXT hi']],
    ['only other extensions', 'foo', ['TEXT m:hi', 'TEXT no'], ['TEXT m:hi', 'TEXT no']],
  ])('is taken with %s', async (_name, extension, sent, got) => {
    const { client, backend } = await pair([`Sec-WebSocket-Extensions: ${extension}`])
    backend.send(...sent, 'PING end')
    await client.until(() => client.frames.includes('PING end'), 'end')
    expect(client.frames.slice(0, -1)).toEqual(got)
  })

  it('takes no control message in fragments', async () => {
    const { client, backend } = await pair([GRIP])
    backend.send('TEXT+ c:{"type":"subscribe",', 'CONT "channel":"a"}', 'PING end')
    await client.nth(1)
    expect(engine.sink.of('subscribed')).toEqual([])
    const [, message] = engine.sink.of('ws-message')
    expect(message).toMatchObject({ kind: 'text', passed: false, size: 36 })
  })

  it('keeps published messages out of a fragmented one', async () => {
    const { client, backend } = await pair([GRIP])
    backend.send('TEXT c:{"type":"subscribe","channel":"a"}', 'TEXT+ m:be')
    await client.nth(1)
    await engine.publish({ channel: 'a', formats: { 'ws-message': { content: 'between' } } })
    await engine.sink.next('delivery')
    backend.send('CONT gin')
    await client.nth(3)
    expect(client.frames).toEqual(['TEXT+ be', 'CONT gin', 'TEXT between'])
  })

  it('detaches: the backend gets a close, the client goes on', async () => {
    const { client, backend } = await pair([GRIP])
    backend.send('TEXT c:{"type":"subscribe","channel":"a"}', 'TEXT c:{"type":"detach"}', 'TEXT m:together')
    expect(await backend.nth(1)).toBe('CLOSE')
    backend.send('TEXT m:late', 'CLOSE 4000')
    await backend.ended()
    client.send('TEXT into the void')
    await engine.publish({ channel: 'a', formats: { 'ws-message': { content: 'news' } } })
    await client.nth(2)
    client.send('CLOSE 4001')
    await client.ended()
    expect(client.frames).toEqual(['TEXT together', 'TEXT news', 'CLOSE 1000'])
    expect(await ended()).toEqual({ how: 'closed', message: 'closed by the client with 4001' })
  })

  it('a publish closes both sides: the client with its code, the backend without', async () => {
    const { client, backend } = await pair([GRIP])
    backend.send('TEXT c:{"type":"subscribe","channel":"a"}')
    await engine.subscribed()
    await engine.publish({ channel: 'a', formats: { 'ws-message': { action: 'close', code: 4321, reason: 'enough' } } })
    expect([await client.nth(1), await backend.nth(1)]).toEqual(['CLOSE 4321 enough', 'CLOSE'])
    expect(await ended()).toEqual({ how: 'closed', message: 'closed by a publish' })
  })

  it('can’t have the backend asked by a publish', async () => {
    const { backend } = await pair([GRIP])
    backend.send('TEXT c:{"type":"subscribe","channel":"a"}')
    await engine.subscribed()
    await engine.publish({ channel: 'a', formats: { 'ws-message': { action: 'refresh' } } })
    const delivery = await engine.sink.next('delivery')
    expect(causesInWords(delivery.why)[0]).toMatch(/over HTTP/)
  })

  it('is left to the GRIP proxy that asked, which tells us by its signature', async () => {
    const key = parseKey('changeme', () => Buffer.alloc(0))
    if (!key.ok) throw new Error(key.problem.message)
    engine = await startTestEngine(() => ({ status: 404 }), undefined, { proxy: { upstreamKey: key.key } })
    onUpgrade(engine.backend, (upgrade) => {
      upgrades.push(upgrade)
      upgrade.accept([GRIP]).send('TEXT c:{"type":"subscribe","channel":"a"}', 'TEXT m:hello')
    })
    const front = await startTestEngine(() => ({ status: 404 }), [`* 127.0.0.1:${engine.port}`])
    const client = FramePeer.connect(front.port, '/')
    peers.push(client)
    expect(await client.nth(1)).toBe('TEXT hello')
    await front.subscribed()
    expect(engine.sink.of('subscribed')).toEqual([])
    await front.publish({ channel: 'a', formats: { 'ws-message': { content: 'news' } } })
    expect(await client.nth(2)).toBe('TEXT news')
    await front.stop()
  })
})

describe('the test target', () => {
  it('echoes and listens', async () => {
    await start(() => {}, ['*,path_beg=/t/ test'])
    const client = await connect('/t/ws?channel=a&channel=b')
    client.send('TEXT hello', 'BINARY x', 'PING p', 'CLOSE 4000 bye')
    await client.ended()
    expect(client.frames).toEqual(['TEXT hello', 'BINARY x', 'PING p', 'CLOSE 4000 bye'])
    expect(engine.sink.of('subscribed').map(({ channel }) => channel)).toEqual(['a', 'b'])
    const none = await connect('/t/other')
    expect([none.status, none.body]).toEqual([404, 'no such test resource\n'])
  })
})
