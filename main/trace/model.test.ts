// What the one reducer makes of events. Sequences of any kind are in properties.test.ts.
import { describe, expect, test } from 'vitest'
import type { ExchangeState } from '../../preload/views'
import { inWords } from '../testing/said'
import { TraceScript } from '../testing/trace-script'
import { channelRow } from './channel-row'
import { termsAt } from './channel-state'
import type { EndReason, TraceEvent } from './events'
import { exchangeDetails } from './exchange-details'
import { exchangeRow } from './exchange-row'
import type { TraceModel } from './model'
import { publishRow } from './publish-row'
import type { Drop } from './source'

function row(model: TraceModel, x = 1) {
  const exchange = model.exchanges.get(x)
  if (!exchange) throw new Error(`no exchange ${x}`)
  return exchangeRow(exchange)
}

function channel(model: TraceModel, name = 'c') {
  const found = model.channels.get(name)
  if (!found) throw new Error(`no channel ${name}`)
  return channelRow(found)
}

function publish(model: TraceModel, p = 1) {
  const found = model.publishes.get(p)
  if (!found) throw new Error(`no publish ${p}`)
  return publishRow(found)
}

const drop = (part: Partial<Drop>): Drop => ({
  exchanges: [],
  publishes: [],
  trimmed: new Set(),
  cleared: false,
  ...part,
})

