// Deliveries at the gate: one that is stopped waits, and what comes later for the same hold waits behind it. Meanwhile the
// timeouts of the hold stand still.
import type { PublishItem } from '../../grip/publish-types'
import type { PublishId } from '../../trace/events'
import type { Gate } from '../gate/gate'
import type { PassingDelivery, Verdict } from '../gate/passing'
import type { Paused } from '../gate/paused'
import { WaitingLine, type WaitingPlace } from '../gate/waiting-line'
import { type Decision, decide } from './decision'
import { contentOf, Delivery, type DeliveryOwner, type Receiver, type Subscription } from './delivery'

/** An item on its way. */
interface OnItsWay {
  readonly item: PublishItem
  readonly p: PublishId
  readonly recorded: boolean
}

interface Waiting {
  readonly out: OnItsWay
  /** As it was when the item came. */
  readonly subscription: Subscription
  readonly thing: Paused<PassingDelivery> | undefined
  verdict: Verdict<PassingDelivery>
  /** Nobody listens any more. */
  over: boolean
}

export interface DeliveryGateOwner extends DeliveryOwner {
  /** The subscription as it is now; undefined: it is gone. */
  currentOf(subscription: Subscription): Subscription | undefined
}

const PAUSED = decide('waiting', { code: 'gate-paused' })
const BEHIND = decide('waiting', { code: 'gate-behind' })
const DROPPED = decide('dropped', { code: 'gate-dropped' })
const GONE = decide('too-late', { code: 'gate-hold-ended' })
/** Deliveries of one hold that wait. At the bound, the oldest goes. */
const LANE_MAX = 1000

export class DeliveryGate {
  readonly #gate: Gate
  readonly #owner: DeliveryGateOwner
  readonly #lanes = new Map<Receiver, WaitingLine<Waiting>>()
  readonly #toShow: Paused<PassingDelivery>[] = []

  constructor(gate: Gate, owner: DeliveryGateOwner) {
    this.#gate = gate
    this.#owner = owner
  }

  /** Somebody stands at the gate: deliveries ask. */
  get guarded(): boolean {
    return this.#gate.guarded
  }

  /** What becomes of a delivery that waits; undefined: it goes on. */
  stops(out: OnItsWay, subscription: Subscription): Decision | undefined {
    const { receiver } = subscription
    const lane = this.#lanes.get(receiver)
    let place: WaitingPlace<Waiting> | undefined
    const { exchangeId: x, kind } = receiver
    const passing: PassingDelivery = { what: 'delivery', x, p: out.p, kind, item: out.item }
    const thing = this.#gate.stop(passing, receiver.sink, (verdict, how) => {
      if (!place) return
      place.value.verdict = verdict
      place.value.over = how === 'over'
      place.open = true
      this.#flush(receiver)
    })
    if (!thing && !lane) return undefined
    const waiting: Waiting = { out, subscription, thing, verdict: { do: 'go' }, over: false }
    place = this.#lane(receiver).add(waiting, thing === undefined)
    if (thing) this.#toShow.push(thing)
    if (lane && lane.length > LANE_MAX) lane.first?.thing?.giveWay()
    return thing ? PAUSED : BEHIND
  }

  /** What was stopped is recorded: now it may be decided about. */
  show(): void {
    for (const thing of this.#toShow.splice(0)) thing.shown()
  }

  /** A subscription is gone: nothing waits for it any more, unless its hold still listens to the channel. */
  left(subscription: Subscription): void {
    const lane = this.#lanes.get(subscription.receiver)
    if (!lane) return
    for (const { subscription: of, thing } of lane.values())
      if (of.channel === subscription.channel && !this.#owner.currentOf(of)) thing?.over()
  }

  #lane(receiver: Receiver): WaitingLine<Waiting> {
    let lane = this.#lanes.get(receiver)
    if (!lane) {
      lane = new WaitingLine()
      this.#lanes.set(receiver, lane)
      receiver.pauseTimeouts?.(true)
    }
    return lane
  }

  /** Lets those go that may, in order. */
  #flush(receiver: Receiver): void {
    const lane = this.#lanes.get(receiver)
    if (!lane) return
    const going: Waiting[] = []
    for (let next = lane.take(); next; next = lane.take()) going.push(next)
    if (lane.length === 0) {
      this.#lanes.delete(receiver)
      receiver.pauseTimeouts?.(false)
    }
    for (const waiting of going) this.#go(receiver, waiting)
  }

  #go(receiver: Receiver, { out, subscription, verdict, over }: Waiting): void {
    const { p, recorded } = out
    const changed = verdict.do === 'change' && verdict.to.item
    const delivery = new Delivery(changed || out.item, p, this.#owner, recorded)
    if (verdict.do === 'drop' && !over) {
      delivery.settle(receiver, DROPPED)
      return
    }
    const now = over ? undefined : this.#owner.currentOf(subscription)
    if (!now) delivery.settle(receiver, GONE)
    else delivery.settle(receiver, changed ? withContent(delivery, now) : delivery.to(now))
  }
}

/** The content of an item that was changed is not that of the publish, so it is recorded. */
function withContent(delivery: Delivery, subscription: Subscription): Decision {
  const decision = delivery.to(subscription)
  const format = delivery.formatFor(subscription)
  if (decision.act !== 'send' || decision.made !== undefined || !format) return decision
  return { ...decision, made: contentOf(format) }
}
