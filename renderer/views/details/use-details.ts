// The details of an exchange: fetched when looked at, and again while its row changes.
import { useEffect, useState } from 'react'
import type { ExchangeDetails } from '../../../preload/views'
import { call } from '../../bridge/client'
import { useStore } from '../../state/store'

/** Milliseconds between fetches of an exchange that keeps changing. */
const INTERVAL = 250

/** The latest details known; null until they came. */
export function useDetails(id: number): ExchangeDetails | null {
  const row = useStore((store) => store.trace.exchanges.get(id))
  const [details, setDetails] = useState<ExchangeDetails | null>(null)
  const known = details?.row.id === id ? details : null
  useThrottled(
    async (stillWanted) => {
      const next = await call('exchange.details', { id }).catch(() => null)
      if (next && stillWanted()) setDetails(next)
    },
    id,
    row,
  )
  return known
}

/**
 * Runs now when `key` changes, and when `version` does: then at most once an interval, the last change never left out.
 */
function useThrottled(run: (stillWanted: () => boolean) => Promise<void>, key: unknown, version: unknown): void {
  const [throttle] = useState(() => createThrottle(INTERVAL))
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key and the version tell when to run
  useEffect(() => throttle.request(key, run), [key, version])
  useEffect(() => throttle.stop, [throttle])
}

interface Throttle {
  request(key: unknown, run: (stillWanted: () => boolean) => Promise<void>): void
  stop(): void
}

/**
 * One run at a time, and at least `interval` milliseconds between the beginnings of two for the same key.
 * @param interval a function where it depends on how long the last run took.
 */
export function createThrottle(
  interval: number | (() => number),
  now: () => number = () => performance.now(),
): Throttle {
  const gap = typeof interval === 'number' ? () => interval : interval
  let current: unknown
  let lastRun = Number.NEGATIVE_INFINITY
  let timer: ReturnType<typeof setTimeout> | null = null
  const clear = () => {
    if (timer) clearTimeout(timer)
    timer = null
  }
  return {
    request(key, run) {
      const changed = key !== current
      current = key
      if (timer && !changed) return
      clear()
      const start = () => {
        timer = null
        lastRun = now()
        void run(() => key === current)
      }
      const wait = changed ? 0 : lastRun + gap() - now()
      if (wait <= 0) start()
      else timer = setTimeout(start, wait)
    },
    stop() {
      clear()
      current = undefined
    },
  }
}
