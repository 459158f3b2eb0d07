// What the reducer knows of one publish, or of a publish call that was refused.
import {
  type DeliveryEvent,
  type ExchangeId,
  OUTCOMES,
  type Outcome,
  type OutcomeCode,
  type PublishEvent,
  type PublishId,
  type PublishRefusedEvent,
  type TraceTime,
} from './events'

const NONE: readonly DeliveryEvent[] = []

export class PublishRecord {
  readonly id: PublishId
  readonly event: PublishEvent | PublishRefusedEvent
  #deliveries: DeliveryEvent[] | undefined
  /** Counts over subscriptions; see `tallyOf`. */
  delivered = 0
  notDelivered = 0
  waiting = 0
  /** Subscriptions of which the latest outcome is `waiting`. */
  pending: Set<ExchangeId> | undefined
  /** It found no subscription. */
  unheard = false
  changed = false

  constructor(id: PublishId, event: PublishEvent | PublishRefusedEvent) {
    this.id = id
    this.event = event
  }

  /** What came of it; more than one where some of it came later. */
  get deliveries(): readonly DeliveryEvent[] {
    return this.#deliveries ?? NONE
  }

  addDelivery(event: DeliveryEvent): void {
    if (this.#deliveries) this.#deliveries.push(event)
    else this.#deliveries = [event]
  }

  /** When it went out, if it had to wait for its prev-id before. */
  get wentOutAt(): TraceTime | null {
    return this.event.type === 'publish' && this.event.waiting ? (this.deliveries[0]?.t ?? null) : null
  }

  /** Names of its formats. */
  get formats(): string[] {
    return this.event.type === 'publish' ? [...this.event.formatNames] : []
  }
}

/** How an outcome counts: as delivered, as not, as waiting, or as neither (the backend was asked instead). */
export type Tally = 'delivered' | 'not' | 'waiting' | 'neither'

const TALLIES: Readonly<Record<Outcome, Tally>> = {
  delivered: 'delivered',
  'no-format': 'not',
  filtered: 'not',
  waiting: 'waiting',
  'too-late': 'not',
  'asked-again': 'neither',
  'order-unknown': 'not',
  closed: 'delivered',
  'client-slow': 'not',
  'patch-failed': 'not',
  'bad-item': 'not',
  'rate-limited': 'not',
  'no-body': 'not',
}
const TALLY_OF_CODE: readonly Tally[] = OUTCOMES.map((name) => TALLIES[name])

export function tallyOf(code: OutcomeCode): Tally {
  return TALLY_OF_CODE[code] ?? 'not'
}

/** A filter that drops an item does what was asked for: for the exchange this is no miss. */
export function isMiss(code: OutcomeCode): boolean {
  return tallyOf(code) === 'not' && OUTCOMES[code] !== 'filtered'
}
