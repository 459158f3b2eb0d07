// @ts-check
// One suite of tests: runs it in view, and counts what came of it from the report that it wrote.
import { readFileSync } from 'node:fs'
import { runNode } from './child.mjs'

/** A suite that takes longer hangs. Milliseconds. */
const SUITE_LIMIT = 10 * 60_000

/** @typedef {{ passed: number, failed: number, skipped: number }} Count */

/** @type {Count} */
export const none = { passed: 0, failed: 0, skipped: 0 }

/**
 * @param {Count} a
 * @param {Count} b
 * @returns {Count}
 */
export const add = (a, b) => ({
  passed: a.passed + b.passed,
  failed: a.failed + b.failed,
  skipped: a.skipped + b.skipped,
})

/**
 * Runs a Node program as a suite.
 * @param {string} program
 * @param {readonly string[]} args
 * @param {(code: number) => Count} count called after its end
 * @param {{ env?: NodeJS.ProcessEnv }} [options]
 * @returns {Promise<Count>}
 */
export async function runSuite(program, args, count, { env = {} } = {}) {
  const { code, text } = await runNode(program, args, { env, output: 'inherit', timeout: SUITE_LIMIT })
  if (text) console.log(text)
  const counted = count(code)
  // It says that it failed but not where: it broke down outside its tests.
  return code !== 0 && counted.failed === 0 ? { ...counted, failed: 1 } : counted
}

/**
 * A suite that is one test.
 * @param {number} code
 * @returns {Count}
 */
export const fromExitCode = (code) => (code === 0 ? { ...none, passed: 1 } : { ...none, failed: 1 })

/**
 * @param {string} file report of Vitest's JSON reporter
 * @returns {() => Count}
 */
export const fromVitest = (file) => () =>
  read(file, (report) => ({
    passed: report.numPassedTests,
    failed: report.numFailedTests,
    skipped: report.numPendingTests + report.numTodoTests,
  }))

/**
 * @param {string} file report of Playwright's JSON reporter
 * @returns {() => Count}
 */
export const fromPlaywright = (file) => () =>
  read(file, ({ stats }) => ({
    passed: stats.expected,
    // A test that passes only the second time has failed once.
    failed: stats.unexpected + stats.flaky,
    skipped: stats.skipped,
  }))

/**
 * @param {string} file
 * @param {(report: any) => Count} count
 * @returns {Count}
 */
function read(file, count) {
  try {
    return count(JSON.parse(readFileSync(file, 'utf8')))
  } catch {
    return { ...none, failed: 1 }
  }
}
