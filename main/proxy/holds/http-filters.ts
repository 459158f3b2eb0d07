// Filters that ask a backend (http-check, http-modify): messages to a hold wait for what it says, in their order. Only
// holds with such filters have a queue of this kind.

import { plainBody } from '../../grip/content-coding'
import {
  type AskingFilter,
  type FilterContext,
  type FilterResult,
  filterHeaders,
  filterUrl,
  readDecision,
  runUntilAsking,
  type ToAsk,
} from '../../grip/filters'
import type { AnswerListener, Ask, AskFailure } from '../backend/upstream'
import { type Delivery, type Filtered, OUTCOME, type Receiver, type Subscription } from '../channels/delivery'
import { type WaitingMessage, WaitingQueue } from '../channels/waiting-messages'
import { AnswerRecord } from '../exchange/answer-record'
import type { ExchangeScope } from '../exchange/exchange-scope'
import { recordAskFailure } from '../exchange/failure-record'
import { ownRequest } from '../exchange/own-request'
import { recordSent } from '../exchange/sent-record'
import { headerOf } from '../http/headers'
import type { RatedRequest } from '../pacing/ask-rate'
import type { HasTimeout } from '../pacing/wheel'

/** How the failure of a filter's asking is recorded. */
const FINAL = { again: false, filter: true } as const

/** The hold that the messages are for. */
export interface FilteringHold extends Pick<Receiver, 'exchangeId' | 'unrecorded'> {
  readonly subscriptions: readonly Subscription[]
  /** Takes a message that has been through its filters. Returns an index into OUTCOMES. */
  takeFiltered(delivery: Delivery, subscription: Subscription, filtered: Filtered): number
}

/** Characters of meta that a backend is told of in headers. */
const META_MAX = 65_536

/** What the filters have come to. `lost`: the backend did not decide, so the client does not have this message. */
interface Done {
  readonly result: FilterResult
  readonly lost: boolean
}

export class FilterQueue {
  readonly #owner: ExchangeScope
  readonly #hold: FilteringHold
  readonly #waiting: WaitingQueue
  #run: FilterRun | undefined
  /** The next message is being taken out: it does not have to wait any more. */
  #goingOn = false

  constructor(owner: ExchangeScope, hold: FilteringHold) {
    this.#owner = owner
    this.#hold = hold
    const { waitingRoom, options } = owner.context
    this.#waiting = new WaitingQueue(waitingRoom, {
      max: options.filterQueueMax,
      bytesMax: options.clientBufferMax,
      during: 'the backend decided about earlier ones',
    })
  }

  /** What comes now has to wait. */
  get busy(): boolean {
    return this.#run !== undefined || (this.#waiting.length > 0 && !this.#goingOn)
  }

  /** Puts a message behind those that wait already. */
  wait(delivery: Delivery, subscription: Subscription): number {
    const full = this.#waiting.add({ delivery, subscription })
    if (full !== undefined) {
      delivery.why = full
      return OUTCOME['rate-limited']
    }
    delivery.why = 'the backend decides about an earlier message first'
    return OUTCOME.waiting
  }

  /**
   * Lets a message through its filters while nothing else waits.
   * @param base what the meta `url` is relative to. @param content what the filters begin with.
   */
  ask(delivery: Delivery, subscription: Subscription, base: URL, content: Buffer): number {
    const { waitingRoom } = this.#owner.context
    const full = waitingRoom.enter(delivery)
    if (full !== undefined) {
      delivery.why = full
      return OUTCOME['rate-limited']
    }
    const run = new FilterRun(this.#owner, { delivery, subscription, base }, this)
    const done = run.start(content)
    if (done) {
      waitingRoom.leave(delivery)
      return this.#finish(run, done)
    }
    this.#run = run
    delivery.why = run.asking
      ? `${run.filter}: the backend decides`
      : `${run.filter}: over filterRate, it waits for its turn`
    return OUTCOME.waiting
  }

  /** The filters of the message that was asked about are through. */
  runDone(run: FilterRun, done: Done): void {
    this.#run = undefined
    const { delivery } = run.message
    this.#owner.context.waitingRoom.leave(delivery)
    delivery.why = undefined
    this.#settle(delivery, this.#finish(run, done))
    this.#goOn()
  }

  /** Takes out all messages that wait, oldest first. */
  withdraw(): WaitingMessage[] {
    const run = this.#run
    this.#run = undefined
    const all = this.#waiting.empty()
    if (!run) return all
    run.stop()
    this.#owner.context.waitingRoom.leave(run.message.delivery)
    return [run.message, ...all]
  }

  /** The hold is over. */
  end(): void {
    for (const { delivery } of this.withdraw()) {
      delivery.why = 'the hold was over before its filters had decided'
      this.#settle(delivery, OUTCOME['too-late'])
    }
  }

  #finish({ message: { delivery, subscription } }: FilterRun, { result, lost }: Done): number {
    const current = this.#current(subscription, delivery)
    if (!current) return OUTCOME['too-late']
    if (result.send) return this.#hold.takeFiltered(delivery, current, { content: result.content })
    delivery.why = result.why
    // As Pushpin 2.0: only where faults are told, a hold ends because its backend did not decide.
    if (lost && !this.#owner.debug) return OUTCOME.filtered
    return this.#hold.takeFiltered(delivery, current, { content: undefined, fault: result.fault })
  }

  #goOn(): void {
    this.#goingOn = true
    while (!this.#run) {
      const next = this.#waiting.shift()
      if (!next) break
      const { delivery } = next
      delivery.why = undefined
      const subscription = this.#current(next.subscription, delivery)
      this.#settle(delivery, subscription ? delivery.to(subscription) : OUTCOME['too-late'])
    }
    this.#goingOn = false
  }

  /** The hold's subscription to the same channel, which may have been replaced. */
  #current({ channel }: Subscription, delivery: Delivery): Subscription | undefined {
    const current = this.#hold.subscriptions.find((s) => s.channel === channel)
    if (!current) delivery.why = 'the subscription was given up before its filters had decided'
    return current
  }

  #settle(delivery: Delivery, outcome: number): void {
    if (outcome !== OUTCOME.waiting) delivery.settle(this.#hold, outcome)
  }
}

