// The GRIP side of one WebSocket: control messages of its backend, subscriptions, meta, keep-alives, delayed messages. The
// machine decides, and this does it.
import type { Cause } from '../../../preload/vocabulary/causes'
import { parseWsControl, type WsMessageType } from '../../grip/ws-control'
import type { Problem } from '../../trace/events'
import type { Decision } from '../channels/decision'
import type { Delivery, Subscription } from '../channels/delivery'
import type { ExchangeScope } from '../exchange/exchange-scope'
import { limitReached } from '../exchange/limit-reached'
import type { FilterCommand, FilterQueue } from '../holds/filter-queue'
import { Hold } from '../holds/hold'
import { type KeepAliveSender, KeepAliveTimer } from '../pacing/keep-alives'
import type { HasTimeout } from '../pacing/wheel'
import type { KeepAliveControl, SessionCommand } from './session-commands'
import { SessionMachine, type SessionWorld } from './session-machine'

/** What a session does to its WebSocket. */
export interface SessionOwner extends ExchangeScope {
  /** As the backend knows it (header Connection-Id). */
  readonly connectionId: string
  readonly channelPrefix: string
  /** False: the client is too slow and was cut off. */
  sendToClient(kind: WsMessageType, data: Buffer): boolean
  /** The same for a message that the backend asked to be sent later. */
  sendDelayed(kind: WsMessageType, data: Buffer): void
  /** The same for a publish, for which there was room. */
  sendPublished(kind: WsMessageType, data: Buffer): void
  /** True: with so many bytes more, too much would wait for the client to read it. */
  overflows(bytes: number): boolean
  /** The client does not read what it is sent. */
  cutOff(): void
  /** A publish goes to the client. Returns its number among the messages. */
  numberPublished(): number
  /** What was sent is not valid UTF-8, though it is text: a client may close for it. @param what a `text-not-utf8` */
  noteBadText(what: Cause): void
  closeByPublish(code: number | undefined, reason: string): void
  /** Something about a subscription can't work; where errors are told, the client is closed with 1011. */
  closeWithError(why: Cause): void
  /** False: this backend can't be asked. */
  readonly canAskBackend: boolean
  askBackend(): void
  detachBackend(): void
}

type Command = Exclude<SessionCommand, FilterCommand>

export class GripSession extends Hold<Command> implements KeepAliveSender, SessionWorld {
  readonly kind = 'websocket'
  protected readonly owner: SessionOwner
  readonly #delayed: DelayedMessage
  readonly #machine: SessionMachine
  #keepAlive: { readonly control: KeepAliveControl; readonly timer: KeepAliveTimer } | undefined

  constructor(owner: SessionOwner, implicitChannels: readonly string[]) {
    super()
    this.owner = owner
    this.#delayed = new DelayedMessage(owner)
    this.#machine = new SessionMachine(this, implicitChannels)
    this.run()
  }

  get connectionId(): string {
    return this.owner.connectionId
  }

  get meta(): Readonly<Record<string, string>> {
    return this.#machine.meta
  }

  get subscriptions(): readonly Subscription[] {
    return this.#machine.subscriptions
  }

  /** It never looks for news by itself. */
  get looking(): boolean {
    return false
  }

  get base(): URL {
    return this.owner.url
  }

  get prefix(): string {
    return this.owner.channelPrefix
  }

  get canAskBackend(): boolean {
    return this.owner.canAskBackend
  }

  overflows(bytes: number): boolean {
    return this.owner.overflows(bytes)
  }

  numberPublished(): number {
    return this.owner.numberPublished()
  }

  subscriptionTo(channel: string, filters: readonly string[]): Subscription {
    return { channel, receiver: this, prevId: undefined, filters }
  }

  /**
   * Does what a control message says; a problem if it can't be understood. As behind Pushpin, what the backend said
   * together with it goes first: a close then is the end, and nothing is obeyed any more.
   */
  control(data: Buffer): Problem | undefined {
    const parsed = parseWsControl(data)
    if (!parsed.ok) return parsed.problem
    queueMicrotask(() => {
      this.#machine.obey(parsed.control)
      this.run()
    })
    return undefined
  }

  take(delivery: Delivery, subscription: Subscription): Decision {
    return this.#machine.take(delivery, subscription)
  }

  refresh(): void {
    this.owner.askBackend()
  }

