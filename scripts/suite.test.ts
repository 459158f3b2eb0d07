import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { add, fromExitCode, fromPlaywright, fromVitest, runSuite } from './suite.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gripscope-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const report = (content: object) => {
  const file = path.join(folder, 'report.json')
  writeFileSync(file, JSON.stringify(content))
  return file
}

test("reads Vitest's report", () => {
  const file = report({ numPassedTests: 5, numFailedTests: 1, numPendingTests: 2, numTodoTests: 1 })
  expect(fromVitest(file)()).toEqual({ passed: 5, failed: 1, skipped: 3 })
})

test("reads Playwright's report; a flaky test has failed", () => {
  const file = report({ stats: { expected: 5, unexpected: 1, flaky: 1, skipped: 2 } })
  expect(fromPlaywright(file)()).toEqual({ passed: 5, failed: 2, skipped: 2 })
})

test('a report that was not written is a failure', () => {
  expect(fromVitest(path.join(folder, 'none.json'))()).toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('a suite that breaks down outside its tests has failed', async () => {
  const program = path.join(folder, 'breaks.mjs')
  writeFileSync(program, 'process.exit(3)')
  const passed = { passed: 7, failed: 0, skipped: 0 }
  await expect(runSuite(program, [], () => passed)).resolves.toEqual({ passed: 7, failed: 1, skipped: 0 })
  await expect(runSuite(program, [], fromExitCode)).resolves.toEqual({ passed: 0, failed: 1, skipped: 0 })
})

test('sums are sums', () => {
  const count = { passed: 1, failed: 2, skipped: 3 }
  expect(add(count, count)).toEqual({ passed: 2, failed: 4, skipped: 6 })
})
