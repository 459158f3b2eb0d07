// SockJS sessions request by request, as Pushpin answers them, in front of backends over HTTP and plain ones.
import { afterEach, describe, expect, it, vi } from 'vitest'
import type { EngineOptions } from '../../engine/engine'
import { FramePeer } from '../../testing/frame-peer'
import { HttpRequest, type RequestParts } from '../../testing/http-request'
import type { ScriptedAnswer, SeenRequest } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { control, EVENTS, events, eventsIn, onUpgrade, WITH_GRIP } from '../../testing/websocket-backend'

const ROUTES = [
  '* BACKEND',
  '*,path_beg=/sj,sockjs=/sj BACKEND,over_http',
  '*,path_beg=/as,sockjs=/as,sockjs_as_path=/other/path BACKEND,over_http',
  '*,path_beg=/plain,sockjs=/plain BACKEND',
  '*,path_beg=/slash/,sockjs=/slash/ BACKEND,over_http',
]

let engine: TestEngine
const open: { leave(): void }[] = []
afterEach(async () => {
  for (const request of open.splice(0)) request.leave()
  await engine.stop()
})

type Handler = (request: SeenRequest, count: number) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>

async function start(handler: Handler, options: Partial<EngineOptions> = {}): Promise<void> {
  engine = await startTestEngine(handler, ROUTES, options)
  // On a slow machine, sessions must not time out between two requests.
  engine.sink.stopClock()
}

/** A backend that echoes. */
function echo(request: SeenRequest, count: number): ScriptedAnswer {
  return events(count === 1 ? ['OPEN'] : eventsIn(request).filter((event) => event !== 'DISCONNECT'))
}

function ask(method: string, path: string, parts?: RequestParts): HttpRequest {
  const request = new HttpRequest(engine.port, method, path, parts)
  open.push(request)
  return request
}

async function answer(method: string, path: string, parts?: RequestParts): Promise<[number, string]> {
  const { status, body } = await ask(method, path, parts).done()
  return [status, body]
}

const poll = (session = 's'): Promise<[number, string]> => answer('POST', `/sj/000/${session}/xhr`)
const send = (...messages: string[]): Promise<[number, string]> =>
  answer('POST', '/sj/000/s/xhr_send', { body: JSON.stringify(messages) })

function asked(n: number): Promise<string[][]> {
  return vi.waitFor(
    () => {
      const seen = engine.backend.requests.map(eventsIn)
      expect(seen.length).toBeGreaterThanOrEqual(n)
      return seen
    },
    { timeout: 5000, interval: 5 },
  )
}

/** Waits until a poll is held: the backend has nothing to do with it, so the trace tells. */
async function waiting(request: HttpRequest, url: string): Promise<HttpRequest> {
  await engine.sink.next(
    'request',
    (event) => event.url === url && !engine.sink.of('ended').some((e) => e.x === event.x),
  )
  return request
}

