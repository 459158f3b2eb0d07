// `path:`, a part of it, or with `*` the whole.
import type { FilterField, Matcher } from '../field'
import { partTest } from '../patterns'

export const pathField = {
  key: 'path',
  example: 'path:/api',
  otherNames: ['url', 'uri', 'query'],
  exchanges: (value): Matcher => {
    const test = partTest(value)
    return (row) => test(row.path)
  },
} as const satisfies FilterField
