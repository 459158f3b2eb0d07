// The messages of a WebSocket in a HAR entry, in the form that browsers' developer tools write: what the client sent and got.
import type { Entry } from 'har-format'
import { parseGripExtension } from '../grip/grip-extension'
import { headerValue } from '../grip/grip-headers'
import { latestOutcomes } from './deliveries'
import { type DeliveryEvent, OUTCOMES, type WsMessageEvent } from './events'
import type { ExchangeRecord } from './exchange-state'
import { listOf, type Written } from './json-pieces'
import type { TraceModel } from './model'
import { publishOf } from './outcomes'
import { itemOf, publishedContent } from './published-content'

type Message = NonNullable<Entry['_webSocketMessages']>[number] & {
  /** Bytes of the message, where it was not kept whole. */
  readonly _size?: number
  readonly comment?: string
}
/** HTTP Toolkit's. */
type Close = { readonly code?: number; readonly reason?: string; readonly timestamp?: number } | 'aborted'

interface Fields {
  readonly _webSocketMessages?: Written<Message[]>
  readonly _webSocketClose?: Close
  readonly comment?: string
}

const OPCODES: Readonly<Record<string, number>> = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 }
/** Publishes that one WebSocket got, of which there are more: the latest. */
const PUBLISHED_MAX = 20_000

/** Fields of an entry; none where it is no WebSocket. */
export function harMessages(model: TraceModel, exchange: ExchangeRecord, epoch: number): Fields {
  if (exchange.kind !== 'websocket') return {}
  const passed = [...passedMessages(exchange), ...publishedMessages(model, exchange)].sort((a, b) => a.t - b.t)
  const close = closeOf(exchange, epoch)
  const comment = missingComment(exchange, passed)
  return {
    _webSocketMessages: listOf(written(model, exchange, passed, epoch)),
    ...(close && { _webSocketClose: close }),
    ...(comment !== '' && { comment }),
  }
}

/** A message that went on, or a delivery of a publish. */
type Passed = WsMessageEvent | DeliveryEvent

function passedMessages({ events }: ExchangeRecord): Passed[] {
  return events.filter(
    (event): event is WsMessageEvent =>
      event.type === 'ws-message' && event.passed && OPCODES[event.kind] !== undefined,
  )
}

function publishedMessages(model: TraceModel, exchange: ExchangeRecord): Passed[] {
  return latestOutcomes(model, exchange, PUBLISHED_MAX)
    .filter(({ event, index }) => OUTCOMES[event.outcomes[index] ?? 0] === 'delivered')
    .map(({ event }) => event)
}

/** Each is read when it is written: together they may be large. */
function* written(
  model: TraceModel,
  exchange: ExchangeRecord,
  passed: readonly Passed[],
  epoch: number,
): Iterable<Message> {
  const prefix = Buffer.from(prefixOf(exchange))
  for (const message of passed) {
    const time = (epoch + message.t) / 1000
    if (message.type === 'delivery') yield publishedMessage(model, exchange, message, time)
    else {
      const { from, kind, size } = message
      const data = from === 'backend' ? withoutPrefix(prefix, message.data) : message.data
      const cut = size - message.data.byteLength
      yield {
        type: from === 'client' ? 'send' : 'receive',
        time,
        opcode: OPCODES[kind] ?? 1,
        data: textOf(kind, data),
        ...(cut > 0 && {
          _size: data.byteLength + cut,
          comment: `the first ${data.byteLength} of ${data.byteLength + cut} bytes`,
        }),
      }
    }
  }
}

function publishedMessage(model: TraceModel, exchange: ExchangeRecord, { p }: DeliveryEvent, time: number): Message {
  const publish = publishOf(model, p)
  const kind = (publish && itemOf(publish)?.formats.websocket?.type) ?? 'text'
  return {
    type: 'receive',
    time,
    opcode: OPCODES[kind] ?? 1,
    data: textOf(kind, publishedContent(model, exchange, p)),
    ...(!publish && { comment: `publish ${p} had left memory` }),
  }
}

/** How many are missing; empty: none. */
function missingComment({ messagesIn, messagesOut }: ExchangeRecord, passed: readonly Passed[]): string {
  const kept = passed.filter((one) => one.type === 'delivery' || one.kind === 'text' || one.kind === 'binary').length
  const all = messagesIn + messagesOut
  return kept < all ? `${kept} of its ${all} messages: the others had left memory` : ''
}

/** Bytes are in base64. */
function textOf(kind: string, data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString(kind === 'binary' ? 'base64' : 'utf8')
}

/** How it was closed; `aborted`: without a close frame. Undefined: it is open, or was never opened. */
function closeOf({ events, end, response }: ExchangeRecord, epoch: number): Close | undefined {
  for (const event of events) {
    if (event.type !== 'ws-message' || event.kind !== 'close' || !event.passed) continue
    const [code = '', ...reason] = Buffer.from(event.data).toString('utf8').split(' ')
    return {
      ...(/^\d+$/.test(code) && { code: Number(code), reason: reason.join(' ') }),
      timestamp: (epoch + event.t) / 1000,
    }
  }
  return end && response?.status === 101 ? 'aborted' : undefined
}

/** What a backend that took GRIP puts before messages for the client; it is cut off on the way. */
function prefixOf({ events, response }: ExchangeRecord): string {
  // A proxy in front of this one that takes GRIP itself gets it all.
  if (headerValue(response?.headers ?? [], 'sec-websocket-extensions') !== undefined) return ''
  const answered = events.find((event) => event.type === 'answered')
  return (answered && parseGripExtension(answered.headers)?.messagePrefix) ?? ''
}

function withoutPrefix(prefix: Buffer, data: Uint8Array): Uint8Array {
  const starts = prefix.length > 0 && prefix.equals(data.subarray(0, prefix.length))
  return starts ? data.subarray(prefix.length) : data
}
