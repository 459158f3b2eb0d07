// Draws the overview strip when something changed, a few times a second, in slices that keep nobody waiting.
import { useEffect, useState } from 'react'
import { traceNow } from '../../state/clock'
import { type Store, useStore } from '../../state/store'
import { useTheme } from '../../state/theme'
import { drawOverview, OVERVIEW_LANES } from './overview-canvas'
import { planInSteps } from './overview-plan'
import { roundWindow, type TimeWindow } from './time-window'

/** Milliseconds between drawings, at least. */
const INTERVAL = 100
/** Of the time, drawing takes no more than one part in so many. */
const SHARE = 32
/** Milliseconds of planning before others get their turn. */
const SLICE = 4

/** Returns the stretch of time that is shown. */
export function useOverviewDrawing(canvas: { readonly current: HTMLCanvasElement | null }, width: number): TimeWindow {
  const theme = useTheme()
  const [window, setWindow] = useState<TimeWindow>({ from: 0, to: 10_000 })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours that are read from the page
  useEffect(() => {
    let drawnVersion = -1
    let timer: ReturnType<typeof setTimeout>
    const begin = () => {
      const { trace } = useStore.getState()
      if (trace.version === drawnVersion && (trace.status?.held ?? 0) === 0) {
        timer = setTimeout(begin, INTERVAL)
        return
      }
      drawnVersion = trace.version
      const next = sessionWindow(trace)
      const plan = planInSteps({
        exchanges: trace.exchanges.values(),
        publishes: trace.publishes.values(),
        window: next,
        width,
        lanes: OVERVIEW_LANES,
        now: traceNow(),
      })
      work(next, plan, 0)
    }
    const work = (next: TimeWindow, plan: ReturnType<typeof planInSteps>, spent: number) => {
      const begun = performance.now()
      let step = plan.next()
      while (!step.done && performance.now() - begun < SLICE) step = plan.next()
      const soFar = spent + performance.now() - begun
      if (!step.done) {
        timer = setTimeout(() => work(next, plan, soFar), 0)
        return
      }
      setWindow((before) => (before.from === next.from && before.to === next.to ? before : next))
      if (canvas.current && width > 0) drawOverview(canvas.current, step.value, next, width)
      timer = setTimeout(begin, Math.max(INTERVAL, soFar * SHARE))
    }
    begin()
    return () => clearTimeout(timer)
  }, [canvas, width, theme])
  return window
}

/** From the first thing that is known to the last, or to now where something still lives. */
function sessionWindow(trace: Store['trace']): TimeWindow {
  const first = trace.exchanges.get(trace.order[0] ?? -1)?.at ?? Number.POSITIVE_INFINITY
  const firstPublish = trace.publishes.get(trace.publishOrder[0] ?? -1)?.at ?? Number.POSITIVE_INFINITY
  const from = Math.min(first, firstPublish)
  if (!Number.isFinite(from)) return { from: 0, to: 10_000 }
  return roundWindow(from, Math.max(from, lastTime(trace)), 10_000)
}

/** How many of the latest exchanges are asked when they ended. */
const LATEST = 100

function lastTime(trace: Store['trace']): number {
  if ((trace.status?.held ?? 0) > 0) return traceNow()
  let last = trace.publishes.get(trace.publishOrder[trace.publishOrder.length - 1] ?? -1)?.at ?? 0
  for (const id of trace.order.slice(-LATEST)) {
    const row = trace.exchanges.get(id)
    if (row) last = Math.max(last, row.endedAt ?? traceNow())
  }
  return last
}
