// The recorder: keeps what the engine emits, up to a bound, and hands it to whoever wants to look.
//
// Events lie in segments, oldest first. When they take too much, whole segments go: finished exchanges that began in one
// go with all of their events, also those in later segments (these are hidden until their own segment goes); events of
// exchanges that are still live are carried over.
import { empty, LatestParts } from './body-tail'
import { CarriedEvents, isStanding } from './carried-events'
import { SLOT, weigh } from './event-size'
import type {
  BodyDataEvent,
  BodyTail,
  ExchangeId,
  LeftOut,
  PublishId,
  TraceEvent,
  TraceSink,
  TraceTime,
} from './events'
import { type Slab, Slabs } from './slabs'

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
  /** Publishes, and publish calls that were refused. */
  readonly publishes: readonly PublishId[]
  /** Events of exchanges that are still live, which would fill the memory otherwise: bodies, WebSocket messages, former holds. */
  readonly trimmed: ReadonlySet<TraceEvent>
  /** Everything finished was dropped at once. */
  readonly cleared: boolean
}

interface Segment {
  /** Sequence number of its first event. */
  readonly first: number
  /** Undefined: it was the tail of a body, and newer parts have come. */
  readonly events: (TraceEvent | undefined)[]
  /** Where the bytes of its events lie. */
  readonly slabs: Slab[]
  bytes: number
}

/** What was cleared and can still be brought back: it takes its memory, but nobody reads it. */
interface Cleared {
  /** The sequence number of the first event that came after. */
  readonly until: number
  /** Finished exchanges, whose events are hidden as those of publishes are. */
  readonly exchanges: ReadonlySet<ExchangeId>
}

const MIB = 1024 * 1024
const SEGMENT_EVENTS = 4096
/** A segment has no more than this part of the memory limit, and at least so much is made free at a time. */
const STEP = 1 / 64
const NOTHING: ReadonlySet<TraceEvent> = new Set()

export class TraceLog implements TraceSink {
  readonly epoch: number
  /** May be changed at any time. */
  bodyLimit: number
  readonly #clock: () => number
  readonly #start: number
  #memoryLimit: number
  #recording = true
  #leftOut = { exchanges: 0, publishes: 0 }
  #segments: Segment[] = []
  #last: Segment
  #used = 0
  /** Bytes used at which room is made next. */
  #roomAt: number
  #dropped = 0
  #lastExchange: ExchangeId = 0
  #lastPublish: PublishId = 0
  readonly #slabs = new Slabs()
  readonly #live = new Set<ExchangeId>()
  readonly #carried = new CarriedEvents()
  /** Dropped exchanges of which later events still lie in segments. */
  readonly #hidden = new Set<ExchangeId>()
  #cleared: Cleared | undefined
  readonly #listeners = new Set<() => void>()
  readonly #restoreListeners = new Set<() => void>()
  readonly #dropListeners = new Set<(drop: Drop) => void>()
  /** Somebody has read to the end: the next event wakes them. */
  #armed = true

  constructor(options: TraceLogOptions = {}) {
    this.#clock = options.now ?? (() => performance.now())
    this.#start = this.#clock()
    this.epoch = options.epoch ?? Date.now()
    this.bodyLimit = options.bodyLimit ?? MIB
    this.#memoryLimit = options.memoryLimit ?? 256 * MIB
    this.#roomAt = this.#memoryLimit
    this.#last = { first: 0, events: [], slabs: [], bytes: 0 }
    this.#segments.push(this.#last)
  }

  get recording(): boolean {
    return this.#recording
  }

