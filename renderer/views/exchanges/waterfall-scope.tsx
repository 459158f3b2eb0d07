// The stretch of time that the waterfall shows: the chosen time range, or what the rows on screen take. It is worked out
// while they are drawn, so that rows and their bars change together.
import { type ReactNode, useMemo } from 'react'
import type { ExchangeRow } from '../../../preload/views'
import { traceNow, useTraceNow } from '../../state/clock'
import { useStore } from '../../state/store'
import { roundWindow, type TimeWindow } from './time-window'
import { WaterfallContext } from './waterfall'

/** Milliseconds between looks while something on screen is live. */
const LIVE_INTERVAL = 200

export interface WaterfallScopeProps {
  ids: readonly number[]
  /** Indexes of the first and the last row. */
  first: number
  last: number
  /** Pixels. */
  width: number
  children: ReactNode
}

export function WaterfallScope({ ids, first, last, width, children }: WaterfallScopeProps) {
  const chosen = useStore((store) => store.ui.timeRange)
  // Rows are changed in place: the version tells that they were.
  useStore((store) => store.trace.exchangesVersion)
  const { exchanges } = useStore.getState().trace
  const rows = ids.slice(first, last + 1).flatMap((id) => exchanges.get(id) ?? [])
  useTraceNow(
    rows.some((row) => row.endedAt === null),
    LIVE_INTERVAL,
  )
  const { from, to } = chosen ? { from: chosen[0], to: chosen[1] } : windowOf(rows)
  const scale = useMemo(() => ({ from, to, width }), [from, to, width])
  return <WaterfallContext value={scale}>{children}</WaterfallContext>
}

/** The rows' time, from the first request to the last end, or now where one still lives. */
function windowOf(rows: readonly ExchangeRow[]): TimeWindow {
  let from = Number.POSITIVE_INFINITY
  let to = 0
  for (const row of rows) {
    from = Math.min(from, row.at)
    to = Math.max(to, row.endedAt ?? traceNow())
  }
  return from > to ? { from: 0, to: 1000 } : roundWindow(from, to)
}
