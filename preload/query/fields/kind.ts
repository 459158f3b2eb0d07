// `kind:`, what an exchange became: `stream` has those of events in it.
import type { FilterField, Matcher } from '../field'

export const kindField = {
  key: 'kind',
  example: 'kind:sse',
  words: ['http', 'long-poll', 'stream', 'sse', 'websocket'],
  list: true,
  single: true,
  otherNames: ['type'],
  exchanges: (value): Matcher =>
    value === 'stream' ? (row) => row.kind === 'stream' || row.kind === 'sse' : (row) => row.kind === value,
} as const satisfies FilterField
