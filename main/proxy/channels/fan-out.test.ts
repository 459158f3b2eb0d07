// An item for thousands goes out in parts: who gets it, in which order, and what the trace says of it.
import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { parsePublishItem } from '../../grip/publish-item'
import { RecordingSink } from '../../testing/recording-sink'
import { causesInWords } from '../../testing/said'
import { OUTCOMES } from '../../trace/events'
import { Wheel } from '../pacing/wheel'
import { defaultLimits } from '../settings/options'
import { Channels } from './channels'
import { type Decision, decide, SENT } from './decision'
import type { Delivery, Receiver, Subscription } from './delivery'
import { SLICE, sliceOf } from './fan-out'

let sink: RecordingSink
let wheel: Wheel
let channels: Channels
/** What was sent, in this order: hold and content. */
let sent: string[]

beforeEach(() => {
  sent = []
  sink = new RecordingSink()
  wheel = new Wheel(() => sink.now())
  channels = new Channels(sink, wheel, { ...defaultLimits, messageWait: 1000 })
  // Each look at the clock is the end of a turn.
  let now = performance.now()
  vi.spyOn(performance, 'now').mockImplementation(() => {
    now += 10
    return now
  })
})
afterEach(async () => {
  channels.stop()
  wheel.stop()
  await turn()
  vi.restoreAllMocks()
})

const turn = () => new Promise<void>((resolve) => setImmediate(resolve))

class Hold implements Receiver {
  readonly exchangeId: number
  readonly connectionId: string
  readonly kind = 'stream'
  readonly meta: Readonly<Record<string, string>>
  subscriptions: readonly Subscription[] = []
  taken: string[] = []
  refreshed: string[] = []
  /** Of each message: was this hold's outcome in the trace when it was sent? */
  recorded: boolean[] = []

  constructor(exchangeId: number) {
    this.exchangeId = exchangeId
    this.connectionId = String(exchangeId)
    this.meta = { n: String(exchangeId) }
  }

  listen(channel: string, { prevId, filters = [] }: { prevId?: string; filters?: string[] } = {}): this {
    const subscription: Subscription = { channel, receiver: this, prevId, filters }
    channels.subscribe(subscription)
    for (const before of this.subscriptions) channels.unsubscribe(before)
    this.subscriptions = [subscription]
    return this
  }

  leave(): void {
    for (const subscription of this.subscriptions) channels.unsubscribe(subscription)
  }

  take(delivery: Delivery, subscription: Subscription): Decision {
    if (subscription.prevId !== undefined) subscription.prevId = delivery.item.id
    const format = delivery.formatFor(subscription)
    const filtered = format && delivery.filtered(subscription, format)
    if (!filtered?.content) return decide('filtered', filtered?.why)
    return subscription.filters.length > 0 ? decide('delivered', undefined, 'send', { made: filtered.content }) : SENT
  }

  act({ item }: Delivery, { made }: Decision): void {
    const content = (made ?? item.formats.stream?.content ?? Buffer.alloc(0)).toString()
    this.recorded.push(sink.of('delivery').some(({ exchanges }) => exchanges.includes(this.exchangeId)))
    this.taken.push(content)
    sent.push(`${this.exchangeId} ${content}`)
  }

  refresh(why: string): void {
    this.refreshed.push(why)
  }
}

const holds = (count: number, channel = 'x', more: { filters?: string[]; prevId?: string } = {}) =>
  Array.from({ length: count }, (_, i) => new Hold(i + 1).listen(channel, more))

function item(channel: string, content: string, more: object = {}) {
  const parsed = parsePublishItem({ channel, ...more, formats: { 'http-stream': { content } } }, 'item')
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return parsed.item
}

const publish = (channel: string, content: string, more?: object) =>
  channels.publish(item(channel, content, more), 'http')

/** Outcome and words of a publish for each exchange; each has one. */
function outcomes(p: number): Map<number, string> {
  const found = new Map<number, string>()
  for (const { p: of, exchanges, outcomes: codes, why } of sink.of('delivery')) {
    if (of !== p) continue
    for (const [i, x] of exchanges.entries()) {
      expect(found.has(x)).toBe(false)
      found.set(x, [OUTCOMES[codes[i] ?? 0], causesInWords(why)[i]].filter((text) => text !== undefined).join(': '))
    }
  }
  return found
}

it('goes to the first at once, and to the others in later turns', async () => {
  const all = holds(3 * SLICE)
  publish('x', 'hi')
  // The second part is where somebody looks at the clock for the first time.
  expect(sent.length).toBeLessThanOrEqual(2 * SLICE)
  expect(sent[0]).toBe('1 hi')
  await channels.idle()
  expect(all.map(({ taken }) => taken)).toEqual(all.map(() => ['hi']))
  expect(all.every(({ recorded }) => recorded[0])).toBe(true)
})

it('has an event for each part, which says how many are left', async () => {
  holds(2 * SLICE + 100)
  publish('x', 'hi')
  await channels.idle()
  const parts = sink.of('delivery').map(({ p, exchanges, left }) => [p, exchanges.length, left])
  expect(parts).toEqual([
    [1, SLICE, SLICE + 100],
    [1, SLICE, 100],
    [1, 100, 0],
  ])
  expect(new Set(outcomes(1).values())).toEqual(new Set(['delivered']))
})

