import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { parsePublishItem } from '../../grip/publish-item'
import { RecordingSink } from '../../testing/recording-sink'
import { OUTCOMES, type ReceiverKind } from '../../trace/events'
import { Wheel } from '../pacing/wheel'
import { defaultLimits } from '../settings/options'
import { type Audience, Channels } from './channels'
import { type Decision, decide, SENT } from './decision'
import type { Delivery, Receiver, Subscription } from './delivery'
import { reachOf } from './reach'

const limits = { ...defaultLimits, messageWait: 1000 }

let sink: RecordingSink
let wheel: Wheel
let channels: Channels
beforeEach(() => {
  sink = new RecordingSink()
  sink.stopClock()
  wheel = new Wheel(() => sink.now())
  channels = new Channels(sink, wheel, limits)
})
afterEach(() => {
  channels.stop()
  wheel.stop()
})

const NOTHING = Buffer.alloc(0)

class Hold implements Receiver {
  readonly exchangeId: number
  readonly connectionId: string
  readonly kind: ReceiverKind
  readonly meta: Readonly<Record<string, string>>
  subscriptions: readonly Subscription[] = []
  readonly taken: string[] = []
  readonly refreshed: string[] = []
  /** Of each message: was the delivery in the trace when it was sent? */
  readonly recordedBefore: boolean[] = []

  constructor(exchangeId: number, kind: ReceiverKind = 'stream', meta: Record<string, string> = {}) {
    this.exchangeId = exchangeId
    this.connectionId = String(exchangeId)
    this.kind = kind
    this.meta = meta
  }

  on(channel: string, { prevId, filters = [] }: { prevId?: string; filters?: string[] } = {}): this {
    const subscription: Subscription = { channel, receiver: this, prevId, filters }
    this.subscriptions = [...this.subscriptions, subscription]
    channels.subscribe(subscription)
    return this
  }

  off(): void {
    for (const subscription of this.subscriptions) channels.unsubscribe(subscription)
  }

  take(delivery: Delivery, subscription: Subscription): Decision {
    const format = delivery.formatFor(subscription)
    const filtered = format && delivery.filtered(subscription, format)
    if (!filtered?.content) return decide('filtered', filtered?.why)
    if (subscription.prevId !== undefined) subscription.prevId = delivery.item.id
    const made = filtered.content.equals(delivery.item.formats.stream?.content ?? NOTHING)
      ? undefined
      : filtered.content
    return made ? decide('delivered', undefined, 'send', { made }) : SENT
  }

  act({ item }: Delivery, { made }: Decision): void {
    this.recordedBefore.push(sink.of('delivery').length > 0)
    this.taken.push((made ?? item.formats.stream?.content ?? NOTHING).toString())
  }

  refresh(why: string): void {
    this.refreshed.push(why)
  }
}

function item(channel: string, content: string, more: object = {}) {
  const parsed = parsePublishItem({ channel, ...more, formats: { 'http-stream': { content } } }, 'item')
  if (!parsed.ok) throw new Error(parsed.problem.message)
  return parsed.item
}

/** Outcomes of a publish, by exchange. */
function outcomes(p: number): Record<number, string> {
  const found: Record<number, string> = {}
  for (const { exchanges, outcomes: codes } of sink.of('delivery').filter((e) => e.p === p))
    exchanges.forEach((x, i) => {
      found[x] = OUTCOMES[codes[i] ?? 0] ?? ''
    })
  return found
}

/** Lets time pass and the wheel turn. */
function pass(ms: number): void {
  sink.pass(ms)
  wheel.turn()
}

