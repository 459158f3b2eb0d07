// A WebSocket whose backend only speaks HTTP: events both ways in the bodies of POST requests, one at a time
// (GRIP reference §7, WebSocket over HTTP).

import { unpacked } from '../../grip/content-coding'
import type { Why } from '../../grip/end-words'
import type { Route, Target } from '../../grip/route-types'
import type { WsMessageType } from '../../grip/ws-control'
import { WsEventQueue } from '../../grip/ws-event-queue'
import {
  decodeClose,
  type EventsResult,
  encodeEvents,
  eventsContentType,
  readEvents,
  type WsEvent,
} from '../../grip/ws-events'
import type { Problem, RawHeaders, SentReason } from '../../trace/events'
import type { EndCause } from '../../trace/events/causes'
import type { AnswerListener, BackendFailure, BackendRequest } from '../backend/upstream'
import { AnswerRecord } from '../exchange/answer-record'
import type { ExchangeScope } from '../exchange/exchange-scope'
import { recordBackendFailure } from '../exchange/failure-record'
import { limitReached } from '../exchange/limit-reached'
import { recordSent } from '../exchange/sent-record'
import { headerOf } from '../http/headers'
import { retryDelay } from '../pacing/retry'
import { inTurns, type Steps } from '../pacing/turns'
import type { HasTimeout } from '../pacing/wheel'
import type { BackendListener, BackendSide } from './backend-side'
import { ConnectionMeta, META_FULL } from './connection-meta'

/** Least seconds between requests without events. */
const KEEP_ALIVE_MIN = 20
/** Events of an answer that are handed over at once. */
const EVENTS_AT_ONCE = 64

export interface OverHttpRequest extends Pick<ExchangeScope, 'id' | 'context' | 'sink'> {
  readonly connectionId: string
  readonly route: Route
  readonly target: Target
  readonly path: string
  /** The handshake's headers as the backend gets them; made anew for each request, because signatures age. */
  headers(): string[]
}

interface Answer {
  readonly status: number
  readonly reason: string
  readonly headers: string[]
  readonly chunks: Buffer[]
  readonly record: AnswerRecord
}

export class OverHttpBackend implements BackendSide, AnswerListener, HasTimeout {
  dueTick = 0
  readonly messageMax: number
  readonly #request: OverHttpRequest
  readonly #listener: BackendListener
  readonly #queue: WsEventQueue
  readonly #meta = new ConnectionMeta()
  #phase: 'connecting' | 'open' | 'closing' | 'over' = 'connecting'
  #sent: BackendRequest | undefined
  #body: Buffer = Buffer.alloc(0)
  #answer: Answer | undefined
  /** An answer's events are being handed over: what comes of them waits. */
  #reading = false
  #keepAlive = 0
  #refresh = false
  #paused = false
  #detached = false
  /** The client is gone: the backend is told, then it ends. */
  #leaving = false
  #disconnectSent = false
  #backendClosed = false
  #failed = 0
  #retrying = false
  /** It was recorded that the backend is too slow. */
  #saidFull = false

  constructor(request: OverHttpRequest, listener: BackendListener) {
    this.#request = request
    this.#listener = listener
    this.messageMax = request.context.options.webSocketEventsMax
    this.#queue = new WsEventQueue(this.messageMax, request.target.oneEvent ? 1 : undefined)
  }

  open(): void {
    this.#update()
  }

