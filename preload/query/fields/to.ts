// `to:`, whether a publish reached somebody.
import type { FilterField, PublishMatcher } from '../field'

export const toField = {
  key: 'to',
  example: 'to:nobody',
  words: ['nobody', 'somebody'],
  list: true,
  publishes: (value): PublishMatcher => (value === 'nobody' ? (row) => row.unheard : (row) => row.delivered > 0),
} as const satisfies FilterField
