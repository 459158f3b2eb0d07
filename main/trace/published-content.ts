// The bytes that a publish put on one client's connection: what filters or a body-patch made of its content is in the
// delivery, everything else is the item's own. Nothing is filtered again: meta and filters may be others by now.
import { readKeptFormats } from '../grip/publish-item'
import type { PublishItem } from '../grip/publish-types'
import { decodeFormats } from '../grip/published-formats'
import { type DeliveryEvent, OUTCOMES, type PublishEvent, type PublishId } from './events'
import type { ExchangeRecord } from './exchange-state'
import { publishOf } from './outcomes'
import type { TraceRecords } from './trace-records'

const EMPTY = Buffer.alloc(0)
const DELIVERED = OUTCOMES.indexOf('delivered')
/** Items that were read are remembered with their events up to this size: others are read again. */
const REMEMBERED_MAX = 4096
const parsed = new WeakMap<PublishEvent, ItemContent | 'bad'>()

/** What is known of an item by its bytes. */
export type ItemContent = Pick<PublishItem, 'formats'>

/** What one client got of a publish. */
export interface SentContent {
  /** What is kept of it: its beginning. */
  readonly data: Buffer
  /** Bytes that it had. */
  readonly size: number
}

/** The item behind an event; undefined where its formats can't be read (it would not have been accepted). */
export function publishedItem(event: PublishEvent): ItemContent | undefined {
  let item = parsed.get(event)
  if (item === undefined) {
    const formats = readKeptFormats(decodeFormats(event.formats))
    item = formats ? { formats } : 'bad'
    if (event.formats.length <= REMEMBERED_MAX) parsed.set(event, item)
  }
  return item === 'bad' ? undefined : item
}

/** Where publishes are found: the model, or what was taken from it. */
export type Publishes = Pick<TraceRecords, 'publishes'>

/**
 * What was sent by a delivery to one exchange. Of a publish that has left memory nothing is known.
 * @param index the exchange's place in the event
 */
export function sentContent(
  model: Publishes,
  exchange: ExchangeRecord,
  event: DeliveryEvent,
  index = event.exchanges.indexOf(exchange.id),
): SentContent {
  return madeFor(event, index) ?? ownContent(model, exchange, event.p)
}

/** Bytes that a delivery put on a stream, without reading its content. Null: the publish has left memory. */
export function sentToStream(publishes: Publishes, event: DeliveryEvent, index: number): number | null {
  return madeFor(event, index)?.size ?? publishOf(publishes, event.p)?.streamSize ?? null
}

/** What was sent to an exchange that this publish answered. */
export function answeringContent(model: TraceRecords, exchange: ExchangeRecord, p: PublishId): SentContent {
  for (const event of model.publishes.get(p)?.deliveries ?? []) {
    const { exchanges, outcomes } = event
    for (let i = exchanges.indexOf(exchange.id); i >= 0; i = exchanges.indexOf(exchange.id, i + 1))
      if (outcomes[i] === DELIVERED) return sentContent(model, exchange, event, i)
  }
  return ownContent(model, exchange, p)
}

/** Did filters, or a body-patch, make something else of the item's content? */
export function isMade({ made }: DeliveryEvent, index: number): boolean {
  return made !== undefined && (made.which[index] ?? 0) > 0
}

function madeFor({ made }: DeliveryEvent, index: number): SentContent | undefined {
  const number = made?.which[index] ?? 0
  if (!made || number === 0) return undefined
  const { data, ends, sizes } = made
  const kept = data.subarray(ends[number - 2] ?? 0, ends[number - 1] ?? 0)
  return { data: Buffer.from(kept.buffer, kept.byteOffset, kept.byteLength), size: sizes[number - 1] ?? kept.length }
}

function ownContent(model: Publishes, exchange: ExchangeRecord, p: PublishId): SentContent {
  const publish = publishOf(model, p)
  const item = publish && publishedItem(publish)
  const data = item ? contentFor(item, exchange) : EMPTY
  return { data, size: data.length }
}

function contentFor(item: ItemContent, exchange: ExchangeRecord): Buffer {
  const { response, stream, websocket } = item.formats
  switch (exchange.mode) {
    case 'response':
      return response?.body ?? EMPTY
    case 'stream':
      return stream?.content ?? EMPTY
    case 'websocket':
      return websocket?.content ?? EMPTY
    default:
      return EMPTY
  }
}
