// Where the events of an exchange go: to the trace, or past it while recording is paused.
import type { BodyTail, TraceEvent, TraceSink, TraceTime } from '../trace/events'

const NOTHING = new Uint8Array()

/** The sink for an exchange that begins now. It keeps it, whatever becomes of recording. */
export function sinkForExchange(sink: TraceSink): TraceSink {
  return sink.recording ? sink : (sink.unrecorded ?? new SilentSink(sink))
}

/** Takes the events of exchanges that nobody is told of. */
class SilentSink implements TraceSink {
  readonly recording = false
  readonly bodyLimit = 0
  readonly #clock: TraceSink

  /** @param clock whose time it tells. */
  constructor(clock: TraceSink) {
    this.#clock = clock
  }

  now(): TraceTime {
    return this.#clock.now()
  }

  keep(): Uint8Array {
    return NOTHING
  }

  emit(_event: TraceEvent): void {}

  tail(): BodyTail {
    return this
  }
}