describe('what is no session', () => {
  it.each([
    ['GET', '/sj', 200, 'Welcome to SockJS!\n'],
    ['GET', '/sj/', 200, 'Welcome to SockJS!\n'],
    ['POST', '/sj/info', 404, 'Not Found\n'],
    ['GET', '/sj/nope', 404, 'Not Found\n'],
    ['GET', '/sj/000/s/xhr', 404, 'Not Found\n'],
    ['GET', '/sj/000/s/xhr_streaming', 404, 'Not Found\n'],
    ['POST', '/sj/000/s/eventsource', 404, 'Not Found\n'],
    ['POST', '/sj/000/s/xhr_send', 404, 'Not Found\n'],
    ['POST', '/sj/000/s/jsonp_send', 404, 'Not Found\n'],
    ['GET', '/sj/000/s/jsonp', 400, 'Bad Request\n'],
    ['GET', '/sj/000/s/jsonp?c=a%3Cb', 400, 'Bad Request\n'],
    ['GET', '/sj/000/s/htmlfile', 400, 'Bad Request\n'],
    ['GET', '/sj/000/s/websocket', 404, 'Not Found\n'],
    ['GET', '/slash/info', 404, 'Not Found\n'],
    ['OPTIONS', '/sj/000/s/xhr', 204, ''],
  ])('%s %s is answered with %i', async (method, path, status, body) => {
    await start(echo)
    const response = await ask(method, path, { headers: { Origin: 'http://o' } }).done()
    expect([response.status, response.body]).toEqual([status, body])
    expect(response.headers['cache-control']).toBe('no-store, no-cache, must-revalidate, max-age=0')
    expect(response.headers['access-control-allow-origin']).toBe('http://o')
    expect(response.headers['access-control-allow-credentials']).toBe('true')
    expect(engine.backend.requests).toEqual([])
  })

  it('paths that are not below it go to the backend', async () => {
    await start(() => ({ body: 'own' }))
    expect(await answer('GET', '/else')).toEqual([200, 'own'])
  })

  it('the info says what there is, with new entropy each time', async () => {
    await start(echo)
    const [first, second] = await Promise.all([answer('GET', '/sj/info'), answer('GET', '/sj/info?t=1')])
    const info = JSON.parse(first[1]) as Record<string, unknown>
    expect(info).toEqual({ cookie_needed: false, entropy: expect.any(Number), origins: ['*:*'], websocket: true })
    expect(second[1]).not.toBe(first[1])
  })

  it('the iframe page loads our own client, and both are known by their tags', async () => {
    await start(echo)
    const page = await ask('GET', '/sj/iframe.html').done()
    expect(page.headers['content-type']).toBe('text/html; charset=UTF-8')
    const src = /<script src="([^"]+)">/.exec(page.body)?.[1] ?? ''
    expect(src).not.toMatch(/^\w+:|^\/\//)
    const script = await ask('GET', `/sj/${src}`).done()
    expect(script.headers['content-type']).toMatch(/^application\/javascript/)
    expect(script.body).toMatch(/^\/\* sockjs-client v1/)
    expect(script.body).not.toContain('sourceMappingURL')
    for (const [path, etag] of [
      ['iframe-9.html', page.headers.etag],
      [src, script.headers.etag],
    ]) {
      const again = await ask('GET', `/sj/${path}`, { headers: { 'If-None-Match': etag ?? '' } }).done()
      expect([again.status, again.body, again.headers.etag]).toEqual([304, '', etag])
    }
  })

  it('the iframe page loads another client where one is set', async () => {
    await start(echo, { proxy: { sockjsUrl: 'http://cdn.test/sockjs.js' } })
    expect((await answer('GET', '/sj/iframe.html'))[1]).toContain('<script src="http://cdn.test/sockjs.js"></script>')
  })
})

