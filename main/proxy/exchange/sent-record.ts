// Records that a backend is asked, be it for the client's request or for something that the proxy wants to know.
import type { Target } from '../../grip/route-types'
import type { PublishId, RawHeaders, SentEvent, SentReason, SharedWith } from '../../trace/events'
import type { Making } from '../../trace/events/terms'
import type { ExchangeScope } from './exchange-scope'

export interface SentRequest {
  readonly method: string
  readonly path: string
  readonly headers: RawHeaders
  /** Where it is the proxy's own: the client's is recorded as it comes. */
  readonly body?: Uint8Array | null | undefined
}

/** @param more `p`: the publish that a filter request about; `shared`: whose request a link gets its answer from */
export function recordSent(
  { sink, id: x, route }: Pick<ExchangeScope, 'sink' | 'id' | 'route'>,
  target: Target,
  { method, path: url, headers, body }: SentRequest,
  why: SentReason,
  more?: { readonly p?: PublishId; readonly shared?: SharedWith },
): void {
  const event: Making<SentEvent> = {
    type: 'sent',
    t: sink.now(),
    x,
    route: route?.text ?? '',
    target: target.text,
    method,
    url,
    headers,
    why,
  }
  if (more?.p !== undefined) event.p = more.p
  if (more?.shared) event.shared = more.shared
  if (body) event.body = sink.keep(body, sink.bodyLimit)
  sink.emit(event)
}
