// A response that goes out by HTTP/2: frames instead of chunks, and no headers of the connection.
import { constants, type OutgoingHttpHeaders, type ServerHttp2Stream } from 'node:http2'
import type { ClientResponse, ResponseOwner } from '../client-response'

const RESPONSE = Symbol('response')
/** A stream that knows its response: no closure for each hold. */
type OwnedStream = ServerHttp2Stream & { [RESPONSE]?: Http2Response }

/** They say how an HTTP/1.1 connection is used, and are an error in HTTP/2 (RFC 9113, 8.2.2). */
const OF_THE_CONNECTION = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'upgrade',
  'http2-settings',
])

export class Http2Response implements ClientResponse {
  owner: ResponseOwner | undefined
  headersSent = false
  readonly #stream: OwnedStream
  readonly #toHead: boolean
  /** HEAD, 204 and the like: node ends the stream with the head. */
  #bodiless = false
  #ended = false

  /** @param method of the request. */
  constructor(stream: ServerHttp2Stream, method: string) {
    this.#stream = stream
    this.#toHead = method === 'HEAD'
    this.#stream[RESPONSE] = this
    stream.on('error', ignore)
  }

  get writableEnded(): boolean {
    return this.#ended
  }

  get destroyed(): boolean {
    return this.#stream.destroyed || this.#stream.closed
  }

  giveTo(owner: ResponseOwner): void {
    this.owner = owner
    this.#stream.on('close', onClose)
  }

  /** The reason does not exist in HTTP/2. */
  writeHead(status: number, _reason: string, headers: string[]): void {
    if (this.destroyed) return // the stream tells its owner
    this.#respond(asFields(status, headers))
    this.headersSent = true
    this.#bodiless = this.#toHead || status === 204 || status === 205 || status === 304
  }

  /** Frames of one turn of the event loop go out together, without being asked to. */
  flushHeaders(): void {}

  endWith(body: Buffer): void {
    if (this.#ended) return
    this.#ended = true
    if (!this.#bodiless && !this.destroyed) this.#stream.end(body)
  }

  writePart(chunk: Buffer): boolean {
    if (this.#bodiless || this.destroyed || this.#stream.write(chunk)) return true
    this.#stream.once('drain', onDrain)
    return false
  }

  writeFramed(content: Buffer): number {
    if (this.#bodiless || this.destroyed) return 0
    this.#stream.write(content)
    return this.#stream.writableLength
  }

  /** A stream keeps no text of its head. */
  settle(): void {}

  end(): void {
    if (this.#ended) return
    this.#ended = true
    if (!this.#bodiless && !this.destroyed) this.#stream.end()
  }

  /** The client gets RST_STREAM; what still waits for it is thrown away. */
  destroy(): void {
    this.#ended = true
    const stream = this.#stream
    // node ends the stream before it resets it: the client would take the response for a whole one.
    stream._final = done
    if (!stream.closed) stream.close(constants.NGHTTP2_INTERNAL_ERROR)
    stream.destroy()
  }

  #respond(fields: OutgoingHttpHeaders): void {
    try {
      this.#stream.respond(fields)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ERR_HTTP2_HEADER_SINGLE_VALUE') throw error
      // node sends some headers only once, where HTTP/1.1 passes on what the backend said twice.
      this.#stream.respond(joined(fields))
    }
  }
}

/** Headers as node's HTTP/2 takes them: lower case, several values of a name as a list. */
function asFields(status: number, headers: readonly string[]): OutgoingHttpHeaders {
  const fields: OutgoingHttpHeaders = Object.create(null)
  fields[':status'] = status
  for (let i = 0; i < headers.length; i += 2) {
    const name = (headers[i] ?? '').toLowerCase()
    const value = headers[i + 1] ?? ''
    if (OF_THE_CONNECTION.has(name)) continue
    const known = fields[name]
    if (known === undefined) fields[name] = value
    else if (Array.isArray(known)) known.push(value)
    else fields[name] = [String(known), value]
  }
  return fields
}

function joined(fields: OutgoingHttpHeaders): OutgoingHttpHeaders {
  const out: OutgoingHttpHeaders = Object.create(null)
  for (const [name, value] of Object.entries(fields))
    out[name] = Array.isArray(value) && name !== 'set-cookie' ? value.join(', ') : value
  return out
}

function done(callback: () => void): void {
  callback()
}

function ignore(): void {
  // How a stream ended is told by its 'close'.
}

function onClose(this: OwnedStream): void {
  this[RESPONSE]?.owner?.clientClosed()
}

function onDrain(this: OwnedStream): void {
  this[RESPONSE]?.owner?.drained()
}
