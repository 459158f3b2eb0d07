// Records that a backend failed; later, what a hello of TLS shows if it may be because of that, and what listens beside it.
import type { Target } from '../../grip/route-types'
import type { TraceSink } from '../../trace/events'
import type { BackendFailure } from '../backend/upstream'
import { recordFailure } from './answer-record'
import type { ProxyContext } from './context'

/** The exchange that asked. */
export interface FailureOwner {
  readonly id: number
  readonly sink: TraceSink
  readonly context: Pick<ProxyContext, 'probes'>
}

export interface FailureKind {
  /** Another try follows. */
  readonly again: boolean
  /** A filter asked. */
  readonly filter?: true
}

export function recordBackendFailure(
  { id: x, sink, context }: FailureOwner,
  { text: target, ...to }: Target,
  { code, cause, maybeTls }: Pick<BackendFailure, 'code' | 'cause' | 'maybeTls'>,
  { again, filter }: FailureKind,
): void {
  recordFailure({ sink, id: x }, { target, code, cause, again }, filter)
  if (again) return
  if (maybeTls) {
    context.probes.tls.suspect(to, (spoken) => {
      sink.emit({ type: 'tls-probed', t: sink.now(), x, target, spoken, ...(filter && { filter }) })
    })
  }
  if (code === 'ECONNREFUSED') {
    context.probes.loopback.refused(to, (listens) => {
      sink.emit({ type: 'listens-beside', t: sink.now(), x, target, listens, ...(filter && { filter }) })
    })
  }
}
