// What rules need to know of a session: the exchanges that are live and those that ended last, and who listens to which
// channel. No bodies, and of each kind of event the latest. All of it has a bound.
import {
  type AnsweredEvent,
  type EndedEvent,
  type ExchangeId,
  type HeldEvent,
  type InstructEvent,
  OUTCOMES,
  type RawHeaders,
  type RequestEvent,
  type ResponseEvent,
  type SentEvent,
  type SubscribedEvent,
  type TraceEvent,
  type TraceTime,
} from '../events'

/** Exchanges that ended, of which the facts stay: some events come after the end of a hold, or of a failure. */
const ENDED_MAX = 1000
/** Channels that are known; of more, those that nobody listens to and that were named first are forgotten. */
const CHANNELS_MAX = 100_000
/** Exchanges of a channel that can be named: the latest. */
const LATEST_MAX = 100
/** Names of formats that are remembered of a channel: more than there are. */
const FORMATS_MAX = 16

const DELIVERED = OUTCOMES.indexOf('delivered')
const NONE: ReadonlySet<string> = new Set()

/** A rule may keep what it knows of an exchange in a WeakMap of these: it goes with them. */
export class ExchangeFacts {
  readonly request: RequestEvent
  /** When the latest part of its body came. */
  requestDataAt: TraceTime = 0
  /** The latest request to the backend; none of a filter and none to a gone link. Its body must not be read. */
  sent: SentEvent | undefined
  answered: AnsweredEvent | undefined
  /** Its bytes must not be read. */
  instruct: InstructEvent | undefined
  held: HeldEvent | undefined
  /** There is a hold: it is not over, and not given up to ask the backend again. */
  holding = false
  /** Made when it is needed: most exchanges listen to nothing. */
  #channels: Set<string> | undefined
  /** What the hold listened to that the present one replaced. */
  before: ReadonlySet<string> = NONE
  response: ResponseEvent | undefined
  /** Its response is text/event-stream, and not compressed; before there is one, the backend's answer is. */
  isEventStream = false
  ended: EndedEvent | undefined

  constructor(request: RequestEvent) {
    this.request = request
  }

  get id(): ExchangeId {
    return this.request.x
  }

  /** What it listens to. */
  get channels(): ReadonlySet<string> {
    return this.#channels ?? NONE
  }

  listen(channel: string): void {
    this.#channels ??= new Set()
    this.#channels.add(channel)
  }

  /** False: it did not listen to it. */
  leave(channel: string): boolean {
    return this.#channels?.delete(channel) ?? false
  }

  /** Returns what it listened to. */
  leaveAll(): ReadonlySet<string> {
    const left = this.channels
    this.#channels = undefined
    return left
  }
}

export class ChannelFacts {
  readonly name: string
  /** Exchanges that listen to it now. */
  readonly held = new Set<ExchangeId>()
  /** Somebody has listened to it in this session. */
  heard = false
  /** When something was delivered last to somebody who listens. */
  deliveredAt: TraceTime = 0
  /** How the last exchange that listened to it ended. Undefined: somebody listens, or it stopped in another way. */
  lastLeft: EndedEvent | undefined
  readonly #latest: ExchangeId[] = []
  /** By the name of the format. Made when it is needed. */
  #itemAt: Map<string, TraceTime> | undefined

  constructor(name: string) {
    this.name = name
  }

  /** Of those that listen now, the latest 100. */
  get latest(): ExchangeId[] {
    return this.#latest.filter((x) => this.held.has(x))
  }

  /** When an item with this format came last, while the channel was known. */
  itemAt(format: string): TraceTime | undefined {
    return this.#itemAt?.get(format)
  }

