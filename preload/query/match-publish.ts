// A filter as a function of a publish's row.
import type { PublishRow } from '../views'
import type { Found, PublishMatcher, Term } from './field'
import { fieldOf } from './fields'
import { foundTest, nothingFound } from './needle'
import { parseFilter, valuesOf } from './parse'

/** Null where everything passes. What a filter says of exchanges alone is left out. */
export function compilePublishFilter(text: string, found: Found = nothingFound): PublishMatcher | null {
  const { groups } = parseFilter(text)
  const tests = groups
    .map((terms) => terms.flatMap((term) => compileTerm(term, found) ?? []))
    .filter((group) => group.length > 0)
  return tests.length === 0 ? null : (row) => tests.some((group) => group.every((test) => test(row)))
}

/** Does the term say something of publishes? */
export function isAboutPublishes(term: Term): boolean {
  return compileTerm(term, nothingFound) !== null
}

function compileTerm(term: Term, found: Found): PublishMatcher | null {
  const tests = valuesOf(term).flatMap((value) => testOf(term, value.toLowerCase(), found) ?? [])
  if (tests.length === 0) return null
  const test: PublishMatcher = (row) => tests.some((each) => each(row))
  return term.negated ? (row) => !test(row) : test
}

function testOf(term: Term, value: string, found: Found): PublishMatcher | null {
  if (term.key !== 'text') return fieldOf(term.key)?.publishes?.(value, term, found) ?? null
  const inside = foundTest(term, 'publishes', found)
  return (row) => hasText(row, value) || inside?.(row.id) === true
}

function hasText(row: PublishRow, value: string): boolean {
  return (
    row.channel.toLowerCase().includes(value) ||
    (row.itemId?.toLowerCase().includes(value) ?? false) ||
    row.formats.some((format) => format.toLowerCase().includes(value)) ||
    (row.problem?.message.toLowerCase().includes(value) ?? false)
  )
}
