// Control messages of backends, publishes, keep-alives and slow clients, on WebSockets over HTTP.
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { FramePeer } from '../../testing/frame-peer'
import { causesInWords, withMessage } from '../../testing/said'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { control, events, eventsIn, WITH_GRIP } from '../../testing/websocket-backend'
import { OUTCOMES } from '../../trace/events'

let engine: TestEngine
let client: FramePeer
/** What the backend answers to each request after the first. */
let answers: string[][]

afterEach(async () => {
  client.vanish()
  await engine.nothingLeft()
  await engine.stop()
})

/** A client whose backend opens with these events. */
async function open(first: readonly string[], routes = ['* BACKEND,over_http']): Promise<void> {
  engine = await startTestEngine(
    (_request, count) => events(count === 1 ? ['OPEN', ...first] : (answers[count - 2] ?? []), WITH_GRIP),
    routes,
    { proxy: { clientBufferMax: 200_000 } },
  )
  engine.sink.stopClock()
  client = FramePeer.connect(engine.port, '/')
  await client.opened()
}

beforeEach(() => {
  answers = []
})

const subscribe = (channel: string, filters?: string[]): string => control({ type: 'subscribe', channel, filters })
const message = (channel: string, format: Record<string, unknown>, item = {}): Record<string, unknown> => ({
  channel,
  formats: { 'ws-message': format },
  ...item,
})

/** Publishes and returns what came of it for the only subscription. */
async function publish(item: Record<string, unknown>): Promise<string | undefined> {
  const before = engine.sink.of('delivery').length
  await engine.publish(item)
  const delivery = await engine.sink.when(() => engine.sink.of('delivery')[before], 'delivery')
  return delivery.outcomes.length === 0 ? undefined : OUTCOMES[delivery.outcomes[0] ?? 0]
}

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

describe('subscribe', () => {
  it('brings published messages of every type', async () => {
    await open([subscribe('a')])
    expect(await publish(message('a', { content: 'text' }))).toBe('delivered')
    await publish(message('a', { 'content-bin': Buffer.from('bin').toString('base64') }))
    await publish(message('a', { content: 'as binary', type: 'binary' }))
    await publish(message('a', { content: 'p', type: 'ping' }))
    await publish(message('a', { type: 'pong', content: '' }))
    await client.nth(5)
    expect(client.frames).toEqual(['TEXT text', 'BINARY bin', 'BINARY as binary', 'PING p', 'PONG'])
  })

  it('takes no messages that have only other formats', async () => {
    await open([subscribe('a')])
    expect(await publish({ channel: 'a', formats: { 'http-stream': { content: 'x' } } })).toBe('no-format')
  })

  it('again replaces the filters', async () => {
    await open([
      subscribe('a', ['skip-self']),
      control({ type: 'set-meta', name: 'user', value: 'me' }),
      subscribe('a'),
    ])
    expect(await publish(message('a', { content: 'x' }, { meta: { sender: 'me' } }))).toBe('delivered')
    expect(await client.nth(1)).toBe('TEXT x')
  })

  it('is limited, and what is beyond the limit is left out', async () => {
    await open(Array.from({ length: 25 }, (_, i) => subscribe(`c${i}`)))
    await vi.waitFor(() => expect(engine.sink.of('ws-message')).toHaveLength(26))
    expect(engine.sink.of('subscribed').map(({ channel }) => channel)).toEqual(
      Array.from({ length: 20 }, (_, i) => `c${i}`),
    )
  })

  it('has the route’s prefix before the name', async () => {
    await open([subscribe('a')], ['*,prefix=p- BACKEND,over_http'])
    expect(await publish(message('a', { content: 'no' }))).toBeUndefined()
    expect(await publish(message('p-a', { content: 'yes' }))).toBe('delivered')
    expect(await client.nth(1)).toBe('TEXT yes')
  })
})

