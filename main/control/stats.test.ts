import { describe, expect, test } from 'vitest'
import { encodeFormats } from '../grip/published-formats'
import { OUTCOMES, type TraceEvent } from '../trace/events'
import { Stats } from './stats'

const options = { connectionTtl: 120_000, subscriptionTtl: 60_000, reportInterval: 10_000 }
const LINE = '* b:1'
const told = (stats: Stats, ...events: TraceEvent[]) =>
  events.flatMap((event) => stats.of(event)).map(({ type, values: { from: _, ...values } }) => [type, values])
const ticked = (stats: Stats, now: number) =>
  stats.tick(now).map(({ type, values: { from: _, ...values } }) => [type, values])

const asked = (x: number, t = 0, secure = false, headers: string[] = []): TraceEvent => ({
  type: 'request',
  t,
  x,
  method: 'GET',
  url: '/',
  httpVersion: '1.1',
  headers,
  client: '127.0.0.1:4000',
  secure,
})
const sent = (x: number, route = LINE, fields: Partial<Extract<TraceEvent, { type: 'sent' }>> = {}): TraceEvent => {
  const base = { method: 'GET', url: '/', headers: [], target: 'b:1', why: 'request' } as const
  return { type: 'sent', t: 0, x, route, ...base, ...fields }
}
const message = (
  from: 'client' | 'backend' | 'proxy',
  size: number,
  kind: 'text' | 'control' | 'open' = 'text',
): TraceEvent => {
  const counted = { number: 1, messagesIn: 0, bytesIn: 0, messagesOut: 0 }
  return { type: 'ws-message', t: 0, x: 1, from, kind, data: new Uint8Array(), size, passed: true, ...counted }
}
/** Requests that have found their route. */
const requests = (...xs: number[]): TraceEvent[] => xs.flatMap((x) => [asked(x), sent(x)])
const WEBSOCKET = ['Upgrade', 'websocket']
const held = (x: number, mode: 'response' | 'stream' | 'websocket'): TraceEvent => ({
  type: 'held',
  t: 0,
  x,
  mode,
  timeout: 0,
  keepAlive: 0,
})
const subscribed = (x: number, channel = 'c'): TraceEvent => ({ type: 'subscribed', t: 0, x, channel })
type How = Extract<TraceEvent, { type: 'ended' }>['how']
const ended = (x: number, responseSize = 0, how: How = 'complete'): TraceEvent => ({
  type: 'ended',
  t: 0,
  x,
  how,
  responseSize,
})
const publish = (p: number, id?: string, formats: object = {}): TraceEvent => ({
  type: 'publish',
  t: 0,
  p,
  via: 'http',
  channel: 'c',
  ...(id !== undefined && { id }),
  formatNames: Object.keys(formats),
  formats: encodeFormats({ ...formats }),
  size: 1,
  waiting: false,
})
const delivery = (p: number, outcomes: Record<number, (typeof OUTCOMES)[number]>): TraceEvent => ({
  type: 'delivery',
  t: 0,
  p,
  channel: 'c',
  exchanges: Uint32Array.from(Object.keys(outcomes), Number),
  outcomes: Uint8Array.from(Object.values(outcomes), (name) => OUTCOMES.indexOf(name)),
})

describe('connections', () => {
  test('are told when they come and go', () => {
    const stats = new Stats(options)
    expect(told(stats, asked(1, 0, true), sent(1), ended(1))).toEqual([
      ['conn', { id: '1', type: 'http', 'peer-address': '127.0.0.1', ssl: true, ttl: 120 }],
      ['conn', { id: '1', unavailable: true }],
    ])
    expect(told(stats, ended(1))).toEqual([])
  })

  test('without a route are none', () => {
    expect(told(new Stats(options), asked(1), ended(1))).toEqual([])
  })

  test('are told with the id of their route', () => {
    expect(told(new Stats(options), asked(1), sent(1, '*,id=api b:1'), ended(1))).toMatchObject([
      ['conn', { route: 'api', id: '1' }],
      ['conn', { route: 'api', unavailable: true }],
    ])
  })

  test('are told under the id that backends know, where they are WebSockets over HTTP', () => {
    const stats = new Stats(options)
    expect(
      told(stats, asked(1, 0, false, WEBSOCKET), sent(1, LINE, { headers: ['Connection-Id', 'abc'] }), ended(1)),
    ).toEqual([
      ['conn', { id: 'abc', type: 'ws', 'peer-address': '127.0.0.1', ttl: 120 }],
      ['conn', { id: 'abc', unavailable: true }],
    ])
  })

  test('are not told where only reports are wanted', () => {
    expect(told(new Stats({ ...options, connections: false }), ...requests(1), ended(1))).toEqual([])
  })

  test('are told again before a watcher would forget them', () => {
    const stats = new Stats({ ...options, reportInterval: 1e9 })
    told(stats, asked(1, 0, false, WEBSOCKET), sent(1), held(1, 'websocket'))
    ticked(stats, 1000)
    expect(ticked(stats, 89_000)).toEqual([])
    expect(ticked(stats, 90_000)).toEqual([['conn', { id: '1', type: 'ws', 'peer-address': '127.0.0.1', ttl: 120 }]])
    expect(ticked(stats, 91_000)).toEqual([])
  })
})

