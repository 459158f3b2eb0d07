// `id:`, the number of an exchange, or the id of a publish.
import type { FilterField, Matcher, PublishMatcher } from '../field'
import { nameTest } from '../patterns'

export const idField = {
  key: 'id',
  example: 'id:5',
  list: true,
  exchanges: (value): Matcher => {
    const id = value.replace(/^#/, '')
    return (row) => String(row.id) === id
  },
  publishes: (value): PublishMatcher => {
    const test = nameTest(value)
    return (row) => row.itemId !== null && test(row.itemId)
  },
} as const satisfies FilterField
