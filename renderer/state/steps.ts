// Long work while the page stays quick: a few milliseconds at a time.
import type { Steps } from '../../preload/vocabulary/steps'

/** Milliseconds of work until the page has its turn. */
const SLICE = 8

/** Works something off, slice by slice, then says what it made. @returns stops it */
export function workOff<T>(steps: Steps<T>, done: (result: T) => void): () => void {
  let timer: ReturnType<typeof setTimeout>
  const work = () => {
    const until = performance.now() + SLICE
    do {
      const step = steps.next()
      if (step.done) {
        done(step.value)
        return
      }
    } while (performance.now() < until)
    timer = setTimeout(work)
  }
  timer = setTimeout(work)
  return () => clearTimeout(timer)
}
