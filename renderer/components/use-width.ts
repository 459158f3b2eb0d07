// The width of an element, as it changes.
import { useEffect, useState } from 'react'

/** Width of an element's content in pixels; `initial` until it is known. */
export function useWidth(ref: { readonly current: HTMLElement | null }, initial: number): number {
  const [width, setWidth] = useState(initial)
  useEffect(() => {
    const element = ref.current
    if (!element) return
    const observer = new ResizeObserver(() => setWidth(element.clientWidth))
    observer.observe(element)
    return () => observer.disconnect()
  }, [ref])
  return width
}
