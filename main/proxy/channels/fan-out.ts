// One item on its way to all who listen to its channel when it is published: a slice of them at a time, so that an item for
// thousands does not make everybody else wait.
import type { PublishItem } from '../../grip/publish-types'
import type { PublishId } from '../../trace/events'
import { writeToMany } from '../client/direct-write'
import { type Decision, decide } from './decision'
import { Delivery, type DeliveryOwner, type Subscription } from './delivery'
import type { DeliveryGate } from './delivery-gate'
import { DeliveryRecord } from './delivery-record'
import type { ContentsRecord } from './sent-contents'

/** Subscriptions that are decided about, recorded and sent to in one step, of a small item. */
export const SLICE = 512
/** Bytes of an item that is no longer small: of longer ones, a step has fewer. */
const SMALL = 8192
/** What a header costs each response, in bytes of content. */
const HEADER = 100

/** How many subscriptions get an item in one step. */
export function sliceOf({ size, formats }: PublishItem): number {
  const weight = size + (formats.response?.headers.length ?? 0) * HEADER
  return weight <= SMALL ? SLICE : Math.max(1, Math.floor((SLICE * SMALL) / weight))
}

/** What a fan-out needs of the channels that it comes from. */
export interface FanOutOwner extends DeliveryOwner {
  /** Bytes that are kept of a body. */
  readonly bodyLimit: number
  /** Subscriptions of a channel now. */
  subscriptionsOf(channel: string): ReadonlySet<Subscription>
  /** Where deliveries can be stopped. */
  readonly deliveryGate: DeliveryGate
}

/** An item that goes out. */
export interface Outgoing {
  readonly item: PublishItem
  readonly p: PublishId
  /** The gap before its prev-id was given up. */
  readonly gaveUp: boolean
  /** The publish is in the trace. */
  readonly recorded: boolean
}

const LEFT = decide('too-late', { code: 'left-meanwhile' })

export class FanOut {
  readonly #owner: FanOutOwner
  readonly #out: Outgoing
  readonly #subscriptions: readonly Subscription[]
  readonly #delivery: Delivery
  readonly #slice: number
  #sent = 0
  /** Bytes that may still be kept of what filters made; undefined: as many as of a body. */
  #room: number | undefined

  /** @param subscriptions all who listen now: a list of its own, as those that are answered leave. */
  constructor(owner: FanOutOwner, out: Outgoing, subscriptions: readonly Subscription[]) {
    this.#owner = owner
    this.#out = out
    this.#subscriptions = subscriptions
    this.#slice = sliceOf(out.item)
    this.#delivery = new Delivery(out.item, out.p, owner, out.recorded)
  }

  /** It has gone to all. */
  get done(): boolean {
    return this.#sent >= this.#subscriptions.length
  }

  /**
   * Decides for each subscription of the next slice, records that, and only then sends: a response follows the delivery
   * that causes it. Returns the cost.
   */
  go(): number {
    const from = this.#sent
    const to = Math.min(from + this.#slice, this.#subscriptions.length)
    const decisions: (Decision | undefined)[] = []
    this.#sent = to
    this.#record(this.#decide(from, to, decisions))
    if (this.#owner.deliveryGate.guarded) this.#owner.deliveryGate.show()
    writeToMany(to - from, () => {
      for (let i = from; i < to; i++) {
        const decision = decisions[i - from]
        const receiver = this.#subscriptions[i]?.receiver
        if (receiver && decision?.act !== undefined) this.#delivery.act(receiver, decision)
      }
    })
    return Math.ceil(((1 + to - from) * SLICE) / this.#slice)
  }

  #decide(from: number, to: number, decisions: (Decision | undefined)[]): DeliveryRecord {
    const record = new DeliveryRecord(to - from, () => this.#contents(to - from))
    const listening = this.#owner.subscriptionsOf(this.#out.item.channel)
    const { guarded } = this.#owner.deliveryGate
    for (let i = from; i < to; i++) {
      const before = this.#subscriptions[i]
      if (!before) continue
      const now = from === 0 ? before : currentSubscription(before, listening)
      const stopped = now && guarded ? this.#owner.deliveryGate.stops(this.#out, now) : undefined
      const decision = stopped ?? (now ? this.#delivery.to(now) : LEFT)
      decisions.push(decision)
      record.set(i - from, before.receiver, decision)
    }
    return record
  }

  #record(record: DeliveryRecord): void {
    const { item, p, gaveUp, recorded } = this.#out
    const event = record.take({ p, channel: item.channel }, recorded)
    if (event.made) this.#room = (this.#room ?? this.#owner.bodyLimit) - event.made.data.length
    if (gaveUp) event.gaveUp = true
    if (this.#subscriptions.length > this.#slice) event.left = this.#subscriptions.length - this.#sent
    this.#owner.emitDelivery(event, recorded)
  }

  #contents(receivers: number): ContentsRecord {
    return this.#owner.contentsRecord(receivers, this.#room)
  }
}

/**
 * The subscription as it is now: a hold may have another one to the same channel, after its next link or by an order of its
 * WebSocket's backend. Undefined: it does not listen any more.
 */
export function currentSubscription(
  before: Subscription,
  listening: ReadonlySet<Subscription>,
): Subscription | undefined {
  if (listening.has(before)) return before
  const now = before.receiver.subscriptions.find(({ channel }) => channel === before.channel)
  return now && listening.has(now) ? now : undefined
}
