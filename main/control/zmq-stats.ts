// Sends statistics to a ZeroMQ PUB socket, as Pushpin's `stats_spec`: each message is its type, a space, and a TNetString.
import type { Publisher } from 'zeromq'
import { encodeTnet } from '../grip/tnetstring'
import type { TraceEvent, TraceSink, TraceTime } from '../trace/events'
import { defaultStatsOptions, Stats, type StatsOptions, type StatsPacket } from './stats'

/** Milliseconds between looks at what is to be told again, as Pushpin's. */
const INTERVAL = 100
/** Messages that wait for a watcher; more are lost to it. */
const HIGH_WATER_MARK = 200_000

/** A sink between the engine and the trace, which tells what passes. Tells nothing while recording is paused. */
export class ZmqStats implements TraceSink {
  readonly #sink: TraceSink
  readonly #stats: Stats
  #socket: Publisher | undefined
  #timer: ReturnType<typeof setInterval> | undefined
  /** One message after the other: a PUB socket takes no two at once. */
  #sent: Promise<unknown> = Promise.resolve()

  constructor(sink: TraceSink, options: Partial<StatsOptions> = {}) {
    this.#sink = sink
    this.#stats = new Stats({ ...defaultStatsOptions, ...options })
  }

  get recording(): boolean {
    return this.#sink.recording
  }

  get bodyLimit(): number {
    return this.#sink.bodyLimit
  }

  now(): TraceTime {
    return this.#sink.now()
  }

  emit(event: TraceEvent): void {
    this.#sink.emit(event)
    this.#send(this.#stats.of(event))
  }

  /** Sends to a bound socket, until `close()`. */
  start(socket: Publisher): void {
    socket.sendHighWaterMark = HIGH_WATER_MARK
    this.#socket = socket
    this.#timer = setInterval(() => this.#send(this.#stats.tick(this.now())), INTERVAL)
  }

  /** The socket is closed by whoever bound it. */
  close(): void {
    clearInterval(this.#timer)
    this.#socket = undefined
  }

  #send(packets: readonly StatsPacket[]): void {
    if (!this.#socket) return
    for (const { type, values } of packets) {
      const message = Buffer.concat([Buffer.from(`${type} T`), encodeTnet(values)])
      // Closed in between: nobody listens any more.
      this.#sent = this.#sent.then(() => this.#socket?.send(message)).catch(() => {})
    }
  }
}
