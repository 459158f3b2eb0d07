// What the search in headers and bodies has found so far: rows by needle, with the place of the first hit.
import type { Needle, SearchHit } from '../../preload/contract/search'
import type { Found, SearchedRows } from '../../preload/query/field'
import { needleKey } from '../../preload/query/needle'

type Places = Readonly<Record<SearchedRows, Map<number, string>>>

/** By the key of a needle. Changed in place; the store's version tells when. */
const results = new Map<string, Places>()

/** The matchers' view of it. */
export const found: Found = (rows, id, key) => results.get(key)?.[rows].has(id) === true

/** Where a needle was found in a row; undefined: it was not. */
export function placeOf(rows: SearchedRows, id: number, needle: Needle): string | undefined {
  return results.get(needleKey(needle))?.[rows].get(id)
}

/** Begins anew, with these needles alone. What is known of one that stays is kept unless `all` is to go. */
export function keepOnly(needles: readonly Needle[], all = false): void {
  const keys = new Set(needles.map(needleKey))
  for (const key of [...results.keys()]) if (all || !keys.has(key)) results.delete(key)
  for (const key of keys) if (!results.has(key)) results.set(key, { exchanges: new Map(), publishes: new Map() })
}

/** Takes in what was found in these rows; what is not among the hits is not in them (any more). Gives what changed. */
export function takeHits(
  rows: SearchedRows,
  ids: readonly number[],
  needles: readonly Needle[],
  hits: readonly SearchHit[],
): number[] {
  const places = needles.map((needle) => results.get(needleKey(needle))?.[rows])
  const changed = new Set<number>()
  const hit = new Set(hits.map(({ id, needle }) => `${id} ${needle}`))
  for (const id of ids) {
    for (const [needle, known] of places.entries()) {
      if (!hit.has(`${id} ${needle}`) && known?.delete(id)) changed.add(id)
    }
  }
  for (const { id, needle, place } of hits) {
    const known = places[needle]
    if (known && known.get(id) !== place) {
      known.set(id, place)
      changed.add(id)
    }
  }
  return [...changed]
}

/** Forgets rows that are gone. */
export function forget(rows: SearchedRows, ids: readonly number[]): void {
  for (const places of results.values()) for (const id of ids) places[rows].delete(id)
}