describe('require-sub', () => {
  const needs = (name: string): Record<string, unknown> =>
    message('p-a', { content: name }, { meta: { require_sub: name } })

  it('compares whole names, with the route’s prefix, as Pushpin 2.0 does on a WebSocket', async () => {
    await open([subscribe('a', ['require-sub']), subscribe('b')], ['*,prefix=p- BACKEND,over_http'])
    expect(await publish(needs('b'))).toBe('filtered')
    expect(await publish(needs('p-c'))).toBe('filtered')
    expect(await publish(needs('p-b'))).toBe('delivered')
    expect(await client.nth(1)).toBe('TEXT p-b')
  })
})

describe('unsubscribe', () => {
  it('ends it', async () => {
    await open([subscribe('a'), subscribe('b'), control({ type: 'unsubscribe', channel: 'a' })])
    expect(await publish(message('a', { content: 'no' }))).toBeUndefined()
    expect(await publish(message('b', { content: 'yes' }))).toBe('delivered')
  })

  it('does not end what the target itself subscribes', async () => {
    await open([control({ type: 'unsubscribe', channel: 'always' })], ['* BACKEND,over_http,sub=always'])
    expect(await publish(message('always', { content: 'yes' }))).toBe('delivered')
  })
})

describe('a target with sub=', () => {
  it('subscribes without GRIP being taken, and then all messages pass', async () => {
    engine = await startTestEngine(
      () => events(['OPEN', 'TEXT c:{"type":"detach"}']),
      ['*,prefix=p- BACKEND,over_http,sub=always'],
    )
    client = FramePeer.connect(engine.port, '/')
    expect(await client.nth(1)).toBe('TEXT c:{"type":"detach"}')
    expect(await publish(message('always', { content: 'yes' }))).toBe('delivered')
  })
})

describe('filters', () => {
  it('keep a message from who sent it', async () => {
    await open([control({ type: 'set-meta', name: 'user', value: 'me' }), subscribe('a', ['skip-self'])])
    expect(await publish(message('a', { content: 'own' }, { meta: { sender: 'me' } }))).toBe('filtered')
    expect(await publish(message('a', { content: 'other' }, { meta: { sender: 'you' } }))).toBe('delivered')
    expect(await client.nth(1)).toBe('TEXT other')
  })

  it('meta may be taken away again', async () => {
    await open([
      control({ type: 'set-meta', name: 'user', value: 'me' }),
      control({ type: 'set-meta', name: 'user' }),
      subscribe('a', ['skip-self']),
    ])
    expect(await publish(message('a', { content: 'own' }, { meta: { sender: 'me' } }))).toBe('delivered')
    expect(engine.sink.of('held').map(({ meta }) => meta)).toEqual([undefined, { user: 'me' }, undefined])
  })

  it('that do not fit those of the message drop it; on a route with debug the client is closed', async () => {
    const item = message('a', { content: 'x', 'content-filters': ['var-subst'] })
    await open([subscribe('a')])
    expect(await publish(item)).toBe('filtered')
    client.vanish()
    await engine.stop()
    await open([subscribe('a')], ['*,debug BACKEND,over_http'])
    await publish(item)
    expect(await client.nth(1)).toMatch(/^CLOSE 1011 .*content-filters are var-subst/)
  })
})

describe('a control message that can’t be understood', () => {
  it.each(['c:', 'c:{', 'c:[]', 'c:{"type":"jump"}', 'c:{"type":"subscribe"}'])(
    'is skipped and shown so: %s',
    async (text) => {
      await open([`TEXT ${text}`, subscribe('a')])
      expect(await publish(message('a', { content: 'x' }))).toBe('delivered')
      const said = engine.sink.of('ws-message').filter(({ kind }) => kind === 'control')
      expect(said.map(({ passed }) => passed)).toEqual([false, true])
    },
  )

  it('of a session id changes nothing here', async () => {
    await open([control({ type: 'session', id: 's1' }), control({ type: 'session' }), 'TEXT m:hello'])
    expect(await client.nth(1)).toBe('TEXT hello')
  })
})

