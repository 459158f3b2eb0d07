// Asks the backends of an exchange: a route's targets one after the other, again where a try was lost on the way, and
// each try recorded. What the answer means is its exchange's business.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { Target } from '../../grip/route-types'
import type { SentReason } from '../../trace/events'
import type { AnswerTaker } from '../backend/answer-taker'
import { DecompressedAnswer } from '../backend/decompressed-answer'
import { testAnswer } from '../backend/test-backend'
import type { AnswerListener, BackendFailure, BackendRequest } from '../backend/upstream'
import { AnswerRecord } from '../exchange/answer-record'
import type { HttpExchangeScope } from '../exchange/exchange-scope'
import { recordBackendFailure } from '../exchange/failure-record'
import { noTarget } from '../exchange/no-target'
import { recordSent } from '../exchange/sent-record'
import { namesCoding } from '../http/compressed'
import { headerOf, requestHeaders } from '../http/headers'
import { retryDelay } from '../pacing/retry'
import type { HasTimeout } from '../pacing/wheel'
import { TargetTries } from './target-tries'

export class TargetFailover extends TargetTries implements AnswerListener, HasTimeout {
  dueTick = 0
  /** The target that was asked last. */
  target: Target | undefined
  readonly #exchange: HttpExchangeScope
  readonly #taker: AnswerTaker
  /** Stands before the taker where an answer is compressed. */
  #decompressed: DecompressedAnswer | undefined
  #sent: BackendRequest | undefined
  #record: AnswerRecord | undefined

  constructor(exchange: HttpExchangeScope, taker: AnswerTaker) {
    super()
    this.#exchange = exchange
    this.#taker = taker
  }

  /** Asks from the first target on. `patient`: where none is reached, that is repeated after pauses. */
  begin(why: SentReason, patient: boolean): void {
    this.beginTries(patient)
    this.#askNext(why)
  }

  /** Ends the request and all further tries. */
  stop(): void {
    this.#exchange.context.wheel.clear(this)
    this.#sent?.stop()
    this.#sent = undefined
    this.#decompressed?.stop()
  }

  /** The client takes data again. */
  drained(): void {
    if (this.#decompressed) this.#decompressed.drained()
    else this.#sent?.resume()
  }

  /** Time for the next try. */
  onTimeout(): void {
    this.beginRound()
    this.#askNext('retry')
  }

  onHead(_request: BackendRequest, status: number, reason: string, headers: string[]): void {
    this.#record = new AnswerRecord(this.#exchange, { status, reason, headers })
    this.#decompressed?.stop()
    this.#decompressed = undefined
    if (!namesCoding(headers)) {
      this.#taker.answerHead(status, reason, headers)
      return
    }
    this.#decompressed = new DecompressedAnswer(this.#taker, () => this.#sent?.resume())
    this.#decompressed.answerHead(status, reason, headers, this.#exchange.forwarded.method === 'HEAD')
  }

  onData(_request: BackendRequest, chunk: Buffer): boolean {
    this.#record?.add(chunk)
    return this.#reader.answerData(chunk)
  }

  onEnd(_request: BackendRequest): void {
    this.#sent = undefined
    this.#record?.end()
    // A hold may follow, and lasts.
    this.#record = undefined
    this.#reader.answerEnd()
  }

  onFail({ target }: BackendRequest, failure: BackendFailure): void {
    const { route, context } = this.#exchange
    this.#sent = undefined
    const repeatable = failure.stale && this.#repeatIsSafe()
    const next = this.tryFailed(failure, route?.targets.length ?? 0, repeatable, context.options.retryMax)
    const again = next !== 'none-left' && next !== 'broken'
    recordBackendFailure(this.#exchange, target, failure, { again })
    switch (next) {
      case 'failover':
        this.#askNext('failover')
        break
      case 'stale':
        this.#askTarget(target, 'stale-connection')
        break
      case 'retry':
        context.wheel.set(this, retryDelay(this.roundsFailed))
        break
      case 'none-left':
        this.#taker.answerFailed(this.#noneLeft(failure.cause))
        break
      case 'broken':
        this.#reader.answerFailed({ code: 'request-failed', target: target.text, why: failure.cause })
    }
  }

  /** Who takes the answer as it came. */
  get #reader(): AnswerTaker {
    return this.#decompressed ?? this.#taker
  }

  /** @param why the last one failed */
  #noneLeft(why?: Cause): Cause {
    return noTarget(this.#exchange.route?.targets ?? [], why)
  }

  #askNext(why: SentReason): void {
    const targets = this.#exchange.route?.targets ?? []
    const target = targets[this.takeNext()]
    if (target) this.#askTarget(target, why)
    else this.#taker.answerFailed(this.#noneLeft())
  }

  #askTarget(target: Target, why: SentReason): void {
    const { context, route, forwarded: asked } = this.#exchange
    if (!route) return
    this.target = target
    const { method, body } = asked
    const path = context.routes.rewritePath(route, asked.url)
    const headers = this.#completed(requestHeaders(asked.headers, route, this.#exchange.rules))
    recordSent(this.#exchange, target, { method, path, headers, body }, why)
    if (target.test) {
      testAnswer(route, { method, path }, this, (request) => {
        this.#sent = request
      })
      return
    }
    const content = body ?? this.#exchange.body?.stream() ?? null
    this.#sent = context.upstream.send(target, { method, path, headers, body: content }, this)
  }

  /** What Pushpin adds where the client left it out. */
  #completed(headers: string[]): string[] {
    const { forwarded: asked, body } = this.#exchange
    const missing: string[] = []
    if (headerOf(headers, 'accept') === '') missing.push('Accept', '*/*')
    const length = headerOf(asked.headers, 'content-length') === '' ? body?.size : undefined
    if (length !== undefined) missing.push('Content-Length', String(length))
    // A list that grows takes more than it needs, and this one is kept with the exchange.
    return missing.length > 0 ? headers.concat(missing) : headers
  }

  #repeatIsSafe(): boolean {
    const { forwarded: asked, body } = this.#exchange
    return !body && !asked.body && (asked.method === 'GET' || asked.method === 'HEAD' || asked.method === 'OPTIONS')
  }
}
