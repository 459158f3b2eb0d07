// Where publishes come in to a hold, whatever its kind: is it over, has the item its format, must it wait for a link or a
// filter's backend, does a filter drop it? What is left, the hold decides. Nothing is sent here.
import type { Cause } from '../../../preload/vocabulary/causes'
import { type Decision, decide, NO_FORMAT, TOO_LATE } from '../channels/decision'
import type { Delivery, Filtered, Format, Subscription } from '../channels/delivery'
import { type WaitingMessage, WaitingQueue } from '../channels/waiting-messages'
import type { Limits } from '../settings/options'
import { type FilteredTaker, type FilteringHold, FilterQueue } from './filter-queue'

/** What an inbox needs of its hold. */
export interface InboxHold extends FilteringHold {
  readonly options: Pick<Limits, 'filterQueueMax' | 'linkQueueMax' | 'clientBufferMax'>
  /** What filters begin with; undefined: it can't be made, so that no backend is asked about it. */
  contentOf(delivery: Delivery, format: Format): Buffer | undefined
  /** Decides about an item that no filter has dropped. @param content undefined: as with `contentOf` */
  decide(delivery: Delivery, subscription: Subscription, content: Buffer | undefined): Decision
  /** A filter could not do its work. Returns true if the hold does something about it. */
  filterFailed(why: Cause): boolean
}

type State =
  | { readonly at: 'open' }
  /** What comes waits for the next link. */
  | { readonly at: 'parking'; readonly queue: WaitingQueue }
  | { readonly at: 'closed'; readonly decision: Decision }

const OPEN: State = { at: 'open' }
const CLOSED: State = { at: 'closed', decision: TOO_LATE }
const PARKED = decide('waiting', { code: 'link-first' })

export class HoldInbox implements FilteredTaker {
  readonly #hold: InboxHold
  #state: State = OPEN
  #filters: FilterQueue | undefined

  constructor(hold: InboxHold) {
    this.#hold = hold
  }

  /** What comes now waits, for the next link or a filter's backend. */
  get busy(): boolean {
    return this.#state.at === 'parking' || (this.#filters?.busy ?? false)
  }

  /** Nothing is taken any more. */
  get closed(): boolean {
    return this.#state.at === 'closed'
  }

  /** What the backends of filters decide about; undefined: no filter has asked one yet. */
  get filters(): FilterQueue | undefined {
    return this.#filters
  }

  /** Decides what becomes of a message. */
  take(delivery: Delivery, subscription: Subscription): Decision {
    const state = this.#state
    if (state.at === 'closed') return state.decision
    if (state.at === 'parking') {
      const full = state.queue.add({ delivery, subscription })
      return full === undefined ? PARKED : decide('rate-limited', full)
    }
    const format = delivery.formatFor(subscription)
    if (!format) return NO_FORMAT
    if (this.#filters?.busy) return this.#filters.wait(delivery, subscription)
    const content = this.#hold.contentOf(delivery, format)
    if (content !== undefined && delivery.asks(subscription)) {
      this.#filters ??= new FilterQueue(this.#hold, this)
      return this.#filters.take(delivery, subscription, content)
    }
    if (subscription.prevId !== undefined) subscription.prevId = delivery.item.id
    if (!format.haveContentFilters && subscription.filters.length === 0)
      return this.#hold.decide(delivery, subscription, content)
    const filtered = delivery.filtered(subscription, format, content)
    if (filtered.content === undefined) return this.#dropped(filtered)
    return this.#hold.decide(delivery, subscription, content && filtered.content)
  }

  /** Decides about a message that has been through filters which ask. */
  takeFiltered(delivery: Delivery, subscription: Subscription, filtered: Filtered): Decision {
    const state = this.#state
    if (state.at === 'closed') return state.decision
    if (!delivery.formatFor(subscription)) return NO_FORMAT
    if (subscription.prevId !== undefined) subscription.prevId = delivery.item.id
    if (filtered.content === undefined) return this.#dropped(filtered)
    return this.#hold.decide(delivery, subscription, filtered.content)
  }

  /** From now on, what comes waits for the next link. */
  park(): void {
    if (this.#state.at === 'open') this.#state = { at: 'parking', queue: this.#newQueue() }
  }

  /** What waits for filters waits for the next link too: backends are asked anew, if it still follows what that gives. */
  parkFiltered(): void {
    if (this.#state.at === 'parking' && this.#filters) this.#state.queue.takeOver(this.#filters.withdraw())
  }

  /** The next link was fetched. Returns what has waited for it, oldest first. */
  unpark(): readonly WaitingMessage[] {
    if (this.#state.at !== 'parking') return []
    const { queue } = this.#state
    this.#state = OPEN
    return queue.empty()
  }

  /** The hold takes nothing any more. @param decision about all that comes */
  close(decision = TOO_LATE): void {
    this.#state = decision === TOO_LATE ? CLOSED : { at: 'closed', decision }
  }

  /** The hold is over: what waits for filters is decided. */
  end(): void {
    this.close()
    this.#filters?.end()
  }

  #dropped({ why, fault, by }: Filtered & { content: undefined }): Decision {
    return decide('filtered', why, fault && this.#hold.filterFailed(why) ? 'run' : undefined, { by })
  }

  #newQueue(): WaitingQueue {
    const { options, waitingRoom } = this.#hold
    return new WaitingQueue(waitingRoom, {
      max: options.linkQueueMax,
      bytesMax: options.clientBufferMax,
      during: 'link',
    })
  }
}
