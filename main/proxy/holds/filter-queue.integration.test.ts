// Filters that ask a backend, on response holds, streams and WebSockets: what passes, what does not, and in which order.
import { describe, expect, it } from 'vitest'
import { engineSetUp } from '../../testing/engine-set-up'
import { FramePeer } from '../../testing/frame-peer'
import { causesInWords } from '../../testing/said'
import { instruct, type ScriptedAnswer, ScriptedBackend, type SeenRequest } from '../../testing/scripted-backend'
import type { TestEngine } from '../../testing/test-engine'
import { control, events, WITH_GRIP } from '../../testing/websocket-backend'
import { OUTCOMES } from '../../trace/events'

const { engineOver, get, stopAfter } = engineSetUp()

/** What the backend says about a message; nothing: no answer for now. */
type Decide = (request: SeenRequest) => ScriptedAnswer | undefined | Promise<ScriptedAnswer | undefined>

const isFilter = ({ url }: SeenRequest): boolean => url.startsWith('/filter')

/** An engine whose backend answers all requests with `hold`, and decides about messages on /filter. */
async function start(
  hold: ScriptedAnswer | ((request: SeenRequest) => ScriptedAnswer),
  decide: Decide,
  options: { routes?: string[]; debug?: boolean } = {},
): Promise<TestEngine> {
  return await engineOver(
    (request) => (isFilter(request) ? decide(request) : typeof hold === 'function' ? hold(request) : hold),
    options.routes ?? ['* BACKEND'],
    { debug: options.debug ?? false },
  )
}

const META = { url: '/filter', user: 'alice' }

function held(
  mode: 'response' | 'stream',
  filters: string[],
  more: { channel?: object; hold?: object } = {},
): ScriptedAnswer {
  const channels = [{ name: 'room', filters, ...more.channel }]
  return instruct({ hold: { mode, channels, meta: META, ...more.hold }, response: { body: '' } })
}

function say(content: string, more: object = {}): object {
  return { channel: 'room', ...more, formats: { 'http-stream': { content }, 'http-response': { body: content } } }
}

function outcomes(t: TestEngine, p: number): string[] {
  const codes = t.sink.of('delivery').flatMap((e) => (e.p === p ? [...e.outcomes] : []))
  return codes.map((code) => OUTCOMES[code] ?? '')
}

/** Waits for what came of a publish in the end: outcomes of its only subscription, and the last reason. */
async function came(t: TestEngine, p: number, outcome: string): Promise<string> {
  await t.sink.when(() => (outcomes(t, p).at(-1) === outcome ? true : undefined), `publish ${p} ${outcome}`)
  return causesInWords(t.sink.of('delivery').findLast((e) => e.p === p)?.why)[0] ?? ''
}

function filterRequests(t: TestEngine): SeenRequest[] {
  return t.backend.requests.filter(isFilter)
}

/** A request that a test answers when it likes. */
function later<T>(): { promise: Promise<T>; resolve(value: T): void } {
  let resolve: (value: T) => void = () => {}
  const promise = new Promise<T>((done) => {
    resolve = done
  })
  return { promise, resolve }
}

