// What the machine of a WebSocket over HTTP wants done.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { WsMessageType } from '../../grip/ws-control'
import type { RawHeaders, SentReason } from '../../trace/events'
import type { Limits } from '../settings/options'

export type OverHttpCommand =
  /** Sends events to the backend. `headers`: those that only this request has. */
  | { readonly do: 'post'; readonly body: Buffer; readonly headers: readonly string[]; readonly why: SentReason }
  /** Sends the same again after a pause. `failed`: tries that failed before this one. */
  | { readonly do: 'pause-before-retry'; readonly failed: number }
  /** The backend is asked, also without events, after `ms`. */
  | { readonly do: 'keep-alive'; readonly ms: number }
  /** Reads the events of an answer. */
  | { readonly do: 'decode'; readonly headers: RawHeaders; readonly body: Buffer }
  /** Hands over the events that were read, one after the other. */
  | { readonly do: 'hand-over' }
  /** Nothing is asked any more. */
  | { readonly do: 'stop' }
  /** A limit was reached, and the connection goes on. */
  | { readonly do: 'tell-limit'; readonly limit: keyof Limits; readonly cause: Cause }
  // What the exchange is told.
  | { readonly do: 'accept'; readonly headers: RawHeaders }
  | {
      readonly do: 'reject'
      readonly status: number
      readonly reason: string
      readonly headers: RawHeaders
      readonly body: Buffer
    }
  | { readonly do: 'unreachable'; readonly why: Cause }
  | { readonly do: 'fail'; readonly why: Cause }
  | { readonly do: 'disconnect'; readonly why: Cause }
  /** The backend made a mistake that can be lived with. */
  | { readonly do: 'note'; readonly what: Cause }
  | { readonly do: 'say'; readonly kind: WsMessageType; readonly data: Buffer }
  | { readonly do: 'close'; readonly code: number | undefined; readonly reason: string }
  /** There is room for messages of the client again. */
  | { readonly do: 'drained' }
