// Where events can be read from. The log of the running engine is one such source, a recorded session another one, and a
// real Pushpin's statistics may be a third: such a source knows less. Views, HAR and stories are made from any of them.
import type { TraceEvent, TraceTime } from './events'
import type { ExchangeId, PublishId } from './events/terms'

export interface TraceSource {
  /** Wall clock when the trace begins, ms since 1970. */
  readonly epoch: number
  /** What can be done with it besides reading. */
  readonly capabilities: SourceCapabilities
  readonly status: SourceStatus
  /** Finished exchanges and publishes that were dropped to stay in the memory limit. */
  readonly dropped: number
  /** Bytes of a single body that are kept. */
  readonly bodyLimit: number
  /** The sequence number that the next event will have. */
  readonly end: number
  /** Milliseconds since the trace began: now, or at its end where it does not go on. */
  now(): TraceTime
  /**
   * Gives `give` retained events from sequence number `cursor` on, in order, and returns the cursor to go on with.
   * Looks at up to `max` events; those of dropped exchanges are left out. Begin with 0; the end is reached at `end`.
   * @param give returns false: that is enough for now
   */
  read(cursor: number, max: number, give: (event: TraceEvent, seq: number) => unknown): number
  /**
   * Calls `listener` once when there are new events, and again only after somebody has read to the end; and whenever the
   * status changes in another way. The function returned ends it.
   */
  subscribe(listener: () => void): () => void
  /** Tells what is dropped, before its memory is used again. */
  onDrop(listener: (drop: Drop) => void): () => void
  /** Calls `listener` when events that were dropped are there again: all has to be read anew. */
  onRestore(listener: () => void): () => void
  /** Bytes of events stay what they are until the function returned is called, also of those that are dropped meanwhile. */
  keepBytes(): () => void
}

/** What was dropped from memory. */
export interface Drop {
  /** Finished exchanges, each with all of its events. */
  readonly exchanges: readonly ExchangeId[]
  /** Publishes, and publish calls that were refused. */
  readonly publishes: readonly PublishId[]
  /** Events of exchanges that are still live, which would fill the memory otherwise: bodies, WebSocket messages, former holds. */
  readonly trimmed: ReadonlySet<TraceEvent>
  /** Everything finished was dropped at once. */
  readonly cleared: boolean
}

/** What the interface may offer for a source. */
export interface SourceCapabilities {
  /** More events may come. */
  readonly grows: boolean
  /** Recording can be paused, and what is recorded can be cleared. */
  readonly pauses: boolean
  readonly clears: boolean
  /** There is a proxy behind it: items can be published, and requests sent again. */
  readonly publishes: boolean
  readonly replays: boolean
}

export interface SourceStatus {
  /** False: recording is paused, or the source does not record. */
  readonly recording: boolean
  /** Exchanges and publishes that were not recorded since recording was paused. */
  readonly leftOut: { readonly exchanges: number; readonly publishes: number }
  /** Bytes, about. */
  readonly memoryUsed: number
  readonly memoryLimit: number
}

export const ofRunningEngine: SourceCapabilities = {
  grows: true,
  pauses: true,
  clears: true,
  publishes: true,
  replays: true,
}
export const ofRecordedSession: SourceCapabilities = {
  grows: false,
  pauses: false,
  clears: false,
  publishes: false,
  replays: false,
}
