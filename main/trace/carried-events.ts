// Events whose segment of the log was dropped, and that are needed all the same: those of live exchanges, and those that say
// what is in force.
import type { BodyDataEvent, ExchangeEvent, ExchangeId, TraceEvent } from './events'
import type { EngineStartedEvent, EngineStoppedEvent, PortEvent, RoutesEvent } from './events/engine'

/** What an engine is and has, until the next event of the same kind. */
export type StandingEvent = EngineStartedEvent | EngineStoppedEvent | PortEvent | RoutesEvent

export function isStanding(event: TraceEvent): event is StandingEvent {
  switch (event.type) {
    case 'engine-started':
    case 'engine-stopped':
    case 'port':
    case 'routes':
      return true
    default:
      return false
  }
}

interface Entry<E = ExchangeEvent> {
  readonly event: E
  readonly seq: number
  readonly bytes: number
}

export class CarriedEvents {
  /** Exchanges that have ended since: they go when room is made next. */
  readonly finished: ExchangeId[] = []
  bytes = 0
  readonly #entries = new Map<ExchangeId, Entry[]>()
  /** The latest of each kind. */
  readonly #standing = new Map<string, Entry<StandingEvent>>()
  /** All entries by sequence number; made when read. */
  #sorted: Entry<ExchangeEvent | StandingEvent>[] | undefined

  /** It gets memory of its own for its bytes. */
  add(event: ExchangeEvent, seq: number, bytes: number): void {
    if (!('tail' in event)) ownBytes(event)
    const entry = { event, seq, bytes }
    const entries = this.#entries.get(event.x)
    if (entries) entries.push(entry)
    else this.#entries.set(event.x, [entry])
    this.bytes += bytes
    this.#sorted = undefined
  }

  /** What is in force now. Returns the bytes that came free: the event of its kind before it goes. */
  keepStanding(event: StandingEvent, seq: number, bytes: number): number {
    const kind = event.type === 'port' ? `port ${event.role}` : event.type
    const before = this.#standing.get(kind)?.bytes ?? 0
    this.#standing.set(kind, { event, seq, bytes })
    this.#sorted = undefined
    return before
  }

  /** An exchange has ended. */
  finish(x: ExchangeId): void {
    if (this.#entries.has(x)) this.finished.push(x)
  }

  /** @param which: all that have ended, if left out. Returns the bytes that came free. */
  dropFinished(which?: ReadonlySet<ExchangeId>): number {
    let freed = 0
    const stay: ExchangeId[] = []
    for (const x of this.finished) {
      if (which && !which.has(x)) {
        stay.push(x)
        continue
      }
      for (const { bytes } of this.#entries.get(x) ?? []) freed += bytes
      this.#entries.delete(x)
    }
    this.finished.splice(0, this.finished.length, ...stay)
    this.bytes -= freed
    if (freed > 0) this.#sorted = undefined
    return freed
  }

  /** Takes out an event of a body's tail, for which there is no more room. Returns the bytes that came free. */
  takeOut(event: BodyDataEvent): number {
    const entries = this.#entries.get(event.x)
    const index = entries?.findIndex((entry) => entry.event === event) ?? -1
    const [entry] = index < 0 || !entries ? [] : entries.splice(index, 1)
    if (!entry) return 0
    this.bytes -= entry.bytes
    this.#sorted = undefined
    return entry.bytes
  }

  /** Takes out events that an exchange can be shown without, of the oldest exchanges first, until `target` bytes are left. */
  trim(target: number): Set<TraceEvent> {
    const trimmed = new Set<TraceEvent>()
    for (const [x, entries] of this.#entries) {
      if (this.bytes <= target) break
      const lastHeld = entries.findLastIndex(({ event }) => event.type === 'held')
      // It says how many messages there were.
      const lastMessage = entries.findLastIndex(({ event }) => event.type === 'ws-message')
      const kept = entries.filter(({ event, bytes }, i) => {
        if (i === lastMessage || !isSpare(event, i < lastHeld)) return true
        trimmed.add(event)
        this.bytes -= bytes
        return false
      })
      this.#entries.set(x, kept)
    }
    this.#sorted = undefined
    return trimmed
  }

  /** As the log's read, for what is in here. */
  read(
    cursor: number,
    max: number,
    visit: (event: TraceEvent, seq: number) => unknown,
  ): { cursor: number; left: number } {
    this.#sorted ??= [...this.#standing.values(), ...[...this.#entries.values()].flat()].sort((a, b) => a.seq - b.seq)
    const entries = this.#sorted
    let i = firstFrom(entries, cursor)
    let left = max
    let at = cursor
    for (; i < entries.length && left > 0; i++, left--) {
      const entry = entries[i]
      if (!entry) break
      at = entry.seq + 1
      if (visit(entry.event, entry.seq) === false) return { cursor: at, left: 0 }
    }
    return { cursor: at, left }
  }
}

/** Of a live exchange, only its head and its last hold are needed to go on. */
function isSpare(event: ExchangeEvent, beforeLastHold: boolean): boolean {
  switch (event.type) {
    case 'request-data':
    case 'answer-data':
    case 'response-data':
    case 'ws-message':
      return true
    case 'request':
    case 'response':
      return false
    case 'request-end':
    case 'sent':
    case 'answered':
    case 'answer-end':
    case 'backend-failed':
    case 'tls-probed':
    case 'listens-beside':
    case 'instruct':
    case 'held':
    case 'subscribed':
    case 'unsubscribed':
    case 'limit':
    case 'paused':
    case 'released':
    case 'ended':
      return beforeLastHold
  }
}

function firstFrom(entries: readonly Entry<unknown>[], seq: number): number {
  let low = 0
  let high = entries.length
  while (low < high) {
    const middle = (low + high) >> 1
    if ((entries[middle]?.seq ?? 0) < seq) low = middle + 1
    else high = middle
  }
  return low
}

/** Gives the bytes of an event memory of their own: those of its segment are used again. The event stays the same object. */
function ownBytes(event: ExchangeEvent): void {
  if ('data' in event) Object.assign(event, { data: Buffer.from(event.data) })
  else if ('body' in event && event.body instanceof Uint8Array) Object.assign(event, { body: Buffer.from(event.body) })
}
