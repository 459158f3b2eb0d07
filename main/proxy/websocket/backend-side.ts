// What the two ways to reach a WebSocket's backend have in common: plain, or as HTTP requests with events.
import type { RawHeaders } from '../../trace/events'

export type MessageKind = 'text' | 'binary' | 'ping' | 'pong'

/** The way to the backend of one WebSocket. */
export interface BackendSide {
  /** Asks the backend to take the connection. */
  open(): void
  /** False: it can take no more for now, see `BackendListener.backendDrained`. */
  send(kind: MessageKind, data: Buffer): boolean
  /** The client (or a publish) closed properly. `code` undefined: none was given. */
  close(code: number | undefined, reason: string): void
  /** The client is gone without a close. */
  disconnect(): void
  /** Asks the backend, with no event if there is none; false: this backend can't be asked. */
  refresh(): boolean
  /** The backend asked to be left alone from now on. */
  detach(): void
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
  backendUnreachable(message: string): void
  /** It broke off, or said what can't be understood. */
  backendFailed(message: string): void
  backendSays(kind: MessageKind, data: Buffer): void
  backendCloses(code: number | undefined, reason: string): void
  backendDrained(): void
}
