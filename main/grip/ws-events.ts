// WebSocket over HTTP: the codec of application/websocket-events.
import type { Problem } from '../trace/events'

export interface WsEvent {
  /** OPEN, TEXT, BINARY, PING, PONG, CLOSE, DISCONNECT; others are kept, and mean nothing. */
  readonly type: string
  readonly content?: Buffer
}
export type EventsResult =
  | { readonly ok: true; readonly events: WsEvent[] }
  | { readonly ok: false; readonly problem: Problem }
export declare const eventsContentType: 'application/websocket-events'
export declare function encodeEvents(events: readonly WsEvent[]): Buffer
export declare function decodeEvents(body: Buffer, maxBytes?: number): EventsResult
export declare function encodeClose(code: number | undefined, reason: string): Buffer | undefined
export declare function decodeClose(content: Buffer | undefined): { readonly code?: number; readonly reason: string }