describe('keep-alive', () => {
  async function passing(until: () => boolean): Promise<void> {
    await vi.waitFor(
      () => {
        engine.sink.pass(1000)
        expect(until()).toBe(true)
      },
      { timeout: 10_000, interval: 60 },
    )
  }

  it('sends its content whenever nothing else went out for a while', async () => {
    await open([control({ type: 'keep-alive', content: 'ka', timeout: 10 }), subscribe('a')])
    const from = engine.sink.now()
    await passing(() => client.frames.length >= 1)
    expect(client.frames).toEqual(['TEXT ka'])
    expect(engine.sink.now() - from).toBeGreaterThanOrEqual(9000)
    engine.sink.pass(5000)
    await publish(message('a', { content: 'x' }))
    const sent = engine.sink.now()
    await passing(() => client.frames.length >= 3)
    expect(client.frames).toEqual(['TEXT ka', 'TEXT x', 'TEXT ka'])
    const keepAlives = engine.sink.of('keep-alive')
    expect((keepAlives[1]?.t ?? 0) - sent).toBeGreaterThanOrEqual(8900)
    expect(keepAlives[0]).toMatchObject({ exchanges: [1], size: 2 })
  })

  it('at intervals does not mind what else goes out', async () => {
    await open([control({ type: 'keep-alive', content: 'ka', timeout: 10, mode: 'interval' }), subscribe('a')])
    const held = engine.sink.of('held').at(-1)
    expect(held?.keepAlive).toBe(10_000)
    engine.sink.pass(9000)
    await publish(message('a', { content: 'x' }))
    await passing(() => client.frames.length >= 2)
    const [keepAlive] = engine.sink.of('keep-alive')
    expect((keepAlive?.t ?? 0) - (held?.t ?? 0)).toBeLessThan(14_000)
  })

  it('may be binary, or a ping', async () => {
    await open([control({ type: 'keep-alive', 'message-type': 'ping', 'content-bin': 'AQI=', timeout: 5 })])
    await passing(() => client.frames.length >= 1)
    expect(client.frames[0]).toBe('PING \u0001\u0002')
  })

  it('without a content ends', async () => {
    answers = [[control({ type: 'keep-alive' }), 'TEXT m:ok']]
    await open([control({ type: 'keep-alive', content: 'ka', timeout: 5 })])
    client.send('TEXT stop')
    await client.until(() => client.frames.includes('TEXT ok'), 'answer')
    expect(engine.sink.of('held').at(-1)?.keepAlive).toBe(0)
  })
})

it.each([
  ['idle', 0.5],
  ['interval', 0.25],
  ['idle', 0.75],
])('a keep-alive (%s) comes up to a second early, as that of a stream', async (mode, random) => {
  const chance = vi.spyOn(Math, 'random').mockReturnValue(random)
  try {
    await open([control({ type: 'keep-alive', content: 'ka', timeout: 10, mode })])
    const held = engine.sink.of('held').at(-1)?.t ?? 0
    engine.sink.pass(10_000 - random * 1000)
    await client.nth(1)
    const [first] = engine.sink.of('keep-alive')
    expect((first?.t ?? 0) - held).toBeLessThan(10_000 - random * 1000 + 200)
    engine.sink.pass(10_000 - random * 1000)
    await client.nth(2)
  } finally {
    chance.mockRestore()
  }
})

describe('a published ping or pong', () => {
  it.each(['ping', 'pong'])('(%s) without content is not sent, and one that is empty is', async (type) => {
    await open([subscribe('a')])
    expect(await publish(message('a', { type }))).toBe('bad-item')
    expect(causesInWords(engine.sink.of('delivery')[0]?.why)[0]).toContain(`a ${type} without content is not sent`)
    expect(await publish(message('a', { type, content: '' }))).toBe('delivered')
    expect(await client.nth(1)).toBe(type.toUpperCase())
    expect(client.frames).toHaveLength(1)
  })
})

