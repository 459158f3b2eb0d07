// The status line: how much there is.
import type { Status } from '../../preload/views'
import type { TraceLog } from './log'
import type { TraceModel } from './model'

export function traceStatus(model: TraceModel, log: TraceLog): Status {
  return {
    recording: log.recording,
    ...(!log.recording && { leftOut: { ...log.leftOut } }),
    exchanges: model.exchanges.size,
    held: model.held,
    channels: model.channels.size,
    publishes: model.publishes.size,
    delivered: model.delivered,
    missed: model.missed,
    unheard: model.unheard,
    troubled: model.troubled,
    memoryUsed: log.memoryUsed,
    memoryLimit: log.memoryLimit,
    dropped: log.dropped,
    now: log.now(),
    epoch: log.epoch,
  }
}
