// Control messages of a backend on a WebSocket: the JSON after `c:`.
import type { Problem } from '../trace/events'

export type WsMessageType = 'text' | 'binary' | 'ping' | 'pong'
export type WsControl =
  | { readonly type: 'subscribe'; readonly channel: string; readonly filters: readonly string[] }
  | { readonly type: 'unsubscribe'; readonly channel: string }
  | { readonly type: 'detach' }
  | { readonly type: 'session'; readonly id?: string }
  | { readonly type: 'set-meta'; readonly name: string; readonly value?: string }
  | {
      readonly type: 'keep-alive'
      /** Left out: keep-alives end. */
      readonly content?: Buffer
      readonly messageType: WsMessageType
      /** Milliseconds. */
      readonly timeout: number
      readonly mode: 'idle' | 'interval'
    }
  | {
      readonly type: 'send-delayed'
      readonly content: Buffer
      readonly messageType: WsMessageType
      /** Milliseconds. */
      readonly timeout: number
    }
  | { readonly type: 'flush-delayed' }
export type WsControlResult =
  | { readonly ok: true; readonly control: WsControl }
  | { readonly ok: false; readonly problem: Problem }
/** `data`: what follows `c:`. */
export declare function parseWsControl(data: Buffer): WsControlResult
