// What is compared of two exchanges beside headers and bodies: how they came out, their holds, their times.
import type { ExchangeDetails } from '../../../preload/views'
import { formatDuration } from '../../format/duration'

export interface Fact {
  readonly name: string
  readonly a: string
  readonly b: string
}

const NONE = '–'

/** Facts of both; those that neither has are left out. */
function factsOf(
  a: ExchangeDetails,
  b: ExchangeDetails,
  read: readonly (readonly [name: string, of: (details: ExchangeDetails) => string])[],
): Fact[] {
  return read.map(([name, of]) => ({ name, a: of(a), b: of(b) })).filter((fact) => fact.a !== NONE || fact.b !== NONE)
}

/** What was sent. */
export function requestFacts(a: ExchangeDetails, b: ExchangeDetails): Fact[] {
  return factsOf(a, b, [
    ['Method', ({ row }) => row.method],
    ['Path', ({ row }) => row.path],
  ])
}

const ends: Readonly<Record<ExchangeDetails['row']['state'], string>> = {
  waiting: 'waits for the backend',
  held: 'still held',
  streaming: 'still streaming',
  open: 'still open',
  complete: 'complete',
  delivered: 'answered by a publish',
  'timed-out': 'hold timed out',
  closed: 'closed',
  'client-left': 'client left',
  failed: 'failed',
}

/** How it came out. */
export function resultFacts(a: ExchangeDetails, b: ExchangeDetails): Fact[] {
  return factsOf(a, b, [
    ['Status', ({ response }) => (response ? `${response.status} ${response.reason}`.trim() : NONE)],
    ['End', ({ row }) => [ends[row.state], row.note].filter((part) => part !== '').join(', ')],
    ['Deliveries', ({ row }) => (row.heldAt === null ? NONE : deliveriesOf(row))],
  ])
}

function deliveriesOf(row: ExchangeDetails['row']): string {
  return row.missed > 0 ? `${row.delivered}, missed ${row.missed}` : String(row.delivered)
}

/** What the backend instructed. */
export function holdFacts(a: ExchangeDetails, b: ExchangeDetails): Fact[] {
  return factsOf(a, b, [
    ['Mode', modeOf],
    ['Channels', ({ row, instruct }) => listed(instruct?.channels.map(({ name }) => name) ?? row.channels)],
    ['Previous ids', ({ instruct }) => listed(instruct?.channels.map(prevIdOf) ?? [])],
    ['Filters', ({ instruct }) => listed(instruct?.channels.flatMap(({ filters }) => filters) ?? [])],
    ['Timeout', ({ row }) => (row.holdTimeout === null ? NONE : formatDuration(row.holdTimeout))],
    ['Keep-alive', ({ instruct }) => (instruct?.keepAlive ? `every ${formatDuration(instruct.keepAlive)}` : NONE)],
    ['Problems', ({ instruct }) => listed(instruct?.problems.map(({ field }) => field) ?? [])],
  ])
}

function modeOf({ instruct, row }: ExchangeDetails): string {
  if (instruct && !instruct.accepted) return 'refused'
  return instruct?.mode ?? (row.heldAt === null ? NONE : row.kind)
}

function prevIdOf({ name, prevId }: { name: string; prevId: string | null }): string {
  return prevId === null ? `${name}: none` : `${name}: ${prevId}`
}

const listed = (names: readonly string[]) => names.join(', ') || NONE

/** How long a part of it took. */
export interface Timing {
  readonly name: string
  /** Milliseconds; null: there was none. */
  readonly a: number | null
  readonly b: number | null
  readonly tone: 'backend' | 'held' | 'plain'
}

/** @param now Milliseconds since the trace began, for what still goes on. */
export function timingsOf(a: ExchangeDetails, b: ExchangeDetails, now: number): Timing[] {
  const timing = (name: string, tone: Timing['tone'], of: (details: ExchangeDetails) => number | null): Timing => ({
    name,
    tone,
    a: of(a),
    b: of(b),
  })
  return [
    timing('Backend', 'backend', (details) => backendTime(details, now)),
    timing('Hold', 'held', ({ row }) => (row.heldAt === null ? null : (row.endedAt ?? now) - row.heldAt)),
    timing('In all', 'plain', ({ row }) => (row.endedAt ?? now) - row.at),
  ].filter((each) => each.a !== null || each.b !== null)
}

/** All answers together: a hold may have made the proxy ask more than once. */
function backendTime({ answers, row }: ExchangeDetails, now: number): number | null {
  if (answers.length === 0) return null
  return answers.reduce((sum, { sentAt, answeredAt, endedAt }) => {
    return sum + Math.max(0, (answeredAt ?? endedAt ?? row.endedAt ?? now) - sentAt)
  }, 0)
}

/** "+1.2 ms", "−3 s", "same". */
export function differenceOf({ a, b }: Timing): string {
  if (a === null || b === null) return ''
  const difference = b - a
  if (Math.abs(difference) < 0.05) return 'same'
  return `${difference < 0 ? '−' : '+'}${formatDuration(Math.abs(difference))}`
}
