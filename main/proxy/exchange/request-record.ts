// Records that a request came: its head, and its body as it streams by.
import type { ExchangeId, RawHeaders, TraceSink } from '../../trace/events'
import type { ForwardedRequest } from '../client/forwarded-request'
import { RequestBody } from '../client/request-body'
import { BodyRecord } from '../http/body-record'
import type { ClientRequest } from '../http/client-request'
import { isCompressed } from '../http/compressed'
import { headerOf } from '../http/headers'
import { INTERNAL_HEADERS, REPLAY_HEADER } from '../http/internal-headers'

/** Records the head. A request that carries our own link to the exchange that it replays is recorded without it. */
export function recordRequest(
  sink: TraceSink,
  x: ExchangeId,
  request: ClientRequest,
  { method, url, headers }: ForwardedRequest,
  secure: boolean,
  replaySecret: string,
): void {
  const { httpVersion, socket } = request
  const replay = headerOf(headers, REPLAY_HEADER)
  const replayOf = replay === '' ? undefined : replayedBy(replay, replaySecret)
  const client = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`
  const t = sink.now()
  if (replayOf === undefined) {
    sink.emit({ type: 'request', t, x, method, url, httpVersion, headers, client, secure })
    return
  }
  // The link is ours, not the client's: a replay of the replay must not carry it.
  const own = withoutInternal(headers)
  sink.emit({ type: 'request', t, x, method, url, httpVersion, headers: own, client, secure, replayOf })
}

function replayedBy(header: string, replaySecret: string): ExchangeId | undefined {
  const [id, secret] = header.split(' ')
  return id && secret === replaySecret ? Number(id) : undefined
}

/** The request's body, recorded up to the sink's limit as it streams by. @param replayMax bytes kept for asking again */
export function recordedBody(sink: TraceSink, x: ExchangeId, request: ClientRequest, replayMax: number): RequestBody {
  const record = new BodyRecord(sink, x, { type: 'request-data', compressed: isCompressed(request.rawHeaders) })
  return new RequestBody(
    request,
    replayMax,
    (data) => record.add(data),
    (size) => sink.emit({ type: 'request-end', t: sink.now(), x, size }),
  )
}

function withoutInternal(headers: RawHeaders): RawHeaders {
  return headers.filter((_, index) => !INTERNAL_HEADERS.has((headers[index & ~1] ?? '').toLowerCase()))
}
