// What holds for any sequence of events: nothing throws, every view is as its schema says, and it is all the same in how
// many parts the events are applied.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchSchema } from '../../preload/contract/pushes'
import {
  bodyInfoSchema,
  bodyKinds,
  channelRowSchema,
  exchangeDetailsSchema,
  exchangeRowSchema,
  lanesSchema,
  publishDetailsSchema,
  publishRowSchema,
} from '../../preload/views'
import { brokenEvents, engineEvents } from '../testing/engine-events'
import { harOf } from '../testing/har'
import { bodyInfo, bodyOf } from './bodies'
import { channelRow } from './channel-row'
import { curlCommand } from './curl'
import type { TraceEvent } from './events'
import { exchangeDetails } from './exchange-details'
import { exchangeRow } from './exchange-row'
import { channelLanes } from './lanes'
import { TraceLog } from './log'
import { TraceModel } from './model'
import { publishDetails } from './publish-details'
import { publishRow } from './publish-row'
import { Watcher } from './watcher'

const RUNS = { numRuns: Number(process.env.GRIPSCOPE_FUZZ_RUNS ?? 100) }
const TIMEOUT = 10_000 + RUNS.numRuns * 100

function modelOf(events: readonly TraceEvent[]): TraceModel {
  const model = new TraceModel()
  for (const event of events) model.apply(event)
  return model
}

/** Everything that can be shown of a model, checked by its schemas. */
function allViews(model: TraceModel) {
  const exchanges = [...model.exchanges.values()].map((exchange) => {
    for (const kind of bodyKinds) bodyInfoSchema.parse(bodyInfo(bodyOf(model, exchange, kind)))
    const curl = curlCommand(model, exchange.id, 'http://127.0.0.1:7999')
    if (exchange.request.method !== '') expect(curl).toMatch(/\bcurl\b/)
    const details = exchangeDetailsSchema.parse(exchangeDetails(model, exchange.id))
    return { row: exchangeRowSchema.parse(exchangeRow(exchange)), details }
  })
  const channels = [...model.channels.values()].map((channel) => ({
    row: channelRowSchema.parse(channelRow(channel)),
    lanes: lanesSchema.parse(channelLanes(model, channel.name)),
  }))
  const publishes = [...model.publishes.values()].map((publish) => ({
    row: publishRowSchema.parse(publishRow(publish)),
    details: publishDetailsSchema.parse(publishDetails(model, publish.id, 0, 1000)),
  }))
  return { exchanges, channels, publishes, held: model.held, delivered: model.delivered }
}

test(
  'every view of what an engine does is as its schema says',
  () => {
    fc.assert(
      fc.property(engineEvents, (events) => {
        allViews(modelOf(events))
      }),
      RUNS,
    )
  },
  TIMEOUT,
)

test(
  'every view is as its schema says where events are missing or out of place',
  () => {
    fc.assert(
      fc.property(brokenEvents, (events) => {
        allViews(modelOf(events))
      }),
      RUNS,
    )
  },
  TIMEOUT,
)

test(
  'HAR can be made of anything',
  async () => {
    await fc.assert(
      fc.asyncProperty(brokenEvents, async (events) => {
        const model = modelOf(events)
        const { har, count } = await harOf(model, { now: 1e6 })
        expect(har.log.entries).toHaveLength(count.entries)
        expect(count.entries + count.unreadable).toBe(model.exchanges.size)
      }),
      RUNS,
    )
  },
  TIMEOUT,
)

test(
  'applied in batches, with changes taken between them, events come to the same as in one go',
  () => {
    fc.assert(
      fc.property(engineEvents, fc.array(fc.nat(120), { maxLength: 10 }), (events, cuts) => {
        const inBatches = new TraceModel()
        for (const [seq, event] of events.entries()) {
          inBatches.apply(event)
          if (cuts.includes(seq)) inBatches.takeChanges()
        }
        expect(allViews(inBatches)).toEqual(allViews(modelOf(events)))
      }),
      RUNS,
    )
  },
  TIMEOUT,
)

