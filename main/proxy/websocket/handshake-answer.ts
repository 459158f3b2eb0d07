// How the handshake of a WebSocket is answered, by the HTTP that the client speaks.
import type { ServerHttp2Stream } from 'node:http2'
import type { Duplex } from 'node:stream'
import type { RawHeaders } from '../../trace/events'
import { respond } from '../client/http2/respond'
import { head, upgradeHeaders } from './handshake'

export interface HandshakeAnswer {
  /** Those of its own, which go before what `accept` is given. */
  readonly ownHeaders: RawHeaders
  /** The status of `accept`. */
  readonly acceptStatus: number
  /** From here on there are frames. */
  accept(headers: RawHeaders): void
  /** Answers with something else, and ends. */
  reject(status: number, reason: string, headers: RawHeaders, body: Buffer): void
}

/** HTTP/1.1: the whole connection is upgraded. */
export class UpgradeAnswer implements HandshakeAnswer {
  readonly acceptStatus = 101
  readonly ownHeaders: RawHeaders
  readonly #socket: Duplex

  /** @param key Sec-WebSocket-Key. */
  constructor(socket: Duplex, key: string) {
    this.#socket = socket
    this.ownHeaders = upgradeHeaders(key)
  }

  accept(headers: RawHeaders): void {
    this.#socket.write(head(this.acceptStatus, '', [...this.ownHeaders, ...headers]), 'latin1')
  }

  reject(status: number, reason: string, headers: RawHeaders, body: Buffer): void {
    this.#socket.end(Buffer.concat([Buffer.from(head(status, reason, headers), 'latin1'), body]))
  }
}

/** HTTP/2: one stream of the connection carries the frames (RFC 8441). */
export class ConnectAnswer implements HandshakeAnswer {
  readonly acceptStatus = 200
  readonly ownHeaders: RawHeaders = []
  readonly #stream: ServerHttp2Stream

  constructor(stream: ServerHttp2Stream) {
    this.#stream = stream
  }

  accept(headers: RawHeaders): void {
    if (!this.#stream.closed) respond(this.#stream, this.acceptStatus, headers)
  }

  reject(status: number, _reason: string, headers: RawHeaders, body: Buffer): void {
    if (this.#stream.closed) return
    respond(this.#stream, status, headers)
    this.#stream.end(body)
  }
}
