// Channel names that somebody may have mixed up: a slip of typing, of case, of a slash. Pure.
import { editDistance } from './edit-distance'

/** Names as long as this have room for a typing error; shorter ones that differ are different names. */
const LONG = 6
const LEAST = 5
/** Letters that a typing error changes, at most. */
const SLIP = 2
/** Parts of a name up to this length are ids: `KO` and `PG` in `quote:KO` and `quote:PG`. */
const ID_MAX = 4
/** Longer names are compared whole only. */
const COMPARED_MAX = 200

/** Longer names are only near to themselves. */
const KEY_MAX = 1000

/** What is left of a name without what is easily got wrong: case, white space, slashes around it. Equal keys: near names. */
export function nearKey(name: string): string {
  if (name.length > KEY_MAX) return name
  const key = name.toLowerCase().replace(/\s+/g, '')
  let from = 0
  let to = key.length
  while (from < to && key[from] === '/') from++
  while (to > from && key[to - 1] === '/') to--
  return key.slice(from, to)
}

/**
 * True for two names of which one may be a slip for the other. Names that differ in a number, in hex or in one short part
 * are different names on purpose (`room-1` and `room-2`, `quote:KO` and `quote:PG`).
 */
export function isNear(a: string, b: string): boolean {
  if (a === b) return false
  return areNearKeys(nearKey(a), nearKey(b))
}

/** The same for keys that were made before; equal keys are near. */
export function areNearKeys(a: string, b: string): boolean {
  if (a === b) return a !== ''
  if (Math.abs(a.length - b.length) > SLIP) return false
  if (Math.max(a.length, b.length) < LONG || Math.min(a.length, b.length) < LEAST) return false
  if (a.length > COMPARED_MAX || b.length > COMPARED_MAX) return false
  // Most names that are alike have numbers, and are told by these.
  if (withoutNumbers(a) === withoutNumbers(b)) return false
  return editDistance(a, b, SLIP + 1) <= SLIP && !areIds(a, b)
}

/** They differ in what tells one thing from another. */
function areIds(a: string, b: string): boolean {
  const ours = a.split(SEPARATOR)
  const theirs = b.split(SEPARATOR)
  if (ours.length !== theirs.length) return false
  const different = ours.flatMap((part, i) => (part === theirs[i] ? [] : [[part, theirs[i] ?? ''] as const]))
  if (different.length === 0) return false
  if (different.every(([one, other]) => isHexId(one) && isHexId(other))) return true
  const [only] = different
  return different.length === 1 && only !== undefined && only[0].length <= ID_MAX && only[1].length <= ID_MAX
}

const SEPARATOR = /[^\p{L}\p{N}]+/u

function withoutNumbers(name: string): string {
  return name.replace(/\d+/g, '#')
}

/** Hex that is no word: it has a digit in it. */
function isHexId(part: string): boolean {
  return /^[0-9a-f]*\d[0-9a-f]*$/.test(part)
}

/** Names that are looked at letter by letter, so that a search costs next to nothing whatever the number of channels. */
const LOOKED_AT = 2000

/** The near name among those known, if there is one: one that differs in case, space or slashes goes before a typing error. */
export function nearestName(name: string, known: Iterable<string>): string | null {
  const key = nearKey(name)
  let slip: string | null = null
  let looked = 0
  for (const candidate of known) {
    if (++looked > LOOKED_AT) break
    if (candidate === name) continue
    const other = nearKey(candidate)
    if (other === key && key !== '') return candidate
    if (slip === null && areNearKeys(key, other)) slip = candidate
  }
  return slip
}
