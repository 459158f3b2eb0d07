// What a stream hold does, without doing it: publishes, links, filters and the end come in as calls, and what is to be done
// comes out as decisions and commands. Nothing here touches a socket or a clock.
import type { Cause } from '../../../preload/vocabulary/causes'
import { applyResponseFilters } from '../../grip/filters'
import { streamFault } from '../../grip/instruct'
import type { Instruct } from '../../grip/instruct-types'
import { linkUrl } from '../../grip/link-url'
import type { HttpStreamFormat } from '../../grip/publish-types'
import type { SentReason } from '../../trace/events'
import { type Decision, decide, isFinal, SENT } from '../channels/decision'
import { type Delivery, type Format, follows, type Subscription } from '../channels/delivery'
import type { WaitingMessage, WaitingRoom } from '../channels/waiting-messages'
import type { Limits } from '../settings/options'
import { Commands } from './commands'
import type { FilterCommand } from './filter-queue'
import { HoldInbox, type InboxHold } from './inbox'
import type { StreamCommand } from './stream-commands'

/** What the machine knows of the world. */
export interface StreamWorld {
  readonly waitingRoom: WaitingRoom
  readonly options: Pick<Limits, 'filterQueueMax' | 'linkQueueMax' | 'clientBufferMax' | 'instructMax'>
  /** Faults are told to the client. */
  readonly debug: boolean
  /** The client's own request. */
  readonly url: URL
  readonly channelPrefix: string
  /** Why nothing can be sent to the client; undefined: it can. */
  readonly cannotTake: Cause | undefined
  /** True: with so many bytes more, too much would wait for the client to read it. */
  overflows(bytes: number): boolean
  /** True: a filter's request to this URL may go at once. */
  mayAsk(url: string): boolean
  /** The subscriptions that an instruct asks for. */
  subscriptionsFor(instruct: Instruct): readonly Subscription[]
}

/** A reason to request the link once more. `now`: it need not wait for its turn. */
interface Again {
  readonly why: SentReason
  readonly now: boolean
}

type State =
  | { readonly at: 'starting' }
  | { readonly at: 'holding' }
  /** Waits for its turn to request the next link. */
  | { readonly at: 'turn' }
  /** The next link is being fetched. `again`: what asked for it meanwhile. `body`: what is filtered as a whole. */
  | { readonly at: 'requesting'; again: Again | undefined; body: Buffer[]; size: number }
  /** Its end was decided. */
  | { readonly at: 'ending' }
  | { readonly at: 'over' }

/** What waited for the link and goes out after its answer. */
interface CatchUp {
  readonly messages: readonly WaitingMessage[]
  /** How many were taken out. */
  done: number
  /** From here on, each follows the one before it. */
  following: boolean
  readonly again: Again | undefined
}

const HOLDING: State = { at: 'holding' }
const CLOSED = decide('closed', undefined, 'run')
const REQUESTED = decide('asked-again', undefined, 'run')
const SLOW = decide('client-slow', undefined, 'run')
const ENDED_BY_LINK = decide('too-late', { code: 'link-ended-it' })
const IN_ANSWER = decide('too-late', { code: 'in-link-answer' })
const HOLD_ENDED = decide('too-late', { code: 'hold-ended' })

export class StreamMachine implements InboxHold {
  readonly #world: StreamWorld
  readonly #commands = new Commands<StreamCommand>()
  readonly #inbox: HoldInbox
  #state: State = { at: 'starting' }
  /** What to do next, until the hold of it has begun. */
  #instruct: Instruct | undefined
  meta: Readonly<Record<string, string>>
  #subscriptions: readonly Subscription[] = []
  /** Filters for what the next link gives. */
  #linkFilters: readonly string[] | undefined
  /** Where links are resolved against, once one was asked. */
  #base: URL | undefined
  #next: URL | undefined
  /** Starts the link's timeout anew. */
  #watch: StreamCommand = { do: 'unwatch-link' }
  /** Channels that had data since. */
  #heard: Set<string> | undefined
  #catchUp: CatchUp | undefined

  constructor(world: StreamWorld, instruct: Instruct) {
    this.#world = world
    this.#inbox = new HoldInbox(this)
    this.meta = instruct.meta
    this.#follow(instruct)
  }

  get subscriptions(): readonly Subscription[] {
    return this.#subscriptions
  }

  get at(): State['at'] {
    return this.#state.at
  }

  get inbox(): HoldInbox {
    return this.#inbox
  }

  // What its inbox asks for.

  get waitingRoom(): WaitingRoom {
    return this.#world.waitingRoom
  }

  get options(): StreamWorld['options'] {
    return this.#world.options
  }

