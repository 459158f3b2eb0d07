// A WebSocket whose backend only speaks HTTP: events both ways in the bodies of POST requests, one at a time
// (GRIP reference §7, WebSocket over HTTP).
import type { Route, Target } from '../../grip/routes'
import {
  decodeClose,
  decodeEvents,
  encodeClose,
  encodeEvents,
  eventsContentType,
  type WsEvent,
} from '../../grip/ws-events'
import type { RawHeaders, SentReason, TraceSink } from '../../trace/events'
import type { ProxyContext } from '../context'
import { headerOf } from '../headers'
import { RETRY_MAX, retryDelay } from '../retry'
import type { AnswerListener, Ask, AskFailure } from '../upstream'
import type { Timed } from '../wheel'
import type { BackendListener, BackendSide, MessageKind } from './backend-side'

/** Bytes of messages that wait for the backend. */
const BUFFER_MAX = 200_000
/** Bytes of an answer. */
const ANSWER_MAX = 1_000_000
/** Bytes of the body of a rejection that go on to the client. */
const REJECTION_MAX = 100_000
/** Least seconds between requests without events. */
const KEEP_ALIVE_MIN = 20

export interface OverHttpRequest {
  readonly id: number
  readonly connectionId: string
  readonly context: ProxyContext
  readonly sink: TraceSink
  readonly route: Route
  readonly target: Target
  readonly path: string
  /** The handshake's headers as the backend gets them; made anew for each request, because signatures age. */
  headers(): string[]
}

type Phase = 'connecting' | 'open' | 'closing' | 'disconnecting' | 'over'

interface Message {
  readonly type: 'TEXT' | 'BINARY' | 'PING' | 'PONG'
  data: Buffer
}

/** What the request under way holds of the queue. */
interface Offered {
  messages: number
  bytes: number
  close: boolean
  closeBytes: number
  disconnect: boolean
  /** Not everything that waits fitted in. */
  partial: boolean
}

const NOTHING: Offered = { messages: 0, bytes: 0, close: false, closeBytes: 0, disconnect: false, partial: false }

export class OverHttpBackend implements BackendSide, AnswerListener, Timed {
  dueTick = 0
  readonly #request: OverHttpRequest
  readonly #listener: BackendListener
  readonly #meta = new Map<string, string>()
  #phase: Phase = 'connecting'
  #queue: Message[] = []
  #queued = 0
  #close: { code: number | undefined; reason: string } | undefined
  #closeSent = false
  #ask: Ask | undefined
  #offered = NOTHING
  #body: Buffer = Buffer.alloc(0)
  #answer: { status: number; reason: string; headers: string[]; chunks: Buffer[]; size: number } | undefined
  /** Messages and bytes that the backend did not accept yet: not offered again before there is more. */
  #replayMessages = 0
  #replayBytes = 0
  #keepAlive = 0
  #refresh = false
  #detached = false
  #failed = 0
  #retrying = false

  constructor(request: OverHttpRequest, listener: BackendListener) {
    this.#request = request
    this.#listener = listener
  }

  open(): void {
    this.#update()
  }

