// Keeps the requests that filters make under a rate, for all holds together, and fair between the URLs that are asked:
// as Pushpin's limiter.
import { MessageRate } from './message-rate'
import type { Wheel } from './wheel'

/** Something that wants to ask. */
export interface RatedRequest {
  /** It is its turn. False: it has nothing to ask any more, somebody else may. */
  begin(): boolean
}

export class RequestRate {
  readonly #rate: MessageRate
  /** By URL; the one that had its turn goes to the end. */
  readonly #waiting = new Map<string, RatedRequest[]>()

  /** @param now a monotonic clock in ms. @param rate requests a second; 0: no limit. */
  constructor(wheel: Wheel, now: () => number, rate: number) {
    this.#rate = new MessageRate(wheel, now, { rate, max: 0 })
  }

  /** True: it may begin at once. False: `begin` is called when its turn comes. */
  take(url: string, asker: RatedRequest): boolean {
    if (this.#rate.offer(1, 0, this.#next) === 'now') return true
    const same = this.#waiting.get(url)
    if (same) same.push(asker)
    else this.#waiting.set(url, [asker])
    return false
  }

  stop(): void {
    this.#rate.stop()
    this.#waiting.clear()
  }

  readonly #next = (): void => {
    for (const [url, askers] of this.#waiting) {
      const asker = askers.shift()
      this.#waiting.delete(url)
      if (askers.length > 0) this.#waiting.set(url, askers)
      if (asker?.begin()) return
    }
  }
}
