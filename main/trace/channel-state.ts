// What the reducer knows of one channel: who listened when, what was published, and what came of it.
import type { DeliveryEvent, ExchangeId, TraceTime } from './events'
import type { PublishRecord } from './publish-state'

/** One exchange listening to one channel for a while. */
export interface Subscribed {
  readonly exchange: ExchangeId
  readonly channel: string
  readonly from: TraceTime
  /** Null: still listens. */
  to: TraceTime | null
  /** As the latest instruct had it. */
  prevId: string | undefined
  filters: readonly string[]
  /** When the backend was asked that then named the channel in a hold; null where that does not matter (any more). */
  askedAt: TraceTime | null
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
  /** Publishes to nobody on a channel with a near name; the latest. */
  nearPublishes: PublishRecord[] = []
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

/** Index of the first element that is not before `t`. The elements are in the order of their times. */
export function firstSince<T>(elements: readonly T[], t: TraceTime, timeOf: (element: T) => TraceTime): number {
  let low = 0
  let high = elements.length
  while (low < high) {
    const middle = (low + high) >> 1
    const element = elements[middle]
    if (element !== undefined && timeOf(element) < t) low = middle + 1
    else high = middle
  }
  return low
}
