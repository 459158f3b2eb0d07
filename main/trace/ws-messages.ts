// The messages of a WebSocket both ways, those of publishes among them, in the order of their times.
import type { WsMessageView } from '../../preload/views'
import { latestOutcomes } from './deliveries'
import { OUTCOMES, type WsMessageEvent } from './events'
import type { ExchangeRecord } from './exchange-state'
import type { TraceModel } from './model'
import { publishOf } from './outcomes'
import { itemOf, publishedContent } from './published-content'

/** Messages that are shown; of more, the latest. */
const SHOWN_MAX = 1000

export function wsMessages(model: TraceModel, exchange: ExchangeRecord): WsMessageView[] {
  if (exchange.kind !== 'websocket') return []
  const messages: WsMessageView[] = []
  for (const event of exchange.events) if (event.type === 'ws-message') messages.push(ownMessage(event))
  for (const { event, index } of latestOutcomes(model, exchange, SHOWN_MAX)) {
    if (OUTCOMES[event.outcomes[index] ?? 0] !== 'delivered') continue
    const publish = publishOf(model, event.p)
    const kind = (publish && itemOf(publish)?.formats.websocket?.type) ?? 'text'
    const data = publishedContent(model, exchange, event.p)
    messages.push({ at: event.t, from: 'publish', kind, size: data.length, passed: true, ...content(kind, data) })
  }
  return messages.sort((a, b) => a.at - b.at).slice(-SHOWN_MAX)
}

function ownMessage({ t, from, kind, data, size, passed }: WsMessageEvent): WsMessageView {
  return { at: t, from, kind, size, passed, ...content(kind, data) }
}

function content(kind: string, data: Uint8Array): { text: string | null; base64: string | null } {
  const bytes = Buffer.from(data.buffer, data.byteOffset, data.byteLength)
  return kind === 'binary'
    ? { text: null, base64: bytes.toString('base64') }
    : { text: bytes.toString('utf8'), base64: null }
}
