// What a WebSocket over HTTP does, without doing it: the client's messages and the backend's answers come in as calls, and
// what is to be done comes out as commands. Nothing here touches a socket or a clock.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { WsMessageType } from '../../grip/ws-control'
import { WsEventQueue } from '../../grip/ws-event-queue'
import { decodeClose, type EventsResult, encodeEvents, eventsContentType, type WsEvent } from '../../grip/ws-events'
import type { RawHeaders, SentReason } from '../../trace/events'
import type { BackendFailure } from '../backend/upstream'
import type { AnswerHead } from '../exchange/answer-record'
import { Commands } from '../holds/commands'
import { headerOf } from '../http/headers'
import type { Limits } from '../settings/options'
import { ConnectionMeta, META_FULL } from './connection-meta'
import type { OverHttpCommand } from './over-http-commands'

/** Least seconds between requests without events. */
const KEEP_ALIVE_MIN = 20

export type OverHttpLimits = Pick<Limits, 'webSocketEventsMax' | 'webSocketAnswerMax' | 'retryMax'>

/** How far the connection is. */
type State =
  /** The backend has not taken it yet. `left`: the client is gone meanwhile. */
  | { readonly at: 'connecting'; readonly left: boolean }
  | { readonly at: 'open' }
  /** The backend is told a close. */
  | { readonly at: 'closing' }
  /** The backend asked to be left alone: it is told a close, as by Pushpin, and heard no more. */
  | { readonly at: 'detached' }
  /** The client is gone. `told`: a request says so. */
  | { readonly at: 'leaving'; readonly told: boolean }
  | { readonly at: 'over' }

/** What is under way with the backend: one thing at a time. */
type Talk =
  | { readonly at: 'silent' }
  /** A request is at the backend. `failed`: tries before it that did not reach it. */
  | { readonly at: 'asking'; readonly request: Request; readonly failed: number; answer: Answer | undefined }
  /** The same request is sent again after a pause. */
  | { readonly at: 'pausing'; readonly request: Request; readonly failed: number }
  /** The answer's events are read. `refused`: why it can't be taken, whatever they are. */
  | { readonly at: 'decoding'; readonly headers: RawHeaders; readonly refused: Cause | undefined }
  /** The events are handed over: what comes of them waits. `heard`: also a close. */
  | { readonly at: 'telling'; readonly events: readonly WsEvent[]; next: number; readonly heard: boolean }

interface Request {
  readonly body: Buffer
  readonly headers: readonly string[]
}

interface Answer {
  readonly head: AnswerHead
  readonly chunks: Buffer[]
  size: number
}

const OPEN: State = { at: 'open' }
const CLOSING: State = { at: 'closing' }
const DETACHED: State = { at: 'detached' }
const OVER: State = { at: 'over' }
const SILENT: Talk = { at: 'silent' }
const NOTHING = Buffer.alloc(0)

export class OverHttpMachine {
  readonly #limits: OverHttpLimits
  readonly #queue: WsEventQueue
  readonly #meta = new ConnectionMeta()
  #commands = new Commands<OverHttpCommand>()
  #state: State = { at: 'connecting', left: false }
  #talk: Talk = SILENT
  /** Milliseconds until the backend is asked without events; 0: it is not. */
  #keepAlive = 0
  /** The backend is to be asked, also without events. */
  #refresh = false
  /** The client is slow: its messages wait. */
  #paused = false
  #backendClosed = false
  /** It was told that the backend is too slow. */
  #saidFull = false

  /** @param oneEvent the target takes one event in a request */
  constructor(limits: OverHttpLimits, oneEvent: boolean) {
    this.#limits = limits
    this.#queue = new WsEventQueue(limits.webSocketEventsMax, oneEvent ? 1 : undefined)
  }

  get at(): State['at'] {
    return this.#state.at
  }

  /** What is to be done next; undefined: nothing. */
  nextCommand(): OverHttpCommand | undefined {
    return this.#commands.next()
  }

  // ---- what the client does ----------------------------------------------------------------------------------------

  open(): void {
    this.#ask()
  }

