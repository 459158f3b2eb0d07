// Which rows of a list are on screen. It stays at its end while new rows come, but only if it was there: scrolling up or
// choosing a row stops that, scrolling to the end starts it again. All rows are equally high, so that the place of
// each is known without asking the page: where rows come by the thousand, that is what costs.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** Rows that exist above and below those on screen. */
const BEYOND = 6
/** Pixels from the end that still count as the end. */
const NEAR = 8
/** Pixels that a list is taken to have before it is laid out. */
const UNKNOWN_HEIGHT = 600

export interface VisibleRowsOptions {
  readonly count: number
  /** Pixels. */
  readonly rowHeight: number
  /** Stay at the end. */
  readonly follow: boolean
  /** A row is chosen: it stays where it is. */
  readonly chosen: boolean
}

export interface VisibleRows {
  /** The first and the last row that exist; the last is before the first where there are none. */
  readonly first: number
  readonly last: number
  /** As many elements as can exist at once: who scrolls gets them with other rows in them. */
  readonly slots: number
  /** Of the list, in pixels. */
  readonly height: number
  /** Rows that came since it stopped following. */
  readonly behind: number
  onScroll(): void
  toEnd(): void
  /** Scrolls no further than needed to see a row. */
  reveal(index: number): void
}

export function useVisibleRows(
  scroller: RefObject<HTMLElement | null>,
  { count, rowHeight, follow, chosen }: VisibleRowsOptions,
): VisibleRows {
  const height = useHeight(scroller)
  const [following, setFollowing] = useState(true)
  /** Where it is scrolled to, in whole rows; not kept up to date while it follows. */
  const [topRow, setTopRow] = useState(0)
  const lastTop = useRef(0)
  /** Rows there were when it last was at the end. Not a state: while it follows, new rows need no second look. */
  const seen = useRef(count)

  const stays = follow && following
  const onScreen = Math.ceil(height / rowHeight)
  const endRow = Math.max(0, count - onScreen)
  const from = stays ? endRow : Math.min(topRow, endRow)
  const fits = count * rowHeight <= height + NEAR

  const scrollTo = useCallback(
    (top: number) => {
      const element = scroller.current
      if (!element) return
      element.scrollTop = top
      lastTop.current = element.scrollTop
      setTopRow(Math.floor(lastTop.current / rowHeight))
    },
    [scroller, rowHeight],
  )

  // A chosen row stays where it is.
  useEffect(() => {
    if (!chosen) return
    setTopRow(Math.floor((scroller.current?.scrollTop ?? 0) / rowHeight))
    setFollowing(false)
  }, [chosen, scroller, rowHeight])

  useLayoutEffect(() => {
    seen.current = stays || fits ? count : Math.min(seen.current, count)
    const element = scroller.current
    if (!stays || !element) return
    // In the frame, where the page is laid out anyway.
    const frame = requestAnimationFrame(() => {
      element.scrollTop = count * rowHeight
      lastTop.current = element.scrollTop
    })
    return () => cancelAnimationFrame(frame)
  }, [scroller, stays, fits, count, rowHeight])

  return {
    first: Math.max(0, from - BEYOND),
    last: Math.min(count - 1, from + onScreen + BEYOND),
    slots: onScreen + 2 * BEYOND + 1,
    height,
    behind: stays || fits ? 0 : Math.max(0, count - seen.current),
    onScroll() {
      const element = scroller.current
      if (!element) return
      const top = element.scrollTop
      // Rows may have come between our scrolling and this event: only a move upwards means that somebody scrolled away.
      const atEnd = top + element.clientHeight >= element.scrollHeight - NEAR
      const next = atEnd || (following && top >= lastTop.current - 1)
      lastTop.current = top
      setFollowing(next)
      if (!(follow && next)) setTopRow(Math.floor(top / rowHeight))
    },
    toEnd() {
      setFollowing(true)
      scrollTo(count * rowHeight)
    },
    reveal(index) {
      const top = scroller.current?.scrollTop ?? 0
      if (index * rowHeight < top) scrollTo(index * rowHeight)
      else if ((index + 1) * rowHeight > top + height) scrollTo((index + 1) * rowHeight - height)
    },
  }
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
