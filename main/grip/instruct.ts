// What a backend tells the proxy to do with a request: types, and the one function that reads it from an answer.
import type { Problem, RawHeaders } from '../trace/events'

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
export interface Hold {
  readonly mode: 'response' | 'stream'
  /** Milliseconds, at least 5,000. */
  readonly timeout: number
  readonly channels: readonly ChannelRef[]
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
  readonly hold?: Hold
  readonly response: InstructResponse
  readonly meta: Readonly<Record<string, string>>
  readonly next?: Link
  readonly gone?: Link
  readonly exposeHeaders: readonly string[]
}
export interface BackendAnswer {
  readonly status: number
  readonly reason: string
  readonly headers: RawHeaders
  readonly body: Buffer
}
export type InstructSource = 'headers' | 'json'
export type InstructResult =
  | {
      readonly ok: true
      readonly from: InstructSource
      readonly instruct: Instruct
      /** What was ignored or is likely a mistake. */
      readonly warnings: readonly Problem[]
    }
  | { readonly ok: false; readonly from: InstructSource; readonly problems: readonly Problem[] }

export declare function gripOf(headers: RawHeaders): 'none' | InstructSource
export declare function readInstruct(answer: BackendAnswer): InstructResult