describe('subscriptions', () => {
  test('are told for the first and the last of each mode and channel', () => {
    const stats = new Stats(options)
    told(stats, ...requests(1, 2, 3), held(1, 'stream'), held(2, 'stream'), held(3, 'response'))
    expect(told(stats, subscribed(1), subscribed(2), subscribed(3))).toEqual([
      ['sub', { mode: 'stream', channel: 'c', ttl: 60, subscribers: 1 }],
      ['sub', { mode: 'response', channel: 'c', ttl: 60, subscribers: 1 }],
    ])
    expect(told(stats, ended(1)).map(([type]) => type)).toEqual(['conn'])
    expect(told(stats, { type: 'unsubscribed', t: 0, x: 2, channel: 'c' })).toEqual([
      ['sub', { mode: 'stream', channel: 'c', unavailable: true }],
    ])
  })

  test('are told soon when they are more or less', () => {
    const stats = new Stats({ ...options, reportInterval: 0 })
    told(stats, ...requests(1, 2, 3), ...[1, 2, 3].map((x) => held(x, 'stream')), subscribed(1))
    ticked(stats, 0)
    told(stats, subscribed(2), subscribed(3))
    expect(ticked(stats, 100)).toEqual([['sub', { mode: 'stream', channel: 'c', ttl: 60, subscribers: 3 }]])
    expect(ticked(stats, 200)).toEqual([])
    told(stats, ended(2))
    expect(ticked(stats, 300)).toEqual([['sub', { mode: 'stream', channel: 'c', ttl: 60, subscribers: 2 }]])
  })

  test('are told again with how many they are', () => {
    const stats = new Stats({ ...options, reportInterval: 1e9 })
    told(stats, ...requests(1, 2), held(1, 'stream'), held(2, 'stream'), subscribed(1), subscribed(2))
    ticked(stats, 0)
    expect(ticked(stats, 45_000)).toEqual([['sub', { mode: 'stream', channel: 'c', ttl: 60, subscribers: 2 }]])
  })
})

describe('a channel of long-polls', () => {
  test('is listened to for a while after the last of them', () => {
    const stats = new Stats({ ...options, reportInterval: 0, subscriptionLinger: 5000 })
    told(stats, ...requests(1), held(1, 'response'), subscribed(1))
    expect(told(stats, ended(1)).map(([type]) => type)).toEqual(['conn'])
    ticked(stats, 0)
    expect(ticked(stats, 4900)).toEqual([])
    expect(ticked(stats, 5000)).toEqual([['sub', { mode: 'response', channel: 'c', unavailable: true }]])
  })

  test('is told anew where another one comes meanwhile', () => {
    const stats = new Stats(options)
    told(stats, ...requests(1, 2), held(1, 'response'), subscribed(1), ended(1), held(2, 'response'))
    expect(told(stats, subscribed(2))).toEqual([['sub', { mode: 'response', channel: 'c', ttl: 60, subscribers: 1 }]])
  })

  test('answered by a publish, is told as a message', () => {
    const stats = new Stats(options)
    told(stats, ...requests(1), held(1, 'response'), subscribed(1), publish(7, 'a'), ended(1, 5, 'delivered'))
    expect(told(stats, delivery(7, { 1: 'delivered' }))).toEqual([
      ['message', { channel: 'c', 'item-id': 'a', count: 1, transport: 'http-response' }],
    ])
  })
})

test('a message is told for each transport, with those who got it', () => {
  const stats = new Stats(options)
  told(stats, ...requests(1, 2, 3), held(1, 'stream'), held(2, 'stream'), held(3, 'response'))
  told(stats, subscribed(1), subscribed(2), subscribed(3), publish(7, 'a'))
  expect(told(stats, delivery(7, { 1: 'delivered', 2: 'filtered', 3: 'delivered' }))).toEqual([
    ['message', { channel: 'c', 'item-id': 'a', count: 1, transport: 'http-stream' }],
    ['message', { channel: 'c', 'item-id': 'a', count: 1, transport: 'http-response' }],
  ])
  expect(told(stats, publish(8), delivery(8, {}))).toEqual([])
})

test('a message that goes out in parts is told once, with all who got it', () => {
  const stats = new Stats(options)
  told(stats, ...requests(1, 2, 3), held(1, 'stream'), held(2, 'stream'), held(3, 'stream'))
  told(stats, subscribed(1), subscribed(2), subscribed(3), publish(7, 'a'))
  const part = (left: number, x: number): TraceEvent => ({ ...delivery(7, { [x]: 'delivered' }), left }) as TraceEvent
  const message = (count: number) => ['message', { channel: 'c', 'item-id': 'a', count, transport: 'http-stream' }]
  expect(told(stats, part(2, 1))).toEqual([])
  // What was decided later about one of them is no part.
  expect(told(stats, delivery(7, { 1: 'delivered' }))).toEqual([message(1)])
  expect(told(stats, part(1, 2))).toEqual([])
  expect(told(stats, part(0, 3))).toEqual([message(3)])
})