describe('a session of polls', () => {
  it('opens with "o", sends, and gets all that came in one frame', async () => {
    await start((request, count) =>
      count === 1 ? events(['OPEN', 'TEXT one', 'BINARY two', 'PING x']) : echo(request, count),
    )
    const headers = { Origin: 'http://o', Cookie: 'a=b', 'Content-Type': 'text/plain', 'X-Own': 'y' }
    const first = await ask('POST', '/sj/000/s/xhr?t=1', { headers }).done()
    expect([first.status, first.body, first.headers['content-type']]).toEqual([200, 'o\n', 'text/plain'])
    expect(await poll()).toEqual([200, 'a["one","two"]\n'])
    const next = ask('POST', '/sj/000/s/xhr')
    expect(await send('hé "l"lo')).toEqual([200, 'ok'])
    expect((await next.done()).body).toBe('a["hé \\"l\\"lo"]\n')
    const [request] = engine.backend.requests
    expect(request).toMatchObject({ method: 'POST', url: '/sj?t=1' })
    expect(request?.headers).toMatchObject({
      origin: 'http://o',
      cookie: 'a=b',
      'x-own': 'y',
      'sec-websocket-extensions': 'grip',
    })
    expect(await asked(2)).toEqual([['OPEN'], ['TEXT hé "l"lo']])
  })

  it('is a WebSocket in the trace; its requests are exchanges too', async () => {
    await start(echo)
    await poll()
    const next = ask('POST', '/sj/000/s/xhr')
    await send('hello')
    await next.done()
    const requests = engine.sink.of('request').map(({ x, method, url }) => [x, method, url])
    expect(requests).toEqual([
      [1, 'POST', '/sj/000/s/xhr'],
      [2, 'GET', '/sj'],
      [3, 'POST', '/sj/000/s/xhr'],
      [4, 'POST', '/sj/000/s/xhr_send'],
    ])
    expect(engine.sink.of('request')[1]?.headers).toEqual(expect.arrayContaining(['Upgrade', 'websocket']))
    const said = engine.sink
      .of('ws-message')
      .map(({ x, from, kind, data }) => [x, from, kind, Buffer.from(data).toString()])
    expect(said).toEqual([
      [2, 'backend', 'open', ''],
      [2, 'client', 'text', 'hello'],
      [2, 'backend', 'text', 'hello'],
    ])
    expect(engine.sink.of('response').filter(({ x }) => x === 2)).toMatchObject([{ status: 101 }])
  })

  it('has one request open at a time', async () => {
    await start(echo)
    await poll()
    const url = '/sj/000/s/xhr'
    const first = await waiting(ask('POST', url), url)
    expect(await poll()).toEqual([200, 'c[2010,"Another connection still open"]\n'])
    await send('x')
    expect((await first.done()).body).toBe('a["x"]\n')
  })

  it('opens once, whoever asks meanwhile; what is sent before it is open is kept', async () => {
    let release = (): void => {}
    const wait = new Promise<void>((resolve) => (release = resolve))
    await start(async (request, count) => {
      if (count === 1) await wait
      return echo(request, count)
    })
    const first = ask('POST', '/sj/000/s/xhr')
    await asked(1)
    expect(await poll()).toEqual([200, 'c[2010,"Another connection still open"]\n'])
    expect(await send('early')).toEqual([200, 'ok'])
    release()
    expect((await first.done()).body).toBe('o\n')
    expect(await poll()).toEqual([200, 'a["early"]\n'])
  })

  it.each([
    ['', 400, 'Payload expected\n'],
    ['{"a":1}', 400, 'Payload expected\n'],
    ['[1]', 400, 'Payload expected\n'],
    ['["x', 400, 'Payload expected\n'],
    [JSON.stringify(['x'.repeat(100_000)]), 400, 'Request too large.\n'],
    ['[]', 200, 'ok'],
    [' ["a"] ', 200, 'ok'],
  ])('a payload of %.20s is answered with %i', async (body, status, text) => {
    await start(echo)
    await poll()
    expect(await answer('POST', '/sj/000/s/xhr_send', { body })).toEqual([status, text])
  })

  it('lets the sender wait while the backend takes no more, and takes one request at a time', async () => {
    let release = (): void => {}
    const wait = new Promise<void>((resolve) => (release = resolve))
    await start(async (_request, count) => {
      if (count === 2) await wait
      return count === 1 ? events(['OPEN']) : events([])
    })
    await poll()
    const large = 'x'.repeat(90_000)
    const taken: HttpRequest[] = []
    // Three fill the queue to the backend, two more stay with the session.
    for (let i = 0; i < 5; i++)
      taken.push(await ask('POST', '/sj/000/s/xhr_send', { body: JSON.stringify([large]) }).done())
    const last = ask('POST', '/sj/000/s/xhr_send', { body: JSON.stringify([large]) })
    await engine.sink.when(() => (engine.sink.of('request-end').length === 6 ? true : undefined), '6 requests')
    expect(await send('more')).toEqual([400, 'Already sending\n'])
    expect(last.ended).toBe(false)
    release()
    expect((await last.done()).body).toBe('ok')
    expect(taken.map(({ body }) => body)).toEqual(new Array(5).fill('ok'))
  })

  it('ends with the code of the backend, says so for a while, and is then forgotten', async () => {
    await start((_request, count) => {
      if (count === 1 || count === 4) return events(['OPEN'])
      return events(count === 2 ? ['TEXT bye', 'CLOSE 4001 enough'] : [])
    })
    await poll()
    await send('x')
    await engine.sink.next('ws-message', ({ kind }) => kind === 'close')
    expect(await poll()).toEqual([200, 'a["bye"]\n'])
    expect(await poll()).toEqual([200, 'c[4001,"enough"]\n'])
    expect(await poll()).toEqual([200, 'c[4001,"enough"]\n'])
    expect(await send('x')).toEqual([200, 'c[4001,"enough"]\n'])
    // The client's part of the close is told to the backend.
    expect(await asked(3)).toEqual([['OPEN'], ['TEXT x'], ['CLOSE']])
    expect(await engine.sink.next('ended', ({ x }) => x === 2)).toMatchObject({ how: 'closed' })
    await forgotten(5000)
    expect(await poll()).toEqual([200, 'o\n'])
  })

  it('tells a close at once to a client that waits', async () => {
    await start((_request, count) => events(count === 1 ? ['OPEN'] : count === 2 ? ['CLOSE'] : []))
    await poll()
    const next = ask('POST', '/sj/000/s/xhr')
    await send('x')
    expect((await next.done()).body).toBe('c[0,"Connection closed"]\n')
    expect((await asked(3))[2]).toEqual(['CLOSE'])
  })

  it('is closed with 1011 if the backend fails', async () => {
    await start((_request, count) => (count === 1 ? events(['OPEN']) : { status: 500 }))
    await poll()
    const next = ask('POST', '/sj/000/s/xhr')
    await send('x')
    expect((await next.done()).body).toBe('c[1011,"Connection closed"]\n')
  })

  it('is refused as the backend refuses it, and is no session then', async () => {
    await start(() => ({ status: 403, headers: { 'X-Why': 'no' }, body: 'no entry' }))
    const first = await ask('POST', '/sj/000/s/xhr', { headers: { Origin: 'http://o' } }).done()
    expect([first.status, first.body, first.headers['x-why']]).toEqual([403, 'no entry', 'no'])
    expect(first.headers['access-control-allow-origin']).toBe('http://o')
    expect(await send('x')).toEqual([404, 'Not Found\n'])
    expect(await poll()).toEqual([403, 'no entry'])
  })

  it('hears a heartbeat when nothing came for 25 seconds', async () => {
    await start(echo)
    await poll()
    const url = '/sj/000/s/xhr'
    const next = await waiting(ask('POST', url), url)
    const from = engine.sink.now()
    await passing(() => next.ended)
    expect(next.body).toBe('h\n')
    expect(engine.sink.now() - from).toBeGreaterThanOrEqual(25_000)
    expect(await asked(1)).toEqual([['OPEN']])
  })

  it('ends when the client does not come back for 5 seconds', async () => {
    await start(echo)
    await poll()
    const from = engine.sink.now()
    await forgotten(0)
    expect(engine.sink.now() - from).toBeGreaterThanOrEqual(5000)
    expect(await asked(2)).toEqual([['OPEN'], ['DISCONNECT']])
    expect(await send('x')).toEqual([404, 'Not Found\n'])
  })

  it('ends when the client leaves while it waits: the backend hears a close', async () => {
    await start((_request, count) => events(count === 1 ? ['OPEN'] : ['CLOSE 4002 bye']))
    await poll()
    const url = '/sj/000/s/xhr'
    const next = await waiting(ask('POST', url), url)
    next.leave()
    expect(await asked(2)).toEqual([['OPEN'], ['CLOSE']])
    await engine.sink.next('ended', ({ x }) => x === 2)
    expect(await poll()).toEqual([200, 'c[4002,"bye"]\n'])
  })

  it('is given up when the client leaves before it is open', async () => {
    let release = (): void => {}
    const wait = new Promise<void>((resolve) => (release = resolve))
    await start(async (request, count) => {
      if (count === 1) await wait
      return echo(request, count)
    })
    const first = ask('POST', '/sj/000/s/xhr')
    await asked(1)
    first.leave()
    await engine.sink.next('ended', ({ x }) => x === 2)
    release()
    expect(await asked(2)).toEqual([['OPEN'], ['DISCONNECT']])
  })

  it('is refused when there are too many', async () => {
    await start((_request, count) => events(count <= 2 ? ['OPEN'] : []), { proxy: { sockjsSessionMax: 2 } })
    expect(await poll('a')).toEqual([200, 'o\n'])
    expect(await poll('b')).toEqual([200, 'o\n'])
    expect(await poll('c')).toEqual([503, 'Too many sessions\n'])
  })

  it('gets published messages, and a close', async () => {
    await start((_request, count) =>
      events(count === 1 ? ['OPEN', control({ type: 'subscribe', channel: 'a' })] : [], WITH_GRIP),
    )
    await poll()
    await engine.publish({ channel: 'a', formats: { 'ws-message': { content: 'news' } } })
    expect(await poll()).toEqual([200, 'a["news"]\n'])
    const url = '/sj/000/s/xhr'
    const next = await waiting(ask('POST', url), url)
    await engine.publish({ channel: 'a', formats: { 'ws-message': { action: 'close', code: 4100, reason: 'enough' } } })
    expect((await next.done()).body).toBe('c[4100,"enough"]\n')
  })

  it('is cut off when too much waits for a client that does not ask', async () => {
    await start(
      (_request, count) => events(count === 1 ? ['OPEN', control({ type: 'subscribe', channel: 'a' })] : [], WITH_GRIP),
      {
        proxy: { clientBufferMax: 100_000 },
      },
    )
    await poll()
    for (let i = 0; i < 3; i++)
      await engine.publish({ channel: 'a', formats: { 'ws-message': { content: 'x'.repeat(40_000) } } })
    expect(await engine.sink.next('ended', ({ x }) => x === 2)).toMatchObject({ how: 'client-slow' })
    expect((await asked(2)).at(-1)).toEqual(['DISCONNECT'])
    expect(await send('x')).toEqual([404, 'Not Found\n'])
  })

  it('asks the path of sockjs_as_path, where one is set', async () => {
    await start(echo)
    await answer('POST', '/as/000/s/xhr?a=b')
    expect(engine.backend.requests[0]?.url).toBe('/other/path?a=b')
  })

  it('may have a backend that speaks WebSocket', async () => {
    await start(() => ({ status: 404 }))
    onUpgrade(engine.backend, (upgrade) => {
      const backend = upgrade.accept(['Sec-WebSocket-Extensions: grip'])
      backend.onFrame = (frame) => backend.send(`TEXT m:${upgrade.request.url} got ${frame}`)
    })
    expect(await answer('POST', '/plain/000/s/xhr?a')).toEqual([200, 'o\n'])
    await answer('POST', '/plain/000/s/xhr_send', { body: '["hi"]' })
    expect(await answer('POST', '/plain/000/s/xhr')).toEqual([200, 'a["/plain?a got TEXT hi"]\n'])
  })

  it('ends with the proxy', async () => {
    await start(echo)
    await poll()
    const url = '/sj/000/s/xhr'
    const next = await waiting(ask('POST', url), url)
    await engine.engine.stop()
    await next.until(() => next.ended || next.broken, 'end')
    expect(await engine.sink.next('ended', ({ x }) => x === 2)).toMatchObject({ how: 'stopped' })
  })
})

