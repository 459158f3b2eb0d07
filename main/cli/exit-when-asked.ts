// Ends the program cleanly when the user or the system asks for it.

/** Milliseconds that ending may take. */
const PATIENCE = 1500

/**
 * On SIGINT or SIGTERM: stops, then exits with 0. More signals change nothing: npm passes on what the terminal has sent to all,
 * and ending takes no longer than its patience.
 */
export function exitWhenAsked(stop: () => Promise<void>): void {
  let asked = false
  const end = (): void => {
    if (asked) return
    asked = true
    setTimeout(() => process.exit(0), PATIENCE).unref()
    stop().then(
      () => process.exit(0),
      () => process.exit(0),
    )
  }
  process.on('SIGINT', end)
  process.on('SIGTERM', end)
}
