// Timers of what follows a trace, so that tests can have their own.

export interface TraceTimers {
  /** Calls back once after `ms`; the function returned prevents it. */
  later(callback: () => void, ms: number): () => void
  /** Calls back after other work that is waiting has had its turn (setImmediate). */
  soon(callback: () => void): void
  /** Milliseconds, monotonic: tells how long a slice of work took. */
  clock(): number
}

export const systemTimers: TraceTimers = {
  later(callback, ms) {
    const timer = setTimeout(callback, ms)
    timer.unref()
    return () => clearTimeout(timer)
  },
  soon: (callback) => void setImmediate(callback),
  clock: () => performance.now(),
}
