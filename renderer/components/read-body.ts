// The bytes of a body, and its text where it is one: all that its views are made of.
import type { Steps } from '../../preload/vocabulary/steps'
import { type Gap, joinedParts, type TextPart, textParts } from './body-gaps'
import { decodeSteps } from './body-modes'
import { type SseRow, sseRowSteps } from './sse-events'

export interface BodyInput {
  readonly base64: string
  readonly contentType: string
  /** Where bytes are missing. */
  readonly gaps: readonly Gap[]
}

export interface ReadBody {
  readonly bytes: Uint8Array<ArrayBuffer>
  readonly gaps: readonly Gap[]
  /** Between the gaps; null: it is no text. */
  readonly parts: readonly TextPart[] | null
  /** With the gaps as lines of their own; null: it is no text. */
  readonly text: string | null
}

export function* readBody({ base64, contentType, gaps }: BodyInput): Steps<ReadBody> {
  yield
  const bytes = yield* decodeSteps(base64)
  yield
  const parts = textParts(bytes, gaps, contentType)
  yield
  return { bytes, gaps, parts, text: parts && joinedParts(parts) }
}

/** A body's text as server-sent events; what is missing is a row too. */
export function* eventRows(parts: readonly TextPart[]): Steps<SseRow[]> {
  yield
  const rows: SseRow[] = []
  for (const { missing, text } of parts) {
    if (missing !== '') rows.push({ type: '⋯', id: '', text: missing, complete: true })
    for (const row of yield* sseRowSteps(text)) rows.push(row)
  }
  return rows
}
