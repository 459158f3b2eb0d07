// The exchanges that the filter and the time range let through. Kept up row by row as batches come, so that a busy
// session is never filtered anew; only a change of the filter looks at every row.
import type { Batch } from '../../preload/contract'
import type { Matcher } from '../../preload/query/field'
import { hasId, insertIds, removeIds } from './ordered-ids'
import type { Steps } from './steps'
import type { TraceState } from './trace'

export interface VisibleState {
  /** Ascending; changed in place. */
  readonly ids: number[]
  readonly version: number
}

export const noneVisible: VisibleState = { ids: [], version: 0 }

/** Rows that are looked at in one step. */
const STEP = 500

/** The ids of all rows that pass, ascending, as they are while it goes on. */
export function* filterSteps(trace: TraceState, matches: Matcher | null): Steps<number[]> {
  const ids: number[] = []
  let left = STEP
  // A copy: rows come and go meanwhile.
  for (const id of [...trace.order]) {
    const row = trace.exchanges.get(id)
    if (row && (!matches || matches(row))) ids.push(id)
    left -= 1
    if (left > 0) continue
    left = STEP
    yield
  }
  return ids
}

/** Looks only at the rows of the batch. */
export function filterBatch(
  before: VisibleState,
  batch: Pick<Batch, 'reset' | 'exchanges' | 'droppedExchanges'>,
  matches: Matcher | null,
): VisibleState {
  const ids = batch.reset ? [] : before.ids
  const added: number[] = []
  const gone = new Set(batch.droppedExchanges)
  for (const row of batch.exchanges) {
    const passes = !matches || matches(row)
    if (passes === hasId(ids, row.id)) continue
    if (passes) added.push(row.id)
    else gone.add(row.id)
  }
  if (added.length > 0) insertIds(ids, added)
  if (gone.size > 0) removeIds(ids, gone)
  const changed = batch.reset || added.length > 0 || gone.size > 0
  return changed ? { ids, version: before.version + 1 } : before
}
