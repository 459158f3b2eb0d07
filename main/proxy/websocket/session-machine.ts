// What the GRIP session of a WebSocket does, without doing it: control messages of the backend and publishes come in as
// calls, and what is to be done comes out as decisions and commands. Nothing here touches a socket or a clock.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { WsMessageFormat } from '../../grip/publish-types'
import type { WsControl } from '../../grip/ws-control'
import { CONTROL_FRAME_MAX } from '../../grip/ws-frames'
import { type Decision, decide } from '../channels/decision'
import type { Delivery, Subscription } from '../channels/delivery'
import type { WaitingRoom } from '../channels/waiting-messages'
import { Commands } from '../holds/commands'
import type { FilterCommand } from '../holds/filter-queue'
import { HoldInbox, type InboxHold } from '../holds/inbox'
import type { Limits } from '../settings/options'
import { META_FULL, MetaRoom } from './connection-meta'
import type { SessionCommand } from './session-commands'

/** What the machine knows of the world. */
export interface SessionWorld {
  readonly waitingRoom: WaitingRoom
  readonly options: Pick<Limits, 'filterQueueMax' | 'linkQueueMax' | 'clientBufferMax' | 'subscriptionMax'>
  /** Faults are told to the client. */
  readonly debug: boolean
  /** The client's own request. */
  readonly base: URL
  /** What the route puts before the names that its backends use. */
  readonly prefix: string
  /** False: this backend can't be asked. */
  readonly canAskBackend: boolean
  /** True: with so many bytes more, too much would wait for the client to read it. */
  overflows(bytes: number): boolean
  /** True: a filter's request to this URL may go at once. */
  mayAsk(url: string): boolean
  /** A publish goes to the client. Returns its number among the messages. */
  numberPublished(): number
  subscriptionTo(channel: string, filters: readonly string[]): Subscription
}

const CLOSED = decide('closed', undefined, 'run')
const REQUESTED = decide('asked-again', undefined, 'run')
const SLOW = decide('client-slow', undefined, 'run')
const HINT = decide('bad-item', { code: 'hint-on-websocket' })
const NOT_UTF8: Cause = { code: 'sent-not-utf8' }
const NOT_OVER_HTTP = decide('bad-item', { code: 'refresh-not-over-http' })

export class SessionMachine implements InboxHold {
  readonly #world: SessionWorld
  readonly #commands = new Commands<SessionCommand>()
  readonly #inbox: HoldInbox
  readonly #subscriptions = new Map<string, Subscription>()
  /** Channels of the target itself (`sub=`): the backend can't give them up. */
  readonly #implicit: readonly string[]
  readonly #meta: Record<string, string> = {}
  readonly #metaRoom = new MetaRoom()
  #state: 'on' | 'over' = 'on'

  constructor(world: SessionWorld, implicitChannels: readonly string[]) {
    this.#world = world
    this.#inbox = new HoldInbox(this)
    this.#implicit = implicitChannels
    this.#recordHeld()
    for (const channel of implicitChannels) this.#subscribe(channel, [])
  }

  get at(): 'on' | 'over' {
    return this.#state
  }

  get meta(): Readonly<Record<string, string>> {
    return this.#meta
  }

  get subscriptions(): readonly Subscription[] {
    return [...this.#subscriptions.values()]
  }

  get inbox(): HoldInbox {
    return this.#inbox
  }

  // What its inbox asks for.

  get waitingRoom(): WaitingRoom {
    return this.#world.waitingRoom
  }

  get options(): SessionWorld['options'] {
    return this.#world.options
  }

  get debug(): boolean {
    return this.#world.debug
  }

  get base(): URL {
    return this.#world.base
  }

  mayAsk(url: string): boolean {
    return this.#world.mayAsk(url)
  }

  put(command: FilterCommand): void {
    this.#commands.put(command)
  }

  /** What is to be done next; undefined: nothing. */
  nextCommand(): SessionCommand | undefined {
    return this.#commands.next()
  }

  // ---- publishes ---------------------------------------------------------------------------------------------------

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
        return this.#send(format, content, { p, channel: item.channel })
      case 'close':
        this.#commands.put({ do: 'close', code: format.code, reason: format.reason ?? '' })
        return CLOSED
      case 'refresh':
        if (!this.#world.canAskBackend) return NOT_OVER_HTTP
        this.#commands.put({ do: 'ask-backend' })
        return REQUESTED
      case 'hint':
        return HINT
    }
  }

