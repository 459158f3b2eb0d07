// `host:`, a part of it, or with `*` the whole.
import type { FilterField, Matcher } from '../field'
import { partTest } from '../patterns'

export const hostField = {
  key: 'host',
  example: 'host:localhost',
  otherNames: ['domain'],
  exchanges: (value): Matcher => {
    const test = partTest(value)
    return (row) => test(row.host)
  },
} as const satisfies FilterField
