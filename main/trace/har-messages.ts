// The messages of a WebSocket in a HAR entry, in the form that browsers' developer tools write: what the client sent and got.
import type { Entry } from 'har-format'
import type { DeliveryEvent, WsMessageEvent } from './events'
import type { ExchangeRecord } from './exchange-state'
import { listOf, type Written } from './json-pieces'
import type { TraceModel } from './model'
import { publishOf } from './outcomes'
import { publishedItem, sentContent } from './published-content'
import { publishedRefs, type WsMessageRef } from './ws-messages'

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

/** Fields of an entry; none where it is no WebSocket. There may be a million messages: each is read when it is written. */
export function harMessages(model: TraceModel, exchange: ExchangeRecord, epoch: number): Fields {
  if (exchange.kind !== 'websocket') return {}
  const published = publishedRefs(model, exchange)
  const close = closeOf(exchange, epoch)
  const comment = missingComment(exchange, published.length)
  // As they are now: more may come while they are written.
  const passed = inOrder(exchange.ownMessages.slice(), published)
  return {
    _webSocketMessages: listOf(written(model, exchange, passed, epoch)),
    ...(close && { _webSocketClose: close }),
    ...(comment !== '' && { comment }),
  }
}

/** A message, or a delivery of a publish. */
type Passed = WsMessageEvent | DeliveryEvent

/** Those that went on, and those of publishes, by their numbers. Both lists have that order already. */
function* inOrder(own: readonly WsMessageEvent[], published: readonly WsMessageRef[]): Iterable<Passed> {
  let next = 0
  for (const event of own) {
    if (!event.passed || OPCODES[event.kind] === undefined) continue
    for (let ref = published[next]; ref && ref.number < event.number; ref = published[++next]) yield ref.event
    yield event
  }
  for (const { event } of published.slice(next)) yield event
}

/** Each is read when it is written: together they may be large. */
function* written(
  model: TraceModel,
  exchange: ExchangeRecord,
  passed: Iterable<Passed>,
  epoch: number,
): Iterable<Message> {
  const prefix = Buffer.from(exchange.response?.messagePrefix ?? '')
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

function publishedMessage(model: TraceModel, exchange: ExchangeRecord, event: DeliveryEvent, time: number): Message {
  const { p } = event
  const publish = publishOf(model, p)
  const { data, size } = sentContent(model, exchange, event)
  const kind = (publish && publishedItem(publish)?.formats.websocket?.type) ?? 'text'
  return {
    type: 'receive',
    time,
    opcode: OPCODES[kind] ?? 1,
    data: textOf(kind, data),
    ...(size > data.length && { _size: size, comment: `the first ${data.length} of ${size} bytes` }),
    ...(!publish && { comment: `publish ${p} had left memory` }),
  }
}

/** How many are missing; empty: none. @param published of those that are kept, how many are of publishes */
function missingComment({ ownMessages, messagesIn, messagesOut }: ExchangeRecord, published: number): string {
  let kept = published
  for (const event of ownMessages) if (isCounted(event)) kept++
  const all = messagesIn + messagesOut
  return kept < all ? `${kept} of its ${all} messages: the others had left memory` : ''
}

/** Is it among `messagesIn` and `messagesOut`? */
function isCounted({ kind, passed, from }: WsMessageEvent): boolean {
  return (kind === 'text' || kind === 'binary') && (passed || from === 'client')
}

/** Bytes are in base64. */
function textOf(kind: string, data: Uint8Array): string {
  return Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString(kind === 'binary' ? 'base64' : 'utf8')
}

/** How it was closed; `aborted`: without a close frame. Undefined: it is open, or was never opened. */
function closeOf({ events, end, response }: ExchangeRecord, epoch: number): Close | undefined {
  for (const event of events) {
    if (event.type !== 'ws-message' || event.kind !== 'close' || !event.passed) continue
    const { code, data } = event
    // The text is the code, and after a space the reason.
    const reason = code === undefined ? '' : textOf('close', data.subarray(`${code} `.length))
    return {
      ...(code !== undefined && { code, reason }),
      timestamp: (epoch + event.t) / 1000,
    }
  }
  return end && response?.opens ? 'aborted' : undefined
}

function withoutPrefix(prefix: Buffer, data: Uint8Array): Uint8Array {
  const starts = prefix.length > 0 && prefix.equals(data.subarray(0, prefix.length))
  return starts ? data.subarray(prefix.length) : data
}
