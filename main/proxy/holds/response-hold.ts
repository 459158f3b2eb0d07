// A response hold (long-polling): answers nothing until a publish or the timeout.
import type { Instruct } from '../../grip/instruct-types'
import { MIN_CODE } from '../../grip/status'
import type { EndReason, SentReason } from '../../trace/events'
import { type Delivery, type Filtered, OUTCOME, type Receiver, type Subscription } from '../channels/delivery'
import { isRecorded } from '../channels/silent-sink'
import type { HttpExchangeScope } from '../exchange/exchange-scope'
import { heldHeaders, overlayHeaders } from '../http/headers'
import type { Refreshable } from '../pacing/refreshes'
import type { HasTimeout } from '../pacing/wheel'
import { recordHold, subscriptionsFor } from './hold-subscriptions'
import { type FilteringHold, FilterQueue } from './http-filters'

export class ResponseHold implements Receiver, FilteringHold, Refreshable, HasTimeout {
  readonly kind = 'response'
  dueTick = 0
  readonly #exchange: HttpExchangeScope
  readonly #instruct: Instruct
  readonly subscriptions: readonly Subscription[]
  /** What waits for filters that ask, where there are some. */
  #filtering: FilterQueue | undefined
  #over = false
  /** It has missed a message: only its backend can tell what comes next. */
  #behind = false

  constructor(exchange: HttpExchangeScope, instruct: Instruct) {
    this.#exchange = exchange
    this.#instruct = instruct
    this.subscriptions = subscriptionsFor(this, exchange, instruct)
  }

  get exchangeId(): number {
    return this.#exchange.id
  }

  get unrecorded(): boolean {
    return !isRecorded(this.#exchange)
  }

  get connectionId(): string {
    return String(this.#exchange.id)
  }

  get channelPrefix(): string {
    return this.#exchange.route?.prefix ?? ''
  }

  get meta(): Readonly<Record<string, string>> {
    return this.#instruct.meta
  }

  get looking(): boolean {
    return this.#behind || (this.#filtering?.busy ?? false)
  }

  start(): void {
    const { context } = this.#exchange
    const timeout = this.#instruct.hold?.timeout ?? 0
    recordHold(this.#exchange, this.#instruct, 'response', this.subscriptions)
    for (const subscription of this.subscriptions) context.channels.subscribe(subscription)
    context.wheel.set(this, timeout)
  }

  take(delivery: Delivery, subscription: Subscription): number {
    const { item } = delivery
    const format = item.formats.response
    if (this.#over) return OUTCOME['too-late']
    if (this.#behind) {
      delivery.why = 'the request is about to go to the backend again: the answer will have what was missed'
      return OUTCOME['too-late']
    }
    if (!format) return OUTCOME['no-format']
    if (this.#filtering?.busy) return this.#filtering.wait(delivery, subscription)
    const patched = format.bodyPatch && delivery.patch(this.#instruct.response.body, format.bodyPatch)
    const body = patched?.ok ? patched.body : format.body
    if (delivery.asks(subscription) && patched?.ok !== false) {
      this.#filtering ??= new FilterQueue(this.#exchange, this)
      return this.#filtering.ask(delivery, subscription, this.#exchange.url, body)
    }
    if (subscription.prevId !== undefined) subscription.prevId = item.id
    const filtered = delivery.filtered(subscription, body)
    if (filtered.content !== undefined && patched?.ok === false) {
      delivery.why = `body-patch: ${patched.why}`
      this.#exchange.respondError(502, 'backend-failed', delivery.why)
      return OUTCOME['bad-item']
    }
    return this.takeFiltered(delivery, subscription, filtered)
  }

  takeFiltered(delivery: Delivery, subscription: Subscription, { content, fault }: Filtered): number {
    const { item } = delivery
    const format = item.formats.response
    if (!format) return OUTCOME['no-format']
    if (subscription.prevId !== undefined) subscription.prevId = item.id
    if (content === undefined) {
      if (fault) this.#exchange.respondError(502, 'backend-failed', `filter error: ${delivery.why}`)
      return OUTCOME.filtered
    }
    if (format.action === 'hint') {
      delivery.why = 'the item is only a hint that there is news'
      this.#askAgain('hint')
      return OUTCOME['asked-again']
    }
    if (format.action !== 'send') {
      delivery.why = `http-response has no action ${format.action}: answer with a response instead`
      return OUTCOME['bad-item']
    }
    if (format.code < MIN_CODE) {
      delivery.why = `http-response.code ${format.code} can't be sent to a client`
      this.#exchange.respondError(502, 'backend-failed', delivery.why)
      return OUTCOME['bad-item']
    }
    this.release()
    const headers = overlayHeaders(heldHeaders(this.#instruct.response.headers), format.headers, format.exposeHeaders)
    this.#exchange.respond(format.code, format.reason, headers, content, 'delivered', { p: delivery.p })
    const { noBody } = this.#exchange.reply
    if (noBody !== undefined && content.length > 0)
      delivery.why = `answered the held request without the item's body: ${noBody}`
    if (noBody === undefined) delivery.noteSent(content, format.body)
    return OUTCOME.delivered
  }

  /** Asks again when its turn comes. Until then it takes what is published, unless it has missed something. */
  refresh(why: SentReason): void {
    if (why === 'id-mismatch') this.#behind = true
    if (!this.#over) this.#exchange.context.refreshes.add(this, why, OWN_REQUEST)
  }

  refreshNow(why: SentReason): void {
    this.#askAgain(why)
  }

  onTimeout(): void {
    this.#timeout('timed-out')
  }

  /** The proxy stops: the client gets the timeout response now, and polls again. */
  stop(): void {
    this.#timeout('stopped')
  }

  #timeout(how: EndReason): void {
    if (this.#over) return
    this.release()
    const { code, reason, headers, body } = this.#instruct.response
    if (code < MIN_CODE) {
      this.#exchange.respondError(502, 'backend-failed', `The status ${code} can't be sent to a client.`)
      return
    }
    this.#exchange.respond(code, reason, heldHeaders(headers), body, how)
  }

  /** Gives up its subscriptions and its timer. */
  release(): void {
    if (this.#over) return
    this.#over = true
    const { context } = this.#exchange
    context.wheel.clear(this)
    context.refreshes.remove(this, OWN_REQUEST)
    this.#filtering?.end()
    for (const subscription of this.subscriptions) context.channels.unsubscribe(subscription)
  }

  #askAgain(why: SentReason): void {
    if (this.#over) return
    this.release()
    const lastIds = new Map<string, string>()
    const prefix = this.channelPrefix
    for (const { channel, prevId } of this.subscriptions) {
      if (prevId !== undefined) lastIds.set(channel.slice(prefix.length), prevId)
    }
    this.#exchange.requestAgain(why, lastIds)
  }
}

/** What all long-polls ask when they look for news. */
const OWN_REQUEST = ''