  send(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): boolean {
    if (this.#phase !== 'open' || this.#detached) return true
    this.#queue.add(kind, data, first, last)
    this.#updateIfNeeded()
    if (this.#queue.full) this.#sayFull()
    return !this.#queue.full
  }

  close(code: number | undefined, reason: string): void {
    if (this.#phase !== 'open') return
    this.#phase = 'closing'
    this.#queue.close(code, reason)
    this.#update()
  }

  disconnect(): void {
    if (this.#phase === 'over' || this.#detached) return
    this.#leaving = true
    this.#updateIfNeeded()
  }

  get canRefresh(): boolean {
    return this.#phase === 'open'
  }

  refresh(): void {
    if (!this.canRefresh) return
    this.#refresh = true
    this.#updateIfNeeded()
  }

  /** The backend gets a CLOSE, as from Pushpin, and is heard no more. */
  detach(): void {
    this.close(undefined, '')
    this.#detached = true
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    this.#paused = false
    this.#updateIfNeeded()
  }

  stop(): void {
    this.#phase = 'over'
    this.#sent?.stop()
    this.#sent = undefined
    this.#request.context.wheel.clear(this)
  }

  /** Time for a keep-alive, or for another try. */
  onTimeout(): void {
    if (this.#retrying) {
      this.#retrying = false
      this.#post('retry')
    } else {
      this.#update()
    }
  }

  // ---- asking ------------------------------------------------------------------------------------------------------

  get #busy(): boolean {
    return this.#sent !== undefined || this.#retrying || this.#reading
  }

  #updateIfNeeded(): void {
    const leaves = this.#leaving && this.#phase !== 'connecting'
    if (leaves || this.#refresh || (this.#queue.hasNews && !this.#paused)) this.#update()
  }

  #update(): void {
    if (this.#busy || this.#phase === 'over') return
    this.#request.context.wheel.clear(this)
    const events = this.#nextEvents()
    const refresh = this.#refresh && events.length === 0
    this.#refresh = false
    this.#body = encodeEvents(events)
    this.#post(this.#phase === 'connecting' ? 'request' : refresh ? 'refresh' : 'websocket')
  }

  #nextEvents(): WsEvent[] {
    if (this.#phase === 'connecting') return [{ type: 'OPEN' }]
    if (!this.#leaving) return this.#queue.next()
    this.#disconnectSent = true
    return [{ type: 'DISCONNECT' }]
  }

  #post(why: SentReason): void {
    const { context, target, path, connectionId } = this.#request
    const headers = this.#request.headers()
    headers.push('Accept', eventsContentType, 'Connection-Id', connectionId, 'Content-Type', eventsContentType)
    headers.push('Content-Length', String(this.#body.length))
    if (this.#queue.replayed > 0) headers.push('Content-Bytes-Replayed', String(this.#queue.replayed))
    this.#meta.addTo(headers)
    const sent = { method: 'POST', path, headers, body: this.#body }
    recordSent(this.#request, target, sent, why)
    this.#sent = context.upstream.send(target, sent, this)
  }

  // ---- the answer --------------------------------------------------------------------------------------------------

  onHead(_request: BackendRequest, status: number, reason: string, headers: string[]): void {
    const record = new AnswerRecord(this.#request, { status, reason, headers })
    this.#answer = { status, reason, headers, chunks: [], record }
  }

  onData(_request: BackendRequest, chunk: Buffer): boolean {
    const answer = this.#answer
    if (!answer) return true
    answer.record.add(chunk)
    answer.chunks.push(chunk)
    const { webSocketAnswerMax: max } = this.#request.context.options
    if (answer.record.size > max) {
      this.#sent?.stop()
      this.#sent = undefined
      this.#fail({ code: 'events-too-long', max })
    }
    return true
  }

  onEnd(_request: BackendRequest): void {
    const answer = this.#answer
    this.#sent = undefined
    this.#answer = undefined
    if (!answer) return
    answer.record.end()
    this.#failed = 0
    this.#readAnswer(answer, Buffer.concat(answer.chunks))
  }

  onFail(request: BackendRequest, failure: BackendFailure): void {
    const { context } = this.#request
    this.#sent = undefined
    this.#answer = undefined
    // Only what surely did not reach the backend is sent again: its events must not count twice.
    const again = failure.notConnected && this.#phase !== 'connecting' && this.#failed < context.options.retryMax
    recordBackendFailure(this.#request, request.target, failure, { again })
    const { message } = failure
    if (again) {
      this.#retrying = true
      context.wheel.set(this, retryDelay(this.#failed++))
    } else if (this.#phase === 'connecting' && failure.notConnected && !this.#leaving) {
      this.stop()
      this.#listener.backendUnreachable(message)
    } else {
      this.#fail(message)
    }
  }

  #readAnswer({ status, reason, headers }: Answer, body: Buffer): void {
    // The type must be exactly this: with a parameter Pushpin takes the answer for a rejection as well.
    const type = headerOf(headers, 'content-type')
    if (status !== 200 || type !== eventsContentType) {
      if (this.#phase === 'connecting' && !this.#leaving) {
        this.stop()
        this.#listener.backendRejects(status, reason, headers, body)
      } else {
        this.#fail({ code: 'events-content-type', status, type })
      }
      return
    }
    this.#readKeepAlive(headers)
    if (!this.#meta.readFrom(headers)) {
      const { sink, id } = this.#request
      limitReached(sink, id, 'instructMax', META_FULL)
    }
    const refused = this.#queue.accept(headerOf(headers, 'content-bytes-accepted'))
    const bytes = unpacked(headers, body, this.#request.context.options.webSocketAnswerMax)
    this.#reading = true
    inTurns(readEvents(bytes), (decoded) => {
      this.#reading = false
      if (!this.#isOver()) this.#takeEvents(decoded, refused, headers)
    })
  }

  #takeEvents(decoded: EventsResult, refused: string | undefined, headers: RawHeaders): void {
    if (refused !== undefined) this.#fail(refused)
    else if (!decoded.ok) this.#fail(framing(decoded.problem))
    else if (this.#disconnectSent) this.stop()
    else {
      if (decoded.problem) this.#listener.backendErred(decoded.problem.message)
      this.#readEvents(decoded.events, headers)
    }
  }

  #readKeepAlive(headers: RawHeaders): void {
    const interval = headerOf(headers, 'keep-alive-interval')
    if (interval === '') return
    const seconds = /^\d+$/.test(interval) ? Number(interval) : 0
    this.#keepAlive = seconds > 0 ? Math.max(seconds, KEEP_ALIVE_MIN) * 1000 : 0
  }

  #readEvents(events: readonly WsEvent[], headers: RawHeaders): void {
    const opens = this.#phase === 'connecting'
    if (opens && !this.#connected(events[0], headers)) return
    // A backend that asked to be left alone has nothing more to say.
    const heard = this.#detached ? events.filter(({ type }) => type === 'CLOSE') : events.slice(opens ? 1 : 0)
    // As behind Pushpin, nothing is heard of an answer that breaks the connection off.
    if (this.#breaksOff(heard)) return
    this.#reading = true
    inTurns(this.#readAll(heard, this.#detached), () => {
      this.#reading = false
      this.#afterEvents()
    })
  }

  /** An answer may hold a hundred thousand events. @param detached when it came */
  *#readAll(events: readonly WsEvent[], detached: boolean): Steps<void> {
    for (const [i, event] of events.entries()) {
      if (i % EVENTS_AT_ONCE === EVENTS_AT_ONCE - 1) yield
      if (this.#isOver() || !this.#read(event, detached)) return
    }
  }

  /** Reads the event that takes the connection. False: it was not taken, or not yet. */
  #connected(first: WsEvent | undefined, headers: RawHeaders): boolean {
    if (first ? first.type !== 'OPEN' : this.#keepAlive === 0) {
      this.#fail({ code: 'events-no-open', first: first?.type ?? '' })
      return false
    }
    if (first || this.#leaving) this.#phase = 'open'
    if (first && !this.#leaving) this.#listener.backendAccepts(headers)
    if (!first || this.#leaving) this.#afterEvents()
    return first !== undefined && !this.#leaving
  }

  /** Hands one event over. False: what follows does not count. */
  #read({ type, content }: WsEvent, detached: boolean): boolean {
    const kind = KIND_OF[type]
    if (kind) {
      this.#listener.backendSays(kind, content ?? Buffer.alloc(0), true, true)
    } else if (type === 'CLOSE') {
      const { code, reason } = decodeClose(content)
      this.#backendClosed = true
      if (!detached) this.#listener.backendCloses(code, reason)
      return false
    }
    return !this.#isOver()
  }

  /** Ends the connection if these events do so without a close. */
  #breaksOff(events: readonly WsEvent[]): boolean {
    if (this.#detached) return false
    const end = events.findIndex(({ type }) => type === 'CLOSE' || type === 'DISCONNECT' || type === 'OPEN')
    const type = events[end]?.type
    // Without keep-alives the backend has but one chance to answer a close.
    const unanswered = type === undefined && this.#queue.closed && this.#keepAlive === 0
    if (type === 'CLOSE' || (type === undefined && !unanswered)) return false
    const lost = events.slice(0, unanswered ? undefined : end).filter(({ type }) => KIND_OF[type]).length
    if (type === 'DISCONNECT') {
      this.stop()
      this.#listener.backendDisconnects({ code: 'events-disconnect', lost })
    } else {
      this.#fail({ code: unanswered ? 'events-unanswered-close' : 'events-second-open', lost })
    }
    return true
  }

  /** Said once: it may happen with each message of a client that is faster than its backend. */
  #sayFull(): void {
    if (this.#saidFull) return
    this.#saidFull = true
    const { sink, id } = this.#request
    const message = `${this.messageMax} bytes of events wait for the backend: until then, the proxy reads no more from the client`
    limitReached(sink, id, 'webSocketEventsMax', message)
  }

  #isOver(): boolean {
    return this.#phase === 'over'
  }

  #afterEvents(): void {
    if (this.#phase === 'over') return
    if (this.#queue.closed && (this.#backendClosed || this.#detached)) {
      this.stop()
      return
    }
    if (!this.#queue.full) this.#listener.backendDrained()
    this.#updateIfNeeded()
    if (!this.#busy && this.#keepAlive > 0 && !this.#backendClosed)
      this.#request.context.wheel.set(this, this.#keepAlive)
  }

  #fail(why: Why): void {
    if (this.#phase === 'over') return
    this.stop()
    if (!this.#detached) this.#listener.backendFailed(why)
  }
}

function framing({ field, message }: Problem): EndCause {
  return { code: 'events-framing', field, message }
}

const KIND_OF: Readonly<Record<string, WsMessageType>> = { TEXT: 'text', BINARY: 'binary', PING: 'ping', PONG: 'pong' }
