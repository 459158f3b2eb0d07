// The GRIP side of one WebSocket: control messages of its backend, subscriptions, meta, keep-alives, delayed messages.

import type { WsMessageFormat } from '../../grip/publish-types'
import { parseWsControl, type WsControl, type WsMessageType } from '../../grip/ws-control'
import { CONTROL_FRAME_MAX } from '../../grip/ws-frames'
import type { Problem } from '../../trace/events'
import { type Decision, decide } from '../channels/decision'
import type { Delivery, Subscription } from '../channels/delivery'
import type { ExchangeScope } from '../exchange/exchange-scope'
import { limitReached } from '../exchange/limit-reached'
import { Commands } from '../holds/commands'
import type { FilterCommand, FilterQueue } from '../holds/filter-queue'
import { Hold } from '../holds/hold'
import { HoldInbox, type InboxHold } from '../holds/inbox'
import { type KeepAliveSender, KeepAliveTimer } from '../pacing/keep-alives'
import type { HasTimeout } from '../pacing/wheel'
import { META_FULL, MetaRoom } from './connection-meta'

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
  /** What was sent is not valid UTF-8, though it is text: a client may close for it. */
  noteBadText(what: string): void
  closeByPublish(code: number | undefined, reason: string): void
  /** Something about a subscription can't work; where errors are told, the client is closed with 1011. */
  closeWithError(message: string): void
  /** False: this backend can't be asked. */
  readonly canAskBackend: boolean
  askBackend(): void
  detachBackend(): void
}

type KeepAliveControl = WsControl & { type: 'keep-alive' }

type Command =
  | { readonly do: 'close'; readonly code: number | undefined; readonly reason: string }
  | { readonly do: 'ask-backend' }
  /** Closes with 1011. */
  | { readonly do: 'fail'; readonly why: string }
  | { readonly do: 'cut-off' }

const CLOSED = decide('closed', undefined, 'run')
const ASKED = decide('asked-again', undefined, 'run')
const SLOW = decide('client-slow', undefined, 'run')
const HINT = decide('bad-item', 'a hint has no effect on a WebSocket: use send or refresh')
const NOT_UTF8 = 'written to the connection, but its text is not valid UTF-8: clients close with 1007'
const NOT_OVER_HTTP = decide('bad-item', 'only a WebSocket over HTTP can be refreshed')

export class GripSession extends Hold<Command> implements InboxHold, KeepAliveSender {
  readonly kind = 'websocket'
  protected readonly owner: SessionOwner
  readonly #subscriptions = new Map<string, Subscription>()
  /** Channels of the target itself (`sub=`): the backend can't give them up. */
  readonly #implicit: readonly string[]
  readonly #meta: Record<string, string> = {}
  readonly #metaRoom = new MetaRoom()
  readonly #delayed: DelayedMessage
  readonly #inbox = new HoldInbox(this)
  readonly #commands = new Commands<Command | FilterCommand>()
  #keepAlive: { readonly control: KeepAliveControl; readonly timer: KeepAliveTimer } | undefined
  #over = false

  constructor(owner: SessionOwner, implicitChannels: readonly string[]) {
    super()
    this.owner = owner
    this.#delayed = new DelayedMessage(owner)
    this.#implicit = implicitChannels
    this.#recordHeld()
    for (const channel of implicitChannels) this.#subscribe(channel, [])
  }

  get connectionId(): string {
    return this.owner.connectionId
  }

  get meta(): Readonly<Record<string, string>> {
    return this.#meta
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.#subscriptions.values()]
  }

  /** It never looks for news by itself. */
  get looking(): boolean {
    return false
  }

  get base(): URL {
    return this.owner.url
  }