test('activity counts requests once', () => {
  const stats = new Stats(options)
  told(stats, ...requests(1, 2), asked(3), sent(3, '*,id=api b:1'))
  expect(ticked(stats, 100)).toEqual([
    ['activity', { count: 2 }],
    ['activity', { route: 'api', count: 1 }],
    ['counts', { 'requests-received': 3 }],
  ])
  expect(ticked(stats, 200)).toEqual([])
})

test('reports tell what there was since the one before', () => {
  const stats = new Stats(options)
  told(stats, ...requests(1, 2), held(1, 'response'), subscribed(1), ended(2))
  told(stats, publish(1), delivery(1, { 1: 'delivered' }))
  const report = (now: number) => ticked(stats, now).find(([type]) => type === 'report')?.[1]
  expect(report(9_999)).toBeUndefined()
  expect(report(10_000)).toMatchObject({
    connections: 2,
    minutes: 2,
    received: 1,
    sent: 1,
    'http-response-sent': 1,
    duration: 10_000,
  })
  expect(report(70_000)).toMatchObject({
    connections: 1,
    minutes: 1,
    received: 0,
    sent: 0,
    'http-response-sent': 0,
    duration: 60_000,
  })
})

describe('what goes over connections', () => {
  const report = (...events: TraceEvent[]) => {
    const stats = new Stats(options)
    told(stats, ...events)
    const values = ticked(stats, 10_000).find(([type]) => type === 'report')?.[1] ?? {}
    return Object.fromEntries(Object.entries(values).filter(([name, n]) => /-(bytes|messages)-/.test(name) && n !== 0))
  }
  const answered: TraceEvent = { type: 'answered', t: 0, x: 1, status: 200, reason: 'OK', headers: ['A', 'bc'] }
  const response = { t: 0, x: 1, status: 200, reason: 'OK', headers: ['A', 'b'], body: 'answer' } as const

  test('of a request that passes through', () => {
    const through = [
      asked(1, 0, false, ['Host', 'a']),
      sent(1, LINE, { headers: ['Host', 'abc'] }),
      { type: 'request-end', t: 0, x: 1, size: 10 },
      answered,
      { type: 'response', ...response },
      { type: 'answer-end', t: 0, x: 1, size: 20 },
      ended(1, 20),
    ] satisfies TraceEvent[]
    expect(report(...through)).toEqual({
      'client-header-bytes-received': 'GET/Hosta'.length,
      'client-content-bytes-received': 10,
      'server-header-bytes-sent': 'GET/Hostabc'.length,
      'server-content-bytes-sent': 10,
      'server-header-bytes-received': '200OKAbc'.length,
      'server-content-bytes-received': 20,
      'client-header-bytes-sent': '200OKAb'.length,
      'client-content-bytes-sent': 20,
    })
  })

  test('of a request that is sent again, with its body again', () => {
    const again = sent(1, LINE, { why: 'hint' })
    expect(report(asked(1), sent(1), { type: 'request-end', t: 0, x: 1, size: 10 }, again)).toMatchObject({
      'client-content-bytes-received': 10,
      'server-content-bytes-sent': 20,
    })
  })

  test('of a stream, while it is open', () => {
    const formats = { 'http-stream': { content: 'é' } }
    const open = [...requests(1), held(1, 'stream'), subscribed(1), publish(1, undefined, formats)]
    expect(report(...open, delivery(1, { 1: 'delivered' }))).toMatchObject({ 'client-content-bytes-sent': 2 })
    expect(report(...open, delivery(1, { 1: 'delivered' }), ended(1, 12))).toMatchObject({
      'client-content-bytes-sent': 12,
    })
  })

  test('of a WebSocket over HTTP, as messages', () => {
    const socket = [
      asked(1, 0, false, WEBSOCKET),
      sent(1, LINE, { method: 'POST', body: Buffer.from('OPEN\r\n') }),
      answered,
      message('backend', 0, 'open'),
      message('client', 5),
      sent(1, LINE, { method: 'POST', why: 'websocket', body: Buffer.alloc(50) }),
      answered,
      { type: 'answer-end', t: 0, x: 1, size: 99 },
      message('backend', 10, 'control'),
      message('backend', 6),
      message('proxy', 1),
      held(1, 'websocket'),
      subscribed(1),
      publish(1, undefined, { 'ws-message': { 'content-bin': 'AAAA' } }),
      delivery(1, { 1: 'delivered' }),
      { type: 'keep-alive', t: 0, exchanges: [1], size: 1 },
    ] satisfies TraceEvent[]
    expect(report(...socket)).toMatchObject({
      'client-content-bytes-received': 5,
      'client-messages-received': 1,
      'server-content-bytes-sent': 5,
      'server-messages-sent': 1,
      'server-header-bytes-sent': 'POST/'.length,
      'server-header-bytes-received': '200OKAbc'.length,
      'server-content-bytes-received': 18,
      'server-messages-received': 2,
      'client-messages-sent': 4,
      'client-content-bytes-sent': 3,
    })
  })
})
