// Records that something was stopped at the gate, and how it went on.
import type { PauseEnd, TraceSink } from '../../trace/events'
import type { Passing } from './passing'

interface Recorded {
  readonly pause: number
  readonly passing: Passing
}

export function recordPaused(sink: TraceSink, { pause, passing }: Recorded): void {
  const t = sink.now()
  if (passing.what === 'publish') sink.emit({ type: 'publish-paused', t, p: passing.p, pause })
  else if (passing.what === 'delivery')
    sink.emit({ type: 'paused', t, x: passing.x, pause, what: 'delivery', p: passing.p })
  else if (passing.what === 'message')
    sink.emit({ type: 'paused', t, x: passing.x, pause, what: 'message', from: passing.from })
  else sink.emit({ type: 'paused', t, x: passing.x, pause, what: passing.what })
}

export function recordReleased(sink: TraceSink, { pause, passing }: Recorded, how: PauseEnd): void {
  const t = sink.now()
  if (passing.what === 'publish') sink.emit({ type: 'publish-released', t, p: passing.p, pause, how })
  else sink.emit({ type: 'released', t, x: passing.x, pause, how })
}
