// Where the events of the log lie: in segments, oldest first, each with the slabs that have the bytes of its events. Who
// wants to write them down gets each part once, before it can be dropped.
import type { TraceEvent } from './events'
import { type Slab, Slabs } from './slabs'

export interface Segment {
  /** Sequence number of its first event. */
  readonly first: number
  /** Undefined: it was the tail of a body, and newer parts have come. */
  readonly events: (TraceEvent | undefined)[]
  /** Where the bytes of its events lie. */
  readonly slabs: Slab[]
  bytes: number
}

/** Events that follow each other, for whoever writes them down. Their bytes stay what they are until it is released. */
export interface LogPart {
  /** Sequence number of the first one. */
  readonly first: number
  readonly events: readonly (TraceEvent | undefined)[]
  /** Bytes of memory, about. */
  readonly bytes: number
  release(): void
}

/** Takes parts as segments close: within an `emit`, so it may only put them aside. */
export interface PartTaker {
  take(part: LogPart): void
}

const SEGMENT_EVENTS = 4096

export class LogSegments {
  readonly slabs = new Slabs()
  #list: Segment[]
  /** The one that is written to. */
  #last: Segment
  #taker: PartTaker | undefined
  /** Up to where parts were given, and the bytes of the open segment that were in them. */
  #given = 0
  #givenBytes = 0

  constructor() {
    this.#last = { first: 0, events: [], slabs: [], bytes: 0 }
    this.#list = [this.#last]
  }

  /** The sequence number that the next event will have. */
  get end(): number {
    return this.#last.first + this.#last.events.length
  }

  /** The sequence number of the first event. */
  get first(): number {
    return this.#list[0]?.first ?? 0
  }

  /** There is no closed one. */
  get isSingle(): boolean {
    return this.#list.length === 1
  }

  /** Those that are complete, oldest first. */
  *closed(): Iterable<Segment> {
    for (const segment of this.#list) if (segment !== this.#last) yield segment
  }

  /** Returns the segment in which the event lies: as its last one. */
  add(event: TraceEvent, bytes: number): Segment {
    const last = this.#last.events.length < SEGMENT_EVENTS ? this.#last : this.open()
    last.events.push(event)
    last.bytes += bytes
    return last
  }

  /** A copy of some bytes, for the event that is added next. */
  keep(data: Uint8Array): Buffer {
    const kept = this.slabs.copy(data)
    this.#retainSlab(this.#last)
    return kept
  }

  /** What comes goes into a new segment. */
  open(): Segment {
    this.handOver()
    this.#last = { first: this.end, events: [], slabs: [], bytes: 0 }
    this.#list.push(this.#last)
    this.#givenBytes = 0
    // Its first event may be one whose bytes were kept just now.
    this.#retainSlab(this.#last)
    return this.#last
  }

  /** Closes the segment that is written to, if there is something in it. */
  close(): void {
    if (this.#last.events.length > 0) this.open()
  }

  /** Takes the oldest ones out. Their bytes stay until `release`. */
  takeOut(count: number): void {
    this.#list = this.#list.slice(count)
  }

  /** Nobody knows their events any more: their memory is used again. */
  release(segments: readonly Segment[]): void {
    for (const { slabs } of segments) for (const slab of slabs) this.slabs.release(slab)
  }

  /**
   * From now on, each part is given to `taker`: when its segment closes, or at `handOver`. There is one taker at a time.
   * The function returned ends it.
   */
  handTo(taker: PartTaker): () => void {
    this.#taker = taker
    this.#given = this.end
    this.#givenBytes = this.#last.bytes
    return () => {
      if (this.#taker === taker) this.#taker = undefined
    }
  }

  /** Gives what was not given yet. */
  handOver(): void {
    const { first, events, bytes } = this.#last
    const from = Math.max(this.#given - first, 0)
    if (!this.#taker || from >= events.length) return
    const slabs = this.#last.slabs.slice()
    for (const slab of slabs) slab.users++
    this.#given = this.end
    const part = { first: first + from, events: events.slice(from), bytes: Math.max(bytes - this.#givenBytes, 0) }
    this.#givenBytes = bytes
    const release = (): void => {
      for (const slab of slabs.splice(0)) this.slabs.release(slab)
    }
    this.#taker.take({ ...part, release })
  }

  /** Calls `visit` for up to `max` events from `cursor` on. `left` is what remains of `max`; 0 where visit returned false. */
  read(
    cursor: number,
    max: number,
    visit: (event: TraceEvent, seq: number) => unknown,
  ): { readonly cursor: number; readonly left: number } {
    let at = cursor
    let left = max
    for (let s = this.#indexOf(at); s < this.#list.length && left > 0; s++) {
      const segment = this.#list[s]
      if (!segment) break
      const stop = Math.min(segment.events.length, at - segment.first + left)
      left -= stop - (at - segment.first)
      let i = at - segment.first
      while (i < stop) {
        const event = segment.events[i++]
        if (!event || visit(event, segment.first + i - 1) !== false) continue
        left = 0
        break
      }
      at = segment.first + i
    }
    return { cursor: at, left }
  }

  #retainSlab({ slabs }: Segment): void {
    const { current } = this.slabs
    if (slabs[slabs.length - 1] === current) return
    slabs.push(current)
    current.users++
  }

  /** Index of the segment that has a sequence number, or of the last one. */
  #indexOf(seq: number): number {
    let low = 0
    let high = this.#list.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#list[middle]?.first ?? 0) <= seq) low = middle
      else high = middle - 1
    }
    return low
  }
}