describe('text that is not valid UTF-8', () => {
  const bad = Buffer.from([0x61, 0xff]).toString('base64')

  it('of a publish is told as the reason when the client leaves with 1007', async () => {
    await open([subscribe('a')])
    expect(await publish(message('a', { type: 'text', 'content-bin': bad }))).toBe('delivered')
    expect(causesInWords(engine.sink.of('delivery')[0]?.why)[0]).toContain('not valid UTF-8')
    await client.nth(1)
    client.send('CLOSE 1007')
    expect(withMessage(await engine.sink.next('ended'))).toMatchObject({
      how: 'client-left',
      message: expect.stringContaining('the text of publish #1 (channel a) is not valid UTF-8'),
    })
  })

  it('of a backend, too', async () => {
    answers = []
    await open([])
    engine.backend.handler = () => ({
      headers: { 'Content-Type': 'application/websocket-events' },
      body: Buffer.concat([Buffer.from('TEXT 3\r\nm:'), Buffer.from([0xff]), Buffer.from('\r\n')]),
    })
    client.send('TEXT go')
    await client.nth(1)
    client.send('CLOSE 1007')
    expect(withMessage(await engine.sink.next('ended')).message).toContain(
      'a text message of the backend is not valid UTF-8',
    )
  })

  it('is not told of a client that leaves with 1007 for its own reasons', async () => {
    await open([subscribe('a')])
    await publish(message('a', { content: 'fine' }))
    await client.nth(1)
    client.send('CLOSE 1007')
    expect(withMessage(await engine.sink.next('ended')).message ?? '').not.toContain('UTF-8')
  })
})

describe('send-delayed', () => {
  const delayed = (content: string, timeout: number): string => control({ type: 'send-delayed', content, timeout })

  it('sends a message after its time, and the trace has it as the proxy’s', async () => {
    await open([delayed('later', 5), 'TEXT m:now'])
    await client.nth(1)
    const from = engine.sink.now()
    await vi.waitFor(
      () => {
        engine.sink.pass(1000)
        expect(client.frames).toEqual(['TEXT now', 'TEXT later'])
      },
      { timeout: 10_000, interval: 60 },
    )
    const [sent] = engine.sink.of('ws-message').filter((event) => event.from === 'proxy')
    expect(sent).toMatchObject({ kind: 'text', size: 5 })
    expect((sent?.t ?? 0) - from).toBeGreaterThan(4000)
  })

  it('lets the one before go at once', async () => {
    await open([delayed('one', 50), delayed('two', 50), 'TEXT m:now'])
    await client.nth(2)
    expect(client.frames).toEqual(['TEXT now', 'TEXT one'])
  })

  it('goes at once with flush-delayed, and only once', async () => {
    await open([
      delayed('one', 50),
      control({ type: 'flush-delayed' }),
      control({ type: 'flush-delayed' }),
      'TEXT m:now',
    ])
    await client.nth(2)
    expect(client.frames).toEqual(['TEXT now', 'TEXT one'])
  })
})

describe('detach', () => {
  it('tells the backend CLOSE, then leaves it alone; publishes go on', async () => {
    await open([subscribe('a'), control({ type: 'detach' }), 'TEXT m:together'])
    expect(await asked(2)).toEqual([['OPEN'], ['CLOSE']])
    await vi.waitFor(() => expect(engine.sink.of('answer-end')).toHaveLength(2))
    client.send('TEXT into the void')
    expect((await engine.sink.next('ws-message', ({ from }) => from === 'client')).passed).toBe(false)
    expect(await publish(message('a', { content: 'news' }))).toBe('delivered')
    await client.nth(2)
    client.send('CLOSE 4001')
    await client.ended()
    expect(client.frames).toEqual(['TEXT together', 'TEXT news', 'CLOSE 1000'])
    expect(engine.backend.requests).toHaveLength(2)
  })

  it('hears nothing in the answer to that CLOSE', async () => {
    answers = [['TEXT m:ghost', control({ type: 'unsubscribe', channel: 'a' })]]
    await open([subscribe('a'), control({ type: 'detach' })])
    await asked(2)
    await vi.waitFor(() => expect(engine.sink.of('answer-end')).toHaveLength(2))
    expect(await publish(message('a', { content: 'news' }))).toBe('delivered')
    expect(await client.nth(1)).toBe('TEXT news')
  })

  it('holds even if the backend fails then', async () => {
    await open([subscribe('a'), control({ type: 'detach' })])
    await asked(2)
    await engine.backend.stop()
    expect(await publish(message('a', { content: 'news' }))).toBe('delivered')
    client.vanish()
    expect((await engine.sink.next('ended')).how).toBe('client-left')
  })
})

