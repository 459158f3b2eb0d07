// A filter as a function of a row. The language is in parse.ts.
import type { ExchangeRow } from '../../preload/views'
import { parseFilter, type Term } from './parse'

/** From and to, in milliseconds since the trace began. */
export type TimeRange = readonly [number, number]
export type Matcher = (row: ExchangeRow) => boolean

/** The test for a filter and a time range; null where everything passes. Terms that are not understood are left out. */
export function compileFilter(text: string, range: TimeRange | null): Matcher | null {
  const { groups } = parseFilter(text)
  const tests = groups.map((terms) => terms.map(compileTerm))
  const byText: Matcher | null =
    tests.length === 0 ? null : (row) => tests.some((group) => group.every((test) => test(row)))
  if (!range) return byText
  const [from, to] = range
  const inRange: Matcher = (row) => row.at <= to && (row.endedAt === null || row.endedAt >= from)
  return byText ? (row) => inRange(row) && byText(row) : inRange
}

function compileTerm(term: Term): Matcher {
  const test = testOf(term)
  return term.negated ? (row) => !test(row) : test
}

function testOf(term: Term): Matcher {
  const value = term.value.toLowerCase()
  switch (term.key) {
    case 'text':
      return (row) =>
        row.path.toLowerCase().includes(value) ||
        row.host.toLowerCase().includes(value) ||
        row.note.toLowerCase().includes(value) ||
        row.channels.some((channel) => channel.toLowerCase().includes(value))
    case 'is':
      return isTests[term.value as keyof typeof isTests] ?? (() => false)
    case 'channel': {
      const test = channelTest(value)
      return (row) => row.channels.some(test)
    }
    case 'kind':
      return value === 'stream' ? (row) => row.kind === 'stream' || row.kind === 'sse' : (row) => row.kind === value
    case 'status':
      return statusTest(value)
    case 'method':
      return (row) => row.method.toLowerCase() === value
    case 'path':
      return (row) => row.path.toLowerCase().includes(value)
  }
}

/** Each `is:` word. One line each. */
const isTests = {
  held: (row: ExchangeRow) => row.heldAt !== null && row.endedAt === null,
  live: (row: ExchangeRow) => row.endedAt === null,
  done: (row: ExchangeRow) => row.endedAt !== null,
  waiting: (row: ExchangeRow) => row.state === 'waiting',
  delivered: (row: ExchangeRow) => row.delivered > 0 || row.state === 'delivered',
  /** The client missed something, or may have: all signs of trouble. */
  missed: (row: ExchangeRow) => row.trouble !== null,
  failed: (row: ExchangeRow) => row.state === 'failed',
  'timed-out': (row: ExchangeRow) => row.state === 'timed-out',
  left: (row: ExchangeRow) => row.state === 'client-left',
  closed: (row: ExchangeRow) => row.state === 'closed',
  replayed: (row: ExchangeRow) => row.replayOf !== null,
}

const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '=': (a, b) => a === b,
}

/** `200`, `5xx`, `>=400`, `none`. */
function statusTest(value: string): Matcher {
  if (value === 'none') return (row) => row.status === null
  const [, sign, digits, whole] = /^(>=|<=|>|<|=)?(\d+)(xx)?$/.exec(value) ?? []
  const wanted = Number(digits)
  if (whole) return (row) => row.status !== null && Math.floor(row.status / 100) === wanted
  const compare = comparisons[sign ?? '=']
  return (row) => row.status !== null && compare?.(row.status, wanted) === true
}

/** The test of `channel:`: a whole name, or `room-*` for any end. */
export function channelTest(value: string): (channel: string) => boolean {
  const lower = value.toLowerCase()
  if (!lower.endsWith('*')) return (channel) => channel.toLowerCase() === lower
  const start = lower.slice(0, -1)
  return (channel) => channel.toLowerCase().startsWith(start)
}
