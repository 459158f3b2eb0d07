// The trace's clock in the interface: what time it is now, for holds that grow and numbers that tick.
import { useSyncExternalStore } from 'react'
import { useStore } from './store'

/** Milliseconds since the trace began, now: the last status plus what has passed here since. */
export function traceNow(): number {
  const { status, statusAt } = useStore.getState().trace
  return status ? status.now + Math.max(0, performance.now() - statusAt) : 0
}

/** Ten times a second: smooth enough for a bar that grows, and one timer for all of them. */
const TICK = 100
/** While so many rows come at once, twice a second: they fly by, and nobody looks at one that grows. */
const BUSY_ROWS = 100
const BUSY_TICKS = 5
/** Milliseconds after which the last batch tells nothing any more. */
const RECENT = 1000

function isBusy(): boolean {
  const { batchRows, statusAt } = useStore.getState().trace
  return batchRows >= BUSY_ROWS && performance.now() - statusAt < RECENT
}
const listeners = new Set<() => void>()
let timer: ReturnType<typeof setInterval> | null = null
let tick = 0

function subscribe(listener: () => void): () => void {
  listeners.add(listener)
  timer ??= setInterval(() => {
    tick += 1
    if (tick % BUSY_TICKS !== 0 && isBusy()) return
    for (const each of listeners) each()
  }, TICK)
  return () => {
    listeners.delete(listener)
    if (listeners.size > 0 || !timer) return
    clearInterval(timer)
    timer = null
  }
}

const unsubscribed = () => () => {}

/**
 * Time of the trace, moving while `running`, renewed every `every` milliseconds (a multiple of 100).
 */
export function useTraceNow(running: boolean, every = TICK): number {
  const step = Math.max(1, Math.round(every / TICK))
  useSyncExternalStore(running ? subscribe : unsubscribed, () => Math.floor(tick / step))
  return traceNow()
}
