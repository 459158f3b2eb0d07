import { describe, expect, test } from 'vitest'
import type { Batch } from '../../preload/contract/pushes'
import { TraceScript } from '../testing/trace-script'
import type { TraceEvent } from './events'
import { LiveTrace } from './live'
import { TraceLog } from './log'
import type { TraceTimers } from './timers'
import { BATCH_ROWS } from './watcher'

/** A clock and timers that go on only when they are told. */
class FakeTimers implements TraceTimers {
  time = 0
  /** Milliseconds that each look at the clock takes: work seems to be slow. */
  costOfLook = 0
  #soon: (() => void)[] = []
  #later: { at: number; callback: () => void }[] = []

  later(callback: () => void, ms: number): () => void {
    const timer = { at: this.time + ms, callback }
    this.#later.push(timer)
    return () => {
      this.#later = this.#later.filter((other) => other !== timer)
    }
  }

  soon(callback: () => void): void {
    this.#soon.push(callback)
  }

  clock(): number {
    this.time += this.costOfLook
    return this.time
  }

  get pending(): number {
    return this.#soon.length + this.#later.length
  }

  /** One turn of what was to come soon. */
  turn(): void {
    const due = this.#soon
    this.#soon = []
    for (const callback of due) callback()
  }

  /** Goes on by `ms`, with everything that is due on the way. */
  pass(ms: number): void {
    const end = this.time + ms
    for (;;) {
      while (this.#soon.length > 0) this.turn()
      const next = this.#later.filter(({ at }) => at <= end).sort((a, b) => a.at - b.at)[0]
      if (!next) break
      this.#later = this.#later.filter((other) => other !== next)
      this.time = Math.max(this.time, next.at)
      next.callback()
    }
    this.time = Math.max(this.time, end)
  }
}

function setting(memoryLimit = 1e9) {
  const timers = new FakeTimers()
  const log = new TraceLog({ memoryLimit, now: () => timers.time, epoch: 0 })
  const live = new LiveTrace(log, timers)
  const batches: Batch[] = []
  /** Moments at which batches were sent. */
  const sent = new Set<number>()
  const happen = (events: readonly TraceEvent[]) => {
    for (const event of events) log.emit(event)
  }
  const onBatch = (batch: Batch): void => {
    batches.push(batch)
    sent.add(timers.time)
  }
  return { timers, log, live, batches, sent, happen, onBatch }
}

const requests = (from: number, count: number): TraceEvent[] => {
  const script = new TraceScript()
  for (let x = from; x < from + count; x++) script.request(x)
  return script.events
}
const ids = (batches: readonly Batch[]) => batches.flatMap(({ exchanges }) => exchanges.map(({ id }) => id))

describe('watching', () => {
  test('begins with a snapshot, after others had their turn', () => {
    const { timers, live, batches, happen, onBatch } = setting()
    happen(requests(1, 3))
    live.watch(onBatch)
    expect(batches).toEqual([])
    timers.pass(0)
    expect(batches).toMatchObject([{ reset: true, more: false }])
    expect(ids(batches)).toEqual([1, 2, 3])
  })

  test('sends a large snapshot in parts, a few a frame', () => {
    const { timers, live, batches, happen, onBatch } = setting()
    happen(requests(1, BATCH_ROWS * 5 + 1))
    live.watch(onBatch)
    timers.costOfLook = 10
    while (batches.length === 0) timers.turn()
    // One of them takes as long as others may be kept waiting.
    expect(batches.map(({ more }) => more)).toEqual([true])
    timers.costOfLook = 0
    timers.pass(200)
    expect(batches.map(({ reset }) => reset)).toEqual([true, false, false, false, false, false])
    expect(batches.map(({ more }) => more)).toEqual([true, true, true, true, true, false])
    expect(ids(batches)).toHaveLength(BATCH_ROWS * 5 + 1)
  })

  test('counts an event about many exchanges as much work', () => {
    const { timers, log, live, happen } = setting()
    const script = new TraceScript()
    const outcomes = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [i + 1, 'delivered'] as const))
    for (let p = 1; p <= 20; p++) script.publish(p).delivery(p, outcomes)
    happen(script.events)
    timers.costOfLook = 10
    live.watch(() => {})
    // Each look at the clock ends a slice: a publish and its delivery are one.
    let slices = 0
    const read = log.read.bind(log)
    log.read = (...args) => {
      slices++
      return read(...args)
    }
    for (let turns = 0; turns < 100 && slices < 20; turns++) timers.turn()
    expect(slices).toBe(20)
  })

