// The rows that the filter lets through: a list of ids for exchanges, and one for publishes. Kept up row by row as batches
// come, so that a busy session is never filtered anew; only a change of the filter looks at every row.
import type { Steps } from '../../preload/vocabulary/steps'
import { hasId, insertIds, removeIds } from './ordered-ids'

export interface VisibleState {
  /** Ascending; changed in place. */
  readonly ids: number[]
  readonly version: number
}

export const noneVisible: VisibleState = { ids: [], version: 0 }

/** Null: every row passes. */
export type Passes<R> = ((row: R) => boolean) | null

/** All rows of a kind; both are changed in place. */
export interface AllRows<R> {
  readonly rows: ReadonlyMap<number, R>
  /** Their ids, ascending. */
  readonly order: readonly number[]
}

/** What a batch says of the rows of a kind. */
export interface RowChanges<R> {
  /** All rows before it are gone. */
  readonly reset: boolean
  readonly rows: readonly R[]
  readonly dropped: readonly number[]
}

/** Rows that are looked at in one step. */
const STEP = 500

/** The ids of all rows that pass, ascending, as they are while it goes on. */
export function* filterSteps<R>({ rows, order }: AllRows<R>, passes: Passes<R>): Steps<number[]> {
  const ids: number[] = []
  let left = STEP
  // A copy: rows come and go meanwhile.
  for (const id of [...order]) {
    const row = rows.get(id)
    if (row && (!passes || passes(row))) ids.push(id)
    left -= 1
    if (left > 0) continue
    left = STEP
    yield
  }
  return ids
}

/** Looks only at the rows that changed. */
export function filterChanges<R extends { readonly id: number }>(
  before: VisibleState,
  { reset, rows, dropped }: RowChanges<R>,
  passes: Passes<R>,
): VisibleState {
  const ids = reset ? [] : before.ids
  const added: number[] = []
  const gone = new Set(dropped)
  for (const row of rows) {
    const shown = !passes || passes(row)
    if (shown === hasId(ids, row.id)) continue
    if (shown) added.push(row.id)
    else gone.add(row.id)
  }
  if (added.length > 0) insertIds(ids, added)
  if (gone.size > 0) removeIds(ids, gone)
  const changed = reset || added.length > 0 || gone.size > 0
  return changed ? { ids, version: before.version + 1 } : before
}
