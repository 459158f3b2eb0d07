// node's response to a client, with what the hot path needs: a way back to its exchange, and one write for head and body.
import { ServerResponse } from 'node:http'

/** What is told about a response's connection. */
export interface ResponseOwner {
  /** The connection is gone. */
  clientClosed(): void
  /** The client takes data again. */
  drained(): void
}

/** Bytes of a body that is worth copying to send it together with its head. */
const COPIED_MAX = 32 * 1024

export class ClientResponse extends ServerResponse {
  /** While it is under way. */
  owner: ResponseOwner | undefined

  /** Ends the response with `body`. Head and small body go out in a single write: a second one costs more than a copy. */
  endWith(body: Buffer): void {
    if (body.length <= COPIED_MAX) this.end(body.toString('latin1'), 'latin1')
    else this.end(body)
  }

  /** Writes a part of the body; when it returns false, the owner's `drained` is called once. */
  writePart(chunk: Buffer): boolean {
    if (this.write(chunk)) return true
    this.once('drain', onDrain)
    return false
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

/** Makes `owner` the one who is told when the connection closes. No closure for each response. */
export function give(response: ClientResponse, owner: ResponseOwner): void {
  response.owner = owner
  // Without it node tells every client in a Keep-Alive header how long it may wait; Pushpin does not.
  ;(response as unknown as { _keepAliveTimeout: number })._keepAliveTimeout = 0
  response.on('close', onClose)
}

function onClose(this: ClientResponse): void {
  this.owner?.clientClosed()
}

function onDrain(this: ClientResponse): void {
  this.owner?.drained()
}
