// What the machine of a stream hold wants done.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { Instruct } from '../../grip/instruct-types'
import type { SentReason } from '../../trace/events'
import type { Subscription } from '../channels/delivery'
import type { FilterCommand } from './filter-queue'

export type StreamCommand =
  | FilterCommand
  /** A hold begins. `before`: subscriptions that are given up for it. */
  | {
      readonly do: 'hold'
      readonly instruct: Instruct
      readonly subscriptions: readonly Subscription[]
      readonly before: readonly Subscription[]
    }
  /** The link is due after `ms` without data. */
  | { readonly do: 'watch-link'; readonly ms: number; readonly path: string }
  | { readonly do: 'unwatch-link' }
  /** Waits for its turn to request the link. */
  | { readonly do: 'await-turn'; readonly why: SentReason; readonly url: string }
  | { readonly do: 'leave-turn'; readonly url: string }
  | {
      readonly do: 'request-link'
      readonly url: URL
      readonly from: URL
      readonly lastIds: ReadonlyMap<string, string>
      readonly why: SentReason
    }
  | { readonly do: 'stop-link' }
  /** Sends what the link gave. */
  | { readonly do: 'send-link-body'; readonly content: Buffer }
  /** The next message that has waited for the link is to be taken out. */
  | { readonly do: 'catch-up' }
  | { readonly do: 'give-up'; readonly subscriptions: readonly Subscription[] }
  | { readonly do: 'finish'; readonly how: 'closed' | 'complete' }
  | { readonly do: 'fail'; readonly why: Cause }
  | { readonly do: 'cut-off' }
