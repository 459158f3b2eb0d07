// When keep-alives go out; gathers those that go out together into one trace event.
import type { ExchangeId, TraceSink } from '../../trace/events'
import type { HasTimeout, Wheel } from './wheel'

/** Milliseconds until a keep-alive: up to a second early, as Pushpin, so that holds that began together do not beat together. */
export function keepAliveDelay(timeout: number, random: () => number = Math.random): number {
  return timeout - random() * 1000
}

export type KeepAliveMode = 'idle' | 'interval'

/** Who has a client to send keep-alives to. */
export interface KeepAliveSender {
  /** Sends one. False: the client is gone, and it was the last one. */
  sendKeepAlive(): boolean
}

/** When one client gets keep-alives: at intervals, or when nothing else went out for a while. It starts at once. */
export class KeepAliveTimer implements HasTimeout {
  dueTick = 0
  readonly #wheel: Wheel
  readonly #clock: Pick<TraceSink, 'now'>
  readonly #sender: KeepAliveSender
  /** Milliseconds. */
  readonly timeout: number
  readonly #idle: boolean
  #lastSent: number
  /** Milliseconds until the next one. */
  #delay = 0

  constructor(
    { wheel, sink }: { readonly wheel: Wheel; readonly sink: Pick<TraceSink, 'now'> },
    { timeout, mode }: { readonly timeout: number; readonly mode: KeepAliveMode },
    sender: KeepAliveSender,
  ) {
    this.#wheel = wheel
    this.#clock = sink
    this.#sender = sender
    this.timeout = timeout
    this.#idle = mode === 'idle'
    this.#lastSent = sink.now()
    this.#wait()
  }

  /** Something went to the client: an idle keep-alive waits anew. */
  noteSent(): void {
    if (this.#idle) this.#lastSent = this.#clock.now()
  }

  onTimeout(): void {
    const now = this.#clock.now()
    const left = this.#delay - (now - this.#lastSent)
    if (this.#idle && left > 1) {
      this.#wheel.set(this, left)
      return
    }
    if (!this.#sender.sendKeepAlive()) return
    this.#lastSent = now
    this.#wait()
  }

  stop(): void {
    this.#wheel.clear(this)
  }

  #wait(): void {
    this.#delay = keepAliveDelay(this.timeout)
    this.#wheel.set(this, this.#delay)
  }
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
