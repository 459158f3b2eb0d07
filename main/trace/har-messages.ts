// The messages of a WebSocket in a HAR entry, in the form that browsers' developer tools write: what the client sent and got.
import type { Entry } from 'har-format'
import { parseGripExtension } from '../grip/grip-extension'
import { headerValue } from '../grip/grip-headers'
import type { ExchangeRecord } from './exchange-state'
import { listOf, type Written } from './json-pieces'
import type { TraceModel } from './model'
import { wsMessages } from './ws-messages'

type Message = NonNullable<Entry['_webSocketMessages']>[number]
/** HTTP Toolkit's. */
type Close = { readonly code?: number; readonly reason?: string; readonly timestamp?: number } | 'aborted'

const OPCODES: Readonly<Record<string, number>> = { text: 1, binary: 2, close: 8, ping: 9, pong: 10 }

/** Fields of an entry; none where it is no WebSocket. */
export function harMessages(
  model: TraceModel,
  exchange: ExchangeRecord,
  epoch: number,
): { _webSocketMessages?: Written<Message[]>; _webSocketClose?: Close } {
  if (exchange.kind !== 'websocket') return {}
  const prefix = prefixOf(exchange)
  const messages = wsMessages(model, exchange)
    .filter(({ kind, passed }) => passed && OPCODES[kind] !== undefined)
    .map(
      ({ from, at, kind, text, base64 }): Message => ({
        type: from === 'client' ? 'send' : 'receive',
        time: (epoch + at) / 1000,
        opcode: OPCODES[kind] ?? 1,
        data: from === 'backend' ? withoutPrefix(prefix, text, base64) : (text ?? base64 ?? ''),
      }),
    )
  const close = closeOf(exchange, epoch)
  return { _webSocketMessages: listOf(messages), ...(close && { _webSocketClose: close }) }
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

function withoutPrefix(prefix: string, text: string | null, base64: string | null): string {
  if (text !== null) return text.startsWith(prefix) ? text.slice(prefix.length) : text
  const bytes = Buffer.from(base64 ?? '', 'base64')
  const first = Buffer.from(prefix)
  const starts = bytes.subarray(0, first.length).equals(first)
  return bytes.subarray(starts ? first.length : 0).toString('base64')
}
