// Bodies, put together from the events that carry them.
import type { Body, BodyInfo, BodyKind } from '../../preload/views'
import { firstOutcomes } from './deliveries'
import { type AnsweredEvent, type ExchangeId, OUTCOMES, type RawHeaders, type TraceTime } from './events'
import type { ExchangeRecord } from './exchange-state'
import { contentOf } from './headers'
import { instructBody } from './instruct-view'
import type { TraceModel } from './model'
import { publishedContent } from './published-content'

/** Bytes of published content that are put into one body, and deliveries that are looked at for it. */
const PUBLISHED_MAX = 1024 * 1024
const DELIVERIES_MAX = 20_000

/** A body as it was kept. */
export interface KeptBody {
  /** Bytes that went over the wire. */
  readonly size: number
  readonly headers: RawHeaders
  readonly parts: readonly Uint8Array[]
}

/** The bytes of a body as far as they were kept; null if there is no such exchange. */
export function exchangeBody(model: TraceModel, id: ExchangeId, kind: BodyKind): Body | null {
  const exchange = model.exchanges.get(id)
  if (!exchange) return null
  const body = bodyOf(model, exchange, kind)
  return { ...bodyInfo(body), base64: joined(body).toString('base64') }
}

export function bodyOf(model: TraceModel, exchange: ExchangeRecord, kind: BodyKind): KeptBody {
  switch (kind) {
    case 'request':
      return requestBody(exchange)
    case 'answer':
      return answerBody(exchange)
    case 'response':
      return responseBody(model, exchange)
  }
}

export function bodyInfo({ size, headers, parts }: KeptBody): BodyInfo {
  const kept = parts.reduce((sum, part) => sum + part.byteLength, 0)
  return { size: Math.max(size, kept), kept, ...contentOf(headers) }
}

export function joined({ parts }: KeptBody): Buffer {
  return Buffer.concat(parts)
}

function requestBody(exchange: ExchangeRecord): KeptBody {
  const parts: Uint8Array[] = []
  for (const event of exchange.events) if (event.type === 'request-data') parts.push(event.data)
  return { size: exchange.requestSize, headers: exchange.request.headers, parts }
}

/** The last answer's. */
function answerBody(exchange: ExchangeRecord): KeptBody {
  let answered: AnsweredEvent | undefined
  let parts: Uint8Array[] = []
  let size = 0
  for (const event of exchange.events) {
    if ('filter' in event) continue
    if (event.type === 'answered') {
      answered = event
      parts = []
      size = 0
    } else if (event.type === 'answer-data') {
      parts.push(event.data)
      size += event.data.byteLength
    } else if (event.type === 'answer-end') {
      size = event.size
    }
  }
  return { size, headers: answered?.headers ?? [], parts }
}

/** What went to the client: the answer as it passed, the proxy's own bytes, and published content, in their order. */
function responseBody(model: TraceModel, exchange: ExchangeRecord): KeptBody {
  const { response } = exchange
  let pieces: { t: TraceTime; data: Uint8Array }[] = []
  if (response?.body === 'publish' && response.p !== undefined) {
    const data = publishedContent(model, exchange, response.p, () => instructBody(exchange))
    pieces.push({ t: response.t, data })
  } else {
    pieces = ownPieces(exchange)
    if (exchange.mode === 'stream') pieces = pieces.concat(publishedPieces(model, exchange))
  }
  pieces.sort((a, b) => a.t - b.t)
  return { size: exchange.responseSize, headers: response?.headers ?? [], parts: pieces.map((piece) => piece.data) }
}

function ownPieces(exchange: ExchangeRecord): { t: TraceTime; data: Uint8Array }[] {
  const pieces: { t: TraceTime; data: Uint8Array }[] = []
  let answer: typeof pieces = []
  let begun = false
  /** The answer whose body is the response's is the one that was coming when the response began. */
  let passing = false
  for (const event of exchange.events) {
    if ('filter' in event) continue
    if (event.type === 'answered') {
      answer = []
      passing = false
    } else if (event.type === 'answer-data') {
      if (passing) pieces.push({ t: event.t, data: event.data })
      else if (!begun) answer.push({ t: event.t, data: event.data })
    } else if (event.type === 'response') {
      begun = true
      passing = event.body === 'answer'
      if (passing) for (const piece of answer) pieces.push(piece)
    } else if (event.type === 'response-data') {
      pieces.push({ t: event.t, data: event.data })
    }
  }
  return pieces
}

function publishedPieces(model: TraceModel, exchange: ExchangeRecord): { t: TraceTime; data: Uint8Array }[] {
  const pieces: { t: TraceTime; data: Uint8Array }[] = []
  let bytes = 0
  for (const { event, index } of firstOutcomes(model, exchange, DELIVERIES_MAX)) {
    if (OUTCOMES[event.outcomes[index] ?? 0] !== 'delivered') continue
    const data = publishedContent(model, exchange, event.p)
    bytes += data.length
    if (bytes > PUBLISHED_MAX) break
    pieces.push({ t: event.t, data })
  }
  return pieces
}
