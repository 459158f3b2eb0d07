// One publish: the item, and what came of it for each subscription.
import type { PublishDetails } from '../../preload/views'
import type { PublishId } from './events'
import type { TraceModel } from './model'

/** Outcomes from `offset` on, `limit` at most. Null if the publish is not known (any more). */
export declare function publishDetails(
  model: TraceModel,
  id: PublishId,
  offset: number,
  limit: number,
): PublishDetails | null
