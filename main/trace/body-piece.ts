// A part of a body that is put together from several.
import type { TraceTime } from './events'

/** With what is missing before it. */
export interface BodyPiece {
  readonly t: TraceTime
  readonly data: Uint8Array
  /** Null: how many bytes is not known. */
  readonly missing: number | null
}
