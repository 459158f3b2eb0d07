// A stream hold (HTTP streaming, Server-Sent Events): what is published is appended to the response.
import { applyResponseFilters } from '../../grip/filters'
import { streamFault } from '../../grip/instruct'
import type { Instruct, KeepAlive } from '../../grip/instruct-types'
import { linkUrl } from '../../grip/link-url'
import type { HttpStreamFormat } from '../../grip/publish-types'
import type { SentReason } from '../../trace/events'
import {
  asChunk,
  type Delivery,
  type Filtered,
  follows,
  OUTCOME,
  type Receiver,
  type Subscription,
} from '../channels/delivery'
import { isRecorded } from '../channels/silent-sink'
import { WaitingQueue } from '../channels/waiting-messages'
import type { HttpExchangeScope } from '../exchange/exchange-scope'
import { keepAliveDelay } from '../pacing/keep-alives'
import type { LinkHold } from '../pacing/link-timers'
import type { Refreshable } from '../pacing/refreshes'
import type { HasTimeout } from '../pacing/wheel'
import { recordHold, subscriptionsFor } from './hold-subscriptions'
import { type FilteringHold, FilterQueue } from './http-filters'
import { type LinkOwner, NextLink } from './next-link'

type Phase =
  | 'holding'
  | 'waiting' // for its turn to ask the next link
  | 'asking' // the next link
  | 'over'

export class StreamHold implements Receiver, FilteringHold, LinkHold, LinkOwner, Refreshable, HasTimeout {
  readonly kind = 'stream'
  dueTick = 0
  readonly #exchange: HttpExchangeScope
  /** What to do next, until the hold of it has begun. */
  #instruct: Instruct | undefined
  #keepAlive: KeepAlive | undefined
  #linkTimeout: number | undefined
  #subscriptions: readonly Subscription[] = []
  #phase: Phase = 'holding'
  #keepAliveFrame: Buffer | undefined
  #lastSent = 0
  /** Milliseconds until the next keep-alive. */
  #beat = 0
  /** Where links are resolved against: the request's own URL, later the link that was asked. */
  #base: URL | undefined
  #next: URL | undefined
  #link: NextLink | undefined
  /** What came while the next link was fetched. */
  #queue: WaitingQueue | undefined
  /** What waits for filters that ask, where there are some. */
  #filtering: FilterQueue | undefined
  /** What asked for the link while it was being asked. `now`: it need not wait for its turn. */
  #again: { readonly why: SentReason; readonly now: boolean } | undefined
  #heard: Set<string> | undefined
  /** What waited for the link goes out at once: the client could not have read it yet. */
  #catchingUp = false
  /** Filters for what the next link gives, and what it has given so far. */
  #linkFilters: readonly string[] | undefined
  #linkBody: Buffer[] | undefined
  #linkSize = 0
  meta: Readonly<Record<string, string>>

