// The session in one strip: each hold a line, each publish a tick. Drag over it to look at that time only.
import { type KeyboardEvent, type PointerEvent, useRef, useState } from 'react'
import type { TimeRange } from '../../../preload/query/match'
import { useWidth } from '../../components/use-width'
import { formatDuration } from '../../format/duration'
import { setTimeRange } from '../../state/actions'
import { useStore } from '../../state/store'
import styles from './overview.module.css'
import { OVERVIEW_HEIGHT } from './overview-canvas'
import { type TimeWindow, xOf } from './time-window'
import { useOverviewDrawing } from './use-overview-drawing'

/** Pixels that count as a drag. */
const DRAG = 4
export function Overview() {
  const root = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const width = useWidth(root, 0)
  const window = useOverviewDrawing(canvas, width)
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
