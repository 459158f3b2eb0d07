// The lanes of a channel: a row for each subscription, a line for each publish, and at each crossing what came of it.
// Drawn on a canvas with a table of the same content behind it, which has the keys.
import clsx from 'clsx'
import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Lanes } from '../../../preload/views'
import { useSize } from '../../components/use-size'
import { openExchange, selectPublish } from '../../state/actions'
import { traceNow } from '../../state/clock'
import { useStore } from '../../state/store'
import type { Hit } from './lanes-hit'
import { lanesKey } from './lanes-keys'
import { HEADER, LANE, type LanesPlan, laneKey } from './lanes-layout'
import type { LaneMarks } from './lanes-paint'
import { LanesTable } from './lanes-table'
import { LanesTooltip } from './lanes-tooltip'
import styles from './lanes-view.module.css'
import { extentOf, reveal, type TimeView } from './lanes-window'
import { Legend } from './legend'
import { type Drawing, useDrawing } from './use-drawing'
import { usePointer } from './use-pointer'

export interface LanesViewProps {
  data: Lanes
  view: TimeView
  onView(change: (view: TimeView) => TimeView): void
  /** The table instead of the drawing. */
  asTable: boolean
}

export function LanesView({ data, view, onView, asTable }: LanesViewProps) {
  const scroller = useRef<HTMLDivElement>(null)
  const canvas = useRef<HTMLCanvasElement>(null)
  const content = useRef<HTMLDivElement>(null)
  const table = useRef<HTMLTableElement>(null)
  const plan = useRef<LanesPlan | null>(null)
  const refs = useMemo(() => ({ canvas, scroller, content, plan }), [])
  const size = useSize(scroller)
  const selected = useStore((store) => store.ui.selectedPublish)
  const publish = indexOrNull(data.publishes.findIndex((each) => each.id === selected))
  const [laneAt, setLaneAt] = useState<string | null>(null)
  const lane = laneAt === null ? null : indexOrNull(data.lanes.findIndex((each) => laneKey(each) === laneAt))
  const setLane = (index: number | null) => {
    const subscription = index === null ? undefined : data.lanes[index]
    setLaneAt(subscription ? laneKey(subscription) : null)
  }
  useReveal(data, selected, onView)

  const pointer = usePointer({ scroller, plan, data, onView, onClick, onOpen }, view)
  const hit = pointer.hover?.hit ?? null
  const marked = useMemo<LaneMarks>(() => ({ publish, lane, hover: hit }), [publish, lane, hit])
  const drawing = useDrawing(refs, { data, view, size, marked, selected })

  function onClick(on: Hit): void {
    table.current?.focus({ preventScroll: true })
    if (on.on === 'name') {
      open(on.lane)
      return
    }
    if ('publish' in on) selectPublish(data.publishes[on.publish]?.id ?? null)
    if ('lane' in on) setLane(on.lane)
  }
  function onOpen(on: Hit): void {
    if (on.on === 'lane' || on.on === 'crossing') open(on.lane)
  }
  function open(index: number): void {
    const subscription = data.lanes[index]
    if (subscription) openExchange(subscription.exchange)
  }

  useCrossingsInSight(scroller, drawing, publish, selected)
  const row = lane === null ? -1 : drawing.shown.lanes.indexOf(lane)
  useEffect(() => {
    if (row >= 0 && scroller.current) keepInSight(scroller.current, row)
  }, [row])

  return (
    <div className={styles.lanes}>
      <div className={clsx(styles.drawing, asTable && styles.tabular)}>
        <div
          ref={scroller}
          className={styles.scroller}
          data-dragging={pointer.dragging}
          data-over={hit && hit.on !== 'lane' ? 'something' : 'nothing'}
          aria-hidden
          tabIndex={-1}
          onScroll={drawing.draw}
          {...pointer.handlers}
        >
          <div ref={content} className={styles.content}>
            <canvas ref={canvas} className={styles.canvas} style={{ width: size.width, height: size.height }} />
          </div>
        </div>
        <LanesTable
          data={data}
          outcomes={drawing.outcomes}
          shown={drawing.shown}
          publish={publish}
          lane={lane}
          visible={asTable}
          handle={table}
          onKeyDown={(event) => {
            if (lanesKey(event, { data, shown: drawing.shown, publish, lane, onLane: setLane, onView }))
              event.preventDefault()
          }}
        />
        {pointer.hover && !asTable ? (
          <LanesTooltip hover={pointer.hover} data={data} outcomes={drawing.outcomes} size={size} />
        ) : null}
      </div>
      <Legend data={data} outcomes={drawing.outcomes} shown={drawing.shown} />
    </div>
  )
}

/** A publish that is chosen comes on screen, and time stands still there. */
function useReveal(data: Lanes, selected: number | null, onView: LanesViewProps['onView']): void {
  const revealed = useRef<number | null>(null)
  useLayoutEffect(() => {
    if (selected === null) revealed.current = null
    if (selected === null || revealed.current === selected) return
    const publish = data.publishes.find((each) => each.id === selected)
    if (!publish) return
    revealed.current = selected
    onView((view) => reveal(view, extentOf(data, traceNow()), publish.at))
  }, [data, selected, onView])
}

/** Scrolls to where a publish that was just chosen crosses a lane, if that is out of sight. */
function useCrossingsInSight(
  scroller: { readonly current: HTMLElement | null },
  { outcomes, shown }: Drawing,
  publish: number | null,
  selected: number | null,
): void {
  const seen = useRef<number | null>(null)
  useEffect(() => {
    if (selected === null) seen.current = null
    const element = scroller.current
    if (publish === null || !element || seen.current === selected) return
    const rows = shown.lanes.flatMap((lane, row) => (outcomes.at(lane, publish) === null ? [] : row))
    const first = rows[0]
    if (first === undefined) return
    seen.current = selected
    const top = element.scrollTop / LANE
    const room = (element.clientHeight - HEADER) / LANE
    if (rows.some((row) => row >= top && row + 1 <= top + room)) return
    keepInSight(element, rows[rows.length - 1] ?? first)
    keepInSight(element, first)
  }, [scroller, outcomes, shown, publish, selected])
}

/** Scrolls no further than it must. */
function keepInSight(scroller: HTMLElement, row: number): void {
  const room = scroller.clientHeight - HEADER - LANE
  scroller.scrollTop = Math.max(row * LANE - room, Math.min(row * LANE, scroller.scrollTop))
}

function indexOrNull(index: number): number | null {
  return index < 0 ? null : index
}
