import { describe, expect, test } from 'vitest'
import type { Batch } from '../../preload/contract/pushes'
import { TraceScript } from '../testing/trace-script'
import type { TraceEvent } from './events'
import { TraceLog } from './log'
import { TraceModel } from './model'
import { BATCH_ROWS, Watcher } from './watcher'

/** A log, its model, and one watcher who is told by hand. */
class Setting {
  readonly log = new TraceLog({ memoryLimit: 1e9, now: () => 0, epoch: 5 })
  readonly model = new TraceModel()
  readonly watcher = new Watcher(
    () => {},
    () => true,
  )
  #cursor = 0

  constructor() {
    this.log.onDrop((drop) => {
      this.model.drop(drop)
      this.watcher.noteDrop(drop)
    })
  }

  happen(events: readonly TraceEvent[]): this {
    for (const event of events) this.log.emit(event)
    while (this.#cursor < this.log.end) {
      this.#cursor = this.log.read(this.#cursor, 1000, (event) => this.model.apply(event))
    }
    this.watcher.note(this.model.takeChanges())
    return this
  }

  next(): Batch {
    return this.watcher.next(this.model, this.log)
  }

  /** Batches until nothing waits. */
  rest(): Batch[] {
    const batches: Batch[] = []
    while (this.watcher.waiting) batches.push(this.next())
    return batches
  }
}

const requests = (from: number, count: number): TraceEvent[] => {
  const script = new TraceScript()
  for (let x = from; x < from + count; x++) script.request(x)
  return script.events
}
const ids = (batches: readonly Batch[]) => batches.flatMap(({ exchanges }) => exchanges.map(({ id }) => id))

describe('the snapshot', () => {
  test('of nothing is one empty batch with the status', () => {
    const setting = new Setting()
    expect(setting.watcher.waiting).toBe(true)
    expect(setting.next()).toMatchObject({
      type: 'batch',
      reset: true,
      more: false,
      exchanges: [],
      status: { epoch: 5 },
    })
    expect(setting.watcher.waiting).toBe(false)
  })

  test('comes in parts, the first with reset, all but the last with more', () => {
    const setting = new Setting().happen(requests(1, BATCH_ROWS * 2 + 10))
    const batches = setting.rest()
    expect(batches.map(({ reset, more }) => [reset, more])).toEqual([
      [true, true],
      [false, true],
      [false, false],
    ])
    expect(batches.map(({ exchanges }) => exchanges.length)).toEqual([BATCH_ROWS, BATCH_ROWS, 10])
    expect(ids(batches)).toEqual(Array.from({ length: BATCH_ROWS * 2 + 10 }, (_, i) => i + 1))
  })

  test('has channels and publishes too', () => {
    const setting = new Setting().happen(new TraceScript().hold(1).publish(1).delivery(1, {}).refused(2).events)
    expect(setting.next()).toMatchObject({
      exchanges: [{ id: 1 }],
      channels: [{ name: 'c' }],
      publishes: [{ id: 1 }, { state: 'refused' }],
    })
  })

  test('takes in what happens while it is under way', () => {
    const setting = new Setting().happen(requests(1, BATCH_ROWS + 10))
    const first = setting.next()
    setting.happen(requests(BATCH_ROWS + 11, 5)).happen(new TraceScript().ended(1).ended(BATCH_ROWS + 5).events)
    const rest = setting.rest()
    expect(first.exchanges).toHaveLength(BATCH_ROWS)
    expect(ids(rest).sort((a, b) => a - b)).toEqual([1, ...Array.from({ length: 15 }, (_, i) => BATCH_ROWS + 1 + i)])
    expect(rest.at(-1)?.more).toBe(false)
  })

  test('leaves out what was dropped before its part came', () => {
    const setting = new Setting().happen(requests(1, BATCH_ROWS + 10))
    setting.next()
    setting.happen(new TraceScript().ended(BATCH_ROWS + 3).events)
    setting.model.drop({ exchanges: [BATCH_ROWS + 3], publishes: [], trimmed: new Set(), cleared: false })
    setting.watcher.noteDrop({ exchanges: [BATCH_ROWS + 3], publishes: [], trimmed: new Set(), cleared: false })
    const [batch] = setting.rest()
    expect(batch?.exchanges.map(({ id }) => id)).not.toContain(BATCH_ROWS + 3)
    expect(batch?.droppedExchanges).toEqual([BATCH_ROWS + 3])
  })
})

describe('after it', () => {
  test('a batch has whole rows of what changed, each once, in their latest form', () => {
    const setting = new Setting().happen(requests(1, 3))
    setting.rest()
    setting.happen(new TraceScript().response(2, { status: 201 }).events).happen(new TraceScript().ended(2).events)
    const batches = setting.rest()
    expect(batches).toHaveLength(1)
    expect(batches[0]).toMatchObject({
      reset: false,
      more: false,
      exchanges: [{ id: 2, status: 201, state: 'complete' }],
    })
  })

  test('more than a batch holds comes in several, which are no snapshot', () => {
    const setting = new Setting()
    setting.rest()
    const batches = setting.happen(requests(1, BATCH_ROWS + 1)).rest()
    expect(batches.map(({ reset, more, exchanges }) => [reset, more, exchanges.length])).toEqual([
      [false, false, BATCH_ROWS],
      [false, false, 1],
    ])
  })

  test('a row is told again where it changes after it was sent', () => {
    const setting = new Setting().happen(requests(1, 1))
    setting.rest()
    for (let i = 0; i < 3; i++) {
      expect(ids(setting.happen(new TraceScript().responseData(1, 'x').events).rest())).toEqual([1])
    }
  })

  test('a change of the recording is told by the status alone', () => {
    const setting = new Setting()
    setting.rest()
    setting.log.recording = false
    expect(setting.happen([]).rest()).toMatchObject([{ exchanges: [], status: { recording: false } }])
  })
})

describe('what was dropped', () => {
  test('is named', () => {
    const setting = new Setting().happen(new TraceScript().request(1).ended(1).publish(1).events)
    setting.rest()
    const drop = { exchanges: [1], publishes: [1], trimmed: new Set<TraceEvent>(), cleared: false }
    setting.model.drop(drop)
    setting.watcher.noteDrop(drop)
    expect(setting.rest()).toMatchObject([{ reset: false, droppedExchanges: [1], droppedPublishes: [1] }])
    expect(setting.watcher.waiting).toBe(false)
  })

  test('by clearing makes a new snapshot of what is left', () => {
    const setting = new Setting().happen(requests(1, 10)).happen(new TraceScript().ended(4).ended(5).events)
    setting.rest()
    setting.log.clear()
    expect(setting.rest()).toMatchObject([{ reset: true, more: false, droppedExchanges: [] }])
    setting.log.clear()
    expect(ids(setting.rest())).toEqual([1, 2, 3, 6, 7, 8, 9, 10])
  })

  test('makes a new snapshot where a watcher that takes nothing would have too many to hear of', () => {
    const setting = new Setting().happen(requests(1, 5))
    setting.rest()
    for (let i = 0; i < 3; i++) {
      const exchanges = Array.from({ length: 30_000 }, (_, n) => 100 + i * 30_000 + n)
      setting.watcher.noteDrop({ exchanges, publishes: [], trimmed: new Set(), cleared: false })
    }
    const [batch] = setting.rest()
    expect([batch?.reset, batch?.droppedExchanges, batch?.exchanges.length]).toEqual([true, [], 5])
  })
})
