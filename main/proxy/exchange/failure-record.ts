// Records that a backend failed: and if it may be because it speaks TLS, what a hello of TLS shows later.
import type { Target } from '../../grip/route-types'
import type { TraceSink } from '../../trace/events'
import type { BackendFailure } from '../backend/upstream'
import { recordFailure } from './answer-record'
import type { ProxyContext } from './context'

/** The exchange that asked. */
export interface FailureOwner {
  readonly id: number
  readonly sink: TraceSink
  readonly context: Pick<ProxyContext, 'tlsProbes'>
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
  { code, message, maybeTls }: Pick<BackendFailure, 'code' | 'message' | 'maybeTls'>,
  { again, filter }: FailureKind,
): void {
  recordFailure({ sink, id: x }, { target, code, message, again }, filter)
  if (!maybeTls || again) return
  context.tlsProbes.suspect(to, (spoken) => {
    sink.emit({ type: 'tls-probed', t: sink.now(), x, target, spoken, ...(filter && { filter }) })
  })
}
