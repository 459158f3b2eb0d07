// What the machine of a WebSocket's GRIP session wants done.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { WsControl, WsMessageType } from '../../grip/ws-control'
import type { Subscription } from '../channels/delivery'
import type { FilterCommand } from '../holds/filter-queue'
import type { Limits } from '../settings/options'

export type KeepAliveControl = WsControl & { readonly type: 'keep-alive' }

export type SessionCommand =
  | FilterCommand
  /** Records what is in force. */
  | { readonly do: 'record-held'; readonly meta: Readonly<Record<string, string>> }
  /** `before`: a subscription to the same channel, which is given up for it. */
  | { readonly do: 'subscribe'; readonly subscription: Subscription; readonly before: Subscription | undefined }
  | { readonly do: 'unsubscribe'; readonly subscription: Subscription }
  /** The session is over: all subscriptions are given up. */
  | { readonly do: 'give-up'; readonly subscriptions: readonly Subscription[] }
  | { readonly do: 'keep-alive'; readonly control: KeepAliveControl }
  /** Sends a message later. */
  | { readonly do: 'delay'; readonly kind: WsMessageType; readonly content: Buffer; readonly ms: number }
  | { readonly do: 'flush-delayed' }
  | { readonly do: 'detach-backend' }
  | { readonly do: 'ask-backend' }
  | { readonly do: 'close'; readonly code: number | undefined; readonly reason: string }
  /** Closes with 1011. */
  | { readonly do: 'fail'; readonly why: Cause }
  /** The client does not read what it is sent. */
  | { readonly do: 'cut-off' }
  /** What is sent is not valid UTF-8, though it is text. */
  | { readonly do: 'note-bad-text'; readonly what: Cause }
  | { readonly do: 'tell-limit'; readonly limit: keyof Limits; readonly cause: Cause }