  /** A message or a part of one. False: no more for now, until `drained`. */
  send(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): boolean {
    if (this.#state.at !== 'open') return true
    this.#queue.add(kind, data, first, last)
    this.#askIfNeeded()
    if (!this.#queue.full) return true
    this.#sayFull()
    return false
  }

  /** The client (or a publish) closed, or answers the backend's close. */
  close(code: number | undefined, reason: string): void {
    if (this.#state.at !== 'open') return
    this.#state = CLOSING
    this.#queue.close(code, reason)
    this.#ask()
  }

  /** The client is gone without a close. */
  disconnect(): void {
    const { at } = this.#state
    if (at === 'connecting') this.#state = { at, left: true }
    else if (at === 'open' || at === 'closing') {
      this.#state = { at: 'leaving', told: false }
      this.#askIfNeeded()
    }
  }

  get canRefresh(): boolean {
    return this.#state.at === 'open'
  }

  /** Asks the backend, with no event if there is none. */
  refresh(): void {
    if (!this.canRefresh) return
    this.#refresh = true
    this.#askIfNeeded()
  }

  /** The backend asked to be left alone from now on. */
  detach(): void {
    this.close(undefined, '')
    if (this.#state.at === 'closing') this.#state = DETACHED
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#askIfNeeded()
  }

  /** Ends it at once: what was still to be done is not. */
  stop(): void {
    if (this.#state.at === 'over') return
    this.#commands = new Commands()
    this.#end()
  }

  // ---- asking ------------------------------------------------------------------------------------------------------

  /** Time for a keep-alive, or for another try. */
  timeout(): void {
    const talk = this.#talk
    if (talk.at === 'pausing') this.#post(talk.request, talk.failed, 'retry')
    else this.#ask()
  }

  #askIfNeeded(): void {
    const news = this.#queue.hasNews && !this.#paused
    if (news || this.#refresh || this.#state.at === 'leaving') this.#ask()
  }

  #ask(): void {
    if (this.#talk.at !== 'silent' || this.#state.at === 'over') return
    const why = this.#state.at === 'connecting' ? 'request' : 'websocket'
    const events = this.#nextEvents()
    const refreshes = this.#refresh && why === 'websocket' && events.length === 0
    this.#refresh = false
    const headers: string[] = []
    const { replayed } = this.#queue
    if (replayed > 0) headers.push('Content-Bytes-Replayed', String(replayed))
    this.#meta.addTo(headers)
    this.#post({ body: encodeEvents(events), headers }, 0, refreshes ? 'refresh' : why)
  }

  #nextEvents(): readonly WsEvent[] {
    switch (this.#state.at) {
      case 'connecting':
        return [{ type: 'OPEN' }]
      case 'leaving':
        this.#state = { at: 'leaving', told: true }
        return [{ type: 'DISCONNECT' }]
      default:
        return this.#queue.next()
    }
  }

  #post(request: Request, failed: number, why: SentReason): void {
    this.#talk = { at: 'asking', request, failed, answer: undefined }
    this.#commands.put({ do: 'post', ...request, why })
  }

  // ---- the answer --------------------------------------------------------------------------------------------------

  answerHead(head: AnswerHead): void {
    if (this.#talk.at === 'asking') this.#talk.answer = { head, chunks: [], size: 0 }
  }

  answerData(chunk: Buffer): void {
    const talk = this.#talk
    if (talk.at !== 'asking' || !talk.answer) return
    const { answer } = talk
    answer.chunks.push(chunk)
    answer.size += chunk.length
    const { webSocketAnswerMax: max } = this.#limits
    if (answer.size > max) this.#fail({ code: 'events-too-long', max })
  }

  /** The answer is whole. */
  answerEnd(): void {
    const talk = this.#talk
    if (talk.at !== 'asking' || !talk.answer) return
    const { head, chunks } = talk.answer
    const body = Buffer.concat(chunks)
    // The type must be exactly this: with a parameter Pushpin takes the answer for a rejection as well.
    const type = headerOf(head.headers, 'content-type')
    if (head.status === 200 && type === eventsContentType) this.#take(head.headers, body)
    else if (this.#state.at === 'connecting' && !this.#state.left) {
      this.#end()
      this.#commands.put({ do: 'reject', ...head, body })
    } else {
      this.#fail({ code: 'events-content-type', status: head.status, type })
    }
  }

  /** The request failed, or its answer broke off. @returns true: it is sent again */
  failed({ notConnected, cause }: Pick<BackendFailure, 'notConnected' | 'cause'>): boolean {
    const talk = this.#talk
    const state = this.#state
    if (talk.at !== 'asking') return false
    // Only what surely did not reach the backend is sent again: its events must not count twice.
    if (notConnected && state.at !== 'connecting' && talk.failed < this.#limits.retryMax) {
      const { request, failed } = talk
      this.#talk = { at: 'pausing', request, failed: failed + 1 }
      this.#commands.put({ do: 'pause-before-retry', failed })
      return true
    }
    if (notConnected && state.at === 'connecting' && !state.left) {
      this.#end()
      this.#commands.put({ do: 'unreachable', why: cause })
    } else {
      this.#fail(cause)
    }
    return false
  }

  /** Takes over what the head of an answer says, and has its events read. */
  #take(headers: RawHeaders, body: Buffer): void {
    this.#readKeepAlive(headers)
    if (!this.#meta.readFrom(headers)) this.#commands.put({ do: 'tell-limit', limit: 'instructMax', cause: META_FULL })
    const refused = this.#queue.accept(headerOf(headers, 'content-bytes-accepted'))
    this.#talk = { at: 'decoding', headers, refused }
    this.#commands.put({ do: 'decode', headers, body })
  }

  #readKeepAlive(headers: RawHeaders): void {
    const interval = headerOf(headers, 'keep-alive-interval')
    if (interval === '') return
    const seconds = /^\d+$/.test(interval) ? Number(interval) : 0
    this.#keepAlive = seconds > 0 ? Math.max(seconds, KEEP_ALIVE_MIN) * 1000 : 0
  }

  /** The events of the answer were read. */
  decoded(result: EventsResult): void {
    const talk = this.#talk
    const state = this.#state
    if (talk.at !== 'decoding') return
    this.#talk = SILENT
    if (talk.refused !== undefined) this.#fail(talk.refused)
    else if (!result.ok)
      this.#fail({ code: 'events-framing', field: result.problem.field, message: result.problem.message })
    else if (state.at === 'leaving' && state.told) this.#end()
    else {
      if (result.problem)
        this.#commands.put({ do: 'note', what: { code: 'events-miscounted', message: result.problem.message } })
      if (state.at === 'connecting') this.#connect(result.events, talk.headers, state.left)
      else this.#hear(result.events)
    }
  }

  /** Reads the answer that takes the connection, or that only asks to be asked again. */
  #connect(events: readonly WsEvent[], headers: RawHeaders, left: boolean): void {
    const [first] = events
    if (first ? first.type !== 'OPEN' : this.#keepAlive === 0) {
      this.#fail({ code: 'events-no-open', first: first?.type ?? '' })
      return
    }
    if (left) this.#state = { at: 'leaving', told: false }
    if (left || !first) {
      this.#goOn()
      return
    }
    this.#state = OPEN
    this.#commands.put({ do: 'accept', headers })
    this.#hear(events.slice(1))
  }

  /** As behind Pushpin, nothing is heard of an answer that breaks the connection off. */
  #hear(events: readonly WsEvent[]): void {
    const heard = this.#state.at !== 'detached'
    if (heard && this.#breaksOff(events)) return
    // A backend that asked to be left alone has nothing more to say.
    const told = heard ? events : events.filter(({ type }) => type === 'CLOSE')
    this.#talk = { at: 'telling', events: told, next: 0, heard }
    this.#commands.put({ do: 'hand-over' })
  }

  /** Hands over the next event of the answer. False: what follows does not count. */
  handOver(): boolean {
    const talk = this.#talk
    if (talk.at !== 'telling') return false
    const event = talk.events[talk.next++]
    if (!event) return false
    const kind = KIND_OF.get(event.type)
    if (kind) this.#commands.put({ do: 'say', kind, data: event.content ?? NOTHING })
    if (event.type !== 'CLOSE') return true
    this.#backendClosed = true
    const { code, reason } = decodeClose(event.content)
    if (talk.heard) this.#commands.put({ do: 'close', code, reason })
    return false
  }

  /** All events of the answer that count are handed over. */
  handedOver(): void {
    if (this.#talk.at !== 'telling') return
    this.#talk = SILENT
    this.#goOn()
  }

  /** Ends the connection if these events do so without a close. */
  #breaksOff(events: readonly WsEvent[]): boolean {
    const end = events.findIndex(({ type }) => type === 'CLOSE' || type === 'DISCONNECT' || type === 'OPEN')
    const type = events[end]?.type
    // Without keep-alives the backend has but one chance to answer a close.
    const unanswered = type === undefined && this.#queue.closed && this.#keepAlive === 0
    if (type === 'CLOSE' || (type === undefined && !unanswered)) return false
    const lost = events.slice(0, unanswered ? undefined : end).filter((event) => KIND_OF.has(event.type)).length
    if (type === 'DISCONNECT') {
      this.#end()
      this.#commands.put({ do: 'disconnect', why: { code: 'events-disconnect', lost } })
    } else {
      this.#fail({ code: unanswered ? 'events-unanswered-close' : 'events-second-open', lost })
    }
    return true
  }

  #goOn(): void {
    if (this.#queue.closed && (this.#backendClosed || this.#state.at === 'detached')) {
      this.#end()
      return
    }
    if (!this.#queue.full) this.#commands.put({ do: 'drained' })
    this.#askIfNeeded()
    if (this.#talk.at === 'silent' && this.#keepAlive > 0 && !this.#backendClosed)
      this.#commands.put({ do: 'keep-alive', ms: this.#keepAlive })
  }

  /** Said once: it may happen with each message of a client that is faster than its backend. */
  #sayFull(): void {
    if (this.#saidFull) return
    this.#saidFull = true
    const cause: Cause = { code: 'events-wait', max: this.#limits.webSocketEventsMax }
    this.#commands.put({ do: 'tell-limit', limit: 'webSocketEventsMax', cause })
  }

  #end(): void {
    this.#state = OVER
    this.#talk = SILENT
    this.#commands.put({ do: 'stop' })
  }

  #fail(why: Cause): void {
    const heard = this.#state.at !== 'detached'
    this.#end()
    if (heard) this.#commands.put({ do: 'fail', why })
  }
}

const KIND_OF: ReadonlyMap<string, WsMessageType> = new Map([
  ['TEXT', 'text'],
  ['BINARY', 'binary'],
  ['PING', 'ping'],
  ['PONG', 'pong'],
])
