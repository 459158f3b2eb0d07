// The stories of exchanges, as the trace tells them: which events, in which order, with what in them.
import { afterEach, describe, expect, it } from 'vitest'
import { RawClient } from '../../testing/raw-client'
import { instruct, type ScriptedAnswer, ScriptedBackend } from '../../testing/scripted-backend'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import type { TraceEvent } from '../../trace/events'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0)) await one.stop()
})

async function engineOver(...args: Parameters<typeof startTestEngine>): Promise<TestEngine> {
  const t = await startTestEngine(...args)
  // On a slow machine, holds would look for news after their first second.
  t.sink.stopClock()
  open.push(t)
  return t
}

function get(t: TestEngine, path = '/'): RawClient {
  const client = RawClient.get(t.port, path)
  open.push({ stop: () => client.close() })
  return client
}

function hold(mode: string, more: object = {}): ScriptedAnswer {
  return instruct({ hold: { mode, channels: [{ name: 'a' }], ...more }, response: { body: 'first' } })
}

/** With a length, the head goes on at once; without, it waits in the hope that the body comes with it. */
function sized(body: string, status = 200): ScriptedAnswer {
  return { status, headers: { 'Content-Length': String(body.length) }, body }
}

/** All events in order, each in a few words. */
function told(t: TestEngine): string[] {
  return ofTraffic(t).map(inWords)
}

/** Not of the engine as a whole: its start, its ports. */
function ofTraffic({ sink }: TestEngine): TraceEvent[] {
  return sink.events.filter((event) => 'x' in event || 'p' in event || event.type === 'keep-alive')
}

function inWords(event: TraceEvent): string {
  switch (event.type) {
    case 'request':
      return `${event.x} request ${event.method} ${event.url}`
    case 'sent':
      return `${event.x} sent ${event.url} (${event.why})`
    case 'answered':
      return `${event.x} answered ${event.status}`
    case 'instruct':
      return `${event.x} instruct by ${event.from}, ${event.accepted ? 'accepted' : 'refused'}`
    case 'held':
      return `${event.x} held as ${event.mode}`
    case 'subscribed':
      return `${event.x} subscribed to ${event.channel}`
    case 'response':
      return `${event.x} response ${event.status} of ${event.body}${event.p === undefined ? '' : ` ${event.p}`}`
    case 'request-end':
    case 'answer-end':
      return `${event.x} ${event.type} ${event.size}`
    case 'request-data':
    case 'answer-data':
    case 'response-data':
      return `${event.x} ${event.type} "${Buffer.from(event.data).toString().slice(0, 20)}"`
    case 'backend-failed':
      return `${event.x} backend-failed ${event.code}${event.again ? ', again' : ''}`
    case 'ended':
      return `${event.x} ended: ${event.how}, ${event.responseSize} bytes`
    case 'publish':
      return `publish ${event.p} to ${event.channel}${event.waiting ? ', waits' : ''}`
    case 'delivery':
      return `delivery of ${event.p} to ${event.exchanges.length}${event.gaveUp ? ', gave up' : ''}`
    case 'keep-alive':
      return `keep-alive to ${event.exchanges.join()}`
    default:
      return event.type
  }
}

