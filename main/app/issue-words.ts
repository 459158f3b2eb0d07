// What a schema found wrong with a value, in our words: those of the schema's library are written for programmers.
import type { z } from 'zod'

type Issue = z.core.$ZodIssue

/** Words that may follow the name of the field: "must be a whole number". */
export function issueWords(issue: Issue | undefined): string {
  if (!issue) return 'is not allowed'
  switch (issue.code) {
    case 'invalid_type':
      return `must be ${KINDS[issue.expected] ?? 'of another kind'}`
    case 'too_small':
      return `must ${amount(issue.origin, 'at least', issue.minimum)}`
    case 'too_big':
      return `must ${amount(issue.origin, 'at most', issue.maximum)}`
    case 'invalid_value':
      return `must be ${oneOf(issue.values)}`
    case 'invalid_union':
      return issue.discriminator === undefined ? 'is not allowed' : 'is not a known one'
    case 'invalid_key':
      return 'is not a known name'
    case 'unrecognized_keys':
      return `has unknown fields: ${issue.keys.join(', ')}`
    case 'custom':
      return issue.message
    default:
      return 'is not allowed'
  }
}

/** The field, where in it the fault is, and the fault: "limits: holdMax must be at least 1". */
export function fieldFault(field: string, issue: Issue | undefined): string {
  // Faults that our own schemas find name what they are about.
  const place = issue === undefined || issue.code === 'custom' ? '' : issue.path.map(String).join('.')
  return `${field}: ${place === '' ? '' : `${place} `}${issueWords(issue)}`
}

const KINDS: Readonly<Record<string, string>> = {
  int: 'a whole number',
  number: 'a number',
  string: 'text in quotes',
  boolean: 'true or false',
  object: 'an object',
  record: 'an object',
  array: 'a list',
  null: 'null',
}

const UNITS: Readonly<Record<string, string>> = { string: 'character', array: 'element', set: 'element' }

function amount(origin: string, bound: string, value: number | bigint): string {
  const unit = UNITS[origin]
  if (unit === undefined) return `be ${bound} ${value}`
  return `have ${bound} ${value} ${unit}${Number(value) === 1 ? '' : 's'}`
}

function oneOf(values: readonly unknown[]): string {
  const [only] = values
  return values.length === 1 ? String(only) : `one of ${values.map(String).join(', ')}`
}
