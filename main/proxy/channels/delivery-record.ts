// The outcomes of one publish, one for each subscription, as they go into a delivery event.
import type { DeliveryEvent, ExchangeId, FilteredBy } from '../../trace/events'
import type { Decision } from './decision'
import type { ContentsRecord } from './sent-contents'

/** A hold, as a delivery event names it. */
interface Named {
  readonly exchangeId: ExchangeId
  /** True: its exchange is not in the trace. */
  readonly unrecorded?: boolean
}

type Outcomes = Pick<DeliveryEvent, 'exchanges' | 'outcomes' | 'numbers' | 'why' | 'by' | 'made' | 'unrecorded'>

export class DeliveryRecord {
  readonly #exchanges: Uint32Array
  readonly #outcomes: Uint8Array
  readonly #contents: () => ContentsRecord
  #numbers: Uint32Array | undefined
  #why: Record<number, string> | undefined
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

  /** For the event that is emitted next. @param recorded it goes into the trace. */
  take(recorded: boolean): Outcomes {
    const [numbers, why, by, made, unrecorded] = [this.#numbers, this.#why, this.#by, this.#made, this.#unrecorded]
    return {
      exchanges: this.#exchanges,
      outcomes: this.#outcomes,
      ...(numbers && { numbers }),
      ...(why && { why }),
      ...(by && { by }),
      ...(made && recorded && { made: made.take() }),
      ...(unrecorded && { unrecorded }),
    }
  }
}
