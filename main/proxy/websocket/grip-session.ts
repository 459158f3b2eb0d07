// The GRIP side of one WebSocket: control messages of its backend, subscriptions, meta, keep-alives, delayed messages.

import type { WsMessageFormat } from '../../grip/publish-types'
import { parseWsControl, type WsControl, type WsMessageType } from '../../grip/ws-control'
import { CONTROL_FRAME_MAX } from '../../grip/ws-frames'
import type { Problem } from '../../trace/events'
import { type Delivery, type Filtered, OUTCOME, type Receiver, type Subscription } from '../channels/delivery'
import { isRecorded } from '../channels/silent-sink'
import type { ExchangeScope } from '../exchange/exchange-scope'
import { limitReached } from '../exchange/limit-reached'
import { type FilteringHold, FilterQueue } from '../holds/http-filters'
import { keepAliveDelay } from '../pacing/keep-alives'
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
  /** A publish was sent to the client. Returns its number among the messages. */
  numberPublished(): number
  /** What was sent is not valid UTF-8, though it is text: a client may close for it. */
  noteBadText(what: string): void
  closeByPublish(code: number | undefined, reason: string): void
  /** Something about a subscription can't work; where errors are told, the client is closed with 1011. */
  closeWithError(message: string): void
  /** False: this backend can't be asked. */
  askBackend(): boolean
  detachBackend(): void
}

export class GripSession implements Receiver, FilteringHold {
  readonly kind = 'websocket'
  readonly #owner: SessionOwner
  readonly #subscriptions = new Map<string, Subscription>()
  /** Channels of the target itself (`sub=`): the backend can't give them up. */
  readonly #implicit: readonly string[]
  readonly #meta: Record<string, string> = {}
  readonly #metaRoom = new MetaRoom()
  readonly #keepAlive: KeepAliveTimer
  readonly #delayed: DelayedMessage
  /** What waits for filters that ask, where there are some. */
  #filtering: FilterQueue | undefined
  #over = false

  constructor(owner: SessionOwner, implicitChannels: readonly string[]) {
    this.#owner = owner
    this.#keepAlive = new KeepAliveTimer(owner)
    this.#delayed = new DelayedMessage(owner)
    this.#implicit = implicitChannels
    this.#recordHeld()
    for (const channel of implicitChannels) this.#subscribe(channel, [])
  }

  get exchangeId(): number {
    return this.#owner.id
  }

