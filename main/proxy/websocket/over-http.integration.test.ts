// WebSockets whose backend speaks HTTP, over real sockets on both sides (GRIP reference §7).
import { gzipSync } from 'node:zlib'
import { afterEach, describe, expect, it, vi } from 'vitest'
import WebSocket from 'ws'
import { endWords } from '../../grip/end-words'
import { encodeEvents } from '../../grip/ws-events'
import { FramePeer } from '../../testing/frame-peer'
import { withMessage } from '../../testing/said'
import type { ScriptedAnswer, SeenRequest } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { control, EVENTS, events, eventsIn, WITH_GRIP } from '../../testing/websocket-backend'

const ROUTES = ['* BACKEND,over_http', '*,path_beg=/one/ BACKEND,over_http,one_event']

let engine: TestEngine
const peers: FramePeer[] = []
afterEach(async () => {
  for (const peer of peers.splice(0)) peer.vanish()
  await engine.nothingLeft()
  await engine.stop()
})

type Handler = (request: SeenRequest, count: number) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>

async function start(handler: Handler, routes = ROUTES): Promise<void> {
  engine = await startTestEngine(handler, routes)
}

/** A backend that accepts, and answers what follows by `then`. */
async function accepting(then: Handler = () => events([]), headers = EVENTS): Promise<void> {
  await start((request, count) => (count === 1 ? events(['OPEN'], headers) : then(request, count)))
}

async function open(path = '/chat', headers: readonly string[] = []): Promise<FramePeer> {
  const peer = FramePeer.connect(engine.port, path, headers)
  peers.push(peer)
  await peer.opened()
  return peer
}

/** Waits until the backend was asked `n` times, and returns the events of each. */
async function asked(n: number): Promise<string[][]> {
  await vi.waitFor(() => expect(engine.backend.requests.length).toBeGreaterThanOrEqual(n), {
    timeout: 5000,
    interval: 5,
  })
  return engine.backend.requests.map(eventsIn)
}

/** Waits until the n-th answer of the backend was read. */
function answered(n: number): Promise<unknown> {
  return engine.sink.when(() => (engine.sink.of('answer-end').length >= n ? true : undefined), `${n} answers`)
}

async function ended(): Promise<{ how: string; message?: string }> {
  const event = await engine.sink.next('ended')
  const message = endWords(event)
  return { how: event.how, ...(message !== '' && { message }) }
}

