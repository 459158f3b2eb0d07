// Sizes and times in a filter: `size>10k`, `time:<=1.5s`.

export interface Comparison {
  /** Bytes or milliseconds pass. */
  passes(value: number): boolean
}

const units = {
  size: { '': 1, b: 1, k: 1024, kb: 1024, kib: 1024, m: 1024 ** 2, mb: 1024 ** 2, mib: 1024 ** 2, g: 1024 ** 3 },
  time: { '': 1, ms: 1, s: 1000, m: 60_000, min: 60_000, h: 3_600_000 },
} as const

export const comparisons: Readonly<Record<string, (a: number, b: number) => boolean>> = {
  '>=': (a, b) => a >= b,
  '<=': (a, b) => a <= b,
  '>': (a, b) => a > b,
  '<': (a, b) => a < b,
  '=': (a, b) => a === b,
}

/** Reads `>10k`, `<=1s`, `500`; null if it is none of these. Without a sign, at least so much is meant. */
export function comparisonOf(key: 'size' | 'time', text: string): Comparison | null {
  const [, sign = '>=', digits = '', unit = ''] = /^(>=|<=|>|<|=)?(\d+(?:\.\d+)?)([a-z]*)$/i.exec(text) ?? []
  const factor = Object.entries(units[key]).find(([name]) => name === unit.toLowerCase())?.[1]
  const compare = comparisons[sign || '>=']
  if (digits === '' || factor === undefined || !compare) return null
  const wanted = Number(digits) * factor
  return { passes: (value) => compare(value, wanted) }
}

/** What to write for a number. */
export function checkNumber(key: 'size' | 'time'): string {
  return key === 'size'
    ? '“size” takes a comparison in bytes, k or M: size>10k.'
    : '“time” takes a comparison in ms, s or min: time>1s.'
}