describe('a publish', () => {
  it('with action close ends both sides', async () => {
    await open([subscribe('a')])
    const item = message('a', { action: 'close', code: 4321, reason: 'enough' })
    expect(await publish(item)).toBe('closed')
    expect(await client.nth(1)).toBe('CLOSE 4321 enough')
    expect((await asked(2))[1]).toEqual(['CLOSE'])
    client.send('CLOSE 4321')
    await client.ended()
    expect(await engine.sink.next('ended')).toMatchObject({ how: 'closed', by: 'publish' })
    expect(await publish(message('a', { content: 'late' }))).toBeUndefined()
  })

  it('with action close and no code closes with 1000', async () => {
    await open([subscribe('a')])
    await publish(message('a', { action: 'close' }))
    expect(await client.nth(1)).toBe('CLOSE 1000')
  })

  it('with action refresh has the backend asked without events', async () => {
    answers = [['TEXT m:fresh']]
    await open([subscribe('a')])
    expect(await publish(message('a', { action: 'refresh' }))).toBe('asked-again')
    expect(await client.nth(1)).toBe('TEXT fresh')
    expect(await asked(2)).toEqual([['OPEN'], []])
    expect(engine.sink.of('sent').at(-1)?.why).toBe('refresh')
  })

  it('reaches a client that has begun to close until its backend has answered', async () => {
    let release = (): void => {}
    const wait = new Promise<void>((resolve) => (release = resolve))
    engine = await startTestEngine(
      async (_request, count) => {
        if (count === 1) return events(['OPEN', subscribe('a')], WITH_GRIP)
        await wait
        return events(['CLOSE 1000'])
      },
      ['* BACKEND,over_http'],
    )
    client = FramePeer.connect(engine.port, '/')
    await engine.subscribed()
    client.send('CLOSE 1000')
    await asked(2)
    expect(await publish(message('a', { content: 'late' }))).toBe('delivered')
    release()
    await client.ended()
    expect(client.frames).toEqual(['TEXT late', 'CLOSE 1000'])
  })

  it('is not sent as a ping that is too long for one', async () => {
    await open([subscribe('a')])
    expect(await publish(message('a', { content: 'x'.repeat(126), type: 'ping' }))).toBe('bad-item')
    expect(await publish(message('a', { content: 'y'.repeat(125), type: 'ping' }))).toBe('delivered')
    expect(await client.nth(1)).toBe(`PING ${'y'.repeat(125)}`)
  })
})

describe('a client that does not read', () => {
  it('is cut off once too much waits for it, and that is recorded; its backend is told', async () => {
    await open([subscribe('a')])
    client.socket.pause()
    const content = 'x'.repeat(100_000)
    const outcomes: (string | undefined)[] = []
    while (outcomes.at(-1) !== 'client-slow' && outcomes.length < 500)
      outcomes.push(await publish(message('a', { content })))
    expect(outcomes.at(-1)).toBe('client-slow')
    expect(new Set(outcomes.slice(0, -1))).toEqual(new Set(['delivered']))
    expect(await engine.sink.next('ended')).toMatchObject({
      how: 'client-slow',
      cause: { code: 'client-slow', max: 200_000 },
    })
    expect((await asked(2)).at(-1)).toEqual(['DISCONNECT'])
    expect(await publish(message('a', { content }))).toBeUndefined()
  })
})
