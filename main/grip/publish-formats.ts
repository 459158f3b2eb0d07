// The formats of a publish item: one reader each. A new format is a function here and a line in publish-item.ts.
import { isUtf8 } from 'node:buffer'
import { headerOfText, isGripName, isHeaderName, isHeaderValue, splitList } from './grip-headers'
import { decodeLenientBase64, isObject, type JsonObject, kindOf, quote, toInt } from './json-values'
import { FieldFault, fault, isTnet, readString, readStrings, textValue } from './publish-fields'
import type { HttpResponseFormat, HttpStreamFormat, PublishAction, WsMessageFormat } from './publish-types'
import { MAX_CODE, MIN_CODE, reasonOf } from './status'
import { jsonOfTnet } from './tnetstring'

const empty = Buffer.alloc(0)
const noStrings: readonly string[] = []

const noHeaders: Headers = { headers: noStrings, exposeHeaders: noStrings }

/** Fields beside `action` are only looked at where something is sent. */
export function readResponseFormat(value: unknown, field: string): HttpResponseFormat | FieldFault {
  if (!isObject(value)) return fault(field, `is ${kindOf(value)}`, 'It must be an object.')
  const action = readAction(value, field)
  if (action instanceof FieldFault) return action
  if (action !== 'send') return responseFormat(action, 200, 'OK', noHeaders, undefined, empty)
  const code = value.code === undefined ? 200 : readCode(value.code, `${field}.code`)
  if (code instanceof FieldFault) return code
  const reason = readString(value, 'reason', field)
  if (reason instanceof FieldFault) return reason
  if (reason !== undefined && !isHeaderValue(reason))
    return fault(`${field}.reason`, 'has a line break or control character in it', 'Write it on one line.')
  const headers = value.headers === undefined ? noHeaders : readHeaders(value.headers, `${field}.headers`)
  if (headers instanceof FieldFault) return headers
  const filters = readFilters(value, field)
  if (filters instanceof FieldFault) return filters
  const body = readContent(value, 'body', field)
  if (body instanceof FieldFault) return body
  const format = responseFormat(
    action,
    code,
    reason ? headerOfText(reason) : reasonOf(code),
    headers,
    filters,
    body ?? empty,
  )
  if (body !== undefined) return format
  const patch = value['body-patch']
  if (patch === undefined)
    return fault(
      field,
      'has no body',
      isTnet(value) ? 'Give body or body-patch.' : 'Give body, body-bin (base64) or body-patch.',
    )
  if (!Array.isArray(patch))
    return fault(`${field}.body-patch`, `is ${kindOf(patch)}`, 'It must be a list of JSON Patch steps.')
  return { ...format, bodyPatch: Buffer.from(JSON.stringify(isTnet(value) ? patch.map(jsonOfTnet) : patch), 'utf8') }
}

function responseFormat(
  action: PublishAction,
  code: number,
  reason: string,
  { headers, exposeHeaders }: Headers,
  filters: readonly string[] | undefined,
  body: Buffer,
): HttpResponseFormat {
  return {
    kind: 'http-response',
    action,
    code,
    reason,
    headers,
    exposeHeaders,
    body,
    filters: filters ?? noStrings,
    haveContentFilters: filters !== undefined,
  }
}

export function readStreamFormat(value: unknown, field: string): HttpStreamFormat | FieldFault {
  if (!isObject(value)) return fault(field, `is ${kindOf(value)}`, 'It must be an object.')
  const action = readAction(value, field)
  if (action instanceof FieldFault) return action
  if (action !== 'send')
    return { kind: 'http-stream', action, content: empty, filters: noStrings, haveContentFilters: false }
  const filters = readFilters(value, field)
  if (filters instanceof FieldFault) return filters
  const content = readContent(value, 'content', field)
  if (content instanceof FieldFault) return content
  if (content === undefined)
    return fault(
      field,
      'has no content',
      isTnet(value) ? 'Give content: bytes too.' : 'Give content or content-bin (base64).',
    )
  return {
    kind: 'http-stream',
    action,
    content,
    filters: filters ?? noStrings,
    haveContentFilters: filters !== undefined,
  }
}

export function readWsFormat(value: unknown, field: string): WsMessageFormat | FieldFault {
  if (!isObject(value)) return fault(field, `is ${kindOf(value)}`, 'It must be an object.')
  const action = readAction(value, field)
  if (action instanceof FieldFault) return action
  const base = { kind: 'ws-message', action, filters: noStrings, haveContentFilters: false } as const
  if (action === 'close') {
    const close = readClose(value, field)
    return close instanceof FieldFault ? close : { ...base, ...close, type: 'text', content: empty }
  }
  if (action !== 'send') return { ...base, type: 'text', content: empty }
  const asked = readString(value, 'type', field)
  if (asked instanceof FieldFault) return asked
  if (asked !== undefined && asked !== 'text' && asked !== 'binary' && asked !== 'ping' && asked !== 'pong')
    return fault(`${field}.type`, `is ${quote(asked)}`, 'Write text, binary, ping or pong.')
  const filters = readFilters(value, field)
  if (filters instanceof FieldFault) return filters
  const content = readContent(value, 'content', field)
  if (content instanceof FieldFault) return content
  if (content === undefined && asked !== 'ping' && asked !== 'pong')
    return fault(field, 'has no content', 'Give content or content-bin (base64).')
  const type = asked ?? (value['content-bin'] === undefined ? 'text' : 'binary')
  return {
    ...base,
    type,
    content: content ?? empty,
    ...(content === undefined && { noContent: true }),
    ...(type === 'text' && content !== undefined && !isUtf8(content) && { notUtf8: true }),
    filters: filters ?? noStrings,
    haveContentFilters: filters !== undefined,
  }
}

