// The recorder: keeps what the engine emits, up to a bound, and hands it to whoever wants to look.
//
// Events lie in segments, oldest first. When they take too much, whole segments go: finished exchanges that began in one
// go with all of their events, also those in later segments (these are hidden until their own segment goes); events of
// exchanges that are still live are carried over.
import { empty, LatestParts } from './body-tail'
import { CarriedEvents } from './carried-events'
import { type Cleared, isCleared } from './cleared'
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
import { LogListeners } from './log-listeners'
import { LogSegments, type PartTaker, type Segment } from './segments'
import { type Drop, ofRunningEngine, type SourceStatus, type TraceSource } from './source'

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

const MIB = 1024 * 1024
/** Events that an iteration takes at a time. */
const ITERATED = 4096
/** A segment has no more than this part of the memory limit, and at least so much is made free at a time. */
const STEP = 1 / 64
const NOTHING: ReadonlySet<TraceEvent> = new Set()

export class TraceLog implements TraceSink, TraceSource {
  readonly epoch: number
  readonly capabilities = ofRunningEngine
  /** May be changed at any time. */
  bodyLimit: number
  readonly #clock: () => number
  readonly #start: number
  #memoryLimit: number
  #recording = true
  #leftOut = { exchanges: 0, publishes: 0 }
  readonly #segments = new LogSegments()
  #used = 0
  /** Bytes used at which room is made next. */
  #roomAt: number
  #dropped = 0
  #lastExchange: ExchangeId = 0
  #lastPublish: PublishId = 0
  readonly #live = new Set<ExchangeId>()
  readonly #carried = new CarriedEvents()
  /** Dropped exchanges of which later events still lie in segments. */
  readonly #hidden = new Set<ExchangeId>()
  #cleared: Cleared | undefined
  readonly #listeners = new LogListeners()

