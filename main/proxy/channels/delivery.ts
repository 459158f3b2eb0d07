// One publish on its way to the subscriptions of its channel: finds what becomes of it for each.
import type { Cause } from '../../../preload/vocabulary/causes'
import { operationsOf, type PatchedBody, patchBody } from '../../grip/body-patch'
import {
  applyDeliveryFilters,
  applyFilters,
  contentFilterMismatch,
  type FilterContext,
  httpFilterOf,
} from '../../grip/filters'
import type { HttpResponseFormat, HttpStreamFormat, PublishItem, WsMessageFormat } from '../../grip/publish-types'
import { ExpandingLeft } from '../../grip/templates'
import type {
  DeliveryEvent,
  ExchangeId,
  FilteredBy,
  PublishId,
  ReceiverKind,
  SentReason,
  TraceSink,
} from '../../trace/events'
import type { Making } from '../../trace/events/terms'
import { type Decision, decide, NO_FORMAT } from './decision'
import { DeliveryRecord } from './delivery-record'
import type { ContentsRecord } from './sent-contents'

export type Format = HttpResponseFormat | HttpStreamFormat | WsMessageFormat

/** A content that has been through filters. */
export type Filtered =
  | { readonly content: Buffer }
  | {
      readonly content: undefined
      /** Which filter dropped it. */
      readonly why: Cause
      /** A filter could not do its work: Pushpin then ends the hold. */
      readonly fault: boolean
      readonly by: FilteredBy
    }

/** A hold, seen from a channel. */
export interface Receiver {
  readonly exchangeId: ExchangeId
  /** True: its exchange is not in the trace. */
  readonly unrecorded?: boolean
  /** Where its pauses are recorded. */
  readonly sink?: TraceSink
  /** How a backend or a command names the connection. */
  readonly connectionId: string
  readonly kind: ReceiverKind
  readonly meta: Readonly<Record<string, string>>
  readonly subscriptions: readonly Subscription[]
  /**
   * What the route puts before the names that its backends use. A WebSocket leaves it out: as in Pushpin 2.0, its filters
   * compare whole names (Pushpin 1.36 drops whatever `require-sub` looks at on a WebSocket).
   */
  readonly channelPrefix?: string
  /** True while it looks for news: what comes then waits, whatever it follows. */
  readonly looking?: boolean
  /** Why nothing can be sent to its client; undefined: it can. */
  readonly cannotTake?: Cause | undefined
  /** Decides what becomes of one publish. Nothing is sent yet. Must not throw. */
  take(delivery: Delivery, subscription: Subscription): Decision
  /** Does what was decided, after the outcome was recorded. Not called where nothing is to be done. */
  act(delivery: Delivery, decision: Decision): void
  /** Something for it waits at the gate: its timeouts stand still until nothing does. */
  pauseTimeouts?(on: boolean): void
  /** Looks for news by itself: asks the backend again, when its turn comes. */
  refresh(why: SentReason): void
}

/** One hold listening to one channel. */
export interface Subscription {
  /** Name with the route's prefix. */
  readonly channel: string
  readonly receiver: Receiver
  /** Id of the last message that the client has; undefined: order does not matter to this hold. */
  prevId: string | undefined
  readonly filters: readonly string[]
}

/** What a delivery needs of the channels that it comes from. */
export interface DeliveryOwner {
  /** A hold contradicts the last id of a channel. */
  forgetLastId(channel: string): void
  /** Records outcomes that came later than the publish. @param recorded the publish is in the trace */
  emitDelivery(delivery: Making<DeliveryEvent>, recorded: boolean): void
  /** For what filters made of the item, in a delivery to so many. @param room bytes that are kept; left out: as of a body */
  contentsRecord(receivers: number, room?: number): ContentsRecord
}

/** The item's content-filters are not the subscription's. */
export const MISMATCH: FilteredBy = { filter: 'content-filters', failed: true }
/** Bytes of bodies and patches that one message may work on, for all of its receivers. */
const PATCHED_MAX = 4 * 1024 * 1024

/** Bytes of bodies and patches that may not be exceeded. */
export interface TooMuch {
  readonly ok: false
  readonly over: number
}

export class Delivery {
  readonly item: PublishItem
  readonly p: PublishId
  readonly #channels: DeliveryOwner
  readonly #recorded: boolean
  #frame: Buffer | undefined
  #framed: Buffer | undefined
  #expanding: ExpandingLeft | undefined
  #patched: { readonly body: Buffer; readonly result: PatchedBody } | undefined
  #patchingLeft = PATCHED_MAX

  /** @param recorded the publish is in the trace. */
  constructor(item: PublishItem, p: PublishId, channels: DeliveryOwner, recorded = true) {
    this.#recorded = recorded
    this.item = item
    this.p = p
    this.#channels = channels
  }

  /** Decides for one subscription. What was decided must then be recorded, and done (`act`). */
  to(subscription: Subscription): Decision {
    return this.#check(subscription) ?? subscription.receiver.take(this, subscription)
  }

  /** Does what was decided for a receiver. */
  act(receiver: Receiver, decision: Decision): void {
    if (decision.act === 'refresh') {
      this.#channels.forgetLastId(this.item.channel)
      receiver.refresh('id-mismatch')
    } else if (decision.act !== undefined) receiver.act(this, decision)
  }

