// The filter language: words that must all be found, `key:value`, `-` before what must not be, "quotes", `or`.
// Text in, terms out; what is not understood becomes a problem that says what is known. docs/filter.md tells it to users.
import { type FilterField, partsOf, type Term } from './field'
import { comparedKeys, fieldOf, filterFields, filterKeys } from './fields'

/** What to write, and in the place of what. */
export interface Suggestion {
  /** The part of the filter that it replaces. */
  readonly of: string
  readonly text: string
}
export interface FilterProblem {
  /** The word as typed. */
  readonly word: string
  readonly message: string
  /** What to write instead; clicked, it takes the word's place. */
  readonly suggestion?: Suggestion
}
export interface ParsedFilter {
  /** An exchange passes if all terms of one group do. No groups: everything passes. */
  readonly groups: readonly (readonly Term[])[]
  /** What is left out. */
  readonly problems: readonly FilterProblem[]
}

const COMPARISON = new RegExp(`^(${comparedKeys.join('|')})(?:>=|<=|>|<|=)`, 'i')

/** Reads a filter. Never fails: what is not understood is left out and told as a problem. */
export function parseFilter(text: string): ParsedFilter {
  const groups: Term[][] = []
  const problems: FilterProblem[] = []
  let group: Term[] = []
  for (const word of splitWords(text)) {
    if (word.toLowerCase() === 'or') {
      if (group.length > 0) groups.push(group)
      group = []
      continue
    }
    const read = readWord(word)
    if (!read) continue
    if ('message' in read) problems.push(read)
    else group.push(read)
  }
  if (group.length > 0) groups.push(group)
  return { groups, problems }
}

/** Words as typed: split at spaces that are not in quotes. */
export function splitWords(text: string): string[] {
  return text.match(/(?:[^\s"]|"[^"]*(?:"|$))+/g) ?? []
}

/** The parts of a list such as `POST,PUT`; the whole first, since a name may have a comma in it. */
export function valuesOf({ key, value }: Term): readonly string[] {
  if (!fieldOf(key)?.list || !value.includes(',')) return [value]
  return [value, ...partsOf(value)]
}

function readWord(word: string): Term | FilterProblem | null {
  const negated = word.length > 1 && /^[-!]/.test(word)
  const body = negated ? word.slice(1) : word
  const comparison = COMPARISON.exec(body)
  const colon = comparison
    ? [body, comparison[1], body.slice(comparison[1]?.length)]
    : /^([a-z][a-z-]*):(.*)$/is.exec(body)
  // A URL pasted into the box is text, not a key.
  if (!colon || colon[2]?.startsWith('//')) return textTerm(body, negated)
  const key = (colon[1] ?? '').toLowerCase()
  const value = unquote(colon[2] ?? '')
  const field = fieldOf(key)
  if (!field) {
    const meant = nearKey(key)
    return {
      word,
      message: `“${key}:” is not known. Known: ${filterKeys.map((k) => `${k}:`).join(' ')} – or put the text in quotes.${meant ? ' Did you mean' : ''}`,
      ...(meant && { suggestion: { of: word, text: `${negated ? word[0] : ''}${meant}:${colon[2]}` } }),
    }
  }
  // Still being typed.
  if (/^[<>=]*$/.test(value)) return null
  const fault = faultIn(field, value)
  if (fault !== null) return { word, message: fault }
  return { key, value: field.words ? value.toLowerCase() : value, negated }
}

/** The key that was meant: another name of it, or one letter of it is wrong. */
function nearKey(name: string): string | undefined {
  const other = filterFields.find((field: FilterField) => field.otherNames?.includes(name))
  return (other ?? filterFields.find(({ key }) => key.length > 2 && isOneLetterOff(name, key)))?.key
}

/** One letter was left out, put in, changed, or changed its place with the next one. */
function isOneLetterOff(a: string, b: string): boolean {
  let same = 0
  while (same < Math.min(a.length, b.length) && a[same] === b[same]) same += 1
  const [restA, restB] = [a.slice(same), b.slice(same)]
  return (
    restA.slice(1) === restB ||
    restA === restB.slice(1) ||
    restA.slice(1) === restB.slice(1) ||
    (restA.slice(2) === restB.slice(2) && restA[0] === restB[1] && restA[1] === restB[0])
  )
}

function faultIn({ key, words, check }: FilterField, value: string): string | null {
  if (words && !partsOf(value).every((part) => words.includes(part.toLowerCase())))
    return `“${key}:” knows ${words.join(', ')}.`
  return check?.(value) ?? null
}

function textTerm(body: string, negated: boolean): Term | null {
  const value = unquote(body)
  return value === '' ? null : { key: 'text', value, negated }
}

function unquote(text: string): string {
  return text.replaceAll('"', '')
}
