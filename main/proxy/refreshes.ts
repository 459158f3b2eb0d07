// Lets holds look for news by themselves, not all at once: their backend is asked a hundred times in a tenth of a second
// at most (as Pushpin's update limiter).
import type { SentReason } from '../trace/events'
import type { Timed, Wheel } from './wheel'

/** A hold that can ask its backend for news. Must not mind being asked when it is over. */
export interface Refreshable {
  refresh(why: SentReason): void
}

const BATCH = 100
const INTERVAL = 100

export class Refreshes implements Timed {
  dueTick = 0
  readonly #wheel: Wheel
  readonly #waiting = new Map<Refreshable, SentReason>()

  constructor(wheel: Wheel) {
    this.#wheel = wheel
  }

  add(hold: Refreshable, why: SentReason): void {
    if (this.#waiting.has(hold)) return
    this.#waiting.set(hold, why)
    if (this.dueTick === 0) this.#wheel.set(this, 0)
  }

  onDue(): void {
    let left = BATCH
    for (const [hold, why] of this.#waiting) {
      if (left-- === 0) break
      this.#waiting.delete(hold)
      hold.refresh(why)
    }
    if (this.#waiting.size > 0) this.#wheel.set(this, INTERVAL)
  }

  stop(): void {
    this.#waiting.clear()
    this.#wheel.clear(this)
  }
}
