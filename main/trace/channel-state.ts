// What the reducer knows of one channel: who listened when, what was published, and what came of it.
import type { DeliveryEvent, ExchangeId, TraceTime } from './events'
import type { PublishRecord } from './publish-state'

/** Former terms that are kept of a subscription. */
const FORMER_MAX = 32

/** What an instruct says of a channel that is listened to, from a time on. */
export interface Terms {
  readonly from: TraceTime
  readonly prevId: string | undefined
  readonly filters: readonly string[]
}

/** One exchange listening to one channel for a while. */
export interface Subscribed {
  readonly exchange: ExchangeId
  readonly channel: string
  readonly from: TraceTime
  /** Null: still listens. */
  to: TraceTime | null
  /** As the latest instruct has it, and since when. */
  since: TraceTime
  prevId: string | undefined
  filters: readonly string[]
  /** As former instructs had it: the first one, and the latest. */
  former?: Terms[]
  /** The latest delivery. */
  deliveredAt: TraceTime
}

export class ChannelRecord {
  readonly name: string
  /** In the order of their beginning. */
  subscriptions: Subscribed[] = []
  /** Subscriptions now. */
  held = 0
  /** In the order they came. */
  publishes: PublishRecord[] = []
  /** Of publishes that are known, in the order they happened. */
  deliveries: DeliveryEvent[] = []
  lastId: string | null = null
  lastAt: TraceTime | null = null
  /** Publishes that found no subscription. */
  unheard = 0
  /** Somebody listened to it in this session. */
  heard = false
  /** The channel that a publish to nobody may have meant. */
  near: string | null = null
  /** Is in the list of changes. */
  changed = false

  constructor(name: string) {
    this.name = name
  }

  /** Nothing that is known of has to do with it any more. */
  get forgotten(): boolean {
    return this.subscriptions.length === 0 && this.publishes.length === 0
  }
}

/** It goes on under other terms. */
export function renew(subscription: Subscribed, { from, prevId, filters }: Terms): void {
  const { former = [] } = subscription
  former.push({ from: subscription.since, prevId: subscription.prevId, filters: subscription.filters })
  if (former.length > FORMER_MAX) former.splice(1, 1)
  subscription.former = former
  subscription.since = from
  subscription.prevId = prevId
  subscription.filters = filters
}

/** What was in force at a time. */
export function termsAt(subscription: Subscribed, t: TraceTime): Terms {
  const { former, since: from, prevId, filters } = subscription
  const now = { from, prevId, filters }
  if (t >= from || !former) return now
  return former.findLast((terms) => terms.from <= t) ?? former[0] ?? now
}

/** Index of the first element that is not before `t`. The elements are in the order of their times. */
export function firstSince<T>(elements: readonly T[], t: TraceTime, timeOf: (element: T) => TraceTime): number {
  return firstThat(elements, (element) => timeOf(element) >= t)
}

/** The same for the first one that is after `t`. */
export function firstAfter<T>(elements: readonly T[], t: TraceTime, timeOf: (element: T) => TraceTime): number {
  return firstThat(elements, (element) => timeOf(element) > t)
}

/** Index of the first element that fits. All after it fit too. */
function firstThat<T>(elements: readonly T[], fits: (element: T) => boolean): number {
  let low = 0
  let high = elements.length
  while (low < high) {
    const middle = (low + high) >> 1
    const element = elements[middle]
    if (element !== undefined && !fits(element)) low = middle + 1
    else high = middle
  }
  return low
}
