// `body:`, a text in bodies and messages. The engine looks for it.
import type { FilterField, Matcher, PublishMatcher } from '../field'
import { foundTest } from '../needle'

export const bodyField = {
  key: 'body',
  example: 'body:token',
  otherNames: ['content', 'text'],
  exchanges: (_, term, found): Matcher => {
    const inside = foundTest(term, 'exchanges', found)
    return (row) => inside?.(row.id) === true
  },
  publishes: (_, term, found): PublishMatcher => {
    const inside = foundTest(term, 'publishes', found)
    return (row) => inside?.(row.id) === true
  },
} as const satisfies FilterField