describe('a publish', () => {
  it('reaches all who listen to its channel, and nobody else, as one event', () => {
    const [a, b, other] = [new Hold(1).on('x'), new Hold(2).on('x'), new Hold(3).on('y')]
    expect(channels.publish(item('x', 'hi'), 'http')).toBe(1)
    expect([a.taken, b.taken, other.taken]).toEqual([['hi'], ['hi'], []])
    expect(sink.of('delivery')).toHaveLength(1)
    expect(outcomes(1)).toEqual({ 1: 'delivered', 2: 'delivered' })
  })

  it('is in the trace before it is sent to anybody', () => {
    const [a, b] = [new Hold(1).on('x'), new Hold(2).on('x')]
    channels.publish(item('x', 'hi'), 'http')
    expect([a.recordedBefore, b.recordedBefore]).toEqual([[true], [true]])
  })

  it('to nobody is a publish and an empty delivery', () => {
    channels.publish(item('x', 'hi'), 'app')
    expect(sink.of('publish')).toMatchObject([{ p: 1, via: 'app', channel: 'x' }])
    expect(sink.of('delivery')[0]?.exchanges).toHaveLength(0)
  })

  it('of no format for a hold says so', () => {
    new Hold(1, 'response').on('x')
    new Hold(2, 'websocket').on('x')
    channels.publish(item('x', 'hi'), 'http')
    expect(outcomes(1)).toEqual({ 1: 'no-format', 2: 'no-format' })
  })

  it('that a filter drops says which one', () => {
    const me = new Hold(1, 'stream', { user: 'me' }).on('x', { filters: ['skip-self'] })
    const you = new Hold(2, 'stream', { user: 'you' }).on('x', { filters: ['skip-self'] })
    channels.publish(item('x', 'hi', { meta: { sender: 'me' } }), 'http')
    expect(outcomes(1)).toEqual({ 1: 'filtered', 2: 'delivered' })
    expect([me.taken, you.taken]).toEqual([[], ['hi']])
  })
})

describe('order', () => {
  it('is kept: one that comes too early waits for the one it follows', () => {
    const hold = new Hold(1).on('x')
    channels.publish(item('x', '1', { id: '1' }), 'http')
    channels.publish(item('x', '3', { id: '3', 'prev-id': '2' }), 'http')
    expect(hold.taken).toEqual(['1'])
    channels.publish(item('x', '2', { id: '2', 'prev-id': '1' }), 'http')
    expect(hold.taken).toEqual(['1', '2', '3'])
    expect(sink.of('publish').map((e) => e.waiting)).toEqual([false, true, false])
  })

  it('is given up after a while', () => {
    const hold = new Hold(1).on('x')
    channels.publish(item('x', '1', { id: '1' }), 'http')
    channels.publish(item('x', '3', { id: '3', 'prev-id': '2' }), 'http')
    pass(900)
    expect(hold.taken).toEqual(['1'])
    pass(200)
    expect(hold.taken).toEqual(['1', '3'])
    expect(sink.of('delivery').at(-1)).toMatchObject({ p: 2, gaveUp: true })
  })

  it('that a hold contradicts makes it look for news, and the last id is forgotten', () => {
    const hold = new Hold(1).on('x', { prevId: '5' })
    expect(channels.lastId('x')).toBeUndefined()
    channels.publish(item('x', '9', { id: '9', 'prev-id': '8' }), 'http')
    expect(hold.refreshed).toEqual(['id-mismatch'])
    expect(outcomes(1)).toEqual({ 1: 'asked-again' })
    expect(channels.lastId('x')).toBeUndefined()
  })

  it('of ids is known while somebody listens', () => {
    new Hold(1).on('x')
    channels.publish(item('x', '1', { id: '1' }), 'http')
    expect(channels.lastId('x')).toBe('1')
    expect([channels.conflicts('x', '1'), channels.conflicts('x', '0'), channels.conflicts('y', '0')]).toEqual([
      false,
      true,
      false,
    ])
    channels.forgetLastId('x')
    expect(channels.conflicts('x', '0')).toBe(false)
  })

  it('of the items of one call is settled before the first goes out', () => {
    const hold = new Hold(1).on('x', { prevId: '1' })
    channels.publishAll([item('x', '2', { id: '2' }), item('x', '3', { id: '3', 'prev-id': '2' })], 'http')
    expect(sink.of('publish').map((e) => e.waiting)).toEqual([false, false])
    // The hold contradicts the first: neither id is known any more, or its next hold would be asked again too.
    expect([hold.refreshed.length > 0, channels.lastId('x')]).toEqual([true, undefined])
  })
})