const ANSWERED_HOLD = [
  '1 request GET /',
  '1 sent / (request)',
  '1 answered 200',
  expect.stringMatching(/^1 answer-data "\{"hold"/),
  expect.stringMatching(/^1 answer-end \d+$/),
  '1 instruct by json, accepted',
]

describe('the story of', () => {
  it('a request that passes through', async () => {
    const t = await engineOver(({ body }) => sized(`got ${body}`, 201))
    const client = RawClient.open(t.port).send('POST /x?y HTTP/1.1\r\nHost: a\r\nContent-Length: 4\r\n\r\nbody')
    await client.whole()
    client.close()
    await t.sink.next('ended')
    expect(told(t)).toEqual([
      '1 request POST /x?y',
      '1 sent /x?y (request)',
      '1 request-data "body"',
      '1 request-end 4',
      '1 answered 201',
      '1 response 201 of answer',
      '1 answer-data "got body"',
      '1 answer-end 8',
      '1 ended: complete, 8 bytes',
    ])
    expect(t.sink.of('request')[0]).toMatchObject({ httpVersion: '1.1', secure: false })
    expect(t.sink.of('request')[0]?.client).toMatch(/^127\.0\.0\.1:\d+$/)
    expect(t.sink.of('sent')[0]).toMatchObject({ method: 'POST', target: `127.0.0.1:${t.backend.port}` })
  })

  it('a long-poll that is answered', async () => {
    const t = await engineOver(() => hold('response'))
    const client = get(t)
    await t.subscribed()
    await t.publish({ channel: 'a', formats: { 'http-response': { body: 'news' } } })
    await client.whole()
    await t.sink.next('ended')
    expect(told(t)).toEqual([
      ...ANSWERED_HOLD,
      '1 held as response',
      '1 subscribed to a',
      'publish 1 to a',
      'delivery of 1 to 1',
      '1 response 200 of publish 1',
      '1 ended: delivered, 4 bytes',
    ])
  })

  it('a long-poll that timed out', async () => {
    const t = await engineOver(() => hold('response'))
    const client = get(t)
    await t.subscribed()
    t.sink.pass(55_000)
    await client.whole()
    await t.sink.next('ended')
    expect(told(t).filter((line) => !line.includes('subscribed)'))).toEqual(
      expect.arrayContaining([
        '1 held as response',
        '1 subscribed to a',
        '1 response 200 of own',
        '1 response-data "first"',
        '1 ended: timed-out, 5 bytes',
      ]),
    )
  })

  it('a stream that is published to, kept alive, and left', async () => {
    const t = await engineOver(() => hold('stream', { 'keep-alive': { content: '.', timeout: 20, mode: 'interval' } }))
    const client = await get(t).bodyHas('first')
    await t.subscribed()
    await t.publish({ channel: 'a', formats: { 'http-stream': { content: 'news' } } })
    await client.bodyHas('news')
    t.sink.pass(20_000)
    await client.bodyHas('news.')
    await t.sink.next('keep-alive')
    client.close()
    await t.sink.next('ended')
    expect(told(t)).toEqual([
      ...ANSWERED_HOLD,
      '1 response 200 of own',
      '1 response-data "first"',
      '1 held as stream',
      '1 subscribed to a',
      'publish 1 to a',
      'delivery of 1 to 1',
      'keep-alive to 1',
      '1 ended: client-left, 10 bytes',
    ])
  })

  it('a stream that is closed by a publish', async () => {
    const t = await engineOver(() => hold('stream'))
    const client = await get(t).bodyHas('first')
    await t.subscribed()
    await t.publish({ channel: 'a', formats: { 'http-stream': { action: 'close' } } })
    await client.whole()
    await t.sink.next('ended')
    expect(told(t).slice(-3)).toEqual(['publish 1 to a', 'delivery of 1 to 1', '1 ended: closed, 5 bytes'])
  })

  it('an instruct that only answers', async () => {
    const t = await engineOver(() => instruct({ response: { code: 404, body: 'not here' } }))
    await get(t).whole()
    await t.sink.next('ended')
    expect(told(t).slice(5)).toEqual([
      '1 instruct by json, accepted',
      '1 response 404 of own',
      '1 response-data "not here"',
      '1 ended: complete, 8 bytes',
    ])
  })

  it('a hint: the request goes to the backend again, and its answer ends it', async () => {
    const t = await engineOver((_request, count) => (count === 1 ? hold('response') : sized('fresh')))
    const client = get(t)
    await t.subscribed()
    await t.publish({ channel: 'a', formats: { 'http-response': { action: 'hint' } } })
    await client.whole()
    await t.sink.next('ended')
    expect(told(t).slice(8)).toEqual([
      'publish 1 to a',
      'delivery of 1 to 1',
      '1 sent / (hint)',
      '1 answered 200',
      '1 response 200 of answer',
      '1 answer-data "fresh"',
      '1 answer-end 5',
      '1 ended: complete, 5 bytes',
    ])
  })

  it('a message that came before the one it follows', async () => {
    const t = await engineOver(() => hold('stream'))
    const client = await get(t).bodyHas('first')
    await t.subscribed()
    const item = (id: string, prev: string) => ({
      channel: 'a',
      id,
      'prev-id': prev,
      formats: { 'http-stream': { content: `${id};` } },
    })
    await t.publish(item('1', '0'), item('3', '2'), item('2', '1'))
    await client.bodyHas('1;2;3;')
    await t.sink.when(() => t.sink.of('delivery')[2], 'third delivery')
    expect(told(t).slice(-6)).toEqual([
      'publish 1 to a',
      'publish 2 to a, waits',
      'publish 3 to a',
      'delivery of 1 to 1',
      'delivery of 3 to 1',
      'delivery of 2 to 1',
    ])
    await t.publish(item('6', '5'))
    t.sink.pass(1000)
    await client.bodyHas('6;')
    expect(told(t).slice(-2)).toEqual(['publish 4 to a, waits', 'delivery of 4 to 1, gave up'])
  })

  it('a backend that refuses, and another that does not', async () => {
    const gone = await ScriptedBackend.start()
    const { port } = gone
    await gone.stop()
    const t = await engineOver(() => sized('ok'), [`* 127.0.0.1:${port} BACKEND`])
    await get(t).whole()
    await t.sink.next('ended')
    expect(told(t)).toEqual([
      '1 request GET /',
      '1 sent / (request)',
      '1 backend-failed ECONNREFUSED, again',
      '1 sent / (failover)',
      '1 answered 200',
      '1 response 200 of answer',
      '1 answer-data "ok"',
      '1 answer-end 2',
      '1 ended: complete, 2 bytes',
    ])
  })

  it('a request without a route', async () => {
    const t = await engineOver(() => ({}), ['other.example BACKEND'])
    await get(t).whole()
    await t.sink.next('ended')
    expect(told(t)).toEqual([
      '1 request GET /',
      '1 response 502 of own',
      '1 response-data "Error while proxying"',
      '1 ended: no-route, 32 bytes',
    ])
  })

  it('a hold with a gone link, when its client leaves', async () => {
    const t = await engineOver(({ url }) =>
      url === '/gone'
        ? {}
        : { headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'a', 'Grip-Link': '</gone>; rel=gone' } },
    )
    const client = get(t)
    await t.subscribed()
    client.close()
    await t.sink.next('ended')
    expect(told(t).slice(-2)).toEqual(['1 sent /gone (gone)', '1 ended: client-left, 0 bytes'])
    await expect.poll(() => t.backend.requests.at(-1)).toMatchObject({ method: 'POST', url: '/gone' })
  })
})

