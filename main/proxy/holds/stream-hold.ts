// A stream hold (HTTP streaming, Server-Sent Events): what is published is appended to the response. The machine decides,
// and this does it.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { Instruct, KeepAlive } from '../../grip/instruct-types'
import type { SentReason } from '../../trace/events'
import type { Decision } from '../channels/decision'
import { asChunk, type Delivery, type Subscription } from '../channels/delivery'
import type { HttpExchangeScope } from '../exchange/exchange-scope'
import { type KeepAliveSender, KeepAliveTimer } from '../pacing/keep-alives'
import type { LinkHold } from '../pacing/link-timers'
import type { Refreshable } from '../pacing/refreshes'
import type { FilterCommand, FilterQueue } from './filter-queue'
import { Hold } from './hold'
import { recordHold, subscriptionsFor } from './hold-subscriptions'
import { type LinkOwner, NextLink } from './next-link'
import type { StreamCommand } from './stream-commands'
import { StreamMachine, type StreamWorld } from './stream-machine'

type Command = Exclude<StreamCommand, FilterCommand>

export class StreamHold
  extends Hold<Command>
  implements KeepAliveSender, LinkHold, LinkOwner, Refreshable, StreamWorld
{
  readonly kind = 'stream'
  protected readonly owner: HttpExchangeScope
  readonly #machine: StreamMachine
  #keepAlive: KeepAlive | undefined
  #keepAliveFrame: Buffer | undefined
  #timer: KeepAliveTimer | undefined
  /** Its link's timeout, while it runs. */
  #linkTimeout: { readonly ms: number; readonly path: string } | undefined
  /** Something for it waits at the gate. */
  #paused = false
  #link: NextLink | undefined

  constructor(exchange: HttpExchangeScope, instruct: Instruct) {
    super()
    this.owner = exchange
    this.#machine = new StreamMachine(this, instruct)
  }

  get connectionId(): string {
    return String(this.owner.id)
  }

  get channelPrefix(): string {
    return this.owner.route?.prefix ?? ''
  }

  get meta(): Readonly<Record<string, string>> {
    return this.#machine.meta
  }

  get subscriptions(): readonly Subscription[] {
    return this.#machine.subscriptions
  }

  get looking(): boolean {
    return this.#machine.inbox.closed || this.#machine.inbox.busy
  }

  get url(): URL {
    return this.owner.url
  }

  get cannotTake(): Cause | undefined {
    const { noBody } = this.owner.reply
    return noBody && { code: 'could-not-take', noBody }
  }

  /** A client that has read all before takes an item of any size. */
  overflows(bytes: number): boolean {
    const { waiting } = this.owner.reply
    return waiting > 0 && waiting + bytes > this.options.clientBufferMax
  }

  subscriptionsFor(instruct: Instruct): readonly Subscription[] {
    return subscriptionsFor(this, this.owner, instruct)
  }

  /** The first response has been sent; what is published from now on follows it. */
  start(): void {
    this.owner.reply.settle()
    this.#machine.start()
    this.run()
    if (this.#machine.at === 'holding' && this.#conflict()) this.refresh('id-mismatch')
  }

  take(delivery: Delivery, subscription: Subscription): Decision {
    return this.#machine.take(delivery, subscription)
  }

  /** The link has its whole time again after it. Keep-alives go on. */
  pauseTimeouts(on: boolean): void {
    this.#paused = on
    if (!this.#linkTimeout) return
    const { linkTimers } = this.owner.context
    if (on) linkTimers.stop(this)
    else linkTimers.start(this, this.#linkTimeout.ms, this.#linkTimeout.path)
  }

  refresh(why: SentReason): void {
    this.#machine.refresh(why)
    this.run()
  }

  refreshNow(why: SentReason): void {
    this.#machine.turn(why)
    this.run()
  }

  linkDue(): void {
    this.#linkTimeout = undefined
    this.refresh('next')
  }

  linkData(chunk: Buffer): boolean {
    const passes = this.#machine.linkData(chunk)
    this.run()
    if (!passes) return true
    this.#timer?.noteSent()
    return this.owner.reply.ownPart(chunk)
  }

  linkDone(instruct: Instruct): void {
    this.#machine.linkDone(instruct)
    this.run()
  }

  linkFailed(why: Cause): void {
    this.#machine.linkFailed(why)
    this.run()
  }

  sendKeepAlive(): boolean {
    if (!this.#keepAlive) return false
    const { content } = this.#keepAlive
    if (content.length === 0) return true
    const { reply, chunked, context } = this.owner
    this.#keepAliveFrame ??= asChunk(content)
    reply.framedPart(content, this.#keepAliveFrame, chunked)
    context.keepAlives.add(this.owner.id, content.length, !this.unrecorded)
    if (reply.waiting <= this.options.clientBufferMax) return true
    this.#cutOff()
    return false
  }

  /** The client takes data again. */
  drained(): void {
    this.#link?.drained()
  }

  /** The response has ended. */
  release(): void {
    this.#timer?.stop()
    this.#timer = undefined
    this.#machine.release()
    this.run()
  }

  protected get filters(): FilterQueue | undefined {
    return this.#machine.inbox.filters
  }

  protected next(): StreamCommand | undefined {
    return this.#machine.nextCommand()
  }

  protected send(delivery: Delivery, made: Buffer | undefined): void {
    const content = made ?? delivery.item.formats.stream?.content
    if (!content || this.owner.over) return
    const { reply, chunked } = this.owner
    if (content.length > 0) reply.framedPart(content, delivery.chunk(content), chunked)
    this.#timer?.noteSent()
  }

  protected do(command: Command): void {
    const { context } = this.owner
    switch (command.do) {
      case 'hold':
        this.#hold(command)
        break
      case 'watch-link':
        this.#linkTimeout = command
        if (!this.#paused) context.linkTimers.start(this, command.ms, command.path)
        break
      case 'unwatch-link':
        this.#linkTimeout = undefined
        context.linkTimers.stop(this)
        break
      case 'await-turn':
        context.refreshes.add(this, command.why, command.url)
        break
      case 'leave-turn':
        context.refreshes.remove(this, command.url)
        break
      case 'request-link':
        this.#link ??= new NextLink(this.owner, this)
        this.#link.ask(command.url, command.from, command.lastIds, command.why)
        break
      case 'stop-link':
        this.#link?.stop()
        break
      case 'send-link-body':
        this.owner.reply.ownPart(command.content)
        break
      case 'catch-up':
        this.#machine.catchUp()
        break
      case 'give-up':
        for (const subscription of command.subscriptions) context.channels.unsubscribe(subscription)
        break
      case 'finish':
        this.owner.finish(command.how)
        break
      case 'fail':
        this.owner.finishFaulty(command.why)
        break
      case 'cut-off':
        this.#cutOff()
    }
  }

  /** Subscribes, and starts the timers of an instruct. */
  #hold({ instruct, subscriptions, before }: Command & { do: 'hold' }): void {
    const { channels } = this.owner.context
    // In this order: a channel that loses its last subscription is forgotten.
    for (const subscription of subscriptions) channels.subscribe(subscription)
    for (const subscription of before) channels.unsubscribe(subscription)
    recordHold(this.owner, instruct, 'stream', subscriptions)
    this.#timer?.stop()
    this.#timer = undefined
    this.#keepAlive = instruct.hold?.keepAlive
    this.#keepAliveFrame = undefined
    if (this.#keepAlive && this.cannotTake === undefined)
      this.#timer = new KeepAliveTimer(this.owner.context, this.#keepAlive, this)
  }

  /** Is a channel known to be past what this hold says that its client has? */
  #conflict(): boolean {
    const { channels } = this.owner.context
    let conflict = false
    for (const { channel, prevId } of this.subscriptions) {
      if (prevId === undefined || !channels.conflicts(channel, prevId)) continue
      channels.forgetLastId(channel)
      conflict = true
    }
    return conflict
  }

  #cutOff(): void {
    const max = this.options.clientBufferMax
    this.owner.cutOff('client-slow', { code: 'client-slow', max })
  }
}
