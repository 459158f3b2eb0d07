// Keeps a list at its end while new rows come, but only if it was there: scrolling up or choosing a row stops that,
// scrolling to the end starts it again.
import { type RefObject, useCallback, useEffect, useLayoutEffect, useRef, useState } from 'react'

/** Pixels from the end that still count as the end. */
const NEAR = 8

export interface Follow {
  /** Rows that came since it stopped following. */
  behind: number
  onScroll(): void
  toEnd(): void
}

export function useFollow(
  scroller: RefObject<HTMLElement | null>,
  count: number,
  enabled: boolean,
  chosen: boolean,
): Follow {
  const [following, setFollowing] = useState(true)
  /** All rows are on screen. */
  const [fits, setFits] = useState(true)
  /** Rows there were when it last was at the end. Not a state: while it follows, new rows need no second look. */
  const seen = useRef(count)
  const lastTop = useRef(0)

  const scrollToEnd = useCallback(() => {
    const element = scroller.current
    if (!element) return
    element.scrollTop = element.scrollHeight
    lastTop.current = element.scrollTop
  }, [scroller])
  const toEnd = useCallback(() => {
    setFollowing(true)
    scrollToEnd()
  }, [scrollToEnd])

  // A chosen row stays where it is.
  useEffect(() => {
    if (chosen) setFollowing(false)
  }, [chosen])

  useLayoutEffect(() => {
    const element = scroller.current
    if (!enabled || !element) return
    if (following) scrollToEnd()
    const fitsNow = element.scrollHeight <= element.clientHeight + NEAR
    setFits(fitsNow)
    seen.current = following || fitsNow ? count : Math.min(seen.current, count)
  }, [scroller, scrollToEnd, count, enabled, following])

  const onScroll = () => {
    const element = scroller.current
    if (!element) return
    const top = element.scrollTop
    // Rows may have come between our scrolling and this event: only a move upwards means that somebody scrolled away.
    if (top + element.clientHeight >= element.scrollHeight - NEAR) setFollowing(true)
    else if (top < lastTop.current - 1) setFollowing(false)
    lastTop.current = top
  }

  return { behind: following || fits ? 0 : Math.max(0, count - seen.current), onScroll, toEnd }
}
