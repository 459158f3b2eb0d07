// Records the handshake of a WebSocket, and how it was answered.
import { STATUS_CODES } from 'node:http'
import type { ExchangeId, RawHeaders, TraceSink } from '../../trace/events'
import type { ClientRequest } from '../http/client-request'

/** The client asks for it. @param secure by TLS */
export function recordHandshake(sink: TraceSink, x: ExchangeId, request: ClientRequest, secure: boolean): void {
  const { rawHeaders: headers, socket, method = 'GET', url = '/', httpVersion } = request
  const client = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`
  sink.emit({ type: 'request', t: sink.now(), x, method, url, httpVersion, headers, client, secure })
}

/** It opens the WebSocket. @param messagePrefix of the backend's messages for the client; undefined: all are */
export function recordOpened(
  sink: TraceSink,
  x: ExchangeId,
  { status, headers, messagePrefix }: { status: number; headers: RawHeaders; messagePrefix: string | undefined },
): void {
  const reason = STATUS_CODES[status] ?? ''
  const prefix = messagePrefix !== undefined && { messagePrefix }
  sink.emit({ type: 'response', t: sink.now(), x, status, reason, headers, body: 'own', opens: true, ...prefix })
}

/** It was answered with something else. */
export function recordRejected(
  sink: TraceSink,
  x: ExchangeId,
  { status, reason, headers, body }: { status: number; reason: string; headers: RawHeaders; body: Buffer },
): void {
  sink.emit({ type: 'response', t: sink.now(), x, status, reason, headers, body: 'own' })
  if (body.length > 0) sink.emit({ type: 'response-data', t: sink.now(), x, data: sink.keep(body, sink.bodyLimit) })
}