  get debug(): boolean {
    return this.#world.debug
  }

  get base(): URL {
    return this.#base ?? this.#world.url
  }

  mayAsk(url: string): boolean {
    return this.#world.mayAsk(url)
  }

  put(command: FilterCommand): void {
    this.#commands.put(command)
  }

  /** What is to be done next; undefined: nothing. */
  nextCommand(): StreamCommand | undefined {
    return this.#commands.next()
  }

  // ---- publishes ---------------------------------------------------------------------------------------------------

  take(delivery: Delivery, subscription: Subscription): Decision {
    return this.#inbox.take(delivery, subscription)
  }

  contentOf({ item }: Delivery, _format: Format): Buffer | undefined {
    return item.formats.stream?.content
  }

  decide({ item }: Delivery, subscription: Subscription, content: Buffer | undefined): Decision {
    const format = item.formats.stream
    if (!format || !content) return decide('no-format')
    switch (format.action) {
      case 'send':
        return this.#send(format, content, subscription)
      case 'close':
        this.#end({ do: 'finish', how: 'closed' })
        return CLOSED
      case 'hint':
      case 'refresh':
        if (!this.#next) return decide('bad-item', { code: 'no-next-link', action: format.action })
        this.#request(format.action)
        return REQUESTED
    }
  }

  filterFailed(why: Cause): boolean {
    this.#fail({ code: 'filter-error', why })
    return true
  }

  #send(format: HttpStreamFormat, content: Buffer, { channel }: Subscription): Decision {
    const { cannotTake } = this.#world
    if (cannotTake !== undefined) return decide('no-body', cannotTake)
    // What waited for the link goes out at once: the client could not have read it yet.
    if (content.length > 0 && !this.#catchUp && this.#world.overflows(content.length)) {
      this.#end({ do: 'cut-off' })
      return SLOW
    }
    if (this.#next) this.#noteHeard(channel)
    if (content === format.content || content.equals(format.content)) return SENT
    return decide('delivered', undefined, 'send', { made: content })
  }

  /** Once every channel had data, the link's timeout begins anew. */
  #noteHeard(channel: string): void {
    this.#heard ??= new Set()
    this.#heard.add(channel)
    if (this.#heard.size === this.#subscriptions.length) this.#watchLink()
  }

  // ---- holding -----------------------------------------------------------------------------------------------------

  /** The first response has been sent; what is published from now on follows it. */
  start(): void {
    if (this.#instruct?.hold) this.#begin(this.#instruct)
    else this.#request('next')
  }

  /** Asks the next link when its turn comes. What is published until then waits for the answer. */
  refresh(why: SentReason): void {
    const state = this.#state
    if (state.at === 'requesting') state.again ??= { why, now: false }
    if (state.at !== 'holding' || !this.#next) return
    this.#state = { at: 'turn' }
    this.#inbox.park()
    this.#commands.put({ do: 'unwatch-link' })
    this.#commands.put({ do: 'await-turn', why, url: this.#next.href })
  }

  /** Its turn to request the link. */
  turn(why: SentReason): void {
    if (this.#state.at === 'turn') this.#request(why)
  }

  /** The response has ended: gives up all that it has. */
  release(): void {
    if (this.#state.at === 'over') return
    this.#state = { at: 'over' }
    this.#commands.put({ do: 'unwatch-link' })
    if (this.#next) this.#commands.put({ do: 'leave-turn', url: this.#next.href })
    this.#commands.put({ do: 'stop-link' })
    const parked = this.#inbox.unpark()
    this.#inbox.end()
    this.#commands.put({ do: 'give-up', subscriptions: this.#subscriptions })
    for (const { delivery } of parked) this.#commands.put({ do: 'settle', delivery, decision: HOLD_ENDED })
  }

  /** The hold of the instruct begins; or the response ends, if it can't be held. */
  #begin(instruct: Instruct): void {
    const fault = this.#next ? undefined : streamFault(instruct)
    if (fault !== undefined) {
      this.#fail(fault)
      return
    }
    const before = this.#subscriptions
    this.#subscriptions = this.#world.subscriptionsFor(instruct)
    this.#commands.put({ do: 'hold', instruct, subscriptions: this.#subscriptions, before })
    this.#state = HOLDING
    this.#instruct = undefined
    this.#watchLink()
  }

  /** Without data for the link's timeout, the link is asked. */
  #watchLink(): void {
    this.#heard?.clear()
    this.#commands.put(this.#watch)
  }

  // ---- links -------------------------------------------------------------------------------------------------------

  #follow(instruct: Instruct): void {
    this.#instruct = instruct
    this.#linkFilters = instruct.responseFilters
    const next = instruct.next && linkUrl(instruct.next.uri, this.base)
    this.#next = next
    this.#watch =
      next && instruct.next
        ? { do: 'watch-link', ms: instruct.next.timeout, path: next.origin + next.pathname }
        : { do: 'unwatch-link' }
  }

  #request(why: SentReason): void {
    const state = this.#state
    if (state.at === 'requesting') state.again = { why, now: true }
    if (state.at === 'requesting' || state.at === 'ending' || state.at === 'over' || !this.#next) return
    this.#commands.put({ do: 'unwatch-link' })
    this.#state = { at: 'requesting', again: undefined, body: [], size: 0 }
    this.#inbox.park()
    this.#inbox.parkFiltered()
    const lastIds = new Map<string, string>()
    const { channelPrefix } = this.#world
    for (const { channel, prevId } of this.#subscriptions) {
      if (prevId !== undefined) lastIds.set(channel.slice(channelPrefix.length), prevId)
    }
    this.#commands.put({ do: 'request-link', url: this.#next, from: this.base, lastIds, why })
  }

  /** A part of the link's answer. True: it goes to the client as it is; false: it is filtered as a whole, later. */
  linkData(chunk: Buffer): boolean {
    const state = this.#state
    if (!this.#linkFilters) return true
    if (state.at !== 'requesting') return false
    state.body.push(chunk)
    state.size += chunk.length
    const { instructMax } = this.#world.options
    if (state.size > instructMax)
      this.#fail({ code: 'filter-error', why: { code: 'link-answer-long', max: instructMax } })
    return false
  }

  /** The link's answer is whole. Its instruct replaces the old one. */
  linkDone(instruct: Instruct): void {
    const state = this.#state
    if (state.at !== 'requesting' || !this.#sendLinkBody(state.body)) return
    this.#base = this.#next ?? this.#base
    this.meta = instruct.meta
    this.#follow(instruct)
    this.#state = HOLDING
    if (instruct.hold) {
      this.#begin(instruct)
      const messages = this.#inbox.unpark()
      this.#catchUp = { messages, done: 0, following: false, again: state.again }
      this.catchUp()
    } else if (this.#next) {
      this.#request('next')
      if (this.#state.at === 'requesting') this.#state.again = state.again
    } else {
      this.#end({ do: 'finish', how: 'complete' })
    }
  }

  /** All tries failed, or the answer can't be used. */
  linkFailed(why: Cause): void {
    const state = this.#state
    if (state.at !== 'requesting' || !this.#sendLinkBody(state.body)) return
    this.#fail({ code: 'link-failed', why })
  }

  /** Sends what the link gave, where it has to be filtered as a whole. False: a filter failed. */
  #sendLinkBody(body: readonly Buffer[]): boolean {
    if (body.length === 0 || !this.#linkFilters) return true
    const filtered = applyResponseFilters(this.#linkFilters, this.meta, Buffer.concat(body))
    if (filtered.send) this.#commands.put({ do: 'send-link-body', content: filtered.content })
    else this.#fail({ code: 'filter-error', why: filtered.why })
    return filtered.send
  }

  /** Takes out one message that has waited for the link: what its answer had already told is dropped, the rest follows. */
  catchUp(): void {
    const waited = this.#catchUp
    if (!waited) return
    const message = waited.messages[waited.done++]
    if (message) {
      const decision = this.#afterLink(message, waited)
      if (isFinal(decision)) this.#commands.put({ do: 'settle', delivery: message.delivery, decision })
      this.#commands.put({ do: 'catch-up' })
      return
    }
    this.#catchUp = undefined
    const { again } = waited
    if (again?.now) this.#request(again.why)
    else if (again) this.refresh(again.why)
  }

  #afterLink({ delivery, subscription: old }: WaitingMessage, waited: CatchUp): Decision {
    const subscription = this.#subscriptions.find((s) => s.channel === old.channel)
    if (this.#state.at !== 'holding' || !subscription) return ENDED_BY_LINK
    if (!waited.following && subscription.prevId !== undefined && !follows(delivery.item, subscription))
      return IN_ANSWER
    waited.following = true
    return delivery.to(subscription)
  }

  // ---- the end -----------------------------------------------------------------------------------------------------

  #fail(why: Cause): void {
    this.#end({ do: 'fail', why })
  }

  #end(command: StreamCommand): void {
    if (this.#state.at === 'ending' || this.#state.at === 'over') return
    this.#state = { at: 'ending' }
    const parked = this.#inbox.unpark()
    for (const { delivery } of parked) this.#commands.put({ do: 'settle', delivery, decision: HOLD_ENDED })
    this.#inbox.close()
    this.#commands.put(command)
  }
}
