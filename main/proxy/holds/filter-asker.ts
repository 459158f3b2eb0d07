// Asks the backends of a hold's filters, one after the other, and tells the hold what they decided.
import type { Cause } from '../../../preload/vocabulary/causes'
import { plainBody } from '../../grip/content-coding'
import { filterHeaders } from '../../grip/filters'
import type { AnswerListener, BackendFailure, BackendRequest } from '../backend/upstream'
import type { Subscription } from '../channels/delivery'
import { AnswerRecord } from '../exchange/answer-record'
import type { ExchangeScope } from '../exchange/exchange-scope'
import { recordBackendFailure } from '../exchange/failure-record'
import { ownRequest } from '../exchange/own-request'
import { recordSent } from '../exchange/sent-record'
import { headerOf } from '../http/headers'
import type { RatedRequest } from '../pacing/request-rate'
import type { HasTimeout } from '../pacing/wheel'
import type { FilterRequest } from './filter-queue'

/** How the failure of a filter's request is recorded. */
const FINAL = { again: false, filter: true } as const

/** Who is told what a backend decided. */
export interface FilterListener {
  filterAnswered(status: number, action: string, body: Buffer): void
  /** It did not decide. */
  filterUnanswered(why: Cause): void
}

export class FilterAsker implements AnswerListener, RatedRequest, HasTimeout {
  dueTick = 0
  readonly #owner: ExchangeScope
  readonly #listener: FilterListener
  #request: FilterRequest | undefined
  #waitsForTurn = false
  #sent: BackendRequest | undefined
  #staleTried = false
  #status = 0
  #action = ''
  #chunks: Buffer[] = []
  #record: AnswerRecord | undefined
  #headers: string[] = []

  constructor(owner: ExchangeScope, listener: FilterListener) {
    this.#owner = owner
    this.#listener = listener
  }

  /** Asks now, or when its turn comes. */
  ask(request: FilterRequest): void {
    this.#request = request
    this.#staleTried = false
    this.#waitsForTurn = !request.now
    if (request.now) this.#send(request)
  }

  /** Whatever the backend says comes too late. */
  stop(): void {
    this.#request = undefined
    this.#owner.context.wheel.clear(this)
    this.#sent?.stop()
    this.#sent = undefined
  }

  /** Its turn. */
  begin(): boolean {
    if (!this.#request || !this.#waitsForTurn) return false
    this.#waitsForTurn = false
    this.#send(this.#request)
    return true
  }

  /** The backend took too long. */
  onTimeout(): void {
    const cause: Cause = { code: 'filter-timeout', ms: this.#owner.context.options.filterTimeout }
    const target = this.#sent?.target
    if (target) recordBackendFailure(this.#owner, target, { code: 'TIMEOUT', cause, maybeTls: false }, FINAL)
    this.#lose(cause)
  }

  onHead(_request: BackendRequest, status: number, reason: string, headers: string[]): void {
    this.#record = new AnswerRecord(this.#owner, { status, reason, headers }, true)
    this.#status = status
    this.#headers = headers
    this.#action = headerOf(headers, 'action')
    if (status !== 200 && status !== 204) this.#decided()
  }

  onData(_request: BackendRequest, chunk: Buffer): boolean {
    this.#record?.add(chunk)
    if (this.#request?.filter !== 'http-modify') return true
    this.#chunks.push(chunk)
    const { filterAnswerMax: max } = this.#owner.context.options
    if ((this.#record?.size ?? 0) > max) this.#lose({ code: 'filter-answer-long', max })
    return true
  }

  onEnd(_request: BackendRequest): void {
    this.#record?.end()
    this.#decided()
  }

  onFail({ target }: BackendRequest, failure: BackendFailure): void {
    const again = failure.stale && !this.#staleTried
    recordBackendFailure(this.#owner, target, failure, { ...FINAL, again })
    this.#staleTried = true
    if (again && this.#request) this.#send(this.#request)
    else this.#lose(failure.cause)
  }

  #send({ url, filter, content, message: { delivery, subscription } }: FilterRequest): void {
    const { context } = this.#owner
    const request = ownRequest(this.#owner, url, this.#owner.url)
    if (!request) return
    const body = filter === 'http-modify' && content.length > 0 ? content : null
    const { target, path, headers } = request
    const told = filterHeaders(delivery.filterContext(subscription), this.#lastIds(subscription))
    headers.push(...told, 'Content-Length', String(body?.length ?? 0))
    recordSent(this.#owner, target, { method: 'POST', path, headers, body }, 'filter', { p: delivery.p })
    this.#chunks = []
    context.wheel.set(this, context.options.filterTimeout)
    this.#sent = context.upstream.send(target, { method: 'POST', path, headers, body }, this)
  }

  #lastIds({ receiver }: Subscription): [string, string][] {
    const prefix = this.#owner.route?.prefix ?? ''
    const ids: [string, string][] = []
    for (const { channel, prevId } of receiver.subscriptions) {
      if (prevId !== undefined) ids.push([channel.slice(prefix.length), prevId])
    }
    return ids
  }

  #decided(): void {
    const request = this.#request
    if (!request) return
    const { filterAnswerMax } = this.#owner.context.options
    const body = plainBody(this.#headers, Buffer.concat(this.#chunks), filterAnswerMax)
    if (body.compressed && request.filter === 'http-modify' && this.#chunks.length > 0) {
      this.#lose({ code: 'filter-answer-compressed', coding: headerOf(this.#headers, 'content-encoding') })
      return
    }
    this.#end()
    this.#listener.filterAnswered(this.#status, this.#action, body.body)
  }

  /** The backend did not decide. */
  #lose(why: Cause): void {
    if (!this.#request) return
    this.#end()
    this.#listener.filterUnanswered(why)
  }

  #end(): void {
    this.stop()
    this.#chunks = []
    this.#headers = []
    this.#record = undefined
  }
}