describe('an exchange', () => {
  test('that passes through', () => {
    const script = new TraceScript().at(10).request(1, { method: 'POST', url: '/a?b', headers: ['host', 'h.test'] })
    script.at(11).requestBody(1, 'hello').at(12).sent(1).at(20).answered(1, 201, ['X', 'y'])
    script.response(1, { status: 201 }).at(21).answerData(1, 'abc')
    expect(row(script.model)).toMatchObject({ state: 'streaming', status: 201, responseSize: 3, endedAt: null })
    script.at(22).answerEnd(1, 3).ended(1, { responseSize: 3 })
    expect(row(script.model)).toEqual({
      id: 1,
      kind: 'http',
      method: 'POST',
      path: '/a?b',
      host: 'h.test',
      client: '127.0.0.1:4001',
      status: 201,
      channels: [],
      state: 'complete',
      note: '',
      at: 10,
      sentAt: 12,
      answeredAt: 20,
      heldAt: null,
      endedAt: 22,
      formerHolds: [],
      holdTimeout: null,
      delivered: 0,
      deliveredAt: [],
      missed: 0,
      trouble: null,
      requestSize: 5,
      responseSize: 3,
      replayOf: null,
      messagesIn: 0,
      messagesOut: 0,
    })
  })

  test('that is held and answered by a publish', () => {
    const script = new TraceScript().hold(1)
    expect(row(script.model)).toMatchObject({ kind: 'long-poll', state: 'held', channels: ['c'], holdTimeout: 55_000 })
    expect(script.model.held).toBe(1)
    script.at(5).publish(1, { id: '7' }).response(1, { body: 'publish', p: 1 })
    script.ended(1, { how: 'delivered' }).delivery(1, { 1: 'delivered' })
    expect(row(script.model)).toMatchObject({ state: 'delivered', delivered: 1, deliveredAt: [5], channels: ['c'] })
    expect(script.model.held).toBe(0)
    expect(channel(script.model)).toEqual({
      name: 'c',
      held: 0,
      subscriptions: 1,
      messages: 1,
      lastId: '7',
      lastAt: 5,
      unheard: 0,
      near: null,
    })
  })

  test('that streams events', () => {
    const script = new TraceScript().request(1).sent(1).answered(1).instruct(1)
    script.response(1, { headers: ['Content-Type', 'text/event-stream; charset=utf-8'], body: 'own' })
    script.at(3).held(1, 'stream', { keepAlive: 20_000 }).subscribed(1)
    expect(row(script.model)).toMatchObject({ kind: 'sse', state: 'streaming', heldAt: 3, holdTimeout: null })
    // Its link is asked: it stays held all the while, inside the same response.
    script.at(9).sent(1, { why: 'next' }).at(10).held(1, 'stream').subscribed(1)
    expect(row(script.model)).toMatchObject({ state: 'streaming', heldAt: 3 })
    expect(script.model.held).toBe(1)
    expect(channel(script.model)).toMatchObject({ held: 1, subscriptions: 1 })
  })

  test('that streams anything else', () => {
    const script = new TraceScript().hold(1, 'stream').response(1, { headers: ['Content-Type', 'text/plain'] })
    expect(row(script.model)).toMatchObject({ kind: 'stream', state: 'streaming' })
  })

  test('that is a WebSocket', () => {
    const script = new TraceScript().request(1, { headers: ['Upgrade', 'WebSocket'] }).sent(1)
    expect(row(script.model)).toMatchObject({ kind: 'websocket', state: 'waiting' })
    script.response(1, { status: 101, body: 'own' }).held(1, 'websocket').subscribed(1)
    script.message(1, 'in').message(1, 'out', { from: 'backend' }).message(1, 'no', { from: 'backend', passed: false })
    script.message(1, '', { kind: 'ping' }).publish(1).delivery(1, { 1: 'delivered' })
    expect(row(script.model)).toMatchObject({ state: 'open', status: 101, messagesIn: 1, messagesOut: 2 })
    script.ended(1, { how: 'closed' })
    expect(row(script.model)).toMatchObject({ kind: 'websocket', state: 'closed' })
  })

  test('that is refused as a WebSocket shows the answer', () => {
    const script = new TraceScript().request(1, { headers: ['Upgrade', 'websocket'] }).response(1, { status: 403 })
    expect(row(script.model)).toMatchObject({ kind: 'websocket', state: 'streaming', status: 403 })
  })

  test.each<[EndReason, ExchangeState, string]>([
    ['complete', 'complete', ''],
    ['delivered', 'delivered', ''],
    ['timed-out', 'timed-out', ''],
    ['closed', 'closed', ''],
    ['client-left', 'client-left', ''],
    ['client-slow', 'failed', 'client too slow'],
    ['backend-failed', 'failed', 'backend failed'],
    ['instruct-refused', 'failed', 'bad instruct'],
    ['no-route', 'failed', 'no route'],
    ['bad-request', 'failed', 'bad request'],
    ['not-supported', 'failed', 'not supported'],
    ['stopped', 'closed', 'proxy stopped'],
  ])('that ended %s', (how, state, note) => {
    expect(row(new TraceScript().request(1).ended(1, { how }).model)).toMatchObject({ state, note })
  })

  test('says in a few words what went wrong', () => {
    const retrying = new TraceScript().request(1).sent(1).failed(1, { code: 'ECONNRESET', again: true })
    expect(row(retrying.model).note).toBe('b:1 closed the connection, trying again')
    const failed = retrying.sent(1, { why: 'retry' }).failed(1).ended(1, { how: 'backend-failed' })
    expect(row(failed.model).note).toBe('nothing listens on b:1')
    const broken = new TraceScript().request(1).ended(1, { how: 'backend-failed', cause: inWords('broke off') })
    expect(row(broken.model).note).toBe('broke off')
    const problems = [{ field: 'hold.mode', message: 'is odd', fix: 'Say stream.' }]
    const refused = new TraceScript().request(1).instruct(1, { accepted: false, problems })
    expect(row(refused.ended(1, { how: 'instruct-refused' }).model).note).toBe('bad instruct: hold.mode')
    const asked = new TraceScript().hold(1).sent(1, { why: 'id-mismatch' })
    expect(row(asked.model)).toMatchObject({ state: 'waiting', note: 'sent to the backend again', heldAt: 0 })
    expect(row(asked.model).formerHolds).toEqual([[0, asked.t]])
  })

  test('that is asked again is not held meanwhile', () => {
    const script = new TraceScript().hold(1).at(10).sent(1, { why: 'hint' })
    expect(script.model.held).toBe(0)
    expect(channel(script.model)).toMatchObject({ held: 0, subscriptions: 1 })
    script.at(20).held(1).subscribed(1, 'c', { prevId: '2' })
    expect(row(script.model)).toMatchObject({ state: 'held', heldAt: 20, sentAt: 0 })
    expect(channel(script.model)).toMatchObject({ held: 1, subscriptions: 2 })
  })

  test('of which a replay was made knows of it', () => {
    const script = new TraceScript().request(1).request(2, { replayOf: 1 }).request(3, { replayOf: 99 })
    expect(script.model.exchanges.get(1)?.replays).toEqual([2])
    expect(row(script.model, 2).replayOf).toBe(1)
    expect(row(script.model, 3).replayOf).toBe(99)
  })

  test('has the times of its latest 64 deliveries', () => {
    const script = new TraceScript().hold(1, 'stream')
    for (let p = 1; p <= 100; p++) script.at(p).publish(p).delivery(p, { 1: 'delivered' })
    const { delivered, deliveredAt } = row(script.model)
    expect(delivered).toBe(100)
    expect(deliveredAt).toEqual(Array.from({ length: 64 }, (_, i) => 37 + i))
  })

  test('counts what it should have got and did not', () => {
    const script = new TraceScript().hold(1, 'stream')
    script.publish(1).delivery(1, { 1: 'no-format' }).publish(2).delivery(2, { 1: 'filtered' })
    script.publish(3).delivery(3, { 1: 'asked-again' }).publish(4, { waiting: true }).delivery(4, { 1: 'waiting' })
    expect(row(script.model)).toMatchObject({ delivered: 0, missed: 1 })
  })

  test('counts keep-alives', () => {
    const script = new TraceScript().hold(1, 'stream').at(5).keepAlive(1, 2).at(9).keepAlive(1)
    const exchange = script.model.exchanges.get(1)
    expect(exchange).toMatchObject({ keepAlives: 2, firstKeepAlive: 5, lastKeepAlive: 9 })
  })

  test('tells who it is by its meta, or by its address', () => {
    expect(new TraceScript().hold(1, 'stream', { meta: { user: 'alice' } }).model.exchanges.get(1)?.who).toBe('alice')
    expect(new TraceScript().hold(1, 'stream', { meta: {} }).model.exchanges.get(1)?.who).toBe('127.0.0.1:4001')
  })
})