test(
  'changes name what differs, each once',
  () => {
    fc.assert(
      fc.property(engineEvents, fc.nat(120), (events, cut) => {
        const model = modelOf(events.slice(0, cut))
        model.takeChanges()
        const before = rowsById(model)
        for (const event of events.slice(cut)) model.apply(event)
        const { exchanges, channels, publishes } = model.takeChanges()
        const changed = [
          ...exchanges.map((x) => `x${x.id}`),
          ...channels.map((c) => `c${c.name}`),
          ...publishes.map((p) => `p${p.id}`),
        ]
        expect(new Set(changed).size).toBe(changed.length)
        for (const [key, row] of rowsById(model)) if (before.get(key) !== row) expect(changed).toContain(key)
        expect(model.takeChanges()).toEqual({ exchanges: [], channels: [], publishes: [] })
      }),
      RUNS,
    )
  },
  TIMEOUT,
)

test(
  'what is held is counted right at every moment',
  () => {
    fc.assert(
      fc.property(engineEvents, (events) => {
        const model = new TraceModel()
        for (const event of events) {
          model.apply(event)
          expect(model.held).toBe([...model.exchanges.values()].filter((x) => x.holding).length)
          for (const channel of model.channels.values()) {
            expect(channel.held).toBe(channel.subscriptions.filter((s) => s.to === null).length)
          }
        }
      }),
      RUNS,
    )
  },
  TIMEOUT,
)

test(
  'a watcher that is told of every batch knows what the model knows',
  () => {
    fc.assert(
      fc.property(engineEvents, fc.array(fc.nat(120), { maxLength: 10 }), fc.nat(20_000), (events, looks, limit) => {
        const log = new TraceLog({ memoryLimit: 20_000 + limit, now: () => 0, epoch: 0 })
        const model = new TraceModel()
        const watcher = new Watcher(
          () => {},
          () => true,
        )
        const frontend = new Map<string, string>()
        log.onDrop((drop) => {
          model.drop(drop)
          watcher.noteDrop(drop)
        })
        let cursor = 0
        const look = () => {
          while (cursor < log.end) cursor = log.read(cursor, 7, (event) => model.apply(event))
          watcher.note(model.takeChanges())
          do {
            const batch = batchSchema.parse(watcher.next(model, log))
            if (batch.reset) frontend.clear()
            for (const row of batch.exchanges) frontend.set(`x${row.id}`, JSON.stringify(row))
            for (const row of batch.publishes) frontend.set(`p${row.id}`, JSON.stringify(row))
            for (const row of batch.channels) {
              if (row.subscriptions === 0 && row.messages === 0) frontend.delete(`c${row.name}`)
              else frontend.set(`c${row.name}`, JSON.stringify(row))
            }
            for (const id of batch.droppedExchanges) frontend.delete(`x${id}`)
            for (const id of batch.droppedPublishes) frontend.delete(`p${id}`)
          } while (watcher.waiting)
        }
        for (const [i, event] of events.entries()) {
          log.emit(event)
          if (looks.includes(i)) look()
          if (i === looks[0]) log.clear()
        }
        look()
        expect(sorted(frontend)).toEqual(sorted(rowsById(model)))
      }),
      RUNS,
    )
  },
  TIMEOUT,
)

function rowsById(model: TraceModel): Map<string, string> {
  const rows = new Map<string, string>()
  for (const record of model.exchanges.values()) rows.set(`x${record.id}`, JSON.stringify(exchangeRow(record)))
  for (const record of model.channels.values()) rows.set(`c${record.name}`, JSON.stringify(channelRow(record)))
  for (const record of model.publishes.values()) rows.set(`p${record.id}`, JSON.stringify(publishRow(record)))
  return rows
}

function sorted(map: ReadonlyMap<string, string>): [string, string][] {
  return [...map].sort(([a], [b]) => (a < b ? -1 : 1))
}
