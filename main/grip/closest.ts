// The word that somebody may have meant.
import { editDistance } from './edit-distance'

/** The known word nearest to what was written, if it is near at all (a third of its letters at most are different). */
export function closest(word: string, known: readonly string[]): string | undefined {
  if (word.length > 60) return undefined
  let best: string | undefined
  let bestDistance = Number.POSITIVE_INFINITY
  for (const candidate of known) {
    const distance = editDistance(word.toLowerCase(), candidate)
    if (distance < bestDistance) {
      best = candidate
      bestDistance = distance
    }
  }
  return best !== undefined && bestDistance <= Math.max(1, Math.floor(best.length / 3)) ? best : undefined
}
