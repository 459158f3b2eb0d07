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
  const following = useRef(true)
  const lastTop = useRef(0)
  const [seen, setSeen] = useState(count)

  const scrollToEnd = useCallback(() => {
    const element = scroller.current
    if (!element) return
    element.scrollTop = element.scrollHeight
    lastTop.current = element.scrollTop
  }, [scroller])
  const toEnd = useCallback(() => {
    following.current = true
    scrollToEnd()
    setSeen(Number.POSITIVE_INFINITY)
  }, [scrollToEnd])

  // A chosen row stays where it is.
  useEffect(() => {
    if (chosen) following.current = false
  }, [chosen])

  useLayoutEffect(() => {
    const element = scroller.current
    if (!enabled || !element) return
    const fits = element.scrollHeight <= element.clientHeight + NEAR
    if (following.current) scrollToEnd()
    if (following.current || fits || count === 0) setSeen(count)
    else setSeen((before) => Math.min(before, count))
  }, [scroller, scrollToEnd, count, enabled])

  const onScroll = () => {
    const element = scroller.current
    if (!element) return
    const top = element.scrollTop
    const atEnd = top + element.clientHeight >= element.scrollHeight - NEAR
    // Rows may have come between our scrolling and this event: only a move upwards means that somebody scrolled away.
    if (atEnd) {
      following.current = true
      setSeen(count)
    } else if (top < lastTop.current - 1 && following.current) {
      following.current = false
      setSeen(count)
    }
    lastTop.current = top
  }

  return { behind: Math.max(0, count - seen), onScroll, toEnd }
}
