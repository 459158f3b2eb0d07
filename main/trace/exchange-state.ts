// What the reducer knows of one exchange: its events, and what a table row needs of them.
import type { ExchangeKind, ExchangeState } from '../../preload/views'
import type { FramingFault } from '../grip/event-stream-text'
import { headerValue } from '../grip/grip-headers'
import type { Subscribed } from './channel-state'
import type {
  BackendFailedEvent,
  BodyDataEvent,
  EndedEvent,
  EndReason,
  ExchangeEvent,
  ExchangeId,
  HeldEvent,
  InstructEvent,
  PausedEvent,
  PublishId,
  ReceiverKind,
  RequestEvent,
  ResponseEvent,
  TlsProbedEvent,
  TraceEvent,
  TraceTime,
  WsMessageEvent,
} from './events'
import type { Evidence } from './findings/finding'
import type { PublishRecord } from './publish-state'

/** Times of the latest deliveries that a row has. */
const DELIVERED_AT_MAX = 64
/** Holds that were given up, of which a row has the times. */
const FORMER_HOLDS_MAX = 16
const TAIL_EVENTS_MAX = 8192

/** From and to. */
export type FormerHold = [from: TraceTime, to: TraceTime]

/** An item that had no format for the hold. */
export interface Mismatch {
  readonly channel: string
  readonly t: TraceTime
  readonly publish: PublishRecord
}

/** The events are kept as they came; nothing in them is parsed here. */
export class ExchangeRecord {
  readonly id: ExchangeId
  readonly request: RequestEvent
  readonly events: ExchangeEvent[]
  kind: ExchangeKind
  state: ExchangeState = 'waiting'
  sentAt: TraceTime | null = null
  answeredAt: TraceTime | null = null
  /** Of the hold that is on; for a stream that is held again inside the same response, of its first one. */
  heldAt: TraceTime | null = null
  held: HeldEvent | undefined
  /** Holds that were given up to ask the backend again; the latest ones. */
  formerHolds: FormerHold[] | undefined
  /** There is a hold now: it is not over, and not being replaced by asking again. */
  holding = false
  instruct: InstructEvent | undefined
  failure: BackendFailedEvent | undefined
  /** What a hello of TLS showed after the last failure. */
  probed: TlsProbedEvent | undefined
  response: ResponseEvent | undefined
  end: EndedEvent | undefined
  /** All subscriptions that there were, oldest first. */
  readonly subscriptions: Subscribed[] = []
  delivered = 0
  readonly deliveredAt: TraceTime[] = []
  /** Messages that it should have got while it was held; see `isMiss`. */
  missed = 0
  /** Misses of the last second, that another item of the same call may make good. */
  mismatches: Mismatch[] | undefined
  /** What findings say of it. */
  evidence: readonly Evidence[] = []
  /** The answer that passed to the client has an instruct in its body. */
  instructPassed = false
  /** The answer says that the backend speaks TLS, but the request came without it. */
  tlsPage = false
  /** What is wrong with the event stream that it got. */
  framing: FramingFault | undefined
  /** The latest part of its event stream, and the publish whose own content it is. */
  lastPartAt: TraceTime = 0
  lastMessage: PublishId | undefined
  /** Has one of the signs of trouble.ts. */
  troubled = false
  /** What of it waits at the gate, by the number of the pause. */
  pauses: Map<number, PausedEvent> | undefined
  requestSize = 0
  responseSize = 0
  /** Of the answer that is coming: its bytes so far, and if they go to the client as they come. */
  #answerSize = 0
  #passing = false
  /** Bytes to the client of which the events tell. */
  #ownSize = 0
  /** Events of tails, since those that have lost their bytes were left out. */
  #ofTails = 0
  /** Messages and events of a WebSocket that are not of publishes, oldest first. */
  ownMessages: WsMessageEvent[] = []
  /** All messages of a WebSocket, those of publishes too, also those that are gone. */
  messageCount = 0
  /** Bytes of a WebSocket's messages from its client. */
  bytesIn = 0
  messagesIn = 0
  messagesOut = 0
  keepAlives = 0
  /** Their bytes: where some went to others together with these, as if all were equally long. */
  keepAliveSize = 0
  firstKeepAlive: TraceTime = 0
  lastKeepAlive: TraceTime = 0
  replays: ExchangeId[] | undefined
  /** Is in the list of changes. */
  changed = false

  constructor(request: RequestEvent) {
    this.id = request.x
    this.request = request
    this.events = [request]
    this.kind = headerValue(request.headers, 'upgrade')?.toLowerCase() === 'websocket' ? 'websocket' : 'http'
  }

  get mode(): ReceiverKind | undefined {
    return this.held?.mode
  }

  /** How to tell who it is: connection meta `user`, or the client's address. */
  get who(): string {
    return this.held?.meta?.user ?? this.request.client
  }

  /** Channels of the hold that is on, or of the last one. */
  get channels(): string[] {
    const open = this.subscriptions.filter((s) => s.to === null)
    const last = open.length > 0 ? open : this.subscriptions.filter((s) => s.to === this.subscriptions.at(-1)?.to)
    return [...new Set(last.map((s) => s.channel))]
  }

