// The status line: how much there is.
import type { Status } from '../../preload/views'
import type { TraceModel } from './model'
import type { TraceSource } from './source'

export function traceStatus(model: TraceModel, source: TraceSource): Status {
  const { recording, leftOut, memoryUsed, memoryLimit } = source.status
  return {
    recording,
    ...(!recording && { leftOut: { ...leftOut } }),
    exchanges: model.exchanges.size,
    held: model.held,
    channels: model.channels.size,
    publishes: model.publishes.size,
    delivered: model.delivered,
    missed: model.missed,
    unheard: model.unheard,
    troubled: model.troubled,
    memoryUsed,
    memoryLimit,
    dropped: source.dropped,
    now: source.now(),
    epoch: source.epoch,
  }
}
