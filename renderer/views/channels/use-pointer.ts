// The pointer on the drawing of lanes: drag moves through time, the wheel too, with Ctrl it zooms, a click chooses.
import { type MouseEvent, type PointerEvent, type RefObject, useEffect, useRef, useState } from 'react'
import type { Lanes } from '../../../preload/views'
import { traceNow } from '../../state/clock'
import { type Hit, hitAt, sameHit } from './lanes-hit'
import type { LanesPlan } from './lanes-layout'
import { extentOf, pan, type TimeView, windowOf, zoom } from './lanes-window'

export interface Hover {
  readonly hit: Hit
  /** Pixels from the drawing's corner. */
  readonly x: number
  readonly y: number
}

export interface PointerInput {
  scroller: RefObject<HTMLElement | null>
  plan: RefObject<LanesPlan | null>
  data: Lanes
  onView(change: (view: TimeView) => TimeView): void
  onClick(hit: Hit): void
  onOpen(hit: Hit): void
}

/** Pixels that count as a drag. */
const DRAG = 4
/** How much a notch of the wheel zooms. */
const ZOOM = 0.004

interface Drag {
  /** As it was, standing still. */
  readonly view: TimeView
  readonly x: number
  readonly y: number
  readonly scroll: number
  moved: boolean
}

export function usePointer(input: PointerInput, view: TimeView) {
  const { scroller, plan, data, onView, onClick, onOpen } = input
  const [hover, setHover] = useState<Hover | null>(null)
  const [dragging, setDragging] = useState(false)
  const drag = useRef<Drag | null>(null)
  const last = useRef<{ readonly x: number; readonly y: number } | null>(null)
  useWheel(input)

  const hoverAt = ({ x, y }: { x: number; y: number }) => {
    const hit = plan.current ? hitAt(plan.current, x, y) : null
    setHover((before) => (hit ? (before && sameHit(hit, before.hit) ? before : { hit, x, y }) : null))
  }
  // What comes in may put something else under a pointer that rests.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only new data counts
  useEffect(() => {
    if (last.current && !drag.current) hoverAt(last.current)
  }, [data])

  const placeOf = (event: { clientX: number; clientY: number }) => {
    const box = scroller.current?.getBoundingClientRect()
    return { x: event.clientX - (box?.left ?? 0), y: event.clientY - (box?.top ?? 0) }
  }
  const hitOf = (event: { clientX: number; clientY: number }) => {
    const { x, y } = placeOf(event)
    return plan.current ? hitAt(plan.current, x, y) : null
  }
  const point = (event: PointerEvent) => {
    last.current = placeOf(event)
    hoverAt(last.current)
  }
  const pull = (held: Drag, event: PointerEvent) => {
    const { x, y } = placeOf(event)
    if (!held.moved && Math.hypot(x - held.x, y - held.y) < DRAG) return
    if (!held.moved) {
      held.moved = true
      setDragging(true)
      setHover(null)
    }
    const { geometry } = plan.current ?? {}
    if (!geometry || !scroller.current) return
    const perPixel = held.view.span / Math.max(1, geometry.width - geometry.names)
    onView(() => pan(held.view, extentOf(data, traceNow()), (held.x - x) * perPixel))
    scroller.current.scrollTop = held.scroll + held.y - y
  }

  return {
    hover: dragging ? null : hover,
    dragging,
    handlers: {
      onPointerDown: (event: PointerEvent<HTMLElement>) => {
        // The scrollbar is the element's own, beside its content.
        if (event.button !== 0 || placeOf(event).x >= event.currentTarget.clientWidth) return
        event.currentTarget.setPointerCapture(event.pointerId)
        const end = windowOf(view, extentOf(data, traceNow())).to
        const scroll = event.currentTarget.scrollTop
        drag.current = { view: { span: view.span, end }, ...placeOf(event), scroll, moved: false }
      },
      onPointerMove: (event: PointerEvent<HTMLElement>) => {
        if (drag.current) pull(drag.current, event)
        else point(event)
      },
      onPointerUp: (event: PointerEvent<HTMLElement>) => {
        const held = drag.current
        drag.current = null
        setDragging(false)
        if (!held || held.moved) return
        const hit = hitOf(event)
        if (hit) onClick(hit)
      },
      onPointerCancel: () => {
        drag.current = null
        setDragging(false)
      },
      onPointerLeave: () => {
        last.current = null
        setHover(null)
      },
      onDoubleClick: (event: MouseEvent) => {
        const hit = hitOf(event)
        if (hit) onOpen(hit)
      },
    },
  }
}

/** The wheel is listened to by hand: React's listener could not keep the page from zooming. */
function useWheel({ scroller, plan, data, onView }: PointerInput): void {
  const latest = useRef({ plan, data, onView })
  latest.current = { plan, data, onView }
  useEffect(() => {
    const element = scroller.current
    if (!element) return
    const onWheel = (event: WheelEvent) => {
      const { geometry } = latest.current.plan.current ?? {}
      if (!geometry) return
      const width = Math.max(1, geometry.width - geometry.names)
      const extent = extentOf(latest.current.data, traceNow())
      const sideways = sidewaysOf(event, element)
      if (event.ctrlKey || event.metaKey) {
        const part = (event.clientX - element.getBoundingClientRect().left - geometry.names) / width
        latest.current.onView((view) => {
          const { from } = windowOf(view, extent)
          const point = from + Math.max(0, Math.min(1, part)) * view.span
          return zoom(view, extent, view.span * Math.exp(event.deltaY * ZOOM), point)
        })
      } else if (sideways !== 0) {
        latest.current.onView((view) => pan(view, extent, (sideways * view.span) / width))
      } else return
      event.preventDefault()
    }
    element.addEventListener('wheel', onWheel, { passive: false })
    return () => element.removeEventListener('wheel', onWheel)
  }, [scroller])
}

/** Where there is nothing to scroll down to, the wheel goes through time. */
function sidewaysOf(event: WheelEvent, element: HTMLElement): number {
  if (event.deltaX !== 0) return event.deltaX
  const fits = element.scrollHeight <= element.clientHeight
  return event.shiftKey || fits ? event.deltaY : 0
}