describe('channels', () => {
  test('of an exchange are those of the hold that is on, or of the last one', () => {
    const script = new TraceScript().request(1).held(1).subscribed(1, 'a').subscribed(1, 'b')
    expect(row(script.model).channels).toEqual(['a', 'b'])
    script.at(5).sent(1, { why: 'hint' }).at(6).held(1).subscribed(1, 'b').subscribed(1, 'd')
    expect(row(script.model).channels).toEqual(['b', 'd'])
    script.at(7).ended(1)
    expect(row(script.model).channels).toEqual(['b', 'd'])
  })

  test('are left when the exchange unsubscribes', () => {
    const script = new TraceScript().hold(1, 'websocket').subscribed(1, 'd').at(4).unsubscribed(1, 'c')
    expect(row(script.model).channels).toEqual(['d'])
    expect(channel(script.model)).toMatchObject({ held: 0, subscriptions: 1 })
    expect(script.model.channels.get('c')?.subscriptions[0]).toMatchObject({ from: 0, to: 4 })
    expect(script.model.held).toBe(1)
  })

  test('are not listened to by an exchange that has ended', () => {
    const script = new TraceScript().request(1).ended(1).subscribed(1)
    expect(script.model.channels.size).toBe(0)
  })

  test('keep the latest prev-id and filters of a subscription', () => {
    const script = new TraceScript().hold(1, 'stream')
    script
      .at(3)
      .held(1, 'stream')
      .subscribed(1, 'c', { prevId: '5', filters: ['skip-self'] })
    expect(script.model.channels.get('c')?.subscriptions).toMatchObject([
      { from: 0, to: null, prevId: '5', filters: ['skip-self'] },
    ])
  })

  test('remember the terms that were in force before, with a bound', () => {
    const script = new TraceScript().request(1).held(1, 'stream').subscribed(1, 'c', { prevId: '0' })
    for (let t = 1; t <= 1000; t++) {
      const filters = t % 2 ? ['skip-self'] : []
      script
        .at(t)
        .held(1, 'stream')
        .subscribed(1, 'c', { prevId: `${t}`, filters })
    }
    const [subscription] = script.model.channels.get('c')?.subscriptions ?? []
    if (!subscription) throw new Error('no subscription')
    expect(termsAt(subscription, 0).prevId).toBe('0')
    expect(termsAt(subscription, 999.5)).toEqual({ from: 999, prevId: '999', filters: ['skip-self'] })
    expect(termsAt(subscription, 2000)).toEqual({ from: 1000, prevId: '1000', filters: [] })
    expect(subscription.former?.length).toBeLessThan(100)
  })

  test('judge what a hold may have missed by the prev-id that it began with', () => {
    const script = new TraceScript().request(1).sent(1).at(1).publish(1, { id: 'a' }).delivery(1, {}).at(2)
    script.held(1, 'stream').subscribed(1, 'c', { prevId: '0' }).at(3).held(1, 'stream')
    script.subscribed(1, 'c', { prevId: 'a' })
    expect(exchangeDetails(script.model, 1)?.nearPublishes.map(({ what }) => what)).toEqual(['may-have-missed'])
  })

  test('count publishes that nobody heard', () => {
    const script = new TraceScript().publish(1, { id: 'a' }).delivery(1, {})
    expect(channel(script.model)).toMatchObject({ unheard: 1, messages: 1, lastId: 'a' })
  })

  test('keep a WebSocket that is held with other metas', () => {
    const script = new TraceScript()
      .hold(1, 'websocket')
      .at(5)
      .held(1, 'websocket', { meta: { user: 'a' } })
    expect(channel(script.model)).toMatchObject({ held: 1, subscriptions: 1 })
    script.unsubscribed(1)
    expect(channel(script.model)).toMatchObject({ held: 0, subscriptions: 1 })
  })

  test('know the id of a message that waits only when it goes out', () => {
    const script = new TraceScript().hold(1, 'stream').publish(1, { id: '2', prevId: '1', waiting: true })
    expect(channel(script.model).lastId).toBeNull()
    expect(publish(script.model)).toMatchObject({ state: 'waiting', wentOutAt: null })
    script.delivery(1, { 1: 'delivered' }, { gaveUp: true })
    expect(channel(script.model).lastId).toBe('2')
    expect(publish(script.model).state).toBe('published')
  })
})

