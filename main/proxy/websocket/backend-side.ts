// What the ways to reach a WebSocket's backend have in common: plain, as HTTP requests with events, or the test target.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { WsMessageType } from '../../grip/ws-control'
import type { RawHeaders } from '../../trace/events'

/** The way to the backend of one WebSocket. */
export interface BackendSide {
  /** Bytes of a message from the client that it takes. */
  readonly messageMax: number
  /** Asks the backend to take the connection. */
  open(): void
  /** A message or a part of one. False: it can take no more for now, see `BackendListener.backendDrained`. */
  send(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): boolean
  /** The client (or a publish) closed, or answers the backend's close. `code` undefined: none was given. */
  close(code: number | undefined, reason: string): void
  /** The client is gone without a close. */
  disconnect(): void
  /** False: this backend can't be asked. */
  readonly canRefresh: boolean
  /** Asks the backend, with no event if there is none. */
  refresh(): void
  /** The backend asked to be left alone from now on. */
  detach(): void
  /** The client is slow: the backend is heard no more until `resume`. */
  pause(): void
  resume(): void
  /** Ends it at once. */
  stop(): void
}

/** What a backend's side tells the WebSocket's exchange. */
export interface BackendListener {
  /** The backend takes the connection. `headers` go into the answer to the client. */
  backendAccepts(headers: RawHeaders): void
  /** The backend answered something else than a WebSocket. */
  backendRejects(status: number, reason: string, headers: RawHeaders, body: Buffer): void
  /** It could not be reached: another target may be tried. Only before it accepted. */
  backendUnreachable(why: Cause): void
  /** It broke off, or said what can't be understood. */
  backendFailed(why: Cause): void
  /** It wants the connection broken off, without a close. Only after it accepted. */
  backendDisconnects(why: Cause): void
  /** It made a mistake that can be lived with. */
  backendErred(what: Cause): void
  /** A message or a part of one, see `FrameHandler.onPart`. */
  backendSays(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void
  /** It closes, or answers the client's close. */
  backendCloses(code: number | undefined, reason: string): void
  backendDrained(): void
}
