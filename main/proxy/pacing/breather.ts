// For long loops that may wait: now and then, others have their turn.

/** Milliseconds of work after which others have their turn. */
const TURN = 8

/** To be called after each small part of the work. A promise: it is time to wait for it. */
export function breather(): () => Promise<void> | undefined {
  let until = performance.now() + TURN
  return () => {
    if (performance.now() < until) return undefined
    return new Promise((resolve) => {
      setImmediate(() => {
        until = performance.now() + TURN
        resolve()
      })
    })
  }
}
