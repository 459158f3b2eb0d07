// The stretch of time that the waterfall shows: the chosen time range, or what the rows on screen take.
import { useEffect, useState } from 'react'
import { traceNow } from '../../state/clock'
import { useStore } from '../../state/store'
import { roundWindow, type TimeWindow } from './time-window'

/** Milliseconds between looks while something on screen is live. */
const LIVE_INTERVAL = 250

/**
 * @param range Indexes of the first and last row on screen.
 * @param version Goes up when `ids` changed.
 */
export function useWaterfallWindow(
  ids: readonly number[],
  range: readonly [number, number],
  version: number,
): TimeWindow {
  const chosen = useStore((store) => store.ui.timeRange)
  const [window, setWindow] = useState<TimeWindow>({ from: 0, to: 1000 })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the list is changed in place; its version tells
  useEffect(() => {
    const look = () => {
      const next = chosen ? { from: chosen[0], to: chosen[1] } : windowOf(ids, range)
      setWindow((before) => (next.from === before.from && next.to === before.to ? before : next))
    }
    look()
    const timer = setInterval(look, LIVE_INTERVAL)
    return () => clearInterval(timer)
  }, [ids, range, version, chosen])
  return window
}

/** The rows' time, from the first request to the last end, or now where one still lives. */
function windowOf(ids: readonly number[], [first, last]: readonly [number, number]): TimeWindow {
  const { exchanges } = useStore.getState().trace
  let from = Number.POSITIVE_INFINITY
  let to = 0
  for (let index = first; index <= last; index += 1) {
    const row = exchanges.get(ids[index] ?? -1)
    if (!row) continue
    from = Math.min(from, row.at)
    to = Math.max(to, row.endedAt ?? traceNow())
  }
  return from > to ? { from: 0, to: 1000 } : roundWindow(from, to)
}
