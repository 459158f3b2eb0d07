// Feeds the model from the log while somebody watches, and tells each watcher what changed: a snapshot in parts, then at
// most one batch a frame.
import type { Batch } from '../../preload/contract'
import type { TraceLog } from './log'
import type { TraceModel } from './model'

/** Timers, so that tests can have their own. */
export interface LiveTimers {
  /** Calls back once after `ms`; the function returned prevents it. */
  later(callback: () => void, ms: number): () => void
  /** Calls back after other work that is waiting has had its turn (setImmediate). */
  soon(callback: () => void): void
  /** Milliseconds, monotonic: tells how long a slice of work took. */
  clock(): number
}

export declare class LiveTrace {
  constructor(log: TraceLog, timers?: LiveTimers)
  /**
   * Begins with a snapshot (`reset` on its first part, `more` until its last), then sends what changed.
   * @param ready while it says false, rows wait and are sent in their latest form later (backpressure).
   * @returns ends it.
   */
  watch(onBatch: (batch: Batch) => void, ready?: () => boolean): () => void
  /** The model with all events so far applied; made in slices, so that the engine in this thread goes on. */
  model(): Promise<TraceModel>
  /** Ends all watches and timers. */
  stop(): void
}
