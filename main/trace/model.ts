// The one reducer: makes exchanges, holds, channels and publishes out of events. Deterministic, no I/O, no clock.
// It keeps references to events and counts; rows, details and exports are made from it by the files beside this one.
import { ChannelRecord, type Subscribed } from './channel-state'
import {
  type DeliveryEvent,
  type ExchangeEvent,
  type ExchangeId,
  type KeepAliveEvent,
  OUTCOMES,
  type PublishEvent,
  type PublishId,
  type PublishRefusedEvent,
  type RequestEvent,
  type SubscribedEvent,
  type TraceEvent,
  type TraceTime,
} from './events'
import { ExchangeRecord } from './exchange-state'
import { type Drop, refusedId } from './log'
import { isMiss, PublishRecord, tallyOf } from './publish-state'

/** What has changed since it was last asked for. Each is named once. */
export interface Changes {
  readonly exchanges: ExchangeRecord[]
  readonly channels: ChannelRecord[]
  readonly publishes: PublishRecord[]
}

/** How much a channel loses. */
interface Cut {
  subscriptions: number
  publishes: number
  deliveries: number
  unheard: number
}

const DELIVERED = OUTCOMES.indexOf('delivered')

export class TraceModel {
  readonly exchanges = new Map<ExchangeId, ExchangeRecord>()
  readonly channels = new Map<string, ChannelRecord>()
  readonly publishes = new Map<PublishId, PublishRecord>()
  recording = true
  /** Exchanges that are held now. */
  held = 0
  /** Over all publishes that are known. */
  delivered = 0
  notDelivered = 0
  #changes: Changes = { exchanges: [], channels: [], publishes: [] }

  /** `seq`: the event's sequence number in the log. Never throws; events of unknown exchanges are passed over. */
  apply(event: TraceEvent, seq: number): void {
    switch (event.type) {
      case 'request':
        this.#request(event)
        break
      case 'publish':
        this.#publish(event)
        break
      case 'publish-refused':
        this.#refused(event, seq)
        break
      case 'delivery':
        this.#delivery(event)
        break
      case 'keep-alive':
        this.#keepAlive(event)
        break
      case 'recording':
        this.recording = event.on
        break
      default: {
        const exchange = this.exchanges.get(event.x)
        if (exchange) this.#ofExchange(exchange, event)
      }
    }
  }

  /** What has changed since the last call. */
  takeChanges(): Changes {
    const changes = this.#changes
    for (const list of Object.values(changes)) for (const record of list) record.changed = false
    this.#changes = { exchanges: [], channels: [], publishes: [] }
    return changes
  }

  /** Forgets what was dropped from the log. */
  drop({ exchanges, publishes, trimmed }: Drop): void {
    const cuts = new Map<ChannelRecord, Cut>()
    for (const id of exchanges) {
      const exchange = this.exchanges.get(id)
      if (!exchange) continue
      this.exchanges.delete(id)
      for (const { channel } of exchange.subscriptions) this.#cutOf(cuts, channel).subscriptions++
    }
    for (const id of publishes) {
      const publish = this.publishes.get(id)
      if (!publish) continue
      this.publishes.delete(id)
      this.delivered -= publish.delivered
      this.notDelivered -= publish.notDelivered
      if (publish.event.type !== 'publish') continue
      const cut = this.#cutOf(cuts, publish.event.channel)
      cut.publishes++
      cut.deliveries += publish.deliveries.length
      if (publish.unheard) cut.unheard++
    }
    for (const [channel, cut] of cuts) this.#cut(channel, cut)
    if (trimmed.size > 0) this.#trim(trimmed)
  }