describe('http-check', () => {
  it('asks the backend with the metas and what the client has, without content, and lets the message pass', async () => {
    const link = { channel: { 'prev-id': 'a' } }
    const t = await start(held('response', ['http-check'], link), () => ({ status: 200, body: 'not for the client' }))
    const client = get(t, '/room/1')
    await t.subscribed()
    await t.publish({ ...say('hello'), id: 'b', 'prev-id': 'a', meta: { sender: 'bob' } })
    await client.whole()
    expect(client.body).toBe('hello')
    expect(outcomes(t, 1)).toEqual(['waiting', 'delivered'])
    const [asked] = filterRequests(t)
    expect(asked).toMatchObject({ method: 'POST', url: '/filter', body: Buffer.alloc(0) })
    expect(asked?.headers).toMatchObject({
      'sub-meta': JSON.stringify(META),
      'pub-meta': '{"sender":"bob"}',
      'grip-last': 'room; last-id=a',
      'grip-sig': expect.any(String),
      'content-length': '0',
    })
  })

  it('drops what the backend says to drop; the hold stays', async () => {
    const t = await start(held('response', ['http-check']), () => ({ status: 200, headers: { Action: 'drop' } }))
    const client = get(t)
    await t.subscribed()
    await t.publish(say('hello'))
    expect(await came(t, 1, 'filtered')).toBe('http-check: the backend dropped it.')
    expect(client.head).toBe('')
    expect(t.sink.of('ended')).toEqual([])
  })

  it('follows one that drops by itself without asking', async () => {
    const t = await start(held('stream', ['skip-self', 'http-check']), () => ({ status: 200 }))
    get(t)
    await t.subscribed()
    await t.publish(say('mine', { meta: { sender: 'alice' } }))
    await came(t, 1, 'filtered')
    expect(outcomes(t, 1)).toEqual(['filtered'])
    expect(filterRequests(t)).toEqual([])
  })

  it('keeps a message back where the answer is an error, and says why', async () => {
    let status = 500
    const t = await start(held('stream', ['http-check']), () => ({ status }))
    const client = get(t)
    await t.subscribed()
    await t.publish(say('lost;'))
    expect(await came(t, 1, 'filtered')).toBe('http-check: the backend answered 500, not 200 or 204.')
    status = 204
    await t.publish(say('passes;'))
    await client.bodyHas('passes;')
    expect(client.body).toBe('passes;')
  })

  it('ends the hold over an error where errors are told', async () => {
    const t = await start(held('response', ['http-check']), () => ({ status: 403 }), { debug: true })
    const client = get(t)
    await t.subscribed()
    await t.publish(say('hello'))
    await client.whole()
    expect(client.status).toBe(502)
    expect(client.body).toContain('filter error: http-check: the backend answered 403')
  })

  it('keeps a message back where the connection names nothing to ask', async () => {
    const t = await start(held('stream', ['http-check'], { hold: { meta: {} } }), () => ({ status: 200 }))
    get(t)
    await t.subscribed()
    await t.publish(say('hello'))
    expect(await came(t, 1, 'filtered')).toBe('http-check: the connection has no meta url.')
  })

  it('keeps a message back where the backend can not be reached', async () => {
    const closed = await ScriptedBackend.start()
    const url = `http://127.0.0.1:${closed.port}/`
    await closed.stop()
    const t = await start(held('stream', ['http-check'], { hold: { meta: { url } } }), () => undefined)
    get(t)
    await t.subscribed()
    await t.publish(say('hello'))
    expect(await came(t, 1, 'filtered')).toMatch(/^http-check: /)
    expect(t.sink.of('backend-failed')).toMatchObject([{ code: 'ECONNREFUSED', filter: true, again: false }])
    expect(t.sink.of('ended')).toEqual([])
  })

  it('keeps a message back where the backend takes longer than ten seconds', async () => {
    const asked = later<void>()
    const t = await start(held('stream', ['http-check']), () => {
      asked.resolve()
      return undefined
    })
    get(t)
    await t.subscribed()
    t.sink.stopClock()
    await t.publish(say('hello'))
    await asked.promise
    t.sink.pass(9_900)
    expect(outcomes(t, 1)).toEqual(['waiting'])
    t.sink.pass(300)
    expect(await came(t, 1, 'filtered')).toBe('http-check: the backend did not answer within 10 s.')
    expect(t.sink.of('backend-failed')).toMatchObject([{ code: 'TIMEOUT', filter: true }])
  })

  it('goes over the network to a URL of another service, signed', async () => {
    const other = await ScriptedBackend.start(() => ({ status: 200, headers: { Action: 'drop' } }))
    stopAfter(other)
    const url = `http://127.0.0.1:${other.port}/elsewhere?x=1`
    const t = await start(held('stream', ['http-check'], { hold: { meta: { url } } }), () => ({ status: 200 }))
    get(t)
    await t.subscribed()
    await t.publish(say('hello'))
    await came(t, 1, 'filtered')
    expect(filterRequests(t)).toEqual([])
    expect(other.requests).toMatchObject([{ method: 'POST', url: '/elsewhere?x=1' }])
    expect(other.requests[0]?.headers).toMatchObject({
      host: `127.0.0.1:${other.port}`,
      'sub-meta': expect.any(String),
      'grip-sig': expect.any(String),
    })
  })

  it('is asked on the route that the exchange has', async () => {
    const t = await start(held('stream', ['http-check']), () => ({ status: 204 }), {
      routes: ['*,prefix=p-,header=X-Route:mine BACKEND'],
    })
    const client = get(t)
    await t.subscribed()
    await t.publish({ ...say('hello'), channel: 'p-room' })
    await client.bodyHas('hello')
    expect(filterRequests(t)[0]?.headers['x-route']).toBe('mine')
  })
})

