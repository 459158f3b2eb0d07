// One timer for all timeouts and keep-alives of the engine: thousands of holds share one interval.

/** Something that can wait on the wheel. It can wait for one thing at a time. */
export interface HasTimeout {
  /** The tick it waits for; 0: it does not wait. Kept by the wheel. */
  dueTick: number
  onTimeout(): void
}

/** Wakes things up after a time, exact to one tick and never early. */
export class Wheel {
  readonly #tickMs: number
  readonly #now: () => number
  readonly #slots = new Map<number, Set<HasTimeout>>()
  #next = 0
  #timer: ReturnType<typeof setInterval> | undefined

  /** @param now a monotonic clock in ms. @param tickMs how exact it is, in ms. */
  constructor(now: () => number, tickMs = 50) {
    this.#now = now
    this.#tickMs = tickMs
  }

  /** Ticks that something waits for. */
  get slots(): number {
    return this.#slots.size
  }

  /** How many wait on it. */
  get size(): number {
    let size = 0
    for (const slot of this.#slots.values()) size += slot.size
    return size
  }

  /** Wakes `timed` after `ms`. What it waited for before is forgotten. */
  set(timed: HasTimeout, ms: number): void {
    this.clear(timed)
    const tick = Math.ceil((this.#now() + Math.max(ms, 0)) / this.#tickMs) + 1
    let slot = this.#slots.get(tick)
    if (!slot) {
      slot = new Set()
      this.#slots.set(tick, slot)
    }
    slot.add(timed)
    timed.dueTick = tick
    if (this.#timer === undefined) this.#start()
  }

  clear(timed: HasTimeout): void {
    if (timed.dueTick === 0) return
    const tick = timed.dueTick
    const slot = this.#slots.get(tick)
    timed.dueTick = 0
    if (!slot) return
    slot.delete(timed)
    // Its time may be days away.
    if (slot.size === 0) this.#slots.delete(tick)
  }

  /** Wakes all that is due. Called by the interval; tests with a clock of their own call it. */
  turn(): void {
    const now = Math.floor(this.#now() / this.#tickMs)
    // After a long pause (a suspended laptop) it is cheaper to look at the slots there are than at every tick.
    if (now - this.#next > this.#slots.size + 1000) {
      const due = [...this.#slots.keys()].filter((tick) => tick <= now).sort((a, b) => a - b)
      for (const tick of due) this.#wake(tick)
    } else {
      for (let tick = this.#next; tick <= now; tick++) this.#wake(tick)
    }
    this.#next = now + 1
    if (this.#slots.size === 0) this.stop()
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #start(): void {
    this.#next = Math.floor(this.#now() / this.#tickMs)
    this.#timer = setInterval(() => this.turn(), this.#tickMs)
  }

  #wake(tick: number): void {
    const slot = this.#slots.get(tick)
    if (!slot) return
    this.#slots.delete(tick)
    for (const timed of slot) {
      // One that was woken before it may have cleared it, or set it to another time.
      if (timed.dueTick !== tick) continue
      timed.dueTick = 0
      timed.onTimeout()
    }
  }
}
