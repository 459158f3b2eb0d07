// `is:`, the state of an exchange or a publish.
import type { FilterField, Matcher, PublishMatcher } from '../field'

const words = [
  'held',
  'live',
  'done',
  'waiting',
  'delivered',
  'missed',
  'failed',
  'timed-out',
  'left',
  'closed',
  'replayed',
  'refused',
] as const

/** Each word that says something of exchanges. One line each. */
const ofExchanges: Readonly<Record<string, Matcher>> = {
  held: (row) => row.heldAt !== null && row.endedAt === null,
  live: (row) => row.endedAt === null,
  done: (row) => row.endedAt !== null,
  waiting: (row) => row.state === 'waiting',
  delivered: (row) => row.delivered > 0 || row.state === 'delivered',
  // The client missed something, or may have: all signs of trouble.
  missed: (row) => row.trouble !== null,
  failed: (row) => row.state === 'failed',
  'timed-out': (row) => row.state === 'timed-out',
  left: (row) => row.state === 'client-left',
  closed: (row) => row.state === 'closed',
  replayed: (row) => row.replayOf !== null,
}

/** Each word that says something of publishes. One line each. */
const ofPublishes: Readonly<Record<string, PublishMatcher>> = {
  delivered: (row) => row.delivered > 0,
  missed: (row) => row.missed > 0 || row.unheard,
  waiting: (row) => row.state === 'waiting' || row.waiting > 0,
  refused: (row) => row.state === 'refused',
  failed: (row) => row.state === 'refused',
}

export const isField = {
  key: 'is',
  example: 'is:held',
  words,
  list: true,
  single: true,
  otherNames: ['state'],
  exchanges: (value) => ofExchanges[value] ?? null,
  publishes: (value) => ofPublishes[value] ?? null,
} as const satisfies FilterField
