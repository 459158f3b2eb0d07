// Long work while the page stays quick: a few milliseconds at a time.
import { useEffect, useMemo, useRef, useState } from 'react'

/** Milliseconds of work until the page has its turn. */
const SLICE = 8

/** Work in steps of a millisecond or less; what it returns is its result. */
export type Steps<T> = Generator<undefined, T>

/** All of it at once. */
export function allSteps<T>(steps: Steps<T>): T {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
  }
}

/**
 * The result of working on an input; while a new one is worked on, the result for the input before, and null at first. So
 * who shows something else, not more of the same, has a key.
 * @param atOnce the input is so small that it is worked on while drawing
 * @param begin one function for all inputs. What its first step returns is there at once too.
 */
export function useSteps<I, T extends object>(input: I, atOnce: boolean, begin: (input: I) => Steps<T>): T | null {
  const now = useMemo(() => {
    if (atOnce) return allSteps(begin(input))
    const step = begin(input).next()
    return step.done ? step.value : null
  }, [input, atOnce, begin])
  const last = useRef<T | null>(null)
  const [, drawAgain] = useState<T | null>(null)
  useEffect(() => {
    if (now) {
      last.current = now
      return
    }
    const steps = begin(input)
    let timer: ReturnType<typeof setTimeout>
    const work = () => {
      const until = performance.now() + SLICE
      do {
        const step = steps.next()
        if (step.done) {
          last.current = step.value
          drawAgain(step.value)
          return
        }
      } while (performance.now() < until)
      timer = setTimeout(work)
    }
    timer = setTimeout(work)
    return () => clearTimeout(timer)
  }, [input, now, begin])
  return now ?? last.current
}
