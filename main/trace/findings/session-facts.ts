// What rules need to know of a session: the exchanges that are live and those that ended last, and who listens to which
// channel. No bodies, and of each kind of event the latest. All of it has a bound.
import type {
  AnsweredEvent,
  EndedEvent,
  ExchangeId,
  HeldEvent,
  InstructEvent,
  RequestEvent,
  ResponseEvent,
  SentEvent,
  SubscribedEvent,
  TraceEvent,
  TraceTime,
} from '../events'

/** Exchanges that ended, of which the facts stay: some events come after the end of a hold, or of a failure. */
const ENDED_MAX = 1000
/** Channels that are known; of more, those that nobody listens to and that were named first are forgotten. */
const CHANNELS_MAX = 100_000
/** Exchanges of a channel that can be named: the latest. */
const LATEST_MAX = 100

const NONE: ReadonlySet<string> = new Set()

/** A rule may keep what it knows of an exchange in a WeakMap of these: it goes with them. */
export class ExchangeFacts {
  readonly request: RequestEvent
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
  /** When the last one stopped, and what they did. */
  leftAt: TraceTime | undefined
  readonly #latest: ExchangeId[] = []

  constructor(name: string) {
    this.name = name
  }

  /** Of those that listen now, the latest 100. */
  get latest(): ExchangeId[] {
    return this.#latest.filter((x) => this.held.has(x))
  }

  add(x: ExchangeId): void {
    if (this.held.has(x)) return
    this.heard = true
    this.held.add(x)
    this.#latest.push(x)
    if (this.#latest.length > LATEST_MAX) this.#latest.shift()
  }
}

export class SessionFacts {
  readonly #exchanges = new Map<ExchangeId, ExchangeFacts>()
  readonly #ended: ExchangeId[] = []
  readonly #channels = new Map<string, ChannelFacts>()

  exchange(x: ExchangeId): ExchangeFacts | undefined {
    return this.#exchanges.get(x)
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
    switch (event.type) {
      case 'request':
        this.#exchanges.set(event.x, new ExchangeFacts(event))
        break
      case 'sent':
        this.#sent(event)
        break
      case 'answered': {
        const facts = event.filter ? undefined : this.#exchanges.get(event.x)
        if (facts) facts.answered = event
        break
      }
      case 'instruct': {
        const facts = this.#exchanges.get(event.x)
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
        const facts = this.#exchanges.get(event.x)
        if (facts?.leave(event.channel)) this.#leave(facts, [event.channel], event.t)
        break
      }
      case 'response': {
        const facts = this.#exchanges.get(event.x)
        if (facts) facts.response = event
        break
      }
      case 'ended':
        this.#end(event)
        break
    }
  }

  #sent(event: SentEvent): void {
    if (event.why === 'filter' || event.why === 'gone') return
    const facts = this.#exchanges.get(event.x)
    if (!facts) return
    facts.sent = event
    // A response hold is given up when its request goes to the backend again; a stream stays one.
    if (!facts.holding || facts.held?.mode !== 'response') return
    facts.holding = false
    this.#leave(facts, facts.leaveAll(), event.t)
    facts.before = NONE
  }

  #held(event: HeldEvent): void {
    const facts = this.#exchanges.get(event.x)
    if (!facts) return
    facts.held = event
    facts.holding = true
    if (event.mode === 'websocket') return
    // The new hold names its channels after this event.
    facts.before = facts.leaveAll()
    this.#leave(facts, facts.before, event.t)
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

  #leave(facts: ExchangeFacts, channels: Iterable<string>, t: TraceTime): void {
    for (const name of channels) {
      const channel = this.#channels.get(name)
      channel?.held.delete(facts.id)
      if (channel?.held.size === 0) channel.leftAt = t
    }
  }

  #end(event: EndedEvent): void {
    const facts = this.#exchanges.get(event.x)
    if (!facts) return
    facts.ended = event
    facts.holding = false
    this.#leave(facts, facts.channels, event.t)
    // Nothing more comes of one that was never held, unless it is about why its backend failed.
    if (!facts.held && event.how !== 'backend-failed') {
      this.#exchanges.delete(event.x)
      return
    }
    this.#ended.push(event.x)
    if (this.#ended.length < 2 * ENDED_MAX) return
    for (const x of this.#ended.splice(0, ENDED_MAX)) this.#exchanges.delete(x)
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