describe('the handshake', () => {
  it('is a POST with OPEN, which the backend answers with OPEN', async () => {
    await accepting(undefined, { ...EVENTS, 'X-Own': 'yes', 'Sec-WebSocket-Protocol': 'two' } as typeof EVENTS)
    const headers = ['Sec-WebSocket-Protocol: one, two', 'Origin: http://o', 'Cookie: a=b']
    const peer = await open('/chat?room=1', headers)
    const [request] = engine.backend.requests
    expect(request).toMatchObject({ method: 'POST', url: '/chat?room=1' })
    expect(request?.body.toString()).toBe('OPEN\r\n')
    expect(request?.headers).toMatchObject({
      host: 'test',
      accept: 'application/websocket-events',
      'content-type': 'application/websocket-events',
      'content-length': '6',
      'sec-websocket-extensions': 'grip',
      'sec-websocket-protocol': 'one, two',
      origin: 'http://o',
      cookie: 'a=b',
    })
    expect(request?.headers['connection-id']).toMatch(/^[0-9a-f-]{36}$/)
    expect(request?.headers['grip-sig']).toBeTruthy()
    expect(peer.status).toBe(101)
    expect(peer.header('Sec-WebSocket-Accept')).toBe('s3pPLMBiTxaQ9kYGzzhZRbK+xOo=')
    expect(peer.header('Sec-WebSocket-Protocol')).toBe('two')
    expect(peer.header('X-Own')).toBe('yes')
  })

  it('keeps from the backend what only the proxy may say', async () => {
    await accepting()
    const forged = [
      'Meta-User: root',
      'Connection-Id: mine',
      'Accept: text/html',
      'Content-Type: text/x',
      'Grip-Sig: x',
    ]
    await open('/', [...forged, 'Sec-WebSocket-Extensions: permessage-deflate'])
    const { rawHeaders = [], headers } = engine.backend.requests[0] ?? {}
    expect(headers?.['meta-user']).toBeUndefined()
    expect(headers?.['connection-id']).not.toBe('mine')
    expect(headers?.['grip-sig']).not.toBe('x')
    expect(headers?.['sec-websocket-extensions']).toBe('grip')
    expect(rawHeaders.filter((name) => /^(accept|content-type)$/i.test(name))).toHaveLength(2)
  })

  it('keeps from the client what is for the proxy', async () => {
    await accepting(undefined, { ...WITH_GRIP, 'Set-Meta-A': 'b', 'Keep-Alive-Interval': '60' } as typeof EVENTS)
    const peer = await open()
    for (const name of ['Sec-WebSocket-Extensions', 'Set-Meta-A', 'Keep-Alive-Interval', 'Content-Type'])
      expect(peer.header(name)).toBeUndefined()
  })

  it.each([
    [
      'another status',
      { status: 403, headers: { 'Content-Type': 'text/plain', 'X-Why': 'no' }, body: 'no entry' },
      403,
    ],
    ['a type with a parameter', { headers: { 'Content-Type': `${EVENTS['Content-Type']}; charset=utf-8` } }, 200],
    ['no type', { body: 'hello' }, 200],
    ['a redirect', { status: 302, headers: { Location: '/login' } }, 302],
  ])('is rejected with the backend’s own answer: %s', async (_name, answer: ScriptedAnswer, status) => {
    await start(() => answer)
    const peer = await open()
    await peer.ended()
    expect([peer.status, peer.body]).toEqual([status, answer.body ?? ''])
    expect(peer.header('X-Why')).toBe(answer.headers?.['X-Why'])
    expect(peer.header('Location')).toBe(answer.headers?.Location)
    expect(await ended()).toEqual({ how: 'complete' })
  })

  it('passes no answer to the offered extension with a rejection', async () => {
    await start(() => ({ status: 403, headers: { ...WITH_GRIP, 'X-Why': 'no' } }))
    const peer = await open()
    await peer.ended()
    expect([peer.status, peer.header('X-Why')]).toEqual([403, 'no'])
    expect(peer.header('Sec-WebSocket-Extensions')).toBeUndefined()
  })

  it('passes 100,000 bytes of a rejection', async () => {
    await start(() => ({ status: 403, body: 'x'.repeat(150_000) }))
    const peer = await open()
    await peer.ended()
    expect(peer.header('Content-Length')).toBe('100000')
    expect(peer.body).toBe('x'.repeat(100_000))
  })

  it.each([
    ['another first event', events(['TEXT hi']), 'the first event is TEXT, not OPEN'],
    ['no event', events([]), 'no OPEN event in the answer'],
    ['what are no events', { headers: EVENTS, body: 'OPEN\r\nTEXT zz\r\nab\r\n' }, /"zz" is not a length/],
    [
      'too much',
      { headers: EVENTS, body: `OPEN\r\nTEXT f4240\r\n${'x'.repeat(1_000_000)}\r\n` },
      /longer than 1000000/,
    ],
  ])('fails with 502 if the backend says %s', async (_name, answer: ScriptedAnswer, why) => {
    await start(() => answer)
    const peer = await open()
    await peer.ended()
    expect([peer.status, peer.body]).toEqual([502, 'Error while proxying to origin.\n'])
    const end = await ended()
    expect(end.how).toBe('backend-failed')
    expect(end.message).toMatch(why)
  })

  it('says why on a route with debug', async () => {
    await start(() => events([]), ['*,debug BACKEND,over_http'])
    const peer = await open()
    expect((await peer.ended()).body).toBe('no OPEN event in the answer\n')
  })

  it('opens by an answer that the backend compressed', async () => {
    const body = gzipSync(encodeEvents([{ type: 'OPEN' }, { type: 'TEXT', content: Buffer.from('hi') }]))
    await start(() => ({ headers: { ...EVENTS, 'Content-Encoding': 'gzip' }, body }))
    expect(await (await open()).nth(1)).toBe('TEXT hi')
  })

  it('waits for OPEN where the backend only asks to be asked again', async () => {
    await start((_request, count) =>
      count === 1 ? events([], { ...EVENTS, 'Keep-Alive-Interval': '20' }) : events(['OPEN']),
    )
    const peer = FramePeer.connect(engine.port, '/')
    peers.push(peer)
    await answered(1)
    engine.sink.pass(20_000)
    expect((await peer.opened()).status).toBe(101)
    expect(await asked(2)).toEqual([['OPEN'], ['OPEN']])
  })

  it('takes the next target where one can’t be reached', async () => {
    await start(() => events(['OPEN']), ['* 127.0.0.1:1,over_http BACKEND,over_http'])
    expect((await open()).status).toBe(101)
    expect(engine.sink.of('backend-failed')).toHaveLength(1)
  })

  it('fails with 502 where no target can be reached', async () => {
    await start(() => events(['OPEN']), ['* 127.0.0.1:1,over_http'])
    expect((await open()).status).toBe(502)
  })
})

