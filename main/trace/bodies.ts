// Bodies, put together from the events that carry them.
import type { Body, BodyKind } from '../../preload/views'
import type { ExchangeId } from './events'
import type { TraceModel } from './model'

/** The bytes of a body as far as they were kept; null if there is no such exchange. */
export declare function exchangeBody(model: TraceModel, id: ExchangeId, kind: BodyKind): Body | null
