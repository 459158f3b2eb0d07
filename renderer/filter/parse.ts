// The filter language: words that must all be found, `key:value`, `-` before what must not be, "quotes", `or`.
// Text in, terms out; what is not understood becomes a problem that says what is known.

export const filterKeys = ['is', 'channel', 'kind', 'status', 'method', 'path'] as const
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
] as const
export const kindWords = ['http', 'long-poll', 'stream', 'sse', 'websocket'] as const

export interface Term {
  readonly key: FilterKey | 'text'
  readonly value: string
  readonly negated: boolean
}
export interface FilterProblem {
  /** The word as typed. */
  readonly word: string
  readonly message: string
}
export interface ParsedFilter {
  /** An exchange passes if all terms of one group do. No groups: everything passes. */
  readonly groups: readonly (readonly Term[])[]
  readonly problems: readonly FilterProblem[]
}

const STATUS = /^(?:[1-5]xx|(?:>=|<=|>|<|=)?\d{1,3}|none)$/i

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

function readWord(word: string): Term | FilterProblem | null {
  const negated = word.length > 1 && word.startsWith('-')
  const body = negated ? word.slice(1) : word
  const colon = /^([a-z][a-z-]*):(.*)$/is.exec(body)
  // A URL pasted into the box is text, not a key.
  if (!colon || colon[2]?.startsWith('//')) return textTerm(body, negated)
  const key = (colon[1] ?? '').toLowerCase()
  const value = unquote(colon[2] ?? '')
  if (!isFilterKey(key)) {
    return {
      word,
      message: `“${key}:” is not known. Known: ${filterKeys.map((k) => `${k}:`).join(' ')} – or put the text in quotes.`,
    }
  }
  // Still being typed.
  if (value === '') return null
  return (
    checkValue(word, key, value) ?? {
      key,
      value: key === 'is' || key === 'kind' ? value.toLowerCase() : value,
      negated,
    }
  )
}

function checkValue(word: string, key: FilterKey, value: string): FilterProblem | null {
  const known: readonly string[] | null = key === 'is' ? isWords : key === 'kind' ? kindWords : null
  if (known && !known.includes(value.toLowerCase())) {
    return { word, message: `“${key}:” knows ${known.join(', ')}.` }
  }
  if (key === 'status' && !STATUS.test(value)) {
    return { word, message: '“status:” takes a code (200), a class (5xx), a comparison (>=400) or none.' }
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
