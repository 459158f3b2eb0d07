// Which rows of a list are on screen: those of the element's own scroll position, which is read anew after all that
// can change it. The list stays at its end while new rows come, but only if it was there: scrolling up or choosing a row
// stops that, scrolling to the end starts it again. A chosen row that is seen stays seen.
import { type RefObject, useEffect, useLayoutEffect, useRef, useState } from 'react'
import { coarseTop, firstRowAt, isSeen, type RowGeometry, rowGeometry, rowOffset, topThatShows } from './row-geometry'

/** Rows that exist above and below those on screen. */
const BEYOND = 6
/** Pixels from the end that still count as the end, for who scrolls down; who scrolls up leaves it at once. */
const NEAR = 8
/** Pixels that a scroll position must differ by to be another, and by which the end may be missed: browsers round. */
const MOVED = 1
const ROUNDING = 2
/** Pixels that a list is taken to have before it is laid out. */
const UNKNOWN_HEIGHT = 600

export interface VisibleRowsOptions {
  readonly count: number
  /** Pixels. */
  readonly rowHeight: number
  /** Stay at the end. */
  readonly follow: boolean
  /** Index of the chosen row; -1: none. */
  readonly selected: number
  /** A name that stays with the chosen row, whatever its index. */
  readonly selectedKey: string | number | null
}

export interface VisibleRows {
  /** The first and the last row that exist; the last is before the first where there are none. */
  readonly first: number
  readonly last: number
  /** As many elements as can exist at once: who scrolls gets them with other rows in them. */
  readonly slots: number
  /** Height of what is scrolled, in pixels. */
  readonly content: number
  /** Rows that came since it stopped following. */
  readonly behind: number
  /** Pixels from the beginning of what is scrolled to a row. */
  offsetOf(index: number): number
  onScroll(): void
  toEnd(): void
}

export function useVisibleRows(scroller: RefObject<HTMLElement | null>, options: VisibleRowsOptions): VisibleRows {
  const { count, rowHeight, follow, selected, selectedKey } = options
  const height = useHeight(scroller)
  const geometry = rowGeometry(count, rowHeight, height)
  const [following, setFollowing] = useState(selected < 0)
  /** The scroll position that is drawn; not kept up to date while it follows. */
  const [drawnTop, setDrawnTop] = useState(0)
  /** The element's scroll position when it was last read. */
  const knownTop = useRef(0)
  /** Rows there were when it last was at the end. Not a state: while it follows, new rows need no second look. */
  const seen = useRef(count)

  const stays = follow && following
  const top = stays ? geometry.topMax : Math.min(drawnTop, geometry.topMax)
  const onScreen = Math.ceil(height / rowHeight)
  const from = firstRowAt(geometry, top)
  const fits = count * rowHeight <= height + NEAR

  /** Reads where the element is, and draws that. */
  const look = () => {
    knownTop.current = scroller.current?.scrollTop ?? 0
    setDrawnTop(coarseTop(geometry, knownTop.current))
  }
  const moveTo = (next: number) => {
    const element = scroller.current
    if (!element) return
    if (element.scrollTop !== next) element.scrollTop = next
    look()
  }
  /** Reads where somebody scrolled to. True if it should be held at its end. */
  const heed = (): boolean => {
    const element = scroller.current
    if (!element) return false
    const moved = element.scrollTop - knownTop.current
    const left = element.scrollHeight - element.clientHeight - element.scrollTop
    // Rows may have come between our scrolling and its event: that only a move upwards leaves the end.
    const next = Math.abs(moved) < MOVED ? following : moved < 0 ? left <= ROUNDING : following || left <= NEAR
    setFollowing(next)
    if (follow && next) knownTop.current = element.scrollTop
    else look()
    return follow && next
  }
  const stick = () => {
    const element = scroller.current
    if (!element || !heed()) return
    element.scrollTop = geometry.content
    knownTop.current = element.scrollTop
  }

  useSelected({ scroller, geometry, knownTop, selected, selectedKey, stays }, moveTo, setFollowing)

  // biome-ignore lint/correctness/useExhaustiveDependencies: when it stops to follow, and when the geometry changes
  useLayoutEffect(() => {
    if (!stays) look()
  }, [stays, height, rowHeight, geometry.scale])

  // A list with fewer rows is scrolled by the browser, to its new end; the event comes later, or after more rows.
  useLayoutEffect(() => {
    if (!stays && knownTop.current > geometry.topMax + ROUNDING) look()
  })

  // biome-ignore lint/correctness/useExhaustiveDependencies: when the geometry changes, or it begins to follow
  useLayoutEffect(() => {
    seen.current = stays || fits ? count : Math.min(seen.current, count)
    if (!stays) return
    // In the frame, where the page is laid out anyway.
    const frame = requestAnimationFrame(stick)
    return () => cancelAnimationFrame(frame)
  }, [scroller, stays, fits, count, rowHeight, height])

  return {
    first: Math.max(0, from - BEYOND),
    last: Math.min(count - 1, from + onScreen + BEYOND),
    slots: onScreen + 2 * BEYOND + 1,
    content: geometry.content,
    behind: stays || fits ? 0 : Math.max(0, count - seen.current),
    offsetOf: (index) => rowOffset(geometry, index, top),
    onScroll() {
      // Someone moved it while it followed: back to the end, unless that was away from it.
      if (heed() && stays) stick()
    },
    toEnd() {
      setFollowing(true)
      moveTo(geometry.content)
    },
  }
}