describe('messages', () => {
  it('of every kind reach the backend as events, an empty one without a length', async () => {
    await accepting()
    const peer = await open()
    let n = 2
    for (const frame of ['TEXT hello', 'BINARY abc', 'PING p', 'PONG q', 'TEXT', 'PING']) {
      peer.send(frame)
      expect((await asked(n)).at(-1)).toEqual([frame])
      await answered(n++)
    }
    expect(engine.backend.requests.at(-1)?.body.toString()).toBe('PING\r\n')
  })

  it('of every kind reach the client; unknown events do no harm', async () => {
    await start(() => events(['OPEN', 'TEXT hellö', 'BINARY abc', 'FOO x', 'PING p', 'PONG', 'TEXT']))
    const peer = await open()
    await peer.nth(5)
    expect(peer.frames).toEqual(['TEXT hellö', 'BINARY abc', 'PING p', 'PONG', 'TEXT'])
  })

  it('that come while the backend is asked go together, in order', async () => {
    let release = (): void => {}
    const wait = new Promise<void>((resolve) => (release = resolve))
    await accepting(async (_request, count) => {
      if (count === 2) await wait
      return events([])
    })
    const peer = await open()
    peer.send('TEXT a')
    await asked(2)
    peer.send('TEXT b', 'BINARY c', 'PING d')
    await engine.sink.next('ws-message', (event) => event.kind === 'ping')
    release()
    expect((await asked(3))[2]).toEqual(['TEXT b', 'BINARY c', 'PING d'])
  })

  it('go one by one to a target with one_event', async () => {
    await accepting()
    const peer = await open('/one/')
    peer.send('TEXT a', 'TEXT', 'BINARY b', 'CLOSE 1000')
    expect(await asked(5)).toEqual([['OPEN'], ['TEXT a'], ['TEXT'], ['BINARY b'], ['CLOSE 1000']])
  })

  it('in fragments are one event, and a ping may stand between them', async () => {
    await accepting((request) => events(eventsIn(request)))
    const peer = await open()
    peer.send('TEXT+ a', 'PING p', 'CONT+ b', 'CONT c')
    await peer.until(() => peer.frames.includes('TEXT abc'), 'echo')
    expect(peer.frames).toEqual(['PING p', 'TEXT abc'])
  })

  it('of 200,000 bytes are taken, longer ones close the connection with 1009', async () => {
    await accepting((request) => events([`TEXT ${request.body.length}`]))
    const peer = await open()
    peer.send(`TEXT ${'x'.repeat(200_000)}`)
    expect(await peer.nth(1)).toBe(`TEXT ${200_000 + 'TEXT 30d40\r\n\r\n'.length}`)
    peer.send(`TEXT ${'x'.repeat(200_001)}`)
    expect(await peer.nth(2)).toMatch(/^CLOSE 1009 /)
    expect((await asked(3)).at(-1)).toEqual(['DISCONNECT'])
  })

  it('wait in the client once 200,000 bytes wait for the backend', async () => {
    let release = (): void => {}
    const wait = new Promise<void>((resolve) => (release = resolve))
    await accepting(async (_request, count) => {
      if (count === 2) await wait
      return events([])
    })
    const peer = await open()
    peer.send('TEXT first')
    await asked(2)
    const large = `TEXT ${'x'.repeat(150_000)}`
    peer.send(...new Array<string>(60).fill(large))
    // Far more is sent than the proxy takes and than sockets buffer: the client has to wait.
    await engine.sink.when(
      () => (engine.sink.of('ws-message').filter((e) => e.size === 150_000).length >= 2 ? true : undefined),
      'two large messages',
    )
    expect(peer.socket.writableLength).toBeGreaterThan(1_000_000)
    release()
    await engine.sink.when(
      () => (engine.sink.of('ws-message').filter((e) => e.size === 150_000).length === 60 ? true : undefined),
      'all large messages',
      15_000,
    )
    for (const { body } of engine.backend.requests) expect(body.length).toBeLessThan(200_100)
  })

  it('stay with the backend while the client does not read', async () => {
    // Every answer is large and makes the client's ping worth a next request.
    await accepting(() => events([`BINARY ${'x'.repeat(900_000)}`]))
    const peer = await open()
    peer.socket.pause()
    for (let i = 0; i < 200; i++) peer.send('PING')
    await engine.sink.when(() => (engine.sink.of('answer-end').length >= 3 ? true : undefined), 'some answers', 10_000)
    await engine.sink.when(
      () => (engine.sink.of('ws-message').filter((e) => e.kind === 'ping').length === 200 ? true : undefined),
      'all pings',
      10_000,
    )
    const before = engine.backend.requests.length
    peer.send('PING')
    await engine.sink.when(
      () => (engine.sink.of('ws-message').filter((e) => e.kind === 'ping').length === 201 ? true : undefined),
      'another ping',
    )
    expect(engine.backend.requests.length).toBe(before)
    expect(engine.sink.of('ended')).toEqual([])
    peer.socket.resume()
    await asked(before + 1)
  })
})

