// For tests: how long to try what fast-check makes up. GRIPSCOPE_FUZZ_RUNS makes it longer; fast-check prints the seed of
// what fails.

export interface FuzzRuns {
  /** For fc.assert. */
  readonly runs: { readonly numRuns: number; readonly interruptAfterTimeLimit?: number }
  /** Milliseconds that the test may take. */
  readonly timeout: number
}

/** @param numRuns tries where nothing else is said, which end after some seconds in any case */
export function fuzzing(numRuns: number): FuzzRuns {
  const asked = Number(process.env.GRIPSCOPE_FUZZ_RUNS ?? 0)
  if (asked > 0) return { runs: { numRuns: asked }, timeout: 60_000 + asked * 500 }
  return { runs: { numRuns, interruptAfterTimeLimit: 6000 }, timeout: 30_000 }
}
