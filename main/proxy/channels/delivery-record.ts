// The outcomes of one publish, one for each subscription, as they go into a delivery event.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { DeliveryEvent, ExchangeId, FilteredBy } from '../../trace/events'
import type { Making } from '../../trace/events/terms'
import type { Decision } from './decision'
import type { ContentsRecord } from './sent-contents'

/** A hold, as a delivery event names it. */
interface Named {
  readonly exchangeId: ExchangeId
  /** True: its exchange is not in the trace. */
  readonly unrecorded?: boolean
}

export class DeliveryRecord {
  readonly #exchanges: Uint32Array
  readonly #outcomes: Uint8Array
  readonly #contents: () => ContentsRecord
  #numbers: Uint32Array | undefined
  #why: Record<number, Cause> | undefined
  #by: Record<number, FilteredBy> | undefined
  #made: ContentsRecord | undefined
  #unrecorded: Uint8Array | undefined

  /** @param receivers how many. @param contents makes the record of what filters made. */
  constructor(receivers: number, contents: () => ContentsRecord) {
    this.#exchanges = new Uint32Array(receivers)
    this.#outcomes = new Uint8Array(receivers)
    this.#contents = contents
  }

  /** What becomes of it for the receiver at this position. */
  set(i: number, { exchangeId, unrecorded }: Named, decision: Decision): void {
    this.#exchanges[i] = exchangeId
    this.#outcomes[i] = decision.outcome
    if (unrecorded) {
      this.#unrecorded ??= new Uint8Array(this.#exchanges.length)
      this.#unrecorded[i] = 1
    }
    if (decision.number !== 0) {
      this.#numbers ??= new Uint32Array(this.#exchanges.length)
      this.#numbers[i] = decision.number
    }
    if (decision.why !== undefined) {
      this.#why ??= {}
      this.#why[i] = decision.why
    }
    if (decision.by !== undefined) {
      this.#by ??= {}
      this.#by[i] = decision.by
    }
    if (decision.made !== undefined) {
      this.#made ??= this.#contents()
      this.#made.add(i, decision.made)
    }
  }

  /** The event, which is emitted next. Its time is set then. @param recorded it goes into the trace. */
  take({ p, channel }: Pick<DeliveryEvent, 'p' | 'channel'>, recorded: boolean): Making<DeliveryEvent> {
    const exchanges = this.#exchanges
    const event: Making<DeliveryEvent> = { type: 'delivery', t: 0, p, channel, exchanges, outcomes: this.#outcomes }
    if (this.#numbers) event.numbers = this.#numbers
    if (this.#why) event.why = this.#why
    if (this.#by) event.by = this.#by
    if (this.#made && recorded) event.made = this.#made.take()
    if (this.#unrecorded) event.unrecorded = this.#unrecorded
    return event
  }
}