describe('Content-Bytes-Accepted', () => {
  it('leaves the rest for the next request, and says how much that is', async () => {
    await accepting((_request, count) =>
      count === 2 ? events([], { ...EVENTS, 'Content-Bytes-Accepted': '2' }) : events([]),
    )
    const peer = await open()
    peer.send('TEXT hello')
    await answered(2)
    peer.send('TEXT again')
    expect((await asked(3))[2]).toEqual(['TEXT llo', 'TEXT again'])
    expect(engine.backend.requests[2]?.headers['content-bytes-replayed']).toBe('3')
  })

  it('of more than there was ends the connection', async () => {
    await accepting(() => events([], { ...EVENTS, 'Content-Bytes-Accepted': '6' }))
    const peer = await open()
    peer.send('TEXT hello')
    expect(await peer.nth(1)).toBe('CLOSE 1011')
    expect((await ended()).message).toMatch(/more than the 5 bytes/)
  })
})

describe('meta', () => {
  it('comes back with every request, replaced or taken away by its name', async () => {
    const said: Record<string, string>[] = [
      { 'Set-Meta-User': 'alice' },
      { 'set-meta-user': 'bob', 'Set-Meta-B': 'c' },
      { 'Set-Meta-User': '' },
    ]
    await start((_request, count) => events(count === 1 ? ['OPEN'] : [], { ...EVENTS, ...said[count - 1] }))
    const peer = await open()
    for (let n = 2; n <= 4; n++) {
      peer.send('TEXT x')
      await answered(n)
    }
    const seen = engine.backend.requests.map(({ headers }) => [headers['meta-user'], headers['meta-b']])
    expect(seen).toEqual([
      [undefined, undefined],
      ['alice', undefined],
      ['bob', 'c'],
      [undefined, 'c'],
    ])
  })
})

