// Keeps deliveries under a rate (Pushpin's message_rate and message_hwm): what is over it waits its turn, and what is
// more than may wait is refused. Not limited unless it is set.
import type { HasTimeout, Wheel } from './wheel'

export interface MessageRateOptions {
  /** Deliveries a second; 0: no limit. */
  readonly rate: number
  /** Deliveries that may wait; more are refused. 0: no limit. */
  readonly max: number
}

/** Bytes of what waits; more is refused. */
const BYTES_MAX = 64 * 1024 * 1024

interface Waiting {
  readonly weight: number
  readonly bytes: number
  readonly run: () => void
}

/**
 * A bucket that fills by `rate` a second, up to a second's worth. A publish goes out once there is one in it, and takes as
 * many as it has deliveries: what it takes too much is waited for by the next one.
 */
export class MessageRate implements HasTimeout {
  dueTick = 0
  readonly #wheel: Wheel
  readonly #now: () => number
  readonly #options: MessageRateOptions
  #left: number
  #filledAt: number
  #waiting: Waiting[] = []
  #weightWaiting = 0
  #bytesWaiting = 0

  /** @param now a monotonic clock in ms. */
  constructor(wheel: Wheel, now: () => number, options: MessageRateOptions) {
    this.#wheel = wheel
    this.#now = now
    this.#options = options
    this.#left = options.rate
    this.#filledAt = now()
  }

  get limited(): boolean {
    return this.#options.rate > 0
  }

  /**
   * Asks to make `weight` deliveries: `now`: do it at once; `later`: `run` is called when it is its turn; `never`: too
   * many wait already.
   * @param bytes of memory that waiting takes, about
   */
  offer(weight: number, bytes: number, run: () => void): 'now' | 'later' | 'never' {
    if (!this.limited || weight === 0) return 'now'
    this.#fill()
    if (this.#waiting.length === 0 && this.#left >= 1) {
      this.#left -= weight
      return 'now'
    }
    const { max } = this.#options
    if (max > 0 && this.#weightWaiting + weight > max) return 'never'
    if (this.#bytesWaiting + bytes > BYTES_MAX) return 'never'
    this.#waiting.push({ weight, bytes, run })
    this.#weightWaiting += weight
    this.#bytesWaiting += bytes
    this.#wait()
    return 'later'
  }

  onTimeout(): void {
    this.#fill()
    let gone = 0
    for (const { weight, bytes, run } of this.#waiting) {
      if (this.#left < 1) break
      gone++
      this.#left -= weight
      this.#weightWaiting -= weight
      this.#bytesWaiting -= bytes
      run()
    }
    this.#waiting = this.#waiting.slice(gone)
    this.#wait()
  }

  stop(): void {
    this.#wheel.clear(this)
    this.#waiting = []
    this.#weightWaiting = 0
    this.#bytesWaiting = 0
  }

  #fill(): void {
    const { rate } = this.#options
    const now = this.#now()
    this.#left = Math.min(rate, this.#left + ((now - this.#filledAt) * rate) / 1000)
    this.#filledAt = now
  }

  #wait(): void {
    if (this.#waiting.length === 0 || this.dueTick !== 0) return
    this.#wheel.set(this, ((1 - this.#left) / this.#options.rate) * 1000)
  }
}