  /** What would come of it; undefined: it would be sent. */
  foresee(subscription: Subscription): Decision | undefined {
    const decision = this.#check(subscription)
    if (decision !== undefined) return decision
    const format = this.formatFor(subscription)
    const filtered = format && this.filtered(subscription, format)
    if (filtered && filtered.content === undefined) return decide('filtered', filtered.why)
    const { cannotTake } = subscription.receiver
    if (cannotTake !== undefined && format?.action === 'send') return decide('no-body', cannotTake)
    const asking = httpFilterOf(subscription.filters)
    return asking && decide('waiting', { code: 'filter-asks', filter: asking })
  }

  /** The format for a kind of receiver. */
  formatFor(subscription: Subscription): Format | undefined {
    const { formats } = this.item
    switch (subscription.receiver.kind) {
      case 'response':
        return formats.response
      case 'stream':
        return formats.stream
      case 'websocket':
        return formats.websocket
    }
  }

  /** The content after the filters of the subscription. */
  filtered(subscription: Subscription, format: Format, content = contentOf(format)): Filtered {
    const mismatch = this.mismatch(subscription)
    if (mismatch !== undefined) return { content: undefined, why: mismatch, fault: true, by: MISMATCH }
    if (subscription.filters.length === 0) return { content }
    const context = this.filterContext(subscription)
    const result =
      format.action === 'send'
        ? applyFilters(subscription.filters, context, content)
        : applyDeliveryFilters(subscription.filters, context)
    return result.send ? result : { content: undefined, why: result.why, fault: result.fault, by: result.by }
  }

  /** Why the format's content-filters are not those of the subscription; undefined: they are, or it names none. */
  mismatch(subscription: Subscription): Cause | undefined {
    const format = this.formatFor(subscription)
    return format?.haveContentFilters ? contentFilterMismatch(subscription.filters, format.filters) : undefined
  }

  /** True if a filter of the subscription asks a backend. */
  asks({ filters }: Subscription): boolean {
    return filters.length > 0 && httpFilterOf(filters) !== undefined
  }

  /** What the subscription's filters may look at. */
  filterContext({ receiver }: Subscription): FilterContext {
    // A backend knows nothing of the route's prefix.
    const prefix = receiver.channelPrefix ?? ''
    this.#expanding ??= new ExpandingLeft()
    const find = (channel: string): Subscription | undefined =>
      receiver.subscriptions.find((s) => s.channel === prefix + channel)
    return {
      connectionMeta: receiver.meta,
      itemMeta: this.item.meta,
      isSubscribed: (channel) => find(channel) !== undefined,
      prevIdOf: (channel) => find(channel)?.prevId,
      expanding: this.#expanding,
    }
  }

  /** Records an outcome that came later than the publish, and does what was decided. */
  settle(receiver: Receiver, decision: Decision): void {
    const record = new DeliveryRecord(1, () => this.#channels.contentsRecord(1))
    record.set(0, receiver, decision)
    const event = record.take({ p: this.p, channel: this.item.channel }, this.#recorded)
    this.#channels.emitDelivery(event, this.#recorded)
    this.act(receiver, decision)
  }

  /** The body of a held response with the item's patch. Made once for all that hold the same. */
  patch(body: Buffer, patch: Buffer): PatchedBody | TooMuch {
    if (this.#patched?.body.equals(body)) return this.#patched.result
    this.#patchingLeft -= body.length + patch.length
    if (this.#patchingLeft < 0) return { ok: false, over: PATCHED_MAX }
    const result = patchBody(body, operationsOf(patch))
    this.#patched = { body, result }
    return result
  }

  /** `content` as one chunk of a chunked body. Made once for all that get the same bytes. */
  chunk(content: Buffer): Buffer {
    if (this.#framed !== content || !this.#frame) {
      this.#framed = content
      this.#frame = asChunk(content)
    }
    return this.#frame
  }

  #check(subscription: Subscription): Decision | undefined {
    if (!this.formatFor(subscription)) return NO_FORMAT
    if (subscription.prevId === undefined || subscription.receiver.looking) return undefined
    if (follows(this.item, subscription)) return undefined
    const { prevId } = this.item
    const why = { code: 'follows-another', ...(prevId !== undefined && { prevId }), has: subscription.prevId } as const
    return decide('asked-again', why, 'refresh')
  }
}

/** What a format says that the client gets. */
export function contentOf(format: Format): Buffer {
  return 'content' in format ? format.content : format.body
}

/** Does an item come next after what a subscription's client has? An empty id is none. */
export function follows(item: PublishItem, { prevId }: Subscription): boolean {
  return (prevId ?? '') === (item.prevId ?? '')
}

/** Frames bytes as a chunk (RFC 9112, 7.1). */
export function asChunk(content: Buffer): Buffer {
  const head = `${content.length.toString(16)}\r\n`
  const frame = Buffer.allocUnsafe(head.length + content.length + 2)
  frame.write(head, 'latin1')
  content.copy(frame, head.length)
  frame[frame.length - 2] = 13
  frame[frame.length - 1] = 10
  return frame
}
