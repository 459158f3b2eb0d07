// `time>1s`: from the request to its end.
import type { FilterField, Matcher } from '../field'
import { checkNumber, comparisonOf } from '../numbers'

export const timeField = {
  key: 'time',
  example: 'time>1s',
  compares: true,
  otherNames: ['duration'],
  check: (value) => (comparisonOf('time', value) === null ? checkNumber('time') : null),
  exchanges: (value): Matcher | null => {
    const comparison = comparisonOf('time', value)
    // One that goes on is longer than any time.
    return comparison && ((row) => comparison.passes((row.endedAt ?? Number.POSITIVE_INFINITY) - row.at))
  },
} as const satisfies FilterField
