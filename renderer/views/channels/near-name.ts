// The channel that a publisher may have meant. Pure.

/** Names that are looked at, so that a channel list of any length costs next to nothing. */
const LOOKED_AT = 2000

/** The name nearest to one with a typing error in it; null if none is near (a third of its letters at most differ). */
export function nearName(name: string, names: readonly string[]): string | null {
  let best: string | null = null
  let least = Math.max(1, Math.floor(name.length / 3)) + 1
  for (const candidate of names.slice(0, LOOKED_AT)) {
    if (candidate === name) continue
    const distance = editDistance(name.toLowerCase(), candidate.toLowerCase(), least)
    if (distance >= least) continue
    least = distance
    best = candidate
  }
  return best
}

/** How many letters must be put in, taken out or changed (Levenshtein); `limit` if it is not less. */
function editDistance(a: string, b: string, limit: number): number {
  if (Math.abs(a.length - b.length) >= limit) return limit
  let previous = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i]
    let least = i
    for (let j = 1; j <= b.length; j += 1) {
      const change = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const cost = Math.min(change, (previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1)
      row.push(cost)
      least = Math.min(least, cost)
    }
    if (least >= limit) return limit
    previous = row
  }
  return Math.min(limit, previous[b.length] ?? limit)
}
