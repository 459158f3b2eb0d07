// For tests: plays a script against the machine of a WebSocket's GRIP session, without sockets. What the machine wants done
// is written down, and done as far as it comes back to the machine.
import type { Cause } from '../../preload/vocabulary/causes'
import { causeWords } from '../grip/cause-words'
import { parsePublishItem } from '../grip/publish-item'
import { parseWsControl } from '../grip/ws-control'
import { type Decision, isFinal } from '../proxy/channels/decision'
import { Delivery, type DeliveryOwner, type Receiver, type Subscription } from '../proxy/channels/delivery'
import { ContentsRecord } from '../proxy/channels/sent-contents'
import { WaitingRoom } from '../proxy/channels/waiting-messages'
import { defaultLimits } from '../proxy/settings/options'
import type { SessionCommand } from '../proxy/websocket/session-commands'
import { SessionMachine, type SessionWorld } from '../proxy/websocket/session-machine'
import { type DeliveryEvent, OUTCOMES, type Outcome } from '../trace/events'
import { RecordingSink } from './recording-sink'
import { inWords } from './said'

export class SessionScript implements Receiver, DeliveryOwner, SessionWorld {
  readonly kind = 'websocket'
  readonly exchangeId = 1
  readonly connectionId = '1'
  readonly looking = false
  readonly base = new URL('http://example.test/')
  readonly waitingRoom = new WaitingRoom()
  readonly options: SessionWorld['options']
  readonly prefix: string
  readonly machine: SessionMachine
  readonly #sink = new RecordingSink()
  /** What happened, in order. */
  readonly log: string[] = []
  /** Of each publish: its outcomes that are final. */
  readonly finals = new Map<number, Outcome[]>()
  readonly waiting = new Set<number>()
  /** Channels that the world has subscribed to. */
  readonly subscribed: string[] = []
  debug = false
  canAskBackend = true
  /** Too much waits for the client. */
  slow = false
  published = 0
  #sent = 0

  constructor(limits: Partial<SessionWorld['options']> = {}, implicit: readonly string[] = [], prefix = '') {
    this.options = { ...defaultLimits, ...limits }
    this.prefix = prefix
    this.machine = new SessionMachine(this, implicit)
    this.#run()
  }

  get meta(): Readonly<Record<string, string>> {
    return this.machine.meta
  }

  get subscriptions(): readonly Subscription[] {
    return this.machine.subscriptions
  }

  get over(): boolean {
    return this.machine.at === 'over'
  }

  overflows(): boolean {
    return this.slow
  }

  mayAsk(): boolean {
    return true
  }

  numberPublished(): number {
    return ++this.#sent
  }

  subscriptionTo(channel: string, filters: readonly string[]): Subscription {
    return { channel, receiver: this, prevId: undefined, filters }
  }

  /** What was written down since the last call. */
  since(): string[] {
    return this.log.splice(0)
  }

  // ---- what comes in -----------------------------------------------------------------------------------------------

  /** A control message of the backend. */
  control(message: object): this {
    const parsed = parseWsControl(Buffer.from(JSON.stringify(message)))
    if (!parsed.ok) throw new Error(parsed.problem.message)
    return this.#then(() => this.machine.obey(parsed.control))
  }

  subscribe(channel: string, filters: readonly string[] = []): this {
    return this.control({ type: 'subscribe', channel, filters })
  }

  /** Publishes to the session. Nothing, if it does not listen to the channel. */
  publish(format: object, channel = 'room', meta: Readonly<Record<string, string>> = {}): this {
    const subscription = this.subscriptions.find((s) => s.channel === channel)
    if (!subscription) return this
    const parsed = parsePublishItem({ channel, meta, formats: { 'ws-message': format } }, 'item')
    if (!parsed.ok) throw new Error(parsed.problem.message)
    const delivery = new Delivery(parsed.item, ++this.published, this)
    const decision = delivery.to(subscription)
    if (!isFinal(decision)) this.waiting.add(delivery.p)
    this.#note(delivery.p, OUTCOMES[decision.outcome] ?? 'bad-item', decision.why)
    delivery.act(this, decision)
    return this
  }

  filterAnswered(status: number, action = ''): this {
    return this.#then(() => this.machine.inbox.filters?.answered(status, action, Buffer.alloc(0)))
  }

  filterUnanswered(why: string): this {
    return this.#then(() => this.machine.inbox.filters?.unanswered(inWords(why)))
  }

  release(): this {
    return this.#then(() => this.machine.release())
  }

  // ---- what is called back -----------------------------------------------------------------------------------------

  take(delivery: Delivery, subscription: Subscription): Decision {
    return this.machine.take(delivery, subscription)
  }

  act({ item }: Delivery, { act, made }: Decision): void {
    if (act === 'send') this.log.push(`send ${(made ?? item.formats.websocket?.content ?? '').toString()}`)
    this.#run()
  }

  refresh(): void {}

  forgetLastId(): void {}

  contentsRecord(receivers: number): ContentsRecord {
    return new ContentsRecord(this.#sink, receivers)
  }

  emitDelivery({ p, outcomes, why }: Omit<DeliveryEvent, 'type' | 't'>): void {
    this.#note(p, OUTCOMES[outcomes[0] ?? 0] ?? 'bad-item', why?.[0])
  }

  #then(happens: () => void): this {
    happens()
    this.#run()
    return this
  }

  #note(p: number, outcome: Outcome, why: Cause | undefined): void {
    this.log.push(`${p} ${outcome}${why === undefined ? '' : `: ${causeWords(why)}`}`)
    if (outcome === 'waiting') return
    this.waiting.delete(p)
    this.finals.set(p, [...(this.finals.get(p) ?? []), outcome])
  }

  #run(): void {
    for (let command = this.machine.nextCommand(); command; command = this.machine.nextCommand()) this.#do(command)
  }

  #do(command: SessionCommand): void {
    switch (command.do) {
      case 'settle':
        command.delivery.settle(this, command.decision)
        break
      case 'go-on-filtering':
        this.machine.inbox.filters?.goOn()
        break
      case 'subscribe':
        if (command.before) this.#giveUp(command.before)
        this.subscribed.push(command.subscription.channel)
        this.log.push(`subscribe ${command.subscription.channel}${command.before ? ' again' : ''}`)
        break
      case 'unsubscribe':
        this.#giveUp(command.subscription)
        this.log.push(`unsubscribe ${command.subscription.channel}`)
        break
      case 'give-up':
        for (const subscription of command.subscriptions) this.#giveUp(subscription)
        this.log.push(`give up ${command.subscriptions.map(({ channel }) => channel).join(' ')}`.trimEnd())
        break
      case 'close':
      case 'fail':
      case 'cut-off':
        // The WebSocket ends, and its session with it.
        this.log.push(command.do)
        this.#then(() => this.machine.release())
        break
      default:
        this.log.push(words(command))
    }
  }

  #giveUp({ channel }: Subscription): void {
    this.subscribed.splice(this.subscribed.indexOf(channel), 1)
  }
}

function words(command: SessionCommand): string {
  switch (command.do) {
    case 'record-held':
      return `held ${JSON.stringify(command.meta)}`
    case 'request-filter':
      return `ask ${command.filter} about ${command.message.delivery.p}`
    case 'tell-limit':
      return `limit ${command.limit}`
    case 'delay':
      return `delay ${command.content.toString()} ${command.ms}`
    default:
      return command.do
  }
}