  filterFailed(why: Cause): boolean {
    if (!this.debug) return false
    this.#commands.put({ do: 'fail', why })
    return true
  }

  #send(format: WsMessageFormat, content: Buffer, of: { p: number; channel: string }): Decision {
    const { type } = format
    if ((type === 'ping' || type === 'pong') && content.length > CONTROL_FRAME_MAX)
      return decide('bad-item', { code: 'control-long', type, max: CONTROL_FRAME_MAX })
    if (format.noContent) return decide('bad-item', { code: 'control-empty', type })
    if (this.#world.overflows(content.length)) {
      this.#commands.put({ do: 'cut-off' })
      return SLOW
    }
    if (format.notUtf8) this.#commands.put({ do: 'note-bad-text', what: { code: 'text-not-utf8', ...of } })
    const made = content === format.content || content.equals(format.content) ? undefined : content
    const number = this.#world.numberPublished()
    return decide('delivered', format.notUtf8 ? NOT_UTF8 : undefined, 'send', { made, number })
  }

  // ---- control messages --------------------------------------------------------------------------------------------

  /** Does what a control message says. After the end, nothing. */
  obey(control: WsControl): void {
    if (this.#state === 'over') return
    switch (control.type) {
      case 'subscribe':
        this.#subscribe(this.#world.prefix + control.channel, control.filters)
        break
      case 'unsubscribe':
        this.#unsubscribe(this.#world.prefix + control.channel)
        break
      case 'detach':
        this.#commands.put({ do: 'detach-backend' })
        break
      case 'session':
        // A session id only matters to a proxy that shares state with others.
        break
      case 'set-meta':
        this.#setMeta(control.name, control.value)
        break
      case 'keep-alive':
        this.#commands.put({ do: 'keep-alive', control })
        this.#recordHeld()
        break
      case 'send-delayed':
        this.#commands.put({ do: 'delay', kind: control.messageType, content: control.content, ms: control.timeout })
        break
      case 'flush-delayed':
        this.#commands.put({ do: 'flush-delayed' })
        break
    }
  }

  /** The WebSocket is closed: gives up all that it has. */
  release(): void {
    if (this.#state === 'over') return
    this.#state = 'over'
    this.#inbox.end()
    this.#commands.put({ do: 'give-up', subscriptions: this.subscriptions })
    this.#subscriptions.clear()
  }

  #setMeta(name: string, value: string | undefined): void {
    if (value === undefined) {
      delete this.#meta[name]
      this.#metaRoom.give(name)
    } else if (this.#metaRoom.take(name, value)) this.#meta[name] = value
    else {
      this.#commands.put({ do: 'tell-limit', limit: 'instructMax', cause: META_FULL })
      return
    }
    this.#recordHeld()
  }

  #subscribe(channel: string, filters: readonly string[]): void {
    const { subscriptionMax } = this.options
    if (this.#subscriptions.size >= subscriptionMax) {
      const cause: Cause = { code: 'channel-left-out', channel, max: subscriptionMax }
      this.#commands.put({ do: 'tell-limit', limit: 'subscriptionMax', cause })
      return
    }
    const before = this.#subscriptions.get(channel)
    const subscription = this.#world.subscriptionTo(channel, filters)
    this.#subscriptions.set(channel, subscription)
    this.#commands.put({ do: 'subscribe', subscription, before })
  }

  #unsubscribe(channel: string): void {
    const subscription = this.#subscriptions.get(channel)
    if (!subscription || this.#implicit.includes(channel)) return
    this.#subscriptions.delete(channel)
    this.#commands.put({ do: 'unsubscribe', subscription })
  }

  #recordHeld(): void {
    this.#commands.put({ do: 'record-held', meta: { ...this.#meta } })
  }
}
