// Long work in steps, between which others may have their turn: the engine works in the same thread.

/** Work that yields wherever it may pause; what it comes to is returned. */
export type Steps<T> = Generator<undefined, T>

/** Resolves once others had their turn; undefined: it is not time for that yet. */
export type Pause = () => Promise<void> | undefined

/** Does all of it now. */
export function atOnce<T>(steps: Steps<T>): T {
  let step = steps.next()
  while (!step.done) step = steps.next()
  return step.value
}

/** Does it with pauses. What it reads must not change in them, or it must not matter. */
export async function withPauses<T>(steps: Steps<T>, pause: Pause): Promise<T> {
  for (;;) {
    const step = steps.next()
    if (step.done) return step.value
    const rest = pause()
    if (rest) await rest
  }
}
