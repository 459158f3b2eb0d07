// Messages that wait for one hold: while its next link or a filter's backend is asked. They are bounded by their number, by
// their bytes, and by the memory that all holds of an engine keep so.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { PublishItem } from '../../grip/publish-types'
import type { Delivery, Subscription } from './delivery'

/** A message for a subscription. */
export interface WaitingMessage {
  readonly delivery: Delivery
  readonly subscription: Subscription
}

/** Bytes of memory that an item takes, apart from what is in it. */
const ITEM = 500
/** Bytes of all that waits for links and filters. */
const ROOM_MAX = 64 * 1024 * 1024

/** Bytes of memory that an item takes, about. */
export function weightOf(item: PublishItem): number {
  return ITEM + item.size + item.published.length
}

/** What all holds keep waiting. A message counts once, however many wait for it. */
export class WaitingRoom {
  readonly #waiters = new Map<Delivery, number>()
  #bytes = 0

  /** Bytes that wait now. */
  get bytes(): number {
    return this.#bytes
  }

  /** Why there is no room for a message; undefined: it is kept, until as many have left as have entered. */
  enter(delivery: Delivery): Cause | undefined {
    if (!this.#waiters.has(delivery) && this.#bytes + weightOf(delivery.item) > ROOM_MAX)
      return { code: 'room-full', max: ROOM_MAX }
    this.keep(delivery)
    return undefined
  }

  /** The same for one that has waited before. */
  keep(delivery: Delivery): void {
    const waiters = this.#waiters.get(delivery) ?? 0
    if (waiters === 0) this.#bytes += weightOf(delivery.item)
    this.#waiters.set(delivery, waiters + 1)
  }

  leave(delivery: Delivery): void {
    const waiters = this.#waiters.get(delivery)
    if (waiters === undefined) return
    if (waiters > 1) this.#waiters.set(delivery, waiters - 1)
    else {
      this.#waiters.delete(delivery)
      this.#bytes -= weightOf(delivery.item)
    }
  }
}

export interface QueueLimits {
  /** Messages. */
  readonly max: number
  /** Bytes of messages; a single one may be longer. */
  readonly bytesMax: number
  /** What they wait for: the next link, or a filter's backend. */
  readonly during: 'link' | 'filter'
}

/** The messages of one hold, oldest first. */
export class WaitingQueue {
  readonly #room: WaitingRoom
  readonly #limits: QueueLimits
  #messages: WaitingMessage[] = []
  #bytes = 0

  constructor(room: WaitingRoom, limits: QueueLimits) {
    this.#room = room
    this.#limits = limits
  }

  get length(): number {
    return this.#messages.length
  }

  /** Puts a message last. Returns why it can't wait; undefined: it waits. */
  add(message: WaitingMessage): Cause | undefined {
    const { max, bytesMax, during } = this.#limits
    const { size } = message.delivery.item
    if (this.#messages.length >= max) return { code: 'queue-messages', max, during }
    if (this.#messages.length > 0 && this.#bytes + size > bytesMax)
      return { code: 'queue-bytes', max: bytesMax, during }
    const full = this.#room.enter(message.delivery)
    if (full !== undefined) return full
    this.#push(message)
    return undefined
  }

  /** Puts messages last that have waited elsewhere: there is room for these. */
  takeOver(messages: readonly WaitingMessage[]): void {
    for (const message of messages) {
      this.#room.keep(message.delivery)
      this.#push(message)
    }
  }

  shift(): WaitingMessage | undefined {
    const message = this.#messages.shift()
    if (!message) return undefined
    this.#bytes -= message.delivery.item.size
    this.#room.leave(message.delivery)
    return message
  }

  /** Takes all out. */
  empty(): WaitingMessage[] {
    const all = this.#messages
    this.#messages = []
    this.#bytes = 0
    for (const { delivery } of all) this.#room.leave(delivery)
    return all
  }

  #push(message: WaitingMessage): void {
    this.#messages.push(message)
    this.#bytes += message.delivery.item.size
  }
}