  get unrecorded(): boolean {
    return !isRecorded(this.#owner)
  }

  get connectionId(): string {
    return this.#owner.connectionId
  }

  get meta(): Readonly<Record<string, string>> {
    return this.#meta
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.#subscriptions.values()]
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

  take(delivery: Delivery, subscription: Subscription): number {
    if (this.#over) return OUTCOME['too-late']
    const format = delivery.item.formats.websocket
    if (!format) return OUTCOME['no-format']
    if (this.#filtering?.busy) return this.#filtering.wait(delivery, subscription)
    if (delivery.asks(subscription)) {
      this.#filtering ??= new FilterQueue(this.#owner, this)
      return this.#filtering.ask(delivery, subscription, this.#owner.url, format.content)
    }
    return this.takeFiltered(delivery, subscription, delivery.filtered(subscription))
  }

  takeFiltered(delivery: Delivery, _subscription: Subscription, { content, fault }: Filtered): number {
    const format = delivery.item.formats.websocket
    if (!format) return OUTCOME['no-format']
    if (content === undefined) {
      if (fault && this.#owner.debug) this.#owner.closeWithError(delivery.why ?? 'a filter failed')
      return OUTCOME.filtered
    }
    return this.#act(format, content, delivery)
  }

  refresh(): void {
    this.#owner.askBackend()
  }

  /** Something went to the client: an idle keep-alive waits anew. */
  noteActivity(): void {
    this.#keepAlive.noteActivity()
  }

  release(): void {
    this.#over = true
    this.#keepAlive.stop()
    this.#delayed.stop()
    this.#filtering?.end()
    for (const subscription of this.#subscriptions.values()) this.#owner.context.channels.unsubscribe(subscription)
    this.#subscriptions.clear()
  }

  #act(format: WsMessageFormat, content: Buffer, delivery: Delivery): number {
    switch (format.action) {
      case 'send':
        if ((format.type === 'ping' || format.type === 'pong') && content.length > CONTROL_FRAME_MAX) {
          delivery.why = `a ${format.type} has ${CONTROL_FRAME_MAX} bytes at most`
          return OUTCOME['bad-item']
        }
        if (format.noContent) {
          delivery.why = `a ${format.type} without content is not sent (Pushpin does the same): give content, which may be ""`
          return OUTCOME['bad-item']
        }
        if (format.notUtf8) {
          delivery.why = 'written to the connection, but its text is not valid UTF-8: clients close with 1007'
          this.#owner.noteBadText(`the text of publish #${delivery.p} (channel ${delivery.item.channel})`)
        }
        if (!this.#owner.sendToClient(format.type, content)) return OUTCOME['client-slow']
        delivery.number = this.#owner.numberPublished()
        delivery.noteSent(content, format.content)
        return OUTCOME.delivered
      case 'close':
        this.#owner.closeByPublish(format.code, format.reason ?? '')
        return OUTCOME.closed
      case 'refresh':
        if (this.#owner.askBackend()) return OUTCOME['asked-again']
        delivery.why = 'only a WebSocket over HTTP can be refreshed'
        return OUTCOME['bad-item']
      case 'hint':
        delivery.why = 'a hint has no effect on a WebSocket: use send or refresh'
        return OUTCOME['bad-item']
    }
  }

  #obey(control: WsControl): void {
    switch (control.type) {
      case 'subscribe':
        this.#subscribe(this.#owner.channelPrefix + control.channel, control.filters)
        break
      case 'unsubscribe':
        this.#unsubscribe(this.#owner.channelPrefix + control.channel)
        break
      case 'detach':
        this.#owner.detachBackend()
        break
      case 'session':
        // A session id only matters to a proxy that shares state with others.
        break
      case 'set-meta':
        this.#setMeta(control.name, control.value)
        break
      case 'keep-alive':
        this.#keepAlive.set(control)
        this.#recordHeld(control.content === undefined ? 0 : control.timeout)
        break
      case 'send-delayed':
        this.#delayed.set(control.messageType, control.content, control.timeout)
        break
      case 'flush-delayed':
        this.#delayed.flush()
        break
    }
  }

  #setMeta(name: string, value: string | undefined): void {
    const { sink, id } = this.#owner
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
    const { context, sink, id } = this.#owner
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
    const { context, sink, id } = this.#owner
    const subscription = this.#subscriptions.get(channel)
    if (!subscription || this.#implicit.includes(channel)) return
    this.#subscriptions.delete(channel)
    context.channels.unsubscribe(subscription)
    sink.emit({ type: 'unsubscribed', t: sink.now(), x: id, channel })
  }

  #recordHeld(keepAlive = this.#keepAlive.timeout): void {
    const { sink, id } = this.#owner
    const meta = Object.keys(this.#meta).length > 0 ? { meta: { ...this.#meta } } : {}
    sink.emit({ type: 'held', t: sink.now(), x: id, mode: 'websocket', timeout: 0, keepAlive, ...meta })
  }
}

/** Sends a message to the client at intervals, or when nothing else went out for a while. */
class KeepAliveTimer implements HasTimeout {
  dueTick = 0
  readonly #owner: SessionOwner
  #control: (WsControl & { type: 'keep-alive' }) | undefined
  #lastSent = 0
  /** Milliseconds until the next one. */
  #beat = 0

  constructor(owner: SessionOwner) {
    this.#owner = owner
  }

  /** Milliseconds; 0: none. */
  get timeout(): number {
    return this.#control?.timeout ?? 0
  }

  set(control: WsControl & { type: 'keep-alive' }): void {
    this.stop()
    if (control.content === undefined) return
    this.#control = control
    this.#lastSent = this.#owner.sink.now()
    this.#beatAfter(control.timeout)
  }

  #beatAfter(timeout: number): void {
    this.#beat = keepAliveDelay(timeout)
    this.#owner.context.wheel.set(this, this.#beat)
  }

  noteActivity(): void {
    if (this.#control) this.#lastSent = this.#owner.sink.now()
  }

  stop(): void {
    this.#control = undefined
    this.#owner.context.wheel.clear(this)
  }

  onTimeout(): void {
    const control = this.#control
    if (!control?.content) return
    const { context, sink, id } = this.#owner
    const idle = sink.now() - this.#lastSent
    if (control.mode === 'idle' && idle < this.#beat - 1) {
      context.wheel.set(this, this.#beat - idle)
      return
    }
    if (!this.#owner.sendToClient(control.messageType, control.content)) return
    context.keepAlives.add(id, control.content.length, isRecorded(this.#owner))
    this.#lastSent = sink.now()
    this.#beatAfter(control.timeout)
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
