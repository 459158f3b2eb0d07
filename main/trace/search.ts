// Looks for text in what was kept of exchanges and publishes: headers, bodies, messages. In slices of a few milliseconds,
// since the engine works in the same thread.
import type { Needle, SearchHit } from '../../preload/contract'
import { codingsOf } from '../grip/content-coding'
import { firstOutcomes } from './deliveries'
import { type ExchangeEvent, type ExchangeId, OUTCOMES, type PublishId, type RawHeaders } from './events'
import type { ExchangeRecord } from './exchange-state'
import type { TraceModel } from './model'
import type { PublishRecord } from './publish-state'
import { answeringContent, itemOf, sentContent } from './published-content'
import { shownBody } from './shown-body'
import { TextScan } from './text-scan'

/** Milliseconds of work before others get their turn. */
const SLICE = 5
/** Deliveries to one exchange that are looked at. */
const DELIVERIES_MAX = 20_000

export interface Searched {
  readonly exchanges: SearchHit[]
  readonly publishes: SearchHit[]
}

/** Gives other work its turn. For tests: how time passes. */
export interface Pace {
  readonly now: () => number
  readonly rest: () => Promise<void>
}

const realPace: Pace = {
  now: () => performance.now(),
  rest: () => new Promise((resolve) => setImmediate(resolve)),
}

/**
 * Which of these exchanges and publishes have which needle, and where the first one is. Ids that are not known (any more)
 * have none. Letters count as the same in upper and lower case.
 * @param model borrowed, so that the bytes of its events stay what they are (LiveTrace.borrow)
 */
export async function searchTrace(
  model: TraceModel,
  needles: readonly Needle[],
  ids: { readonly exchanges: readonly ExchangeId[]; readonly publishes: readonly PublishId[] },
  pace: Pace = realPace,
): Promise<Searched> {
  const slice = new Slice(pace)
  const exchanges: SearchHit[] = []
  for (const id of ids.exchanges) {
    const exchange = model.exchanges.get(id)
    if (!exchange) continue
    const scan = new Scan(id, needles)
    await scanExchange(model, exchange, scan, slice)
    exchanges.push(...scan.hits)
    await slice.over()
  }
  const publishes: SearchHit[] = []
  for (const id of ids.publishes) {
    const publish = model.publishes.get(id)
    if (!publish) continue
    const scan = new Scan(id, needles)
    await scanPublish(publish, scan, slice)
    publishes.push(...scan.hits)
    await slice.over()
  }
  return { exchanges, publishes }
}

/** Work in turns. */
class Slice {
  readonly #pace: Pace
  #until: number

  constructor(pace: Pace) {
    this.#pace = pace
    this.#until = pace.now() + SLICE
  }

  /** Rests once a slice is over; resolves at once before that. */
  async over(): Promise<void> {
    if (this.#pace.now() < this.#until) return
    await this.#pace.rest()
    this.#until = this.#pace.now() + SLICE
  }
}

/** What is found in one record. */
class Scan {
  readonly hits: SearchHit[] = []
  readonly #id: number
  readonly #needles: readonly Needle[]
  #open: number[]

  constructor(id: number, needles: readonly Needle[]) {
    this.#id = id
    this.#needles = needles
    this.#open = needles.map((_, index) => index)
  }

  get done(): boolean {
    return this.#open.length === 0
  }

  headers(place: string, headers: RawHeaders): void {
    for (let i = 0; i + 1 < headers.length && !this.done; i += 2) {
      const name = (headers[i] ?? '').toLowerCase()
      const value = latin1AsUtf8(headers[i + 1] ?? '').toLowerCase()
      this.#find('header', `${place} ${headers[i]}`, (text) => headerHas(name, value, text))
    }
  }

