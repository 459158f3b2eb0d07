// Finds event streams whose last event has no blank line, or that have lines which are no events: what was sent is read as
// one text, a second after the last part of it, or at its end. Nothing is read while parts come.
import { readFraming } from '../grip/event-stream-text'
import { latestOutcomes } from './deliveries'
import {
  type AnswerDataEvent,
  type EndReason,
  OUTCOMES,
  type PublishEvent,
  type ResponseDataEvent,
  type TraceTime,
} from './events'
import type { ExchangeRecord } from './exchange-state'
import { contentHeaders } from './headers'
import { keepAliveContent } from './instruct-view'
import { publishedItem, sentContent } from './published-content'
import type { TraceRecords } from './trace-records'

/** Milliseconds after a part in which the rest of its event may come. */
const QUIET = 1000
/** While parts come without a pause: how often it is looked at, and how old an unfinished event must be then. */
const BUSY = 5000
const STALE = 3000
/** The end of a stream that is looked at: published messages, events of its own, and bytes. */
const MESSAGES = 16
const EVENTS = 2000
const BYTES = 64 * 1024
/** With less than this kept of a body, its end says nothing. */
const LEAST_KEPT = 1024
/** Streams that are judged in one turn. */
const AT_ONCE = 100

const DELIVERED = OUTCOMES.indexOf('delivered')

/** The streams that are to be judged, and since when they wait. */
export class FramingJudge {
  readonly #waiting = new Map<ExchangeRecord, TraceTime>()

  /** Some stream is to be judged later. */
  get waits(): boolean {
    return this.#waiting.size > 0
  }

  /** A part of the stream went out. */
  note(exchange: ExchangeRecord, t: TraceTime): void {
    exchange.lastPartAt = t
    if (!this.#waiting.has(exchange)) this.#waiting.set(exchange, t)
  }

  forget(exchange: ExchangeRecord): void {
    this.#waiting.delete(exchange)
  }

  /** The stream is over. What somebody else cut off is judged only where its last part was some time ago. */
  end(model: TraceRecords, exchange: ExchangeRecord, how: EndReason, t: TraceTime): void {
    this.#waiting.delete(exchange)
    const whole = how === 'complete' || how === 'closed'
    if (whole || t - exchange.lastPartAt >= QUIET) judge(model, exchange, Number.POSITIVE_INFINITY)
  }

  /** Judges those that are due. @returns those of which something else is known now. */
  judge(model: TraceRecords, now: TraceTime): ExchangeRecord[] {
    const changed: ExchangeRecord[] = []
    let left = AT_ONCE
    for (const [exchange, since] of this.#waiting) {
      const quiet = now - exchange.lastPartAt >= QUIET
      if (!quiet && now - since < BUSY) continue
      if (left-- === 0) break
      if (quiet) this.#waiting.delete(exchange)
      else this.#waiting.set(exchange, now)
      const before = exchange.framing
      judge(model, exchange, quiet ? Number.POSITIVE_INFINITY : now - STALE)
      if (exchange.framing !== before) changed.push(exchange)
    }
    return changed
  }
}

/** @param before an unfinished event counts if it began before this time */
function judge(model: TraceRecords, exchange: ExchangeRecord, before: TraceTime): void {
  // A line that is no event stays lost, whatever follows.
  if (exchange.framing === 'no-field' || endsWell(model, exchange)) {
    if (exchange.framing === 'unfinished') exchange.framing = undefined
    return
  }
  const tail = tailOf(model, exchange)
  if (!tail) return
  const { fault, from } = readFraming(Buffer.concat(tail.parts.map((part) => part.data)), tail.whole)
  if (fault === 'unfinished' && !isStale(tail, from, before)) return
  exchange.framing = fault
}

const endings = new WeakMap<PublishEvent, boolean>()

/** Quick: the last part is a message that is whole by itself, as most are. */
function endsWell(model: TraceRecords, exchange: ExchangeRecord): boolean {
  const { lastMessage, lastKeepAlive, lastPartAt } = exchange
  if (lastMessage === undefined || lastKeepAlive > lastPartAt) return false
  const event = model.publishes.get(lastMessage)?.event
  if (event?.type !== 'publish') return false
  let well = endings.get(event)
  if (well === undefined) {
    const content = publishedItem(event)?.formats.stream?.content
    well = content !== undefined && /(\n\n|\r\r|\r\n\r\n)$/.test(content.subarray(-4).toString('latin1'))
    well &&= content !== undefined && readFraming(content, true).fault === undefined
    endings.set(event, well)
  }
  return well
}

interface Part {
  readonly t: TraceTime
  readonly data: Uint8Array
}

/** The end of what was sent; undefined where it is not known: it is compressed, was not kept, or is more than is looked at. */
function tailOf(model: TraceRecords, exchange: ExchangeRecord): { parts: Part[]; whole: boolean } | undefined {
  const { response } = exchange
  if (!response || contentHeaders(response.headers).contentEncoding !== '') return undefined
  if (model.bodyLimit < LEAST_KEPT) return undefined
  const own = ownTail(exchange)
  if (!own) return undefined
  const sent = publishedTail(model, exchange)
  const from = Math.max(own.from, sent.from)
  const parts = [...own.parts.reverse(), ...sent.parts.reverse()].filter(({ t }) => t >= from)
  parts.sort((a, b) => a.t - b.t)
  if (exchange.lastKeepAlive > (parts.at(-1)?.t ?? 0)) {
    const data = keepAliveContent(exchange)
    if (!data) return undefined
    parts.push({ t: exchange.lastKeepAlive, data })
  }
  return { parts, whole: from === Number.NEGATIVE_INFINITY }
}

interface Tail {
  readonly parts: Part[]
  /** From when on the parts are all that there is. */
  readonly from: TraceTime
}

/** The answer as it passes, and the proxy's own bytes. */
function ownTail({ events, response }: ExchangeRecord): Tail | undefined {
  const own = new Backwards()
  /** Of an answer of which it is not known yet whether it passed. */
  let answer = new Backwards()
  // Where it goes on changed, such as decompressed, its own bytes are no part of what was sent.
  const passes = response?.body === 'answer' && !response.changed
  const passed = (): Part[] => (passes ? [...own.parts, ...answer.parts] : own.parts)
  let begun = false
  for (let i = events.length - 1; i >= Math.max(0, events.length - EVENTS); i--) {
    const event = events[i]
    if (!event || 'filter' in event) continue
    if (event.type === 'answer-data' && !passes) continue
    if (event.type === 'response-data' || event.type === 'answer-data') {
      if (!(event.type === 'response-data' ? own : answer).take(event)) return { parts: passed(), from: event.t }
    } else if (event === response) {
      begun = true
      if (!passes) return { parts: own.parts, from: Number.NEGATIVE_INFINITY }
    } else if (event.type === 'answered') {
      if (begun) return { parts: passed(), from: Number.NEGATIVE_INFINITY }
      answer = new Backwards()
    }
  }
  return undefined
}

/** Parts of a body from the last one on, until enough is known, or what was before is not kept. */
class Backwards {
  readonly parts: Part[] = []
  #bytes = 0
  #at: number | undefined

