// Sends statistics to a ZeroMQ PUB socket, as Pushpin's `stats_spec`: each message is its type, a space, and a TNetString.
import type { Publisher } from 'zeromq'
import { encodeTnet } from '../grip/tnetstring'
import type { BodyTail, ExchangeId, LeftOut, PublishId, TraceEvent, TraceSink, TraceTime } from '../trace/events'
import { Stats, type StatsOptions, type StatsPacket } from './stats'

/** Milliseconds between looks at what is to be told again, as Pushpin's. */
const INTERVAL = 100
/** Messages that wait for a watcher; more are lost to it. */
const HIGH_WATER_MARK = 200_000

export interface ZmqStatsOptions extends Partial<StatsOptions> {
  readonly format?: 'tnetstring' | 'json'
}

/** A sink between the engine and the trace, which tells what passes, whether it is recorded or not. */
export class ZmqStats implements TraceSink {
  readonly #sink: TraceSink
  readonly #stats: Stats
  readonly #json: boolean
  readonly unrecorded: TraceSink
  #socket: Publisher | undefined
  #timer: ReturnType<typeof setInterval> | undefined
  /** One message after the other: a PUB socket takes no two at once. */
  #sent: Promise<unknown> = Promise.resolve()

  constructor(sink: TraceSink, { format, ...options }: ZmqStatsOptions = {}) {
    this.#sink = sink
    this.#stats = new Stats(options)
    this.#json = format === 'json'
    this.unrecorded = {
      recording: false,
      bodyLimit: 0,
      now: () => sink.now(),
      nextExchange: () => sink.nextExchange(),
      nextPublish: () => sink.nextPublish(),
      keep: () => new Uint8Array(),
      emit: (event) => this.#send(this.#stats.of(event)),
      // Bytes of a body count at its end.
      tail: () => ({ emit() {} }),
    }
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

  nextExchange(): ExchangeId {
    return this.#sink.nextExchange()
  }

  nextPublish(): PublishId {
    return this.#sink.nextPublish()
  }

  keep(data: Uint8Array, room: number): Uint8Array {
    return this.#sink.keep(data, room)
  }

  emit(event: TraceEvent): void {
    this.#sink.emit(event)
    this.#send(this.#stats.of(event))
  }

  leaveOut(what: LeftOut): void {
    this.#sink.leaveOut?.(what)
  }

  tail(room: number): BodyTail {
    return this.#sink.tail(room)
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
      const message = this.#json
        ? Buffer.from(`${type} J${JSON.stringify(values)}`)
        : Buffer.concat([Buffer.from(`${type} T`), encodeTnet(values)])
      // Closed in between: nobody listens any more.
      this.#sent = this.#sent.then(() => this.#socket?.send(message)).catch(() => {})
    }
  }
}
