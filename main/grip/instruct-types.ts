// What a backend tells the proxy to do with a request.
import type { RawHeaders } from '../trace/events'

/** A channel that a hold listens to. */
export interface ChannelRef {
  readonly name: string
  readonly prevId?: string
  readonly filters: readonly string[]
}

export interface KeepAlive {
  readonly content: Buffer
  /** Milliseconds, at least 1,000. */
  readonly timeout: number
  readonly mode: 'idle' | 'interval'
}

/** A URI to ask next, as written: it may be relative to the request's. */
export interface Link {
  readonly uri: string
  /** Milliseconds without data until it is asked. */
  readonly timeout: number
}

export interface InstructHold {
  readonly mode: 'response' | 'stream'
  /** Milliseconds, at least 5,000 (but see `milliseconds`). */
  readonly timeout: number
  readonly channels: readonly ChannelRef[]
  /** Milliseconds that were asked for, where the timeout was raised to the least. */
  readonly raisedFrom?: number
  /** A channel that is named again without the prev-id that it had. */
  readonly lostPrevId?: string
  readonly keepAlive?: KeepAlive
}

export interface InstructResponse {
  readonly code: number
  readonly reason: string
  /** Without Grip-*; values as they go on the wire (each character one byte). */
  readonly headers: RawHeaders
  readonly body: Buffer
}

export interface Instruct {
  readonly hold?: InstructHold
  readonly response: InstructResponse
  readonly meta: Readonly<Record<string, string>>
  readonly next?: Link
  readonly gone?: Link
  readonly exposeHeaders: readonly string[]
  /** Filters of its channels, where one of them changes the first response. */
  readonly responseFilters?: readonly string[]
}
