// HAR 1.2 of exchanges.
import type { ExchangeId } from './events'
import type { TraceModel } from './model'

export interface HarOptions {
  /** Wall clock at the beginning of the trace, ms since 1970. */
  readonly epoch: number
  /** Gripscope's version. */
  readonly version: string
  /** Time of the export, ms since the trace began: how long what is still going on has lasted. */
  readonly now: number
  /** Awaited every few entries, so that others get their turn. Default: setImmediate. */
  readonly pause?: () => Promise<void>
}

/** @param ids null: all. Unknown ids are left out. Entries are in the order of the exchanges' numbers. */
export declare function makeHar(
  model: TraceModel,
  ids: readonly ExchangeId[] | null,
  options: HarOptions,
): Promise<{ text: string; entries: number }>