  send(kind: MessageKind, data: Buffer): boolean {
    if (this.#phase !== 'open' || this.#detached) return true
    this.#queue.push({ type: EVENT_OF[kind], data })
    this.#queued += data.length
    if (data.length > BUFFER_MAX) {
      this.#fail(`a message of ${data.length} bytes is more than the ${BUFFER_MAX} that can be sent to the backend`)
      return true
    }
    this.#updateIfNeeded()
    return this.#queued < BUFFER_MAX
  }

  close(code: number | undefined, reason: string): void {
    if (this.#phase !== 'open' || this.#detached) {
      this.disconnect()
      return
    }
    this.#phase = 'closing'
    this.#close = { code, reason }
    this.#updateIfNeeded()
  }

  disconnect(): void {
    if (this.#phase === 'over') return
    if (this.#phase === 'connecting' || this.#detached) {
      this.stop()
      return
    }
    if (this.#closeSent || this.#phase === 'disconnecting') return
    this.#phase = 'disconnecting'
    this.#updateIfNeeded()
  }

  refresh(): boolean {
    if (this.#phase !== 'open' || this.#detached) return false
    this.#refresh = true
    this.#updateIfNeeded()
    return true
  }

  detach(): void {
    this.#detached = true
    this.#queue = []
    this.#queued = 0
    this.#request.context.wheel.clear(this)
  }

  stop(): void {
    this.#phase = 'over'
    this.#ask?.stop()
    this.#ask = undefined
    this.#request.context.wheel.clear(this)
  }

  /** Time for a keep-alive, or for another try. */
  onDue(): void {
    if (this.#retrying) {
      this.#retrying = false
      this.#post('retry')
    } else {
      this.#update()
    }
  }

  // ---- asking ------------------------------------------------------------------------------------------------------

  get #busy(): boolean {
    return this.#ask !== undefined || this.#retrying
  }

  #updateIfNeeded(): void {
    if (this.#busy || this.#phase === 'over' || this.#detached) return
    const news = this.#queue.length > this.#replayMessages || this.#queued > this.#replayBytes
    const closing = this.#phase === 'closing' && !this.#closeSent && (this.#queue.length === 0 || news)
    if (news || closing || this.#refresh || this.#phase === 'disconnecting') this.#update()
  }

  #update(): void {
    if (this.#busy || this.#phase === 'over') return
    this.#refresh = false
    this.#request.context.wheel.clear(this)
    this.#body = encodeEvents(this.#nextEvents())
    this.#post(this.#phase === 'connecting' ? 'request' : 'websocket')
  }

  #nextEvents(): WsEvent[] {
    this.#offered = { ...NOTHING }
    if (this.#phase === 'connecting') return [{ type: 'OPEN' }]
    if (this.#phase === 'disconnecting') {
      this.#offered.disconnect = true
      return [{ type: 'DISCONNECT' }]
    }
    const max = this.#request.target.oneEvent ? 1 : Number.POSITIVE_INFINITY
    const events: WsEvent[] = []
    for (const { type, data } of this.#queue) {
      const fits = this.#offered.bytes + data.length <= BUFFER_MAX || events.length === 0
      if (events.length >= max || !fits) break
      events.push({ type, content: data })
      this.#offered.messages++
      this.#offered.bytes += data.length
    }
    this.#offered.partial = this.#offered.messages < this.#queue.length
    if (this.#close && !this.#offered.partial && events.length < max) {
      const content = encodeClose(this.#close.code, this.#close.reason)
      events.push(content ? { type: 'CLOSE', content } : { type: 'CLOSE' })
      this.#offered.close = true
      this.#offered.closeBytes = content?.length ?? 0
    }
    return events
  }

  #post(why: SentReason): void {
    const { context, sink, route, target, path, id } = this.#request
    const headers = this.#request.headers()
    headers.push('Accept', eventsContentType, 'Connection-Id', this.#request.connectionId)
    headers.push('Content-Type', eventsContentType, 'Content-Length', String(this.#body.length))
    if (this.#replayBytes > 0) headers.push('Content-Bytes-Replayed', String(this.#replayBytes))
    for (const [name, value] of this.#meta) headers.push(`Meta-${name}`, value)
    sink.emit({
      type: 'sent',
      t: sink.now(),
      x: id,
      route: route.text,
      target: target.text,
      method: 'POST',
      url: path,
      headers,
      why,
      body: this.#body,
    })
    this.#ask = context.upstream.ask(target, { method: 'POST', path, headers, body: this.#body }, this)
  }

  // ---- the answer --------------------------------------------------------------------------------------------------

  onHead(_ask: Ask, status: number, reason: string, headers: string[]): void {
    const { sink, id } = this.#request
    sink.emit({ type: 'answered', t: sink.now(), x: id, status, reason, headers })
    this.#answer = { status, reason, headers, chunks: [], size: 0 }
  }

  onData(_ask: Ask, chunk: Buffer): boolean {
    const { sink, id } = this.#request
    const answer = this.#answer
    if (!answer) return true
    sink.emit({ type: 'answer-data', t: sink.now(), x: id, data: chunk })
    answer.size += chunk.length
    answer.chunks.push(chunk)
    if (answer.size > ANSWER_MAX) {
      this.#ask?.stop()
      this.#ask = undefined
      this.#fail(`the backend's answer is longer than ${ANSWER_MAX} bytes`)
    }
    return true
  }

  onEnd(_ask: Ask): void {
    const { sink, id } = this.#request
    const answer = this.#answer
    this.#ask = undefined
    this.#answer = undefined
    if (!answer) return
    sink.emit({ type: 'answer-end', t: sink.now(), x: id, size: answer.size })
    this.#failed = 0
    const body = Buffer.concat(answer.chunks)
    const type = headerOf(answer.headers, 'content-type')
    // The type must be exactly this: with a parameter Pushpin takes the answer for a rejection as well.
    if (answer.status !== 200 || type !== eventsContentType) {
      if (this.#phase === 'connecting') {
        this.stop()
        this.#listener.backendRejects(answer.status, answer.reason, answer.headers, body.subarray(0, REJECTION_MAX))
      } else {
        this.#fail(
          `the backend answered ${answer.status} ${type || 'without a content type'} instead of ${eventsContentType}`,
        )
      }
      return
    }
    this.#readHeaders(answer.headers)
    const decoded = decodeEvents(body)
    if (!decoded.ok) {
      this.#fail(`${decoded.problem.field}: ${decoded.problem.message}`)
      return
    }
    const refused = this.#noteAccepted(answer.headers)
    if (refused !== undefined) this.#fail(refused)
    else if (this.#offered.disconnect) this.stop()
    else this.#readEvents(decoded.events, answer.headers)
  }

  onFail(ask: Ask, failure: AskFailure): void {
    const { sink, id, context } = this.#request
    this.#ask = undefined
    this.#answer = undefined
    // Only what surely did not reach the backend is sent again: its events must not count twice.
    const again = failure.notConnected && this.#phase !== 'connecting' && this.#failed < RETRY_MAX
    sink.emit({
      type: 'backend-failed',
      t: sink.now(),
      x: id,
      target: ask.target.text,
      code: failure.code,
      message: failure.message,
      again,
    })
    if (again) {
      this.#retrying = true
      context.wheel.set(this, retryDelay(this.#failed++))
    } else if (this.#phase === 'connecting') {
      this.stop()
      if (failure.notConnected) this.#listener.backendUnreachable(failure.message || failure.code)
      else this.#listener.backendFailed(failure.message || failure.code)
    } else {
      this.#fail(failure.message || failure.code)
    }
  }

  #readHeaders(headers: RawHeaders): void {
    const interval = headerOf(headers, 'keep-alive-interval')
    if (interval !== '') {
      const seconds = Number.parseInt(interval, 10)
      this.#keepAlive = seconds > 0 ? Math.max(seconds, KEEP_ALIVE_MIN) * 1000 : 0
    }
    for (let i = 0; i < headers.length; i += 2) {
      const name = headers[i] ?? ''
      if (name.length < 10 || name.slice(0, 9).toLowerCase() !== 'set-meta-') continue
      const value = headers[i + 1] ?? ''
      if (value === '') this.#meta.delete(name.slice(9))
      else this.#meta.set(name.slice(9), value)
    }
  }

  /** Takes out of the queue what the backend accepted; a sentence if it can't have accepted that. */
  #noteAccepted(headers: RawHeaders): string | undefined {
    const offered = this.#offered
    const all = offered.bytes + offered.closeBytes
    const said = headerOf(headers, 'content-bytes-accepted')
    const accepted = /^\d+$/.test(said) ? Number(said) : all
    if (accepted > all) return `Content-Bytes-Accepted: ${accepted} is more than the ${all} bytes that were sent`
    const ofMessages = Math.min(accepted, offered.bytes)
    const before = this.#queue.length
    this.#takeFromQueue(ofMessages, said === '' || accepted === all ? offered.messages : 0)
    const taken = before - this.#queue.length
    if (offered.partial && taken === 0 && ofMessages === 0)
      return 'the backend accepts nothing of what does not fit into one request'
    this.#replayMessages = Math.max(offered.messages - taken, 0)
    this.#replayBytes = offered.bytes - ofMessages
    if (!offered.close) return undefined
    if (ofMessages < offered.bytes) return undefined // closes once the rest is accepted
    if (accepted < all) return 'the backend did not accept the close'
    this.#closeSent = true
    this.#queue = []
    this.#queued = 0
    return undefined
  }

  #takeFromQueue(bytes: number, wholeMessages: number): void {
    let left = bytes
    let messages = wholeMessages
    while (this.#queue.length > 0) {
      const first = this.#queue[0]
      if (!first) break
      if (first.data.length > left) {
        first.data = first.data.subarray(left)
        this.#queued -= left
        break
      }
      if (left === 0 && messages <= 0) break
      left -= first.data.length
      messages--
      this.#queued -= first.data.length
      this.#queue.shift()
    }
  }

  #readEvents(events: readonly WsEvent[], headers: RawHeaders): void {
    if (this.#phase === 'connecting') {
      const first = events[0]
      if (first ? first.type !== 'OPEN' : this.#keepAlive === 0) {
        this.stop()
        this.#listener.backendFailed(
          first ? `the first event is ${first.type}, not OPEN` : 'no OPEN event in the answer',
        )
        return
      }
      if (first) {
        this.#phase = 'open'
        this.#listener.backendAccepts(headers)
      }
    } else if (events.some((e) => e.type === 'OPEN')) {
      this.#fail('a second OPEN event')
      return
    }
    const closed = this.#passOn(events)
    this.#afterEvents(closed)
  }

  /** Hands the backend's messages over. True: the backend closed or disconnected. */
  #passOn(events: readonly WsEvent[]): boolean {
    for (const { type, content } of events) {
      const kind = KIND_OF[type]
      if (kind) {
        this.#listener.backendSays(kind, content ?? Buffer.alloc(0))
      } else if (type === 'CLOSE') {
        const { code, reason } = decodeClose(content)
        this.#listener.backendCloses(code, reason)
        return true
      } else if (type === 'DISCONNECT') {
        this.#fail('the backend disconnected')
        return true
      }
      if (this.#isOver()) return true
    }
    return false
  }

  #isOver(): boolean {
    return this.#phase === 'over'
  }

  #afterEvents(closed: boolean): void {
    if (this.#phase === 'over') return
    if (this.#closeSent || (closed && this.#phase === 'closing')) {
      this.stop()
      return
    }
    if (this.#queued < BUFFER_MAX) this.#listener.backendDrained()
    this.#updateIfNeeded()
    if (!this.#busy && this.#keepAlive > 0 && !this.#detached) this.#request.context.wheel.set(this, this.#keepAlive)
  }

  #fail(message: string): void {
    if (this.#phase === 'over') return
    this.stop()
    this.#listener.backendFailed(message)
  }
}

const EVENT_OF = { text: 'TEXT', binary: 'BINARY', ping: 'PING', pong: 'PONG' } as const
const KIND_OF: Readonly<Record<string, MessageKind>> = { TEXT: 'text', BINARY: 'binary', PING: 'ping', PONG: 'pong' }
