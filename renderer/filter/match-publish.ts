// A filter as a function of a publish's row.
import type { PublishRow } from '../../preload/views'
import { nameTest } from './match'
import { type Found, foundTest, nothingFound } from './needles'
import { comparisonOf } from './numbers'
import { parseFilter, type Term, valuesOf } from './parse'

export type PublishMatcher = (row: PublishRow) => boolean

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
  switch (term.key) {
    case 'text': {
      const inside = foundTest(term, 'publishes', found)
      return (row) => hasText(row, value) || inside?.(row.id) === true
    }
    case 'body': {
      const inside = foundTest(term, 'publishes', found)
      return (row) => inside?.(row.id) === true
    }
    case 'channel': {
      const test = nameTest(value)
      return (row) => row.channel !== '' && test(row.channel)
    }
    case 'id': {
      const test = nameTest(value)
      return (row) => row.itemId !== null && test(row.itemId)
    }
    case 'via':
      return (row) => row.via === value || (value === 'zmq' && row.via.startsWith('zmq-'))
    case 'to':
      return value === 'nobody' ? (row) => row.unheard : (row) => row.delivered > 0
    case 'size': {
      const comparison = comparisonOf('size', value)
      return comparison && ((row) => comparison.passes(row.size))
    }
    case 'is':
      return isTests[value] ?? null
    default:
      return null
  }
}

function hasText(row: PublishRow, value: string): boolean {
  return (
    row.channel.toLowerCase().includes(value) ||
    (row.itemId?.toLowerCase().includes(value) ?? false) ||
    row.formats.some((format) => format.toLowerCase().includes(value)) ||
    (row.problem?.message.toLowerCase().includes(value) ?? false)
  )
}

/** Each `is:` word that says something of publishes. One line each. */
const isTests: Readonly<Record<string, PublishMatcher>> = {
  delivered: (row) => row.delivered > 0,
  missed: (row) => row.missed > 0 || row.unheard,
  waiting: (row) => row.state === 'waiting' || row.waiting > 0,
  refused: (row) => row.state === 'refused',
  failed: (row) => row.state === 'refused',
}
