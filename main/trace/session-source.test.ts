import fc from 'fast-check'
import { expect, test } from 'vitest'
import { anyEvent } from '../testing/any-event'
import { brokenEvents, engineEvents } from '../testing/engine-events'
import { harOf } from '../testing/har'
import { TraceScript } from '../testing/trace-script'
import { eventLine, headerLine, lostLine, SessionReader } from './codec/session-lines'
import type { TraceEvent } from './events'
import { exchangeDetails } from './exchange-details'
import { exchangeRow } from './exchange-row'
import { TraceModel } from './model'
import { publishDetails } from './publish-details'
import { publishRow } from './publish-row'
import { SessionSource } from './session-source'
import { storyOf } from './story'

const RUNS = { numRuns: Number(process.env.GRIPSCOPE_FUZZ_RUNS ?? 50) }
const TIMEOUT = 20_000 + RUNS.numRuns * 200
const EPOCH = 1_700_000_000_000

/** A session of these lines, read from its text. */
function loaded(lines: readonly string[], memoryLimit?: number): SessionSource {
  const reader = new SessionReader()
  const all = [...reader.read(Buffer.from(headerLine({ gripscope: '1.2.3', epoch: EPOCH }) + lines.join('')))]
  if (!reader.header) throw new Error(reader.refused)
  const source = new SessionSource(reader.header, memoryLimit)
  for (const line of all) source.add(line)
  source.close(reader.end())
  return source
}

const linesOf = (events: readonly TraceEvent[]) => events.map((event) => eventLine(event) ?? '')

function modelOf(source: SessionSource): TraceModel {
  const model = new TraceModel()
  source.read(0, Number.POSITIVE_INFINITY, (event) => model.apply(event))
  return model
}

/** All that can be seen of a model. */
async function seen(model: TraceModel): Promise<unknown> {
  const exchanges = [...model.exchanges.values()]
  const { har } = await harOf(model, { ids: null, epoch: EPOCH, version: '1', now: 1000 })
  return {
    har,
    rows: exchanges.map(exchangeRow),
    details: exchanges.map(({ id }) => exchangeDetails(model, id)),
    stories: exchanges.map((exchange) => storyOf(model, exchange)),
    publishes: [...model.publishes.values()].map((publish) => [
      publishRow(publish),
      publishDetails(model, publish.id, 0, 100),
    ]),
  }
}

test(
  'all that is shown of a trace is the same when it was written and read',
  async () => {
    await fc.assert(
      fc.asyncProperty(engineEvents, async (events) => {
        const live = new TraceModel()
        for (const event of events) live.apply(event)
        const read = modelOf(loaded(linesOf(events)))
        expect(JSON.parse(JSON.stringify(await seen(read)))).toEqual(JSON.parse(JSON.stringify(await seen(live))))
      }),
      RUNS,
    )
  },
  TIMEOUT,
)

test(
  'of any events, in any order, everything can be shown',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.oneof(brokenEvents, fc.array(anyEvent, { maxLength: 20 })), async (events) => {
        await seen(modelOf(loaded(linesOf(events))))
      }),
      RUNS,
    )
  },
  TIMEOUT,
)

test('it says what it can do, how far it goes and what is missing', () => {
  const lines = linesOf(new TraceScript().at(5).request(1).at(9.5).ended(1).events)
  const source = loaded([
    ...lines,
    lostLine(3),
    '{"type":"later"}\n',
    '{"type":"later"}\n',
    'odd\n',
    lostLine(4),
    '{"type":',
  ])
  expect(source.capabilities).toMatchObject({ grows: false, publishes: false })
  expect(source.status).toMatchObject({ recording: false, leftOut: { exchanges: 0, publishes: 0 } })
  expect([source.epoch, source.now(), source.end, source.dropped]).toEqual([EPOCH, 9.5, 2, 0])
  expect(source.remarks).toEqual({
    lost: 7,
    faults: 1,
    firstFaults: ['line 7: is not JSON'],
    unknown: new Map([['later', 2]]),
    cutOff: true,
  })
})

test('a session that is larger than memory may be loses its oldest exchanges', () => {
  const events = Array.from({ length: 5000 }, (_, x) => new TraceScript().request(x).ended(x).events).flat()
  const source = loaded(linesOf(events), 500_000)
  expect(source.dropped).toBeGreaterThan(1000)
  expect(source.status.memoryUsed).toBeLessThan(520_000)
  expect(modelOf(source).exchanges.has(4999)).toBe(true)
})
