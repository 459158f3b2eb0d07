// Who listens to which channel, and what happens when something is published: order first, then delivery to each.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { Steps } from '../../../preload/vocabulary/steps'
import type { PublishItem } from '../../grip/publish-types'
import { type Sequenced, Sequencer } from '../../grip/sequencer'
import type { DeliveryEvent, PublishCall, PublishId, PublishVia, SentReason, TraceSink } from '../../trace/events'
import type { Making } from '../../trace/events/terms'
import { InOrder } from '../../turns/turns'
import { expectMany } from '../client/direct-write'
import { Gate } from '../gate/gate'
import { MessageRate } from '../pacing/message-rate'
import type { HasTimeout, Wheel } from '../pacing/wheel'
import type { Limits } from '../settings/options'
import { Channel, type ChannelOwner } from './channel'
import { type Decision, decide } from './decision'
import type { Subscription } from './delivery'
import { DeliveryGate } from './delivery-gate'
import { DeliveryRecord } from './delivery-record'
import { currentSubscription, FanOut, type FanOutOwner, sliceOf } from './fan-out'
import { type Arrived, PublishGate } from './publish-gate'
import { PublishRecording, type RecordedPublish } from './publish-recording'
import { ContentsRecord } from './sent-contents'
import { weightOf } from './waiting-messages'

/** What can be asked to look for news by its id: a hold, or a WebSocket, which may listen to no channel. */
export interface Connection {
  refresh(why: SentReason): void
}

/** Told when a channel gets its first and loses its last subscription. */
export interface Audience {
  gained(channel: string): void
  lost(channel: string): void
}

export interface ChannelLimits
  extends Pick<Limits, 'idCacheTtl' | 'subscriptionLinger' | 'messageRate' | 'messageHwm'> {
  /** Milliseconds that a message waits for the one before it. */
  readonly messageWait: number
}

interface Queued extends Sequenced, RecordedPublish {
  readonly weight: number
  readonly item: PublishItem
  readonly p: PublishId
}

export class Channels implements HasTimeout, ChannelOwner, FanOutOwner {
  dueTick = 0
  readonly #sink: TraceSink
  readonly wheel: Wheel
  readonly linger: number
  readonly #sequencer: Sequencer<Queued>
  readonly #rate: MessageRate
  readonly #record: PublishRecording
  readonly #gate: Gate
  readonly #publishGate: PublishGate
  readonly deliveryGate: DeliveryGate
  /** Of publishes. */
  readonly #order = new InOrder()
  readonly #channels = new Map<string, Channel>()
  /** WebSockets by connection id. */
  readonly sockets = new Map<string, Connection>()
  /** Who wants to know which channels have listeners (a SUB socket). */
  audience: Audience | undefined

  /** @param gate where publishes and deliveries can be stopped. */
  constructor(sink: TraceSink, wheel: Wheel, limits: ChannelLimits, gate = new Gate(() => sink.now())) {
    this.#sink = sink
    this.#record = new PublishRecording(sink)
    this.#gate = gate
    this.#publishGate = new PublishGate(gate, sink, (arrived) => this.#order.run(this.#arriving(arrived)))
    this.deliveryGate = new DeliveryGate(gate, this)
    this.wheel = wheel
    const { messageWait, idCacheTtl, subscriptionLinger: linger, messageRate: rate, messageHwm: max } = limits
    this.linger = linger
    this.#sequencer = new Sequencer({ messageWait, idCacheTtl, linger })
    this.#rate = new MessageRate(wheel, () => sink.now(), { rate, max })
  }

  subscribe(subscription: Subscription): void {
    const { channel: name } = subscription
    let channel = this.#channels.get(name)
    if (!channel) {
      channel = new Channel(name, this)
      this.#channels.set(name, channel)
      this.audience?.gained(name)
    }
    if (channel.subscriptions.size === 0) this.#sequencer.retain(name, this.#sink.now())
    channel.add(subscription)
  }