  test('sends at most one batch a frame, whatever happens', () => {
    const { timers, live, batches, happen, onBatch } = setting()
    live.watch(onBatch)
    timers.pass(1000)
    batches.length = 0
    const begin = timers.time
    for (let i = 0; i < 250; i++) {
      happen(requests(1 + i, 1))
      timers.pass(4)
    }
    timers.pass(100)
    expect(batches.length).toBeGreaterThan(20)
    expect(batches.length).toBeLessThanOrEqual((timers.time - begin) / 16 + 1)
    expect(new Set(ids(batches)).size).toBe(250)
  })

  test.each([1, 20])('sends less often where much changes: %i requests a millisecond', (n) => {
    const { timers, live, batches, sent, happen, onBatch } = setting()
    live.watch(onBatch)
    timers.pass(1000)
    batches.length = 0
    sent.clear()
    for (let i = 0; i < 1000; i++) {
      happen(requests(1 + i * n, n))
      timers.pass(1)
    }
    timers.pass(1000)
    expect(new Set(ids(batches)).size).toBe(1000 * n)
    expect(sent.size).toBeLessThan(20)
  })

  test('is quiet while nothing happens', () => {
    const { timers, live, batches, onBatch } = setting()
    live.watch(onBatch)
    timers.pass(100)
    expect(timers.pending).toBe(0)
    timers.pass(100_000)
    expect(batches).toHaveLength(1)
  })

  test('ends', () => {
    const { timers, live, batches, happen, onBatch } = setting()
    const end = live.watch(onBatch)
    timers.pass(100)
    end()
    happen(requests(1, 1))
    timers.pass(1000)
    expect(batches).toHaveLength(1)
  })

  test('gives each watcher a snapshot of its own', () => {
    const { timers, live, batches, happen, onBatch } = setting()
    happen(requests(1, 2))
    live.watch(onBatch)
    timers.pass(100)
    const others: Batch[] = []
    live.watch((batch) => others.push(batch))
    timers.pass(100)
    expect(others).toMatchObject([{ reset: true }])
    expect(ids(others)).toEqual([1, 2])
    happen(new TraceScript().ended(2).events)
    timers.pass(100)
    expect(ids(batches)).toEqual([1, 2, 2])
    expect(ids(others)).toEqual([1, 2, 2])
  })

  test('says what was dropped, and begins anew after a clear', () => {
    const { timers, log, live, batches, happen, onBatch } = setting(30_000)
    live.watch(onBatch)
    timers.pass(100)
    happen(new TraceScript().hold(9).events)
    for (let x = 10; x <= 100; x++) happen(new TraceScript().request(x).ended(x).events)
    timers.pass(200)
    expect(batches.at(-1)?.droppedExchanges.length).toBeGreaterThan(0)
    expect(batches.at(-1)?.status).toMatchObject({ dropped: log.dropped, memoryLimit: 30_000 })
    batches.length = 0
    log.clear()
    timers.pass(200)
    expect(batches).toMatchObject([{ reset: true, exchanges: [{ id: 9 }], status: { exchanges: 1, held: 1 } }])
  })
})