  /** A text in parts, of which each may be long. */
  async body(place: string, parts: Iterable<Uint8Array>, slice: Slice): Promise<void> {
    const wanted = this.#open.filter((index) => this.#needles[index]?.where !== 'header')
    if (wanted.length === 0) return
    const scan = new TextScan(wanted.map((index) => this.#needles[index]?.text ?? ''))
    for (const found of scan.through(parts)) {
      for (const at of found) this.#hit(wanted[at] ?? -1, place)
      if (scan.done) return
      await slice.over()
    }
  }

  #find(where: 'header', place: string, has: (text: string) => boolean): void {
    for (const index of [...this.#open]) {
      const needle = this.#needles[index]
      if (!needle || (needle.where !== 'any' && needle.where !== where)) continue
      if (has(needle.text.toLowerCase())) this.#hit(index, place)
    }
  }

  #hit(needle: number, place: string): void {
    if (!this.#open.includes(needle)) return
    this.#open = this.#open.filter((index) => index !== needle)
    this.hits.push({ id: this.#id, needle, place })
  }
}

/** `name=value` is about the header of that name; else the text is anywhere in the line. */
function headerHas(name: string, value: string, text: string): boolean {
  const [, wantedName, wantedValue = ''] = /^([\w-]+)=(.*)$/s.exec(text) ?? []
  if (wantedName !== undefined && name === wantedName && value.includes(wantedValue)) return true
  return `${name}: ${value}`.includes(text)
}

/** Headers are kept byte for byte; as text they are UTF-8 where they can be. */
function latin1AsUtf8(value: string): string {
  if (!/[\x80-\xff]/.test(value)) return value
  const text = Buffer.from(value, 'latin1').toString('utf8')
  return text.includes('\ufffd') ? value : text
}

interface Answer {
  readonly headers: RawHeaders
  readonly parts: Uint8Array[]
}

async function scanExchange(model: TraceModel, exchange: ExchangeRecord, scan: Scan, slice: Slice): Promise<void> {
  const { request, response } = exchange
  const { answers, requestParts, responseParts, messages } = sorted(exchange.events)
  scan.headers('request header', request.headers)
  for (const { headers } of answers) scan.headers('backend’s header', headers)
  if (response) scan.headers('response header', response.headers)
  if (scan.done) return
  await scan.body('request body', await unpacked(request.headers, requestParts), slice)
  for (const { headers, parts } of answers) await scan.body('response body', await unpacked(headers, parts), slice)
  await scan.body('response body', responseParts, slice)
  await scan.body('message', separated(messages), slice)
  if (response?.body === 'publish' && response.p !== undefined && !scan.done) {
    await scan.body('response body', [answeringContent(model, exchange, response.p).data], slice)
  }
  if (exchange.mode !== 'stream' && exchange.mode !== 'websocket') return
  const place = exchange.mode === 'stream' ? 'response body' : 'message'
  for (const { event, index } of firstOutcomes(model, exchange, DELIVERIES_MAX)) {
    if (scan.done) return
    if (OUTCOMES[event.outcomes[index] ?? 0] !== 'delivered') continue
    await scan.body(place, [sentContent(model, exchange, event, index).data], slice)
    await slice.over()
  }
}

/** The bytes among an exchange's events, by what they are of. */
function sorted(events: readonly ExchangeEvent[]) {
  const answers: Answer[] = []
  const requestParts: Uint8Array[] = []
  const responseParts: Uint8Array[] = []
  const messages: Uint8Array[] = []
  for (const event of events) {
    if ('filter' in event) continue
    if (event.type === 'request-data') requestParts.push(event.data)
    else if (event.type === 'answered') answers.push({ headers: event.headers, parts: [] })
    else if (event.type === 'answer-data') answers.at(-1)?.parts.push(event.data)
    else if (event.type === 'response-data') responseParts.push(event.data)
    else if (event.type === 'ws-message') messages.push(event.data)
  }
  return { answers, requestParts, responseParts, messages }
}

const LINE = Buffer.from('\n')

/** Nothing is found across two messages. */
function* separated(messages: readonly Uint8Array[]): Iterable<Uint8Array> {
  for (const message of messages) {
    yield message
    yield LINE
  }
}

/** What a body says, as it is shown: unpacked, if it went over the wire packed and can be. */
async function unpacked(headers: RawHeaders, parts: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  if (parts.length === 0 || codingsOf(headers).length === 0) return parts
  const size = parts.reduce((sum, part) => sum + part.byteLength, 0)
  return [(await shownBody({ size, headers, parts, gaps: [] })).bytes]
}

async function scanPublish({ event }: PublishRecord, scan: Scan, slice: Slice): Promise<void> {
  if (event.type === 'publish-refused') {
    await scan.body('call', [event.data], slice)
    return
  }
  const item = itemOf(event)
  if (item) {
    const { response, stream, websocket } = item.formats
    if (response?.body) await scan.body('http-response', [response.body], slice)
    if (stream?.content) await scan.body('http-stream', [stream.content], slice)
    if (websocket?.content) await scan.body('ws-message', [websocket.content], slice)
  }
  // What is in no content: codes, headers, actions, meta.
  await scan.body('item', [event.formats, Buffer.from(JSON.stringify(event.meta ?? {}))], slice)
}
