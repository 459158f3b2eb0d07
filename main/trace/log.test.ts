import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { engineEvents } from '../testing/engine-events'
import { TraceScript } from '../testing/trace-script'
import type { ExchangeId, TraceEvent } from './events'
import { TraceLog } from './log'
import type { Drop } from './source'
import { traceStatus } from './trace-status'

const KIB = 1024
const RUNS = { numRuns: Number(process.env.GRIPSCOPE_FUZZ_RUNS ?? 100) }
const TIMEOUT = 10_000 + RUNS.numRuns * 100

/** A log with a small limit, and all that it said it had dropped. */
function smallLog(memoryLimit: number) {
  const log = new TraceLog({ memoryLimit, now: () => 0, epoch: 0 })
  const drops: Drop[] = []
  log.onDrop((drop) => drops.push(drop))
  return { log, drops }
}

const exchangesIn = (log: Iterable<TraceEvent>): ExchangeId[] =>
  [...log].flatMap((event) => (event.type === 'request' ? [event.x] : []))

/** A finished exchange with a body of its own of `size` bytes. */
function finished(x: ExchangeId, size: number): TraceEvent[] {
  return new TraceScript().request(x).response(x).responseData(x, Buffer.alloc(size)).ended(x).events
}

describe('the clock', () => {
  test('begins at zero when the log is made', () => {
    let now = 5000
    const log = new TraceLog({ now: () => now, epoch: 123 })
    expect(log.now()).toBe(0)
    now = 5001.5
    expect(log.now()).toBe(1.5)
    expect(log.epoch).toBe(123)
  })
})

describe('reading', () => {
  test('gives all events in order, in parts of any size', () => {
    const { log } = smallLog(100 * KIB)
    for (let x = 1; x <= 20; x++) log.emit(...one(new TraceScript().request(x)))
    for (const size of [1, 3, 20, 1000]) {
      const seen: [number, number][] = []
      let cursor = 0
      while (cursor < log.end) {
        cursor = log.read(cursor, size, (event, seq) => seen.push([seq, event.type === 'request' ? event.x : 0]))
      }
      expect(seen).toEqual(Array.from({ length: 20 }, (_, i) => [i, i + 1]))
    }
  })

  test('goes on where it ended', () => {
    const { log } = smallLog(100 * KIB)
    log.emit(...one(new TraceScript().request(1)))
    const cursor = log.read(0, 100, () => {})
    log.emit(...one(new TraceScript().request(2)))
    const seen: TraceEvent[] = []
    log.read(cursor, 100, (event) => seen.push(event))
    expect(exchangesIn(seen)).toEqual([2])
  })

  test('crosses from one segment to the next', () => {
    const { log } = smallLog(100 * KIB * KIB)
    for (let x = 1; x <= 10_000; x++) log.emit(...one(new TraceScript().request(x)))
    expect(exchangesIn(log)).toEqual(Array.from({ length: 10_000 }, (_, i) => i + 1))
    const seen: TraceEvent[] = []
    log.read(4090, 10, (event) => seen.push(event))
    expect(exchangesIn(seen)).toEqual([4091, 4092, 4093, 4094, 4095, 4096, 4097, 4098, 4099, 4100])
  })
})

test('stops reading where it was enough, and goes on there, also with what was carried over and across segments', () => {
  const log = new TraceLog({ memoryLimit: 40_000, now: () => 0 })
  for (const event of new TraceScript().hold(1, 'stream').events) log.emit(event)
  for (let x = 2; x < 400; x++) for (const event of new TraceScript().request(x).ended(x).events) log.emit(event)
  const all = [...log]
  const read: TraceEvent[] = []
  let cursor = 0
  for (let reads = 0; cursor < log.end && reads < 10_000; reads++) {
    const before = read.length
    cursor = log.read(cursor, 100, (event) => read.push(event) - before < 2)
    expect(read.length - before).toBeLessThanOrEqual(2)
  }
  expect(read).toEqual(all)
})

describe('listeners', () => {
  test('are woken once, and again after somebody has read to the end', () => {
    const { log } = smallLog(100 * KIB)
    let woken = 0
    const off = log.subscribe(() => woken++)
    log.emit(...one(new TraceScript().request(1)))
    log.emit(...one(new TraceScript().request(2)))
    expect(woken).toBe(1)
    log.read(0, 1, () => {})
    log.emit(...one(new TraceScript().request(3)))
    expect(woken).toBe(1)
    log.read(1, 100, () => {})
    log.emit(...one(new TraceScript().request(4)))
    expect(woken).toBe(2)
    off()
    log.read(0, 100, () => {})
    log.emit(...one(new TraceScript().request(5)))
    expect(woken).toBe(2)
  })
})

