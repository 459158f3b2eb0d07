// For tests: plays a script against the machine of a stream hold, without sockets. What the machine wants done is written
// down, and done as far as it comes back to the machine.
import type { Cause } from '../../preload/vocabulary/causes'
import { causeWords } from '../grip/cause-words'
import type { Instruct } from '../grip/instruct-types'
import { parsePublishItem } from '../grip/publish-item'
import { type Decision, isFinal } from '../proxy/channels/decision'
import { Delivery, type DeliveryOwner, type Receiver, type Subscription } from '../proxy/channels/delivery'
import { ContentsRecord } from '../proxy/channels/sent-contents'
import { WaitingRoom } from '../proxy/channels/waiting-messages'
import type { StreamCommand } from '../proxy/holds/stream-commands'
import { StreamMachine, type StreamWorld } from '../proxy/holds/stream-machine'
import { defaultLimits } from '../proxy/settings/options'
import { type DeliveryEvent, OUTCOMES, type Outcome, type SentReason } from '../trace/events'
import { RecordingSink } from './recording-sink'
import { inWords } from './said'

export interface StreamTerms {
  readonly channels?: readonly {
    readonly name: string
    readonly prevId?: string
    readonly filters?: readonly string[]
  }[]
  /** Without one, the stream ends when its link has been fetched. */
  readonly next?: string
  readonly responseFilters?: readonly string[]
  /** False: no hold. */
  readonly holds?: boolean
}

/** An instruct of a stream hold. */
export function streamInstruct({
  channels = [{ name: 'room' }],
  next,
  responseFilters,
  holds = true,
}: StreamTerms): Instruct {
  const refs = channels.map(({ name, prevId, filters = [] }) => ({
    name,
    filters,
    ...(prevId !== undefined && { prevId }),
  }))
  return {
    response: { code: 200, reason: 'OK', headers: [], body: Buffer.alloc(0) },
    meta: { url: '/filter', user: 'alice' },
    exposeHeaders: [],
    ...(holds && { hold: { mode: 'stream', timeout: 0, channels: refs } }),
    ...(next !== undefined && { next: { uri: next, timeout: 120_000 } }),
    ...(responseFilters && { responseFilters }),
  }
}

type Limits = Partial<StreamWorld['options']>

export interface PublishTerms {
  readonly channel?: string
  readonly id?: string
  readonly 'prev-id'?: string
}

/** A publish that waits. */
interface Waiting {
  readonly bytes: number
  /** It came while the next link was asked. False: it waits for a filter, or did so before. */
  linked: boolean
}

export class StreamScript implements Receiver, DeliveryOwner, StreamWorld {
  readonly kind = 'stream'
  readonly exchangeId = 1
  readonly connectionId = '1'
  readonly channelPrefix = ''
  readonly url = new URL('http://example.test/')
  readonly waitingRoom = new WaitingRoom()
  readonly options: StreamWorld['options']
  readonly machine: StreamMachine
  readonly #sink = new RecordingSink()
  /** What happened, in order: outcomes, what was sent, and what else is to be done. */
  readonly log: string[] = []
  /** Of each publish: its outcomes that are final. */
  readonly finals = new Map<number, Outcome[]>()
  /** Publishes that wait, with their bytes. */
  readonly waiting = new Map<number, Waiting>()
  debug = false
  cannotTake: Cause | undefined
  #unread = 0
  #mayAsk = true
  published = 0
  #ended = false
  #sending = false

  constructor(terms: StreamTerms = {}, limits: Limits = {}) {
    this.options = { ...defaultLimits, ...limits }
    this.machine = new StreamMachine(this, streamInstruct(terms))
  }

  get meta(): Readonly<Record<string, string>> {
    return this.machine.meta
  }

  get subscriptions(): readonly Subscription[] {
    return this.machine.subscriptions
  }

  get looking(): boolean {
    return this.machine.inbox.closed || this.machine.inbox.busy
  }

  get over(): boolean {
    return this.#ended
  }

  /** What was written down since the last call, without the clocks of links. */
  since(): string[] {
    return this.log.splice(0).filter((line) => !line.endsWith('watch-link') && line !== 'leave-turn')
  }

  overflows(bytes: number): boolean {
    return this.#unread > 0 && this.#unread + bytes > this.options.clientBufferMax
  }

  mayAsk(): boolean {
    return this.#mayAsk
  }

  subscriptionsFor({ hold }: Instruct): readonly Subscription[] {
    return (hold?.channels ?? []).map(({ name, prevId, filters }) => ({
      channel: name,
      receiver: this,
      prevId,
      filters,
    }))
  }

  /** So many bytes wait for the client to read them. */
  leaveUnread(bytes: number): void {
    this.#unread = bytes
  }

  /** @param atOnce filters may ask at once */
  rateFilters(atOnce: boolean): void {
    this.#mayAsk = atOnce
  }

  // ---- what comes in -----------------------------------------------------------------------------------------------

