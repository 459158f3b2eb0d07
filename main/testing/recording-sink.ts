// For tests: a sink that keeps every event, and can be waited on.
import { LatestParts } from '../trace/body-tail'
import type { BodyDataEvent, BodyTail, ExchangeId, PublishId, TraceEvent, TraceSink, TraceTime } from '../trace/events'
import { Waiters } from './waiters'

type EventOf<T extends TraceEvent['type']> = Extract<TraceEvent, { type: T }>

/** Milliseconds that the engine's wheel may be late. */
const WHEEL_TICKS = 100

export class RecordingSink implements TraceSink {
  recording = true
  readonly bodyLimit: number
  readonly events: TraceEvent[] = []
  readonly #byType = new Map<TraceEvent['type'], TraceEvent[]>()
  lastExchange: ExchangeId = 0
  lastPublish: PublishId = 0
  #sorted = 0
  #first: TraceEvent | undefined
  #start = performance.now()
  #stoppedAt: number | undefined
  readonly #waiters = new Waiters()

  constructor(bodyLimit = 1024 * 1024) {
    this.bodyLimit = bodyLimit
  }

  now(): TraceTime {
    return this.#stoppedAt ?? performance.now() - this.#start
  }

  /** Lets time pass for the engine: what is due by then happens at its wheel's next turn. */
  pass(ms: number): void {
    if (this.#stoppedAt === undefined) this.#start -= ms
    else this.#stoppedAt += ms + WHEEL_TICKS
  }

  /** From now on time passes only by `pass`. */
  stopClock(): void {
    this.#stoppedAt = this.now()
  }

  nextExchange(): ExchangeId {
    return ++this.lastExchange
  }

  nextPublish(): PublishId {
    return ++this.lastPublish
  }

  keep(data: Uint8Array, room: number): Uint8Array {
    return Buffer.from(data.subarray(0, room))
  }

  emit(event: TraceEvent): void {
    this.events.push(event)
    this.#waiters.wake()
  }

  tail(room: number): BodyTail {
    const add = (event: BodyDataEvent) => {
      this.emit(event)
      // It stays here, without its bytes.
      return () => {}
    }
    return new LatestParts({ add }, room)
  }

  of<T extends TraceEvent['type']>(type: T): EventOf<T>[] {
    // A test may empty the list.
    if (this.events[0] !== this.#first) {
      this.#byType.clear()
      this.#sorted = 0
      this.#first = this.events[0]
    }
    for (const event of this.events.slice(this.#sorted)) {
      const same = this.#byType.get(event.type)
      if (same) same.push(event)
      else this.#byType.set(event.type, [event])
    }
    this.#sorted = this.events.length
    return (this.#byType.get(type) ?? []).slice() as EventOf<T>[]
  }

  /** The events of one exchange, in order. */
  exchange(x: number): TraceEvent[] {
    return this.events.filter((event) => 'x' in event && event.x === x)
  }

  /** The story of an exchange in one line: the types of its events, without parts of bodies. */
  story(x: number): string {
    return this.exchange(x)
      .filter(({ type }) => !type.endsWith('-data'))
      .map(({ type }) => type)
      .join(' ')
  }

  /** Resolves with the first event of a type that fits, past or to come; rejects after `ms`. */
  async next<T extends TraceEvent['type']>(
    type: T,
    fits: (event: EventOf<T>) => boolean = () => true,
    ms = 5000,
  ): Promise<EventOf<T>> {
    return await this.when(() => this.of(type).find(fits), `event ${type}`, ms)
  }

  /** Resolves once `look` gives something; looks again at every event. */
  when<R>(look: () => R | undefined, what: string, ms = 5000): Promise<R> {
    return this.#waiters.when(look, what, () => this.events.map(({ type }) => type).join(' '), ms)
  }
}
