// A term as what is looked for in headers and bodies: the engine has these, the rows do not.
import type { Needle } from '../contract/search'
import type { Found, SearchedRows, Term } from './field'

export const nothingFound: Found = () => false

/** Shorter ones are in everything. */
const TEXT_MIN = 2

/** Null: the term is not for headers and bodies. */
export function needleOf({ key, value }: Term): Needle | null {
  if (key === 'header' || key === 'body') return { where: key, text: value.slice(0, 1000) }
  return key === 'text' && value.length >= TEXT_MIN ? { where: 'any', text: value.slice(0, 1000) } : null
}

/** A needle as a key of maps. */
export function needleKey({ where, text }: Needle): string {
  return `${where}:${text.toLowerCase()}`
}

/** The test whether the search has found a term in a row; null where it is not looked for. */
export function foundTest(term: Term, rows: SearchedRows, found: Found): ((id: number) => boolean) | null {
  const needle = needleOf(term)
  if (!needle) return null
  const key = needleKey(needle)
  return (id) => found(rows, id, key)
}