describe('http-modify', () => {
  it('puts what the backend answers in the place of the content', async () => {
    const t = await start(held('response', ['http-modify']), ({ body }) => ({ body: `<<${body}>>` }))
    const client = get(t)
    await t.subscribed()
    await t.publish(say('hello'))
    await client.whole()
    expect(client.body).toBe('<<hello>>')
    expect(client.header('content-length')).toBe('9')
  })

  it('leaves the content with 204, and drops as well', async () => {
    const t = await start(held('stream', ['http-modify']), ({ body }) =>
      String(body) === 'no;' ? { status: 204, headers: { Action: 'drop' } } : { status: 204 },
    )
    const client = get(t)
    await t.subscribed()
    await t.publish(say('a;'), say('no;'), say('b;'))
    await client.bodyHas('b;')
    expect(client.body).toBe('a;b;')
    expect(outcomes(t, 2)).toEqual(['waiting', 'filtered'])
  })

  it('gives what it made to the filters after it', async () => {
    const t = await start(held('stream', ['http-modify', 'var-subst']), ({ body }) => ({ body: `${body} %(user)s` }))
    const client = get(t)
    await t.subscribed()
    await t.publish(say('hello'))
    await client.bodyHas('hello alice')
  })

  it('takes no more than 100,000 bytes', async () => {
    const t = await start(held('stream', ['http-modify']), () => ({ body: 'x'.repeat(100_001) }))
    get(t)
    await t.subscribed()
    await t.publish(say('hello'))
    expect(await came(t, 1, 'filtered')).toBe("http-modify: the backend's answer is longer than 100000 bytes.")
  })

  it('gets a body that was patched', async () => {
    const answer = instruct({
      hold: { mode: 'response', channels: [{ name: 'room', filters: ['http-modify'] }], meta: META },
      response: { headers: { 'Content-Type': 'application/json' }, body: '{"a":1}' },
    })
    const t = await start(answer, ({ body }) => ({ body: `${body}!` }))
    const client = get(t)
    await t.subscribed()
    const patch = [{ op: 'replace', path: '/a', value: 2 }]
    await t.publish({ channel: 'room', formats: { 'http-response': { 'body-patch': patch } } })
    await client.whole()
    expect(client.body).toBe('{"a":2}!')
  })
})

describe('messages behind one that is asked about', () => {
  it('keep their order, also those of other channels of the connection, and are asked about one by one', async () => {
    const first = later<ScriptedAnswer>()
    let asked = 0
    const channels = [{ name: 'room', filters: ['http-check'] }, { name: 'free' }]
    const t = await start(instruct({ hold: { mode: 'stream', channels, meta: META }, response: { body: '' } }), () =>
      ++asked === 1 ? first.promise : { status: 200 },
    )
    const client = get(t)
    await t.subscribed(2)
    await t.publish(say('1;'), say('2;'), { ...say('3;'), channel: 'free' }, say('4;'))
    expect(outcomes(t, 3)).toEqual(['waiting'])
    expect(t.sink.of('sent').filter(({ why }) => why === 'filter')).toHaveLength(1)
    first.resolve({ status: 200 })
    await client.bodyHas('4;')
    expect(client.body).toBe('1;2;3;4;')
    for (const p of [1, 2, 3, 4]) expect(outcomes(t, p)).toEqual(['waiting', 'delivered'])
  })

  it('wait whatever they follow, and follow it then', async () => {
    const first = later<ScriptedAnswer>()
    let asked = 0
    const hold = held('stream', ['http-check'], { channel: { 'prev-id': '0' } })
    const answer = { ...hold, headers: { ...hold.headers, 'Grip-Link': '</more>; rel=next' } }
    const t = await start(answer, () => (++asked === 1 ? first.promise : { status: 200 }))
    const client = get(t)
    await t.subscribed()
    await t.publish({ ...say('1;'), id: '1', 'prev-id': '0' }, { ...say('2;'), id: '2', 'prev-id': '1' })
    first.resolve({ status: 200 })
    await client.bodyHas('2;')
    expect(client.body).toBe('1;2;')
    expect(filterRequests(t).map(({ headers }) => headers['grip-last'])).toEqual(['room; last-id=0', 'room; last-id=1'])
  })

  it('are refused beyond a hundred', async () => {
    const t = await start(held('stream', ['http-check']), () => undefined)
    get(t)
    await t.subscribed()
    await t.publish(...Array.from({ length: 102 }, (_, i) => say(`${i};`)))
    expect(await came(t, 102, 'rate-limited')).toMatch(/more than 100 messages/)
    expect(outcomes(t, 101)).toEqual(['waiting'])
  })

  it('are too late where the message before answers the request', async () => {
    const first = later<ScriptedAnswer>()
    const t = await start(held('response', ['http-check']), () => first.promise)
    const client = get(t)
    await t.subscribed()
    await t.publish(say('first'), say('second'))
    first.resolve({ status: 200 })
    await client.whole()
    expect(client.body).toBe('first')
    await came(t, 1, 'delivered')
    expect(await came(t, 2, 'too-late')).toBe('the hold was over before its filters had decided')
  })
})

