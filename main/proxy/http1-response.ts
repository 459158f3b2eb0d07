// node's response to a client of HTTP/1.1, with what the hot path needs: a way back to its exchange, and one write for
// head and body.
import { ServerResponse } from 'node:http'
import type { ClientResponse, ResponseOwner } from './client-response'

/** Bytes of a body that is worth copying to send it together with its head. */
const COPIED_MAX = 8 * 1024

export class Http1Response extends ServerResponse implements ClientResponse {
  owner: ResponseOwner | undefined

  /** No closure for each response. */
  giveTo(owner: ResponseOwner): void {
    this.owner = owner
    // Without it node tells every client in a Keep-Alive header how long it may wait; Pushpin does not.
    const own = this as unknown as { _keepAliveTimeout: number; _removedConnection: boolean }
    own._keepAliveTimeout = 0
    // What goes without saying is not said: a connection of HTTP/1.1 stays open, one of HTTP/1.0 does not.
    own._removedConnection = this.shouldKeepAlive === this.req.httpVersionMinor > 0
    this.on('close', onClose)
  }

  /** Head and small body go out in a single write: a second one costs more than a copy. */
  endWith(body: Buffer): void {
    if (body.length <= COPIED_MAX) this.end(body.toString('latin1'), 'latin1')
    else this.end(body)
  }

  writePart(chunk: Buffer): boolean {
    if (this.write(chunk)) return true
    this.once('drain', onDrain)
    return false
  }

  /** node keeps the text of the head, some hundred bytes, for as long as the response lasts. */
  settle(): void {
    const head = this as unknown as { _header: string | null; _headerSent: boolean }
    if (head._headerSent) head._header = 'sent'
  }

  /** Goes past node's own framing. */
  writeFramed(content: Buffer, frame: Buffer, chunked: boolean): number {
    const { socket } = this
    // The response to HEAD has no body: node's own write knows.
    if (!socket || this.writableLength > 0 || this.req.method === 'HEAD') this.write(content)
    else socket.write(chunked ? frame : content)
    return (socket?.writableLength ?? 0) + this.writableLength
  }

  /**
   * node ends a response with an empty write, only to learn when it is out. Together with the one before, that becomes a
   * scatter write, which costs far more than a plain one: so the empty one is left out.
   */
  protected _writeRaw(data: string | Buffer, encoding?: unknown, callback?: unknown, size?: unknown): boolean {
    // While an earlier response of the connection is under way, the end must wait with the rest.
    const alone = this.socket !== null && (this as unknown as { outputSize: number }).outputSize === 0
    if (data.length === 0 && alone) {
      const done = typeof encoding === 'function' ? encoding : callback
      if (typeof done === 'function') process.nextTick(done as () => void)
      return true
    }
    return writeRaw.call(this, data, encoding, callback, size)
  }
}

type WriteRaw = (
  this: ServerResponse,
  data: string | Buffer,
  encoding?: unknown,
  callback?: unknown,
  size?: unknown,
) => boolean
const writeRaw = (ServerResponse.prototype as unknown as { _writeRaw: WriteRaw })._writeRaw

function onClose(this: Http1Response): void {
  this.owner?.clientClosed()
}

function onDrain(this: Http1Response): void {
  this.owner?.drained()
}
