// Where the events of exchanges and publish calls go: to the trace, or past it while recording is paused.
import type { BodyTail, ExchangeId, LeftOut, PublishId, TraceEvent, TraceSink, TraceTime } from '../../trace/events'

const NOTHING = new Uint8Array()

/** The sink for an exchange that begins now. It keeps it, whatever becomes of recording. */
export function sinkForExchange(sink: TraceSink): TraceSink {
  return sinkForNew('exchange', sink)
}

/** The same for something that is over with one event, such as a publish call that is refused. */
export function sinkForNew(what: LeftOut, sink: TraceSink): TraceSink {
  if (sink.recording) return sink
  sink.leaveOut?.(what)
  return sink.unrecorded ?? new SilentSink(sink)
}

/** Is this exchange in the trace? */
export function isRecorded({ sink, context }: { sink: TraceSink; context: { readonly sink: TraceSink } }): boolean {
  return sink === context.sink
}

/** Takes the events of exchanges that nobody is told of. */
class SilentSink implements TraceSink {
  readonly recording = false
  readonly bodyLimit = 0
  readonly #clock: TraceSink

  /** @param clock whose time and numbers it tells. */
  constructor(clock: TraceSink) {
    this.#clock = clock
  }

  now(): TraceTime {
    return this.#clock.now()
  }

  nextExchange(): ExchangeId {
    return this.#clock.nextExchange()
  }

  nextPublish(): PublishId {
    return this.#clock.nextPublish()
  }

  keep(): Uint8Array {
    return NOTHING
  }

  emit(_event: TraceEvent): void {}

  tail(): BodyTail {
    return this
  }
}
