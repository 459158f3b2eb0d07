// What of a publish goes into the trace, and when: as it comes, as it leaves the gate, or only once it has to do with an
// exchange that is recorded.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { PublishEvent, TraceSink } from '../../trace/events'
import type { Subscription } from './delivery'
import { changedItem, publishEvent } from './publish-event'
import type { Arrived } from './publish-gate'
import { sinkForNew } from './silent-sink'

/** A publish, as far as its recording goes. */
export interface RecordedPublish {
  /** It came while recording was paused, and is not in the trace: its event. */
  unrecorded?: PublishEvent | undefined
  /** That it is not was counted. */
  leftOut?: boolean
}

export class PublishRecording {
  readonly #sink: TraceSink

  constructor(sink: TraceSink) {
    this.#sink = sink
  }

  /**
   * An item has come, or has left the gate.
   * @param waiting for its prev-id
   * @param dropped why it goes nowhere, if its id came before
   */
  arrival(
    { item, p, via, call, pause }: Arrived,
    next: RecordedPublish,
    { waiting, dropped }: { readonly waiting: boolean; readonly dropped?: Cause | undefined },
  ): void {
    const sink = this.#sink
    const t = sink.now()
    if (pause) {
      const { changed, ...left } = pause
      sink.emit({
        type: 'publish-released',
        t,
        p,
        ...left,
        ...(changed && { item: changedItem(item, sink.keep(item.published, item.published.length)) }),
        ...(waiting && { waiting }),
        ...(dropped !== undefined && { dropped }),
      })
      return
    }
    // Who publishes in the app waits to see who receives it.
    const recorded = sink.recording || via === 'app'
    const formats = recorded ? sink.keep(item.published, item.published.length) : item.published
    const event = publishEvent(item, { t, p, via, formats, waiting, dropped, call })
    if (recorded) sink.emit(event)
    else next.unrecorded = event
  }

  /**
   * Is a publish in the trace? One that came while recording was paused is, as soon as it has to do with an exchange that
   * is: what such an exchange gets is recorded to its end.
   */
  isRecorded(next: RecordedPublish, subscriptions: readonly Subscription[]): boolean {
    const { unrecorded: event } = next
    if (!event) return true
    if (subscriptions.some(({ receiver }) => !receiver.unrecorded)) {
      next.unrecorded = undefined
      this.#sink.emit({ ...event, formats: this.#sink.keep(event.formats, event.formats.length) })
      return true
    }
    if (!next.leftOut) {
      next.leftOut = true
      sinkForNew('publish', this.#sink).emit(event)
    }
    return false
  }
}
