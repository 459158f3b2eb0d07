// What becomes of one publish for one subscription: its outcome, and what the hold does about it. The outcome is decided
// and recorded first. Only then something is sent.
import type { Cause } from '../../../preload/vocabulary/causes'
import { type FilteredBy, OUTCOMES, type Outcome, type OutcomeCode } from '../../trace/events'

/** Outcome names to their codes. */
export const OUTCOME = Object.fromEntries(OUTCOMES.map((name, code) => [name, code])) as Readonly<
  Record<Outcome, OutcomeCode>
>

/**
 * What follows the outcome: `send` sends the content, `refresh` asks the backend for what was missed, `run` does what the
 * hold has decided besides.
 */
export type Act = 'send' | 'refresh' | 'run'

export interface Decision {
  readonly outcome: OutcomeCode
  readonly act: Act | undefined
  /** Its cause, if the outcome alone does not say it. */
  readonly why: Cause | undefined
  /** What the client gets instead of the item's own content. */
  readonly made: Buffer | undefined
  /** Of a filtered one: which filter it was. */
  readonly by: FilteredBy | undefined
  /** Of a WebSocket that gets it: its number among the messages. 0: it has none. */
  readonly number: number
}

/** One object for all holds that decide the same without a cause of its own: a publish may go to thousands. */
export const NO_FORMAT = decide('no-format')
export const TOO_LATE = decide('too-late')
export const SENT = decide('delivered', undefined, 'send')

export function decide(
  outcome: Outcome,
  why?: Cause,
  act?: Act,
  { made, by, number = 0 }: { made?: Buffer | undefined; by?: FilteredBy | undefined; number?: number } = {},
): Decision {
  return { outcome: OUTCOME[outcome], act, why, made, by, number }
}

/** Is it decided for good? What waits gets another outcome later. */
export function isFinal({ outcome }: Decision): boolean {
  return outcome !== OUTCOME.waiting
}
