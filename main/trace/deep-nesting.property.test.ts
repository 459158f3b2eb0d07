// Brackets within brackets, up to a million levels, in everything that others can send: no view of them throws.
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batchSchema } from '../../preload/contract/pushes'
import { bodyKinds, exchangeDetailsSchema, lanesSchema, publishDetailsSchema } from '../../preload/views'
import { harOf } from '../testing/har'
import { TraceScript } from '../testing/trace-script'
import { curlCommand } from './curl'
import type { TraceEvent } from './events'
import { exchangeDetails } from './exchange-details'
import { Findings } from './findings/findings'
import { rules } from './findings/rules'
import { channelLanes } from './lanes'
import { TraceLog } from './log'
import { TraceModel } from './model'
import { publishDetails } from './publish-details'
import { searchTrace } from './search'
import { exchangeBody } from './shown-body'
import { Watcher } from './watcher'
import { wsMessage, wsMessagePage } from './ws-messages'

const RUNS = { numRuns: Math.ceil(Number(process.env.GRIPSCOPE_FUZZ_RUNS ?? 100) / 25) }
const TIMEOUT = 60_000 + RUNS.numRuns * 2000

/** Levels below and above each bound of the code, and far beyond. */
const depth = fc.constantFrom(10, 31, 33, 499, 501, 1023, 1025, 5000, 20_000, 100_000, 1_000_000)

/** Bytes of a text, about: as long as a publish call may be. */
const LONGEST = 1_000_000

/** Brackets, and as many that close them where they fit. */
function nested(opening: string, closing: string, levels: number, inside: string): string {
  const fitting = Math.min(levels, Math.floor(LONGEST / (opening.length + closing.length)))
  return opening.repeat(fitting) + inside + closing.repeat(fitting)
}

/** A text of that many levels, as JSON or nearly so. */
const deep = fc
  .tuple(
    depth,
    fc.constantFrom(['[', ']'], ['{"hold":', '}'], ['{"hold":[', ']}'], ['[', ''], ['"\\', ''], ['[{"', '']),
    fc.constantFrom('1', '"[{"', ''),
  )
  .map(([levels, [opening = '', closing = ''], inside]) => nested(opening, closing, levels, inside))

/** Where the text stands. */
const places = [
  'request',
  'answer',
  'instruct',
  'passed instruct',
  'header',
  'meta',
  'channel',
  'message',
  'control',
  'sent event',
  'format',
  'content',
  'body-patch',
  'headers of a format',
  'filters of a format',
  'item meta',
  'made',
  'refused',
] as const
type Place = (typeof places)[number]

/** Formats as they stand in a recorded session: any text, of which the engine would have refused what is deep. */
function formatsWith(place: Place, text: string): string {
  const asText = JSON.stringify(text)
  switch (place) {
    case 'format':
      return `{"http-stream":${text},"odd":${text}}`
    case 'body-patch':
      return `{"http-response":{"body-patch":[{"op":"add","path":"/a","value":${text}}]},"http-stream":{"content":"S"}}`
    case 'headers of a format':
      return `{"http-response":{"body":"R","headers":${text}}}`
    case 'filters of a format':
      return `{"http-stream":{"content":"S","content-filters":${text}},"ws-message":{"content":"W","type":${text}}}`
    case 'content':
      return `{"http-response":{"body":${asText}},"http-stream":{"content":${asText}},"ws-message":{"content":${asText}}}`
    default:
      return '{"http-response":{"body":"R"},"http-stream":{"content":"S"},"ws-message":{"content":"W"}}'
  }
}

