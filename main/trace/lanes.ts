// The lanes of a channel: its subscriptions, its publishes, and what came of each for each.
import type { Lanes } from '../../preload/views'
import type { TraceModel } from './model'

/** Null if the channel is not known. */
export declare function channelLanes(model: TraceModel, name: string): Lanes | null
