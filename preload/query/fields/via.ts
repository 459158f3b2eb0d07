// `via:`, how a publish arrived.
import type { FilterField, PublishMatcher } from '../field'

export const viaField = {
  key: 'via',
  example: 'via:http',
  words: ['http', 'zmq', 'zmq-pull', 'zmq-sub', 'zmq-command', 'app'],
  list: true,
  publishes: (value): PublishMatcher =>
    value === 'zmq' ? (row) => row.via.startsWith('zmq-') : (row) => row.via === value,
} as const satisfies FilterField
