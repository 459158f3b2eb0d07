// The one reducer: makes exchanges, holds, channels and publishes out of events. Deterministic, no I/O, no clock.
import type { TraceEvent } from './events'
import type { Drop } from './log'

export declare class TraceModel {
  /** `seq`: the event's sequence number in the log. Never throws; events of unknown exchanges are passed over. */
  apply(event: TraceEvent, seq: number): void
  /** Forgets what was dropped from the log. */
  drop(drop: Drop): void
}