describe('a publish', () => {
  test('counts what came of it', () => {
    const script = new TraceScript().hold(1).hold(2, 'stream').hold(3, 'stream').hold(4, 'stream')
    script.publish(1, { prevId: '0' })
    script.delivery(1, { 1: 'delivered', 2: 'closed', 3: 'filtered', 4: 'asked-again' })
    expect(publish(script.model)).toEqual({
      id: 1,
      at: 0,
      channel: 'c',
      itemId: null,
      prevId: '0',
      formats: ['http-response', 'http-stream', 'ws-message'],
      via: 'http',
      size: 100,
      delivered: 2,
      notDelivered: 1,
      missed: 0,
      waiting: 0,
      unheard: false,
      near: null,
      wentOutAt: null,
      state: 'published',
      problem: null,
      dropped: '',
    })
    expect(script.model).toMatchObject({ delivered: 2, notDelivered: 1 })
  })

  test('counts a subscription as waiting until it is served', () => {
    const script = new TraceScript().hold(1, 'stream').hold(2, 'stream').publish(1)
    script.delivery(1, { 1: 'waiting', 2: 'waiting' })
    expect(publish(script.model)).toMatchObject({ waiting: 2, delivered: 0 })
    script.delivery(1, { 1: 'delivered' })
    expect(publish(script.model)).toMatchObject({ waiting: 1, delivered: 1 })
    script.delivery(1, { 2: 'too-late' })
    expect(publish(script.model)).toMatchObject({ waiting: 0, delivered: 1, notDelivered: 1 })
  })

  test('that was refused has a number of its own and says why', () => {
    const { model } = new TraceScript().request(1).refused(7)
    expect(publish(model, 7)).toMatchObject({
      id: 7,
      channel: '',
      state: 'refused',
      problem: { field: 'items' },
    })
  })
})

