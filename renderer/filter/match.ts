// A filter as a function of a row. The language is in parse.ts.
import type { ExchangeRow } from '../../preload/views'
import { type Found, foundTest, nothingFound } from './needles'
import { comparisonOf, comparisons } from './numbers'
import { parseFilter, type Term, valuesOf } from './parse'

/** From and to, in milliseconds since the trace began. */
export type TimeRange = readonly [number, number]
export type Matcher = (row: ExchangeRow) => boolean

/**
 * The test for a filter and a time range; null where everything passes. Terms that are not understood are left out.
 * @param found what a search in headers and bodies has found so far
 */
export function compileFilter(text: string, range: TimeRange | null, found: Found = nothingFound): Matcher | null {
  const { groups } = parseFilter(text)
  const tests = groups
    .map((terms) => terms.flatMap((term) => compileTerm(term, found) ?? []))
    .filter((group) => group.length > 0)
  const byText: Matcher | null =
    tests.length === 0 ? null : (row) => tests.some((group) => group.every((test) => test(row)))
  if (!range) return byText
  const [from, to] = range
  const inRange: Matcher = (row) => row.at <= to && (row.endedAt === null || row.endedAt >= from)
  return byText ? (row) => inRange(row) && byText(row) : inRange
}

/** Does the term say something of exchanges? */
export function isAboutExchanges(term: Term): boolean {
  return compileTerm(term, nothingFound) !== null
}

/** Null: the term does not apply to exchanges. */
function compileTerm(term: Term, found: Found): Matcher | null {
  const tests = valuesOf(term).flatMap((value) => testOf(term, value.toLowerCase(), found) ?? [])
  if (tests.length === 0) return null
  const [only] = tests
  const test: Matcher = tests.length === 1 && only ? only : (row) => tests.some((each) => each(row))
  return term.negated ? (row) => !test(row) : test
}

function testOf(term: Term, value: string, found: Found): Matcher | null {
  switch (term.key) {
    case 'text': {
      const inside = foundTest(term, 'exchanges', found)
      return (row) => hasText(row, value) || inside?.(row.id) === true
    }
    case 'header':
    case 'body': {
      const inside = foundTest(term, 'exchanges', found)
      return (row) => inside?.(row.id) === true
    }
    case 'is':
      return isTests[value] ?? null
    case 'channel': {
      const test = channelTest(value)
      return (row) => row.channels.some(test)
    }
    case 'kind':
      return value === 'stream' ? (row) => row.kind === 'stream' || row.kind === 'sse' : (row) => row.kind === value
    case 'status':
      return statusTest(value)
    case 'method': {
      const test = nameTest(value)
      return (row) => test(row.method)
    }
    case 'path': {
      const test = partTest(value)
      return (row) => test(row.path)
    }
    case 'host': {
      const test = partTest(value)
      return (row) => test(row.host)
    }
    case 'size': {
      const comparison = comparisonOf('size', value)
      return comparison && ((row) => comparison.passes(row.responseSize))
    }
    case 'time': {
      const comparison = comparisonOf('time', value)
      // One that goes on is longer than any time.
      return comparison && ((row) => comparison.passes((row.endedAt ?? Number.POSITIVE_INFINITY) - row.at))
    }
    case 'id':
      return (row) => String(row.id) === value.replace(/^#/, '')
    case 'via':
    case 'to':
      return null
  }
}

/** Is the text in what the row itself shows? */
export function hasText(row: ExchangeRow, value: string): boolean {
  return (
    row.path.toLowerCase().includes(value) ||
    row.host.toLowerCase().includes(value) ||
    row.note.toLowerCase().includes(value) ||
    row.channels.some((channel) => channel.toLowerCase().includes(value))
  )
}

/** Each `is:` word that says something of exchanges. One line each. */
const isTests: Readonly<Record<string, Matcher>> = {
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

/** `200`, `5xx`, `>=400`, `none`. */
function statusTest(value: string): Matcher {
  if (value === 'none') return (row) => row.status === null
  const [, sign, digits, whole] = /^(>=|<=|>|<|=)?(\d+)(xx)?$/.exec(value) ?? []
  const wanted = Number(digits)
  if (whole) return (row) => row.status !== null && Math.floor(row.status / 100) === wanted
  const compare = comparisons[sign ?? '=']
  return (row) => row.status !== null && compare?.(row.status, wanted) === true
}

/** The test of `channel:`: a whole name, with `*` for any part of it, such as `room-*`. */
export function channelTest(value: string): (channel: string) => boolean {
  return nameTest(value)
}

/** A whole name; `*` stands for anything. */
export function nameTest(value: string): (name: string) => boolean {
  const lower = value.toLowerCase()
  if (!lower.includes('*')) return (name) => name.toLowerCase() === lower
  return wildcardTest(lower)
}

/** A part of a text; with `*`, the whole of it. */
export function partTest(value: string): (text: string) => boolean {
  const lower = value.toLowerCase()
  if (!lower.includes('*')) return (text) => text.toLowerCase().includes(lower)
  return wildcardTest(lower)
}

/** Looks for the parts between the stars, one after the other: no expression could make it slow. */
function wildcardTest(lower: string): (text: string) => boolean {
  const [first = '', ...rest] = lower.split('*')
  const last = rest.pop() ?? ''
  return (text) => {
    const whole = text.toLowerCase()
    if (!whole.startsWith(first)) return false
    let at = first.length
    for (const part of rest) {
      const found = whole.indexOf(part, at)
      if (found < 0) return false
      at = found + part.length
    }
    return whole.length - last.length >= at && whole.endsWith(last)
  }
}
