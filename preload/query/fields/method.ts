// `method:`, the method of the request.
import type { FilterField, Matcher } from '../field'
import { nameTest } from '../patterns'

export const methodField = {
  key: 'method',
  example: 'method:POST',
  list: true,
  single: true,
  otherNames: ['verb'],
  exchanges: (value): Matcher => {
    const test = nameTest(value)
    return (row) => test(row.method)
  },
} as const satisfies FilterField
