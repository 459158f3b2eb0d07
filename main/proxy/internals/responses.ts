// What is known of Node's private fields of HTTP/1 responses, and the check that they behave as expected here.
import { IncomingMessage, ServerResponse } from 'node:http'
import { Socket } from 'node:net'
import { holds } from './checked'

/** What Node keeps of a response. */
export interface ResponseInternals {
  /** Text of the head; null: there is none yet. */
  _header: string | null
  /** The head has been written. */
  _headerSent: boolean
  /** False: a response to HEAD, or a 204 or the like. */
  readonly _hasBody: boolean
  _keepAliveTimeout: number
  _removedConnection: boolean
  /** The connection closes after it. */
  _last: boolean
  readonly outputSize: number
  /** Makes the head. */
  _storeHeader(this: ResponseInternals, statusLine: string, headers: unknown): void
  _send(data: string, encoding: 'latin1'): boolean
}

export type WriteRaw = (
  this: ServerResponse,
  data: string | Buffer,
  encoding?: unknown,
  callback?: unknown,
  size?: unknown,
) => boolean

/** Node's private fields of a response. Read them only where `knowsResponses` is true. */
export function internals(response: ServerResponse): ResponseInternals {
  return response as unknown as ResponseInternals
}

/** How Node writes what a response has made. */
export const writeRaw = (ServerResponse.prototype as unknown as { _writeRaw: WriteRaw })._writeRaw

/** How Node makes a head. */
export const storeHeader = (ServerResponse.prototype as unknown as ResponseInternals)._storeHeader

/** Do the private fields of responses behave as expected on this Node? Checked once, with a response that goes nowhere. */
export const knowsResponses = holds(responsesBehave)

/** A response whose bytes are gathered in `out`. */
export function trialResponse(out: string[], prepare: (own: ResponseInternals) => void): ServerResponse {
  const request = new IncomingMessage(new Socket())
  Object.assign(request, { method: 'GET', httpVersionMajor: 1, httpVersionMinor: 1 })
  const response = new ServerResponse(request)
  const socket = new Socket()
  Object.defineProperty(socket, 'writable', { value: true })
  socket.write = (data: string | Uint8Array) => {
    out.push(Buffer.from(data as string, 'latin1').toString('latin1'))
    return true
  }
  response.assignSocket(socket)
  prepare(internals(response))
  return response
}

/** Plays what Http1Response does: takes the head, sends it by itself, and lets Node send the rest. */
function responsesBehave(): boolean {
  if (typeof writeRaw !== 'function' || typeof storeHeader !== 'function') return false
  const out: string[] = []
  const plain = trialResponse(out, (own) => {
    own._keepAliveTimeout = 0
    own._removedConnection = true
  })
  const own = internals(plain)
  const fresh = own._header === null && own._headerSent === false && own._hasBody === true && own._last === false
  if (!fresh || own.outputSize !== 0 || typeof own._send !== 'function') return false
  plain.sendDate = false
  plain.writeHead(200, 'Fine', ['X-A', 'b'])
  const head = 'HTTP/1.1 200 Fine\r\nX-A: b\r\nTransfer-Encoding: chunked\r\n\r\n'
  if (own._header !== head || own._headerSent || out.length > 0) return false
  own._headerSent = true
  // The text is no longer needed, as `settle` supposes.
  own._header = 'sent'
  plain.write('abc')
  plain.end()
  if (out.join('') !== '3\r\nabc\r\n0\r\n\r\n') return false

  // A head that goes out alone keeps the bytes of its headers.
  const alone: string[] = []
  const flushed = trialResponse(alone, () => {})
  flushed.sendDate = false
  flushed.writeHead(200, 'Fine', ['X-A', '\u00e9', 'Content-Length', '0', 'Connection', 'close'])
  internals(flushed)._send('', 'latin1')
  const sent = 'HTTP/1.1 200 Fine\r\nX-A: \u00e9\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'
  return alone.join('') === sent && internals(flushed)._headerSent
}
