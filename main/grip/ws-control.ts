// Control messages of a backend on a WebSocket: the JSON after `c:`. Rules of Pushpin's handler/wscontrolmessage.cpp.
import type { Problem } from '../trace/events'
import { decodeLenientBase64, isObject, type JsonObject, kindOf, parseJson, quote, toInt } from './json-values'
import { FieldFault, fault, readStrings } from './publish-fields'

export type WsMessageType = 'text' | 'binary' | 'ping' | 'pong'
export type WsControl =
  | { readonly type: 'subscribe'; readonly channel: string; readonly filters: readonly string[] }
  | { readonly type: 'unsubscribe'; readonly channel: string }
  | { readonly type: 'detach' }
  /** No id: the connection belongs to no session any more. */
  | { readonly type: 'session'; readonly id?: string }
  /** No value: the name is taken out. */
  | { readonly type: 'set-meta'; readonly name: string; readonly value?: string }
  | {
      readonly type: 'keep-alive'
      /** Left out: keep-alives end. */
      readonly content?: Buffer
      readonly messageType: WsMessageType
      /** Milliseconds. */
      readonly timeout: number
      readonly mode: 'idle' | 'interval'
    }
  | {
      readonly type: 'send-delayed'
      readonly content: Buffer
      readonly messageType: WsMessageType
      /** Milliseconds. */
      readonly timeout: number
    }
  | { readonly type: 'flush-delayed' }
export type WsControlResult =
  | { readonly ok: true; readonly control: WsControl }
  | { readonly ok: false; readonly problem: Problem }

/** Seconds, where none are given. */
const KEEP_ALIVE_SECONDS = 55
const SEND_DELAYED_SECONDS = 1

type Reader = (message: JsonObject) => WsControl | FieldFault

const readers: ReadonlyMap<string, Reader> = new Map<string, Reader>([
  ['subscribe', readSubscribe],
  ['unsubscribe', readUnsubscribe],
  ['detach', () => ({ type: 'detach' })],
  ['session', readSession],
  ['set-meta', readSetMeta],
  ['keep-alive', readKeepAlive],
  ['send-delayed', readSendDelayed],
  ['flush-delayed', () => ({ type: 'flush-delayed' })],
])

/** `data`: what follows `c:`. Never throws. */
export function parseWsControl(data: Buffer): WsControlResult {
  const control = read(data)
  return control instanceof FieldFault ? { ok: false, problem: control.problem } : { ok: true, control }
}

function read(data: Buffer): WsControl | FieldFault {
  const parsed = parseJson(data)
  if (!parsed.ok) return fault('control message', `is not valid JSON: ${parsed.why}`, 'Send c: and one JSON object.')
  if (!isObject(parsed.value))
    return fault('control message', `is ${kindOf(parsed.value)}`, 'Send c: and one JSON object.')
  const type = required(parsed.value, 'type')
  if (type instanceof FieldFault) return type
  const reader = readers.get(type)
  if (reader === undefined) return fault('type', `is ${quote(type)}`, `Write one of ${[...readers.keys()].join(', ')}.`)
  return reader(parsed.value)
}

function optional(message: JsonObject, name: string): string | undefined | FieldFault {
  const value = message[name]
  if (value === undefined || typeof value === 'string') return value
  return fault(name, `is ${kindOf(value)}`, 'It must be a string.')
}

function required(message: JsonObject, name: string): string | FieldFault {
  return optional(message, name) ?? fault(name, 'is missing', 'Give a string.')
}

function named(message: JsonObject, name: string): string | FieldFault {
  const value = required(message, name)
  return value === '' ? fault(name, 'is empty', 'Give a name.') : value
}

function readSubscribe(message: JsonObject): WsControl | FieldFault {
  const channel = named(message, 'channel')
  if (channel instanceof FieldFault) return channel
  const filters = message.filters === undefined ? [] : readStrings(message.filters, 'filters')
  if (filters instanceof FieldFault) return filters
  return { type: 'subscribe', channel, filters }
}

function readUnsubscribe(message: JsonObject): WsControl | FieldFault {
  const channel = named(message, 'channel')
  return channel instanceof FieldFault ? channel : { type: 'unsubscribe', channel }
}

function readSession(message: JsonObject): WsControl | FieldFault {
  const id = optional(message, 'id')
  if (id instanceof FieldFault) return id
  return id ? { type: 'session', id } : { type: 'session' }
}

function readSetMeta(message: JsonObject): WsControl | FieldFault {
  const name = named(message, 'name')
  if (name instanceof FieldFault) return name
  const value = optional(message, 'value')
  if (value instanceof FieldFault) return value
  return value === undefined ? { type: 'set-meta', name } : { type: 'set-meta', name, value }
}

function readKeepAlive(message: JsonObject): WsControl | FieldFault {
  const messageType = readMessageType(message)
  if (messageType instanceof FieldFault) return messageType
  const content = readContent(message)
  if (content instanceof FieldFault) return content
  const mode = optional(message, 'mode')
  if (mode instanceof FieldFault) return mode
  const timeout = content === undefined ? KEEP_ALIVE_SECONDS : readSeconds(message, KEEP_ALIVE_SECONDS)
  if (timeout instanceof FieldFault) return timeout
  return {
    type: 'keep-alive',
    ...(content === undefined ? undefined : { content }),
    messageType,
    timeout: timeout * 1000,
    mode: mode === 'interval' ? 'interval' : 'idle',
  }
}

function readSendDelayed(message: JsonObject): WsControl | FieldFault {
  const messageType = readMessageType(message)
  if (messageType instanceof FieldFault) return messageType
  const content = readContent(message)
  if (content instanceof FieldFault) return content
  const timeout = readSeconds(message, SEND_DELAYED_SECONDS)
  if (timeout instanceof FieldFault) return timeout
  return { type: 'send-delayed', content: content ?? Buffer.alloc(0), messageType, timeout: timeout * 1000 }
}

/** Text where none is given, whichever content there is. */
function readMessageType(message: JsonObject): WsMessageType | FieldFault {
  const type = optional(message, 'message-type')
  if (type === undefined) return 'text'
  if (type === 'text' || type === 'binary' || type === 'ping' || type === 'pong' || type instanceof FieldFault)
    return type
  return fault('message-type', `is ${quote(type)}`, 'Write text, binary, ping or pong.')
}

function readContent(message: JsonObject): Buffer | undefined | FieldFault {
  const bin = optional(message, 'content-bin')
  if (bin instanceof FieldFault) return bin
  if (bin !== undefined) return decodeLenientBase64(bin).bytes
  const content = optional(message, 'content')
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : content
}

function readSeconds(message: JsonObject, usual: number): number | FieldFault {
  if (message.timeout === undefined) return usual
  const seconds = toInt(message.timeout)
  if (seconds === undefined) return fault('timeout', `is ${kindOf(message.timeout)}`, 'It must be a number of seconds.')
  if (seconds.value < 0) return fault('timeout', 'is negative', 'Write whole seconds, such as 20.')
  return seconds.value === 0 ? usual : seconds.value
}
