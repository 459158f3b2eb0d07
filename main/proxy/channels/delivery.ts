// One publish on its way to the subscriptions of its channel: says what comes of it for each, and does it.
import { operationsOf, type PatchedBody, patchBody } from '../../grip/body-patch'
import {
  applyDeliveryFilters,
  applyFilters,
  askingFilter,
  contentFilterMismatch,
  type FilterContext,
} from '../../grip/filters'
import type { HttpResponseFormat, HttpStreamFormat, PublishItem, WsMessageFormat } from '../../grip/publish-types'
import { ExpandingLeft } from '../../grip/templates'
import {
  type DeliveryEvent,
  type ExchangeId,
  OUTCOMES,
  type Outcome,
  type PublishId,
  type ReceiverKind,
  type SentReason,
} from '../../trace/events'
import type { ContentsRecord } from './sent-contents'

/** Outcome names to their codes. */
export const OUTCOME = Object.fromEntries(OUTCOMES.map((name, code) => [name, code])) as Readonly<
  Record<Outcome, number>
>

export type Format = HttpResponseFormat | HttpStreamFormat | WsMessageFormat

export interface Filtered {
  readonly content: Buffer | undefined
  /** A filter could not do its work: Pushpin then ends the hold. */
  readonly fault?: boolean
}

/** A hold, seen from a channel. */
export interface Receiver {
  readonly exchangeId: ExchangeId
  /** True: its exchange is not in the trace. */
  readonly unrecorded?: boolean
  /** How a backend or a command names the connection. */
  readonly connectionId: string
  readonly kind: ReceiverKind
  readonly meta: Readonly<Record<string, string>>
  readonly subscriptions: readonly Subscription[]
  /** What the route puts before the names that its backends use. */
  readonly channelPrefix?: string
  /** True while it looks for news: what comes then waits, whatever it follows. */
  readonly looking?: boolean
  /** Why nothing can be sent to its client, in words; undefined: it can. */
  readonly cannotTake?: string | undefined
  /** Takes one publish, or tells why it can't. Must not throw. Returns an index into OUTCOMES. */
  take(delivery: Delivery, subscription: Subscription): number
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
  emitDelivery(delivery: Omit<DeliveryEvent, 'type' | 't'>, recorded: boolean): void
  /** For what filters made of the item, in a delivery to so many. */
  contentsRecord(receivers: number): ContentsRecord
}

/** Bytes of bodies and patches that one message may work on, for all of its receivers. */
const PATCHED_MAX = 4 * 1024 * 1024

export class Delivery {
  readonly item: PublishItem
  readonly p: PublishId
  /** Words for the outcome that was just returned, where the code alone does not say it. */
  why: string | undefined
  /** Of a WebSocket that it was just delivered to: its number among the messages. 0: it has none. */
  number = 0
  /** What the client got instead of the item's own content, of the outcome that was just returned. */
  made: Buffer | undefined
  readonly #channels: DeliveryOwner
  readonly #recorded: boolean
  #frame: Buffer | undefined
  #framed: Buffer | undefined
  readonly #expanding = new ExpandingLeft()
  #patched: { readonly body: Buffer; readonly result: PatchedBody } | undefined
  #patchingLeft = PATCHED_MAX

  /** @param recorded the publish is in the trace. */
  constructor(item: PublishItem, p: PublishId, channels: DeliveryOwner, recorded = true) {
    this.#recorded = recorded
    this.item = item
    this.p = p
    this.#channels = channels
  }

  /** Delivers to one subscription; returns an index into OUTCOMES. */
  to(subscription: Subscription): number {
    const outcome = this.#check(subscription)
    if (outcome === OUTCOME['asked-again']) {
      this.#channels.forgetLastId(this.item.channel)
      this.why ??= `the message follows ${quoted(this.item.prevId)}, this hold has ${quoted(subscription.prevId)}`
      subscription.receiver.refresh('id-mismatch')
      return outcome
    }
    return outcome === undefined ? subscription.receiver.take(this, subscription) : outcome
  }

