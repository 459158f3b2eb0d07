// One watcher of the trace: what it has not been told yet, and the next batch for it.
import type { Batch } from '../../preload/contract/pushes'
import type { TraceChanges } from './changes'
import { channelRow } from './channel-row'
import type { ChannelRecord } from './channel-state'
import { exchangeRow } from './exchange-row'
import type { ExchangeRecord } from './exchange-state'
import type { TraceModel } from './model'
import { publishRow } from './publish-row'
import type { PublishRecord } from './publish-state'
import type { Drop, TraceSource } from './source'
import { traceStatus } from './trace-status'

/** Rows in a batch, at most: as many as the interface takes in without being held up. */
export const BATCH_ROWS = 500
/** Dropped ids that wait for a watcher which takes nothing; with more, it is told everything anew instead. */
const DROPPED_MAX = 50_000

export class Watcher {
  readonly onBatch: (batch: Batch) => void
  readonly ready: () => boolean
  /** The next batch is the first of a snapshot. */
  #reset = true
  /** Batches of the snapshot follow until these are empty. */
  #inSnapshot = false
  /** Something other than rows has changed. */
  #stale = false
  readonly #exchanges = new Set<ExchangeRecord>()
  readonly #channels = new Set<ChannelRecord>()
  readonly #publishes = new Set<PublishRecord>()
  #droppedExchanges: number[] = []
  #droppedPublishes: number[] = []

  constructor(onBatch: (batch: Batch) => void, ready: () => boolean) {
    this.onBatch = onBatch
    this.ready = ready
  }

  /** There is something to tell. */
  get waiting(): boolean {
    return (
      this.#reset ||
      this.#stale ||
      this.#droppedExchanges.length > 0 ||
      this.#droppedPublishes.length > 0 ||
      this.#rows > 0
    )
  }

  get #rows(): number {
    return this.#exchanges.size + this.#channels.size + this.#publishes.size
  }

  note({ exchanges, channels, publishes }: TraceChanges): void {
    this.#stale = true
    // Before its snapshot begins, all is new to it anyway.
    if (this.#reset) return
    for (const exchange of exchanges) this.#exchanges.add(exchange)
    for (const channel of channels) this.#channels.add(channel)
    for (const publish of publishes) this.#publishes.add(publish)
  }

  /** Everything is told once more. */
  beginAnew(): void {
    this.#stale = true
    this.#restart()
  }

  noteDrop(drop: Drop): void {
    this.#stale = true
    if (drop.cleared || this.#droppedExchanges.length + this.#droppedPublishes.length > DROPPED_MAX) this.#restart()
    if (this.#reset) return
    for (const id of drop.exchanges) this.#droppedExchanges.push(id)
    for (const id of drop.publishes) this.#droppedPublishes.push(id)
  }

  /** The next batch. Rows are made now: what changed many times is told once. */
  next(model: TraceModel, source: TraceSource): Batch {
    const reset = this.#reset
    if (reset) this.#begin(model)
    const room = { left: BATCH_ROWS }
    // What was dropped is in no map any more; a channel's row tells that itself.
    const channels = take(this.#channels, room, () => true).map(channelRow)
    const publishes = take(this.#publishes, room, (p) => model.publishes.has(p.id)).map(publishRow)
    const exchanges = take(this.#exchanges, room, (x) => model.exchanges.has(x.id)).map(exchangeRow)
    const more = this.#inSnapshot && this.#rows > 0
    this.#inSnapshot = more
    const droppedExchanges = this.#droppedExchanges
    const droppedPublishes = this.#droppedPublishes
    this.#droppedExchanges = []
    this.#droppedPublishes = []
    this.#stale = false
    const status = traceStatus(model, source)
    return {
      type: 'batch',
      reset,
      more,
      exchanges,
      channels,
      publishes,
      droppedExchanges,
      droppedPublishes,
      status,
    }
  }

  #begin(model: TraceModel): void {
    this.#reset = false
    this.#inSnapshot = true
    for (const exchange of model.exchanges.values()) this.#exchanges.add(exchange)
    for (const channel of model.channels.values()) this.#channels.add(channel)
    for (const publish of model.publishes.values()) this.#publishes.add(publish)
  }

  #restart(): void {
    this.#reset = true
    this.#inSnapshot = false
    this.#exchanges.clear()
    this.#channels.clear()
    this.#publishes.clear()
    this.#droppedExchanges = []
    this.#droppedPublishes = []
  }
}

/** Takes records out of a set, as many as there is room for. */
function take<T>(set: Set<T>, room: { left: number }, isKnown: (record: T) => boolean): T[] {
  const taken: T[] = []
  for (const record of set) {
    if (room.left === 0) break
    set.delete(record)
    if (!isKnown(record)) continue
    taken.push(record)
    room.left--
  }
  return taken
}
