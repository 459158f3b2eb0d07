// Lets holds look for news by themselves, not all at once: as Pushpin's update limiter, which gathers for a tenth of a
// second those who would ask the same, and then lets up to a hundred of these ask in each tenth of a second.
import type { SentReason } from '../../trace/events'
import type { HasTimeout, Wheel } from './wheel'

/** A hold that can ask its backend for news. */
export interface Refreshable {
  /** Its turn: asks now. */
  refreshNow(why: SentReason): void
}

const BATCH = 100
/** Milliseconds. The wheel wakes at its turn after next then: a tenth of a second from one of its turns to the other. */
const TURN = 25

export class Refreshes implements HasTimeout {
  dueTick = 0
  readonly #wheel: Wheel
  /** By what they would ask; what had its turn goes to the end. */
  readonly #waiting = new Map<string, Map<Refreshable, SentReason>>()

  constructor(wheel: Wheel) {
    this.#wheel = wheel
  }

  /** @param asks what it would ask: a link's URL; '' for all that ask their client's own request again */
  add(hold: Refreshable, why: SentReason, asks: string): void {
    let same = this.#waiting.get(asks)
    if (!same) {
      same = new Map()
      this.#waiting.set(asks, same)
    }
    if (!same.has(hold)) same.set(hold, why)
    if (this.dueTick === 0) this.#wheel.set(this, TURN)
  }

  /** It is over, or has asked already. */
  remove(hold: Refreshable, asks: string): void {
    const same = this.#waiting.get(asks)
    if (!same?.delete(hold) || same.size > 0) return
    this.#waiting.delete(asks)
    if (this.#waiting.size === 0) this.#wheel.clear(this)
  }

  onTimeout(): void {
    const [first] = this.#waiting
    if (!first) return
    const [asks, holds] = first
    this.#waiting.delete(asks)
    const batch = [...holds].slice(0, BATCH)
    for (const [hold] of batch) holds.delete(hold)
    if (holds.size > 0) this.#waiting.set(asks, holds)
    if (this.#waiting.size > 0) this.#wheel.set(this, TURN)
    for (const [hold, why] of batch) hold.refreshNow(why)
  }

  stop(): void {
    this.#waiting.clear()
    this.#wheel.clear(this)
  }
}
