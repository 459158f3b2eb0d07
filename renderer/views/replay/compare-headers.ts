// Headers of two messages side by side: which are the same, changed, added, removed.

export type Change = 'same' | 'changed' | 'added' | 'removed'

/** Headers whose value is another one each time. */
const PASSING = new Set(['date'])

export interface HeaderPair {
  readonly name: string
  readonly a: string | null
  readonly b: string | null
  /** `passing`: it differs, as it always does. */
  readonly change: Change | 'passing'
}

type Headers = readonly (readonly [string, string])[]

/** In the order of the first message, then what only the second one has. Names are the same in any case of letters. */
export function compareHeaders(a: Headers, b: Headers): HeaderPair[] {
  const names = new Map<string, string>()
  for (const [name] of [...a, ...b]) if (!names.has(name.toLowerCase())) names.set(name.toLowerCase(), name)
  return [...names].flatMap(([key, name]) => pairValues(name, valuesOf(a, key), valuesOf(b, key)))
}

function valuesOf(headers: Headers, key: string): string[] {
  return headers.filter(([name]) => name.toLowerCase() === key).map(([, value]) => value)
}

/** A name may come more than once: equal values are partners first, the others in their order. */
function pairValues(name: string, a: readonly string[], b: readonly string[]): HeaderPair[] {
  const left = [...b]
  const others: string[] = []
  const pairs: HeaderPair[] = []
  for (const value of a) {
    const at = left.indexOf(value)
    if (at < 0) others.push(value)
    else {
      left.splice(at, 1)
      pairs.push({ name, a: value, b: value, change: 'same' })
    }
  }
  others.forEach((value, index) => {
    const partner = left[index]
    pairs.push({ name, a: value, b: partner ?? null, change: changeOf(name, partner) })
  })
  for (const value of left.slice(others.length)) pairs.push({ name, a: null, b: value, change: 'added' })
  return pairs
}

function changeOf(name: string, partner: string | undefined): HeaderPair['change'] {
  if (partner === undefined) return 'removed'
  return PASSING.has(name.toLowerCase()) ? 'passing' : 'changed'
}