describe('a hold that is over before the backend has decided', () => {
  it.each(['response', 'stream'] as const)('has missed the message: %s', async (mode) => {
    const asked = later<void>()
    const t = await start(held(mode, ['http-check']), () => {
      asked.resolve()
      return undefined
    })
    const client = get(t)
    await t.subscribed()
    await t.publish(say('1'), say('2'))
    await asked.promise
    client.close()
    await came(t, 1, 'too-late')
    await came(t, 2, 'too-late')
    expect(outcomes(t, 1)).toEqual(['waiting', 'too-late'])
    expect(await t.sink.next('ended')).toMatchObject({ how: 'client-left' })
  })

  it('gets its timeout response all the same', async () => {
    const asked = later<void>()
    const t = await start(held('response', ['http-check'], { hold: { timeout: 10 } }), () => {
      asked.resolve()
      return undefined
    })
    const client = get(t)
    await t.subscribed()
    t.sink.pass(9_000)
    await t.publish(say('1'))
    await asked.promise
    t.sink.pass(2_000)
    await client.whole()
    expect(client.status).toBe(200)
    await came(t, 1, 'too-late')
  })
})

it('a stream that asks its next link meanwhile asks about the message anew', async () => {
  const first = later<ScriptedAnswer>()
  let asked = 0
  const answer = (request: SeenRequest): ScriptedAnswer => ({
    headers: {
      'Grip-Hold': 'stream',
      'Grip-Channel': 'room; filter=http-check',
      'Grip-Set-Meta': 'url="/filter"',
      'Grip-Link': '</more>; rel=next; timeout=5',
    },
    body: request.url === '/more' ? 'more;' : 'begins;',
  })
  const t = await start(answer, () => (++asked === 1 ? first.promise : { status: 200 }))
  const client = get(t)
  await t.subscribed()
  await t.publish(say('1;'))
  await t.sink.next('sent', ({ why }) => why === 'filter')
  t.sink.pass(5_000)
  await client.bodyHas('1;')
  expect(client.body).toBe('begins;more;1;')
  expect(outcomes(t, 1)).toEqual(['waiting', 'delivered'])
  expect(asked).toBe(2)
})

describe('a WebSocket', () => {
  async function socket(filters: string[], decide: Decide): Promise<{ t: TestEngine; client: FramePeer }> {
    const meta = control({ type: 'set-meta', name: 'url', value: '/filter?for=ws' })
    const subscribe = control({ type: 'subscribe', channel: 'room', filters })
    const t = await start(events(['OPEN', meta, subscribe], WITH_GRIP), decide, { routes: ['* BACKEND,over_http'] })
    const client = FramePeer.connect(t.port, '/socket')
    stopAfter({ stop: () => client.vanish() })
    await client.opened()
    await t.subscribed()
    return { t, client }
  }
  const message = (content: string): object => ({ channel: 'room', formats: { 'ws-message': { content } } })

  it('gets what passes, as the backend changed it, in order', async () => {
    const { t, client } = await socket(['http-modify'], ({ body }) =>
      String(body) === 'b' ? { status: 200, headers: { Action: 'drop' } } : { body: `${body}!` },
    )
    await t.publish(message('a'), message('b'), message('c'))
    await client.nth(2)
    expect(client.frames).toEqual(['TEXT a!', 'TEXT c!'])
    expect(filterRequests(t).map(({ url }) => url)).toEqual(Array(3).fill('/filter?for=ws'))
    expect(outcomes(t, 2)).toEqual(['waiting', 'filtered'])
  })

  it('stays open over an error', async () => {
    let status = 500
    const { t, client } = await socket(['http-check'], () => ({ status }))
    await t.publish(message('a'))
    await came(t, 1, 'filtered')
    status = 200
    await t.publish(message('b'))
    expect(await client.nth(1)).toBe('TEXT b')
  })

  it('that is gone before the backend has decided has missed the message', async () => {
    const asked = later<void>()
    const { t, client } = await socket(['http-check'], () => {
      asked.resolve()
      return undefined
    })
    await t.publish(message('a'))
    await asked.promise
    client.vanish()
    await came(t, 1, 'too-late')
  })

  it('is closed by a publish only if the backend lets that pass', async () => {
    let action = 'drop'
    const { t, client } = await socket(['http-check'], () => ({ status: 200, headers: { Action: action } }))
    const close = { channel: 'room', formats: { 'ws-message': { action: 'close', code: 4001 } } }
    await t.publish(close)
    await came(t, 1, 'filtered')
    action = ''
    await t.publish(close)
    expect(await client.nth(1)).toBe('CLOSE 4001')
    await came(t, 2, 'closed')
  })
})

it('a publish that is not sent yet would ask the backend', async () => {
  const t = await start(held('stream', ['http-check']), () => ({ status: 200 }))
  get(t)
  await t.subscribed()
  expect(t.engine.reach(say('x'))).toMatchObject({
    held: 1,
    reached: 0,
    not: [{ exchange: 1, outcome: 'waiting', why: 'http-check asks the backend, which decides' }],
  })
  expect(filterRequests(t)).toEqual([])
})