describe('what was dropped', () => {
  test('is forgotten, and counts no more', () => {
    const script = new TraceScript().hold(1, 'stream').publish(1).delivery(1, { 1: 'delivered' }).ended(1)
    script.hold(2, 'stream').publish(2).delivery(2, { 2: 'filtered' })
    const { model } = script
    model.drop(drop({ exchanges: [1], publishes: [1] }))
    expect([...model.exchanges.keys()]).toEqual([2])
    expect([...model.publishes.keys()]).toEqual([2])
    expect(model).toMatchObject({ delivered: 0, notDelivered: 1, held: 1 })
    expect(channel(model)).toMatchObject({ held: 1, subscriptions: 1, messages: 1 })
    expect(model.channels.get('c')?.deliveries).toHaveLength(1)
  })

  test('counts no more as unheard', () => {
    const { model } = new TraceScript().publish(1).delivery(1, {}).publish(2).delivery(2, {})
    expect(channel(model).unheard).toBe(2)
    model.drop(drop({ publishes: [1] }))
    expect(channel(model)).toMatchObject({ unheard: 1, messages: 1 })
  })

  test('takes a channel with it of which nothing is left', () => {
    const script = new TraceScript().hold(1).ended(1).publish(1, { channel: 'd' }).delivery(1, {}, { channel: 'd' })
    const { model } = script
    model.takeChanges()
    model.drop(drop({ exchanges: [1] }))
    expect([...model.channels.keys()]).toEqual(['d'])
    expect(model.takeChanges().channels.map(channelRow)).toMatchObject([{ name: 'c', subscriptions: 0, messages: 0 }])
    model.drop(drop({ publishes: [1] }))
    expect(model.channels.size).toBe(0)
  })

  test('that is not known is skipped', () => {
    const { model } = new TraceScript().hold(1)
    model.drop(drop({ exchanges: [7], publishes: [8, -3] }))
    expect(row(model).state).toBe('held')
  })

  test('of a live exchange leaves its row as it was', () => {
    const script = new TraceScript().hold(1, 'stream').responseData(1, 'abc')
    const { model } = script
    const before = row(model)
    const trimmed = new Set<TraceEvent>(script.events.filter(({ type }) => type === 'response-data'))
    model.drop(drop({ trimmed }))
    expect(row(model)).toEqual(before)
    expect(model.exchanges.get(1)?.events.some(({ type }) => type === 'response-data')).toBe(false)
  })
})

test('events of exchanges and publishes that are not known are skipped', () => {
  const script = new TraceScript().sent(9).held(9).subscribed(9).response(9).ended(9).keepAlive(9)
  const { model } = script.delivery(9, { 9: 'delivered' })
  expect(model.exchanges.size).toBe(0)
  expect(model.channels.size).toBe(0)
  expect(model.takeChanges()).toEqual({ exchanges: [], channels: [], publishes: [] })
})

test('recording is known as it was last set', () => {
  expect(new TraceScript().model.recording).toBe(true)
  expect(new TraceScript().recording(false).model.recording).toBe(false)
})
