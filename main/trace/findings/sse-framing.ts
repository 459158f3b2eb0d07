// An event stream whose text is not what an EventSource reads: a line that it ignores, or an event without a blank line after it.
// What a stream was sent is read as one text. Only what is not whole of it is kept, until the rest comes.
import { readEventLines, restFault } from '../../grip/event-stream-lines'
import { gripOf } from '../../grip/instruct'
import type { AnswerDataEvent, DeliveryEvent, EndReason, ExchangeId, ResponseDataEvent, TraceTime } from '../events'
import type { Handlers, Rule, RuleKit } from './finding'
import type { ExchangeFacts } from './session-facts'
import { DELIVERED, madeFor, StreamContents } from './stream-content'
import { quoted, requestOf } from './words'

/** Milliseconds after a part in which the rest of its event may come. */
const QUIET = 1000
/** Bytes of an event that is not whole; of a longer one, only that it is not whole is known. */
const REST_MAX = 64 * 1024
/** Streams with such a rest; of more, it is not judged. */
const OPEN_MAX = 10_000
/** Subscriptions of one publish that are looked at. */
const LOOKED_AT = 1000

/** A stream whose text is not whole for now. */
interface Open {
  text: Buffer
  /** When its last part came. */
  t: TraceTime
  told: boolean
}

export const sseFraming: Rule = {
  id: 'sse-framing',
  severity: 'error',
  watch: (kit) => new Framings(kit).handlers,
}

class Framings {
  readonly #kit: RuleKit
  readonly #contents: StreamContents
  readonly #open = new Map<ExchangeId, Open>()
  /** Of what they were sent, a part is not kept: nothing is known from there on. */
  readonly #lost = new WeakSet<ExchangeFacts>()
  readonly #keepAlives = new WeakMap<ExchangeFacts, Buffer>()
  readonly handlers: Handlers

  constructor(kit: RuleKit) {
    this.#kit = kit
    this.#contents = new StreamContents(kit.session, (facts) => facts.isEventStream)
    this.handlers = {
      publish: (event) => this.#contents.publish(event),
      delivery: (event) => this.#delivery(event),
      'response-data': (event) => this.#part(event),
      'answer-data': (event) => {
        if (!event.filter) this.#part(event)
      },
      instruct: ({ x, understood }) => {
        const content = understood?.hold?.keepAlive?.content
        const facts = content && kit.session.exchange(x)
        if (facts) this.#keepAlives.set(facts, Buffer.from(content.subarray(0, REST_MAX)))
      },
      'keep-alive': ({ exchanges, t }) => {
        if (this.#open.size === 0 && exchanges.length > LOOKED_AT) return
        for (const x of exchanges) this.#keepAlive(x, t)
      },
      ended: ({ x, how, t }) => this.#ended(x, how, t),
    }
  }

  #part({ x, t, data, tail, type }: ResponseDataEvent | AnswerDataEvent): void {
    const facts = this.#kit.session.exchange(x)
    if (!facts?.isEventStream) return
    if (passes(facts) !== (type === 'answer-data')) return
    // Of a long body, what lies between its beginning and its tail is not kept.
    if (tail) {
      this.#lost.add(facts)
      this.#open.delete(x)
      return
    }
    const stray = this.#feed(facts, Buffer.from(data.buffer, data.byteOffset, data.byteLength), t)
    if (stray !== undefined) this.#tellStray([facts], stray)
  }

  #delivery(event: DeliveryEvent): void {
    const content = this.#contents.delivery(event)
    if (!content) {
      // What was sent is not known, so neither is whether it was whole.
      if (this.#open.size > 0) for (const x of event.exchanges) this.#open.delete(x)
      return
    }
    const { stray, rest } = readEventLines(content)
    const isWhole = stray === undefined && rest === content.length
    if (isWhole && this.#open.size === 0 && !event.made) return
    const found: ExchangeFacts[] = []
    let line: string | undefined
    for (let i = 0; i < Math.min(event.exchanges.length, LOOKED_AT); i++) {
      const x = event.exchanges[i]
      if (x === undefined || event.outcomes[i] !== DELIVERED) continue
      const facts = this.#kit.session.exchange(x)
      if (facts?.held?.mode !== 'stream' || !facts.isEventStream) continue
      const made = madeFor(event, i)
      if (made === undefined) this.#open.delete(x)
      else {
        const strange = this.#feed(facts, made === 'own' ? content : made, event.t)
        if (strange === undefined) continue
        line ??= strange
        found.push(facts)
      }
    }
    if (line !== undefined) this.#tellStray(found, line, event)
  }

  #keepAlive(x: ExchangeId, t: TraceTime): void {
    const facts = this.#kit.session.exchange(x)
    const content = facts && this.#keepAlives.get(facts)
    if (!content || !facts?.isEventStream) return
    const stray = this.#feed(facts, content, t)
    if (stray !== undefined) this.#tellStray([facts], stray)
  }