describe('a watcher that is not ready', () => {
  test('gets nothing, and then each row once in its latest form', () => {
    const { timers, live, batches, happen, onBatch } = setting()
    let ready = true
    live.watch(onBatch, () => ready)
    happen(requests(1, 1))
    timers.pass(100)
    batches.length = 0
    ready = false
    for (let i = 0; i < 100; i++) {
      happen(new TraceScript().responseData(1, 'x').events)
      timers.pass(10)
    }
    happen(new TraceScript().ended(1, { how: 'client-left' }).events)
    timers.pass(1000)
    expect(batches).toEqual([])
    ready = true
    timers.pass(200)
    expect(batches).toMatchObject([{ reset: false, exchanges: [{ id: 1, state: 'client-left' }] }])
  })

  test('does not keep others waiting', () => {
    const { timers, live, batches, happen, onBatch } = setting()
    live.watch(
      () => {
        throw new Error('was not ready')
      },
      () => false,
    )
    live.watch(onBatch)
    happen(requests(1, 1))
    timers.pass(200)
    expect(ids(batches)).toEqual([1])
  })
})

describe('the model', () => {
  test('is given with all events so far', async () => {
    const { live, happen, timers } = setting()
    happen(requests(1, 10))
    expect((await live.model()).exchanges.size).toBe(10)
    happen(requests(11, 5))
    expect((await live.model()).exchanges.size).toBe(15)
    timers.pass(1)
  })

  test('is made in slices where that takes long', async () => {
    const { live, happen, timers } = setting()
    happen(requests(1, 5000))
    timers.costOfLook = 5
    let given = 0
    const promise = live.model().then((model) => {
      given = model.exchanges.size
    })
    await Promise.resolve()
    expect(given).toBe(0)
    let turns = 0
    while (timers.pending > 0 && turns < 100) {
      timers.turn()
      turns++
      await Promise.resolve()
      if (given > 0) break
    }
    await promise
    expect(given).toBe(5000)
    expect(turns).toBeGreaterThan(2)
  })

  test('is let go a while after the last look, and made anew for the next one', async () => {
    const { live, happen, timers } = setting()
    happen(requests(1, 3))
    const first = await live.model()
    timers.pass(4000)
    expect(await live.model()).toBe(first)
    timers.pass(6000)
    expect(timers.pending).toBe(0)
    const second = await live.model()
    expect(second).not.toBe(first)
    expect([...second.exchanges.keys()]).toEqual([1, 2, 3])
  })

  test('stays while somebody watches', async () => {
    const { live, timers, onBatch } = setting()
    const end = live.watch(onBatch)
    const first = await live.model()
    timers.pass(60_000)
    expect(await live.model()).toBe(first)
    end()
    timers.pass(60_000)
    expect(await live.model()).not.toBe(first)
  })

  test('forgets what the log drops, also before it was applied', async () => {
    const { live, happen, timers } = setting(30_000)
    happen(requests(1, 1))
    const model = await live.model()
    for (let x = 2; x <= 300; x++) happen(new TraceScript().request(x).ended(x).events)
    await live.model()
    expect(model.exchanges.has(1)).toBe(true)
    expect(model.exchanges.has(2)).toBe(false)
    expect(model.exchanges.has(300)).toBe(true)
    timers.pass(10_000)
    const anew = await live.model()
    expect([...anew.exchanges.keys()]).toEqual([...model.exchanges.keys()])
  })
})

test('stopped, nothing is left to do', () => {
  const { timers, live, batches, happen, onBatch } = setting()
  live.watch(onBatch)
  timers.pass(100)
  happen(requests(1, 1))
  live.stop()
  timers.pass(10_000)
  happen(requests(2, 1))
  timers.pass(10_000)
  expect(batches).toHaveLength(1)
  expect(timers.pending).toBe(0)
})

describe('a model in use', () => {
  test('hears of what is dropped, however long it takes, and is let go after that', async () => {
    const { timers, log, live, happen } = setting()
    happen(new TraceScript().request(1).ended(1).events)
    const { model, giveBack } = await live.borrow()
    expect(model.exchanges.size).toBe(1)
    timers.pass(60_000)
    log.clear()
    expect(model.exchanges.size).toBe(0)
    giveBack()
    timers.pass(60_000)
    expect(timers.pending).toBe(0)
  })
})
