// All that is known of one exchange, for the tabs of its details.
import type { ExchangeDetails } from '../../preload/views'
import type { ExchangeId } from './events'
import type { TraceModel } from './model'

/** Null if it is not known (any more). */
export declare function exchangeDetails(model: TraceModel, id: ExchangeId): ExchangeDetails | null
