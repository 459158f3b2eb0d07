// How long to wait between tries of asking a backend again.

/** Milliseconds before try number `failed` + 1: one second, doubled each time, and up to a second more so that holds that failed together do not ask together. */
export function retryDelay(failed: number, random: () => number = Math.random): number {
  return 1000 * 2 ** failed + Math.floor(random() * 1000)
}
