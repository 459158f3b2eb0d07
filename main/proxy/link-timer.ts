// Asks a stream's next link after a time without data.
import type { Exchange } from './exchange'
import type { Timed } from './wheel'

export class LinkTimer implements Timed {
  dueTick = 0
  readonly #exchange: Exchange
  readonly #ask: () => void

  constructor(exchange: Exchange, ask: () => void) {
    this.#exchange = exchange
    this.#ask = ask
  }

  start(ms: number): void {
    this.#exchange.context.wheel.set(this, ms)
  }

  stop(): void {
    this.#exchange.context.wheel.clear(this)
  }

  onDue(): void {
    this.#ask()
  }
}
