// What the clients of WebSockets have in common: real ones on a socket, and SockJS sessions.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { WsMessageType } from '../../grip/ws-control'
import type { RawHeaders } from '../../trace/events'

/** A client that asks for a WebSocket, then one side of it. */
export interface ClientSide {
  /** Headers that its answer has beside those that it is given. */
  readonly ownHeaders: RawHeaders
  /** The status that `accept` answers with. */
  readonly acceptStatus: number
  /** Takes it. Headers are those that go with the answer besides the handshake's own. */
  accept(answer: Acceptance): void
  /** Answers with something else than a WebSocket. The connection ends. */
  reject(status: number, reason: string, headers: readonly string[], body: Buffer): void
  /** A message or a part of one, see `encodeFrame`. Only after `accept`. */
  send(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void
  /** Closes, or answers the client's close. Undefined: without a code. */
  close(code: number | undefined, reason: string): void
  /** Breaks it off. */
  drop(): void
  /** Bytes that wait for the client to take them. */
  readonly waiting: number
  pause(): void
  resume(): void
}

export interface Acceptance {
  readonly protocol: string | undefined
  readonly headers: RawHeaders
  /** Bytes of a message that the backend takes. */
  readonly messageMax: number
}

/** What a client's side tells the WebSocket's exchange. */
export interface ClientListener {
  clientSays(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void
  /** It began to close: `close` answers. */
  clientCloses(code: number | undefined, reason: string): void
  /** It is gone without a close. */
  clientGone(): void
  /** It broke the protocol and was closed with this code. */
  clientBroke(code: number, why: Cause): void
  /** It takes data again. */
  clientDrained(): void
}