describe('an audience', () => {
  it('is told when a channel gets its first listener, and when the last has been gone for a while', () => {
    const told: string[] = []
    const audience: Audience = { gained: (name) => told.push(`+${name}`), lost: (name) => told.push(`-${name}`) }
    channels.audience = audience
    const [a, b] = [new Hold(1, 'response').on('x'), new Hold(2, 'response').on('x')]
    pass(1100)
    a.off()
    b.off()
    expect(told).toEqual(['+x'])
    pass(59_000)
    expect(told).toEqual(['+x'])
    pass(2000)
    expect(told).toEqual(['+x', '-x'])
    new Hold(3).on('x')
    expect(told).toEqual(['+x', '-x', '+x'])
  })

  it('is not told of a channel whose listener comes back meanwhile', () => {
    const told: string[] = []
    channels.audience = { gained: (name) => told.push(`+${name}`), lost: (name) => told.push(`-${name}`) }
    const hold = new Hold(1, 'response').on('x')
    pass(1100)
    hold.off()
    pass(30_000)
    new Hold(2, 'response').on('x')
    pass(120_000)
    expect(told).toEqual(['+x'])
  })
})

describe('looking for news', () => {
  it('comes a second after a channel came up, for all but WebSockets', () => {
    const [stream, response, webSocket] = [new Hold(1), new Hold(2, 'response'), new Hold(3, 'websocket')]
    for (const hold of [stream, response, webSocket]) hold.on('x')
    pass(1000)
    pass(0)
    expect([stream.refreshed, response.refreshed, webSocket.refreshed]).toEqual([['subscribed'], ['subscribed'], []])
    new Hold(4).on('x')
    pass(5000)
    expect(stream.refreshed).toHaveLength(1)
  })

  it('is for all after the command recover', () => {
    const hold = new Hold(1).on('x')
    pass(1000)
    pass(0)
    channels.publish(item('x', '1', { id: '1' }), 'http')
    channels.recover()
    pass(0)
    expect(hold.refreshed).toEqual(['subscribed', 'recover'])
    expect(channels.lastId('x')).toBeUndefined()
  })
})

describe('a connection', () => {
  it('is found by its id while it listens', () => {
    const hold = new Hold(7).on('x')
    expect(channels.connection('7')).toBe(hold)
    expect(channels.connection('8')).toBeUndefined()
    hold.off()
    expect(channels.connection('7')).toBeUndefined()
  })
})

describe('reachOf', () => {
  it('foresees whom a publish would reach, without doing it', () => {
    new Hold(1, 'stream', { user: 'me' }).on('x', { filters: ['skip-self'] })
    new Hold(2, 'response').on('x')
    const you = new Hold(3, 'stream', { user: 'you' }).on('x')
    const reached = reachOf(item('x', 'hi', { meta: { sender: 'me' } }), channels)
    expect(reached).toMatchObject({
      channel: 'x',
      held: 3,
      reached: 1,
      wouldWait: false,
      lastId: null,
      didYouMean: null,
    })
    expect(reached.byKind).toEqual([
      { kind: 'stream', reached: 1, held: 2 },
      { kind: 'response', reached: 0, held: 1 },
    ])
    expect(reached.not.map(({ exchange, who, outcome }) => [exchange, who, outcome])).toEqual([
      [1, 'me', 'filtered'],
      [2, '', 'no-format'],
    ])
    for (const { why } of reached.not) expect(why).not.toBe('')
    expect(you.taken).toEqual([])
    expect(sink.events).toEqual([])
  })

  it('foresees that it would wait', () => {
    new Hold(1).on('x')
    channels.publish(item('x', '1', { id: '1' }), 'http')
    expect(reachOf(item('x', '3', { 'prev-id': '2' }), channels)).toMatchObject({ wouldWait: true, lastId: '1' })
    expect(reachOf(item('x', '2', { 'prev-id': '1' }), channels)).toMatchObject({ wouldWait: false })
  })

  it('names 20 of those who would not get it', () => {
    for (let i = 1; i <= 30; i++) new Hold(i, 'response').on('x')
    const reached = reachOf(item('x', 'hi'), channels)
    expect([reached.held, reached.reached, reached.not.length]).toEqual([30, 0, 20])
  })

  it.each([
    ['room-loby', 'room-lobby'],
    ['ROOM-LOBBY', 'room-lobby'],
    ['/room-lobby', 'room-lobby'],
    // Short segments are often names of their own.
    ['rom-lobby', null],
    ['kitchen', null],
    ['room-lobby', null],
  ])('for the channel %s means %j', (channel, meant) => {
    new Hold(1).on('room-lobby')
    expect(reachOf(item(channel, 'hi'), channels).didYouMean).toBe(meant)
  })
})
