import { describe, expect, test } from 'vitest'
import { OUTCOMES, type TraceEvent } from '../trace/events'
import { Stats } from './stats'

const options = { connectionTtl: 120_000, subscriptionTtl: 60_000, reportInterval: 10_000 }
const told = (stats: Stats, ...events: TraceEvent[]) =>
  events.flatMap((event) => stats.of(event)).map(({ type, values: { from: _, ...values } }) => [type, values])
const ticked = (stats: Stats, now: number) =>
  stats.tick(now).map(({ type, values: { from: _, ...values } }) => [type, values])

const request = (x: number, t = 0, secure = false, headers: string[] = []): TraceEvent => ({
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
const sent = (x: number, headers: string[] = []): TraceEvent => ({
  type: 'sent',
  t: 0,
  x,
  route: '*',
  target: 'b',
  method: 'GET',
  url: '/',
  headers,
  why: 'request',
})
const held = (x: number, mode: 'response' | 'stream' | 'websocket'): TraceEvent => ({
  type: 'held',
  t: 0,
  x,
  mode,
  timeout: 0,
  keepAlive: 0,
})
const subscribed = (x: number, channel = 'c'): TraceEvent => ({ type: 'subscribed', t: 0, x, channel })
const ended = (x: number): TraceEvent => ({ type: 'ended', t: 0, x, how: 'complete', responseSize: 0 })
const publish = (p: number, id?: string): TraceEvent => ({
  type: 'publish',
  t: 0,
  p,
  via: 'http',
  channel: 'c',
  ...(id !== undefined && { id }),
  formats: {},
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
    expect(told(stats, request(1, 0, true), ended(1))).toEqual([
      ['conn', { id: '1', type: 'http', 'peer-address': '127.0.0.1', ssl: true, ttl: 120 }],
      ['conn', { id: '1', unavailable: true }],
    ])
    expect(told(stats, ended(1))).toEqual([])
  })

  test('are told under the id that backends know, where they are WebSockets', () => {
    const stats = new Stats(options)
    expect(told(stats, request(1, 0, false, ['Upgrade', 'websocket']))).toEqual([])
    expect(told(stats, sent(1, ['Connection-Id', 'abc']), sent(1, ['Connection-Id', 'abc']), ended(1))).toEqual([
      ['conn', { id: 'abc', type: 'ws', 'peer-address': '127.0.0.1', ttl: 120 }],
      ['conn', { id: 'abc', unavailable: true }],
    ])
    expect(told(stats, request(2, 0, false, ['Upgrade', 'websocket']), ended(2))).toEqual([])
  })

  test('are told again before a watcher would forget them', () => {
    const stats = new Stats({ ...options, reportInterval: 1e9 })
    told(stats, request(1, 0, false, ['Upgrade', 'WebSocket']), sent(1), held(1, 'websocket'))
    ticked(stats, 1000)
    expect(ticked(stats, 89_000)).toEqual([])
    expect(ticked(stats, 90_000)).toEqual([['conn', { id: '1', type: 'ws', 'peer-address': '127.0.0.1', ttl: 120 }]])
    expect(ticked(stats, 91_000)).toEqual([])
  })
})

describe('subscriptions', () => {
  test('are told for the first and the last of each mode and channel', () => {
    const stats = new Stats(options)
    told(stats, request(1), request(2), request(3), held(1, 'stream'), held(2, 'stream'), held(3, 'response'))
    expect(told(stats, subscribed(1), subscribed(2), subscribed(3))).toEqual([
      ['sub', { mode: 'stream', channel: 'c', ttl: 60, subscribers: 1 }],
      ['sub', { mode: 'response', channel: 'c', ttl: 60, subscribers: 1 }],
    ])
    expect(told(stats, ended(1)).map(([type]) => type)).toEqual(['conn'])
    expect(told(stats, { type: 'unsubscribed', t: 0, x: 2, channel: 'c' })).toEqual([
      ['sub', { mode: 'stream', channel: 'c', unavailable: true }],
    ])
  })

  test('are told again with how many they are', () => {
    const stats = new Stats({ ...options, reportInterval: 1e9 })
    told(stats, request(1), request(2), held(1, 'stream'), held(2, 'stream'), subscribed(1), subscribed(2))
    ticked(stats, 0)
    expect(ticked(stats, 45_000)).toEqual([['sub', { mode: 'stream', channel: 'c', ttl: 60, subscribers: 2 }]])
  })
})

test('a message is told for each transport, with those who got it', () => {
  const stats = new Stats(options)
  told(stats, request(1), request(2), request(3), held(1, 'stream'), held(2, 'stream'), held(3, 'response'))
  told(stats, subscribed(1), subscribed(2), subscribed(3), publish(7, 'a'))
  expect(told(stats, delivery(7, { 1: 'delivered', 2: 'filtered', 3: 'delivered' }))).toEqual([
    ['message', { channel: 'c', 'item-id': 'a', count: 1, transport: 'http-stream' }],
    ['message', { channel: 'c', 'item-id': 'a', count: 1, transport: 'http-response' }],
  ])
  expect(told(stats, publish(8), delivery(8, {}))).toEqual([])
})

test('activity counts requests once', () => {
  const stats = new Stats(options)
  told(stats, request(1), request(2))
  expect(ticked(stats, 100)).toEqual([
    ['activity', { count: 2 }],
    ['counts', { 'requests-received': 2 }],
  ])
  expect(ticked(stats, 200)).toEqual([])
})

test('reports tell what there was since the one before', () => {
  const stats = new Stats(options)
  told(stats, request(1), request(2), held(1, 'response'), subscribed(1), ended(2))
  // A held response has ended when it is told that it was delivered.
  told(stats, publish(1), ended(1), delivery(1, { 1: 'delivered' }), request(3))
  const report = (now: number) => ticked(stats, now).find(([type]) => type === 'report')?.[1]
  expect(report(9_999)).toBeUndefined()
  expect(report(10_000)).toEqual({
    connections: 2,
    minutes: 3,
    received: 1,
    sent: 1,
    'http-response-sent': 1,
    duration: 10_000,
  })
  expect(report(70_000)).toEqual({
    connections: 1,
    minutes: 1,
    received: 0,
    sent: 0,
    'http-response-sent': 0,
    duration: 60_000,
  })
})
