import { expect, test } from 'vitest'
import { gripFeatures } from './features'
import { knownFilters } from './filters'

test('every filter that is told of is there', () => {
  const told = gripFeatures.split(', ')
  expect(told.filter((f) => f.startsWith('filter:')).map((f) => f.slice(7))).toEqual(knownFilters)
  expect(told).toEqual(expect.arrayContaining(['status', 'session', 'link:next']))
})
