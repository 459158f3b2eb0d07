// A response hold (long-polling): answers nothing until a publish or the timeout.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { Instruct } from '../../grip/instruct-types'
import type { HttpResponseFormat } from '../../grip/publish-types'
import { MIN_CODE } from '../../grip/status'
import type { EndReason, SentReason } from '../../trace/events'
import { type Decision, decide, TOO_LATE } from '../channels/decision'
import type { Delivery, Subscription } from '../channels/delivery'
import type { HttpExchangeScope } from '../exchange/exchange-scope'
import { heldHeaders, overlayHeaders } from '../http/headers'
import type { Refreshable } from '../pacing/refreshes'
import type { HasTimeout } from '../pacing/wheel'
import { Commands } from './commands'
import type { FilterCommand, FilterQueue } from './filter-queue'
import { Hold } from './hold'
import { recordHold, subscriptionsFor } from './hold-subscriptions'
import { HoldInbox, type InboxHold } from './inbox'

type Command =
  /** Goes to the backend again. */
  | { readonly do: 'ask-again'; readonly why: SentReason }
  /** Answers with an error page. */
  | { readonly do: 'fail'; readonly why: Cause }

/** It has missed a message: only its backend can tell what comes next. */
const BEHIND = decide('too-late', { code: 'answer-has-it' })

export class ResponseHold extends Hold<Command> implements HasTimeout, InboxHold, Refreshable {
  readonly kind = 'response'
  dueTick = 0
  protected readonly owner: HttpExchangeScope
  readonly #instruct: Instruct
  readonly subscriptions: readonly Subscription[]
  readonly #inbox: HoldInbox
  readonly #commands = new Commands<Command | FilterCommand>()
  /** What its client is answered with. */
  #content: Buffer | undefined
  #over = false
  /** When it times out. While something for it waits at the gate: the time that is left then. */
  #due = 0

  constructor(exchange: HttpExchangeScope, instruct: Instruct) {
    super()
    this.owner = exchange
    this.#instruct = instruct
    this.#inbox = new HoldInbox(this)
    this.subscriptions = subscriptionsFor(this, exchange, instruct)
  }

  get connectionId(): string {
    return String(this.owner.id)
  }

  get channelPrefix(): string {
    return this.owner.route?.prefix ?? ''
  }

  get meta(): Readonly<Record<string, string>> {
    return this.#instruct.meta
  }

  get looking(): boolean {
    return this.#inbox.closed || this.#inbox.busy
  }

  get base(): URL {
    return this.owner.url
  }

