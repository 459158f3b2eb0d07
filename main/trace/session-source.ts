// A recorded session as a source: its events in a log with a bound of its own, and what is to be said of the file.
import type { SessionHeader, SessionLine } from './codec/session-lines'
import type { TraceEvent, TraceTime } from './events'
import { TraceLog } from './log'
import { type Drop, ofRecordedSession, type SourceStatus, type TraceSource } from './source'

const GIB = 1024 * 1024 * 1024
/** Faults that are told one by one, and types. */
const TOLD_MAX = 20

/** What is missing or odd in a session. */
export interface SessionRemarks {
  /** Events that were lost when it was recorded. */
  readonly lost: number
  /** Lines that are of no use: how many, and the first ones. */
  readonly faults: number
  readonly firstFaults: readonly string[]
  /** Events of types that this version does not know, by their type. */
  readonly unknown: ReadonlyMap<string, number>
  /** It ends within a line: who wrote it was killed, or is writing. */
  readonly cutOff: boolean
}

export class SessionSource implements TraceSource {
  readonly header: SessionHeader
  readonly capabilities = ofRecordedSession
  readonly #log: TraceLog
  #latest: TraceTime = 0
  #lost = 0
  #faults = 0
  readonly #firstFaults: string[] = []
  readonly #unknown = new Map<string, number>()
  #cutOff = false

  /** @param memoryLimit bytes; of a larger session, the oldest exchanges are dropped */
  constructor(header: SessionHeader, memoryLimit = GIB) {
    this.header = header
    const now = (): TraceTime => this.#latest
    this.#log = new TraceLog({ epoch: header.epoch, memoryLimit, bodyLimit: Number.POSITIVE_INFINITY, now })
  }

  /** Takes a line of the file. */
  add(line: SessionLine): void {
    switch (line.kind) {
      case 'event':
        this.#latest = Math.max(this.#latest, line.event.t)
        this.#log.emit(line.event)
        break
      case 'unknown': {
        const { type } = line.record
        if (this.#unknown.size < TOLD_MAX || this.#unknown.has(type))
          this.#unknown.set(type, (this.#unknown.get(type) ?? 0) + 1)
        break
      }
      case 'lost':
        this.#lost += line.events
        break
      case 'fault':
        if (this.#faults++ < TOLD_MAX) this.#firstFaults.push(line.why)
        break
    }
  }

  /** The file has ended. */
  close(cutOff: boolean): void {
    this.#cutOff = cutOff
  }

  get remarks(): SessionRemarks {
    return {
      lost: this.#lost,
      faults: this.#faults,
      firstFaults: this.#firstFaults,
      unknown: this.#unknown,
      cutOff: this.#cutOff,
    }
  }

  get epoch(): number {
    return this.#log.epoch
  }

  get bodyLimit(): number {
    return this.#log.bodyLimit
  }

  get status(): SourceStatus {
    return { ...this.#log.status, recording: false }
  }

  get dropped(): number {
    return this.#log.dropped
  }

  get end(): number {
    return this.#log.end
  }

  now(): TraceTime {
    return this.#latest
  }

  read(cursor: number, max: number, give: (event: TraceEvent, seq: number) => unknown): number {
    return this.#log.read(cursor, max, give)
  }

  subscribe(listener: () => void): () => void {
    return this.#log.subscribe(listener)
  }

  onDrop(listener: (drop: Drop) => void): () => void {
    return this.#log.onDrop(listener)
  }

  onRestore(listener: () => void): () => void {
    return this.#log.onRestore(listener)
  }

  keepBytes(): () => void {
    return this.#log.keepBytes()
  }
}
