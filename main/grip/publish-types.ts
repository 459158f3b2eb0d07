// What a publisher sends, as it was understood: an item, and its format for each kind of hold.
import type { RawHeaders } from '../trace/events'

export type PublishAction = 'send' | 'close' | 'hint' | 'refresh'

export interface HttpResponseFormat {
  readonly kind: 'http-response'
  readonly action: PublishAction
  readonly code: number
  readonly reason: string
  /** Without Grip-*; values as they go on the wire. */
  readonly headers: RawHeaders
  /** From Grip-Expose-Headers among them. */
  readonly exposeHeaders: readonly string[]
  readonly body: Buffer
  /** JSON Patch for the body of the held response, as JSON text; then `body` is empty. */
  readonly bodyPatch?: Buffer
  /** content-filters: those that the subscription must have. */
  readonly filters: readonly string[]
  /** False: nothing is asked of the subscription. True with an empty list: it must have no content filters. */
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
  /** It was given none, not even an empty one. */
  readonly noContent?: true
  /** Text whose bytes are no UTF-8. */
  readonly notUtf8?: true
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
  /** Names of the formats as published, known or not: the first ones. */
  readonly formatNames: readonly string[]
  /** The formats as published: JSON text (published-formats.ts). */
  readonly published: Buffer
  /** Bytes, about. */
  readonly size: number
  /** The publisher asked for no ordering. */
  readonly noSeq: boolean
}
