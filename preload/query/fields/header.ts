// `header:`, a text in a header line. The engine looks for it.
import type { FilterField, Matcher } from '../field'
import { foundTest } from '../needle'

export const headerField = {
  key: 'header',
  example: 'header:cookie',
  otherNames: ['headers'],
  exchanges: (_, term, found): Matcher => {
    const inside = foundTest(term, 'exchanges', found)
    return (row) => inside?.(row.id) === true
  },
} as const satisfies FilterField
