// What a publisher sends: items with a channel and one format for each kind of hold.
import type { Problem, RawHeaders } from '../trace/events'

export type PublishAction = 'send' | 'close' | 'hint' | 'refresh'
export interface HttpResponseFormat {
  readonly kind: 'http-response'
  readonly action: PublishAction
  readonly code: number
  readonly reason: string
  readonly headers: RawHeaders
  readonly body: Buffer
  readonly bodyPatch?: readonly unknown[]
  readonly filters: readonly string[]
  readonly haveContentFilters: boolean
}
export interface HttpStreamFormat {
  readonly kind: 'http-stream'
  readonly action: PublishAction
  readonly content: Buffer
  readonly filters: readonly string[]
  readonly haveContentFilters: boolean
}
export interface WsMessageFormat {
  readonly kind: 'ws-message'
  readonly action: PublishAction
  readonly type: 'text' | 'binary' | 'ping' | 'pong'
  readonly content: Buffer
  readonly code?: number
  readonly reason?: string
  readonly filters: readonly string[]
  readonly haveContentFilters: boolean
}
export interface PublishFormats {
  readonly response?: HttpResponseFormat
  readonly stream?: HttpStreamFormat
  readonly websocket?: WsMessageFormat
}
export interface PublishItem {
  readonly channel: string
  readonly id?: string
  readonly prevId?: string
  readonly meta?: Readonly<Record<string, string>>
  readonly formats: PublishFormats
  /** Formats as published, by name: JSON values. */
  readonly json: Readonly<Record<string, unknown>>
  /** Bytes, about. */
  readonly size: number
  /** The publisher asked for no ordering. */
  readonly noSeq: boolean
}
export type ItemResult =
  | { readonly ok: true; readonly item: PublishItem }
  | { readonly ok: false; readonly problem: Problem }
export type CallResult =
  | { readonly ok: true; readonly items: PublishItem[] }
  | { readonly ok: false; readonly problem: Problem }

export declare function parsePublishCall(body: Buffer): CallResult
export declare function parsePublishItem(value: unknown, field: string): ItemResult
/** One ZeroMQ message: TNetString, or JSON after a leading `J`. `channel`: from the topic frame of a SUB socket. */
export declare function parsePublishFrame(frame: Buffer, channel?: string): ItemResult
