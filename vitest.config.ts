import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Asked to try longer what fast-check makes up. */
const fuzzing = process.env.GRIPSCOPE_FUZZ_RUNS !== undefined || process.env.GRIPSCOPE_FUZZ_SEED !== undefined

/** The conformance scenarios wait nearly all the time, and longer than all others: whoever starts with them waits least. */
class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isLong = ({ moduleId }: TestSpecification): boolean => moduleId.includes('/conformance/')
    const sorted = await super.sort(files)
    return [...sorted.filter(isLong), ...sorted.filter((file) => !isLong(file))]
  }

  /** Every second file and the like: folders are of very different weight. */
  override async shard(files: TestSpecification[]): Promise<TestSpecification[]> {
    const { index = 1, count = 1 } = this.ctx.config.shard ?? {}
    const byPath = files.toSorted((a, b) => (a.moduleId < b.moduleId ? -1 : 1))
    return byPath.filter((_, i) => i % count === index - 1)
  }
}

export default defineConfig({
  test: {
    // Vitest itself would leave a core out, which is half of two.
    maxWorkers: availableParallelism(),
    sequence: { sequencer: LongestFirst },
    // The tests' page does not know this element yet; browsers do.
    onConsoleLog: (log) => !log.includes('The tag <search> is unrecognized'),
    projects: [
      {
        test: {
          name: 'unit',
          include: ['main/**/*.test.ts', 'preload/**/*.test.ts', 'scripts/**/*.test.ts'],
          exclude: ['**/*.integration.test.ts'],
          // A process for each file takes longer than its tests, which share nothing.
          isolate: false,
          ...(fuzzing && { setupFiles: ['main/testing/fuzz-setup.ts'], testTimeout: 600_000 }),
        },
      },
      {
        test: {
          name: 'renderer',
          include: ['renderer/**/*.test.{ts,tsx}'],
          environment: 'happy-dom',
          // One page for all files: the set-up cleans it after each test, and making it anew takes longer than the tests.
          // Only a single worker keeps it: `npm test` runs two shards.
          isolate: false,
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
          setupFiles: ['renderer/testing/setup.ts'],
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: [
            'main/**/*.integration.test.ts',
            'e2e/libraries/*.integration.test.ts',
            'conformance/*.integration.test.mjs',
          ],
          // As for the unit tests: to read the sources anew for each file took longer than many a file's tests.
          isolate: false,
          testTimeout: 20_000,
          hookTimeout: 20_000,
        },
      },
      {
        test: {
          // Responses by Node's public way alone, as after an upgrade that changed its private fields (proxy/internals).
          name: 'node-writes',
          include: [
            'main/proxy/internals/*.test.ts',
            'main/proxy/holds/{response-hold,stream-hold}.integration.test.ts',
            'main/proxy/requests/{no-body,non-ascii,pass-through}.integration.test.ts',
          ],
          env: { GRIPSCOPE_NODE_WRITES: '1' },
          isolate: false,
          testTimeout: 20_000,
        },
      },
    ],
  },
})
