// A response that goes out by HTTP/2: frames instead of chunks, and no headers of the connection.
import type { ServerHttp2Stream } from 'node:http2'
import type { ClientResponse, ResponseOwner } from '../../http/client-response'
import { resetStream } from '../../internals/streams'
import { respond } from './respond'

const RESPONSE = Symbol('response')
/** A stream that knows its response: no closure for each hold. */
type OwnedStream = ServerHttp2Stream & { [RESPONSE]?: Http2Response }

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
    respond(this.#stream, status, headers)
    this.headersSent = true
    this.#bodiless = this.#toHead || status === 204 || status === 205 || status === 304
    if (this.#bodiless) this.#ended = true
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

  get waiting(): number {
    return this.destroyed ? 0 : this.#stream.writableLength
  }

  writeFramed(content: Buffer): void {
    if (!this.#bodiless && !this.destroyed) this.#stream.write(content)
  }

  /** The session goes away by itself. */
  closeAfter(): void {}

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
    resetStream(this.#stream)
  }
}

function onClose(this: OwnedStream): void {
  this[RESPONSE]?.owner?.clientClosed()
}

function onDrain(this: OwnedStream): void {
  this[RESPONSE]?.owner?.drained()
}
