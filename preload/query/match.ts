// A filter as a function of a row. The language is in parse.ts.
import type { ExchangeRow } from '../views'
import type { Found, Matcher, Term } from './field'
import { fieldOf } from './fields'
import { foundTest, nothingFound } from './needle'
import { parseFilter, valuesOf } from './parse'

/** From and to, in milliseconds since the trace began. */
export type TimeRange = readonly [number, number]

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
  if (term.key !== 'text') return fieldOf(term.key)?.exchanges?.(value, term, found) ?? null
  const inside = foundTest(term, 'exchanges', found)
  return (row) => hasText(row, value) || inside?.(row.id) === true
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
