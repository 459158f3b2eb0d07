// What the machine of a WebSocket wants done.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { Target } from '../../grip/route-types'
import type { EndedEvent, RawHeaders } from '../../trace/events'
import type { Limits } from '../settings/options'

export type WebSocketCommand =
  /** Asks a target to take the connection. */
  | { readonly do: 'ask'; readonly target: Target; readonly why: 'request' | 'failover' }
  /** The backend takes it: so does the client's side. */
  | { readonly do: 'accept'; readonly headers: RawHeaders }
  /** The handshake is answered with something else than a WebSocket. */
  | {
      readonly do: 'reject'
      readonly status: number
      /** Undefined: the status's own. */
      readonly reason: string | undefined
      readonly headers: RawHeaders
      readonly body: Buffer
    }
  /** Records a close, or that a side is gone without one. `passed`: the other side is told. */
  | {
      readonly do: 'record-close'
      readonly from: 'client' | 'backend' | 'proxy'
      readonly code: number | undefined
      readonly reason: string
      readonly passed: boolean
    }
  | { readonly do: 'record-gone'; readonly passed: boolean }
  /** A limit was reached, and it goes on. */
  | { readonly do: 'tell-limit'; readonly limit: keyof Limits; readonly cause: Cause }
  | { readonly do: 'close-client'; readonly code: number | undefined; readonly reason: string }
  | { readonly do: 'drop-client' }
  | { readonly do: 'close-backend'; readonly code: number | undefined; readonly reason: string }
  /** The client is gone without a close. */
  | { readonly do: 'disconnect-backend' }
  /** The backend is heard no more. */
  | { readonly do: 'detach-backend' }
  /** Subscriptions are given up. */
  | { readonly do: 'release-session' }
  /** It is over. `stops`: the backend is stopped; false: it was told, and ends by itself. */
  | { readonly do: 'end'; readonly stops: boolean; readonly end: End }

/** What is recorded of the end. */
export type End = Pick<EndedEvent, 'how' | 'cause' | 'noted' | 'by' | 'code'>
