// Records that a limit was reached where the exchange goes on.
import type { ExchangeId, TraceSink } from '../../trace/events'
import type { Limits } from '../settings/options'

/** @param message a sentence: what became of what is over the limit */
export function limitReached(sink: TraceSink, x: ExchangeId, limit: keyof Limits, message: string): void {
  sink.emit({ type: 'limit', t: sink.now(), x, limit, message })
}
