import { expect, test } from 'vitest'
import { TraceScript } from '../testing/trace-script'
import { CarriedEvents } from './carried-events'
import type { ExchangeEvent, TraceEvent } from './events'

/** Adds the events of a script, of 10 bytes each, from a sequence number on. */
function add(carried: CarriedEvents, script: TraceScript, seq: number): void {
  for (const [i, event] of script.events.entries()) carried.add(event as ExchangeEvent, seq + i, 10)
}

function all(carried: CarriedEvents): TraceEvent[] {
  const events: TraceEvent[] = []
  carried.read(0, 1000, (event) => events.push(event))
  return events
}

test('are read in the order in which they happened, from any place on, and as many as are asked for', () => {
  const carried = new CarriedEvents()
  const first = new TraceScript().request(1).sent(1)
  const second = new TraceScript().request(2).sent(2)
  add(carried, second, 20)
  add(carried, first, 5)
  expect(all(carried)).toEqual([...first.events, ...second.events])
  const seen: number[] = []
  expect(carried.read(6, 2, (_event, seq) => seen.push(seq))).toEqual({ cursor: 21, left: 0 })
  expect(carried.read(21, 2, (_event, seq) => seen.push(seq))).toEqual({ cursor: 22, left: 1 })
  expect(seen).toEqual([6, 20, 21])
})

test('go when their exchange has finished', () => {
  const carried = new CarriedEvents()
  add(carried, new TraceScript().request(1).sent(1), 0)
  add(carried, new TraceScript().request(2), 2)
  carried.finish(1)
  carried.finish(3)
  expect(carried.finished).toEqual([1])
  expect(carried.bytes).toBe(30)
  expect(carried.dropFinished()).toBe(20)
  expect(carried.bytes).toBe(10)
  expect(carried.finished).toEqual([])
  expect(all(carried)).toEqual(new TraceScript().request(2).events)
})

test('trimmed leave the head and the last hold, of the oldest exchanges first', () => {
  const carried = new CarriedEvents()
  const old = new TraceScript()
    .hold(1, 'stream')
    .response(1)
    .responseData(1, 'x')
    .sent(1)
    .held(1, 'stream')
    .subscribed(1)
  const young = new TraceScript().request(2).requestBody(2, 'x')
  add(carried, old, 0)
  add(carried, young, 50)
  const before = carried.bytes
  const trimmed = carried.trim(before - 10)
  const kept = all(carried)
  expect(kept.map(({ type }) => type)).toEqual([
    'request',
    'response',
    'held',
    'subscribed',
    'request',
    'request-data',
    'request-end',
  ])
  expect([...trimmed].every((event) => !kept.includes(event))).toBe(true)
  expect(carried.bytes).toBe(before - trimmed.size * 10)
  expect(trimmed.size + kept.length).toBe(old.events.length + young.events.length)
})

test('trimmed with nothing to spare stay', () => {
  const carried = new CarriedEvents()
  add(carried, new TraceScript().request(1).held(1).subscribed(1), 0)
  expect(carried.trim(0).size).toBe(0)
  expect(all(carried)).toHaveLength(3)
})
