// The HTTP exchanges of an engine that are not over, so that they can be ended when the proxy stops.

/** An HTTP exchange that is not over, when the proxy stops. */
export interface LiveExchange {
  /** Its index among the live ones. */
  place: number
  /** What is held ends at once, properly. What is under way has a moment to end by itself. */
  stop(): void
  /** It is still under way: its client must see that the response is not whole. */
  cutShort(): void
}

/**
 * Adds and removes at constant cost. No `Set`: each time V8 makes a set's table anew, the old table points to the new
 * one. Tables that are old enough then keep all exchanges since from the young collector, which costs a busy proxy
 * twice the time of garbage collection.
 */
export class LiveExchanges {
  readonly #list: LiveExchange[] = []

  get size(): number {
    return this.#list.length
  }

  add(exchange: LiveExchange): void {
    exchange.place = this.#list.length
    this.#list.push(exchange)
  }

  /** `exchange` must have been added, and not been removed since. */
  remove(exchange: LiveExchange): void {
    const last = this.#list.pop()
    if (last === undefined || last === exchange) return
    this.#list[exchange.place] = last
    last.place = exchange.place
  }

  /** Those that are live now; the array does not change when they end. */
  all(): LiveExchange[] {
    return this.#list.slice()
  }
}
