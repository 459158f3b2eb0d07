// What of a filter is looked for in headers and bodies.
import type { Needle } from '../contract/search'
import { needleKey, needleOf } from './needle'
import { parseFilter } from './parse'

/** Needles of one search. */
const NEEDLES_MAX = 16

/** Those of a filter, each once. */
export function needlesOf(filter: string): readonly Needle[] {
  const all = parseFilter(filter).groups.flatMap((terms) => terms.flatMap((term) => needleOf(term) ?? []))
  return [...new Map(all.map((needle) => [needleKey(needle), needle])).values()].slice(0, NEEDLES_MAX)
}
