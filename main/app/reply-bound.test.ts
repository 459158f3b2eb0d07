import { expect, test } from 'vitest'
import { isLongerThan } from './reply-bound'

test.each<[string, unknown]>([
  ['a text', 'a'.repeat(2000)],
  ['a text in lists and objects', [{ a: { b: ['x'.repeat(2000)] } }]],
  ['many small ones', Array.from({ length: 200 }, (_, i) => ({ i, text: 'abc' }))],
  ['long names', { ['n'.repeat(2000)]: 1 }],
])('%s is longer than is allowed', (_what, value) => {
  expect(isLongerThan(value, 1000)).toBe(true)
  expect(isLongerThan(value, 20_000)).toBe(false)
})

test('what is short, or nothing, is not', () => {
  for (const value of [null, undefined, 1, true, '', 'a'.repeat(1000), [], {}, { a: [1, null, undefined] }])
    expect(isLongerThan(value, 1000)).toBe(false)
})
