// What is made of long texts and bodies, while the page stays quick.
import { useEffect, useMemo, useRef, useState } from 'react'
import { atOnce, type Steps } from '../../preload/vocabulary/steps'
import { workOff } from '../state/steps'

/**
 * The result of working on an input; while a new one is worked on, the result for the input before, and null at first. So
 * who shows something else, not more of the same, has a key.
 * @param small the input is so small that it is worked on while drawing
 * @param begin one function for all inputs. What its first step returns is there at once too.
 */
export function useSteps<I, T extends object>(input: I, small: boolean, begin: (input: I) => Steps<T>): T | null {
  const now = useMemo(() => {
    if (small) return atOnce(begin(input))
    const step = begin(input).next()
    return step.done ? step.value : null
  }, [input, small, begin])
  const last = useRef<T | null>(null)
  const [, drawAgain] = useState<T | null>(null)
  useEffect(() => {
    if (now) {
      last.current = now
      return
    }
    return workOff(begin(input), (result) => {
      last.current = result
      drawAgain(result)
    })
  }, [input, now, begin])
  return now ?? last.current
}
