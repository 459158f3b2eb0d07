// When keep-alives go out; gathers those that go out together into one trace event.
import type { ExchangeId, TraceSink } from '../../trace/events'

/** Milliseconds until a keep-alive: up to a second early, as Pushpin, so that holds that began together do not beat together. */
export function keepAliveDelay(timeout: number, random: () => number = Math.random): number {
  return timeout - random() * 1000
}

/** Those of one turn. */
interface Gathered {
  readonly exchanges: ExchangeId[]
  size: number
}

export class KeepAlives {
  readonly #sink: TraceSink
  #recorded: Gathered = { exchanges: [], size: 0 }
  #unrecorded: Gathered = { exchanges: [], size: 0 }
  #scheduled = false

  constructor(sink: TraceSink) {
    this.#sink = sink
  }

  /** Notes that a keep-alive of `size` bytes went to the client of exchange `x`. @param recorded it is in the trace */
  add(x: ExchangeId, size: number, recorded = true): void {
    const gathered = recorded ? this.#recorded : this.#unrecorded
    gathered.exchanges.push(x)
    gathered.size += size
    if (this.#scheduled) return
    this.#scheduled = true
    setImmediate(() => this.#flush())
  }

  #flush(): void {
    this.#scheduled = false
    const sink = this.#sink
    emit(sink, this.#recorded, sink.now())
    emit(sink.unrecorded, this.#unrecorded, sink.now())
    this.#recorded = { exchanges: [], size: 0 }
    this.#unrecorded = { exchanges: [], size: 0 }
  }
}

function emit(sink: TraceSink | undefined, { exchanges, size }: Gathered, t: number): void {
  if (exchanges.length > 0) sink?.emit({ type: 'keep-alive', t, exchanges, size })
}
