// For tests: how long to try what fast-check makes up, and from which seed. GRIPSCOPE_FUZZ_RUNS makes it longer,
// GRIPSCOPE_FUZZ_SEED repeats what was tried before. The seed is printed first: a test that hangs can't do so at its end.

export interface FuzzRuns {
  /** For fc.assert. */
  readonly runs: { readonly numRuns: number; readonly seed: number; readonly interruptAfterTimeLimit?: number }
  /** Milliseconds that the test may take. */
  readonly timeout: number
}

/** @param numRuns tries where nothing else is said, which end after some seconds in any case */
export function fuzzing(numRuns: number): FuzzRuns {
  const asked = Number(process.env.GRIPSCOPE_FUZZ_RUNS ?? 0)
  const seed = Number(process.env.GRIPSCOPE_FUZZ_SEED ?? Math.floor(Math.random() * 0x7fffffff))
  console.log(`To try the same again: GRIPSCOPE_FUZZ_SEED=${seed}`)
  if (asked > 0) return { runs: { numRuns: asked, seed }, timeout: 60_000 + asked * 500 }
  return { runs: { numRuns, seed, interruptAfterTimeLimit: 6000 }, timeout: 30_000 }
}

/**
 * What fast-check stops for its time limit goes on by itself: wait for `settled` before the next test uses the same things.
 */
export class Tries {
  #latest: Promise<void> = Promise.resolve()

  /** A try, for fc.asyncProperty. */
  of<T extends readonly unknown[]>(attempt: (...values: T) => Promise<void>): (...values: T) => Promise<void> {
    return (...values) => {
      const running = attempt(...values)
      this.#latest = running.catch(() => {})
      return running
    }
  }

  settled(): Promise<void> {
    return this.#latest
  }
}