  constructor(exchange: HttpExchangeScope, instruct: Instruct) {
    this.#exchange = exchange
    this.meta = instruct.meta
    this.#follow(instruct)
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

  get subscriptions(): readonly Subscription[] {
    return this.#subscriptions
  }

  get looking(): boolean {
    return this.#phase === 'waiting' || this.#phase === 'asking' || (this.#filtering?.busy ?? false)
  }

  get cannotTake(): string | undefined {
    const { noBody } = this.#exchange.reply
    return noBody && `could not take it: ${noBody}`
  }

  /** The first response has been sent; what is published from now on follows it. */
  start(): void {
    this.#exchange.reply.settle()
    if (!this.#instruct?.hold) {
      this.#askNow('next')
      return
    }
    if (!this.#begin()) return
    if (this.#conflict()) this.refresh('id-mismatch')
  }

  take(delivery: Delivery, subscription: Subscription): number {
    if (this.#phase === 'over') return OUTCOME['too-late']
    if (this.#phase === 'waiting' || this.#phase === 'asking') {
      const full = this.#waiting.add({ delivery, subscription })
      if (full !== undefined) {
        delivery.why = full
        return OUTCOME['rate-limited']
      }
      delivery.why = 'the next link is being fetched; the message follows its answer'
      return OUTCOME.waiting
    }
    const format = delivery.item.formats.stream
    if (!format) return OUTCOME['no-format']
    if (this.#filtering?.busy) return this.#filtering.wait(delivery, subscription)
    if (delivery.asks(subscription)) {
      this.#filtering ??= new FilterQueue(this.#exchange, this)
      return this.#filtering.ask(delivery, subscription, this.#base ?? this.#exchange.url, format.content)
    }
    if (subscription.prevId !== undefined) subscription.prevId = delivery.item.id
    return this.takeFiltered(delivery, subscription, delivery.filtered(subscription))
  }

  /** Asks the next link when its turn comes. What is published until then waits for the answer. */
  refresh(why: SentReason): void {
    if (this.#phase === 'asking') this.#again ??= { why, now: false }
    if (this.#phase !== 'holding' || !this.#next) return
    this.#phase = 'waiting'
    const { linkTimers, refreshes } = this.#exchange.context
    linkTimers.stop(this)
    refreshes.add(this, why, this.#next.href)
  }

  refreshNow(why: SentReason): void {
    if (this.#phase === 'waiting') this.#askNow(why)
  }

  linkDue(): void {
    this.refresh('next')
  }

  /** Time for a keep-alive. */
  onTimeout(): void {
    const keepAlive = this.#keepAlive
    if (!keepAlive || this.#phase === 'over') return
    const { context } = this.#exchange
    const now = context.sink.now()
    const idle = now - this.#lastSent
    if (keepAlive.mode === 'idle' && idle < this.#beat - 1) {
      context.wheel.set(this, this.#beat - idle)
      return
    }
    this.#keepAliveFrame ??= asChunk(keepAlive.content)
    if (keepAlive.content.length > 0) {
      const flowing = this.#write(keepAlive.content, this.#keepAliveFrame)
      this.#exchange.context.keepAlives.add(this.#exchange.id, keepAlive.content.length, !this.unrecorded)
      if (!flowing) {
        this.#tooSlow()
        return
      }
    }
    this.#lastSent = now
    this.#beatAfter(keepAlive)
  }

  #beatAfter({ timeout }: KeepAlive): void {
    this.#beat = keepAliveDelay(timeout)
    this.#exchange.context.wheel.set(this, this.#beat)
  }

  /** The client takes data again. */
  drained(): void {
    this.#link?.drained()
  }

  /** Gives up its subscriptions, timers and links. */
  release(): void {
    if (this.#phase === 'over') return
    this.#phase = 'over'
    const { context } = this.#exchange
    context.wheel.clear(this)
    context.linkTimers.stop(this)
    if (this.#next) context.refreshes.remove(this, this.#next.href)
    this.#link?.stop()
    this.#filtering?.end()
    for (const subscription of this.#subscriptions) context.channels.unsubscribe(subscription)
    this.#settleQueue('the hold ended')
  }

  // ---- holding -----------------------------------------------------------------------------------------------------

  /** Subscribes and starts the timers of the current instruct. False: it can't be held. */
  #begin(): boolean {
    const instruct = this.#instruct
    if (!instruct) return false
    const { hold } = instruct
    const fault = this.#next ? undefined : streamFault(instruct)
    if (fault !== undefined) {
      this.#fail(fault)
      return false
    }
    const { context } = this.#exchange
    const before = this.#subscriptions
    this.#subscriptions = subscriptionsFor(this, this.#exchange, instruct)
    // In this order: a channel that loses its last subscription is forgotten.
    for (const subscription of this.#subscriptions) context.channels.subscribe(subscription)
    for (const subscription of before) context.channels.unsubscribe(subscription)
    recordHold(this.#exchange, instruct, 'stream', this.#subscriptions)
    this.#phase = 'holding'
    this.#instruct = undefined
    this.#startKeepAlive(hold?.keepAlive)
    this.#watchLink()
    return true
  }

  #startKeepAlive(keepAlive: KeepAlive | undefined): void {
    const { context } = this.#exchange
    this.#keepAlive = keepAlive
    this.#keepAliveFrame = undefined
    this.#lastSent = context.sink.now()
    if (keepAlive && this.cannotTake === undefined) this.#beatAfter(keepAlive)
    else context.wheel.clear(this)
  }

  /** Without data for the link's timeout, the link is asked. */
  #watchLink(): void {
    const { linkTimers } = this.#exchange.context
    this.#heard?.clear()
    if (!this.#next || this.#linkTimeout === undefined) linkTimers.stop(this)
    else linkTimers.start(this, this.#linkTimeout, this.#next.origin + this.#next.pathname)
  }

  /** Is a channel known to be past what this hold says that its client has? */
  #conflict(): boolean {
    const { channels } = this.#exchange.context
    let conflict = false
    for (const { channel, prevId } of this.#subscriptions) {
      if (prevId === undefined || !channels.conflicts(channel, prevId)) continue
      channels.forgetLastId(channel)
      conflict = true
    }
    return conflict
  }

  takeFiltered(delivery: Delivery, subscription: Subscription, { content, fault }: Filtered): number {
    const format = delivery.item.formats.stream
    if (!format) return OUTCOME['no-format']
    if (subscription.prevId !== undefined) subscription.prevId = delivery.item.id
    if (content === undefined) {
      if (fault) this.#fail(`filter error: ${delivery.why}`)
      return OUTCOME.filtered
    }
    return this.#act(format, content, delivery, subscription)
  }

  #act(format: HttpStreamFormat, content: Buffer, delivery: Delivery, subscription: Subscription): number {
    switch (format.action) {
      case 'close':
        this.#exchange.finish('closed')
        return OUTCOME.closed
      case 'hint':
      case 'refresh':
        if (!this.#next) {
          delivery.why = `the item says ${format.action}, but this hold has no next link`
          return OUTCOME['bad-item']
        }
        this.#askNow(format.action)
        return OUTCOME['asked-again']
      case 'send': {
        if (this.cannotTake !== undefined) {
          delivery.why = this.cannotTake
          return OUTCOME['no-body']
        }
        if (content.length > 0 && !this.#write(content, delivery.chunk(content)) && !this.#catchingUp) {
          this.#tooSlow()
          return OUTCOME['client-slow']
        }
        this.#lastSent = this.#exchange.context.sink.now()
        this.#noteHeard(subscription)
        delivery.noteSent(content, format.content)
        return OUTCOME.delivered
      }
    }
  }

  /** Once every channel had data, the link's timeout begins anew. */
  #noteHeard(subscription: Subscription): void {
    if (!this.#next) return
    this.#heard ??= new Set()
    this.#heard.add(subscription.channel)
    if (this.#heard.size === this.#subscriptions.length) this.#watchLink()
  }

  /** False: too much waits for the client to read it. */
  #write(content: Buffer, frame: Buffer): boolean {
    const { reply, chunked, context } = this.#exchange
    return reply.framedPart(content, frame, chunked) <= context.options.clientBufferMax
  }

  #tooSlow(): void {
    const max = this.#exchange.context.options.clientBufferMax
    this.#exchange.cutOff('client-slow', `more than ${max} bytes waited for the client to read them`)
  }

  // ---- links -------------------------------------------------------------------------------------------------------

  #askNow(why: SentReason): void {
    if (this.#phase === 'asking') this.#again = { why, now: true }
    if (this.#phase === 'over' || this.#phase === 'asking' || !this.#next) return
    this.#exchange.context.linkTimers.stop(this)
    this.#phase = 'asking'
    // They are asked about anew, if they still follow what the link gives.
    if (this.#filtering?.busy) this.#waiting.takeOver(this.#filtering.withdraw())
    const lastIds = new Map<string, string>()
    const prefix = this.channelPrefix
    for (const { channel, prevId } of this.#subscriptions) {
      if (prevId !== undefined) lastIds.set(channel.slice(prefix.length), prevId)
    }
    this.#link ??= new NextLink(this.#exchange, this)
    this.#link.ask(this.#next, this.#base ?? this.#exchange.url, lastIds, why)
  }

  get #waiting(): WaitingQueue {
    const { options, waitingRoom } = this.#exchange.context
    this.#queue ??= new WaitingQueue(waitingRoom, {
      max: options.linkQueueMax,
      bytesMax: options.clientBufferMax,
      during: 'the next link was fetched',
    })
    return this.#queue
  }

  #follow(instruct: Instruct): void {
    this.#instruct = instruct
    this.#linkTimeout = instruct.next?.timeout
    this.#linkFilters = instruct.responseFilters
    this.#next = instruct.next && linkUrl(instruct.next.uri, this.#base ?? this.#exchange.url)
  }

  linkData(chunk: Buffer): boolean {
    if (this.#linkFilters) {
      this.#linkBody ??= []
      this.#linkBody.push(chunk)
      this.#linkSize += chunk.length
      const { instructMax } = this.#exchange.context.options
      if (this.#linkSize > instructMax)
        this.#fail(`filter error: the next link returned more than ${instructMax} bytes, which are filtered as a whole`)
      return true
    }
    this.#lastSent = this.#exchange.context.sink.now()
    return this.#exchange.reply.ownPart(chunk)
  }

  /** Sends what the link gave, where it has to be filtered as a whole. False: a filter failed. */
  #sendLinkBody(): boolean {
    const body = this.#linkBody
    this.#linkBody = undefined
    this.#linkSize = 0
    if (!body || !this.#linkFilters) return true
    const filtered = applyResponseFilters(this.#linkFilters, this.meta, Buffer.concat(body))
    if (filtered.send) this.#exchange.reply.ownPart(filtered.content)
    else this.#fail(`filter error: ${filtered.why}`)
    return filtered.send
  }

  linkDone(instruct: Instruct): void {
    if (this.#phase === 'over' || !this.#sendLinkBody()) return
    this.#base = this.#next ?? this.#base
    this.meta = instruct.meta
    this.#follow(instruct)
    this.#phase = 'holding'
    if (instruct.hold) {
      if (!this.#begin()) return
      this.#catchingUp = true
      this.#sendQueue()
      this.#catchingUp = false
      const again = this.#again
      this.#again = undefined
      if (again?.now) this.#askNow(again.why)
      else if (again) this.refresh(again.why)
    } else if (this.#next) {
      this.#askNow('next')
    } else {
      this.#exchange.finish('complete')
    }
  }

  linkFailed(message: string): void {
    if (this.#sendLinkBody()) this.#fail(`Failed to retrieve next link: ${message}`)
  }

  /** What came while the link was asked: what its answer had already told is dropped, the rest follows. */
  #sendQueue(): void {
    const queue = this.#queue?.empty() ?? []
    let following = false
    for (const { delivery, subscription: old } of queue) {
      delivery.why = undefined
      const subscription = this.#subscriptions.find((s) => s.channel === old.channel)
      if (this.#phase !== 'holding' || !subscription) {
        this.#settle(delivery, OUTCOME['too-late'], 'the next link has ended this subscription')
        continue
      }
      if (!following && subscription.prevId !== undefined && !follows(delivery.item, subscription)) {
        this.#settle(delivery, OUTCOME['too-late'], "the next link's answer already went beyond it")
        continue
      }
      following = true
      const outcome = delivery.to(subscription)
      if (outcome !== OUTCOME.waiting) delivery.settle(this, outcome)
    }
  }

  #settleQueue(why: string): void {
    const queue = this.#queue?.empty() ?? []
    for (const { delivery } of queue) this.#settle(delivery, OUTCOME['too-late'], why)
  }

  #settle(delivery: Delivery, outcome: number, why: string): void {
    delivery.why = why
    delivery.settle(this, outcome)
  }

  #fail(message: string): void {
    this.#exchange.finishFaulty(message)
  }
}
