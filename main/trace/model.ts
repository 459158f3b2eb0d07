// The one reducer: makes exchanges, holds, channels and publishes out of events. Deterministic, no I/O, no clock.
// It keeps references to events and counts; rows, details and exports are made from it by the files beside this one.
import { ChangeList, type TraceChanges } from './changes'
import { ChannelCuts } from './channel-cuts'
import { ChannelRecord, renew, type Subscribed } from './channel-state'
import { FramingJudge } from './event-framing'
import {
  type DeliveryEvent,
  type ExchangeEvent,
  type ExchangeId,
  type FaultEvent,
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
import type { EngineEvent } from './events/engine'
import { ExchangeRecord, type Mismatch } from './exchange-state'
import { meantBy } from './findings/channel-mismatch'
import type { Evidence } from './findings/finding'
import { Findings } from './findings/findings'
import { rules } from './findings/rules'
import { makeGood, noteMismatch } from './mismatches'
import { passesInstruct } from './passed-instruct'
import { isMiss, PublishRecord } from './publish-state'
import { isMade } from './published-content'
import type { Drop } from './source'
import { isTlsPage } from './tls-page'
import type { TraceRecords } from './trace-records'
import { hasTrouble } from './trouble'

const DELIVERED = OUTCOMES.indexOf('delivered')
const NO_FORMAT = OUTCOMES.indexOf('no-format')
const FAULTS_MAX = 100
const ENGINE_MAX = 200

export class TraceModel implements TraceRecords {
  readonly exchanges = new Map<ExchangeId, ExchangeRecord>()
  readonly channels = new Map<string, ChannelRecord>()
  readonly publishes = new Map<PublishId, PublishRecord>()
  recording = true
  /** Exchanges that are held now. */
  held = 0
  /** Over all publishes that are known. */
  delivered = 0
  notDelivered = 0
  missed = 0
  /** Publishes that are known and found no subscription. */
  unheard = 0
  /** Exchanges that have a sign of trouble. */
  troubled = 0
  /** Errors of Gripscope's own that it survived: the latest ones. */
  readonly faults: FaultEvent[] = []
  /** What happened to the engine as a whole: the latest. */
  readonly engine: EngineEvent[] = []
  /** Bytes of a body that are kept. */
  bodyLimit = Number.POSITIVE_INFINITY
  readonly #framing = new FramingJudge()
  /** What rules see in the trace. */
  readonly findings: Findings
  /** They are of this model alone, and see what it sees. */
  readonly #feeds: boolean
  readonly #changes = new ChangeList()

  /** @param findings somebody else's, who gives them the events and calls `noteEvidence`; left out: its own */
  constructor(findings?: Findings) {
    this.findings = findings ?? new Findings(rules)
    this.#feeds = findings === undefined
    if (this.#feeds) this.findings.onEvidence((evidence) => this.noteEvidence(evidence))
  }

  /** Never throws; events of unknown exchanges are skipped. */
  apply(event: TraceEvent): void {
    this.#apply(event)
    if (this.#feeds) this.findings.apply(event)
  }

  /** Evidence was added, or taken back: what it names shows it. */
  noteEvidence({ exchanges = [], messages = [], channel: name }: Evidence): void {
    for (const x of exchanges) {
      const exchange = this.exchanges.get(x)
      if (!exchange) continue
      exchange.evidence = this.findings.ofExchange(x)
      this.#exchangeChanged(exchange)
    }
    for (const p of messages) {
      const publish = this.publishes.get(p)
      if (!publish) continue
      this.#noteMeant(publish)
      this.#changes.publish(publish)
    }
    const channel = name === undefined ? undefined : this.channels.get(name)
    if (!channel) return
    channel.near = meantBy(this.findings.ofChannel(channel.name), channel.name)
    this.#changes.channel(channel)
  }

  #noteMeant(publish: PublishRecord): void {
    const { id, event } = publish
    if (event.type === 'publish') publish.near = meantBy(this.findings.ofPublish(id), event.channel)
  }

  #apply(event: TraceEvent): void {
    switch (event.type) {
      case 'request':
        this.#request(event)
        break
      case 'publish':
        this.#publish(event)
        break
      case 'publish-refused':
        this.#refused(event)
        break
      case 'publish-paused':
      case 'publish-released':
        this.publishes.get(event.p)?.atGate(event, this.#changes)
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
      case 'descriptors':
        break
      case 'fault':
        this.faults.push(event)
        if (this.faults.length > FAULTS_MAX) this.faults.shift()
        break
      case 'engine-started':
      case 'engine-stopped':
      case 'port':
      case 'routes':
      case 'command':
      case 'settings-changed':
        this.engine.push(event)
        if (this.engine.length > ENGINE_MAX) this.engine.shift()
        break
      default: {
        const exchange = this.exchanges.get(event.x)
        if (exchange) this.#ofExchange(exchange, event)
      }
    }
  }

  /** Some event stream is to be judged later. */
  get waitsToJudge(): boolean {
    return this.#framing.waits
  }

  /** Judges event streams of which the last part was some time ago. @param now milliseconds since the trace began */
  judge(now: TraceTime): void {
    if (this.#feeds) this.findings.advance(now)
    for (const exchange of this.#framing.judge(this, now)) this.#exchangeChanged(exchange)
  }

  /** What has changed since the last call. */
  takeChanges(): TraceChanges {
    return this.#changes.take()
  }

  /** Forgets what was dropped from the log. */
  drop(drop: Drop): void {
    const { exchanges, publishes, trimmed } = drop
    if (this.#feeds) this.findings.drop(drop)
    const cuts = new ChannelCuts()
    for (const id of exchanges) {
      const exchange = this.exchanges.get(id)
      if (!exchange) continue
      this.exchanges.delete(id)
      if (exchange.troubled) this.troubled--
      this.#framing.forget(exchange)
      cuts.exchange(exchange)
    }
    for (const id of publishes) {
      const publish = this.publishes.get(id)
      if (!publish) continue
      this.publishes.delete(id)
      this.delivered -= publish.delivered
      this.notDelivered -= publish.notDelivered
      this.missed -= publish.missed
      if (publish.unheard) this.unheard--
      cuts.publish(publish)
    }
    for (const channel of cuts.apply(this)) {
      if (channel.forgotten) this.channels.delete(channel.name)
      this.#changes.channel(channel)
    }
    if (trimmed.size > 0) this.#trim(trimmed)
  }

  #trim(trimmed: ReadonlySet<TraceEvent>): void {
    const ids = new Set<ExchangeId>()
    for (const event of trimmed) if ('x' in event) ids.add(event.x)
    for (const id of ids) {
      const exchange = this.exchanges.get(id)
      if (!exchange) continue
      exchange.trim(trimmed)
      this.#exchangeChanged(exchange)
    }
  }

  #request(event: RequestEvent): void {
    if (this.exchanges.has(event.x)) return
    const exchange = new ExchangeRecord(event)
    exchange.evidence = this.findings.ofExchange(event.x)
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
    if (event.type === 'ended') {
      exchange.instructPassed = passesInstruct(exchange)
      exchange.tlsPage = isTlsPage(exchange)
    }
    if (exchange.kind === 'sse') this.#noteFraming(exchange, event)
    this.#exchangeChanged(exchange)
  }

  #noteFraming(exchange: ExchangeRecord, event: ExchangeEvent): void {
    if (event.type === 'ended') {
      this.#framing.end(this, exchange, event.how, event.t)
    } else if (event.type === 'response' || event.type === 'response-data' || event.type === 'answer-data') {
      exchange.lastMessage = undefined
      this.#framing.note(exchange, event.t)
    }
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
      renew(former, { from: event.t, prevId, filters })
    } else {
      const subscription: Subscribed = {
        exchange: exchange.id,
        channel: event.channel,
        from: event.t,
        to: null,
        since: event.t,
        prevId,
        filters,
        deliveredAt: Number.NEGATIVE_INFINITY,
      }
      exchange.subscriptions.push(subscription)
      channel.subscriptions.push(subscription)
      channel.held++
    }
    channel.heard = true
    this.#changes.channel(channel)
  }

  #unsubscribe(subscription: Subscribed, t: TraceTime): void {
    if (subscription.to !== null) return
    subscription.to = t
    const channel = this.#channel(subscription.channel)
    channel.held--
    this.#changes.channel(channel)
  }

  #keepAlive(event: KeepAliveEvent): void {
    for (const x of event.exchanges) {
      const exchange = this.exchanges.get(x)
      if (!exchange) continue
      exchange.countKeepAlive(event.t, event.size / event.exchanges.length)
      // It may be what was missing.
      if (exchange.framing === 'unfinished') this.#framing.note(exchange, event.t)
      this.#exchangeChanged(exchange)
    }
  }

  #publish(event: PublishEvent): void {
    if (this.publishes.has(event.p)) return
    const publish = new PublishRecord(event.p, event)
    this.#noteMeant(publish)
    this.publishes.set(event.p, publish)
    const channel = this.#channel(event.channel)
    channel.publishes.push(publish)
    channel.lastAt = event.t
    if (event.id !== undefined && !event.waiting) channel.lastId = event.id
    this.#changes.channel(channel)
    this.#changes.publish(publish)
  }

  #refused(event: PublishRefusedEvent): void {
    if (this.publishes.has(event.p)) return
    const publish = new PublishRecord(event.p, event)
    this.publishes.set(event.p, publish)
    this.#changes.publish(publish)
  }

  #delivery(event: DeliveryEvent): void {
    const publish = this.publishes.get(event.p)
    if (publish) this.#countFor(publish, event)
    const { exchanges, outcomes, t, channel, gaveUp } = event
    let mismatch: Mismatch | undefined
    for (let i = 0; i < outcomes.length; i++) {
      const exchange = this.exchanges.get(exchanges[i] ?? 0)
      if (!exchange) continue
      const code = outcomes[i] ?? 0
      if (code === DELIVERED) {
        exchange.countDelivered(channel, t, event.numbers?.[i] ?? 0)
        // The message before it never came.
        if (gaveUp) exchange.missed++
        if (exchange.mismatches) for (const good of makeGood(exchange, channel, t)) this.#notMissed(good)
        if (exchange.kind === 'sse') {
          exchange.lastMessage = isMade(event, i) ? undefined : event.p
          this.#framing.note(exchange, t)
        }
      } else if (code === NO_FORMAT && publish) {
        mismatch ??= { channel, t, publish }
        if (!noteMismatch(exchange, mismatch)) this.#notMissed(publish)
      } else if (isMiss(code)) {
        exchange.missed++
      } else {
        continue
      }
      this.#exchangeChanged(exchange)
    }
  }

  #notMissed(publish: PublishRecord): void {
    publish.missed--
    if (this.publishes.has(publish.id)) this.missed--
    this.#changes.publish(publish)
  }

  #countFor(publish: PublishRecord, event: DeliveryEvent): void {
    const channel = this.#channel(event.channel)
    const { delivered, notDelivered, missed } = publish.count(event)
    this.delivered += delivered
    this.notDelivered += notDelivered
    this.missed += missed
    if (event.outcomes.length === 0 && publish.deliveries.length === 0) {
      publish.unheard = true
      channel.unheard++
      this.unheard++
    }
    publish.addDelivery(event)
    channel.deliveries.push(event)
    const { event: item } = publish
    if (item.type === 'publish' && item.waiting && item.id !== undefined) channel.lastId = item.id
    this.#changes.channel(channel)
    this.#changes.publish(publish)
  }

  #channel(name: string): ChannelRecord {
    let channel = this.channels.get(name)
    if (!channel) {
      channel = new ChannelRecord(name)
      channel.near = meantBy(this.findings.ofChannel(name), name)
      this.channels.set(name, channel)
    }
    return channel
  }

  #exchangeChanged(exchange: ExchangeRecord): void {
    const troubled = hasTrouble(exchange)
    if (troubled !== exchange.troubled) {
      exchange.troubled = troubled
      this.troubled += troubled ? 1 : -1
    }
    this.#changes.exchange(exchange)
  }
}
