import { expect, test } from 'vitest'
import { progressLine } from './progress.mjs'

test.each([
  ['', 0, 'Building…'],
  ['', 12_300, 'Building… 12 s'],
  ['3 of 9 packages', 400, 'Building… 3 of 9 packages'],
  ['3 of 9 packages', 61_000, 'Building… 3 of 9 packages, 61 s'],
])('%j after %d ms: %s', (soFar, took, line) => {
  expect(progressLine('Building', soFar, took)).toBe(line)
})