describe('recording', () => {
  test('is recorded itself when it changes, and only then', () => {
    const { log } = smallLog(100 * KIB)
    log.recording = true
    log.recording = false
    log.recording = false
    log.recording = true
    expect([...log].map((event) => event.type === 'recording' && event.on)).toEqual([false, true])
  })

  test('that is paused counts what is left out, from each pause on, and wakes who shows it', () => {
    const { log } = smallLog(100 * KIB)
    let woken = 0
    log.subscribe(() => woken++)
    const model = new TraceScript().model
    expect(traceStatus(model, log)).not.toHaveProperty('leftOut')
    log.recording = false
    log.read(0, 100, () => {})
    woken = 0
    log.leaveOut('exchange')
    log.leaveOut('publish')
    log.leaveOut('publish')
    expect(woken).toBe(3)
    expect(traceStatus(model, log).leftOut).toEqual({ exchanges: 1, publishes: 2 })
    log.recording = true
    expect(traceStatus(model, log)).not.toHaveProperty('leftOut')
    expect(woken).toBe(4)
    log.recording = false
    expect(traceStatus(model, log).leftOut).toEqual({ exchanges: 0, publishes: 0 })
  })
})

describe('the memory limit', () => {
  test('holds, whatever comes', () => {
    const limit = 200 * KIB
    const { log } = smallLog(limit)
    for (let x = 1; x <= 2000; x++) {
      for (const event of finished(x, 700)) log.emit(event)
      expect(log.memoryUsed).toBeLessThanOrEqual(limit)
    }
  })

  test('takes the oldest finished exchanges away, and leaves the latest', () => {
    const { log, drops } = smallLog(200 * KIB)
    for (let x = 1; x <= 1000; x++) for (const event of finished(x, 700)) log.emit(event)
    const left = exchangesIn(log)
    const gone = drops.flatMap(({ exchanges }) => exchanges)
    expect(left.length).toBeGreaterThan(50)
    expect([...gone, ...left]).toEqual(Array.from({ length: 1000 }, (_, i) => i + 1))
    expect(log.dropped).toBe(gone.length)
  })

  test('does not throw away much more than it must', () => {
    const limit = 1024 * KIB
    const { log } = smallLog(limit)
    for (let x = 1; x <= 2000; x++) for (const event of finished(x, 700)) log.emit(event)
    expect(log.memoryUsed).toBeGreaterThan(limit * 0.9)
  })

  test('never takes a live exchange, however old', () => {
    const { log, drops } = smallLog(100 * KIB)
    const live = new TraceScript().hold(1, 'stream').response(1).events
    for (const event of live) log.emit(event)
    for (let x = 2; x <= 1000; x++) for (const event of finished(x, 700)) log.emit(event)
    expect(drops.flatMap(({ exchanges }) => exchanges)).not.toContain(1)
    const kept = [...log]
    expect(kept.slice(0, live.length)).toEqual(live)
    expect(exchangesIn(kept).slice(1)).not.toContain(1)
  })

  test('takes it once it has ended', () => {
    const { log, drops } = smallLog(100 * KIB)
    for (const event of new TraceScript().hold(1).events) log.emit(event)
    for (let x = 2; x <= 500; x++) for (const event of finished(x, 700)) log.emit(event)
    log.emit(...one(new TraceScript().ended(1)))
    for (let x = 501; x <= 1000; x++) for (const event of finished(x, 700)) log.emit(event)
    expect(drops.flatMap(({ exchanges }) => exchanges).filter((x) => x === 1)).toEqual([1])
    expect([...log].some((event) => 'x' in event && event.x === 1)).toBe(false)
  })

  test('trims what a live exchange can be shown without, where it alone would fill the memory', () => {
    const limit = 200 * KIB
    const { log, drops } = smallLog(limit)
    for (const event of new TraceScript().hold(1, 'stream').response(1).events) log.emit(event)
    for (let i = 0; i < 2000; i++) log.emit(...one(new TraceScript().responseData(1, Buffer.alloc(700, i))))
    expect(log.memoryUsed).toBeLessThanOrEqual(limit)
    const kept = [...log].map(({ type }) => type)
    expect(kept.slice(0, 4)).toEqual(['request', 'held', 'subscribed', 'response'])
    expect(drops.some(({ trimmed }) => trimmed.size > 0)).toBe(true)
    expect(log.dropped).toBe(0)
  })

  test('names publishes that went, refused ones by a number of their own', () => {
    const { log, drops } = smallLog(50 * KIB)
    const script = new TraceScript().publish(1).delivery(1, {}).refused(2)
    for (const event of script.events) log.emit(event)
    for (let x = 1; x <= 200; x++) for (const event of finished(x, 700)) log.emit(event)
    expect(drops.flatMap(({ publishes }) => publishes)).toEqual([1, 2])
    expect(log.dropped).toBe(2 + drops.flatMap(({ exchanges }) => exchanges).length)
  })

  test('made smaller takes effect at once', () => {
    const { log } = smallLog(1000 * KIB)
    for (let x = 1; x <= 500; x++) for (const event of finished(x, 700)) log.emit(event)
    log.memoryLimit = 100 * KIB
    expect(log.memoryLimit).toBe(100 * KIB)
    expect(log.memoryUsed).toBeLessThanOrEqual(100 * KIB)
    expect(exchangesIn(log).at(-1)).toBe(500)
  })

  test('is not tried for again at every event where live exchanges alone are over it', () => {
    const { log, drops } = smallLog(200 * KIB)
    for (let x = 1; x <= 1000; x++) for (const event of new TraceScript().hold(x).events) log.emit(event)
    expect(exchangesIn(log)).toHaveLength(1000)
    expect(drops.length).toBeGreaterThan(0)
    expect(drops.length).toBeLessThan(log.end / 5)
  })
})

