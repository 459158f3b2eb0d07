// Control messages of a backend on a WebSocket: the JSON after `c:`. Rules of Pushpin's handler/wscontrolmessage.cpp.
import type { Problem } from '../trace/events'
import { decodeBase64, isObject, type JsonObject, kindOf, parseJson, quote, toInt } from './json-values'
import { Fault, fault, readStrings } from './publish-fields'

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

type Reader = (message: JsonObject) => WsControl | Fault

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
  return control instanceof Fault ? { ok: false, problem: control.problem } : { ok: true, control }
}

function read(data: Buffer): WsControl | Fault {
  const parsed = parseJson(data)
  if (!parsed.ok) return fault('control message', `is not valid JSON: ${parsed.why}`, 'Send c: and one JSON object.')
  if (!isObject(parsed.value))
    return fault('control message', `is ${kindOf(parsed.value)}`, 'Send c: and one JSON object.')
  const type = required(parsed.value, 'type')
  if (type instanceof Fault) return type
  const reader = readers.get(type)
  if (reader === undefined) return fault('type', `is ${quote(type)}`, `Write one of ${[...readers.keys()].join(', ')}.`)
  return reader(parsed.value)
}

function optional(message: JsonObject, name: string): string | undefined | Fault {
  const value = message[name]
  if (value === undefined || typeof value === 'string') return value
  return fault(name, `is ${kindOf(value)}`, 'It must be a string.')
}

function required(message: JsonObject, name: string): string | Fault {
  return optional(message, name) ?? fault(name, 'is missing', 'Give a string.')
}

function named(message: JsonObject, name: string): string | Fault {
  const value = required(message, name)
  return value === '' ? fault(name, 'is empty', 'Give a name.') : value
}

function readSubscribe(message: JsonObject): WsControl | Fault {
  const channel = named(message, 'channel')
  if (channel instanceof Fault) return channel
  const filters = message.filters === undefined ? [] : readStrings(message.filters, 'filters')
  if (filters instanceof Fault) return filters
  return { type: 'subscribe', channel, filters }
}

function readUnsubscribe(message: JsonObject): WsControl | Fault {
  const channel = named(message, 'channel')
  return channel instanceof Fault ? channel : { type: 'unsubscribe', channel }
}

function readSession(message: JsonObject): WsControl | Fault {
  const id = optional(message, 'id')
  if (id instanceof Fault) return id
  return id ? { type: 'session', id } : { type: 'session' }
}

function readSetMeta(message: JsonObject): WsControl | Fault {
  const name = named(message, 'name')
  if (name instanceof Fault) return name
  const value = optional(message, 'value')
  if (value instanceof Fault) return value
  return value === undefined ? { type: 'set-meta', name } : { type: 'set-meta', name, value }
}

function readKeepAlive(message: JsonObject): WsControl | Fault {
  const messageType = readMessageType(message)
  if (messageType instanceof Fault) return messageType
  const content = readContent(message)
  if (content instanceof Fault) return content
  const mode = optional(message, 'mode')
  if (mode instanceof Fault) return mode
  const timeout = content === undefined ? KEEP_ALIVE_SECONDS : readSeconds(message, KEEP_ALIVE_SECONDS)
  if (timeout instanceof Fault) return timeout
  return {
    type: 'keep-alive',
    ...(content === undefined ? undefined : { content }),
    messageType,
    timeout: timeout * 1000,
    mode: mode === 'interval' ? 'interval' : 'idle',
  }
}

function readSendDelayed(message: JsonObject): WsControl | Fault {
  const messageType = readMessageType(message)
  if (messageType instanceof Fault) return messageType
  const content = readContent(message)
  if (content instanceof Fault) return content
  const timeout = readSeconds(message, SEND_DELAYED_SECONDS)
  if (timeout instanceof Fault) return timeout
  return { type: 'send-delayed', content: content ?? Buffer.alloc(0), messageType, timeout: timeout * 1000 }
}

/** Text where none is given, whichever content there is. */
function readMessageType(message: JsonObject): WsMessageType | Fault {
  const type = optional(message, 'message-type')
  if (type === undefined) return 'text'
  if (type === 'text' || type === 'binary' || type === 'ping' || type === 'pong' || type instanceof Fault) return type
  return fault('message-type', `is ${quote(type)}`, 'Write text, binary, ping or pong.')
}

function readContent(message: JsonObject): Buffer | undefined | Fault {
  const bin = optional(message, 'content-bin')
  if (bin instanceof Fault) return bin
  if (bin !== undefined) return decodeBase64(bin).bytes
  const content = optional(message, 'content')
  return typeof content === 'string' ? Buffer.from(content, 'utf8') : content
}

function readSeconds(message: JsonObject, usual: number): number | Fault {
  if (message.timeout === undefined) return usual
  const seconds = toInt(message.timeout)
  if (seconds === undefined) return fault('timeout', `is ${kindOf(message.timeout)}`, 'It must be a number of seconds.')
  if (seconds.value < 0) return fault('timeout', 'is negative', 'Write whole seconds, such as 20.')
  return seconds.value === 0 ? usual : seconds.value
}