describe('Keep-Alive-Interval', () => {
  it('has the backend asked without events, at most every 20 seconds', async () => {
    await start((_request, count) => events(count === 1 ? ['OPEN'] : [], { ...EVENTS, 'Keep-Alive-Interval': '1' }))
    await open()
    for (const n of [2, 3]) {
      await answered(n - 1)
      await vi.waitFor(
        () => {
          engine.sink.pass(1000)
          expect(engine.backend.requests).toHaveLength(n)
        },
        { timeout: 10_000, interval: 60 },
      )
    }
    expect(await asked(3)).toEqual([['OPEN'], [], []])
    const [first = 0, second = 0, third = 0] = engine.sink.of('sent').map(({ t }) => t)
    expect(second - first).toBeGreaterThanOrEqual(20_000)
    expect(third - second).toBeGreaterThanOrEqual(20_000)
  })

  it('ends with a value of no use', async () => {
    const said = ['30', '0']
    await start((_request, count) =>
      events(count === 1 ? ['OPEN'] : [], { ...EVENTS, 'Keep-Alive-Interval': said[count - 1] ?? '0' }),
    )
    const peer = await open()
    peer.send('TEXT x')
    await answered(2)
    engine.sink.pass(60_000)
    peer.send('TEXT y')
    await answered(3)
    expect(engine.backend.requests.map(eventsIn)).toEqual([['OPEN'], ['TEXT x'], ['TEXT y']])
  })
})

describe('closing', () => {
  it('by the client goes to the backend, whose code goes back', async () => {
    await accepting(() => events(['TEXT last', 'CLOSE 4001 backend']))
    const peer = await open()
    peer.send('CLOSE 4000 client')
    await peer.ended()
    expect(peer.frames).toEqual(['TEXT last', 'CLOSE 4001 backend'])
    expect(await asked(2)).toEqual([['OPEN'], ['CLOSE 4000 client']])
    expect(await ended()).toEqual({ how: 'closed', message: 'closed by the client with 4000' })
  })

  it('without a code is an empty CLOSE; the client gets 1000', async () => {
    await accepting(() => events(['CLOSE']))
    const peer = await open()
    peer.send('CLOSE')
    await peer.ended()
    expect(peer.frames).toEqual(['CLOSE 1000'])
    expect(engine.backend.requests[1]?.body.toString()).toBe('CLOSE\r\n')
  })

  it('by the client breaks off if the backend does not answer it', async () => {
    await accepting()
    const peer = await open()
    peer.send('CLOSE 1000')
    await peer.ended()
    expect(peer.frames).toEqual([])
    expect(await ended()).toEqual({
      how: 'closed',
      message: 'closed by the client with 1000; the backend did not answer the CLOSE event',
    })
  })

  it('waits for a backend that keeps the connection alive', async () => {
    await start((_request, count) =>
      events(count === 1 ? ['OPEN'] : count === 3 ? ['CLOSE 1000'] : [], { ...EVENTS, 'Keep-Alive-Interval': '20' }),
    )
    const peer = await open()
    peer.send('CLOSE 1000')
    await answered(2)
    engine.sink.pass(20_000)
    await peer.ended()
    expect(peer.frames).toEqual(['CLOSE 1000'])
    expect(await asked(3)).toEqual([['OPEN'], ['CLOSE 1000'], ['CLOSE 1000']])
  })

  it('by the backend: what stands before it counts, the client’s answer is told to the backend', async () => {
    await accepting((_request, count) => events(count === 2 ? ['TEXT bye', 'CLOSE 4001 enough', 'TEXT late'] : []))
    const peer = await open()
    peer.send('TEXT hi')
    await peer.nth(2)
    expect(peer.frames).toEqual(['TEXT bye', 'CLOSE 4001 enough'])
    expect(engine.backend.requests).toHaveLength(2)
    peer.send('CLOSE 4001')
    expect((await asked(3))[2]).toEqual(['CLOSE 4001'])
    await peer.ended()
    expect(await ended()).toEqual({ how: 'closed' })
  })

  it('by the backend, whose client vanishes instead of answering', async () => {
    await accepting((_request, count) => events(count === 2 ? ['CLOSE 4001'] : []))
    const peer = await open()
    peer.send('TEXT hi')
    await peer.nth(1)
    peer.vanish()
    expect((await asked(3))[2]).toEqual(['DISCONNECT'])
  })

  it('with the answer that opens it', async () => {
    await start((_request, count) => events(count === 1 ? ['OPEN', 'CLOSE 4001 not you'] : []))
    const socket = new WebSocket(`ws://127.0.0.1:${engine.port}/`)
    const [code, reason] = await new Promise<[number, Buffer]>((resolve) =>
      socket.on('close', (...args) => resolve(args)),
    )
    expect([code, reason.toString()]).toEqual([4001, 'not you'])
  })

  it('a code that no close frame may have goes on, and the trace says what it is', async () => {
    await accepting(() => events(['CLOSE 1005']))
    const peer = await open()
    peer.send('TEXT x')
    expect(await peer.nth(1)).toBe('CLOSE 1005')
    peer.vanish()
    expect(withMessage(await engine.sink.next('ended')).message).toContain('1005 is not a close code')
  })

  it('a reason that no close frame holds cuts the client off', async () => {
    await accepting(() => events([`CLOSE 4001 ${'x'.repeat(124)}`]))
    const peer = await open()
    peer.send('TEXT x')
    await peer.ended()
    expect(peer.frames).toEqual([])
    const { how, message } = withMessage(await engine.sink.next('ended'))
    expect([how, message]).toEqual(['closed', expect.stringContaining('longer than the 123 bytes')])
    expect((await asked(3))[2]).toEqual(['DISCONNECT'])
  })
})

