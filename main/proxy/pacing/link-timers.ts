// Asks the next links of streams after a time without data. As in Pushpin, holds whose links have the same timeout and the
// same path go by one clock, that of the first: they ask together, and so share a request.
import type { HasTimeout, Wheel } from './wheel'

export interface LinkHold {
  /** Its link's timeout has passed without data. */
  linkDue(): void
}

export class LinkTimers {
  readonly #wheel: Wheel
  readonly #clocks = new Map<string, Clock>()
  readonly #clockOf = new Map<LinkHold, Clock>()

  constructor(wheel: Wheel) {
    this.#wheel = wheel
  }

  /**
   * Starts waiting. A hold that waits with this clock already is given one more round of it.
   * @param ms the link's timeout
   * @param path the link's URL without query
   */
  start(hold: LinkHold, ms: number, path: string): void {
    const key = `${ms} ${path}`
    const clock = this.#clocks.get(key)
    if (clock?.holds.has(hold)) {
      clock.late.add(hold)
      return
    }
    this.stop(hold)
    const own = clock ?? this.#begin(key, ms)
    own.holds.add(hold)
    this.#clockOf.set(hold, own)
  }

  stop(hold: LinkHold): void {
    const clock = this.#clockOf.get(hold)
    if (!clock) return
    this.#clockOf.delete(hold)
    clock.holds.delete(hold)
    clock.late.delete(hold)
    if (clock.holds.size === 0) this.#end(clock)
  }

  #begin(key: string, ms: number): Clock {
    const clock = new Clock(key, ms, () => this.#due(clock))
    this.#clocks.set(key, clock)
    this.#wheel.set(clock, ms)
    return clock
  }

  #due(clock: Clock): void {
    const due = [...clock.holds].filter((hold) => !clock.late.has(hold))
    for (const hold of due) {
      clock.holds.delete(hold)
      this.#clockOf.delete(hold)
    }
    clock.late.clear()
    if (clock.holds.size === 0) this.#end(clock)
    else this.#wheel.set(clock, clock.ms)
    for (const hold of due) hold.linkDue()
  }

  #end(clock: Clock): void {
    this.#wheel.clear(clock)
    if (this.#clocks.get(clock.key) === clock) this.#clocks.delete(clock.key)
  }
}

class Clock implements HasTimeout {
  dueTick = 0
  readonly key: string
  readonly ms: number
  readonly onTimeout: () => void
  readonly holds = new Set<LinkHold>()
  /** Those that had data in this round: they wait for the next one. */
  readonly late = new Set<LinkHold>()

  constructor(key: string, ms: number, onDue: () => void) {
    this.key = key
    this.ms = ms
    this.onTimeout = onDue
  }
}
