// The latest events of one body's tail: as newer ones come, older ones lose their bytes and go.
import type { BodyDataEvent, BodyTail } from './events'

/** Events of a tail, whatever their size. */
const PARTS_MAX = 4096
const NOTHING = Buffer.alloc(0)

/** Where the events lie. */
export interface TailStore {
  /** Returns what takes the event out again. */
  add(event: BodyDataEvent): () => void
}

interface Entry {
  readonly event: BodyDataEvent
  readonly takeOut: () => void
  bytes: number
}

export class LatestParts implements BodyTail {
  readonly #store: TailStore
  readonly #room: number
  #entries: Entry[] = []
  /** Entries before it have gone. */
  #first = 0
  #bytes = 0

  constructor(store: TailStore, room: number) {
    this.#store = store
    this.#room = room
  }

  emit(event: BodyDataEvent): void {
    const room = this.#room
    if (room <= 0) return
    const over = Math.max(event.data.length - room, 0)
    const kept = { ...event, data: Buffer.from(event.data.subarray(over)), at: (event.at ?? 0) + over }
    this.#entries.push({ event: kept, takeOut: this.#store.add(kept), bytes: kept.data.length })
    this.#bytes += kept.data.length
    this.#makeRoom()
  }

  #makeRoom(): void {
    while (this.#bytes > this.#room || this.#entries.length - this.#first > PARTS_MAX) {
      const oldest = this.#entries[this.#first]
      if (!oldest) break
      const over = this.#bytes - this.#room
      if (over > 0 && over < oldest.bytes) {
        cut(oldest.event, over)
        oldest.bytes -= over
        this.#bytes -= over
        break
      }
      this.#first++
      this.#bytes -= oldest.bytes
      oldest.takeOut()
      empty(oldest.event)
    }
    if (this.#first < PARTS_MAX) return
    this.#entries = this.#entries.slice(this.#first)
    this.#first = 0
  }
}

/** Lets go of the bytes of an event. Whoever knows it sees so by their absence. */
export function empty(event: BodyDataEvent): void {
  Object.assign(event, { data: NOTHING })
}

/** Leaves out the first bytes. */
function cut(event: BodyDataEvent, bytes: number): void {
  if (event.data.length === 0) return
  Object.assign(event, { data: event.data.subarray(bytes), at: (event.at ?? 0) + bytes })
}
