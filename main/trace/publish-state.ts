// What the reducer knows of one publish, or of a publish call that was refused.
import type { Cause } from '../../preload/vocabulary/causes'
import {
  type DeliveryEvent,
  type ExchangeId,
  OUTCOMES,
  type Outcome,
  type OutcomeCode,
  type PauseEnd,
  type PublishEvent,
  type PublishId,
  type PublishPausedEvent,
  type PublishRefusedEvent,
  type PublishReleasedEvent,
  type TraceTime,
} from './events'

const NONE: readonly DeliveryEvent[] = []

const DROPPED: Cause = { code: 'gate-dropped' }

export class PublishRecord {
  readonly id: PublishId
  /** If it was changed at the gate: as it went on. */
  event: PublishEvent | PublishRefusedEvent
  #deliveries: DeliveryEvent[] | undefined
  /** Counts over subscriptions; see `tallyOf`. */
  delivered = 0
  notDelivered = 0
  /** Of those not delivered, the clients that should have got it; see `isMiss`. */
  missed = 0
  waiting = 0
  /** Subscriptions of which the latest outcome is `waiting`. */
  pending: Set<ExchangeId> | undefined
  /** It found no subscription. */
  unheard = false
  /** The channel that may have been meant instead. */
  near: string | null = null
  changed = false
  /** While it waits at the gate, or behind another item there. */
  paused: PublishPausedEvent | undefined
  /** How it left the gate, after which time. */
  released: { readonly how: PauseEnd; readonly after: number } | undefined

  constructor(id: PublishId, event: PublishEvent | PublishRefusedEvent) {
    this.id = id
    this.event = event
  }

  /** Outcome; more than one where some of it came later. */
  get deliveries(): readonly DeliveryEvent[] {
    return this.#deliveries ?? NONE
  }

  addDelivery(event: DeliveryEvent): void {
    if (this.#deliveries) this.#deliveries.push(event)
    else this.#deliveries = [event]
  }

  /** It waits at the gate, or no more. */
  atGate(event: PublishPausedEvent | PublishReleasedEvent, changes: { publish(changed: PublishRecord): void }): void {
    if (event.type === 'publish-paused') this.paused = event
    else this.#release(event)
    changes.publish(this)
  }

  #release({ t, how, item, waiting, dropped }: PublishReleasedEvent): void {
    if (this.event.type !== 'publish') return
    this.released = { how, after: t - (this.paused?.t ?? this.event.t) }
    this.paused = undefined
    const gone = dropped ?? (how === 'dropped' ? DROPPED : undefined)
    this.event = { ...this.event, ...item, waiting: waiting === true, ...(gone !== undefined && { dropped: gone }) }
  }

  /** Takes the outcomes of a delivery. Returns how many of them were delivered, not, and missed. */
  count({ exchanges, outcomes }: DeliveryEvent): { delivered: number; notDelivered: number; missed: number } {
    const counts = { delivered: 0, notDelivered: 0, missed: 0 }
    for (let i = 0; i < outcomes.length; i++) {
      const x = exchanges[i] ?? 0
      const code = outcomes[i] ?? 0
      if (isMiss(code)) counts.missed++
      if (this.pending?.delete(x)) this.waiting--
      switch (tallyOf(code)) {
        case 'delivered':
          counts.delivered++
          break
        case 'not':
          counts.notDelivered++
          break
        case 'waiting':
          this.pending ??= new Set()
          this.pending.add(x)
          this.waiting++
          break
      }
    }
    this.delivered += counts.delivered
    this.notDelivered += counts.notDelivered
    this.missed += counts.missed
    return counts
  }

  /** When it went out, if it had to wait for its prev-id before. */
  get wentOutAt(): TraceTime | null {
    return this.event.type === 'publish' && (this.event.waiting || this.event.paused)
      ? (this.deliveries[0]?.t ?? null)
      : null
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
  closed: 'delivered',
  'client-slow': 'not',
  'bad-item': 'not',
  'rate-limited': 'not',
  'no-body': 'not',
  repeated: 'not',
  dropped: 'not',
}
const TALLY_OF_CODE: readonly Tally[] = OUTCOMES.map((name) => TALLIES[name])

export function tallyOf(code: OutcomeCode): Tally {
  return TALLY_OF_CODE[code] ?? 'not'
}

/**
 * What a miss is: the client should have got the message, and did not. No miss is what was meant so (a filter dropped it, or
 * another item of the same call was for this kind of hold: model.ts), and what the client gets in another way (its hold was
 * just answered or is asked again, or it has the message).
 */
const MISSES: ReadonlySet<Outcome> = new Set(['no-format', 'client-slow', 'bad-item', 'rate-limited'])
const MISS_OF_CODE: readonly boolean[] = OUTCOMES.map((name) => MISSES.has(name))

export function isMiss(code: OutcomeCode): boolean {
  return MISS_OF_CODE[code] ?? false
}