it('numbers exchanges by their requests, and tells time that never goes back', async () => {
  const t = await engineOver(() => ({ body: 'ok' }))
  const clients = Array.from({ length: 20 }, (_, i) => get(t, `/${i}`))
  await Promise.all(clients.map((client) => client.whole()))
  await t.sink.when(() => t.sink.of('ended')[19], '20 ends')
  expect(t.sink.of('request').map(({ x }) => x)).toEqual(clients.map((_, i) => i + 1))
  const times = t.sink.events.map((event) => event.t)
  expect(times).toEqual([...times].sort((a, b) => a - b))
})

it('tells nothing of exchanges that began while recording was paused, even later', async () => {
  const t = await engineOver(() => hold('stream'))
  t.sink.recording = false
  const client = await get(t).bodyHas('first')
  t.sink.recording = true
  await t.publish({ channel: 'a', formats: { 'http-stream': { content: 'news' } } })
  await client.bodyHas('news')
  client.close()
  await get(t, '/seen').bodyHas('first')
  expect(t.sink.events.some((event) => 'x' in event && event.x === 1)).toBe(false)
  expect(t.sink.of('request').map((event) => event.url)).toEqual(['/seen'])
})

describe('what is published while recording is paused', () => {
  const say = (content: string) => ({ channel: 'a', formats: { 'http-stream': { content } } })
  const told = (t: TestEngine) => ({
    publishes: t.sink.of('publish').map(({ p }) => p),
    deliveries: t.sink.of('delivery').map(({ p, exchanges, outcomes, unrecorded }) => ({
      p,
      exchanges: [...exchanges],
      outcomes: [...outcomes],
      unrecorded: unrecorded && [...unrecorded],
    })),
  })

  it('is not recorded where it reaches nobody, or only clients that came since', async () => {
    const t = await engineOver(() => hold('stream'))
    t.sink.recording = false
    await t.publish(say('to nobody'))
    const client = await get(t).bodyHas('first')
    await t.publish(say('news'))
    await client.bodyHas('news')
    await t.publish({ channel: 'a' })
    expect(ofTraffic(t)).toEqual([])
  })

  it('is recorded where it reaches an exchange that is, with the others marked', async () => {
    const t = await engineOver(() => hold('stream'))
    const known = await get(t).bodyHas('first')
    await t.subscribed()
    t.sink.recording = false
    const unknown = await get(t).bodyHas('first')
    await t.publish(say('news'))
    await Promise.all([known, unknown].map((client) => client.bodyHas('news')))
    const mixed = { exchanges: [1, 2], outcomes: [0, 0], unrecorded: [0, 1] }
    expect(told(t)).toEqual({ publishes: [1], deliveries: [{ p: 1, ...mixed }] })
    t.sink.recording = true
    await t.publish(say('more'))
    await Promise.all([known, unknown].map((client) => client.bodyHas('more')))
    expect(told(t).deliveries.at(-1)).toEqual({ p: 2, ...mixed })
    known.close()
    await t.sink.next('ended')
    await t.publish(say('last'))
    await unknown.bodyHas('last')
    expect(told(t).deliveries.at(-1)).toEqual({ p: 3, exchanges: [2], outcomes: [0], unrecorded: [1] })
  })

  it('is recorded by the time that it goes out, if it waited for the message before it', async () => {
    const t = await engineOver(() => hold('stream'))
    const known = await get(t).bodyHas('first')
    await t.subscribed()
    await t.publish({ ...say('1;'), id: '1' })
    t.sink.recording = false
    await t.publish({ ...say('3;'), id: '3', 'prev-id': '2' })
    expect(told(t).publishes).toEqual([1])
    await t.publish({ ...say('2;'), id: '2', 'prev-id': '1' })
    await known.bodyHas('3;')
    expect(told(t).publishes).toEqual([1, 3, 2])
    expect(told(t).deliveries.map(({ p }) => p)).toEqual([1, 3, 2])
  })

  it('is recorded where the app publishes, since somebody waits to see who receives it', async () => {
    const t = await engineOver(() => hold('stream'))
    t.sink.recording = false
    t.engine.publishJson(say('to nobody'))
    expect(told(t)).toMatchObject({ publishes: [1], deliveries: [{ p: 1, exchanges: [] }] })
  })
})
