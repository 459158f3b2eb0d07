// node's response to a client of HTTP/1.1, with what the hot path needs: a way back to its exchange, and one write for
// head and body.
import { ServerResponse } from 'node:http'
import type { ClientResponse, ResponseOwner } from '../http/client-response'
import { internals, knowsResponses, type ResponseInternals, storeHeader, writeRaw } from '../internals/responses'
import { writeJoined, writeNow } from './direct-write'

/** Bytes of a body that node is given as text, so that it goes out together with the head. */
const TEXT_MAX = 8 * 1024

/** Node 18, which older Electrons have, ends a connection of which the response says nothing. */
const MAY_SAY_NOTHING = Number.parseInt(process.versions.node, 10) >= 20

export class Http1Response extends ServerResponse implements ClientResponse {
  owner: ResponseOwner | undefined

  /** No closure for each response. */
  giveTo(owner: ResponseOwner): void {
    this.owner = owner
    this.on('close', onClose)
    if (!knowsResponses) return
    // Without it node tells every client in a Keep-Alive header how long it may wait; Pushpin does not.
    const own = internals(this)
    own._keepAliveTimeout = 0
    // What goes without saying is not said: a connection of HTTP/1.1 stays open, one of HTTP/1.0 does not.
    own._removedConnection = MAY_SAY_NOTHING && this.shouldKeepAlive === this.req.httpVersionMinor > 0
    if (this.req.httpVersionMinor === 0) own._storeHeader = storeHeaderOf10
  }

  /** node writes a head without a body as UTF-8, which spoils the bytes of its headers. */
  override flushHeaders(): void {
    const own = internals(this)
    if (!knowsResponses) this.#flushHeadersPublicly()
    else if (own._header === null || own._headerSent) super.flushHeaders()
    else own._send('', 'latin1')
  }

  /** Head and body go out in a single write where they can: a second one costs more than a copy. */
  endWith(body: Buffer): void {
    if (this.#writeWithHead(body)) this.end()
    else if (body.length <= TEXT_MAX) this.end(body.toString('latin1'), 'latin1')
    else this.end(body)
  }

  writePart(chunk: Buffer): boolean {
    if (this.#writeWithHead(chunk)) return true
    if (this.write(chunk)) return true
    if (this.listenerCount('drain') === 0) this.once('drain', onDrain)
    return false
  }

  /** Also where the head is out, and said nothing of it. */
  closeAfter(): void {
    this.shouldKeepAlive = false
    if (!knowsResponses) return
    const own = internals(this)
    if (this.req.httpVersionMinor > 0) own._removedConnection = false
    own._last = true
  }

  /** node keeps the head's text and the request's headers by name, some hundred bytes, for as long as the response lasts. */
  settle(): void {
    const head = internals(this)
    if (knowsResponses && head._headerSent) head._header = 'sent'
    // Read from the raw list, wherever they are needed.
    this.req.headers = NO_HEADERS
  }

  /** What waits in the socket is part of it. */
  get waiting(): number {
    return this.writableLength
  }

  /** Goes past node's own framing. */
  writeFramed(content: Buffer, frame: Buffer, chunked: boolean): void {
    const { socket } = this
    const bytes = chunked ? frame : content
    // A response without a body (to HEAD, a 204): node's own write knows.
    if (!knowsResponses || !socket || this.writableLength > 0 || !internals(this)._hasBody) this.write(content)
    else if (!writeNow(socket, bytes)) socket.write(bytes)
  }

  /** An empty part of a body makes node write the head as Latin-1. */
  #flushHeadersPublicly(): void {
    const bodiless = this.req.method === 'HEAD' || this.statusCode === 204 || this.statusCode === 304
    if (!this.headersSent || bodiless) super.flushHeaders()
    else this.write(EMPTY)
  }

  /** Writes the head together with the first part of the body, past node. False: nothing was written. */
  #writeWithHead(part: Buffer): boolean {
    if (!knowsResponses) return false
    const { socket } = this
    const own = internals(this)
    const head = own._header
    // Without a socket, an earlier response of the connection is still under way.
    if (!socket || head === null || own._headerSent || !own._hasBody || this.writableLength > 0) return false
    const chunk = this.chunkedEncoding
    const written = chunk
      ? part.length > 0 && writeJoined(socket, `${head}${part.length.toString(16)}\r\n`, part, '\r\n')
      : writeJoined(socket, head, part)
    if (written) own._headerSent = true
    return written
  }

  /**
   * node ends a response with an empty write, only to learn when it is out. Together with the one before, that becomes a
   * scatter write, which costs far more than a plain one: so the empty one is left out.
   */
  protected _writeRaw(data: string | Buffer, encoding?: unknown, callback?: unknown, size?: unknown): boolean {
    // While an earlier response of the connection is under way, the end must wait with the rest.
    const alone = knowsResponses && this.socket !== null && internals(this).outputSize === 0
    if (data.length === 0 && alone) {
      const done = typeof encoding === 'function' ? encoding : callback
      if (typeof done === 'function') process.nextTick(done as () => void)
      return true
    }
    return writeRaw.call(this, data, encoding, callback, size)
  }
}

const NO_HEADERS = Object.freeze({})
const EMPTY = Buffer.alloc(0)

/** node answers HTTP/1.0 as HTTP/1.1, which some old clients do not read. */
function storeHeaderOf10(this: ResponseInternals, statusLine: string, headers: unknown): void {
  storeHeader.call(this, statusLine.replace('HTTP/1.1', 'HTTP/1.0'), headers)
}

function onClose(this: Http1Response): void {
  this.owner?.clientClosed()
}

function onDrain(this: Http1Response): void {
  this.owner?.drained()
}
