// A client that came to the TLS port and did not get through the handshake: recorded, for nothing else would tell.
import type { Socket } from 'node:net'
import type { Cause } from '../../../preload/vocabulary/causes'
import { sinkForExchange } from '../channels/silent-sink'
import type { ProxyContext } from '../exchange/context'

export function recordFailedHandshake(context: ProxyContext, socket: Socket, why: Cause): void {
  const x = context.nextExchange()
  const sink = sinkForExchange(context.sink)
  const t = sink.now()
  const client = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`
  sink.emit({ type: 'request', t, x, method: '', url: '', httpVersion: '', headers: [], client, secure: true })
  sink.emit({ type: 'ended', t, x, how: 'bad-request', responseSize: 0, cause: why })
}
