// Takes the events of exchanges that began while recording was paused.
import type { TraceEvent, TraceSink, TraceTime } from '../trace/events'

const NOTHING = new Uint8Array()

export class SilentSink implements TraceSink {
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
}