describe('clearing', () => {
  test('drops what is finished, and only that', () => {
    const { log, drops } = smallLog(1000 * KIB)
    const live = new TraceScript().hold(2).events
    for (const event of finished(1, 10)) log.emit(event)
    for (const event of live) log.emit(event)
    for (const event of new TraceScript().publish(1).delivery(1, { 2: 'delivered' }).events) log.emit(event)
    log.clear()
    expect([...log]).toEqual(live)
    expect(drops).toMatchObject([{ exchanges: [1], publishes: [1], cleared: true }])
    expect(log.dropped).toBe(0)
  })

  test('leaves an empty log with nothing in use', () => {
    const { log } = smallLog(1000 * KIB)
    for (let x = 1; x <= 5000; x++) for (const event of finished(x, 10)) log.emit(event)
    log.clear()
    expect([...log]).toEqual([])
    expect(log.memoryUsed).toBe(0)
    log.clear()
    log.emit(...one(new TraceScript().request(9)))
    expect(exchangesIn(log)).toEqual([9])
  })
})

describe('clearing for now', () => {
  const session = () => {
    const made = smallLog(1000 * KIB)
    const { log } = made
    for (const event of finished(1, 10)) log.emit(event)
    const live = new TraceScript().hold(2).events
    for (const event of live) log.emit(event)
    for (const event of new TraceScript().publish(1).delivery(1, { 2: 'delivered' }).events) log.emit(event)
    return { ...made, live, all: [...log] }
  }

  test('hides what a clear drops, and brings it back with what has come since', () => {
    const { log, drops, live, all } = session()
    let restored = 0
    log.onRestore(() => {
      restored += 1
    })
    log.clearForNow()
    expect([...log]).toEqual(live)
    expect(drops).toMatchObject([{ exchanges: [1], publishes: [1], cleared: true }])
    const more = finished(3, 4)
    for (const event of more) log.emit(event)
    expect([...log]).toEqual([...live, ...more])
    expect(log.restore()).toBe(true)
    expect([...log]).toEqual([...all, ...more])
    expect([restored, log.restore()]).toEqual([1, false])
  })

  test('is forgotten as a clear would have, but what was live then stays, also once it is finished', () => {
    const { log, drops, live } = session()
    log.clearForNow()
    const end = one(new TraceScript().ended(2, { how: 'client-left' }))
    for (const event of [...end, ...finished(3, 4)]) log.emit(event)
    const shown = [...log]
    const { memoryUsed } = log
    log.forgetCleared()
    expect([...log]).toEqual(shown)
    expect(exchangesIn(log)).toEqual([2, 3])
    expect(shown.slice(0, live.length)).toEqual(live)
    expect(log.memoryUsed).toBeLessThan(memoryUsed)
    expect(log.restore()).toBe(false)
    expect(drops).toHaveLength(1)
    log.clear()
    expect([[...log], log.memoryUsed]).toEqual([[], 0])
  })

  test('ends where its room is needed, and what is new stays', () => {
    const { log, drops } = smallLog(100 * KIB)
    for (let x = 1; x <= 20; x++) for (const event of finished(x, 10)) log.emit(event)
    log.clearForNow()
    let x = 20
    for (let before = 0; log.memoryUsed >= before; ) {
      before = log.memoryUsed
      for (const event of finished(++x, 10)) log.emit(event)
    }
    expect(log.restore()).toBe(false)
    expect(exchangesIn(log)).toEqual(Array.from({ length: x - 20 }, (_, index) => 21 + index))
    expect([drops.length, log.dropped]).toEqual([1, 0])
  })

  test('another clear forgets the one before', () => {
    const { log, live } = session()
    log.clearForNow()
    const more = finished(3, 4)
    for (const event of more) log.emit(event)
    log.clearForNow()
    expect([...log]).toEqual(live)
    expect(log.restore()).toBe(true)
    expect([...log]).toEqual([...live, ...more])
  })
})

