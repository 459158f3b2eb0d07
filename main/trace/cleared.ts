// What the user cleared from the log, as long as it can be brought back.
import { isStanding } from './carried-events'
import type { ExchangeId, TraceEvent } from './events'

/** What was cleared and can still be brought back: it takes its memory, but nobody reads it. */
export interface Cleared {
  /** The sequence number of the first event that came after. */
  readonly until: number
  /** Finished exchanges, whose events are hidden as those of publishes are. */
  readonly exchanges: ReadonlySet<ExchangeId>
}

/** Was this event cleared? `seq`: its sequence number. */
export function isCleared({ until, exchanges }: Cleared, event: TraceEvent, seq: number): boolean {
  if (seq >= until) return false
  const { x } = event as { x?: ExchangeId }
  return x === undefined ? !isStanding(event) : exchanges.has(x)
}
