// A list as a browser scrolls it: the element ends where its content does, and events of scrolling and of sizes come
// late, in the next frame, whatever has happened until then.
import { act, fireEvent } from '@testing-library/react'
import { vi } from 'vitest'
import { stubAccessor } from './stub-accessor'

export interface ScrollingPage {
  /** What every element is high, in pixels. */
  height: number
  /** As a wheel does: nobody is told before the next frame. */
  scrollBy(element: Element, pixels: number): void
  /** One frame: events of scrolling, callbacks of the frame, layout, sizes that changed. */
  frame(): void
  /** Frames until nothing is left to come. */
  settle(): void
  close(): void
}

/** Puts the model in place of happy-dom's elements, which have no layout. */
export function openScrollingPage(height: number): ScrollingPage {
  const tops = new Map<Element, number>()
  const scrolled = new Set<Element>()
  const frames = new Map<number, () => void>()
  const observers = new Set<{ callback: () => void; elements: Set<Element>; seen: number }>()
  let lastFrame = 0

  const contentOf = (element: Element): number => {
    const rows = element.querySelector<HTMLElement>('[role=presentation]')
    return Math.max(page.height, Number.parseFloat(rows?.style.height ?? '0') || 0)
  }
  /** Reading or setting a position lays out: what is beyond the end is at the end. */
  const move = (element: Element, wanted: number): number => {
    const before = tops.get(element) ?? 0
    const top = Math.max(0, Math.min(wanted, contentOf(element) - page.height))
    if (top !== before) scrolled.add(element)
    tops.set(element, top)
    return top
  }

  const page: ScrollingPage = {
    height,
    scrollBy: (element, pixels) => void move(element, move(element, tops.get(element) ?? 0) + pixels),
    frame() {
      const events = [...scrolled].filter((element) => element.isConnected)
      scrolled.clear()
      for (const element of events) fireEvent.scroll(element)
      const callbacks = [...frames.values()]
      frames.clear()
      act(() => {
        for (const callback of callbacks) callback()
      })
      for (const [element, top] of tops) move(element, top)
      for (const observer of observers) {
        if (observer.seen === page.height || observer.elements.size === 0) continue
        observer.seen = page.height
        act(observer.callback)
      }
    },
    settle() {
      const pending = () => scrolled.size + frames.size + [...observers].filter((o) => o.seen !== page.height).length
      for (let count = 0; count < 2 || (pending() > 0 && count < 20); count += 1) page.frame()
      if (pending() > 0) throw new Error('The page does not come to rest.')
    },
    close() {
      vi.unstubAllGlobals()
      vi.restoreAllMocks()
      restoreScrollTop()
    },
  }
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(() => page.height)
  vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockImplementation(function (this: Element) {
    return contentOf(this)
  })
  const restoreScrollTop = stubAccessor(Element.prototype, 'scrollTop', {
    get() {
      return move(this, tops.get(this) ?? 0)
    },
    set(top) {
      move(this, top)
    },
  })
  vi.stubGlobal('requestAnimationFrame', (callback: () => void) => {
    lastFrame += 1
    frames.set(lastFrame, callback)
    return lastFrame
  })
  vi.stubGlobal('cancelAnimationFrame', (frame: number) => frames.delete(frame))
  vi.stubGlobal(
    'ResizeObserver',
    class {
      readonly own: { callback: () => void; elements: Set<Element>; seen: number }
      constructor(callback: () => void) {
        this.own = { callback, elements: new Set(), seen: page.height }
        observers.add(this.own)
      }
      observe(element: Element) {
        this.own.elements.add(element)
      }
      disconnect() {
        observers.delete(this.own)
      }
    },
  )
  return page
}