  /**
   * Does what a control message says; a problem if it can't be understood. As behind Pushpin, what the backend said
   * together with it goes first: a close then is the end, and nothing is obeyed any more.
   */
  control(data: Buffer): Problem | undefined {
    const parsed = parseWsControl(data)
    if (!parsed.ok) return parsed.problem
    const { control } = parsed
    queueMicrotask(() => {
      if (!this.#over) this.#obey(control)
    })
    return undefined
  }

  take(delivery: Delivery, subscription: Subscription): Decision {
    return this.#inbox.take(delivery, subscription)
  }

  contentOf({ item }: Delivery): Buffer | undefined {
    return item.formats.websocket?.content
  }

  decide({ item, p }: Delivery, _subscription: Subscription, content: Buffer | undefined): Decision {
    const format = item.formats.websocket
    if (!format || !content) return decide('no-format')
    switch (format.action) {
      case 'send':
        return this.#decideToSend(format, content, `the text of publish #${p} (channel ${item.channel})`)
      case 'close':
        this.#commands.put({ do: 'close', code: format.code, reason: format.reason ?? '' })
        return CLOSED
      case 'refresh':
        if (!this.owner.canAskBackend) return NOT_OVER_HTTP
        this.#commands.put({ do: 'ask-backend' })
        return ASKED
      case 'hint':
        return HINT
    }
  }

  filterFailed(why: string): boolean {
    if (!this.debug) return false
    this.#commands.put({ do: 'fail', why })
    return true
  }

  put(command: FilterCommand): void {
    this.#commands.put(command)
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
    this.#over = true
    this.#keepAlive?.timer.stop()
    this.#keepAlive = undefined
    this.#delayed.stop()
    this.#inbox.end()
    this.run()
    for (const subscription of this.#subscriptions.values()) this.owner.context.channels.unsubscribe(subscription)
    this.#subscriptions.clear()
  }

  protected get filters(): FilterQueue | undefined {
    return this.#inbox.filters
  }

  protected next(): Command | FilterCommand | undefined {
    return this.#commands.next()
  }

  protected do(command: Command): void {
    switch (command.do) {
      case 'close':
        this.owner.closeByPublish(command.code, command.reason)
        break
      case 'ask-backend':
        this.owner.askBackend()
        break
      case 'fail':
        this.owner.closeWithError(command.why)
        break
      case 'cut-off':
        this.owner.cutOff()
    }
  }

  protected send({ item }: Delivery, made: Buffer | undefined): void {
    const format = item.formats.websocket
    if (format && !this.#over) this.owner.sendPublished(format.type, made ?? format.content)
  }

  #decideToSend(format: WsMessageFormat, content: Buffer, what: string): Decision {
    const { type } = format
    if ((type === 'ping' || type === 'pong') && content.length > CONTROL_FRAME_MAX)
      return decide('bad-item', `a ${type} has ${CONTROL_FRAME_MAX} bytes at most`)
    if (format.noContent) {
      const why = `a ${type} without content is not sent (Pushpin does the same): give content, which may be ""`
      return decide('bad-item', why)
    }
    if (this.owner.overflows(content.length)) {
      this.#commands.put({ do: 'cut-off' })
      return SLOW
    }
    if (format.notUtf8) this.owner.noteBadText(what)
    const made = content === format.content || content.equals(format.content) ? undefined : content
    const number = this.owner.numberPublished()
    return decide('delivered', format.notUtf8 ? NOT_UTF8 : undefined, 'send', { made, number })
  }

  #obey(control: WsControl): void {
    switch (control.type) {
      case 'subscribe':
        this.#subscribe(this.owner.channelPrefix + control.channel, control.filters)
        break
      case 'unsubscribe':
        this.#unsubscribe(this.owner.channelPrefix + control.channel)
        break
      case 'detach':
        this.owner.detachBackend()
        break
      case 'session':
        // A session id only matters to a proxy that shares state with others.
        break
      case 'set-meta':
        this.#setMeta(control.name, control.value)
        break
      case 'keep-alive':
        this.#setKeepAlive(control)
        this.#recordHeld()
        break
      case 'send-delayed':
        this.#delayed.set(control.messageType, control.content, control.timeout)
        break
      case 'flush-delayed':
        this.#delayed.flush()
        break
    }
  }

  #setKeepAlive(control: KeepAliveControl): void {
    this.#keepAlive?.timer.stop()
    const { context } = this.owner
    this.#keepAlive =
      control.content === undefined ? undefined : { control, timer: new KeepAliveTimer(context, control, this) }
  }

  #setMeta(name: string, value: string | undefined): void {
    const { sink, id } = this.owner
    if (value === undefined) {
      delete this.#meta[name]
      this.#metaRoom.give(name)
    } else if (this.#metaRoom.take(name, value)) this.#meta[name] = value
    else {
      limitReached(sink, id, 'instructMax', META_FULL)
      return
    }
    this.#recordHeld()
  }

  #subscribe(channel: string, filters: readonly string[]): void {
    const { context, sink, id } = this.owner
    const { subscriptionMax } = context.options
    if (this.#subscriptions.size >= subscriptionMax) {
      const message = `channel '${channel}' is left out: the connection listens to ${subscriptionMax} already`
      limitReached(sink, id, 'subscriptionMax', message)
      return
    }
    const known = this.#subscriptions.get(channel)
    if (known) context.channels.unsubscribe(known)
    const subscription: Subscription = { channel, receiver: this, prevId: undefined, filters }
    this.#subscriptions.set(channel, subscription)
    context.channels.subscribe(subscription)
    sink.emit({ type: 'subscribed', t: sink.now(), x: id, channel, ...(filters.length > 0 && { filters }) })
  }

  #unsubscribe(channel: string): void {
    const { context, sink, id } = this.owner
    const subscription = this.#subscriptions.get(channel)
    if (!subscription || this.#implicit.includes(channel)) return
    this.#subscriptions.delete(channel)
    context.channels.unsubscribe(subscription)
    sink.emit({ type: 'unsubscribed', t: sink.now(), x: id, channel })
  }

  #recordHeld(keepAlive = this.#keepAlive?.timer.timeout ?? 0): void {
    const { sink, id } = this.owner
    const meta = Object.keys(this.#meta).length > 0 ? { meta: { ...this.#meta } } : {}
    sink.emit({ type: 'held', t: sink.now(), x: id, mode: 'websocket', timeout: 0, keepAlive, ...meta })
  }
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