  start(): void {
    const { context } = this.owner
    const timeout = this.#instruct.hold?.timeout ?? 0
    recordHold(this.owner, this.#instruct, 'response', this.subscriptions)
    for (const subscription of this.subscriptions) context.channels.subscribe(subscription)
    context.wheel.set(this, timeout)
    this.#due = this.owner.sink.now() + timeout
  }

  take(delivery: Delivery, subscription: Subscription): Decision {
    return this.#inbox.take(delivery, subscription)
  }

  contentOf(delivery: Delivery): Buffer | undefined {
    const format = delivery.item.formats.response
    if (!format?.bodyPatch) return format?.body
    const patched = delivery.patch(this.#instruct.response.body, format.bodyPatch)
    return patched.ok ? patched.body : undefined
  }

  decide(delivery: Delivery, _subscription: Subscription, content: Buffer | undefined): Decision {
    const format = delivery.item.formats.response
    if (!format) return TOO_LATE
    if (content === undefined) return this.#cannotPatch(delivery, format)
    if (format.action === 'hint') {
      this.#end({ do: 'ask-again', why: 'hint' })
      return decide('asked-again', { code: 'only-a-hint' }, 'run')
    }
    if (format.action !== 'send') return decide('bad-item', { code: 'response-action', action: format.action })
    if (format.code < MIN_CODE) return this.#bad({ code: 'response-status', status: format.code })
    this.#inbox.close()
    this.#content = content
    const noBody = this.owner.reply.whyNoBody(format.code)
    if (noBody !== undefined) {
      const why = content.length > 0 ? ({ code: 'answered-without-body', noBody } as const) : undefined
      return decide('delivered', why, 'send')
    }
    const made = content === format.body || content.equals(format.body) ? undefined : content
    return decide('delivered', undefined, 'send', { made })
  }

  filterFailed(why: Cause): boolean {
    this.#end({ do: 'fail', why: { code: 'filter-error', why } })
    return true
  }

  put(command: FilterCommand): void {
    this.#commands.put(command)
  }

  /** Asks again when its turn comes. Until then it takes what is published, unless it has missed something. */
  refresh(why: SentReason): void {
    if (this.#over) return
    if (why === 'id-mismatch' && !this.#inbox.closed) this.#inbox.close(BEHIND)
    this.owner.context.refreshes.add(this, why, OWN_REQUEST)
  }

  refreshNow(why: SentReason): void {
    this.#askAgain(why)
  }

  onTimeout(): void {
    this.#timeout('timed-out')
  }

  /** The proxy stops: the client gets the timeout response now, and polls again. */
  stop(): void {
    this.#timeout('stopped')
  }

  pauseTimeouts(on: boolean): void {
    if (this.#over) return
    const now = this.owner.sink.now()
    const left = on ? this.#due - now : this.#due
    this.#due = on ? left : now + left
    if (on) this.owner.context.wheel.clear(this)
    else this.owner.context.wheel.set(this, left)
  }

  /** Gives up its subscriptions and its timer. */
  release(): void {
    if (this.#over) return
    this.#over = true
    const { context } = this.owner
    context.wheel.clear(this)
    context.refreshes.remove(this, OWN_REQUEST)
    this.#inbox.end()
    this.run()
    for (const subscription of this.subscriptions) context.channels.unsubscribe(subscription)
  }

  protected get filters(): FilterQueue | undefined {
    return this.#inbox.filters
  }

  protected next(): Command | FilterCommand | undefined {
    return this.#commands.next()
  }

  protected do(command: Command): void {
    if (command.do === 'fail') this.owner.respondError(502, 'backend-failed', command.why)
    else this.#askAgain(command.why)
  }

  protected send(delivery: Delivery): void {
    const format = delivery.item.formats.response
    const content = this.#content
    if (!format || !content || this.#over) return
    this.release()
    const headers = overlayHeaders(heldHeaders(this.#instruct.response.headers), format.headers, format.exposeHeaders)
    this.owner.respond(format.code, format.reason, headers, content, 'delivered', { p: delivery.p })
  }

  #cannotPatch(delivery: Delivery, { bodyPatch }: HttpResponseFormat): Decision {
    const patched = bodyPatch && delivery.patch(this.#instruct.response.body, bodyPatch)
    if (patched && 'over' in patched) return this.#bad({ code: 'patches-too-much', max: patched.over })
    return this.#bad({ code: 'body-patch', fault: patched && !patched.ok ? patched.why : 'it failed' })
  }

  #bad(why: Cause): Decision {
    this.#end({ do: 'fail', why })
    return decide('bad-item', why, 'run')
  }

  #end(command: Command): void {
    this.#inbox.close()
    this.#commands.put(command)
  }

  #timeout(how: EndReason): void {
    if (this.#over) return
    this.release()
    const { code, reason, headers, body } = this.#instruct.response
    if (code < MIN_CODE) {
      this.owner.respondError(502, 'backend-failed', { code: 'bad-status', status: code })
      return
    }
    this.owner.respond(code, reason, heldHeaders(headers), body, how)
  }

  #askAgain(why: SentReason): void {
    if (this.#over) return
    this.release()
    const lastIds = new Map<string, string>()
    const prefix = this.channelPrefix
    for (const { channel, prevId } of this.subscriptions) {
      if (prevId !== undefined) lastIds.set(channel.slice(prefix.length), prevId)
    }
    this.owner.requestAgain(why, lastIds)
  }
}

/** What all long-polls ask when they look for news. */
const OWN_REQUEST = ''
