// Filters that ask a backend (http-check, http-modify): messages to a hold wait for what it says, in their order. Only
// holds with such filters have a queue of this kind. It sends nothing itself: what is to be done, it puts as commands.
import type { Cause } from '../../../preload/vocabulary/causes'
import {
  type FilterResult,
  filterUrl,
  type HttpFilter,
  type HttpFilterStep,
  readDecision,
  runUntilHttp,
} from '../../grip/filters'
import { type Decision, decide, isFinal } from '../channels/decision'
import { type Delivery, type Filtered, MISMATCH, type Subscription } from '../channels/delivery'
import { type WaitingMessage, WaitingQueue, type WaitingRoom } from '../channels/waiting-messages'
import type { Limits } from '../settings/options'

/** A backend is to be asked about a message. */
export interface FilterRequest {
  readonly do: 'request-filter'
  readonly filter: HttpFilter
  readonly url: URL
  readonly content: Buffer
  readonly message: WaitingMessage
  /** It may go at once; false: it waits for its turn. */
  readonly now: boolean
}

export type FilterCommand =
  | FilterRequest
  /** Nobody waits for the answer any more. */
  | { readonly do: 'stop-filter' }
  /** An outcome that came later than the publish. */
  | { readonly do: 'settle'; readonly delivery: Delivery; readonly decision: Decision }
  /** The next message that waits for filters is to be taken out. */
  | { readonly do: 'go-on-filtering' }

/** What a queue needs of its hold. */
export interface FilteringHold {
  readonly waitingRoom: WaitingRoom
  readonly options: Pick<Limits, 'filterQueueMax' | 'clientBufferMax'>
  /** Faults are told to the client. */
  readonly debug: boolean
  readonly subscriptions: readonly Subscription[]
  /** What a relative URL of a filter is resolved against. */
  readonly base: URL
  /** True: a request to this URL may go at once. False: the hold is told when it is its turn. */
  mayAsk(url: string): boolean
  put(command: FilterCommand): void
}

/** Who decides about messages that have been through filters which ask. */
export interface FilteredTaker {
  takeFiltered(delivery: Delivery, subscription: Subscription, filtered: Filtered): Decision
}

/** What the filters have come to. `lost`: the backend did not decide, so the client does not have this message. */
interface Done {
  readonly result: FilterResult
  readonly lost: boolean
}

/** A message that a backend is asked about. */
interface Asked {
  readonly message: WaitingMessage
  readonly base: URL
  readonly toAsk: HttpFilterStep
}

type State =
  | { readonly at: 'idle' }
  | ({ readonly at: 'asking' } & Asked)
  /** The next message is being taken out: it does not have to wait any more. */
  | { readonly at: 'going-on' }
  | { readonly at: 'over' }

/** Characters of meta that a backend is told of in headers. */
const META_MAX = 65_536
const IDLE: State = { at: 'idle' }
const GIVEN_UP = decide('too-late', { code: 'given-up-before-filters' })
const OVER = decide('too-late', { code: 'over-before-filters' })
const QUEUED = decide('waiting', { code: 'earlier-first' })

export class FilterQueue {
  readonly #hold: FilteringHold
  readonly #taker: FilteredTaker
  readonly #waiting: WaitingQueue
  #state: State = IDLE