  /** Changing it is recorded. */
  set recording(on: boolean) {
    if (on === this.#recording) return
    this.#recording = on
    this.#leftOut = { exchanges: 0, publishes: 0 }
    this.emit({ type: 'recording', t: this.now(), on })
  }

  /** Exchanges and publishes that were not recorded since recording was paused. */
  get leftOut(): { readonly exchanges: number; readonly publishes: number } {
    return this.#leftOut
  }

  leaveOut(what: LeftOut): void {
    if (what === 'exchange') this.#leftOut.exchanges++
    else this.#leftOut.publishes++
    for (const listener of this.#listeners) listener()
  }

  get memoryLimit(): number {
    return this.#memoryLimit
  }

  set memoryLimit(bytes: number) {
    this.#memoryLimit = bytes
    this.#roomAt = bytes
    if (this.#used > bytes) this.#makeRoom()
  }

  /** Bytes that the events take, about. */
  get memoryUsed(): number {
    return this.#used
  }

  /** Finished exchanges and publishes that were dropped to stay in the memory limit. */
  get dropped(): number {
    return this.#dropped
  }

  /** The sequence number that the next event will have. */
  get end(): number {
    return this.#last.first + this.#last.events.length
  }

  now(): TraceTime {
    return this.#clock() - this.#start
  }

  nextExchange(): ExchangeId {
    return ++this.#lastExchange
  }

  nextPublish(): PublishId {
    return ++this.#lastPublish
  }

  keep(data: Uint8Array, room: number): Buffer {
    const kept = this.#slabs.copy(data.length > room ? data.subarray(0, room) : data)
    this.#retainSlab(this.#last)
    return kept
  }

  emit(event: TraceEvent): void {
    this.#append(event)
  }

  tail(room: number): BodyTail {
    return new LatestParts({ add: (event) => this.#addOfTail(event) }, room)
  }

  /** Returns what takes it out again, wherever it lies then. */
  #addOfTail(event: BodyDataEvent): () => void {
    const segment = this.#append(event)
    const index = segment.events.length - 1
    const bytes = weigh(event) - SLOT
    return () => {
      if (segment.events[index] === event) {
        segment.events[index] = undefined
        segment.bytes -= bytes
        this.#used -= bytes
      } else {
        this.#used -= this.#carried.takeOut(event)
      }
    }
  }

  /** Returns the segment in which it lies. */
  #append(event: TraceEvent): Segment {
    const last = this.#last.events.length < SEGMENT_EVENTS ? this.#last : this.#openSegment()
    const bytes = weigh(event)
    last.events.push(event)
    last.bytes += bytes
    this.#used += bytes
    if (event.type === 'request') this.#live.add(event.x)
    else if (event.type === 'ended' && this.#live.delete(event.x)) this.#carried.finish(event.x)
    if (this.#used > this.#roomAt) this.#makeRoom()
    else if (last.bytes > this.#memoryLimit * STEP) this.#openSegment()
    if (this.#armed) this.#wake()
    return last
  }

  /** Drops everything that is finished. Live exchanges stay. */
  clear(): void {
    this.forgetCleared()
    if (this.#last.events.length > 0) this.#openSegment()
    this.#dropSegments(0, true)
    this.#roomAt = Math.max(this.#memoryLimit, this.#used * (1 + STEP))
  }

  /** As `clear`, but `restore` brings it back: until `forgetCleared`, the next clear, or until its room is needed. */
  clearForNow(): void {
    this.forgetCleared()
    if (this.#last.events.length > 0) this.#openSegment()
    const exchanges: ExchangeId[] = []
    const publishes: PublishId[] = []
    this.read(0, Number.POSITIVE_INFINITY, (event) => {
      if (event.type === 'publish' || event.type === 'publish-refused') publishes.push(event.p)
      else if (event.type === 'request' && !this.#live.has(event.x)) exchanges.push(event.x)
    })
    this.#cleared = { until: this.end, exchanges: new Set(exchanges) }
    for (const listener of this.#dropListeners) listener({ exchanges, publishes, trimmed: NOTHING, cleared: true })
  }

  /** Brings back what was cleared for now. False: there is nothing (any more). */
  restore(): boolean {
    if (!this.#cleared) return false
    this.#cleared = undefined
    for (const listener of this.#restoreListeners) listener()
    return true
  }

  /** Drops what was cleared for now. */
  forgetCleared(): void {
    const cleared = this.#cleared
    if (!cleared) return
    this.#cleared = undefined
    this.#used -= this.#carried.dropFinished(cleared.exchanges)
    const gone: Segment[] = []
    for (const segment of this.#segments) {
      if (segment.first >= cleared.until || segment === this.#last) break
      this.#dropSegment(segment, [], [], cleared.exchanges)
      gone.push(segment)
    }
    this.#segments = this.#segments.slice(gone.length)
    // Whoever knew the events was told to forget them when they were cleared.
    for (const { slabs } of gone) for (const slab of slabs) this.#slabs.release(slab)
    this.#roomAt = Math.max(this.#memoryLimit, this.#used * (1 + STEP))
  }

  /** Calls `listener` when events that were dropped are there again: all has to be read anew. */
  onRestore(listener: () => void): () => void {
    this.#restoreListeners.add(listener)
    return () => this.#restoreListeners.delete(listener)
  }

  /**
   * Calls `listener` once when there are new events, and again only after somebody has read to the end; and whenever
   * something is left out.
   */
  subscribe(listener: () => void): () => void {
    this.#listeners.add(listener)
    return () => this.#listeners.delete(listener)
  }

  onDrop(listener: (drop: Drop) => void): () => void {
    this.#dropListeners.add(listener)
    return () => this.#dropListeners.delete(listener)
  }

  /**
   * Gives `give` retained events from sequence number `cursor` on, in order, and returns the cursor to go on with.
   * Looks at up to `max` events; those of dropped exchanges are left out. Begin with 0; the end is reached at `end`.
   * @param give returns false: that is enough for now
   */
  read(cursor: number, max: number, give: (event: TraceEvent, seq: number) => unknown): number {
    const cleared = this.#cleared
    const visit = cleared
      ? (event: TraceEvent, seq: number) => (isCleared(cleared, event, seq) ? undefined : give(event, seq))
      : give
    let at = cursor
    let left = max
    const first = this.#segments[0]?.first ?? 0
    if (at < first) {
      const read = this.#carried.read(at, left, visit)
      if (read.left === 0) return read.cursor
      left = read.left
      at = first
    }
    for (let s = this.#segmentOf(at); s < this.#segments.length && left > 0; s++) {
      const segment = this.#segments[s]
      if (!segment) break
      const stop = Math.min(segment.events.length, at - segment.first + left)
      left -= stop - (at - segment.first)
      let i = at - segment.first
      while (i < stop) {
        const event = segment.events[i++]
        if (!event || this.#isHidden(event) || visit(event, segment.first + i - 1) !== false) continue
        left = 0
        break
      }
      at = segment.first + i
    }
    if (at === this.end) this.#armed = true
    return at
  }

  /**
   * Bytes of events stay what they are until the function returned is called, also of those that are dropped meanwhile.
   * The memory of what nobody refers to is free all the same.
   */
  keepBytes(): () => void {
    this.#slabs.readers++
    let kept = true
    return () => {
      if (kept) this.#slabs.readers--
      kept = false
    }
  }

  /** All retained events, in order. They must not change meanwhile. */
  *[Symbol.iterator](): Iterator<TraceEvent> {
    const events: TraceEvent[] = []
    let cursor = 0
    while (cursor < this.end) {
      events.length = 0
      cursor = this.read(cursor, SEGMENT_EVENTS, (event) => events.push(event))
      yield* events
    }
  }

  #isHidden(event: TraceEvent): boolean {
    if (this.#hidden.size === 0) return false
    const { x } = event as { x?: ExchangeId }
    return x !== undefined && this.#hidden.has(x)
  }

  #wake(): void {
    this.#armed = false
    for (const listener of this.#listeners) listener()
  }

  #openSegment(): Segment {
    this.#last = { first: this.end, events: [], slabs: [], bytes: 0 }
    this.#segments.push(this.#last)
    // Its first event may be one whose bytes were kept just now.
    this.#retainSlab(this.#last)
    return this.#last
  }

  #retainSlab({ slabs }: Segment): void {
    const { current } = this.#slabs
    if (slabs[slabs.length - 1] === current) return
    slabs.push(current)
    current.users++
  }

  /** Index of the segment that has a sequence number, or of the last one. */
  #segmentOf(seq: number): number {
    let low = 0
    let high = this.#segments.length - 1
    while (low < high) {
      const middle = (low + high + 1) >> 1
      if ((this.#segments[middle]?.first ?? 0) <= seq) low = middle
      else high = middle - 1
    }
    return low
  }

  #makeRoom(): void {
    if (this.#cleared) {
      this.forgetCleared()
      if (this.#used <= this.#memoryLimit) return
    }
    if (this.#segments.length === 1) this.#openSegment()
    const step = this.#memoryLimit * STEP
    this.#dropSegments(this.#memoryLimit - step, false)
    // Where live exchanges alone take more than the limit, it must not be tried again for every event.
    this.#roomAt = Math.max(this.#memoryLimit, this.#used + step)
  }

  /** Drops the oldest segments, but never the last one, until no more than `target` bytes are used. */
  #dropSegments(target: number, cleared: boolean): void {
    const exchanges: ExchangeId[] = []
    const publishes: PublishId[] = []
    for (const x of this.#carried.finished) {
      exchanges.push(x)
      this.#hidden.add(x)
    }
    this.#used -= this.#carried.dropFinished()
    const gone: Segment[] = []
    for (const segment of this.#segments) {
      if (this.#used <= target || segment === this.#last) break
      this.#dropSegment(segment, exchanges, publishes)
      gone.push(segment)
    }
    this.#segments = this.#segments.slice(gone.length)
    let trimmed = NOTHING
    if (this.#carried.bytes > this.#memoryLimit / 2) {
      const before = this.#carried.bytes
      trimmed = this.#carried.trim(this.#memoryLimit / 4)
      this.#used -= before - this.#carried.bytes
    }
    if (!cleared) this.#dropped += exchanges.length + publishes.length
    for (const listener of this.#dropListeners) listener({ exchanges, publishes, trimmed, cleared })
    // Only now: whoever knew the events has been told to forget them.
    for (const { slabs } of gone) for (const slab of slabs) this.#slabs.release(slab)
    // Whoever records the tail still has the events.
    for (const event of trimmed) if ('tail' in event) empty(event)
  }

  /** @param only of exchanges, those that are dropped; left out: all that are finished */
  #dropSegment(
    segment: Segment,
    exchanges: ExchangeId[],
    publishes: PublishId[],
    only?: ReadonlySet<ExchangeId>,
  ): void {
    /** Finished ones that stay all the same. */
    const stay = new Set<ExchangeId>()
    this.#used -= segment.bytes
    const { first } = segment
    const events = segment.events.splice(0)
    for (let i = 0; i < events.length; i++) {
      const event = events[i]
      if (!event) continue
      switch (event.type) {
        case 'publish':
        case 'publish-refused':
          publishes.push(event.p)
          break
        case 'delivery':
        case 'keep-alive':
        case 'recording':
        case 'descriptors':
        case 'fault':
        case 'command':
        case 'settings-changed':
          break
        case 'engine-started':
        case 'engine-stopped':
        case 'port':
        case 'routes': {
          const bytes = weigh(event)
          this.#used += bytes - this.#carried.keepStanding(event, first + i, bytes)
          break
        }
        default:
          if (only && !only.has(event.x) && !this.#live.has(event.x) && !this.#hidden.has(event.x)) stay.add(event.x)
          if (this.#live.has(event.x) || stay.has(event.x)) {
            if (!('tail' in event)) takeOut(event)
            const bytes = weigh(event)
            this.#carried.add(event, first + i, bytes)
            this.#used += bytes
          } else if (event.type === 'request') {
            exchanges.push(event.x)
            this.#hidden.add(event.x)
          } else if (event.type === 'ended') {
            this.#hidden.delete(event.x)
          }
      }
    }
    const known = new Set(this.#carried.finished)
    for (const x of stay) if (!known.has(x)) this.#carried.finish(x)
  }
}

function isCleared({ until, exchanges }: Cleared, event: TraceEvent, seq: number): boolean {
  if (seq >= until) return false
  const { x } = event as { x?: ExchangeId }
  return x === undefined ? !isStanding(event) : exchanges.has(x)
}

/** Gives the bytes of an event memory of their own: those of its segment are used again. The event stays the same object. */
function takeOut(event: TraceEvent): void {
  if ('data' in event) Object.assign(event, { data: Buffer.from(event.data) })
  else if ('body' in event && event.body instanceof Uint8Array) Object.assign(event, { body: Buffer.from(event.body) })
}
