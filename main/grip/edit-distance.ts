// How different two words are. Pure.

/**
 * How many letters must be put in, taken out or changed to make `b` of `a` (Levenshtein).
 * @param limit of what matters: returned if the distance is not less, and then found without looking at all pairs of letters
 */
export function editDistance(a: string, b: string, limit = Number.POSITIVE_INFINITY): number {
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    // What lies further off the diagonal can't be below the limit.
    const first = Math.max(1, i - limit)
    const last = Math.min(b.length, i + limit)
    const row = new Array<number>(b.length + 1).fill(limit)
    if (first === 1) row[0] = i
    let least = first === 1 ? i : limit
    for (let j = first; j <= last; j++) {
      const change = (previous[j - 1] ?? limit) + (a.charCodeAt(i - 1) === b.charCodeAt(j - 1) ? 0 : 1)
      const cost = Math.min(change, (previous[j] ?? limit) + 1, (row[j - 1] ?? limit) + 1)
      row[j] = cost
      if (cost < least) least = cost
    }
    if (least >= limit) return limit
    previous = row
  }
  return Math.min(limit, previous[b.length] ?? limit)
}
