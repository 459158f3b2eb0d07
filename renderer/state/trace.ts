// What the engine told us: rows by id, as the batches left them. The maps and lists are changed in place, because a
// batch of 30 rows must not copy 100,000; the version numbers tell what changed.
import type { Batch } from '../../preload/contract/pushes'
import type { ChannelRow, ExchangeRow, PublishRow, Status } from '../../preload/views'
import { keptRow } from './kept-row'
import { insertId, removeIds } from './ordered-ids'

export interface TraceState {
  readonly exchanges: Map<number, ExchangeRow>
  /** Ids of exchanges, ascending. */
  readonly order: number[]
  readonly channels: Map<string, ChannelRow>
  readonly publishes: Map<number, PublishRow>
  /** Ids of publishes, ascending. */
  readonly publishOrder: number[]
  readonly status: Status | null
  /** performance.now() when the status came. */
  readonly statusAt: number
  /** Rows of exchanges in the last batch. */
  readonly batchRows: number
  /** More of a snapshot follows. */
  readonly loading: boolean
  /** Goes up with every batch; the others when a row of their kind changed. */
  readonly version: number
  readonly exchangesVersion: number
  readonly channelsVersion: number
  readonly publishesVersion: number
}

export const emptyTrace = (): TraceState => ({
  exchanges: new Map(),
  order: [],
  channels: new Map(),
  publishes: new Map(),
  publishOrder: [],
  status: null,
  statusAt: 0,
  batchRows: 0,
  loading: true,
  version: 0,
  exchangesVersion: 0,
  channelsVersion: 0,
  publishesVersion: 0,
})

/** The trace after a batch. Maps and lists are the same objects as before, unless the batch resets. */
export function applyBatch(before: TraceState, batch: Batch, now: number): TraceState {
  const base = batch.reset ? fresh(before) : before
  for (const row of batch.exchanges) {
    if (!base.exchanges.has(row.id)) insertId(base.order, row.id)
    base.exchanges.set(row.id, keptRow(row))
  }
  for (const row of batch.channels) base.channels.set(row.name, row)
  for (const row of batch.publishes) {
    if (!base.publishes.has(row.id)) insertId(base.publishOrder, row.id)
    base.publishes.set(row.id, row)
  }
  drop(base.exchanges, base.order, batch.droppedExchanges)
  drop(base.publishes, base.publishOrder, batch.droppedPublishes)
  const up = (changed: boolean) => (changed || batch.reset ? 1 : 0)
  return {
    ...base,
    status: batch.status,
    statusAt: now,
    batchRows: batch.exchanges.length,
    loading: batch.more,
    version: base.version + 1,
    exchangesVersion: base.exchangesVersion + up(batch.exchanges.length + batch.droppedExchanges.length > 0),
    channelsVersion: base.channelsVersion + up(batch.channels.length > 0),
    publishesVersion: base.publishesVersion + up(batch.publishes.length + batch.droppedPublishes.length > 0),
  }
}

function fresh(before: TraceState): TraceState {
  const { version, exchangesVersion, channelsVersion, publishesVersion } = before
  return { ...emptyTrace(), version, exchangesVersion, channelsVersion, publishesVersion }
}

function drop(rows: Map<number, unknown>, order: number[], ids: readonly number[]): void {
  if (ids.length === 0) return
  for (const id of ids) rows.delete(id)
  removeIds(order, new Set(ids))
}
