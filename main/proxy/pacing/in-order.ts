// Work that is done in the order in which it came, and in turns where it is long: whoever waits for something else is not
// held up by it, and what comes later waits behind it.

/** Work that pauses after each small part, and says what the part cost: about so many receivers, or items. */
export type Parts = Iterator<number, void>

/** Milliseconds of work after which others have their turn. */
const TURN = 8
/** Cost after which the time is looked at: what is short is always done at once. */
const LOOK = 64

export class InOrder {
  #waiting: Parts[] = []
  #next: ReturnType<typeof setImmediate> | undefined

  /** Some work is not done yet: what comes now waits behind it. */
  get busy(): boolean {
    return this.#waiting.length > 0
  }

  /** Does the work: at once if it is short and nothing is under way. */
  run(work: Parts): void {
    this.#waiting.push(work)
    // In the midst of a part, or between two turns.
    if (this.#waiting.length === 1) this.#turn()
  }

  /** Resolves when all is done that is under way now. */
  idle(): Promise<void> {
    return new Promise((resolve) => this.run(told(resolve)))
  }

  /** Drops what is not done yet. */
  stop(): void {
    clearImmediate(this.#next)
    this.#waiting = []
  }

  readonly #turn = (): void => {
    const until = performance.now() + TURN
    let cost = 0
    for (;;) {
      const work = this.#waiting[0]
      if (!work) return
      const part = this.#part(work)
      if (part.done) this.#waiting.shift()
      else cost += part.value
      if (cost < LOOK) continue
      cost = 0
      if (performance.now() < until) continue
      if (this.busy) this.#next = setImmediate(this.#turn)
      return
    }
  }

  /** An error ends the work that it is in, and no other. */
  #part(work: Parts): IteratorResult<number, void> {
    try {
      return work.next()
    } catch (error) {
      this.#waiting.shift()
      if (this.busy) this.#next = setImmediate(this.#turn)
      throw error
    }
  }
}

// biome-ignore lint/correctness/useYield: it has but one part
function* told(resolve: () => void): Generator<number, void> {
  resolve()
}
