// Which headers of a WebSocket's handshake go on: those of the handshake itself are made anew on each side.
import { randomBytes } from 'node:crypto'
import type { RawHeaders } from '../../trace/events'
import { withoutNames } from '../http/headers'

const OF_HANDSHAKE = new Set([
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
  'sec-websocket-accept',
  'content-length',
])
/** A WebSocket over HTTP makes these itself (Pushpin takes off the client's). */
const OVER_HTTP = new Set(['accept', 'connection-id', 'content-type', 'content-length', 'sec-websocket-extensions'])
/** Of an answer, those of the handshake, and of an answer over HTTP those that are for the proxy. */
const ANSWER = new Set([
  ...OF_HANDSHAKE,
  'sec-websocket-protocol',
  'content-type',
  'keep-alive-interval',
  'content-bytes-accepted',
])
/** Of a rejection, those that would be an answer to the offer. */
const REJECTION = new Set(['content-length', 'sec-websocket-extensions', 'sec-websocket-accept'])
const OFFER: RawHeaders = ['Sec-WebSocket-Extensions', 'grip']

/** The handshake with a backend that speaks WebSocket. */
export function plainHandshake(headers: RawHeaders, grip: boolean): string[] {
  return [
    ...withoutNames(headers, OF_HANDSHAKE),
    ...(grip ? OFFER : []),
    ...['Upgrade', 'websocket', 'Connection', 'Upgrade', 'Sec-WebSocket-Version', '13'],
    ...['Sec-WebSocket-Key', randomBytes(16).toString('base64')],
  ]
}

/** The handshake's headers with a backend that speaks HTTP. */
export function overHttpHandshake(headers: RawHeaders, grip: boolean): string[] {
  // Many backends read an underscore as a hyphen.
  const own = withoutStart(withoutStart(withoutNames(headers, OVER_HTTP), 'meta-'), 'meta_')
  return [...own, ...(grip ? OFFER : [])]
}

/** What of an accepting answer goes on to the client. */
export function acceptingHeaders(headers: RawHeaders): string[] {
  return withoutStart(withoutNames(headers, ANSWER), 'set-meta-')
}

/** What of a rejecting answer goes on to the client. @param length of its body; undefined: its status has none. */
export function rejectingHeaders(headers: RawHeaders, length: number | undefined): string[] {
  const framing = length === undefined ? [] : ['Content-Length', String(length)]
  return [...withoutNames(headers, REJECTION), ...framing, 'Connection', 'close']
}

function withoutStart(headers: RawHeaders, start: string): string[] {
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if (!name.toLowerCase().startsWith(start)) out.push(name, headers[i + 1] ?? '')
  }
  return out
}