interface FilteredMessage extends WaitingMessage {
  readonly base: URL
}

/** One message on its way through the filters of its subscription. */
class FilterRun implements AnswerListener, RatedRequest, HasTimeout {
  dueTick = 0
  readonly message: FilteredMessage
  readonly #owner: ExchangeScope
  readonly #queue: FilterQueue
  readonly #context: FilterContext
  readonly #sends: boolean
  #toAsk: ToAsk | undefined
  #url: URL | undefined
  #ask: Ask | undefined
  #staleTried = false
  #status = 0
  #action = ''
  #chunks: Buffer[] = []
  #record: AnswerRecord | undefined
  #headers: string[] = []
  #starting = true
  #over = false
  #done: Done | undefined

  constructor(owner: ExchangeScope, message: FilteredMessage, queue: FilterQueue) {
    this.#owner = owner
    this.message = message
    this.#queue = queue
    this.#context = message.delivery.filterContext(message.subscription)
    this.#sends = message.delivery.formatFor(message.subscription)?.action === 'send'
  }

  /** The filter that asks. */
  get filter(): AskingFilter | undefined {
    return this.#toAsk?.ask
  }

  /** The backend was asked. */
  get asking(): boolean {
    return this.#ask !== undefined
  }

  /** Returns what came of it where nobody had to be asked. */
  start(content: Buffer): Done | undefined {
    const { delivery, subscription } = this.message
    const mismatch = delivery.mismatch(subscription)
    if (mismatch === undefined) this.#proceed(0, content)
    else this.#finish({ send: false, why: mismatch, fault: true }, false)
    this.#starting = false
    return this.#done
  }

  /** Whatever the backend says comes too late. */
  stop(): void {
    this.#over = true
    this.#owner.context.wheel.clear(this)
    this.#ask?.stop()
    this.#ask = undefined
  }