test(
  'of any events: what is live stays, what goes goes whole and is named, and reading in parts tells the same',
  () => {
    fc.assert(
      fc.property(
        engineEvents,
        fc.integer({ min: 2000, max: 40_000 }),
        fc.integer({ min: 1, max: 9 }),
        (events, limit, part) => {
          const { log, drops } = smallLog(limit)
          for (const event of events) log.emit(event)
          const kept = [...log]
          const trimmed = new Set(drops.flatMap((drop) => [...drop.trimmed]))
          const gone = new Set(drops.flatMap(({ exchanges }) => exchanges))
          const ended = new Set(events.flatMap((event) => (event.type === 'ended' ? [event.x] : [])))
          for (const x of gone) expect(ended.has(x)).toBe(true)
          const expected = events.filter((event) => 'x' in event && !gone.has(event.x) && !trimmed.has(event))
          expect(kept.filter((event) => 'x' in event)).toEqual(expected)
          const publishes = new Set(drops.flatMap((drop) => drop.publishes))
          const known = events.flatMap((event) =>
            event.type === 'publish' && !publishes.has(event.p) ? [event.p] : [],
          )
          expect(kept.flatMap((event) => (event.type === 'publish' ? [event.p] : []))).toEqual(known)
          expect(log.dropped).toBe(gone.size + publishes.size)
          const inParts: TraceEvent[] = []
          for (let cursor = 0; cursor < log.end; ) cursor = log.read(cursor, part, (event) => inParts.push(event))
          expect(inParts).toEqual(kept)
          log.clear()
          expect([...log].every((event) => 'x' in event && !ended.has(event.x))).toBe(true)
        },
      ),
      RUNS,
    )
  },
  TIMEOUT,
)

/** The only event of a script. */
function one({ events }: TraceScript): [TraceEvent] {
  const [event] = events
  if (!event || events.length > 1) throw new Error('not one event')
  return [event]
}

describe('bytes of bodies', () => {
  /** Emits what `script` adds with its bytes as an engine does: out of memory that is used again at once. */
  function emitKept(log: TraceLog, events: readonly TraceEvent[]): void {
    for (const event of events) {
      if (event.type !== 'response-data') {
        log.emit(event)
        continue
      }
      const read = Buffer.from(event.data)
      log.emit({ ...event, data: log.keep(read, log.bodyLimit) })
      read.fill(0)
    }
  }
  const bodyFor = (x: ExchangeId, size: number): Buffer => Buffer.alloc(size, `${x};`)

  test('stay what they were while memory is used again, those of live exchanges too', () => {
    const { log } = smallLog(3 * 1024 * KIB)
    const sizes = [10, 900, 16_384, 300_000, 4096]
    const sizeOf = (x: ExchangeId): number => sizes[x % sizes.length] ?? 0
    for (let x = 1; x <= 600; x++) {
      const script = new TraceScript()
        .request(x)
        .response(x)
        .responseData(x, bodyFor(x, sizeOf(x)))
      emitKept(log, (x % 50 === 0 ? script : script.ended(x)).events)
    }
    const live: ExchangeId[] = []
    let bodies = 0
    for (const event of log) {
      if (event.type === 'request' && event.x % 50 === 0) live.push(event.x)
      if (event.type !== 'response-data') continue
      bodies++
      expect(Buffer.from(event.data).equals(bodyFor(event.x, sizeOf(event.x)))).toBe(true)
    }
    expect(log.dropped).toBeGreaterThan(400)
    expect(bodies).toBeGreaterThan(20)
    expect(live).toEqual(Array.from({ length: 12 }, (_, i) => (i + 1) * 50))
  })

  test('are no more than there is room for', () => {
    const { log } = smallLog(100 * KIB)
    expect(log.keep(Buffer.from('abcdef'), 3).toString()).toBe('abc')
  })
})

