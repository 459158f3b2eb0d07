import { expect, test } from 'vitest'
import { OUTCOMES, type Outcome, type TraceEvent } from './events'
import { channelLanes } from './lanes'
import { TraceModel } from './model'

const code = (outcome: Outcome) => OUTCOMES.indexOf(outcome)

function modelOf(events: readonly TraceEvent[]): TraceModel {
  const model = new TraceModel()
  for (const event of events) model.apply(event)
  return model
}

function held(x: number, t: number, channel = 'room', user?: string): TraceEvent[] {
  return [
    {
      type: 'request',
      t,
      x,
      method: 'GET',
      url: '/',
      httpVersion: '1.1',
      headers: [],
      client: `c:${x}`,
      secure: false,
    },
    { type: 'held', t, x, mode: 'stream', timeout: 0, keepAlive: 0, ...(user !== undefined && { meta: { user } }) },
    { type: 'subscribed', t, x, channel },
  ]
}

const left = (x: number, t: number): TraceEvent => ({ type: 'ended', t, x, how: 'client-left', responseSize: 0 })

function published(p: number, t: number, outcomes: Record<number, Outcome>, waiting = false): TraceEvent[] {
  return [
    {
      type: 'publish',
      t,
      p,
      via: 'http',
      channel: 'room',
      id: `m${p}`,
      formatNames: [],
      formats: Buffer.from('{}'),
      size: 9,
      waiting,
    },
    ...(waiting ? [] : [delivery(p, t, outcomes)]),
  ]
}

const delivery = (p: number, t: number, outcomes: Record<number, Outcome>): TraceEvent => ({
  type: 'delivery',
  t,
  p,
  channel: 'room',
  exchanges: Uint32Array.from(Object.keys(outcomes), Number),
  outcomes: Uint8Array.from(Object.values(outcomes), code),
})

test('lanes, publishes and their crossings are those of the channel', () => {
  const model = modelOf([
    ...held(1, 0, 'room', 'ann'),
    ...held(2, 5),
    ...held(3, 6, 'other'),
    ...published(1, 10, { 1: 'delivered', 2: 'filtered' }),
    left(2, 15),
    ...published(2, 20, { 1: 'no-format' }),
  ])
  const lanes = channelLanes(model, 'room')
  expect(lanes?.lanes.map(({ exchange, who, from, to }) => [exchange, who, from, to])).toEqual([
    [1, 'ann', 0, null],
    [2, 'c:2', 5, 15],
  ])
  expect(lanes?.publishes.map((row) => row.itemId)).toEqual(['m1', 'm2'])
  expect(lanes?.crossings).toEqual([
    [0, 0, code('delivered')],
    [1, 0, code('filtered')],
    [0, 1, code('no-format')],
  ])
  expect(channelLanes(model, 'unknown')).toBeNull()
})

test('an exchange that left the channel and came back has one lane with a gap', () => {
  const model = modelOf([
    ...held(1, 0),
    ...published(1, 10, { 1: 'delivered' }),
    { type: 'unsubscribed', t: 20, x: 1, channel: 'room' },
    { type: 'subscribed', t: 30, x: 1, channel: 'room' },
    ...published(2, 40, { 1: 'filtered' }),
  ])
  const lanes = channelLanes(model, 'room')
  expect(lanes?.lanes).toMatchObject([{ from: 0, to: null, gaps: [[20, 30]] }])
  expect(lanes?.crossings).toEqual([
    [0, 0, code('delivered')],
    [0, 1, code('filtered')],
  ])
})

test('the latest outcome of a publish that waited counts', () => {
  const model = modelOf([...held(1, 0), ...published(1, 10, { 1: 'waiting' }), delivery(1, 30, { 1: 'delivered' })])
  expect(channelLanes(model, 'room')?.crossings).toEqual([[0, 0, code('delivered')]])
})

test('a publish that waits for its prev-id crosses nothing yet', () => {
  const lanes = channelLanes(modelOf([...held(1, 0), ...published(1, 10, {}, true)]), 'room')
  expect(lanes?.crossings).toEqual([])
  expect(lanes?.publishes[0]?.state).toBe('waiting')
})

test('with too many of them, live subscriptions and the latest publishes are kept', () => {
  const events: TraceEvent[] = [...held(1, 0)]
  for (let x = 2; x <= 401; x++) events.push(...held(x, x), left(x, x + 0.5))
  for (let p = 1; p <= 310; p++) events.push(...published(p, 1000 + p, { 1: 'delivered' }))
  const lanes = channelLanes(modelOf(events), 'room')
  expect(lanes?.lanes).toHaveLength(300)
  expect(lanes?.lanes[0]?.exchange).toBe(1)
  expect(lanes?.lanes.at(-1)?.exchange).toBe(401)
  expect(lanes?.lanesLeftOut).toBe(101)
  expect(lanes?.publishesLeftOut).toBe(10)
  expect(lanes?.publishes.at(-1)?.itemId).toBe('m310')
  expect(lanes?.crossings).toHaveLength(300)
})

test('exchanges whose numbers lie far apart are told apart too', () => {
  const model = modelOf([
    ...held(1, 0),
    ...held(5_000_000, 1),
    ...published(1, 10, { 1: 'filtered', 5000000: 'delivered', 77: 'delivered' }),
  ])
  expect(channelLanes(model, 'room')?.crossings).toEqual([
    [0, 0, code('filtered')],
    [1, 0, code('delivered')],
  ])
})
