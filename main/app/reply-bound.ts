// No answer of a call may be unbounded, whichever frontend it goes to: what would be too long fails its call alone.

/** Characters of an answer. Most of the contract's are bounded far below that one by one; limits that are set may allow more. */
export const REPLY_MAX = 64 * 1024 * 1024
/** Of anything but a text, about. */
const EACH = 8

/** Has a value more than `max` characters as JSON, about? Stops where it knows. */
export function isLongerThan(value: unknown, max: number): boolean {
  return left(value, max) < 0
}

/** How many are left of `room`; below zero: it is longer. */
function left(value: unknown, room: number): number {
  if (typeof value === 'string') return room - value.length
  if (typeof value !== 'object' || value === null) return room - EACH
  let rest = room - EACH
  for (const name in value) {
    if (rest < 0) break
    rest = left((value as Record<string, unknown>)[name], Array.isArray(value) ? rest : rest - name.length)
  }
  return rest
}
