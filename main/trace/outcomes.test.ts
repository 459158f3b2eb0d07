import { expect, test } from 'vitest'
import { outcomeNames } from '../../preload/vocabulary/outcomes'
import { inWords } from '../testing/said'
import { TraceScript } from '../testing/trace-script'
import { latestOutcomes } from './deliveries'
import type { Outcome } from './events'
import { outcomeRow, whyOf } from './outcomes'
import { publishDetails } from './publish-details'

/** The latest outcome of publish 1 for exchange 1. */
function only({ model }: TraceScript) {
  const exchange = model.exchanges.get(1)
  const [at] = exchange ? latestOutcomes(model, exchange, 10) : []
  if (!at) throw new Error('no outcome')
  return outcomeRow(model, at)
}

test('a row tells publish, exchange, times and who', () => {
  const script = new TraceScript().hold(1, 'stream', { meta: { user: 'alice' } })
  script.at(10).publish(1, { id: 'a' }).at(12.5).delivery(1, { 1: 'delivered' })
  expect(only(script)).toEqual({
    publish: 1,
    itemId: 'a',
    channel: 'c',
    exchange: 1,
    kind: 'stream',
    outcome: 'delivered',
    at: 12.5,
    took: 2.5,
    why: 'written to the connection',
    who: 'alice',
  })
})

test('a row can be made though publish and exchange are forgotten', () => {
  const [event] = new TraceScript().at(5).delivery(7, { 8: 'no-format' }).events
  if (event?.type !== 'delivery') throw new Error('no delivery')
  expect(outcomeRow(new TraceScript().model, { event, index: 0 })).toMatchObject({
    publish: 7,
    itemId: null,
    exchange: 8,
    outcome: 'no-format',
    took: 0,
    why: 'item has no known format only; this hold is of another kind',
    who: '',
  })
})

test('every outcome has a sentence, with the detail of the engine where it gave one', () => {
  const reason = { item: undefined, mode: undefined, gaveUp: false, detail: undefined }
  for (const outcome of outcomeNames) {
    expect(whyOf(outcome, reason)).toMatch(/\w+ \w+/)
    if (outcome !== 'no-format') expect(whyOf(outcome, { ...reason, detail: 'a detail' })).toContain('a detail')
  }
})

const json = (...names: string[]) => Object.fromEntries(names.map((name) => [name, {}]))

test.each<[string, string, TraceScript]>([
  [
    'answers a long-poll',
    'answered the held request',
    new TraceScript().hold(1).publish(1).delivery(1, { 1: 'delivered' }),
  ],
  [
    'came too early, and its order came in time',
    'came before its prev-id 1; sent when that arrived',
    new TraceScript().hold(1, 'stream').publish(1, { prevId: '1', waiting: true }).delivery(1, { 1: 'delivered' }),
  ],
  [
    'came too early, and the gap was given up',
    'sent without its prev-id 1, which never came',
    new TraceScript()
      .hold(1, 'stream')
      .publish(1, { prevId: '1', waiting: true })
      .delivery(1, { 1: 'delivered' }, { gaveUp: true }),
  ],
  [
    'waits',
    'came before its prev-id 1; waits for it',
    new TraceScript().hold(1, 'stream').publish(1, { prevId: '1' }).delivery(1, { 1: 'waiting' }),
  ],
  [
    'has other formats',
    'item has http-stream and ws-message only; this hold is a response hold',
    new TraceScript()
      .hold(1)
      .publish(1, { formats: json('http-stream', 'ws-message') })
      .delivery(1, { 1: 'no-format' }),
  ],
  [
    'has other formats for a WebSocket',
    'item has http-stream only; this hold is a WebSocket',
    new TraceScript()
      .hold(1, 'websocket')
      .publish(1, { formats: json('http-stream') })
      .delivery(1, { 1: 'no-format' }),
  ],
  [
    'had no format for a long-poll that is a stream by now',
    'item has http-stream only; this hold is a response hold',
    new TraceScript()
      .hold(1)
      .at(1)
      .publish(1, { formats: json('http-stream') })
      .delivery(1, { 1: 'no-format' })
      .at(2)
      .sent(1, { why: 'hint' })
      .at(3)
      .held(1, 'stream')
      .subscribed(1),
  ],
  [
    'was filtered',
    'skip-self: alice sent it.',
    new TraceScript()
      .hold(1, 'stream')
      .publish(1)
      .delivery(1, { 1: 'filtered' }, { why: { 0: inWords('skip-self: alice sent it.') } }),
  ],
])('why: %s', (_name, why, script) => {
  expect(only(script).why).toBe(why)
})

test('of an exchange that is not recorded says so in place of who it is', () => {
  const script = new TraceScript().hold(1, 'stream').publish(1)
  script.delivery(1, { 1: 'delivered', 2: 'delivered' }, { unrecorded: Uint8Array.of(0, 1) })
  const { outcomes, row } = publishDetails(script.model, 1, 0, 10) ?? {}
  expect(outcomes?.map(({ exchange, who }) => [exchange, who])).toEqual([
    [1, '127.0.0.1:4001'],
    [2, 'not recorded'],
  ])
  expect(row).toMatchObject({ delivered: 2, unheard: false })
})

test('an outcome code of the future is told as a bad item', () => {
  const script = new TraceScript().hold(1, 'stream').publish(1)
  script.delivery(1, { 1: 'delivered' }, { outcomes: Uint8Array.of(200) })
  expect(only(script).outcome satisfies Outcome).toBe('bad-item')
})
