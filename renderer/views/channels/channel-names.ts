// Which channels the list shows, and in which order. Pure.
import type { Term } from '../../../preload/query/field'
import { parseFilter, valuesOf } from '../../../preload/query/parse'
import { nameTest } from '../../../preload/query/patterns'
import type { ChannelRow } from '../../../preload/views'

export const channelSorts = ['name', 'held', 'messages'] as const
export type ChannelSort = (typeof channelSorts)[number]

export interface ChannelNames {
  /** Channels that somebody listens to, or did. */
  readonly heard: readonly string[]
  /** Channels that were published to, and nobody ever listened. */
  readonly unheard: readonly string[]
  /** How many there are without the filter. */
  readonly total: number
  readonly sort: ChannelSort
}

export const noNames: ChannelNames = { heard: [], unheard: [], total: 0, sort: 'name' }

/** @param before what it was: an equal list stays the same object. */
export function channelNames(
  rows: Iterable<ChannelRow>,
  filter: string,
  sort: ChannelSort,
  before: ChannelNames = noNames,
): ChannelNames {
  const passes = compileChannelFilter(filter)
  const heard: ChannelRow[] = []
  const unheard: ChannelRow[] = []
  let total = 0
  for (const row of rows) {
    if (isGone(row)) continue
    total += 1
    if (!passes(row)) continue
    if (isUnheard(row)) unheard.push(row)
    else heard.push(row)
  }
  const byName = sort === 'name' && before.sort === 'name'
  return {
    heard: ordered(heard, sort, before.heard, byName),
    unheard: ordered(unheard, sort, before.unheard, byName),
    total,
    sort,
  }
}

/** Everything that is known of it was dropped from memory. */
export function isGone(row: ChannelRow): boolean {
  return row.subscriptions === 0 && row.messages === 0
}

export function isUnheard(row: ChannelRow): boolean {
  return row.subscriptions === 0 && row.unheard > 0
}

/**
 * The filter is about exchanges; what it says of channels counts here: `channel:`, text, `id:`, `to:`, `is:held`, `is:missed`.
 */
export function compileChannelFilter(filter: string): (row: ChannelRow) => boolean {
  const groups = parseFilter(filter)
    .groups.map((terms) => terms.flatMap((term) => compileTerm(term) ?? []))
    .filter((group) => group.length > 0)
  if (groups.length === 0) return () => true
  return (row) => groups.some((tests) => tests.every((test) => test(row)))
}

/** Does the term say something of channels? */
export function isAboutChannels(term: Term): boolean {
  return compileTerm(term) !== null
}

function compileTerm(term: Term): ((row: ChannelRow) => boolean) | null {
  const tests = valuesOf(term).flatMap((value) => testOf(term.key, value) ?? [])
  if (tests.length === 0) return null
  const test = (row: ChannelRow) => tests.some((each) => each(row))
  return term.negated ? (row) => !test(row) : test
}

function testOf(key: Term['key'], value: string): ((row: ChannelRow) => boolean) | null {
  if (key === 'channel') {
    const test = nameTest(value)
    return (row) => test(row.name)
  }
  if (key === 'text') {
    const part = value.toLowerCase()
    return (row) => row.name.toLowerCase().includes(part)
  }
  if (key === 'is' && value === 'held') return (row) => row.held > 0
  if (key === 'is' && value === 'missed') return (row) => row.unheard > 0
  if (key === 'to') return value === 'nobody' ? isUnheard : (row) => row.subscriptions > 0
  if (key === 'id') {
    const test = nameTest(value)
    return (row) => row.lastId !== null && test(row.lastId)
  }
  return null
}

const collator = new Intl.Collator('en', { numeric: true })

/** Names that were in order and are the same ones are not sorted anew: with thousands of channels that would be felt. */
function ordered(
  rows: ChannelRow[],
  sort: ChannelSort,
  before: readonly string[],
  inOrder: boolean,
): readonly string[] {
  if (inOrder && rows.length === before.length) {
    const known = new Set(before)
    if (rows.every((row) => known.has(row.name))) return before
  }
  const byName = (a: ChannelRow, b: ChannelRow) => collator.compare(a.name, b.name)
  rows.sort(sort === 'name' ? byName : (a, b) => b[sort] - a[sort] || byName(a, b))
  const names = rows.map((row) => row.name)
  return names.length === before.length && names.every((name, index) => name === before[index]) ? before : names
}