  start(): this {
    return this.#then(() => this.machine.start())
  }

  /** Publishes to the hold. Nothing, if it does not listen to the channel any more. */
  publish(format: object, more: PublishTerms = {}): this {
    return this.together([format, more])
  }

  /** The same with some items at once: all are decided about and sent before what else was decided is done. */
  together(...publishes: readonly (readonly [format: object, more?: PublishTerms])[]): this {
    const decided = publishes.map(([format, more = {}]) => this.#decide(format, more))
    this.#sending = true
    for (const act of decided) act?.()
    this.#sending = false
    return this.#then(() => {})
  }

  #decide(format: object, { channel = 'room', ...more }: PublishTerms): (() => void) | undefined {
    const subscription = this.subscriptions.find((s) => s.channel === channel)
    if (!subscription || this.#ended) return undefined
    const parsed = parsePublishItem({ channel, ...more, formats: { 'http-stream': format } }, 'item')
    if (!parsed.ok) throw new Error(parsed.problem.message)
    const delivery = new Delivery(parsed.item, ++this.published, this)
    const decision = delivery.to(subscription)
    this.#outcome(delivery.p, decision, parsed.item.size)
    return () => delivery.act(this, decision)
  }

  send(content: string, more: PublishTerms = {}): this {
    return this.publish({ content }, more)
  }

  refresh(why: SentReason): this {
    return this.#then(() => this.machine.refresh(why))
  }

  turn(why: SentReason = 'next'): this {
    return this.#then(() => this.machine.turn(why))
  }

  linkData(text: string): this {
    return this.#then(() => {
      if (this.machine.linkData(Buffer.from(text))) this.log.push(`write ${text}`)
    })
  }

  linkDone(terms: StreamTerms): this {
    return this.#then(() => this.machine.linkDone(streamInstruct(terms)))
  }

  linkFailed(message: string): this {
    return this.#then(() => this.machine.linkFailed(inWords(message)))
  }

  filterAnswered(status: number, action = '', body = ''): this {
    return this.#then(() => this.machine.inbox.filters?.answered(status, action, Buffer.from(body)))
  }

  filterUnanswered(why: string): this {
    return this.#then(() => this.machine.inbox.filters?.unanswered(inWords(why)))
  }

  /** The client is gone. */
  leave(): this {
    return this.#then(() => this.#end('left'))
  }

  // ---- what is called back -----------------------------------------------------------------------------------------

  take(delivery: Delivery, subscription: Subscription): Decision {
    return this.machine.take(delivery, subscription)
  }

  act({ item }: Delivery, { act, made }: Decision): void {
    if (act === 'send') this.log.push(`write ${(made ?? item.formats.stream?.content ?? '').toString()}`)
    this.#run()
  }

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

  #outcome(p: number, decision: Decision, bytes: number): void {
    if (!isFinal(decision)) this.waiting.set(p, { bytes, linked: this.machine.at !== 'holding' })
    this.#note(p, OUTCOMES[decision.outcome] ?? 'bad-item', decision.why)
  }

  #note(p: number, outcome: Outcome, why: Cause | undefined): void {
    this.log.push(`${p} ${outcome}${why === undefined ? '' : `: ${causeWords(why)}`}`)
    if (outcome === 'waiting') return
    this.waiting.delete(p)
    this.finals.set(p, [...(this.finals.get(p) ?? []), outcome])
  }

  #run(): void {
    if (this.#sending) return
    for (let command = this.machine.nextCommand(); command; command = this.machine.nextCommand()) this.#do(command)
  }

  #do(command: StreamCommand): void {
    switch (command.do) {
      case 'settle':
        command.delivery.settle(this, command.decision)
        break
      case 'go-on-filtering':
        this.machine.inbox.filters?.goOn()
        break
      case 'catch-up':
        this.machine.catchUp()
        break
      case 'request-filter':
        this.log.push(`ask ${command.filter} ${command.url.pathname} about ${command.message.delivery.p}`)
        break
      case 'request-link':
        this.log.push(`request ${command.url.pathname} ${[...command.lastIds].join(' ')} (${command.why})`)
        break
      case 'await-turn':
        this.log.push(`await turn (${command.why})`)
        break
      case 'send-link-body':
        this.log.push(`write ${command.content.toString()}`)
        break
      case 'hold':
        for (const waiting of this.waiting.values()) waiting.linked = false
        this.log.push(`hold ${command.subscriptions.map(({ channel }) => channel).join(' ')}`)
        break
      case 'finish':
        this.#end(command.how)
        break
      case 'fail':
        this.#end(`failed: ${causeWords(command.why)}`)
        break
      case 'cut-off':
        this.#end('cut off')
        break
      default:
        this.log.push(command.do)
    }
  }

  #end(how: string): void {
    if (this.#ended) return
    this.#ended = true
    this.machine.release()
    this.#run()
    this.log.push(`end: ${how}`)
  }
}
