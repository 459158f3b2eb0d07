// What a publisher sends: items with a channel and one format for each kind of hold.
// Which values are taken and which refused is Pushpin's choice (publishitem.cpp); codes and headers that no client could
// be sent are refused too.
import { formatNames } from '../../preload/vocabulary/formats'
import { atOnce, type Steps } from '../../preload/vocabulary/steps'
import type { Problem } from '../trace/events'
import { JSON_NAMES_MAX } from './json-shape'
import { isObject, type JsonObject, kindOf, parseJson, toInt } from './json-values'
import { FieldFault, fault, isTnet, optionalField, readMeta, readString, textValue } from './publish-fields'
import { readResponseFormat, readStreamFormat, readWsFormat } from './publish-formats'
import type { PublishFormats, PublishItem } from './publish-types'
import { encodeFormats, namesOf } from './published-formats'
import { decodeTnet, jsonOfTnet } from './tnetstring'

export type ItemResult =
  | { readonly ok: true; readonly item: PublishItem }
  | { readonly ok: false; readonly problem: Problem }
export type CallResult =
  | { readonly ok: true; readonly items: PublishItem[] }
  | { readonly ok: false; readonly problem: Problem }

/** The body of a POST to /publish/: {"items": […]}. One bad item refuses all. Never throws. */
export function parsePublishCall(body: Buffer): CallResult {
  return atOnce(readPublishCall(body))
}

/** The same in parts, one for each item. */
export function* readPublishCall(body: Buffer): Steps<CallResult> {
  const parsed = parseJson(body)
  if (!parsed.ok && parsed.manyNamesAt !== undefined) return manyNames(parsed.manyNamesAt, 'body')
  if (!parsed.ok) return refused('body', `the body is not valid JSON: ${parsed.why}`, 'Send {"items": […]}.')
  if (!isObject(parsed.value)) return refused('body', `the body is ${kindOf(parsed.value)}`, 'Send {"items": […]}.')
  const list = parsed.value.items
  if (list === undefined)
    return refused('items', 'items is missing', 'Send {"items": […]}: a single item goes in a list too.')
  return yield* readItems(list, body.length)
}

/** A list of items, as in a publish call or a ZeroMQ `publish` command. `bytes`: size of them all, if known. */
export function parseItems(list: unknown, bytes?: number): CallResult {
  return atOnce(readItems(list, bytes))
}

function* readItems(list: unknown, bytes?: number): Steps<CallResult> {
  if (!Array.isArray(list)) return refused('items', `items is ${kindOf(list)}`, 'It must be a list of items.')
  const items: PublishItem[] = []
  for (let i = 0; i < list.length; i++) {
    const item = readItem(list[i], `items[${i}]`, undefined, list.length === 1 ? bytes : undefined)
    if (item instanceof FieldFault) return { ok: false, problem: item.problem }
    items.push(item)
    yield 1
  }
  return { ok: true, items }
}

/** One item as a JSON value. `field`: its name in problems, such as `items[0]`. Never throws. */
export function parsePublishItem(value: unknown, field: string): ItemResult {
  return result(readItem(value, field))
}

/** The formats of an item that was taken, as `encodeFormats` has them. Undefined: they would not be taken. */
export function readKeptFormats(json: JsonObject): PublishFormats | undefined {
  const formats = readFormats(json, 'formats')
  return formats instanceof FieldFault ? undefined : formats
}

/**
 * One ZeroMQ message: a TNetString (with or without a leading `T`), or JSON after a leading `J`.
 * `channel`: the topic frame of a SUB socket, which then counts instead of the item's. Never throws.
 */
export function parsePublishFrame(frame: Buffer, channel?: string): ItemResult {
  if (frame[0] === 0x4a) {
    const parsed = parseJson(frame.subarray(1))
    if (!parsed.ok && parsed.manyNamesAt !== undefined) return manyNames(parsed.manyNamesAt, 'item')
    if (!parsed.ok)
      return refused('item', `what follows J is not valid JSON: ${parsed.why}`, 'Send J and one JSON object.')
    return result(readItem(parsed.value, 'item', channel, frame.length))
  }
  const decoded = decodeTnet(frame, frame[0] === 0x54 ? 1 : 0)
  if (!decoded.ok)
    return refused('item', `the message is not a TNetString: ${decoded.why}`, 'Send a TNetString, or J and JSON.')
  return result(readItem(decoded.value, 'item', channel, frame.length))
}

/** @param place where the text has too many; empty: at its top. @param whole what the text is */
function manyNames(place: string, whole: string): ReturnType<typeof refused> {
  const field = place || whole
  const message = `${field} has too many different names: with those before it, more than ${JSON_NAMES_MAX}`
  return refused(field, message, 'Use fewer names, and put data with many names into the content as text.')
}