interface Selected {
  readonly scroller: RefObject<HTMLElement | null>
  readonly geometry: RowGeometry
  readonly knownTop: RefObject<number>
  readonly selected: number
  readonly selectedKey: string | number | null
  readonly stays: boolean
}

/** Brings a row on screen when it is chosen, and keeps one that is seen there. */
function useSelected(now: Selected, moveTo: (top: number) => void, setFollowing: (on: boolean) => void): void {
  const { scroller, geometry, knownTop, selected, selectedKey, stays } = now
  const before = useRef<{ key: string | number | null; index: number; geometry: RowGeometry } | null>(null)

  // biome-ignore lint/correctness/useExhaustiveDependencies: when it is chosen, when rows before it come or go, and when the list gets lower, as where the details open below it
  useLayoutEffect(() => {
    const last = before.current
    before.current = { key: selectedKey, index: selected, geometry }
    const element = scroller.current
    if (!element || selected < 0) return
    const measured = rowGeometry(geometry.count, geometry.rowHeight, element.clientHeight || geometry.height)
    if (last?.key !== selectedKey) {
      setFollowing(false)
      moveTo(topThatShows(measured, selected, element.scrollTop))
      return
    }
    if (stays || !isSeen(last.geometry, last.index, knownTop.current)) return
    const shifted = element.scrollTop + ((selected - last.index) * geometry.rowHeight) / geometry.scale
    moveTo(topThatShows(measured, selected, shifted))
  }, [selectedKey, selected, geometry.height])

  const chosen = selected >= 0
  // Who lets go of a row at the end is at the end again.
  // biome-ignore lint/correctness/useExhaustiveDependencies: only when the choice ends
  useEffect(() => {
    const element = scroller.current
    if (chosen || !element) return
    if (element.scrollHeight - element.clientHeight - element.scrollTop <= NEAR) setFollowing(true)
  }, [chosen])
}

function useHeight(scroller: RefObject<HTMLElement | null>): number {
  const [height, setHeight] = useState(UNKNOWN_HEIGHT)
  useLayoutEffect(() => {
    const element = scroller.current
    if (!element) return
    const measure = () => setHeight(element.clientHeight || UNKNOWN_HEIGHT)
    measure()
    const observer = new ResizeObserver(measure)
    observer.observe(element)
    return () => observer.disconnect()
  }, [scroller])
  return height
}
