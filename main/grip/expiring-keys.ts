// Keys that are forgotten after a time, the oldest first. The order stands in a list of its own: to begin at a Map's front costs
// the more, the more of its first keys were deleted, and here that is all of them.

interface Entry {
  readonly key: string
  readonly until: number
}

/** From so many on, the places of forgotten keys are given back. */
const FORGOTTEN_MIN = 1024

/** Times are those of one clock that never goes back, and all keys stay for the same time. */
export class ExpiringKeys {
  readonly #until = new Map<string, number>()
  /** Oldest first; those before `#first` are gone. A key that was deleted or set again still has its old place. */
  #order: Entry[] = []
  #first = 0

  get size(): number {
    return this.#until.size
  }

  /** When it is forgotten; undefined: it is not known. */
  until(key: string): number | undefined {
    return this.#until.get(key)
  }

  /** @param until not before that of any other key */
  set(key: string, until: number): void {
    this.#until.set(key, until)
    this.#order.push({ key, until })
    if (this.#order.length - this.#first > FORGOTTEN_MIN + 4 * this.#until.size) this.#leaveOutOld()
  }

  delete(key: string): void {
    this.#until.delete(key)
  }

  /** Forgets what is due, and of more than `max` keys the oldest. */
  sweep(now: number, max: number, forgotten?: (key: string) => void): void {
    for (let oldest = this.#order[this.#first]; oldest; oldest = this.#order[this.#first]) {
      const { key, until } = oldest
      const isLatest = this.#until.get(key) === until
      if (isLatest && until > now && this.#until.size <= max) break
      this.#first++
      if (!isLatest) continue
      this.#until.delete(key)
      forgotten?.(key)
    }
    if (this.#first < FORGOTTEN_MIN || this.#first * 2 < this.#order.length) return
    this.#order = this.#order.slice(this.#first)
    this.#first = 0
  }

  /** Keys that are set again and again would make the list long. */
  #leaveOutOld(): void {
    this.#order = this.#order.slice(this.#first).filter(({ key, until }) => this.#until.get(key) === until)
    this.#first = 0
  }
}
