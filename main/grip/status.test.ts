import { expect, test } from 'vitest'
import { reasonOf } from './status'

test('knows the phrases of codes, and has one for the others', () => {
  expect([200, 404, 502, 511].map(reasonOf)).toEqual([
    'OK',
    'Not Found',
    'Bad Gateway',
    'Network Authentication Required',
  ])
  expect(reasonOf(299)).toBe('Undefined Reason')
})
