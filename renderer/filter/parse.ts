// The filter language: words that must all be found, `key:value`, `-` before what must not be, "quotes", `or`.
// Text in, terms out; what is not understood becomes a problem that says what is known. docs/filter.md tells it to users.
import { checkNumber, comparisonOf } from './numbers'

export const filterKeys = [
  'is',
  'channel',
  'kind',
  'status',
  'method',
  'path',
  'host',
  'header',
  'body',
  'size',
  'time',
  'id',
  'via',
  'to',
] as const
export type FilterKey = (typeof filterKeys)[number]

/** Words that `is:` takes. */
export const isWords = [
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
export const kindWords = ['http', 'long-poll', 'stream', 'sse', 'websocket'] as const
export const viaWords = ['http', 'zmq', 'zmq-pull', 'zmq-sub', 'zmq-command', 'app'] as const
export const toWords = ['nobody', 'somebody'] as const

export interface Term {
  readonly key: FilterKey | 'text'
  readonly value: string
  readonly negated: boolean
}
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

const STATUS = /^(?:[1-5]xx|(?:>=|<=|>|<|=)?\d{1,3}|none)$/i
/** Keys whose value may be a list: `method:POST,PUT`. */
const lists: ReadonlySet<string> = new Set(['is', 'kind', 'status', 'method', 'channel', 'id', 'via', 'to'])

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
  if (!lists.has(key) || !value.includes(',')) return [value]
  return [value, ...value.split(',').filter((part) => part !== '')]
}

function readWord(word: string): Term | FilterProblem | null {
  const negated = word.length > 1 && /^[-!]/.test(word)
  const body = negated ? word.slice(1) : word
  const comparison = /^(size|time|status)(?:>=|<=|>|<|=)/i.exec(body)
  const colon = comparison
    ? [body, comparison[1], body.slice(comparison[1]?.length)]
    : /^([a-z][a-z-]*):(.*)$/is.exec(body)
  // A URL pasted into the box is text, not a key.
  if (!colon || colon[2]?.startsWith('//')) return textTerm(body, negated)
  const key = (colon[1] ?? '').toLowerCase()
  const value = unquote(colon[2] ?? '')
  if (!isFilterKey(key)) {
    const meant = nearKey(key)
    return {
      word,
      message: `“${key}:” is not known. Known: ${filterKeys.map((k) => `${k}:`).join(' ')} – or put the text in quotes.${meant ? ' Did you mean' : ''}`,
      ...(meant && { suggestion: { of: word, text: `${negated ? word[0] : ''}${meant}:${colon[2]}` } }),
    }
  }
  // Still being typed.
  if (/^[<>=]*$/.test(value)) return null
  return (
    checkValue(word, key, value) ?? {
      key,
      value: wordsOf(key) ? value.toLowerCase() : value,
      negated,
    }
  )
}

/** Names that others have for a key. */
const otherNames: Readonly<Record<string, FilterKey>> = {
  url: 'path',
  uri: 'path',
  query: 'path',
  code: 'status',
  'status-code': 'status',
  verb: 'method',
  domain: 'host',
  type: 'kind',
  state: 'is',
  headers: 'header',
  content: 'body',
  text: 'body',
  duration: 'time',
  topic: 'channel',
  room: 'channel',
}

/** The key that was meant: another name of it, or one letter of it is wrong. */
function nearKey(name: string): FilterKey | undefined {
  if (Object.hasOwn(otherNames, name)) return otherNames[name]
  return filterKeys.find((key) => key.length > 2 && isOneLetterOff(name, key))
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

/** The words that a key takes; null where it takes any. */
function wordsOf(key: FilterKey): readonly string[] | null {
  switch (key) {
    case 'is':
      return isWords
    case 'kind':
      return kindWords
    case 'via':
      return viaWords
    case 'to':
      return toWords
    default:
      return null
  }
}

function checkValue(word: string, key: FilterKey, value: string): FilterProblem | null {
  const known = wordsOf(key)
  const parts = value.split(',').filter((part) => part !== '')
  if (known && !parts.every((part) => known.includes(part.toLowerCase()))) {
    return { word, message: `“${key}:” knows ${known.join(', ')}.` }
  }
  if (key === 'status' && !parts.every((part) => STATUS.test(part))) {
    return { word, message: '“status:” takes a code (200), a class (5xx), a comparison (>=400) or none.' }
  }
  if ((key === 'size' || key === 'time') && comparisonOf(key, value) === null) {
    return { word, message: checkNumber(key) }
  }
  return null
}

function textTerm(body: string, negated: boolean): Term | null {
  const value = unquote(body)
  return value === '' ? null : { key: 'text', value, negated }
}

function isFilterKey(key: string): key is FilterKey {
  return (filterKeys as readonly string[]).includes(key)
}

function unquote(text: string): string {
  return text.replaceAll('"', '')
}