it('tells the backend of a close that crossed its own', async () => {
  let release = (): void => {}
  const wait = new Promise<void>((resolve) => (release = resolve))
  await accepting(async (_request, count) => {
    if (count === 2) await wait
    return events(['CLOSE 4001'])
  })
  const peer = await open()
  peer.send('TEXT a')
  await asked(2)
  peer.send('CLOSE 1000')
  await engine.sink.next('ws-message', ({ kind }) => kind === 'close')
  release()
  expect(await asked(3)).toEqual([['OPEN'], ['TEXT a'], ['CLOSE 1000']])
  expect(await ended()).toEqual({ how: 'closed', message: 'closed by the client with 1000' })
})

describe('a client that vanishes', () => {
  it('is told to the backend as DISCONNECT', async () => {
    await accepting()
    const peer = await open()
    peer.vanish()
    expect(await asked(2)).toEqual([['OPEN'], ['DISCONNECT']])
    expect(await ended()).toEqual({ how: 'client-left' })
  })

  it('before the backend has answered, too: once it has', async () => {
    let release = (): void => {}
    const wait = new Promise<void>((resolve) => (release = resolve))
    await start(async (_request, count) => {
      if (count === 1) await wait
      return events(count === 1 ? ['OPEN'] : [])
    })
    const peer = FramePeer.connect(engine.port, '/')
    await asked(1)
    peer.vanish()
    expect(await ended()).toEqual({ how: 'client-left' })
    release()
    expect(await asked(2)).toEqual([['OPEN'], ['DISCONNECT']])
  })

  it('while messages wait: DISCONNECT comes after the request under way', async () => {
    let release = (): void => {}
    const wait = new Promise<void>((resolve) => (release = resolve))
    await accepting(async (_request, count) => {
      if (count === 2) await wait
      return events([])
    })
    const peer = await open()
    peer.send('TEXT a')
    await asked(2)
    peer.vanish()
    await engine.sink.next('ended')
    release()
    expect(await asked(3)).toEqual([['OPEN'], ['TEXT a'], ['DISCONNECT']])
  })
})