  unsubscribe(subscription: Subscription): void {
    const channel = this.#channels.get(subscription.channel)
    if (!channel?.remove(subscription)) return
    if (this.#gate.guarded) this.deliveryGate.left(subscription)
    if (channel.subscriptions.size > 0) return
    if (!this.#channels.has(channel.name)) return
    this.#sequencer.release(channel.name, this.#sink.now())
    if (this.#channels.size > REMEMBERED_MAX) this.forgotten(channel)
  }

  /** Holds without a WebSocket look for news one second after a channel came up. */
  firstLook(channel: Channel): void {
    expectMany(channel.subscriptions.size)
    for (const { receiver } of channel.subscriptions) {
      if (receiver.kind !== 'websocket') receiver.refresh('subscribed')
    }
  }

  forgotten(channel: Channel): void {
    this.wheel.clear(channel)
    this.#channels.delete(channel.name)
    const refused = decide('too-late', { code: 'channel-forgotten' })
    for (const next of this.#sequencer.drop(channel.name)) this.#sameForAll(next, refused)
    this.audience?.lost(channel.name)
  }

  /** Subscriptions of a channel now. */
  subscriptionsOf(channel: string): ReadonlySet<Subscription> {
    return this.#channels.get(channel)?.subscriptions ?? NOBODY
  }

  currentOf(subscription: Subscription): Subscription | undefined {
    return currentSubscription(subscription, this.subscriptionsOf(subscription.channel))
  }

  /** Subscriptions of all channels. */
  get subscriptionCount(): number {
    let count = 0
    for (const { subscriptions } of this.#channels.values()) count += subscriptions.size
    return count
  }

  /** Names of channels that somebody listens to. */
  *names(): IterableIterator<string> {
    for (const { name, subscriptions } of this.#channels.values()) if (subscriptions.size > 0) yield name
  }

  /** The WebSocket or hold with this connection id, if there is one. Looks at all holds: only for commands. */
  connection(id: string): Connection | undefined {
    const socket = this.sockets.get(id)
    if (socket) return socket
    for (const { subscriptions } of this.#channels.values()) {
      for (const { receiver } of subscriptions) if (receiver.connectionId === id) return receiver
    }
    return undefined
  }

  /** Which of these connection ids there are. Looks at all holds once, however many are asked for. */
  connectionsOf(ids: ReadonlySet<string>): ReadonlySet<string> {
    const found = new Set<string>()
    for (const id of ids) if (this.sockets.has(id)) found.add(id)
    for (const { subscriptions } of this.#channels.values()) {
      for (const { receiver } of subscriptions) if (ids.has(receiver.connectionId)) found.add(receiver.connectionId)
    }
    return found
  }

  /** Id of the last message of a channel, where known. */
  lastId(channel: string): string | undefined {
    return this.#sequencer.lastId(channel, this.#sink.now())
  }

  /** That an item would be dropped because its id came before. */
  repeated(item: PublishItem): Cause | undefined {
    return this.#sequencer.repeated(queued(item, 0), this.#sink.now())
  }

  /** Forgets the last id: a hold contradicts it, so it is of no use (Pushpin does the same). */
  forgetLastId(channel: string): void {
    this.#sequencer.forget(channel)
  }

  /** True if a hold that has `prevId` missed something: the channel is known to be at another id. */
  conflicts(channel: string, prevId: string): boolean {
    const last = this.lastId(channel)
    return last !== undefined && last !== prevId
  }

  /** Publishes an item and returns its number. It may go out later, if it waits for its prev-id. */
  publish(item: PublishItem, via: PublishVia, call?: PublishCall): PublishId {
    const p = this.#sink.nextPublish()
    if (this.#order.busy) this.#order.run(this.#publishing([item], [p], via, call))
    else if (!this.#gate.guarded || !this.#publishGate.stops({ item, p, via, call }))
      this.#sendAll(this.#sequence({ p, item, via, call }))
    return p
  }

  /**
   * Publishes the items of one call. As in Pushpin, each has its place in the order before the first goes out: what a
   * hold then contradicts is forgotten for all of them.
   */
  publishAll(items: readonly PublishItem[], via: PublishVia, call?: PublishCall): void {
    const [only] = items
    if (only && items.length === 1) this.publish(only, via, call)
    else this.inOrder(this.publishing(items, via, call))
  }

  /** The same as parts of work that is done by `inOrder`. */
  publishing(items: readonly PublishItem[], via: PublishVia, call?: PublishCall): Steps<void> {
    // Numbered before anything that comes later.
    const numbers = items.map(() => this.#sink.nextPublish())
    return this.#publishing(items, numbers, via, call)
  }

  /** What was published is not sent yet: publishers wait. */
  get busy(): boolean {
    return this.#order.busy
  }

  /** Resolves when all is sent that was published before. */
  idle(): Promise<void> {
    return this.#order.idle()
  }

  /** Does the work of a publisher when it is its turn: at once, unless much is under way. */
  inOrder(work: Steps<void>): void {
    this.#order.run(work)
  }

  *#publishing(
    items: readonly PublishItem[],
    numbers: readonly PublishId[],
    via: PublishVia,
    call?: PublishCall,
  ): Steps<void> {
    const ready: (readonly Queued[])[] = []
    for (const [i, item] of items.entries()) {
      const p = numbers[i]
      const arrived = p !== undefined && { p, item, via, call: i === 0 ? call : undefined }
      if (arrived && (!this.#gate.guarded || !this.#publishGate.stops(arrived))) ready.push(this.#sequence(arrived))
      yield 1
    }
    for (const some of ready) yield* this.#sending(some, false)
  }

  /** What has waited at the gate goes on. */
  *#arriving(arrived: Arrived): Steps<void> {
    if (arrived.left === 'dropped') this.#dropAtGate(arrived)
    else yield* this.#sending(this.#sequence(arrived), false)
  }

  #dropAtGate(arrived: Arrived): void {
    const next = queued(arrived.item, arrived.p)
    this.#record.arrival(arrived, next, { waiting: false })
    this.#sameForAll(next, decide('dropped', { code: 'gate-dropped' }))
  }

  *#sending(ready: Iterable<Queued>, gaveUp: boolean): Steps<void> {
    for (const next of ready) {
      if (this.#mayGo(next, gaveUp)) yield* this.#delivering(next, gaveUp)
      else yield 1 + this.subscriptionsOf(next.channel).size
    }
  }

  /** What goes to many does so in parts, and what comes meanwhile waits behind it. */
  *#delivering(next: Queued, gaveUp: boolean): Steps<void> {
    const out = this.#fanOut(next, gaveUp)
    do yield out.go()
    while (!out.done)
  }

  #sendAll(ready: readonly Queued[]): void {
    const [only] = ready
    if (!only) return
    if (ready.length > 1 || this.subscriptionsOf(only.channel).size > sliceOf(only.item))
      this.#order.run(this.#sending(ready, false))
    else if (this.#mayGo(only, false)) this.#fanOut(only, false).go()
  }

  /** Records a publish, and finds its place in the order. Returns what goes out now. */
  #sequence(arrived: Arrived): readonly Queued[] {
    const next = queued(arrived.item, arrived.p)
    const { release, waiting, dropped, repeated } = this.#sequencer.offer(next, this.#sink.now())
    this.#record.arrival(arrived, next, { waiting, dropped: repeated ? dropped : undefined })
    if (dropped !== undefined) this.#sameForAll(next, decide(repeated ? 'repeated' : 'too-late', dropped))
    if (waiting) this.#wait()
    return release
  }

  /** Asks every hold to look for news by itself, and forgets all last ids (command `recover`). */
  recover(): void {
    this.#sequencer.forgetAll()
    for (const { subscriptions } of this.#channels.values()) {
      for (const { receiver } of subscriptions) if (receiver.kind !== 'websocket') receiver.refresh('recover')
    }
  }

  onTimeout(): void {
    const stands = this.#gate.guarded ? (channel: string) => this.#publishGate.waitsOn(channel) : undefined
    for (const { item: next, gaveUp } of this.#sequencer.due(this.#sink.now(), stands))
      this.#order.run(this.#sending([next], gaveUp))
    this.#wait()
  }

  stop(): void {
    this.#order.stop()
    this.#rate.stop()
    this.wheel.clear(this)
  }

  #wait(): void {
    const due = this.#sequencer.nextDue()
    if (due !== undefined) this.wheel.set(this, due - this.#sink.now())
  }

  /** Records one outcome for every subscription of an item's channel. */
  #sameForAll(next: Queued, decision: Decision): void {
    const { item, p } = next
    const subscriptions = [...this.subscriptionsOf(item.channel)]
    const recorded = this.#record.isRecorded(next, subscriptions)
    const record = this.#recordFor(subscriptions.length)
    for (let i = 0; i < subscriptions.length; i++) {
      const subscription = subscriptions[i]
      if (subscription) record.set(i, subscription.receiver, decision)
    }
    this.emitDelivery(record.take({ p, channel: item.channel }, recorded), recorded)
  }

  /** Does the rate of messages let an item go now? If not, it goes by itself when it is its turn, or never: that is recorded. */
  #mayGo(next: Queued, gaveUp: boolean): boolean {
    const { item } = next
    const weight = this.#rate.limited ? this.subscriptionsOf(item.channel).size : 0
    switch (this.#rate.offer(weight, next.weight, () => this.#order.run(this.#delivering(next, gaveUp)))) {
      case 'now':
        return true
      case 'later':
        this.#sameForAll(next, RATED)
        return false
      case 'never':
        this.#sameForAll(next, QUEUE_FULL)
        return false
    }
  }

  #fanOut(next: Queued, gaveUp: boolean): FanOut {
    const { item, p } = next
    const subscriptions = [...this.subscriptionsOf(item.channel)]
    return new FanOut(this, { item, p, gaveUp, recorded: this.#record.isRecorded(next, subscriptions) }, subscriptions)
  }

  #recordFor(receivers: number): DeliveryRecord {
    return new DeliveryRecord(receivers, () => this.contentsRecord(receivers))
  }

  /** Bytes that are kept of a body. */
  get bodyLimit(): number {
    return this.#sink.bodyLimit
  }

  contentsRecord(receivers: number, room?: number): ContentsRecord {
    return new ContentsRecord(this.#sink, receivers, room)
  }

  /**
   * Records outcomes, also those that came later than the publish (a stream that was asking its next link).
   * @param recorded the publish is in the trace
   */
  emitDelivery(delivery: Making<DeliveryEvent>, recorded: boolean): void {
    const sink = recorded ? this.#sink : this.#sink.unrecorded
    delivery.t = this.#sink.now()
    sink?.emit(delivery)
  }
}

const RATED = decide('waiting', { code: 'rate-waits' })
const QUEUE_FULL = decide('rate-limited', { code: 'rate-full' })
/** Channels that are remembered; beyond, those without listeners are forgotten at once. */
const REMEMBERED_MAX = 100_000
const NOBODY: ReadonlySet<Subscription> = new Set()

function queued(item: PublishItem, p: PublishId): Queued {
  const next: Making<Queued> = { item, p, channel: item.channel, noSeq: item.noSeq, weight: weightOf(item) }
  if (item.id !== undefined) next.id = item.id
  if (item.prevId !== undefined) next.prevId = item.prevId
  return next
}
