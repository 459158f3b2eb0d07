// The recorder: keeps what the engine emits, up to a bound, and hands it to whoever wants to look.
import type { ExchangeId, PublishId, TraceEvent, TraceSink, TraceTime } from './events'

export interface TraceLogOptions {
  /** Bytes, about, that events may take. */
  readonly memoryLimit?: number
  /** Bytes of a single body that are kept. */
  readonly bodyLimit?: number
  /** A monotonic clock, in ms. The trace begins at its value when the log is made. */
  readonly now?: () => number
  /** Wall clock when the trace begins, ms since 1970. */
  readonly epoch?: number
}

/** What was dropped from memory. */
export interface Drop {
  /** Finished exchanges, each with all of its events. */
  readonly exchanges: readonly ExchangeId[]
  readonly publishes: readonly PublishId[]
  /** Bulky events of exchanges that are still live (old bodies, WebSocket messages). */
  readonly trimmed: ReadonlySet<TraceEvent>
}

export declare class TraceLog implements TraceSink {
  constructor(options?: TraceLogOptions)
  readonly epoch: number
  /** Setting it records that recording was interrupted or resumed. */
  get recording(): boolean
  set recording(on: boolean)
  /** May be changed at any time. */
  bodyLimit: number
  memoryLimit: number
  get memoryUsed(): number
  /** Finished exchanges and publishes that were dropped since the trace began. */
  get dropped(): number
  now(): TraceTime
  emit(event: TraceEvent): void
  /** Drops everything that is finished. Live exchanges stay. */
  clear(): void
  /** Calls `listener` once when there are new events, and then again after somebody has read to the end. */
  subscribe(listener: () => void): () => void
  onDrop(listener: (drop: Drop) => void): () => void
  /**
   * Gives `visit` up to `max` retained events from sequence number `cursor` on, in order, and returns the cursor to go
   * on with. Events of dropped exchanges are left out. Begin with 0; the end is reached at `end`.
   */
  read(cursor: number, max: number, visit: (event: TraceEvent, seq: number) => void): number
  /** The sequence number that the next event will have. */
  get end(): number
  /** All retained events, in order. */
  [Symbol.iterator](): Iterator<TraceEvent>
}
