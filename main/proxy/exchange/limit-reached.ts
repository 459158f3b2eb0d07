// Records that a limit was reached where the exchange goes on.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { ExchangeId, TraceSink } from '../../trace/events'
import type { Limits } from '../settings/options'

/** @param cause what became of what is over the limit */
export function limitReached(sink: TraceSink, x: ExchangeId, limit: keyof Limits, cause: Cause): void {
  sink.emit({ type: 'limit', t: sink.now(), x, limit, cause })
}