describe('the tail of a body', () => {
  test('takes no more memory than its room, however long the body is, and leaves the rest of the trace', () => {
    const log = new TraceLog({ memoryLimit: 4_000_000, bodyLimit: 200_000 })
    log.emit({ type: 'recording', t: 0, on: true })
    for (const event of new TraceScript().request(1).sent(1).answered(1).response(1).events) log.emit(event)
    const tail = log.tail(100_000)
    for (let i = 0; i < 2000; i++)
      tail.emit({ type: 'answer-data', t: i, x: 1, data: Buffer.alloc(10_000, i), at: i * 10_000, tail: true })
    expect(log.memoryUsed).toBeLessThan(200_000)
    expect(log.dropped).toBe(0)
    const kept = [...log].filter((event) => event.type === 'answer-data')
    expect(kept.map(({ at }) => at)).toEqual(Array.from({ length: 10 }, (_, i) => (1990 + i) * 10_000))
    expect([...log][0]?.type).toBe('recording')
  })

  test('is let go wherever it lies: also when its segment was dropped and its exchange is live', () => {
    const log = new TraceLog({ memoryLimit: 300_000, bodyLimit: 200_000 })
    for (const event of new TraceScript().request(1).sent(1).answered(1).response(1).events) log.emit(event)
    const tail = log.tail(50_000)
    const part = (i: number) =>
      tail.emit({ type: 'answer-data', t: i, x: 1, data: Buffer.alloc(5000, i), at: i * 5000, tail: true })
    for (let i = 0; i < 10; i++) part(i)
    for (let x = 2; x < 3000; x++) for (const event of new TraceScript().request(x).ended(x).events) log.emit(event)
    for (let i = 10; i < 20; i++) part(i)
    const kept = [...log].filter((event) => event.type === 'answer-data')
    expect(kept.map(({ at }) => at)).toEqual(Array.from({ length: 10 }, (_, i) => (10 + i) * 5000))
    expect(log.memoryUsed).toBeLessThanOrEqual(300_000)
    log.emit({ type: 'ended', t: 0, x: 1, how: 'complete', responseSize: 100_000 })
    log.clear()
    expect(log.memoryUsed).toBeLessThan(2000)
  })
})

describe('what is in force', () => {
  const port = (port: number, role: 'proxy' | 'publish' = 'proxy') =>
    ({ type: 'port', t: 0, role, address: '127.0.0.1', port }) as const
  const started: TraceEvent = { type: 'engine-started', t: 0, version: '1', settings: { listen: '127.0.0.1' } }
  const routes = (line: string): TraceEvent => ({ type: 'routes', t: 0, lines: [line], count: 1, warnings: [] })

  test('stays when its segment goes, the latest of each kind', () => {
    const log = new TraceLog({ memoryLimit: 1_000_000, now: () => 0 })
    const facts = [started, routes('* a'), port(1), port(2, 'publish'), routes('* b'), port(3)]
    for (const event of facts) log.emit(event)
    for (let x = 1; x <= 20_000; x++) {
      for (const event of new TraceScript().request(x).ended(x).events) log.emit(event)
    }
    expect(log.dropped).toBeGreaterThan(1000)
    const events = [...log]
    expect(events.slice(0, 4)).toEqual([started, port(2, 'publish'), routes('* b'), port(3)])
    expect(events[4]?.type).toBe('request')
    expect(log.memoryUsed).toBeLessThan(1_000_000)
  })

  test('stays when the trace is cleared, for now or at once', () => {
    for (const clear of ['clear', 'clearForNow'] as const) {
      const log = new TraceLog({ now: () => 0 })
      for (const event of [started, ...new TraceScript().request(1).ended(1).events]) log.emit(event)
      log[clear]()
      expect([...log]).toEqual([started])
      log.forgetCleared()
      expect([...log]).toEqual([started])
    }
  })
})
