// What filters made of one item, for its delivery event: each distinct content once, up to a bound.
import type { SentContents, TraceSink } from '../../trace/events'

export class ContentsRecord {
  readonly #sink: TraceSink
  readonly #room: number
  readonly #which: Uint32Array
  readonly #kept: Buffer[] = []
  readonly #ends: number[] = []
  readonly #sizes: number[] = []
  /** Numbers of those of which something is kept. */
  readonly #numbers = new Map<string, number>()
  #last: { readonly content: Buffer; readonly number: number } | undefined
  #bytes = 0

  /** @param receivers how many the delivery is to. @param room bytes that are kept of all contents together */
  constructor(sink: TraceSink, receivers: number, room = sink.bodyLimit) {
    this.#sink = sink
    this.#room = room
    this.#which = new Uint32Array(receivers)
  }

  /** The receiver at this position got `content`. */
  add(position: number, content: Buffer): void {
    if (this.#last?.content !== content) this.#last = { content, number: this.#numberOf(content) }
    this.#which[position] = this.#last.number
  }

  /** For the event that is emitted next: only then the bytes are where the sink keeps them. */
  take(): SentContents {
    const data = this.#sink.keep(Buffer.concat(this.#kept), this.#bytes)
    return { which: this.#which, data, ends: Uint32Array.from(this.#ends), sizes: Uint32Array.from(this.#sizes) }
  }

  /** Room is counted over all of them: an item may go to thousands, with another content for each. */
  #numberOf(content: Buffer): number {
    const key = content.toString('latin1')
    const known = this.#numbers.get(key)
    if (known !== undefined) return known
    const number = this.#sizes.push(content.length)
    const room = Math.max(this.#room - this.#bytes, 0)
    if (room > 0) {
      this.#numbers.set(key, number)
      this.#kept.push(content.subarray(0, room))
      this.#bytes += Math.min(content.length, room)
    }
    this.#ends.push(this.#bytes)
    return number
  }
}
