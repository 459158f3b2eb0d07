// For tests: properties try as long as GRIPSCOPE_FUZZ_RUNS says, from the seed that GRIPSCOPE_FUZZ_SEED says, if it does.
import fc from 'fast-check'

const { GRIPSCOPE_FUZZ_RUNS: runs, GRIPSCOPE_FUZZ_SEED: seed } = process.env
fc.configureGlobal({
  ...(runs !== undefined && { numRuns: Number(runs) }),
  ...(seed !== undefined && { seed: Number(seed) }),
})
