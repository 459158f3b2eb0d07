// What of a filter is looked for in headers and bodies: the engine has these, the rows do not.
import type { Needle } from '../../preload/contract'
import { parseFilter, type Term } from './parse'

/** Which rows are meant. */
export type SearchedRows = 'exchanges' | 'publishes'
/** Has the search found the needle of this key in this row? */
export type Found = (rows: SearchedRows, id: number, key: string) => boolean

export const nothingFound: Found = () => false

/** Shorter ones are in everything. */
const TEXT_MIN = 2
/** Needles of one search. */
const NEEDLES_MAX = 16

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

/** Those of a filter, each once. */
export function needlesOf(filter: string): readonly Needle[] {
  const all = parseFilter(filter).groups.flatMap((terms) => terms.flatMap((term) => needleOf(term) ?? []))
  return [...new Map(all.map((needle) => [needleKey(needle), needle])).values()].slice(0, NEEDLES_MAX)
}