it('goes to fewer at a time where it is long, or has many headers', async () => {
  expect(sliceOf(item('x', 'x'.repeat(4000)))).toBe(SLICE)
  expect(sliceOf(item('x', 'x'.repeat(900_000)))).toBeLessThan(6)
  const headers = Object.fromEntries(Array.from({ length: 1000 }, (_, i) => [`h${i}`, '']))
  const parsed = parsePublishItem({ channel: 'x', formats: { 'http-response': { body: '', headers } } }, 'item')
  expect(parsed.ok && sliceOf(parsed.item)).toBeLessThan(30)
  const all = holds(20)
  publish('x', 'x'.repeat(900_000))
  expect(sent.length).toBeLessThan(12)
  await channels.idle()
  expect(all.every(({ taken }) => taken.length === 1)).toBe(true)
})

it('is one event where a step is enough', () => {
  holds(SLICE)
  publish('x', 'hi')
  expect(sink.of('delivery').map(({ exchanges, left }) => [exchanges.length, left])).toEqual([[SLICE, undefined]])
  expect(sent).toHaveLength(SLICE)
})

it('is overtaken by no other, to the same channel or to another one', async () => {
  const all = holds(4 * SLICE)
  const other = new Hold(9999).listen('y')
  publish('x', 'a')
  publish('y', 'b')
  publish('x', 'c')
  channels.publishAll([item('x', 'd'), item('y', 'e')], 'http')
  expect(sink.of('publish')).toHaveLength(1)
  await channels.idle()
  for (const { taken } of all) expect(taken).toEqual(['a', 'c', 'd'])
  expect(other.taken).toEqual(['b', 'e'])
  expect(sink.of('publish').map(({ p }) => p)).toEqual([1, 2, 3, 4, 5])
  const order = sink.of('delivery').map(({ p }) => p)
  expect(order).toEqual([...order].sort((a, b) => a - b))
})

it('reaches who listened at the publish and still does', async () => {
  const all = holds(4 * SLICE)
  publish('x', 'a')
  const [left, moved] = all.slice(-2)
  const late = new Hold(8888).listen('x')
  left?.leave()
  moved?.listen('x')
  publish('x', 'b')
  await channels.idle()
  expect([left?.taken, moved?.taken, late.taken]).toEqual([[], ['a', 'b'], ['b']])
  expect(outcomes(1).get(4 * SLICE - 1)).toBe('too-late: it stopped listening while the item went out to others')
  expect(outcomes(1).size).toBe(4 * SLICE)
  expect(outcomes(2).has(4 * SLICE - 1)).toBe(false)
})

it('reaches nobody else when all have left', async () => {
  const all = holds(4 * SLICE)
  publish('x', 'a')
  for (const hold of all) hold.leave()
  await channels.idle()
  expect(sent.length).toBeLessThanOrEqual(2 * SLICE)
  expect([...outcomes(1).values()].filter((outcome) => outcome.startsWith('too-late'))).toHaveLength(
    4 * SLICE - sent.length,
  )
})

it('follows what each hold has, also where that was replaced meanwhile', async () => {
  const all = holds(4 * SLICE, 'x', { prevId: '1' })
  publish('x', 'a', { id: '2', 'prev-id': '1' })
  const moved = all.at(-1)
  // Its next link has told it of the message already.
  moved?.listen('x', { prevId: '2' })
  await channels.idle()
  expect(moved?.taken).toEqual([])
  expect(moved?.refreshed).toEqual(['id-mismatch'])
  expect(all.at(-2)?.taken).toEqual(['a'])
  // A hold contradicted it.
  expect(channels.lastId('x')).toBeUndefined()
})

it('keeps of what filters made as much as of a body, in all parts together', async () => {
  sink = new RecordingSink(1000)
  channels = new Channels(sink, wheel, { ...defaultLimits, messageWait: 1000 })
  const all = holds(3 * SLICE, 'x', { filters: ['var-subst'] })
  publish('x', '%(n)s')
  await channels.idle()
  expect(all.map(({ taken }) => taken[0])).toEqual(all.map(({ exchangeId }) => String(exchangeId)))
  const made = sink.of('delivery').map((event) => event.made)
  expect(made).toHaveLength(3)
  expect(made.reduce((sum, one) => sum + (one?.data.length ?? 0), 0)).toBe(1000)
})

it('is dropped where it stands when the engine stops', async () => {
  holds(4 * SLICE)
  publish('x', 'a')
  const before = sent.length
  channels.stop()
  await turn()
  await turn()
  expect(sent).toHaveLength(before)
})

it('that waited for the rate of messages is not overtaken either', async () => {
  sink.stopClock()
  channels = new Channels(sink, wheel, { ...defaultLimits, messageWait: 1000, messageRate: 1 })
  const [first] = holds(3 * SLICE)
  publish('x', 'a')
  publish('x', 'b')
  await channels.idle()
  sink.pass(3 * SLICE * 1000)
  wheel.turn()
  publish('x', 'c')
  await channels.idle()
  sink.pass(3 * SLICE * 1000 * 2)
  wheel.turn()
  await channels.idle()
  expect(first?.taken).toEqual(['a', 'b', 'c'])
})
