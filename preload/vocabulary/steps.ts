// Long work in steps, between which others may have their turn: the engine's work, and the page's.

/**
 * Work that yields wherever it may pause, and says what the part before cost: about so many receivers, or items. Where it
 * says nothing, that was enough to look at the time. What it comes to is returned.
 */
export type Steps<T> = Generator<number | undefined, T>

/** Does all of it now. */
export function atOnce<T>(steps: Steps<T>): T {
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}