describe('a backend that fails', () => {
  it.each([
    ['answers an error', { status: 500, body: 'oops' }, /answered 500/],
    ['answers another type', { body: 'hello' }, /without a content type/],
    ['opens once more', events(['TEXT a', 'OPEN']), 'a second OPEN event'],
    ['says what are no events', { headers: EVENTS, body: 'TEXT 5' }, /no line break/],
  ])('closes the client with 1011 if it %s', async (_name, answer: ScriptedAnswer, why) => {
    await accepting(() => answer)
    const peer = await open()
    peer.send('TEXT x')
    await peer.until(() => peer.frames.some((frame) => frame.startsWith('CLOSE')), 'close')
    expect(peer.frames.at(-1)).toBe('CLOSE 1011')
    const end = await ended()
    expect(end.how).toBe('backend-failed')
    expect(end.message).toMatch(why)
  })

  it('and disconnects cuts the client off, which gets nothing of that answer', async () => {
    await accepting(() => events(['TEXT a', 'DISCONNECT']))
    const peer = await open()
    peer.send('TEXT x')
    await peer.ended()
    expect(peer.frames).toEqual([])
    const message = 'the backend disconnected; the client gets none of that answer (messages: 1)'
    expect(await ended()).toEqual({ how: 'closed', message })
  })

  it('to answer a close is not heard any more', async () => {
    await accepting(() => events(['TEXT late']))
    const peer = await open()
    peer.send('CLOSE 4001')
    await peer.ended()
    expect(peer.frames).toEqual([])
    expect((await ended()).message).toMatch(/did not answer the CLOSE event; the client gets none/)
  })

  it('is heard all the same if it only miscounts, and that is told in the end', async () => {
    await accepting(() => ({ headers: EVENTS, body: 'TEXT 5\r\nab' }))
    const peer = await open()
    peer.send('TEXT x')
    expect(await peer.nth(1)).toBe('TEXT ab')
    peer.socket.destroy()
    expect((await ended()).message).toMatch(/should have 5 bytes and has 2/)
  })

  it('says why in the close on a route with debug', async () => {
    await start((_request, count) => (count === 1 ? events(['OPEN']) : { status: 500 }), ['*,debug BACKEND,over_http'])
    const peer = await open()
    peer.send('TEXT x')
    expect(await peer.nth(1)).toMatch(/^CLOSE 1011 the backend answered 500/)
  })

  it('is asked again after a pause where it could not be reached, five times, then it is given up', async () => {
    await accepting()
    const peer = await open()
    await engine.backend.stop()
    peer.send('TEXT x')
    for (let n = 1; n <= 5; n++) {
      await engine.sink.when(() => (engine.sink.of('backend-failed').length >= n ? true : undefined), `failure ${n}`)
      engine.sink.pass(1000 * 2 ** n)
      engine.sink.pass(1000)
    }
    expect(await peer.nth(1)).toBe('CLOSE 1011')
    const failures = engine.sink.of('backend-failed')
    expect(failures.map(({ again }) => again)).toEqual([true, true, true, true, true, false])
    expect(
      engine.sink
        .of('sent')
        .map(({ why }) => why)
        .slice(1),
    ).toEqual(['websocket', ...new Array<string>(5).fill('retry')])
  })

  it('is not asked again with events that it may have seen', async () => {
    await accepting((_request, count) => (count === 2 ? undefined : events([])))
    const peer = await open()
    peer.send('TEXT x')
    await asked(2)
    engine.backend.server.closeAllConnections()
    expect(await peer.nth(1)).toBe('CLOSE 1011')
    expect(engine.backend.requests).toHaveLength(2)
  })
})

describe('the trace', () => {
  it('has what both sides said, the requests with their events, and the end', async () => {
    await start((_request, count) =>
      count === 1
        ? events(['OPEN', control({ type: 'subscribe', channel: 'a' }), 'TEXT nothing'], WITH_GRIP)
        : events(['TEXT m:pong', 'CLOSE 1000']),
    )
    const peer = await open()
    peer.send('TEXT ping')
    await peer.nth(2)
    peer.send('CLOSE 1000')
    await ended()
    const said = engine.sink
      .of('ws-message')
      .map(({ from, kind, data, passed }) => [from, kind, Buffer.from(data).toString(), passed])
    expect(said).toEqual([
      ['backend', 'open', '', true],
      ['backend', 'control', '{"type":"subscribe","channel":"a"}', true],
      ['backend', 'text', 'nothing', false],
      ['client', 'text', 'ping', true],
      ['backend', 'text', 'm:pong', true],
      ['backend', 'close', '1000', true],
      ['client', 'close', '1000', true],
    ])
    expect(engine.sink.of('sent').map(({ why, body }) => [why, Buffer.from(body ?? []).toString()])).toEqual([
      ['request', 'OPEN\r\n'],
      ['websocket', 'TEXT 4\r\nping\r\n'],
      ['websocket', 'CLOSE 2\r\n\u0003\ufffd\r\n'],
    ])
    expect(engine.sink.of('response')).toMatchObject([{ status: 101 }])
  })
})
