import fc from 'fast-check'
import { expect, test } from 'vitest'
import { hasId, insertId, insertIds, lowerBound, removeIds } from './ordered-ids'

const someIds = fc.array(fc.integer({ min: 1, max: 60 }))

test('a list stays ascending and without doubles, whatever comes and goes', () => {
  fc.assert(
    fc.property(someIds, someIds, someIds, (come, comeTogether, goTogether) => {
      const ids: number[] = []
      const known = new Set<number>()
      for (const id of come) {
        insertId(ids, id)
        known.add(id)
      }
      insertIds(ids, comeTogether)
      for (const id of comeTogether) known.add(id)
      expect(ids).toEqual([...known].sort((a, b) => a - b))
      removeIds(ids, new Set(goTogether))
      for (const id of goTogether) known.delete(id)
      expect(ids).toEqual([...known].sort((a, b) => a - b))
      for (let id = 0; id <= 61; id += 1) expect(hasId(ids, id)).toBe(known.has(id))
    }),
  )
})

test('the lower bound is where an id is, or would be', () => {
  expect([1, 2, 3, 5, 6].map((id) => lowerBound([2, 5], id))).toEqual([0, 0, 1, 1, 2])
})