  sendKeepAlive(): boolean {
    const { messageType, content } = this.#keepAlive?.control ?? {}
    if (!messageType || !content || !this.owner.sendToClient(messageType, content)) return false
    this.owner.context.keepAlives.add(this.owner.id, content.length, !this.unrecorded)
    return true
  }

  /** Something went to the client: an idle keep-alive waits anew. */
  noteActivity(): void {
    this.#keepAlive?.timer.noteSent()
  }

  release(): void {
    this.#keepAlive?.timer.stop()
    this.#keepAlive = undefined
    this.#delayed.stop()
    this.#machine.release()
    this.run()
  }

  protected get filters(): FilterQueue | undefined {
    return this.#machine.inbox.filters
  }

  protected next(): SessionCommand | undefined {
    return this.#machine.nextCommand()
  }

  protected do(command: Command): void {
    const { channels } = this.owner.context
    switch (command.do) {
      case 'record-held':
        this.#recordHeld(command.meta)
        break
      case 'subscribe':
        if (command.before) channels.unsubscribe(command.before)
        channels.subscribe(command.subscription)
        this.#recordSubscribed(command.subscription)
        break
      case 'unsubscribe':
        channels.unsubscribe(command.subscription)
        this.#recordUnsubscribed(command.subscription)
        break
      case 'give-up':
        for (const subscription of command.subscriptions) channels.unsubscribe(subscription)
        break
      case 'keep-alive':
        this.#setKeepAlive(command.control)
        break
      case 'delay':
        this.#delayed.set(command.kind, command.content, command.ms)
        break
      case 'flush-delayed':
        this.#delayed.flush()
        break
      case 'tell-limit':
        limitReached(this.owner.sink, this.owner.id, command.limit, command.cause)
        break
      default:
        this.#tell(command)
    }
  }

  /** What concerns the connection as a whole. */
  #tell(command: Told): void {
    switch (command.do) {
      case 'detach-backend':
        this.owner.detachBackend()
        break
      case 'ask-backend':
        this.owner.askBackend()
        break
      case 'close':
        this.owner.closeByPublish(command.code, command.reason)
        break
      case 'fail':
        this.owner.closeWithError(command.why)
        break
      case 'cut-off':
        this.owner.cutOff()
        break
      case 'note-bad-text':
        this.owner.noteBadText(command.what)
    }
  }

  protected send({ item }: Delivery, made: Buffer | undefined): void {
    const format = item.formats.websocket
    if (format && this.#machine.at === 'on') this.owner.sendPublished(format.type, made ?? format.content)
  }

  #setKeepAlive(control: KeepAliveControl): void {
    this.#keepAlive?.timer.stop()
    const { context } = this.owner
    this.#keepAlive =
      control.content === undefined ? undefined : { control, timer: new KeepAliveTimer(context, control, this) }
  }

  #recordHeld(held: Readonly<Record<string, string>>): void {
    const { sink, id } = this.owner
    const meta = Object.keys(held).length > 0 && { meta: held }
    const keepAlive = this.#keepAlive?.timer.timeout ?? 0
    sink.emit({ type: 'held', t: sink.now(), x: id, mode: 'websocket', timeout: 0, keepAlive, ...meta })
  }

  #recordSubscribed({ channel, filters }: Subscription): void {
    const { sink, id } = this.owner
    sink.emit({ type: 'subscribed', t: sink.now(), x: id, channel, ...(filters.length > 0 && { filters }) })
  }

  #recordUnsubscribed({ channel }: Subscription): void {
    const { sink, id } = this.owner
    sink.emit({ type: 'unsubscribed', t: sink.now(), x: id, channel })
  }
}

type Told = Command & {
  readonly do: 'detach-backend' | 'ask-backend' | 'close' | 'fail' | 'cut-off' | 'note-bad-text'
}

/** A message that the backend wants sent after a while, unless a later one comes first (then both go, in order). */
class DelayedMessage implements HasTimeout {
  dueTick = 0
  readonly #owner: SessionOwner
  #message: { kind: WsMessageType; content: Buffer } | undefined

  constructor(owner: SessionOwner) {
    this.#owner = owner
  }

  set(kind: WsMessageType, content: Buffer, timeout: number): void {
    this.flush()
    this.#message = { kind, content }
    this.#owner.context.wheel.set(this, timeout)
  }

  flush(): void {
    const message = this.#message
    this.stop()
    if (message) this.#owner.sendDelayed(message.kind, message.content)
  }

  stop(): void {
    this.#message = undefined
    this.#owner.context.wheel.clear(this)
  }

  onTimeout(): void {
    this.flush()
  }
}