  published(formats: readonly string[], t: TraceTime): void {
    this.#itemAt ??= new Map()
    if (this.#itemAt.size > FORMATS_MAX) this.#itemAt.clear()
    for (const name of formats) this.#itemAt.set(name, t)
  }

  add(x: ExchangeId): void {
    if (this.held.has(x)) return
    this.heard = true
    this.lastLeft = undefined
    this.held.add(x)
    this.#latest.push(x)
    if (this.#latest.length > LATEST_MAX) this.#latest.shift()
  }
}

export class SessionFacts {
  readonly #exchanges = new Map<ExchangeId, ExchangeFacts>()
  readonly #ended: ExchangeId[] = []
  readonly #channels = new Map<string, ChannelFacts>()
  /** It has ended, and rules have not been called for that yet. */
  #leaving: ExchangeId | undefined
  /** The one that was asked for last. */
  #asked: ExchangeFacts | undefined

  exchange(x: ExchangeId): ExchangeFacts | undefined {
    // Most rules ask for the exchange of the event that they are called for, one after the other.
    if (this.#asked !== undefined && this.#asked.id === x) return this.#asked
    this.#asked = this.#exchanges.get(x)
    return this.#asked
  }

  /** Undefined: nobody has listened to it in this session. */
  channel(name: string): ChannelFacts | undefined {
    return this.#channels.get(name)
  }

  /** Somebody listens to it now. */
  isHeld(name: string): boolean {
    return (this.#channels.get(name)?.held.size ?? 0) > 0
  }

  apply(event: TraceEvent): void {
    if (this.#leaving !== undefined) {
      this.#exchanges.delete(this.#leaving)
      this.#leaving = undefined
      this.#asked = undefined
    }
    switch (event.type) {
      case 'request':
        this.#asked = new ExchangeFacts(event)
        this.#exchanges.set(event.x, this.#asked)
        break
      case 'sent':
        this.#sent(event)
        break
      case 'answered': {
        const facts = event.filter ? undefined : this.exchange(event.x)
        if (facts) {
          facts.answered = event
          if (!facts.response) facts.isEventStream = isEventStream(event.headers)
        }
        break
      }
      case 'instruct': {
        const facts = this.exchange(event.x)
        if (facts) facts.instruct = event
        break
      }
      case 'held':
        this.#held(event)
        break
      case 'subscribed':
        this.#subscribed(event)
        break
      case 'unsubscribed': {
        const facts = this.exchange(event.x)
        if (facts?.leave(event.channel)) this.#leave(facts, [event.channel])
        break
      }
      case 'response': {
        const facts = this.exchange(event.x)
        if (facts) {
          facts.response = event
          // The answer's own headers were looked at when it came.
          if (event.body !== 'answer') facts.isEventStream = isEventStream(event.headers)
        }
        break
      }
      case 'ended':
        this.#end(event)
        break
      case 'delivery': {
        const channel = event.exchanges.length > 0 ? this.#channels.get(event.channel) : undefined
        if (channel && event.outcomes.includes(DELIVERED)) channel.deliveredAt = event.t
        break
      }
      case 'request-data': {
        const facts = this.exchange(event.x)
        if (facts) facts.requestDataAt = event.t
        break
      }
      case 'publish': {
        const channel = this.#channels.get(event.channel)
        channel?.published(event.formatNames, event.t)
        break
      }
    }
  }

  #sent(event: SentEvent): void {
    if (event.why === 'filter' || event.why === 'gone') return
    const facts = this.exchange(event.x)
    if (!facts) return
    facts.sent = event
    // A response hold is given up when its request goes to the backend again; a stream stays one.
    if (!facts.holding || facts.held?.mode !== 'response') return
    facts.holding = false
    this.#leave(facts, facts.leaveAll())
    facts.before = NONE
  }

  #held(event: HeldEvent): void {
    const facts = this.exchange(event.x)
    if (!facts) return
    facts.held = event
    facts.holding = true
    if (event.mode === 'websocket') return
    // The new hold names its channels after this event.
    facts.before = facts.leaveAll()
    this.#leave(facts, facts.before)
  }

  #subscribed({ x, channel: name }: SubscribedEvent): void {
    const facts = this.#exchanges.get(x)
    if (!facts || facts.ended) return
    facts.listen(name)
    let channel = this.#channels.get(name)
    if (!channel) {
      if (this.#channels.size >= CHANNELS_MAX) this.#forgetChannel()
      channel = new ChannelFacts(name)
      this.#channels.set(name, channel)
    }
    channel.add(x)
  }

  /** @param end of the exchange, where that is why */
  #leave(facts: ExchangeFacts, channels: Iterable<string>, end?: EndedEvent): void {
    for (const name of channels) {
      const channel = this.#channels.get(name)
      channel?.held.delete(facts.id)
      if (channel?.held.size === 0) channel.lastLeft = end
    }
  }

  #end(event: EndedEvent): void {
    const facts = this.exchange(event.x)
    if (!facts) return
    facts.ended = event
    facts.holding = false
    this.#leave(facts, facts.channels, event)
    // Nothing more comes of one that was never held, unless it is about why its backend failed.
    if (!facts.held && event.how !== 'backend-failed') {
      this.#leaving = event.x
      return
    }
    this.#ended.push(event.x)
    if (this.#ended.length < 2 * ENDED_MAX) return
    for (const x of this.#ended.splice(0, ENDED_MAX)) this.#exchanges.delete(x)
    this.#asked = undefined
  }

  /** Looks at the first ones only: there is always one that nobody listens to, or there are more holds than channels. */
  #forgetChannel(): void {
    let looked = 0
    for (const [name, { held }] of this.#channels) {
      if (held.size === 0 || ++looked >= LATEST_MAX) {
        this.#channels.delete(name)
        return
      }
    }
  }
}

/** Looked at for every response, so it looks at lengths first. */
function isEventStream(headers: RawHeaders): boolean {
  let found = false
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (name.length === 12 && name.toLowerCase() === 'content-type')
      found = /^\s*text\/event-stream\s*(?:;|$)/i.test(headers[i + 1] ?? '')
    else if (name.length === 16 && name.toLowerCase() === 'content-encoding') return false
  }
  return found
}
