// A response to a client as an exchange sends it, whichever HTTP the client speaks.
import type { Cause } from '../../../preload/vocabulary/causes'

/** What is told about a response's connection. */
export interface ResponseOwner {
  /** The connection (of HTTP/2: the stream) is gone. */
  clientClosed(): void
  /** What follows on the connection is no HTTP: it is closed after this response. */
  requestBroken(why: Cause): void
  /** The client takes data again. */
  drained(): void
}

export interface ClientResponse {
  /** While it is under way. */
  owner: ResponseOwner | undefined
  readonly headersSent: boolean
  readonly writableEnded: boolean
  readonly destroyed: boolean
  /** Bytes that wait for the client to read them. */
  readonly waiting: number
  /** Makes `owner` the one who is told when the connection closes. */
  giveTo(owner: ResponseOwner): void
  /** Takes the head; it goes out with the first part of the body. Throws if it can't be sent. */
  writeHead(status: number, reason: string, headers: string[]): unknown
  /** Sends the head now, without waiting for a body. */
  flushHeaders(): void
  /** Ends the response with `body`. */
  endWith(body: Buffer): void
  /** Writes a part of the body; when it returns false, the owner's `drained` is called once. */
  writePart(chunk: Buffer): boolean
  /**
   * Writes a part of the body to a client that has been sent the head; `frame` holds it as a chunk, for a client that
   * takes chunks.
   */
  writeFramed(content: Buffer, frame: Buffer, chunked: boolean): void
  /** The head is out, and the response goes on for long: lets go of what only the head needed. */
  settle(): void
  /** The connection closes after this response. */
  closeAfter(): void
  end(): unknown
  /** Breaks it off, so that the client sees that it is not whole. */
  destroy(): unknown
}