/** Lets time pass until something is so. */
async function passing(until: () => boolean): Promise<void> {
  await vi.waitFor(
    () => {
      engine.sink.pass(1000)
      expect(until()).toBe(true)
    },
    { timeout: 10_000, interval: 60 },
  )
}

/** Lets time pass until the session is gone. */
async function forgotten(ms: number): Promise<void> {
  if (ms > 0) {
    engine.sink.pass(ms)
    await vi.waitFor(async () => expect((await send('x'))[0]).toBe(404), { timeout: 5000, interval: 50 })
  } else {
    await passing(() => engine.sink.of('ended').some(({ x }) => x === 2))
  }
}

describe('JSON-P', () => {
  const jsonp = (query: string): Promise<[number, string]> => answer('GET', `/sj/000/s/jsonp?${query}`)

  it('hands frames to its callback, and takes messages as a form or as text', async () => {
    await start(echo)
    const first = await ask('GET', '/sj/000/s/jsonp?c=_jp.a1').done()
    expect([first.status, first.body]).toEqual([200, '/**/_jp.a1("o");\n'])
    expect(first.headers).toMatchObject({
      'content-type': 'application/javascript',
      'x-content-type-options': 'nosniff',
    })
    const form = { 'Content-Type': 'application/x-www-form-urlencoded' }
    expect(await answer('POST', '/sj/000/s/jsonp_send', { body: 'd=%5B%22a+b%2Bc%22%5D', headers: form })).toEqual([
      200,
      'ok',
    ])
    expect(await jsonp('callback=cb')).toEqual([200, '/**/cb("a[\\"a b+c\\"]");\n'])
    const text = { 'Content-Type': 'text/plain' }
    expect(await answer('POST', '/sj/000/s/jsonp_send', { body: '["</script>"]', headers: text })).toEqual([200, 'ok'])
    expect(await jsonp('c=cb')).toEqual([200, '/**/cb("a[\\"\\u003c/script>\\"]");\n'])
    expect(await answer('POST', '/sj/000/s/jsonp_send', { body: 'x=1', headers: form })).toEqual([
      400,
      'Payload expected\n',
    ])
  })
})