  begin(): boolean {
    if (this.#over) return false
    this.#send()
    return true
  }

  /** The backend took too long. */
  onTimeout(): void {
    const message = `the backend did not answer within ${this.#owner.context.options.filterTimeout / 1000} s`
    const target = this.#ask?.target
    if (target) recordAskFailure(this.#owner, target, { code: 'TIMEOUT', message, maybeTls: false }, FINAL)
    this.#lose(message)
  }

  onHead(_ask: Ask, status: number, reason: string, headers: string[]): void {
    this.#record = new AnswerRecord(this.#owner, { status, reason, headers }, true)
    this.#status = status
    this.#headers = headers
    this.#action = headerOf(headers, 'action')
    if (status !== 200 && status !== 204) this.#decided()
  }

  onData(_ask: Ask, chunk: Buffer): boolean {
    this.#record?.add(chunk)
    if (this.filter !== 'http-modify') return true
    this.#chunks.push(chunk)
    const { filterAnswerMax: max } = this.#owner.context.options
    if ((this.#record?.size ?? 0) > max) this.#lose(`the backend's answer is longer than ${max} bytes`)
    return true
  }

  onEnd(_ask: Ask): void {
    this.#record?.end()
    this.#decided()
  }

  onFail({ target }: Ask, failure: AskFailure): void {
    const again = failure.stale && !this.#staleTried
    recordAskFailure(this.#owner, target, failure, { ...FINAL, again })
    this.#staleTried = true
    if (again) this.#send()
    else this.#lose(failure.message)
  }

  #proceed(from: number, content: Buffer): void {
    const step = runUntilAsking(this.message.subscription.filters, from, this.#context, content, this.#sends)
    if (!('ask' in step)) {
      this.#finish(step, false)
      return
    }
    this.#toAsk = step
    const url = filterUrl(this.#context.connectionMeta, this.message.base)
    if ('fault' in url) {
      this.#lose(url.fault)
      return
    }
    if (this.#metaLength() > META_MAX) {
      this.#lose(`the meta of connection and item is longer than the ${META_MAX} characters that go into headers`)
      return
    }
    this.#url = url
    this.#staleTried = false
    this.#owner.context.filterRate.take(url.href, this)
  }

  #metaLength(): number {
    let length = 0
    for (const meta of [this.#context.connectionMeta, this.#context.itemMeta])
      for (const name in meta) length += name.length + (meta[name]?.length ?? 0)
    return length
  }

  #send(): void {
    const { context } = this.#owner
    const [toAsk, url] = [this.#toAsk, this.#url]
    const request = url && ownRequest(this.#owner, url, this.#owner.url)
    if (!toAsk || !request) return
    const body = toAsk.ask === 'http-modify' && toAsk.content.length > 0 ? toAsk.content : null
    const { target, path, headers } = request
    headers.push(...filterHeaders(this.#context, this.#lastIds()), 'Content-Length', String(body?.length ?? 0))
    recordSent(this.#owner, target, { method: 'POST', path, headers, body }, 'filter', { p: this.message.delivery.p })
    this.#chunks = []
    context.wheel.set(this, context.options.filterTimeout)
    this.#ask = context.upstream.ask(target, { method: 'POST', path, headers, body }, this)
  }

  #lastIds(): [string, string][] {
    const prefix = this.#owner.route?.prefix ?? ''
    const ids: [string, string][] = []
    for (const { channel, prevId } of this.message.subscription.receiver.subscriptions) {
      if (prevId !== undefined) ids.push([channel.slice(prefix.length), prevId])
    }
    return ids
  }

  #decided(): void {
    const toAsk = this.#toAsk
    if (!toAsk) return
    const head = { status: this.#status, action: this.#action }
    const body = plainBody(this.#headers, Buffer.concat(this.#chunks), this.#owner.context.options.filterAnswerMax)
    if (body.packed && this.filter === 'http-modify' && this.#chunks.length > 0) {
      this.#lose(`the backend's answer cannot be uncompressed (${headerOf(this.#headers, 'content-encoding')})`)
      return
    }
    const result = readDecision(toAsk.ask, head, body.body, toAsk.content)
    this.#owner.context.wheel.clear(this)
    this.#ask?.stop()
    this.#ask = undefined
    if (result.send) this.#proceed(toAsk.next, result.content)
    else this.#finish(result, result.fault)
  }

  /** The backend did not decide. */
  #lose(why: string): void {
    this.#finish({ send: false, why: `${this.filter}: ${why.replace(/\.$/, '')}.`, fault: true }, true)
  }

  #finish(result: FilterResult, lost: boolean): void {
    this.stop()
    const done = { result, lost }
    if (this.#starting) this.#done = done
    else this.#queue.runDone(this, done)
  }
}
