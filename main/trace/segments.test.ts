import { describe, expect, test } from 'vitest'
import { TraceScript } from '../testing/trace-script'
import type { TraceEvent } from './events'
import { TraceLog } from './log'
import type { LogPart } from './segments'

const publish = (p: number): TraceEvent[] => new TraceScript().publish(p).events

/** A log whose parts are put aside. */
function handed(memoryLimit = 1_000_000) {
  const log = new TraceLog({ memoryLimit, now: () => 0 })
  const parts: LogPart[] = []
  const stop = log.handTo({ take: (part) => parts.push(part) })
  const given = () => parts.flatMap(({ events }) => events.flatMap((event) => event ?? []))
  return { log, parts, stop, given }
}

const emitted = (log: TraceLog, count: number, from = 1): void => {
  for (let p = from; p < from + count; p++) for (const event of publish(p)) log.emit(event)
}
const numbers = (events: readonly TraceEvent[]) => events.map((event) => ('p' in event ? event.p : 0))
const upTo = (count: number) => Array.from({ length: count }, (_, i) => i + 1)

describe('parts for who writes the log down', () => {
  test('come when their segment closes, each event once and in order', () => {
    const { log, parts, given } = handed(1e9)
    emitted(log, 10_000)
    expect(parts.map(({ first, events }) => [first, events.length])).toEqual([
      [0, 4096],
      [4096, 4096],
    ])
    log.handOver()
    expect(numbers(given())).toEqual(upTo(10_000))
    expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(log.memoryUsed)
  })

  test('come when they are asked for, and what follows comes later', () => {
    const { log, parts, given } = handed()
    log.handOver()
    emitted(log, 3)
    log.handOver()
    log.handOver()
    emitted(log, 2, 4)
    log.handOver()
    expect(parts.map(({ first, events }) => [first, events.length])).toEqual([
      [0, 3],
      [3, 2],
    ])
    expect(numbers(given())).toEqual([1, 2, 3, 4, 5])
    expect(parts.reduce((sum, { bytes }) => sum + bytes, 0)).toBe(log.memoryUsed)
  })

  test('come before the log drops them, and when it is cleared', () => {
    const { log, given } = handed(200_000)
    emitted(log, 5000)
    expect(log.dropped).toBeGreaterThan(1000)
    log.clear()
    expect(numbers(given())).toEqual(upTo(5000))
  })

  test('begin with what comes after the taker', () => {
    const log = new TraceLog({ now: () => 0 })
    emitted(log, 5)
    const parts: LogPart[] = []
    log.handTo({ take: (part) => parts.push(part) })
    emitted(log, 1, 6)
    log.handOver()
    expect(parts).toMatchObject([{ first: 5, events: [{ p: 6 }] }])
    expect(parts[0]?.bytes).toBeLessThan(log.memoryUsed)
  })

  test('stop coming when that is ended', () => {
    const { log, parts, stop } = handed()
    stop()
    emitted(log, 5000)
    log.handOver()
    expect(parts).toEqual([])
  })

  test('keep their bytes until they are released, whatever the log drops', () => {
    const { log, parts } = handed(2_000_000)
    const body = (x: number): TraceEvent[] => {
      const data = log.keep(Buffer.alloc(100_000, x), 100_000)
      return [
        ...new TraceScript().request(x).events,
        { type: 'response-data', t: 0, x, data },
        ...new TraceScript().ended(x).events,
      ]
    }
    for (let x = 1; x <= 100; x++) for (const event of body(x)) log.emit(event)
    log.handOver()
    expect(log.dropped).toBeGreaterThan(50)
    const bodies = parts.flatMap(({ events }) =>
      events.flatMap((event) => (event?.type === 'response-data' ? event : [])),
    )
    expect(bodies).toHaveLength(100)
    expect(bodies.every(({ x, data }) => data.every((byte) => byte === x))).toBe(true)
    for (const part of parts) part.release()
    for (const part of parts) part.release()
    for (let x = 101; x <= 200; x++) for (const event of body(x)) log.emit(event)
    expect(
      [...log].every((event) => event.type !== 'response-data' || event.data.every((byte) => byte === event.x)),
    ).toBe(true)
  })
})