describe('streams', () => {
  const PRELUDE = `${'h'.repeat(2048)}\n`

  it('xhr_streaming stays open and gets a frame for what came', async () => {
    await start(echo)
    const stream = await ask('POST', '/sj/000/s/xhr_streaming').has('o\n')
    expect(stream.headers['content-type']).toBe('application/javascript; charset=UTF-8')
    await send('one')
    await stream.has('one')
    await send('two')
    await stream.has('two')
    expect(stream.body).toBe(`${PRELUDE}o\na["one"]\na["two"]\n`)
    expect(stream.ended).toBe(false)
    expect(await poll()).toEqual([200, 'c[2010,"Another connection still open"]\n'])
  })

  it('eventsource sends frames as events', async () => {
    await start(echo)
    const stream = await ask('GET', '/sj/000/s/eventsource').has('data: o')
    expect(stream.headers['content-type']).toBe('text/event-stream; charset=UTF-8')
    await send('line\nbreak')
    await stream.has('break')
    expect(stream.body).toBe('\r\ndata: o\r\n\r\ndata: a["line\\nbreak"]\r\n\r\n')
  })

  it('htmlfile sends frames as scripts', async () => {
    await start(echo)
    const stream = await ask('GET', '/sj/000/s/htmlfile?c=_jp.a1').has('p("o");')
    expect(stream.headers['content-type']).toBe('text/html; charset=UTF-8')
    expect(stream.body).toContain('parent._jp.a1;')
    await send('</script>')
    await stream.has('u003c/script')
    expect(stream.body.endsWith('<script>\np("a[\\"\\u003c/script>\\"]");\n</script>\r\n')).toBe(true)
  })

  it('end after 128 KiB, and the client asks anew for the rest', async () => {
    await start(echo)
    const stream = await ask('POST', '/sj/000/s/xhr_streaming').has('o\n')
    for (let i = 0; i < 2; i++) {
      await send(String(i).repeat(70_000))
      await stream.until(() => stream.body.length > 70_000 * (i + 1), 'message')
    }
    await stream.done()
    await send('next')
    const second = await ask('POST', '/sj/000/s/xhr_streaming').has('next')
    expect(second.body).toBe(`${PRELUDE}a["next"]\n`)
  })

  it('hear heartbeats and stay open', async () => {
    await start(echo)
    const stream = await ask('GET', '/sj/000/s/eventsource').has('data: o')
    await passing(() => stream.body.includes('data: h'))
    await passing(() => stream.body.endsWith('data: h\r\n\r\ndata: h\r\n\r\n'))
    expect(stream.ended).toBe(false)
  })

  it('end with the close', async () => {
    await start((_request, count) => events(count === 1 ? ['OPEN'] : ['TEXT bye', 'CLOSE 4001 enough']))
    const stream = await ask('POST', '/sj/000/s/xhr_streaming').has('o\n')
    await send('x')
    await stream.done()
    expect(stream.body).toBe(`${PRELUDE}o\na["bye"]\nc[4001,"enough"]\n`)
    const late = await ask('POST', '/sj/000/s/xhr_streaming').done()
    expect(late.body).toBe(`${PRELUDE}c[4001,"enough"]\n`)
  })

  it('end the session when the client leaves', async () => {
    await start(echo)
    const stream = await ask('GET', '/sj/000/s/eventsource').has('data: o')
    stream.leave()
    expect(await asked(2)).toEqual([['OPEN'], ['CLOSE']])
  })

  it('are refused with the backend’s answer before they begin', async () => {
    await start(() => ({ status: 403, body: 'no' }))
    expect(await answer('POST', '/sj/000/s/xhr_streaming')).toEqual([403, 'no'])
  })

  it('keep the backend from sending more than the client reads', async () => {
    let n = 0
    await start((_request, count) => events(count === 1 ? ['OPEN'] : [`TEXT ${'x'.repeat(900_000)}${n++}`]))
    const stream = await ask('GET', '/sj/000/s/eventsource').has('data: o')
    await send('x')
    await stream.has('x0')
    expect(engine.sink.of('ended').filter(({ x }) => x === 2)).toEqual([])
  })
})