  /** What would come of it, without doing it; undefined: it would be sent. */
  foresee(subscription: Subscription): number | undefined {
    const outcome = this.#check(subscription)
    if (outcome !== undefined) return outcome
    const { content } = this.filtered(subscription)
    if (content === undefined) return OUTCOME.filtered
    const { cannotTake } = subscription.receiver
    if (cannotTake !== undefined && this.formatFor(subscription)?.action === 'send') {
      this.why = cannotTake
      return OUTCOME['no-body']
    }
    const asking = askingFilter(subscription.filters)
    if (!asking) return undefined
    this.why = `${asking} asks the backend, which decides`
    return OUTCOME.waiting
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

  /** The content after the filters of the subscription; undefined: dropped, and `why` says by which. */
  filtered(subscription: Subscription, body?: Buffer): Filtered {
    const format = this.formatFor(subscription)
    if (!format) return { content: undefined }
    const content = body ?? ('content' in format ? format.content : format.body)
    if (format.haveContentFilters) {
      this.why = this.mismatch(subscription)
      if (this.why !== undefined) return { content: undefined, fault: true }
    }
    if (subscription.filters.length === 0) return { content }
    const context = this.filterContext(subscription)
    const result =
      format.action === 'send'
        ? applyFilters(subscription.filters, context, content)
        : applyDeliveryFilters(subscription.filters, context)
    if (result.send) return { content: result.content }
    this.why = result.why
    return { content: undefined, fault: result.fault }
  }

  /** Why the format's content-filters are not those of the subscription; undefined: they are, or it names none. */
  mismatch(subscription: Subscription): string | undefined {
    const format = this.formatFor(subscription)
    return format?.haveContentFilters ? contentFilterMismatch(subscription.filters, format.filters) : undefined
  }

  /** True if a filter of the subscription asks a backend. */
  asks({ filters }: Subscription): boolean {
    return filters.length > 0 && askingFilter(filters) !== undefined
  }

  /** What the subscription's filters may look at. */
  filterContext({ receiver }: Subscription): FilterContext {
    // A backend knows nothing of the route's prefix.
    const prefix = receiver.channelPrefix ?? ''
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

  /** The number, once: the next receiver has its own. */
  takeNumber(): number {
    const { number } = this
    this.number = 0
    return number
  }

  /** Notes what a client got. `own`: what the item says. */
  noteSent(content: Buffer, own: Buffer): void {
    if (content !== own && !content.equals(own)) this.made = content
  }

  /** Records an outcome that came later than the publish, with `why`. */
  settle({ exchangeId, unrecorded }: Pick<Receiver, 'exchangeId' | 'unrecorded'>, outcome: number): void {
    const number = this.takeNumber()
    const { made } = this
    this.made = undefined
    let contents: ContentsRecord | undefined
    if (made) {
      contents = this.#channels.contentsRecord(1)
      contents.add(0, made)
    }
    const delivery = {
      p: this.p,
      channel: this.item.channel,
      exchanges: Uint32Array.of(exchangeId),
      outcomes: Uint8Array.of(outcome),
      ...(number !== 0 && { numbers: Uint32Array.of(number) }),
      ...(this.why !== undefined && { why: { 0: this.why } }),
      ...(contents && this.#recorded && { made: contents.take() }),
      ...(unrecorded && { unrecorded: Uint8Array.of(1) }),
    }
    this.#channels.emitDelivery(delivery, this.#recorded)
  }

  /** The body of a held response with the item's patch. Made once for all that hold the same. */
  patch(body: Buffer, patch: Buffer): PatchedBody {
    if (this.#patched?.body.equals(body)) return this.#patched.result
    this.#patchingLeft -= body.length + patch.length
    if (this.#patchingLeft < 0)
      return { ok: false, why: `more than ${PATCHED_MAX} bytes would be patched for one message` }
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

  #check(subscription: Subscription): number | undefined {
    if (!this.formatFor(subscription)) return OUTCOME['no-format']
    if (subscription.prevId === undefined || subscription.receiver.looking) return undefined
    return follows(this.item, subscription) ? undefined : OUTCOME['asked-again']
  }
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

function quoted(id: string | undefined): string {
  if (id === undefined) return 'no id'
  return `id "${id.length > 60 ? `${id.slice(0, 59)}…` : id}"`
}