function readAction(format: JsonObject, field: string): PublishAction | FieldFault {
  const action = readString(format, 'action', field)
  if (action === undefined) return 'send'
  if (
    action === 'send' ||
    action === 'close' ||
    action === 'hint' ||
    action === 'refresh' ||
    action instanceof FieldFault
  )
    return action
  return fault(`${field}.action`, `is ${quote(action)}`, 'Write send, close, hint or refresh.')
}

function readFilters(format: JsonObject, field: string): readonly string[] | undefined | FieldFault {
  const value = format['content-filters']
  return value === undefined ? undefined : readStrings(value, `${field}.content-filters`)
}

/**
 * `name-bin` in base64, else `name`; undefined if neither is there. Bad base64 is taken as far as it goes. In TNetStrings
 * `name` may be bytes, and only a ws-message has `name-bin` beside it: as bytes, too.
 */
function readContent(format: JsonObject, name: 'body' | 'content', field: string): Buffer | undefined | FieldFault {
  const bin = isTnet(format) && !field.endsWith('.ws-message') ? undefined : format[`${name}-bin`]
  if (bin !== undefined) {
    if (typeof bin === 'string') return decodeLenientBase64(bin).bytes
    if (Buffer.isBuffer(bin)) return bin
    return fault(`${field}.${name}-bin`, `is ${kindOf(bin)}`, 'It must be a string in base64.')
  }
  const plain = format[name]
  if (plain === undefined || Buffer.isBuffer(plain)) return plain
  if (typeof plain === 'string') return Buffer.from(plain, 'utf8')
  return fault(`${field}.${name}`, `is ${kindOf(plain)}`, `It must be a string. For bytes, use ${name}-bin (base64).`)
}

/** A code that a response can have: Pushpin takes those below too, and sends what no client can read. */
function readCode(value: unknown, field: string): number | FieldFault {
  const code = toInt(value)
  if (code === undefined)
    return fault(field, `is ${kindOf(value)}`, `It must be a number from ${MIN_CODE} to ${MAX_CODE}.`)
  if (code.value >= MIN_CODE && code.value <= MAX_CODE) return code.value
  return fault(field, `is ${quote(String(value))}`, `It must be a number from ${MIN_CODE} to ${MAX_CODE}.`)
}

function readClose(format: JsonObject, field: string): { code?: number; reason?: string } | FieldFault {
  const reason = readString(format, 'reason', field)
  if (reason instanceof FieldFault) return reason
  if (format.code === undefined) return reason ? { reason } : {}
  const code = toInt(format.code)
  if (code === undefined || code.value < 0)
    return fault(
      `${field}.code`,
      code === undefined ? `is ${kindOf(format.code)}` : 'is negative',
      'Write a close code, such as 1000.',
    )
  return reason ? { code: code.value, reason } : { code: code.value }
}

/** Headers of one response: each held request is answered with all of them. */
const HEADERS_MAX = 1000

interface Headers {
  readonly headers: readonly string[]
  readonly exposeHeaders: readonly string[]
}

/** Headers as an object or a list of pairs. Grip-* are for the proxy and taken off. */
function readHeaders(value: unknown, field: string): Headers | FieldFault {
  const headers: string[] = []
  const exposeHeaders: string[] = []
  const add = (rawName: unknown, rawValue: unknown, path: string): FieldFault | undefined => {
    if (headers.length >= 2 * HEADERS_MAX || exposeHeaders.length > HEADERS_MAX)
      return fault(field, `has more than ${HEADERS_MAX} headers`, 'Send fewer headers.')
    const name = textValue(rawName)
    const content = textValue(rawValue)
    if (name === undefined || content === undefined)
      return fault(
        path,
        `has ${kindOf(name === undefined ? rawName : rawValue)} in it`,
        'Names and values must be strings.',
      )
    if (!isHeaderName(name)) return fault(path, `has the name ${quote(name)}`, 'Use letters, digits and dashes.')
    if (!isHeaderValue(content))
      return fault(path, 'has a line break or control character in it', 'Write it on one line.')
    if (!isGripName(name)) headers.push(name, headerOfText(content))
    else if (name.toLowerCase() === 'grip-expose-headers')
      for (const exposed of splitList(content)) exposeHeaders.push(exposed)
    return undefined
  }
  if (Array.isArray(value)) {
    for (const [index, pair] of value.entries()) {
      const path = `${field}[${index}]`
      if (!Array.isArray(pair) || pair.length !== 2)
        return fault(path, 'is not a pair', 'It must be a list of a name and a value.')
      const wrong = add(pair[0], pair[1], path)
      if (wrong !== undefined) return wrong
    }
  } else if (isObject(value)) {
    for (const [name, content] of Object.entries(value)) {
      const wrong = add(name, content, `${field}.${name.slice(0, 60)}`)
      if (wrong !== undefined) return wrong
    }
  } else return fault(field, `is ${kindOf(value)}`, 'It must be an object, or a list of pairs.')
  return { headers, exposeHeaders }
}
