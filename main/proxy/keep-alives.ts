// When keep-alives go out; gathers those that go out together into one trace event.
import type { ExchangeId, TraceSink } from '../trace/events'

/** Milliseconds until a keep-alive: up to a second early, as Pushpin, so that holds that began together do not beat together. */
export function keepAliveDelay(timeout: number, random: () => number = Math.random): number {
  return timeout - random() * 1000
}

export class KeepAlives {
  readonly #sink: TraceSink
  #exchanges: ExchangeId[] = []
  #size = 0
  #scheduled = false

  constructor(sink: TraceSink) {
    this.#sink = sink
  }

  /** Notes that a keep-alive of `size` bytes went to the client of exchange `x`. */
  add(x: ExchangeId, size: number): void {
    this.#exchanges.push(x)
    this.#size += size
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#scheduled = false
    const exchanges = this.#exchanges
    const size = this.#size
    this.#exchanges = []
    this.#size = 0
    this.#sink.emit({ type: 'keep-alive', t: this.#sink.now(), exchanges, size })
  }
}
