// The session in one strip: each hold a line, each publish a tick. Drag over it to look at that time only.
import { type KeyboardEvent, type PointerEvent, useEffect, useRef, useState } from 'react'
import { useWidth } from '../../components/use-width'
import type { TimeRange } from '../../filter/match'
import { formatDuration } from '../../format/duration'
import { setTimeRange } from '../../state/actions'
import { traceNow } from '../../state/clock'
import { type Store, useStore } from '../../state/store'
import { useTheme } from '../../state/theme'
import styles from './overview.module.css'
import { drawOverview, OVERVIEW_HEIGHT, OVERVIEW_LANES } from './overview-canvas'
import { planOverview } from './overview-plan'
import { roundWindow, type TimeWindow, xOf } from './time-window'

/** Pixels that count as a drag. */
const DRAG = 4
/** Milliseconds between drawings; more where there is much to draw. */
const INTERVAL = 100
const SLOW_INTERVAL = 500
const MANY = 20_000

export function Overview() {
  const root = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const width = useWidth(root, 0)
  const window = useDrawing(canvas, width)
  const range = useStore((store) => store.ui.timeRange)
  const [drag, setDrag] = useState<TimeRange | null>(null)
  const start = useRef<number | null>(null)
  const shown = drag ?? range

  const timeAt = (event: PointerEvent<HTMLElement>) => {
    const x = event.clientX - event.currentTarget.getBoundingClientRect().left
    return window.from + (Math.max(0, Math.min(width, x)) / width) * (window.to - window.from)
  }
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    if (event.button !== 0 || event.target instanceof HTMLButtonElement) return
    event.currentTarget.setPointerCapture(event.pointerId)
    start.current = timeAt(event)
  }
  const onPointerMove = (event: PointerEvent<HTMLElement>) => {
    if (start.current === null) return
    const end = timeAt(event)
    setDrag(start.current < end ? [start.current, end] : [end, start.current])
  }
  const onPointerUp = () => {
    if (start.current === null) return
    start.current = null
    const wide = drag && xOf(drag[1], window, width) - xOf(drag[0], window, width) >= DRAG
    setTimeRange(wide ? drag : null)
    setDrag(null)
  }

  return (
    <div
      ref={root}
      className={styles.overview}
      style={{ height: OVERVIEW_HEIGHT }}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={onPointerUp}
    >
      <canvas ref={canvas} className={styles.canvas} />
      <Description />
      {shown ? (
        <div
          className={styles.range}
          style={{
            left: xOf(shown[0], window, width),
            width: Math.max(1, xOf(shown[1], window, width) - xOf(shown[0], window, width)),
          }}
        />
      ) : null}
      <Edge which={0} range={shown} window={window} width={width} />
      <Edge which={1} range={shown} window={window} width={width} />
    </div>
  )
}

interface EdgeProps {
  which: 0 | 1
  range: TimeRange | null
  window: TimeWindow
  width: number
}

/** One end of the time range, moved with the arrow keys. */
function Edge({ which, range, window, width }: EdgeProps) {
  const [from, to] = range ?? [window.from, window.to]
  const value = which === 0 ? from : to
  const onKeyDown = (event: KeyboardEvent) => {
    const step = ((window.to - window.from) / 100) * (event.shiftKey ? 10 : 1)
    const change = { ArrowLeft: -step, ArrowDown: -step, ArrowRight: step, ArrowUp: step }[event.key]
    if (change === undefined) return
    event.preventDefault()
    const next = Math.max(window.from, Math.min(window.to, value + change))
    if (which === 0) setTimeRange([Math.min(next, to - step / 10), to])
    else setTimeRange([from, Math.max(next, from + step / 10)])
  }
  return (
    <div
      role="slider"
      tabIndex={0}
      className={styles.edge}
      data-set={range !== null}
      style={{ left: xOf(value, window, width) }}
      aria-label={which === 0 ? 'Show from' : 'Show until'}
      aria-valuemin={Math.round(window.from)}
      aria-valuemax={Math.round(window.to)}
      aria-valuenow={Math.round(value)}
      aria-valuetext={`${formatDuration(value)} after the beginning`}
      onKeyDown={onKeyDown}
    />
  )
}

/** What the strip says, in words. */
function Description() {
  const status = useStore((store) => store.trace.status)
  if (!status) return null
  return (
    <p className="visually-hidden">
      Overview of the session, {formatDuration(status.now)} long: {status.exchanges} exchanges, {status.held} held now,{' '}
      {status.publishes} publishes. The table below has them one by one.
    </p>
  )
}

/** Draws when something changed, a few times a second. Returns the stretch of time that is shown. */
function useDrawing(canvas: { readonly current: HTMLCanvasElement | null }, width: number): TimeWindow {
  const theme = useTheme()
  const [window, setWindow] = useState<TimeWindow>({ from: 0, to: 10_000 })
  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours that are read from the page
  useEffect(() => {
    let drawnVersion = -1
    let timer: ReturnType<typeof setTimeout>
    const draw = () => {
      const { trace } = useStore.getState()
      const live = (trace.status?.held ?? 0) > 0
      if (trace.version !== drawnVersion || live) {
        drawnVersion = trace.version
        const next = sessionWindow(trace)
        setWindow((before) => (before.from === next.from && before.to === next.to ? before : next))
        if (canvas.current && width > 0) {
          const plan = planOverview({
            exchanges: trace.exchanges.values(),
            publishes: trace.publishes.values(),
            window: next,
            width,
            lanes: OVERVIEW_LANES,
            now: traceNow(),
          })
          drawOverview(canvas.current, plan, next, width)
        }
      }
      timer = setTimeout(draw, trace.order.length > MANY ? SLOW_INTERVAL : INTERVAL)
    }
    draw()
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
