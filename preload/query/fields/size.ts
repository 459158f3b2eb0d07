// `size>10k`: bytes of the response, or of the publish.
import type { FilterField, Matcher, PublishMatcher } from '../field'
import { checkNumber, comparisonOf } from '../numbers'

export const sizeField = {
  key: 'size',
  example: 'size>10k',
  compares: true,
  check: (value) => (comparisonOf('size', value) === null ? checkNumber('size') : null),
  exchanges: (value): Matcher | null => {
    const comparison = comparisonOf('size', value)
    return comparison && ((row) => comparison.passes(row.responseSize))
  },
  publishes: (value): PublishMatcher | null => {
    const comparison = comparisonOf('size', value)
    return comparison && ((row) => comparison.passes(row.size))
  },
} as const satisfies FilterField