  constructor(hold: FilteringHold, taker: FilteredTaker) {
    this.#hold = hold
    this.#taker = taker
    const { filterQueueMax: max, clientBufferMax: bytesMax } = hold.options
    this.#waiting = new WaitingQueue(hold.waitingRoom, {
      max,
      bytesMax,
      during: 'filter',
    })
  }

  /** What comes now has to wait. */
  get busy(): boolean {
    const { at } = this.#state
    return at === 'asking' || (at === 'idle' && this.#waiting.length > 0)
  }

  /** Puts a message behind those that wait already. */
  wait(delivery: Delivery, subscription: Subscription): Decision {
    const full = this.#waiting.add({ delivery, subscription })
    return full === undefined ? QUEUED : decide('rate-limited', full)
  }

  /** Lets a message through its filters while nothing else waits. @param content what the filters begin with */
  take(delivery: Delivery, subscription: Subscription, content: Buffer): Decision {
    const message = { delivery, subscription }
    const full = this.#hold.waitingRoom.enter(delivery)
    if (full !== undefined) return decide('rate-limited', full)
    const mismatch = delivery.mismatch(subscription)
    const done =
      mismatch === undefined
        ? this.#proceed(message, this.#hold.base, 0, content)
        : { result: { send: false, why: mismatch, fault: true, by: MISMATCH } as const, lost: false }
    if ('result' in done) {
      this.#hold.waitingRoom.leave(delivery)
      return this.#decide(message, done)
    }
    const { filter, now } = done
    return decide('waiting', { code: now ? 'filter-decides' : 'filter-waits-turn', filter }, 'run')
  }

  /** The backend has answered. */
  answered(status: number, action: string, body: Buffer): void {
    const state = this.#state
    if (state.at !== 'asking') return
    const { message, base, toAsk } = state
    const result = readDecision(toAsk.filter, { status, action }, body, toAsk.content)
    const done = result.send ? this.#proceed(message, base, toAsk.next, result.content) : { result, lost: result.fault }
    if ('result' in done) this.#done(message, done)
  }

  /** The backend did not decide. */
  unanswered(why: Cause): void {
    const state = this.#state
    if (state.at === 'asking') this.#done(state.message, lost(state.toAsk.filter, why))
  }

  /** Takes out the message that waits longest, if none is asked about. */
  goOn(): void {
    if (this.#state.at !== 'idle') return
    const next = this.#waiting.shift()
    if (!next) return
    const { delivery } = next
    this.#state = { at: 'going-on' }
    const subscription = this.#current(next.subscription)
    const decision = subscription ? delivery.to(subscription) : GIVEN_UP
    if (this.#state.at === 'going-on') this.#state = IDLE
    this.#settle(delivery, decision)
  }

  /** Takes out all messages that wait, oldest first. */
  withdraw(): readonly WaitingMessage[] {
    const state = this.#state
    if (state.at !== 'over') this.#state = IDLE
    const all = this.#waiting.empty()
    if (state.at !== 'asking') return all
    this.#hold.put({ do: 'stop-filter' })
    this.#hold.waitingRoom.leave(state.message.delivery)
    return [state.message, ...all]
  }

  /** The hold is over. */
  end(): void {
    for (const { delivery } of this.withdraw()) this.#hold.put({ do: 'settle', delivery, decision: OVER })
    this.#state = { at: 'over' }
  }

  /** Runs filters from number `from` on: up to the end, or to a request that is put. */
  #proceed(message: WaitingMessage, base: URL, from: number, content: Buffer): Done | FilterRequest {
    const { delivery, subscription } = message
    const context = delivery.filterContext(subscription)
    const sends = delivery.formatFor(subscription)?.action === 'send'
    const step = runUntilHttp(subscription.filters, from, context, content, sends)
    if (!('filter' in step)) return { result: step, lost: false }
    const url = filterUrl(context.connectionMeta, base)
    if ('fault' in url) return lost(step.filter, url.fault)
    if (lengthOf(context.connectionMeta) + lengthOf(context.itemMeta ?? {}) > META_MAX)
      return lost(step.filter, { code: 'filter-meta-long', max: META_MAX })
    this.#state = { at: 'asking', message, base, toAsk: step }
    const now = this.#hold.mayAsk(url.href)
    const request = { do: 'request-filter', filter: step.filter, url, content: step.content, message, now } as const
    this.#hold.put(request)
    return request
  }

  /** The filters of the message that was asked about are through. */
  #done(message: WaitingMessage, done: Done): void {
    this.#state = IDLE
    this.#hold.waitingRoom.leave(message.delivery)
    this.#settle(message.delivery, this.#decide(message, done))
  }

  #settle(delivery: Delivery, decision: Decision): void {
    if (isFinal(decision)) this.#hold.put({ do: 'settle', delivery, decision })
    // Once this one is done with: it may be the last one that the hold takes.
    this.#hold.put({ do: 'go-on-filtering' })
  }

  #decide({ delivery, subscription }: WaitingMessage, { result, lost }: Done): Decision {
    const current = this.#current(subscription)
    if (!current) return GIVEN_UP
    if (result.send) return this.#taker.takeFiltered(delivery, current, result)
    // As Pushpin 2.0: only where faults are told, a hold ends because its backend did not decide.
    if (lost && !this.#hold.debug) return decide('filtered', result.why, undefined, { by: result.by })
    return this.#taker.takeFiltered(delivery, current, {
      content: undefined,
      why: result.why,
      fault: result.fault,
      by: result.by,
    })
  }

  /** The hold's subscription to the same channel, which may have been replaced. */
  #current({ channel }: Subscription): Subscription | undefined {
    return this.#hold.subscriptions.find((s) => s.channel === channel)
  }
}

function lost(filter: HttpFilter, why: Cause): Done {
  const said = { code: 'filter-lost', filter, why } as const
  return { result: { send: false, why: said, fault: true, by: { filter, failed: true } }, lost: true }
}

function lengthOf(meta: Readonly<Record<string, string>>): number {
  let length = 0
  for (const name in meta) length += name.length + (meta[name]?.length ?? 0)
  return length
}