  constructor(options: TraceLogOptions = {}) {
    this.#clock = options.now ?? (() => performance.now())
    this.#start = this.#clock()
    this.epoch = options.epoch ?? Date.now()
    this.bodyLimit = options.bodyLimit ?? MIB
    this.#memoryLimit = options.memoryLimit ?? 256 * MIB
    this.#roomAt = this.#memoryLimit
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

  get status(): SourceStatus {
    const { recording, leftOut, memoryUsed, memoryLimit } = this
    return { recording, leftOut, memoryUsed, memoryLimit }
  }

  /** Exchanges and publishes that were not recorded since recording was paused. */
  get leftOut(): { readonly exchanges: number; readonly publishes: number } {
    return this.#leftOut
  }

  leaveOut(what: LeftOut): void {
    if (what === 'exchange') this.#leftOut.exchanges++
    else this.#leftOut.publishes++
    this.#listeners.tell()
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
    return this.#segments.end
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
    return this.#segments.keep(data.length > room ? data.subarray(0, room) : data)
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
    const bytes = weigh(event)
    const segment = this.#segments.add(event, bytes)
    this.#used += bytes
    if (event.type === 'request') this.#live.add(event.x)
    else if (event.type === 'ended' && this.#live.delete(event.x)) this.#carried.finish(event.x)
    if (this.#used > this.#roomAt) this.#makeRoom()
    else if (segment.bytes > this.#memoryLimit * STEP) this.#segments.open()
    if (this.#listeners.armed) this.#listeners.wake()
    return segment
  }

  /** Drops everything that is finished. Live exchanges stay. */
  clear(): void {
    this.forgetCleared()
    this.#segments.close()
    this.#dropSegments(0, true)
    this.#roomAt = Math.max(this.#memoryLimit, this.#used * (1 + STEP))
  }

  /** As `clear`, but `restore` brings it back: until `forgetCleared`, the next clear, or until its room is needed. */
  clearForNow(): void {
    this.forgetCleared()
    this.#segments.close()
    const exchanges: ExchangeId[] = []
    const publishes: PublishId[] = []
    this.read(0, Number.POSITIVE_INFINITY, (event) => {
      if (event.type === 'publish' || event.type === 'publish-refused') publishes.push(event.p)
      else if (event.type === 'request' && !this.#live.has(event.x)) exchanges.push(event.x)
    })
    this.#cleared = { until: this.end, exchanges: new Set(exchanges) }
    this.#listeners.dropped({ exchanges, publishes, trimmed: NOTHING, cleared: true })
  }

  /** Brings back what was cleared for now. False: there is nothing (any more). */
  restore(): boolean {
    if (!this.#cleared) return false
    this.#cleared = undefined
    this.#listeners.restored()
    return true
  }

  /** Drops what was cleared for now. */
  forgetCleared(): void {
    const cleared = this.#cleared
    if (!cleared) return
    this.#cleared = undefined
    this.#used -= this.#carried.dropFinished(cleared.exchanges)
    const gone: Segment[] = []
    for (const segment of this.#segments.closed()) {
      if (segment.first >= cleared.until) break
      this.#dropSegment(segment, [], [], cleared.exchanges)
      gone.push(segment)
    }
    this.#segments.takeOut(gone.length)
    // Whoever knew the events was told to forget them when they were cleared.
    this.#segments.release(gone)
    this.#roomAt = Math.max(this.#memoryLimit, this.#used * (1 + STEP))
  }

  onRestore(listener: () => void): () => void {
    return this.#listeners.onRestore(listener)
  }

  subscribe(listener: () => void): () => void {
    return this.#listeners.onNews(listener)
  }

  onDrop(listener: (drop: Drop) => void): () => void {
    return this.#listeners.onDrop(listener)
  }

  read(cursor: number, max: number, give: (event: TraceEvent, seq: number) => unknown): number {
    const cleared = this.#cleared
    const visit = cleared
      ? (event: TraceEvent, seq: number) => (isCleared(cleared, event, seq) ? undefined : give(event, seq))
      : give
    let at = cursor
    let left = max
    const { first } = this.#segments
    if (at < first) {
      const read = this.#carried.read(at, left, visit)
      if (read.left === 0) return read.cursor
      left = read.left
      at = first
    }
    const shown =
      this.#hidden.size === 0
        ? visit
        : (event: TraceEvent, seq: number) => (!this.#isHidden(event) ? visit(event, seq) : undefined)
    at = this.#segments.read(at, left, shown).cursor
    if (at === this.end) this.#listeners.armed = true
    return at
  }

  /** Gives each event once to who writes them down, from now on, before it can be dropped (segments.ts). */
  handTo(taker: PartTaker): () => void {
    return this.#segments.handTo(taker)
  }

  /** Gives what the one who writes has not got yet. */
  handOver(): void {
    this.#segments.handOver()
  }

  /** The memory of what nobody refers to is free all the same. */
  keepBytes(): () => void {
    this.#segments.slabs.readers++
    let kept = true
    return () => {
      if (kept) this.#segments.slabs.readers--
      kept = false
    }
  }

  /** All retained events, in order. They must not change meanwhile. */
  *[Symbol.iterator](): Iterator<TraceEvent> {
    const events: TraceEvent[] = []
    let cursor = 0
    while (cursor < this.end) {
      events.length = 0
      cursor = this.read(cursor, ITERATED, (event) => events.push(event))
      yield* events
    }
  }

  #isHidden(event: TraceEvent): boolean {
    const { x } = event as { x?: ExchangeId }
    return x !== undefined && this.#hidden.has(x)
  }

  #makeRoom(): void {
    if (this.#cleared) {
      this.forgetCleared()
      if (this.#used <= this.#memoryLimit) return
    }
    if (this.#segments.isSingle) this.#segments.open()
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
    for (const segment of this.#segments.closed()) {
      if (this.#used <= target) break
      this.#dropSegment(segment, exchanges, publishes)
      gone.push(segment)
    }
    this.#segments.takeOut(gone.length)
    let trimmed = NOTHING
    if (this.#carried.bytes > this.#memoryLimit / 2) {
      const before = this.#carried.bytes
      trimmed = this.#carried.trim(this.#memoryLimit / 4)
      this.#used -= before - this.#carried.bytes
    }
    if (!cleared) this.#dropped += exchanges.length + publishes.length
    this.#listeners.dropped({ exchanges, publishes, trimmed, cleared })
    // Only now: whoever knew the events has been told to forget them.
    this.#segments.release(gone)
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
        case 'publish-paused':
        case 'publish-released':
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