  /** Returns a line that an EventSource ignores. */
  #feed(facts: ExchangeFacts, part: Buffer, t: TraceTime): string | undefined {
    if (part.length === 0 || this.#lost.has(facts)) return undefined
    const before = this.#open.get(facts.id)
    const text = before && before.text.length > 0 ? Buffer.concat([before.text, part]) : part
    const { stray, rest } = readEventLines(text)
    const left = text.subarray(rest)
    if (left.length === 0) this.#open.delete(facts.id)
    else if (left.length > REST_MAX) {
      this.#lost.add(facts)
      this.#open.delete(facts.id)
    } else if (before) {
      before.text = Buffer.from(left)
      before.t = t
    } else if (this.#open.size < OPEN_MAX) {
      const open: Open = { text: Buffer.from(left), t, told: false }
      this.#open.set(facts.id, open)
      this.#judgeLater(facts, open, QUIET)
    }
    return stray
  }

  #judgeLater(facts: ExchangeFacts, open: Open, ms: number): void {
    this.#kit.later(
      ms,
      () => {
        if (this.#open.get(facts.id) !== open || open.told) return
        const quiet = this.#kit.now() - open.t
        if (quiet < QUIET) this.#judgeLater(facts, open, QUIET - quiet)
        else this.#judge(facts, open)
      },
      'drop',
    )
  }

  #ended(x: ExchangeId, how: EndReason, t: TraceTime): void {
    const open = this.#open.size > 0 ? this.#open.get(x) : undefined
    if (!open) return
    this.#open.delete(x)
    const facts = this.#kit.session.exchange(x)
    // What was cut off by somebody may have been about to be whole.
    const isWhole = how === 'complete' || how === 'closed'
    if (facts && !open.told && (isWhole || t - open.t >= QUIET)) this.#judge(facts, open)
  }

  #judge(facts: ExchangeFacts, open: Open): void {
    const fault = restFault(open.text)
    if (fault === undefined) return
    open.told = true
    const end = quoted(open.text.subarray(-60).toString('utf8'))
    if (fault === 'no-field') {
      this.#tellStray([facts], open.text.toString('utf8', 0, 100))
      return
    }
    this.#kit.report({
      key: `unfinished ${requestOf(facts)}`,
      t: open.t,
      exchanges: [facts.id],
      ...channelOf(facts),
      text: `What the event stream #${facts.id} (${requestOf(facts)}) was sent ends with ${end}, without a blank line. An EventSource waits for the blank line and does not deliver the event.`,
      fix: 'End each event with a blank line: "data: …\\n\\n". Publishes too: "http-stream": {"content": "data: …\\n\\n"}.',
    })
  }

  #tellStray(streams: readonly ExchangeFacts[], line: string, delivery?: DeliveryEvent): void {
    const facts = streams.at(-1)
    if (!facts) return
    this.#kit.report({
      key: `no-field ${requestOf(facts)}`,
      t: delivery?.t ?? this.#kit.now(),
      exchanges: streams.slice(-20).map(({ id }) => id),
      ...(delivery ? { channel: delivery.channel, messages: [delivery.p] } : channelOf(facts)),
      text: `The event stream #${facts.id} (${requestOf(facts)}) was sent the line ${quoted(line)}, which is neither an event's field (data, event, id, retry) nor a comment. An EventSource ignores it.`,
      fix: 'Write content as events: "data: …\\n\\n", with data: before each line of it. Publishes too: "http-stream": {"content": "data: …\\n\\n"}.',
    })
  }
}

/** The client gets the backend's answer as it comes. Its first parts may come before the response. */
function passes({ response, answered }: ExchangeFacts): boolean {
  if (response) return response.body === 'answer' && !response.changed
  return answered !== undefined && gripOf(answered.headers) === 'none'
}

function channelOf({ channels }: ExchangeFacts): { channel?: string } {
  const [channel] = channels
  return channel !== undefined && channels.size === 1 ? { channel } : {}
}