  /** False: nothing before this part is needed. */
  take({ t, data, at }: ResponseDataEvent | AnswerDataEvent): boolean {
    const follows = this.#at === undefined || (at !== undefined && at + data.byteLength === this.#at)
    if (!follows) return false
    this.parts.push({ t, data })
    this.#at = at
    this.#bytes += data.byteLength
    return this.#bytes < BYTES
  }
}

function publishedTail(model: TraceRecords, exchange: ExchangeRecord): Tail {
  const parts: Part[] = []
  if (exchange.mode !== 'stream') return { parts, from: Number.NEGATIVE_INFINITY }
  const outcomes = latestOutcomes(model, exchange, MESSAGES)
  let bytes = 0
  for (const { event, index } of outcomes.reverse()) {
    if (event.outcomes[index] !== DELIVERED) continue
    const { data, size } = sentContent(model, exchange, event, index)
    // Its end is not kept.
    if (size > data.length) return { parts, from: event.t }
    parts.push({ t: event.t, data })
    bytes += data.length
    if (bytes >= BYTES) return { parts, from: event.t }
  }
  const oldest = outcomes.at(-1)
  return { parts, from: outcomes.length < MESSAGES || !oldest ? Number.NEGATIVE_INFINITY : oldest.event.t }
}

/** The event that begins at this byte began before that time, or before all that is looked at. */
function isStale({ parts, whole }: { parts: readonly Part[]; whole: boolean }, byte: number, time: TraceTime): boolean {
  let passed = 0
  for (const [index, { t, data }] of parts.entries()) {
    passed += data.byteLength
    if (passed > byte) return t <= time || (!whole && index <= 1)
  }
  return false
}