  #cutOf(cuts: Map<ChannelRecord, Cut>, name: string): Cut {
    const channel = this.#channel(name)
    let cut = cuts.get(channel)
    if (!cut) {
      cut = { subscriptions: 0, publishes: 0, deliveries: 0, unheard: 0 }
      cuts.set(channel, cut)
    }
    return cut
  }

  #cut(channel: ChannelRecord, cut: Cut): void {
    channel.subscriptions = without(channel.subscriptions, cut.subscriptions, (s) => !this.exchanges.has(s.exchange))
    channel.publishes = without(channel.publishes, cut.publishes, (p) => !this.publishes.has(p.id))
    channel.deliveries = without(channel.deliveries, cut.deliveries, (d) => !this.publishes.has(d.p))
    channel.unheard -= cut.unheard
    if (channel.forgotten) this.channels.delete(channel.name)
    this.#channelChanged(channel)
  }

  #trim(trimmed: ReadonlySet<TraceEvent>): void {
    const ids = new Set<ExchangeId>()
    for (const event of trimmed) if ('x' in event) ids.add(event.x)
    for (const id of ids) {
      const exchange = this.exchanges.get(id)
      if (!exchange) continue
      const kept = exchange.events.filter((event) => !trimmed.has(event))
      exchange.events.length = 0
      for (const event of kept) exchange.events.push(event)
      this.#exchangeChanged(exchange)
    }
  }

  // ---- exchanges ---------------------------------------------------------------------------------------------------

  #request(event: RequestEvent): void {
    if (this.exchanges.has(event.x)) return
    const exchange = new ExchangeRecord(event)
    this.exchanges.set(event.x, exchange)
    if (event.replayOf !== undefined) {
      const original = this.exchanges.get(event.replayOf)
      if (original) {
        original.replays ??= []
        original.replays.push(event.x)
        this.#exchangeChanged(original)
      }
    }
    this.#exchangeChanged(exchange)
  }

  #ofExchange(exchange: ExchangeRecord, event: Exclude<ExchangeEvent, RequestEvent>): void {
    const { holding } = exchange
    exchange.apply(event)
    if (holding !== exchange.holding) this.held += exchange.holding ? 1 : -1
    // A hold is replaced with its channels; a WebSocket stays one, and names channels one by one.
    const replaced = event.type === 'held' && event.mode !== 'websocket'
    if (replaced || (holding && !exchange.holding) || event.type === 'ended') {
      for (const subscription of exchange.subscriptions) this.#unsubscribe(subscription, event.t)
    } else if (event.type === 'subscribed') {
      this.#subscribe(exchange, event)
    } else if (event.type === 'unsubscribed') {
      for (const subscription of exchange.subscriptions)
        if (subscription.channel === event.channel) this.#unsubscribe(subscription, event.t)
    }
    this.#exchangeChanged(exchange)
  }

  #subscribe(exchange: ExchangeRecord, event: SubscribedEvent): void {
    if (exchange.end) return
    const channel = this.#channel(event.channel)
    const { prevId, filters = [] } = event
    // A hold that replaces another one goes on listening where both name the same channel.
    const heldAt = exchange.held?.t
    const former = exchange.subscriptions.find((s) => s.channel === event.channel && (s.to === null || s.to === heldAt))
    if (former) {
      if (former.to !== null) channel.held++
      former.to = null
      former.prevId = prevId
      former.filters = filters
    } else {
      const subscription: Subscribed = {
        exchange: exchange.id,
        channel: event.channel,
        from: event.t,
        to: null,
        prevId,
        filters,
      }
      exchange.subscriptions.push(subscription)
      channel.subscriptions.push(subscription)
      channel.held++
    }
    this.#channelChanged(channel)
  }

  #unsubscribe(subscription: Subscribed, t: TraceTime): void {
    if (subscription.to !== null) return
    subscription.to = t
    const channel = this.#channel(subscription.channel)
    channel.held--
    this.#channelChanged(channel)
  }

  #keepAlive(event: KeepAliveEvent): void {
    for (const x of event.exchanges) {
      const exchange = this.exchanges.get(x)
      if (!exchange) continue
      exchange.countKeepAlive(event.t)
      this.#exchangeChanged(exchange)
    }
  }

  // ---- publishes ---------------------------------------------------------------------------------------------------

  #publish(event: PublishEvent): void {
    if (this.publishes.has(event.p)) return
    const publish = new PublishRecord(event.p, event)
    this.publishes.set(event.p, publish)
    const channel = this.#channel(event.channel)
    channel.publishes.push(publish)
    channel.lastAt = event.t
    if (event.id !== undefined && !event.waiting) channel.lastId = event.id
    this.#channelChanged(channel)
    this.#publishChanged(publish)
  }

  #refused(event: PublishRefusedEvent, seq: number): void {
    const publish = new PublishRecord(refusedId(seq), event)
    this.publishes.set(publish.id, publish)
    this.#publishChanged(publish)
  }

  #delivery(event: DeliveryEvent): void {
    const publish = this.publishes.get(event.p)
    if (publish) this.#countFor(publish, event)
    const { exchanges, outcomes, t } = event
    for (let i = 0; i < outcomes.length; i++) {
      const exchange = this.exchanges.get(exchanges[i] ?? 0)
      if (!exchange) continue
      const code = outcomes[i] ?? 0
      if (code === DELIVERED) exchange.countDelivered(t)
      else if (isMiss(code)) exchange.missed++
      else continue
      this.#exchangeChanged(exchange)
    }
  }

  #countFor(publish: PublishRecord, event: DeliveryEvent): void {
    const { exchanges, outcomes } = event
    const channel = this.#channel(event.channel)
    let delivered = 0
    let notDelivered = 0
    for (let i = 0; i < outcomes.length; i++) {
      const x = exchanges[i] ?? 0
      if (publish.pending?.delete(x)) publish.waiting--
      switch (tallyOf(outcomes[i] ?? 0)) {
        case 'delivered':
          delivered++
          break
        case 'not':
          notDelivered++
          break
        case 'waiting':
          publish.pending ??= new Set()
          publish.pending.add(x)
          publish.waiting++
          break
      }
    }
    publish.delivered += delivered
    publish.notDelivered += notDelivered
    this.delivered += delivered
    this.notDelivered += notDelivered
    if (outcomes.length === 0 && publish.deliveries.length === 0) {
      publish.unheard = true
      channel.unheard++
    }
    publish.addDelivery(event)
    channel.deliveries.push(event)
    const { event: item } = publish
    if (item.type === 'publish' && item.waiting && item.id !== undefined) channel.lastId = item.id
    this.#channelChanged(channel)
    this.#publishChanged(publish)
  }

  // ---- changes -----------------------------------------------------------------------------------------------------

  #channel(name: string): ChannelRecord {
    let channel = this.channels.get(name)
    if (!channel) {
      channel = new ChannelRecord(name)
      this.channels.set(name, channel)
    }
    return channel
  }

  #exchangeChanged(exchange: ExchangeRecord): void {
    if (exchange.changed) return
    exchange.changed = true
    this.#changes.exchanges.push(exchange)
  }

  #channelChanged(channel: ChannelRecord): void {
    if (channel.changed) return
    channel.changed = true
    this.#changes.channels.push(channel)
  }

  #publishChanged(publish: PublishRecord): void {
    if (publish.changed) return
    publish.changed = true
    this.#changes.publishes.push(publish)
  }
}

/** Takes out `count` elements that are gone. These are mostly the oldest ones, so it looks no further than the last. */
function without<T>(list: T[], count: number, isGone: (element: T) => boolean): T[] {
  if (count === 0) return list
  const kept: T[] = []
  let left = count
  let i = 0
  for (; i < list.length && left > 0; i++) {
    const element = list[i]
    if (element === undefined) break
    if (isGone(element)) left--
    else kept.push(element)
  }
  return kept.length === 0 ? list.slice(i) : kept.concat(list.slice(i))
}
