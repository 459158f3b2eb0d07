// The server's part of the opening handshake (RFC 6455, 4.2).
import { createHash } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Cause } from '../../../preload/vocabulary/causes'
import type { RawHeaders } from '../../trace/events'
import type { ClientRequest } from '../http/client-request'
import { headerOf } from '../http/headers'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const VERSION = '13'

export interface HandshakeFault {
  readonly status: number
  readonly why: Cause
  readonly headers: RawHeaders
}

/** What is wrong with a request for a WebSocket, if anything. The key is looked at no closer than Pushpin does. */
export function handshakeFault({ method, rawHeaders }: ClientRequest): HandshakeFault | undefined {
  if (method !== 'GET') return { status: 405, why: { code: 'ws-method' }, headers: ['Allow', 'GET'] }
  if (headerOf(rawHeaders, 'sec-websocket-key') === '') return { status: 400, why: { code: 'ws-key' }, headers: [] }
  if (headerOf(rawHeaders, 'sec-websocket-version') !== VERSION)
    return {
      status: 426,
      why: { code: 'ws-version', version: VERSION },
      headers: ['Sec-WebSocket-Version', VERSION],
    }
  return undefined
}

/** Headers of the answer that opens a WebSocket. */
export function upgradeHeaders(key: string): string[] {
  const accept = createHash('sha1')
    .update(key + GUID)
    .digest('base64')
  return ['Upgrade', 'websocket', 'Connection', 'Upgrade', 'Sec-WebSocket-Accept', accept]
}

/** Status line and headers. */
export function head(status: number, reason: string, headers: RawHeaders): string {
  let lines = `HTTP/1.1 ${status} ${reason || (STATUS_CODES[status] ?? '')}\r\n`
  for (let i = 0; i < headers.length; i += 2) lines += `${headers[i]}: ${headers[i + 1]}\r\n`
  return `${lines}\r\n`
}
