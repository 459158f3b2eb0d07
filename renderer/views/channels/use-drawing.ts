// Keeps the drawing of lanes up to date: draws when something changed, and while time goes on as often as it is seen.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useMemo, useRef, useState } from 'react'
import type { Lanes } from '../../../preload/views'
import type { Size } from '../../components/use-size'
import { traceNow } from '../../state/clock'
import { useTheme } from '../../state/theme'
import { kindShort } from './lane-words'
import {
  FOOT,
  HEADER,
  keptScroll,
  LANE,
  type LanesPlan,
  laneKey,
  lanesIn,
  type OutcomeTable,
  outcomeTable,
  planLanes,
} from './lanes-layout'
import { type LaneMarks, labelFont, nameFont, paintLanes } from './lanes-paint'
import { extentOf, type TimeView, windowOf } from './lanes-window'
import { createTextWidth } from './text-width'

export interface DrawingInput {
  data: Lanes
  view: TimeView
  size: Size
  marked: LaneMarks
  /** Id of the chosen publish. */
  selected: number | null
}

export interface DrawingRefs {
  canvas: RefObject<HTMLCanvasElement | null>
  scroller: RefObject<HTMLElement | null>
  /** As high as all rows. */
  content: RefObject<HTMLElement | null>
  /** Where everything was drawn last. */
  plan: RefObject<LanesPlan | null>
}

/** What is on screen, by indexes; for the table behind the drawing. */
export interface Shown {
  readonly lanes: readonly number[]
  readonly publishes: readonly number[]
}

export interface Drawing {
  readonly outcomes: OutcomeTable
  readonly shown: Shown
  /** Draws anew: after scrolling. */
  draw(): void
}

/** Milliseconds between drawings while time goes on, at least and at most. */
const FASTEST = 16
const SLOWEST = 250
/** Milliseconds between changes of what is said to be on screen. */
const SHOWN_INTERVAL = 500
const NAMES_LEAST = 88
const NAMES_MOST = 264
/** Of the drawing's width, at most. */
const NAMES_SHARE = 0.32
/** Pixels from the end that still count as the end. */
const NEAR = 8
/** Left and right of a lane's name, and between its parts. */
const NAMES_ROOM = 34

export function useDrawing(refs: DrawingRefs, input: DrawingInput): Drawing {
  const { data, view, size, marked, selected } = input
  const outcomes = useMemo(() => outcomeTable(data), [data])
  const theme = useTheme()
  const widths = useMemo(createTextWidth, [])
  const names = useRef(NAMES_LEAST)
  const drawn = useRef<{ readonly height: number; readonly keys: readonly string[] }>({ height: 0, keys: [] })
  const { shown, offer } = useShown()

  const draw = useCallback(() => {
    const { canvas, scroller, content, plan } = refs
    if (!scroller.current || size.width === 0) return
    const now = traceNow()
    const window = windowOf(view, extentOf(data, now))
    const rows = lanesIn(data.lanes, window, now)
    names.current = Math.max(names.current, namesWidth(data, rows, size.width, widths))
    const before = drawn.current
    const height = HEADER + rows.length * LANE + FOOT
    drawn.current = { height, keys: rows.map((row) => laneKeyAt(data, row)) }
    if (content.current) content.current.style.height = `${height}px`
    const { scrollTop } = scroller.current
    // As any list: it follows what comes at its end if it was there, else what is on screen stays.
    const follows = view.end === null && scrollTop + size.height >= before.height - NEAR
    const scroll = follows ? Math.max(0, height - size.height) : keptScroll(scrollTop, before.keys, drawn.current.keys)
    if (scroll !== scrollTop) scroller.current.scrollTop = scroll
    const font = labelFont()
    const next = planLanes({
      data,
      outcomes,
      window,
      now,
      shown: rows,
      geometry: {
        width: size.width,
        height: size.height,
        names: Math.min(names.current, Math.round(size.width * NAMES_SHARE)),
        scroll: scroller.current.scrollTop,
      },
      selected,
      measure: (text) => widths(font, text),
    })
    plan.current = next
    offer({ lanes: rows, publishes: next.publishes.map((each) => each.publish) })
    if (canvas.current) paintLanes(canvas.current, next, data.lanes, marked)
  }, [refs, data, view, size, marked, selected, outcomes, widths, offer])

  // biome-ignore lint/correctness/useExhaustiveDependencies: the theme changes the colours that are read from the page
  useLayoutEffect(draw, [draw, theme])

  const grows = data.lanes.some((lane) => lane.to === null)
  useEffect(() => {
    if (!grows) return
    // A bar that grows by less than a pixel need not be drawn again.
    const interval = Math.max(FASTEST, Math.min(SLOWEST, view.span / Math.max(1, size.width)))
    let frame = 0
    const timer = setInterval(() => {
      cancelAnimationFrame(frame)
      frame = requestAnimationFrame(draw)
    }, interval)
    return () => {
      clearInterval(timer)
      cancelAnimationFrame(frame)
    }
  }, [draw, grows, view.span, size.width])

  return { outcomes, shown, draw }
}

/** What is on screen as state, changed seldom: the drawing moves many times a second, a table must not. */
function useShown(): { shown: Shown; offer(next: Shown): void } {
  const [shown, setShown] = useState<Shown>({ lanes: [], publishes: [] })
  const latest = useRef(shown)
  const timer = useRef<ReturnType<typeof setTimeout> | null>(null)
  const offer = useCallback((next: Shown) => {
    if (sameList(next.lanes, latest.current.lanes) && sameList(next.publishes, latest.current.publishes)) return
    latest.current = next
    if (timer.current) return
    setShown(next)
    timer.current = setTimeout(() => {
      timer.current = null
      setShown(latest.current)
    }, SHOWN_INTERVAL)
  }, [])
  useEffect(
    () => () => {
      if (timer.current) clearTimeout(timer.current)
      timer.current = null
    },
    [],
  )
  return { shown, offer }
}

function laneKeyAt(data: Lanes, index: number): string {
  const lane = data.lanes[index]
  return lane ? laneKey(lane) : ''
}

function namesWidth(
  data: Lanes,
  rows: readonly number[],
  width: number,
  widths: (font: string, text: string) => number,
) {
  let longest = ''
  for (const row of rows) {
    const lane = data.lanes[row]
    if (!lane) continue
    const text = `#${lane.exchange}${kindShort[lane.kind]} ${lane.who}`
    if (text.length > longest.length) longest = text
  }
  const wanted = Math.ceil(widths(nameFont(), longest)) + NAMES_ROOM
  return Math.max(NAMES_LEAST, Math.min(NAMES_MOST, width, wanted))
}

function sameList(a: readonly number[], b: readonly number[]): boolean {
  return a.length === b.length && a.every((value, index) => value === b[index])
}
