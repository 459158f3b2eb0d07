import { expect, test } from 'vitest'
import { madeOf, TraceScript } from '../testing/trace-script'
import { weigh as weighOne } from './event-size'
import type { TraceEvent } from './events'

const weigh = (events: readonly TraceEvent[]): number => events.reduce((sum, event) => sum + weighOne(event), 0)

test.each<[string, TraceScript]>([
  ['request', new TraceScript().request(1)],
  ['sent', new TraceScript().sent(1)],
  ['answered', new TraceScript().answered(1)],
  ['held', new TraceScript().held(1)],
  ['subscribed', new TraceScript().subscribed(1)],
  ['response', new TraceScript().response(1)],
  ['ended', new TraceScript().ended(1)],
  ['keep-alive', new TraceScript().keepAlive(1)],
  ['publish', new TraceScript().publish(1)],
  ['delivery', new TraceScript().delivery(1, {})],
  ['recording', new TraceScript().recording(true)],
])('%s has a weight even when it holds nothing', (_type, { events }) => {
  expect(weigh(events)).toBeGreaterThan(100)
  expect(weigh(events)).toBeLessThan(2000)
})

test.each<[string, (size: number) => TraceScript]>([
  ['the body of a request', (n) => new TraceScript().requestBody(1, Buffer.alloc(n))],
  ['the path of a request', (n) => new TraceScript().request(1, { url: 'a'.repeat(n) })],
  ['headers of a request', (n) => new TraceScript().request(1, { headers: ['A', 'b'.repeat(n)] })],
  ['headers of an answer', (n) => new TraceScript().answered(1, 200, ['A', 'b'.repeat(n)])],
  ['the body of an answer', (n) => new TraceScript().answerData(1, Buffer.alloc(n))],
  ['a body that the proxy sends', (n) => new TraceScript().sent(1, { body: Buffer.alloc(n) })],
  ['a WebSocket message', (n) => new TraceScript().message(1, Buffer.alloc(n))],
  ['a publish', (n) => new TraceScript().publish(1, { formats: { 'http-stream': { content: 'a'.repeat(n) } } })],
  ['what filters made', (n) => new TraceScript().delivery(1, { 1: 'delivered' }, { made: madeOf('a'.repeat(n)) })],
  ['a refused publish', (n) => new TraceScript().refused(1, { data: Buffer.alloc(n) })],
])('%s counts with its bytes', (_what, make) => {
  const more = weigh(make(50_000).events) - weigh(make(20_000).events)
  expect(more).toBeGreaterThanOrEqual(30_000)
  expect(more).toBeLessThan(31_000)
})

test('what filters made the same for 8,000 holds counts once', () => {
  const outcomes = Object.fromEntries(Array.from({ length: 8000 }, (_, i) => [i + 1, 'delivered' as const]))
  const made = madeOf(...Array.from({ length: 8000 }, () => 'a'.repeat(1000)))
  expect(weigh(new TraceScript().delivery(1, outcomes, { made }).events)).toBeLessThan(82_000)
})

test('a publish to 8,000 holds is small', () => {
  const outcomes = Object.fromEntries(Array.from({ length: 8000 }, (_, i) => [i + 1, 'delivered' as const]))
  expect(weigh(new TraceScript().delivery(1, outcomes).events)).toBeLessThan(48_000)
})
