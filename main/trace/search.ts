// Looks for text in what was kept of exchanges and publishes: headers, bodies, messages. In slices of a few milliseconds,
// since the engine works in the same thread. What one publish brought to many is looked through once.
import type { Needle, SearchHit } from '../../preload/contract/search'
import { codingsOf } from '../grip/content-coding'
import { textOfHeader } from '../grip/grip-headers'
import { outcomesOf } from './deliveries'
import { type ExchangeEvent, type ExchangeId, OUTCOMES, type PublishId, type RawHeaders } from './events'
import type { ExchangeRecord } from './exchange-state'
import type { TraceModel } from './model'
import type { PublishRecord } from './publish-state'
import { answeringContent, isMade, publishedItem, sentContent } from './published-content'
import { shownBody } from './shown-body'
import { TextScan } from './text-scan'

/** Milliseconds of work before others get their turn. */
const SLICE = 5
/** Deliveries to one exchange that are looked at. */
const DELIVERIES_MAX = 20_000
/** Events between two looks at the clock. */
const EVENTS = 2000
/** Bytes of an item whose reading is felt. */
const LONG = 128 * 1024
const DELIVERED = OUTCOMES.indexOf('delivered')

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
  const contents = new PublishedContents(needles)
  const exchanges: SearchHit[] = []
  for (const id of ids.exchanges) {
    const exchange = model.exchanges.get(id)
    if (!exchange) continue
    const scan = new Scan(id, needles)
    await scanExchange(model, exchange, scan, slice, contents)
    exchanges.push(...scan.hits)
    if (slice.isOver) await slice.rest()
  }
  const publishes: SearchHit[] = []
  for (const id of ids.publishes) {
    const publish = model.publishes.get(id)
    if (!publish) continue
    const scan = new Scan(id, needles)
    await scanPublish(publish, scan, slice)
    publishes.push(...scan.hits)
    if (slice.isOver) await slice.rest()
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

  /** It is time for others: `rest` then. */
  get isOver(): boolean {
    return this.#pace.now() >= this.#until
  }

  /** Lets others have their turn; a new slice begins. */
  async rest(): Promise<void> {
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
      const value = textOfHeader(headers[i + 1] ?? '').toLowerCase()
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
      if (slice.isOver) await slice.rest()
    }
  }

  /** Needles that are known to be in a body. */
  found(place: string, needles: readonly number[]): void {
    for (const needle of needles) this.#hit(needle, place)
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

/** Which needles are in the contents of publishes: the same content has gone to many. */
class PublishedContents {
  readonly #needles: readonly Needle[]
  readonly #found = new Map<string, readonly number[]>()

  constructor(needles: readonly Needle[]) {
    this.#needles = needles
  }

  /** @param key names the content @param long its bytes take some milliseconds to read */
  async in(key: string, long: boolean, read: () => Uint8Array, slice: Slice): Promise<readonly number[]> {
    const known = this.#found.get(key)
    if (known) return known
    if (long) await slice.rest()
    const scan = new Scan(0, this.#needles)
    await scan.body('', [read()], slice)
    const found = scan.hits.map(({ needle }) => needle)
    this.#found.set(key, found)
    return found
  }
}

interface Answer {
  readonly headers: RawHeaders
  readonly parts: Uint8Array[]
}

async function scanExchange(
  model: TraceModel,
  exchange: ExchangeRecord,
  scan: Scan,
  slice: Slice,
  contents: PublishedContents,
): Promise<void> {
  const { request, response } = exchange
  const { answers, requestParts, responseParts, messages } = await sorted(exchange.events, slice)
  scan.headers('request header', request.headers)
  for (const { headers } of answers) scan.headers('backend’s header', headers)
  if (response) scan.headers('response header', response.headers)
  if (scan.done) return
  await scan.body('request body', await decompressed(request.headers, requestParts), slice)
  for (const { headers, parts } of answers) await scan.body('response body', await decompressed(headers, parts), slice)
  await scan.body('response body', responseParts, slice)
  await scan.body('message', separated(messages), slice)
  if (response?.body === 'publish' && response.p !== undefined && !scan.done) {
    await scan.body('response body', [answeringContent(model, exchange, response.p).data], slice)
  }
  if (exchange.mode === 'stream') await scanDeliveries(model, exchange, 'response body', scan, slice, contents)
  if (exchange.mode === 'websocket') await scanDeliveries(model, exchange, 'message', scan, slice, contents)
}

/** What publishes put on a stream or a WebSocket. */
async function scanDeliveries(
  model: TraceModel,
  exchange: ExchangeRecord,
  place: string,
  scan: Scan,
  slice: Slice,
  contents: PublishedContents,
): Promise<void> {
  let left = DELIVERIES_MAX
  for (const { event, index } of outcomesOf(model, exchange)) {
    if (scan.done || left === 0) return
    if (slice.isOver) await slice.rest()
    if (event.outcomes[index] !== DELIVERED) continue
    left--
    const read = (): Uint8Array => sentContent(model, exchange, event, index).data
    if (isMade(event, index)) await scan.body(place, [read()], slice)
    else scan.found(place, await contents.in(`${exchange.mode} ${event.p}`, isLong(model, event.p), read, slice))
  }
}

/** The bytes among an exchange's events, by what they are of. */
async function sorted(all: readonly ExchangeEvent[], slice: Slice) {
  const answers: Answer[] = []
  const requestParts: Uint8Array[] = []
  const responseParts: Uint8Array[] = []
  const messages: Uint8Array[] = []
  const end = { 'request-data': 0, 'answer-data': 0, 'response-data': 0 }
  // A copy, where there are so many that others have their turn meanwhile: the list goes on.
  const events = all.length > EVENTS ? all.slice() : all
  for (let i = 0; i < events.length; i++) {
    if (i % EVENTS === EVENTS - 1 && slice.isOver) await slice.rest()
    const event = events[i]
    if (!event || 'filter' in event) continue
    if (event.type === 'answered') {
      answers.push({ headers: event.headers, parts: [] })
      end['answer-data'] = 0
    } else if (event.type === 'ws-message') {
      messages.push(event.data)
    } else if (event.type === 'request-data' || event.type === 'answer-data' || event.type === 'response-data') {
      const parts =
        event.type === 'request-data'
          ? requestParts
          : event.type === 'answer-data'
            ? answers.at(-1)?.parts
            : responseParts
      const { at = end[event.type], data } = event
      // Nothing is found across what is missing.
      if ('tail' in event && at > end[event.type] && data.byteLength > 0) parts?.push(LINE)
      parts?.push(data)
      end[event.type] = at + data.byteLength
    }
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

/** What a body says, as it is shown: decompressed, if it went over the wire compressed and can be. */
async function decompressed(headers: RawHeaders, parts: readonly Uint8Array[]): Promise<readonly Uint8Array[]> {
  if (parts.length === 0 || codingsOf(headers).length === 0) return parts
  const size = parts.reduce((sum, part) => sum + part.byteLength, 0)
  return [(await shownBody({ size, headers, parts, gaps: [] })).bytes]
}

function isLong(model: TraceModel, p: PublishId): boolean {
  const event = model.publishes.get(p)?.event
  return event?.type === 'publish' && event.formats.length > LONG
}

async function scanPublish({ event }: PublishRecord, scan: Scan, slice: Slice): Promise<void> {
  if (event.type === 'publish-refused') {
    await scan.body('call', [event.data], slice)
    return
  }
  // Of a long one it takes some milliseconds.
  if (event.formats.length > LONG) await slice.rest()
  const item = publishedItem(event)
  if (item) {
    const { response, stream, websocket } = item.formats
    if (response?.body) await scan.body('http-response', [response.body], slice)
    if (stream?.content) await scan.body('http-stream', [stream.content], slice)
    if (websocket?.content) await scan.body('ws-message', [websocket.content], slice)
  }
  // What is in no content: codes, headers, actions, meta.
  await scan.body('item', [event.formats, Buffer.from(JSON.stringify(event.meta ?? {}))], slice)
}
