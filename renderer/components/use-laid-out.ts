// JSON put on lines while the page stays quick.
import { type LaidOut, layOutSteps } from './pretty-json'
import { useSteps } from './use-steps'

/** Characters that are put on lines at once. */
const AT_ONCE = 32 * 1024

/** Null: it is still worked on. */
export function useLaidOut(text: string): LaidOut | null {
  return useSteps(text, text.length <= AT_ONCE, layOutSteps)
}