  /** @param number of the publish among a WebSocket's messages; 0: it has none */
  countDelivered(channel: string, t: TraceTime, number = 0): void {
    this.delivered++
    const { subscriptions } = this
    for (let i = subscriptions.length - 1; i >= 0; i--) {
      const subscription = subscriptions[i]
      if (subscription?.channel !== channel) continue
      subscription.deliveredAt = t
      break
    }
    if (number > this.messageCount) {
      // What is not known before it are publishes that have left memory.
      this.messagesOut += number - this.messageCount
      this.messageCount = number
    }
    this.deliveredAt.push(t)
    if (this.deliveredAt.length > DELIVERED_AT_MAX) this.deliveredAt.shift()
  }

  countKeepAlive(t: TraceTime, size: number): void {
    this.keepAliveSize += size
    if (this.keepAlives++ === 0) this.firstKeepAlive = t
    this.lastKeepAlive = t
  }

  apply(event: ExchangeEvent): void {
    this.events.push(event)
    if ('tail' in event) this.#leaveOutEmpty()
    switch (event.type) {
      case 'request-data':
        this.requestSize = endOf(event, this.requestSize)
        break
      case 'request-end':
        this.requestSize = event.size
        break
      case 'sent':
        if (event.why === 'filter' || event.why === 'gone') break
        this.sentAt ??= event.t
        // A response hold is given up when its request goes to the backend again; a stream stays one.
        if (this.state === 'held') {
          this.state = 'waiting'
          this.holding = false
          this.#giveUp(event.t)
        }
        break
      case 'answered':
        this.answeredAt ??= event.t
        if (event.filter) break
        this.#answerSize = 0
        this.#passing = false
        break
      case 'answer-data': {
        if (event.filter) break
        const before = this.#answerSize
        this.#answerSize = endOf(event, before)
        if (this.#passing) this.responseSize += this.#answerSize - before
        break
      }
      case 'backend-failed':
        if (event.filter) break
        this.failure = event
        this.probed = undefined
        break
      case 'tls-probed':
        if (!event.filter) this.probed = event
        break
      case 'instruct':
        this.instruct = event
        break
      case 'held':
        this.#hold(event)
        break
      case 'response':
        this.#respond(event)
        break
      case 'response-data':
        this.responseSize -= this.#ownSize
        this.#ownSize = endOf(event, this.#ownSize)
        this.responseSize += this.#ownSize
        break
      case 'ws-message':
        this.ownMessages.push(event)
        this.messageCount = event.number
        this.messagesIn = event.messagesIn
        this.bytesIn = event.bytesIn
        this.messagesOut = event.messagesOut
        break
      case 'paused':
        this.pauses ??= new Map()
        this.pauses.set(event.pause, event)
        break
      case 'released':
        this.pauses?.delete(event.pause)
        break
      case 'ended':
        this.end = event
        this.pauses = undefined
        this.holding = false
        this.state = STATE_AT_END[event.how]
        this.responseSize = event.responseSize
        break
      case 'request':
      case 'answer-end':
      case 'subscribed':
      case 'unsubscribed':
      case 'limit':
      case 'listens-beside':
        break
      default:
        event satisfies never
    }
  }

  /** Forgets events that were dropped while it goes on. */
  trim(trimmed: ReadonlySet<TraceEvent>): void {
    const kept = this.events.filter((event) => !trimmed.has(event))
    this.events.length = 0
    for (const event of kept) this.events.push(event)
    this.ownMessages = this.ownMessages.filter((event) => !trimmed.has(event))
  }

  /** Of a body that goes on and on, only what has bytes is worth keeping. */
  #leaveOutEmpty(): void {
    if (++this.#ofTails < TAIL_EVENTS_MAX) return
    this.#ofTails = 0
    const kept = this.events.filter((event) => !('tail' in event) || event.data.byteLength > 0)
    this.events.length = 0
    for (const event of kept) this.events.push(event)
  }

  #giveUp(t: TraceTime): void {
    if (this.heldAt === null) return
    this.formerHolds ??= []
    this.formerHolds.push([this.heldAt, t])
    if (this.formerHolds.length > FORMER_HOLDS_MAX) this.formerHolds.shift()
  }

  #hold(event: HeldEvent): void {
    const again = this.holding
    this.held = event
    this.holding = true
    if (!again) this.heldAt = event.t
    if (event.mode === 'response') {
      this.kind = 'long-poll'
      this.state = 'held'
    } else if (event.mode === 'stream') {
      if (this.kind !== 'sse') this.kind = 'stream'
      this.state = 'streaming'
    } else {
      this.state = 'open'
    }
  }

  #respond(event: ResponseEvent): void {
    this.response = event
    this.#passing = event.body === 'answer' && !event.changed
    if (this.#passing) this.responseSize += this.#answerSize
    if (this.kind === 'websocket') {
      this.state = event.opens ? 'open' : 'streaming'
      return
    }
    this.state = 'streaming'
    if (this.kind !== 'long-poll' && isEventStream(event)) this.kind = 'sse'
  }
}

/** Bytes of a body up to the end of this part. */
function endOf({ at, data }: BodyDataEvent, before: number): number {
  return (at ?? before) + data.byteLength
}

const STATE_AT_END: Readonly<Record<EndReason, ExchangeState>> = {
  complete: 'complete',
  delivered: 'delivered',
  'timed-out': 'timed-out',
  closed: 'closed',
  'client-left': 'client-left',
  'client-slow': 'failed',
  'backend-failed': 'failed',
  'instruct-refused': 'failed',
  'no-route': 'failed',
  'bad-request': 'failed',
  'not-supported': 'failed',
  stopped: 'closed',
}

function isEventStream(event: ResponseEvent): boolean {
  const type = headerValue(event.headers, 'content-type')?.toLowerCase() ?? ''
  return type.startsWith('text/event-stream')
}
