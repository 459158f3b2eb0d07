// Ascending lists of ids, changed in place: new ids nearly always go at the end.

/** Position of the first id that is not below `id`. */
export function lowerBound(ids: readonly number[], id: number): number {
  let low = 0
  let high = ids.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((ids[middle] ?? 0) < id) low = middle + 1
    else high = middle
  }
  return low
}

export function hasId(ids: readonly number[], id: number): boolean {
  return ids[lowerBound(ids, id)] === id
}

/** Puts an id where it belongs; nothing if it is there. */
export function insertId(ids: number[], id: number): void {
  const last = ids[ids.length - 1]
  if (last === undefined || id > last) {
    ids.push(id)
    return
  }
  const at = lowerBound(ids, id)
  if (ids[at] !== id) ids.splice(at, 0, id)
}

/** Puts many ids where they belong, in one pass over what lies behind the first of them. @param more in any order */
export function insertIds(ids: number[], more: readonly number[]): void {
  const added = [...new Set(more)].filter((id) => !hasId(ids, id)).sort((a, b) => a - b)
  let from = ids.length - 1
  let to = ids.length + added.length - 1
  for (let next = added.length - 1; next >= 0; to -= 1) {
    const id = added[next] ?? 0
    const before = from < 0 ? Number.NEGATIVE_INFINITY : (ids[from] ?? 0)
    if (before > id) {
      ids[to] = before
      from -= 1
    } else {
      ids[to] = id
      next -= 1
    }
  }
}

/** Takes many ids out in one pass over the stretch that they lie in: mostly the oldest. */
export function removeIds(ids: number[], gone: ReadonlySet<number>): void {
  let least = Number.POSITIVE_INFINITY
  let most = Number.NEGATIVE_INFINITY
  for (const id of gone) {
    if (id < least) least = id
    if (id > most) most = id
  }
  const from = lowerBound(ids, least)
  const to = lowerBound(ids, most + 1)
  let kept = from
  for (let i = from; i < to; i++) {
    const id = ids[i]
    if (id === undefined || gone.has(id)) continue
    ids[kept] = id
    kept += 1
  }
  ids.splice(kept, to - kept)
}
