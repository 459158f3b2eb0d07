import { expect, test } from 'vitest'
import { gripFeatures } from './features'
import { knownFilters } from './filters'

test('every filter that is told of is there, and all are told of that Pushpin 1.36 has', () => {
  const told = gripFeatures.split(', ')
  const newer = ['http-check', 'http-modify']
  const filters = knownFilters.filter((name) => !newer.includes(name))
  expect(told.filter((f) => f.startsWith('filter:')).map((f) => f.slice(7))).toEqual(filters)
  expect(told).toEqual(expect.arrayContaining(['status', 'session', 'link:next']))
})