function eventsWith(place: Place, text: string): readonly TraceEvent[] {
  const at = (where: Place, otherwise = 'a') => (place === where ? text : otherwise)
  const json = ['Content-Type', 'application/json', 'X-Deep', at('header')]
  const script = new TraceScript()
  script.request(1, { method: 'POST', headers: ['Host', 'h', ...json] }).requestBody(1, at('request', '{}'))
  script
    .sent(1)
    .answered(1, 200, json, at('passed instruct', at('answer', '{"hold":{}}')))
    .response(1, { headers: json })
  script.ended(1)
  const read = ['Content-Type', 'application/grip-instruct']
  script.request(2).sent(2).answered(2, 200, read, at('instruct', '{"hold":{"mode":"stream"}}'))
  const meta = { user: at('meta') }
  script.instruct(2, { from: 'json', understood: { meta, response: { code: 200, reason: 'OK', headers: json } } })
  const channel = at('channel', 'c')
  script.held(2, 'stream', { meta }).subscribed(2, channel)
  script.request(3).sent(3).answered(3, 200, ['Grip-Hold', 'response', 'Grip-Channel', channel], '').instruct(3)
  script.held(3, 'response', { meta }).subscribed(3, channel)
  script
    .request(4, { headers: ['Host', 'h', 'Upgrade', 'websocket'] })
    .sent(4)
    .response(4, { status: 101 })
  script.held(4, 'websocket', { meta }).subscribed(4, channel)
  script.message(4, at('message')).message(4, at('control', '{}'), { from: 'backend', kind: 'control', passed: false })
  script.sent(4, { why: 'websocket', method: 'POST', body: Buffer.from(at('sent event')) })
  const formats = Buffer.from(formatsWith(place, text))
  const item = { channel, meta: { deep: at('item meta') } }
  script.publish(1, item)
  const publish = script.events.at(-1)
  if (publish?.type === 'publish') script.events[script.events.length - 1] = { ...publish, formats }
  const content = Buffer.from(at('made'))
  const made = { data: content, ends: Uint32Array.of(content.length), sizes: Uint32Array.of(content.length) }
  script.delivery(
    1,
    { 2: 'delivered', 3: 'delivered', 4: 'delivered' },
    { channel, made: { ...made, which: Uint32Array.of(1, 0, 0) } },
  )
  script.response(3, { body: 'publish', p: 1 }).ended(3, { how: 'delivered' })
  script.refused(2, { data: Buffer.from(at('refused', '{}')) })
  return script.events
}

/** Everything that is made of a trace for somebody who looks. */
async function lookAtAll(events: readonly TraceEvent[]): Promise<void> {
  const log = new TraceLog({ memoryLimit: 64 * 1024 * 1024, now: () => 1, epoch: 0 })
  const model = new TraceModel()
  const findings = new Findings(rules)
  for (const event of events) {
    log.emit(event)
    model.apply(event)
    findings.apply(event)
  }
  findings.advance(1e6)
  findings.finish()
  const watcher = new Watcher(
    () => {},
    () => true,
  )
  watcher.note(model.takeChanges())
  do batchSchema.parse(watcher.next(model, log))
  while (watcher.waiting)
  for (const id of model.exchanges.keys()) {
    exchangeDetailsSchema.parse(exchangeDetails(model, id))
    for (const kind of bodyKinds) await exchangeBody(model, id, kind)
    curlCommand(model, id, 'http://127.0.0.1:7999')
    for (const { number } of wsMessagePage(model, id, 0, 100)?.messages ?? []) wsMessage(model, id, number)
  }
  for (const name of model.channels.keys()) lanesSchema.parse(channelLanes(model, name))
  for (const id of model.publishes.keys()) publishDetailsSchema.parse(publishDetails(model, id, 0, 100))
  const ids = { exchanges: [...model.exchanges.keys()], publishes: [...model.publishes.keys()] }
  await searchTrace(model, [{ where: 'any', text: '[[[[' }], ids)
  const { count } = await harOf(model)
  expect(count.unreadable).toBe(0)
}

test.each(places)(
  '%s',
  async (place) => {
    await fc.assert(
      fc.asyncProperty(deep, (text) => lookAtAll(eventsWith(place, text))),
      { ...RUNS, examples: [[nested('[', ']', LONGEST, '1')], [nested('{"hold":', '}', 20_000, '1')]] },
    )
  },
  TIMEOUT,
)
