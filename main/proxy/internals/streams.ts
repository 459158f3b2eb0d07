// What is known of Node's private fields of HTTP/2 streams. A stream can't be made for a check at the start, so that each use
// looks whether it finds what it expects.
import { constants, type ServerHttp2Stream } from 'node:http2'
import { PUBLIC_ONLY } from './checked'

/** Node sends no status beyond it by HTTP/2, though three digits are what it must have (RFC 9110, 15). */
export const NODE_STATUS_MAX = 599

/** What Node sends frames by: a list of names, values and flags in one text, with zero bytes between them. */
interface Handle {
  respond(this: Handle, list: [text: string, count: number], options: number): number
}

/** Says that the headers can't be sent: Node resets the stream then. */
const NGHTTP2_ERR_INVALID_ARGUMENT = -501

/**
 * Sends a status that Node would not: written into the list that Node makes of NODE_STATUS_MAX.
 * @param send responds with NODE_STATUS_MAX
 * @throws if this Node does not let it
 */
export function sendStatus(stream: ServerHttp2Stream, status: number, send: () => void): void {
  const name = Object.getOwnPropertySymbols(stream).find(({ description }) => description === 'kHandle')
  const handle: unknown = name && Reflect.get(stream, name)
  if (PUBLIC_ONLY || !isHandle(handle)) throw new Error(`HTTP/2 has no status ${status}`)
  const { respond } = handle
  handle.respond = function ([text, ...rest], options) {
    handle.respond = respond
    const written = `:status\0${NODE_STATUS_MAX}\0`
    if (!text.includes(written)) return NGHTTP2_ERR_INVALID_ARGUMENT
    return respond.call(this, [text.replace(written, `:status\0${status}\0`), ...rest], options)
  }
  send()
}

function isHandle(value: unknown): value is Handle {
  return typeof value === 'object' && value !== null && 'respond' in value && typeof value.respond === 'function'
}

/**
 * The client gets RST_STREAM, and what still waits for it is thrown away. Node ends a stream before it resets it: the client
 * would take the response for a whole one. Where that can't be kept from it, the connection ends with all its streams.
 */
export function resetStream(stream: ServerHttp2Stream): void {
  if (PUBLIC_ONLY || typeof stream._final !== 'function') {
    stream.session?.destroy(undefined, constants.NGHTTP2_INTERNAL_ERROR)
    return
  }
  stream._final = done
  if (!stream.closed) stream.close(constants.NGHTTP2_INTERNAL_ERROR)
  stream.destroy()
}

function done(callback: () => void): void {
  callback()
}