function refused(field: string, message: string, fix: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { field, message: `${message}.`, fix } }
}

function result(item: PublishItem | FieldFault): ItemResult {
  return item instanceof FieldFault ? { ok: false, problem: item.problem } : { ok: true, item }
}

type Mutable<T> = { -readonly [K in keyof T]: T[K] }

function readItem(value: unknown, field: string, topic?: string, bytes?: number): PublishItem | FieldFault {
  if (!isObject(value)) return fault(field, `is ${kindOf(value)}`, 'It must be an object with channel and formats.')
  const channel = topic === undefined || topic === '' ? textValue(value.channel) : topic
  if (channel === undefined) {
    if (value.channel === undefined) return fault(`${field}.channel`, 'is missing', 'Name the channel: a string.')
    return fault(`${field}.channel`, `is ${kindOf(value.channel)}`, 'It must be a string.')
  }
  const id = readString(value, 'id', field)
  if (id instanceof FieldFault) return id
  const prevId = readString(value, 'prev-id', field)
  if (prevId instanceof FieldFault) return prevId
  const json = formatsOf(value, field)
  if (json instanceof FieldFault) return json
  const formats = readFormats(json, optionalField(value, 'formats') === undefined ? field : `${field}.formats`)
  if (formats instanceof FieldFault) return formats
  const meta = readMeta(optionalField(value, 'meta'), `${field}.meta`)
  if (meta instanceof FieldFault) return meta
  // The number itself means nothing here: it is the publisher's own measure.
  const size = value.size === undefined ? undefined : toInt(value.size)
  if (value.size !== undefined && (size === undefined || size.value < 0))
    return fault(`${field}.size`, size ? 'is negative' : `is ${kindOf(value.size)}`, 'Leave it out, or give a number.')
  const noSeq = value['no-seq']
  if (noSeq !== undefined && typeof noSeq !== 'boolean')
    return fault(`${field}.no-seq`, `is ${kindOf(noSeq)}`, 'It must be true or false.')
  const item: Mutable<PublishItem> = {
    channel,
    formats,
    formatNames: namesOf(json),
    published: encodeFormats(isTnet(value) ? jsonOfFormats(json) : json),
    size: bytes ?? sizeOf(channel, formats),
    noSeq: noSeq === true,
  }
  if (id !== undefined) item.id = id
  if (prevId !== undefined) item.prevId = prevId
  if (meta !== undefined) item.meta = meta
  return item
}

/** The formats by name: from `formats`, or from beside the channel. */
function formatsOf(item: JsonObject, field: string): JsonObject | FieldFault {
  let formats = optionalField(item, 'formats')
  if (formats === undefined) {
    const beside: Record<string, unknown> = {}
    for (const name of formatNames) if (item[name] !== undefined) beside[name] = item[name]
    formats = beside
  }
  if (!isObject(formats))
    return fault(`${field}.formats`, `is ${kindOf(formats)}`, 'It must be an object of formats by name.')
  for (const _ in formats) return formats
  return fault(`${field}.formats`, 'contains no format', `Give at least one of ${formatNames.join(', ')}.`)
}

function readFormats(json: JsonObject, field: string): PublishFormats | FieldFault {
  const out: Mutable<PublishFormats> = {}
  if (json['http-response'] !== undefined) {
    const format = readResponseFormat(json['http-response'], `${field}.http-response`)
    if (format instanceof FieldFault) return format
    out.response = format
  }
  if (json['http-stream'] !== undefined) {
    const format = readStreamFormat(json['http-stream'], `${field}.http-stream`)
    if (format instanceof FieldFault) return format
    out.stream = format
  }
  if (json['ws-message'] !== undefined) {
    const format = readWsFormat(json['ws-message'], `${field}.ws-message`)
    if (format instanceof FieldFault) return format
    out.websocket = format
  }
  return out
}

/** Bytes of an item where they are not known from the wire: its contents, and something for the rest. */
function sizeOf(channel: string, formats: PublishFormats): number {
  const { response, stream, websocket } = formats
  return (
    100 +
    channel.length +
    (response?.body.length ?? 0) +
    (stream?.content.length ?? 0) +
    (websocket?.content.length ?? 0)
  )
}

/** Formats of a TNetString as JSON says the same: without what counts for nothing there. */
function jsonOfFormats(formats: JsonObject): JsonObject {
  const out = Object.create(null) as Record<string, unknown>
  for (const [name, format] of Object.entries(formats)) {
    const fields = isObject(format) ? Object.entries(format) : undefined
    const idle = name === 'http-stream' ? 'content-bin' : name === 'http-response' ? 'body-bin' : ''
    const counted = fields?.filter(([field, value]) => field !== idle && value !== null)
    out[name] = jsonOfTnet(counted ? Object.fromEntries(counted) : format)
  }
  return out
}
