// A WebSocket whose backend only speaks HTTP: events both ways in the bodies of POST requests, one at a time
// (GRIP reference §7, WebSocket over HTTP). The machine decides, and this does it.
import type { Steps } from '../../../preload/vocabulary/steps'
import { decompressed } from '../../grip/content-coding'
import type { Route, Target } from '../../grip/route-types'
import type { WsMessageType } from '../../grip/ws-control'
import { eventsContentType, readEvents } from '../../grip/ws-events'
import type { RawHeaders } from '../../trace/events'
import { inTurns } from '../../turns/turns'
import type { AnswerListener, BackendFailure, BackendRequest } from '../backend/upstream'
import { AnswerRecord } from '../exchange/answer-record'
import type { ExchangeScope } from '../exchange/exchange-scope'
import { recordBackendFailure } from '../exchange/failure-record'
import { limitReached } from '../exchange/limit-reached'
import { recordSent } from '../exchange/sent-record'
import { retryDelay } from '../pacing/retry'
import type { HasTimeout } from '../pacing/wheel'
import type { BackendListener, BackendSide } from './backend-side'
import type { OverHttpCommand } from './over-http-commands'
import { OverHttpMachine } from './over-http-machine'

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

export class OverHttpBackend implements BackendSide, AnswerListener, HasTimeout {
  dueTick = 0
  readonly messageMax: number
  readonly #request: OverHttpRequest
  readonly #listener: BackendListener
  readonly #machine: OverHttpMachine
  #sent: BackendRequest | undefined
  #record: AnswerRecord | undefined

  constructor(request: OverHttpRequest, listener: BackendListener) {
    this.#request = request
    this.#listener = listener
    const { options } = request.context
    this.messageMax = options.webSocketEventsMax
    this.#machine = new OverHttpMachine(options, request.target.oneEvent)
  }

  open(): void {
    this.#machine.open()
    this.#run()
  }

  send(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): boolean {
    const more = this.#machine.send(kind, data, first, last)
    this.#run()
    return more
  }

  close(code: number | undefined, reason: string): void {
    this.#machine.close(code, reason)
    this.#run()
  }

  disconnect(): void {
    this.#machine.disconnect()
    this.#run()
  }

  get canRefresh(): boolean {
    return this.#machine.canRefresh
  }

  refresh(): void {
    this.#machine.refresh()
    this.#run()
  }

  detach(): void {
    this.#machine.detach()
    this.#run()
  }

  pause(): void {
    this.#machine.pause()
  }

  resume(): void {
    this.#machine.resume()
    this.#run()
  }

  stop(): void {
    this.#machine.stop()
    this.#run()
  }

  onTimeout(): void {
    this.#machine.timeout()
    this.#run()
  }

  // ---- the answer --------------------------------------------------------------------------------------------------

  onHead(_request: BackendRequest, status: number, reason: string, headers: string[]): void {
    const head = { status, reason, headers }
    this.#record = new AnswerRecord(this.#request, head)
    this.#machine.answerHead(head)
  }

  onData(_request: BackendRequest, chunk: Buffer): boolean {
    this.#record?.add(chunk)
    this.#machine.answerData(chunk)
    this.#run()
    return true
  }

  onEnd(_request: BackendRequest): void {
    this.#sent = undefined
    this.#record?.end()
    this.#record = undefined
    this.#machine.answerEnd()
    this.#run()
  }

  onFail(request: BackendRequest, failure: BackendFailure): void {
    this.#sent = undefined
    this.#record = undefined
    const again = this.#machine.failed(failure)
    recordBackendFailure(this.#request, request.target, failure, { again })
    this.#run()
  }

  // ---- what the machine wants done -----------------------------------------------------------------------------------

  #run(): void {
    for (let command = this.#machine.nextCommand(); command; command = this.#machine.nextCommand()) this.#do(command)
  }

  #do(command: OverHttpCommand): void {
    const { context, sink, id } = this.#request
    switch (command.do) {
      case 'post':
        this.#post(command)
        break
      case 'pause-before-retry':
        context.wheel.set(this, retryDelay(command.failed))
        break
      case 'keep-alive':
        context.wheel.set(this, command.ms)
        break
      case 'decode':
        this.#decode(command.headers, command.body)
        break
      case 'hand-over':
        inTurns(this.#handOver(), () => {
          this.#machine.handedOver()
          this.#run()
        })
        break
      case 'stop':
        this.#sent?.stop()
        this.#sent = undefined
        context.wheel.clear(this)
        break
      case 'tell-limit':
        limitReached(sink, id, command.limit, command.cause)
        break
      default:
        this.#tell(command)
    }
  }

  #tell(command: Told): void {
    switch (command.do) {
      case 'accept':
        this.#listener.backendAccepts(command.headers)
        break
      case 'reject':
        this.#listener.backendRejects(command.status, command.reason, command.headers, command.body)
        break
      case 'unreachable':
        this.#listener.backendUnreachable(command.why)
        break
      case 'fail':
        this.#listener.backendFailed(command.why)
        break
      case 'disconnect':
        this.#listener.backendDisconnects(command.why)
        break
      case 'note':
        this.#listener.backendErred(command.what)
        break
      case 'say':
        this.#listener.backendSays(command.kind, command.data, true, true)
        break
      case 'close':
        this.#listener.backendCloses(command.code, command.reason)
        break
      case 'drained':
        this.#listener.backendDrained()
    }
  }

  #post({ body, headers: more, why }: OverHttpCommand & { do: 'post' }): void {
    const { context, target, path, connectionId } = this.#request
    const headers = this.#request.headers()
    headers.push('Accept', eventsContentType, 'Connection-Id', connectionId, 'Content-Type', eventsContentType)
    headers.push('Content-Length', String(body.length), ...more)
    context.wheel.clear(this)
    const sent = { method: 'POST', path, headers, body }
    recordSent(this.#request, target, sent, why)
    this.#sent = context.upstream.send(target, sent, this)
  }

  #decode(headers: RawHeaders, body: Buffer): void {
    const bytes = decompressed(headers, body, this.#request.context.options.webSocketAnswerMax)
    inTurns(readEvents(bytes), (decoded) => {
      this.#machine.decoded(decoded)
      this.#run()
    })
  }

  /** An answer may hold a hundred thousand events. */
  *#handOver(): Steps<void> {
    for (let i = 1; this.#machine.handOver(); i++) {
      this.#run()
      if (i % EVENTS_AT_ONCE === 0) yield
    }
    this.#run()
  }
}

/** What the exchange is told. */
type Told = Exclude<
  OverHttpCommand,
  { readonly do: 'post' | 'pause-before-retry' | 'keep-alive' | 'decode' | 'hand-over' | 'stop' | 'tell-limit' }
>
