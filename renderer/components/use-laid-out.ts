// JSON put on lines while the page stays quick: short texts at once, long ones a few milliseconds at a time.
import { useEffect, useMemo, useState } from 'react'
import { type LaidOut, layOutJson, layOutSteps } from './pretty-json'

/** Characters that are put on lines at once. */
const AT_ONCE = 32 * 1024
/** Milliseconds of work until the page has its turn. */
const SLICE = 8

/** Null: it is still worked on. */
export function useLaidOut(text: string): LaidOut | null {
  const short = useMemo(() => (text.length <= AT_ONCE ? layOutJson(text) : verdict(text)), [text])
  const [long, setLong] = useState<{ readonly text: string; readonly laidOut: LaidOut } | null>(null)
  useEffect(() => {
    if (short) return
    const steps = layOutSteps(text)
    let timer: ReturnType<typeof setTimeout>
    const work = () => {
      const until = performance.now() + SLICE
      do {
        const step = steps.next()
        if (step.done) {
          setLong({ text, laidOut: step.value })
          return
        }
      } while (performance.now() < until)
      timer = setTimeout(work)
    }
    timer = setTimeout(work)
    return () => clearTimeout(timer)
  }, [text, short])
  return short ?? (long?.text === text ? long.laidOut : null)
}

/** What the first look says: no JSON, or too much of it. Null: it has to be worked on. */
function verdict(text: string): LaidOut | null {
  const step = layOutSteps(text).next()
  return step.done ? step.value : null
}