describe('WebSockets', () => {
  async function connect(path: string): Promise<FramePeer> {
    const peer = FramePeer.connect(engine.port, path)
    open.push({ leave: () => peer.vanish() })
    return await peer.opened()
  }

  it('with frames of SockJS: "o" first, arrays both ways, one message a frame', async () => {
    await start((request, count) =>
      count === 1 ? events(['OPEN', 'TEXT hi', 'PING p', 'BINARY b']) : echo(request, count),
    )
    const peer = await connect('/sj/000/s/websocket?a=b')
    peer.send('TEXT ["one","two"]', 'TEXT+ ["thr', 'CONT ee"]', 'BINARY ["four"]', 'PING x', 'TEXT []')
    await peer.nth(7)
    expect(peer.frames).toEqual([
      'TEXT o',
      'TEXT a["hi"]',
      'TEXT a["b"]',
      'TEXT a["one"]',
      'TEXT a["two"]',
      'TEXT a["three"]',
      'TEXT a["four"]',
    ])
    expect(engine.backend.requests[0]?.url).toBe('/sj/websocket?a=b')
  })

  it.each(['TEXT "one"', 'TEXT [1]', 'TEXT [', 'TEXT'])('closes with 1007 after %j', async (frame) => {
    await start(echo)
    const peer = await connect('/sj/000/s/websocket')
    peer.send(frame)
    expect(await peer.nth(2)).toBe('CLOSE 1007 no JSON array of strings')
    expect((await asked(2))[1]).toEqual(['DISCONNECT'])
    expect((await engine.sink.next('ended')).how).toBe('bad-request')
  })

  it('closes with 1009 after a message of more than 200,000 bytes', async () => {
    await start(echo)
    const peer = await connect('/sj/000/s/websocket')
    peer.send(`TEXT ${JSON.stringify(['x'.repeat(200_001)])}`)
    expect(await peer.nth(2)).toBe('CLOSE 1009 a message is longer than 200000 bytes')
  })

  it('keeps codes of closes, both ways', async () => {
    await start((_request, count) => events(count === 1 ? ['OPEN'] : ['CLOSE 4006 backend']))
    const peer = await connect('/sj/000/s/websocket')
    peer.send('CLOSE 4005 client')
    await peer.ended()
    expect(peer.frames).toEqual(['TEXT o', 'CLOSE 4006 backend'])
    expect((await asked(2))[1]).toEqual(['CLOSE 4005 client'])
  })

  it('sends heartbeats', async () => {
    await start(echo)
    const peer = await connect('/sj/000/s/websocket')
    await passing(() => peer.frames.length >= 3)
    expect(peer.frames).toEqual(['TEXT o', 'TEXT h', 'TEXT h'])
  })

  it('has no session that requests could use', async () => {
    await start(echo)
    await connect('/sj/000/s/websocket')
    expect(await send('x')).toEqual([404, 'Not Found\n'])
  })

  it('without frames of SockJS, on the plain path', async () => {
    await start(echo)
    const peer = await connect('/sj/websocket?a=b')
    peer.send('TEXT one', 'BINARY two')
    await peer.nth(2)
    expect(peer.frames).toEqual(['TEXT one', 'BINARY two'])
    expect(engine.backend.requests[0]?.url).toBe('/sj/websocket?a=b')
  })

  it.each(['/as/websocket', '/as/000/s/websocket'])('%s asks the path of sockjs_as_path', async (path) => {
    await start(echo)
    expect((await connect(path)).status).toBe(101)
    expect(engine.backend.requests[0]?.url).toBe('/other/path')
  })

  it.each(['/sj', '/sj/', '/sj/other', '/sj/000/s/xhr', '/sj/a/b/c/websocket'])('there is none at %s', async (path) => {
    await start(echo)
    const peer = await connect(path)
    await peer.ended()
    expect([peer.status, peer.body]).toEqual([404, 'Not Found\n'])
    expect(engine.backend.requests).toEqual([])
  })

  it('are rejected as the backend rejects them', async () => {
    await start(() => ({ status: 403, headers: EVENTS, body: 'no' }))
    const peer = await connect('/sj/000/s/websocket')
    await peer.ended()
    expect([peer.status, peer.body]).toEqual([403, 'no'])
  })
})
