// The messages of a WebSocket both ways, those of publishes among them, in the order in which the trace got to know them.
// Each has a number, which its event says: it keeps it, whatever leaves memory.
import type { WsMessagePage, WsMessageView } from '../../preload/views'
import { latestOutcomes } from './deliveries'
import type { DeliveryEvent, ExchangeId, WsMessageEvent } from './events'
import type { ExchangeRecord } from './exchange-state'
import type { TraceModel } from './model'
import { publishOf } from './outcomes'
import { publishedItem, sentContent } from './published-content'

/** Messages that can be shown; of more, the latest. */
const KEPT_MAX = 20_000
/** Characters of a message in a list. */
const PREVIEW = 200

/** A message that is known: what it says is read when it is wanted. */
export interface WsMessageRef {
  /** From 1. */
  readonly number: number
  readonly event: WsMessageEvent | DeliveryEvent
}

/** The messages that are kept, in the order of their numbers: the latest 20,000. */
export function wsMessageRefs(model: TraceModel, exchange: ExchangeRecord): WsMessageRef[] {
  if (exchange.kind !== 'websocket') return []
  const refs: WsMessageRef[] = exchange.ownMessages.slice(-KEPT_MAX).map((event) => ({ number: event.number, event }))
  for (const ref of publishedRefs(model, exchange)) refs.push(ref)
  return refs.sort((a, b) => a.number - b.number).slice(-KEPT_MAX)
}

/** Those of publishes alone: the latest 20,000. */
export function publishedRefs(model: TraceModel, exchange: ExchangeRecord): WsMessageRef[] {
  const refs: WsMessageRef[] = []
  for (const { event, index } of latestOutcomes(model, exchange, KEPT_MAX)) {
    const number = event.numbers?.[index] ?? 0
    if (number > 0) refs.push({ number, event })
  }
  return refs.sort((a, b) => a.number - b.number)
}

/** Up to `limit` messages whose numbers are greater than `after`, with their beginnings; null: there is no such exchange. */
export function wsMessagePage(model: TraceModel, id: ExchangeId, after: number, limit: number): WsMessagePage | null {
  const exchange = model.exchanges.get(id)
  if (!exchange) return null
  const refs = wsMessageRefs(model, exchange)
  const from = refs.findIndex(({ number }) => number > after)
  const messages = from < 0 ? [] : refs.slice(from, from + limit)
  return {
    total: exchange.messageCount,
    kept: refs.length,
    messages: messages.map((ref) => wsMessageView(model, exchange, ref, PREVIEW)),
  }
}

/** A message as far as it was kept; null: it is not known, or not any more. */
export function wsMessage(model: TraceModel, id: ExchangeId, number: number): WsMessageView | null {
  const exchange = model.exchanges.get(id)
  const ref = exchange && wsMessageRefs(model, exchange).find((one) => one.number === number)
  return exchange && ref ? wsMessageView(model, exchange, ref) : null
}

/** @param max characters of its text, or of its bytes in base64; left out: all that was kept */
export function wsMessageView(
  model: TraceModel,
  exchange: ExchangeRecord,
  ref: WsMessageRef,
  max = Number.POSITIVE_INFINITY,
): WsMessageView {
  const { number, event } = ref
  if (event.type === 'ws-message') {
    const { t, from, kind, data, size, passed } = event
    return { number, at: t, from, kind, size, passed, ...content(kind, data, max) }
  }
  const publish = publishOf(model, event.p)
  const kind = (publish && publishedItem(publish)?.formats.websocket?.type) ?? 'text'
  const { data, size } = sentContent(model, exchange, event)
  return { number, at: event.t, from: 'publish', kind, size, passed: true, ...content(kind, data, max) }
}

/** Bytes of a character, at most: in what is beyond that, none of the first ones begins. */
const CHARACTER = 4

function content(kind: string, data: Uint8Array, max: number): { text: string | null; base64: string | null } {
  const bytes = Buffer.from(data.buffer, data.byteOffset, Math.min(data.byteLength, CHARACTER * max))
  return kind === 'binary'
    ? { text: null, base64: bytes.toString('base64').slice(0, max) }
    : { text: bytes.toString('utf8').slice(0, max), base64: null }
}
