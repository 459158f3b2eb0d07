// Records a body as it streams by: its beginning, and of what follows the latest part.
import type { BodyDataEvent, BodyTail, ExchangeId, TraceSink } from '../../trace/events'

export interface RecordedBody {
  readonly type: BodyDataEvent['type']
  /** It is the answer to a filter. */
  readonly filter?: true
  /** A compressed body is of no use without its beginning: all that is kept of it is that. */
  readonly compressed?: boolean
}

export class BodyRecord {
  /** Bytes so far. */
  size = 0
  readonly #sink: TraceSink
  readonly #x: ExchangeId
  readonly #body: RecordedBody
  #tail: BodyTail | undefined

  constructor(sink: TraceSink, x: ExchangeId, body: RecordedBody) {
    this.#sink = sink
    this.#x = x
    this.#body = body
  }

  /** Takes the next part. Its memory may be used again. */
  add(data: Uint8Array): void {
    const at = this.size
    this.size += data.length
    if (data.length === 0) return
    const sink = this.#sink
    const { bodyLimit } = sink
    const beginning = this.#body.compressed ? bodyLimit : Math.ceil(bodyLimit / 2)
    const room = this.#tail ? 0 : beginning - at
    if (room > 0) sink.emit(this.#event(sink.keep(data, room), at))
    if (room >= data.length || beginning === bodyLimit) return
    this.#tail ??= sink.tail(bodyLimit - beginning)
    const rest = room > 0 ? data.subarray(room) : data
    this.#tail.emit({ ...this.#event(rest, at + Math.max(room, 0)), tail: true })
  }

  #event(data: Uint8Array, at: number): BodyDataEvent {
    const { type, filter } = this.#body
    const t = this.#sink.now()
    const x = this.#x
    if (type === 'answer-data' && filter) return { type, t, x, data, at, filter }
    return { type, t, x, data, at }
  }
}
