// Reading header fields the way GRIP writes them: comma lists, parameters, quotes, bytes behind the characters.
// Rules are those of Pushpin's core/httpheaders.cpp, odd corners included: backends are written against them.
import { isUtf8 } from 'node:buffer'
import type { RawHeaders } from '../trace/events'

export interface Parameter {
  readonly name: string
  /** Empty where there was none. */
  readonly value: string
  /** `name=`: empty, but given. To Pushpin that is not the same as no value, or an empty one in quotes. */
  readonly given?: true
}

/** Is the header one of an instruct? */
export function isGripName(name: string): boolean {
  return name.length >= 5 && name.charCodeAt(4) === 0x2d && name.slice(0, 5).toLowerCase() === 'grip-'
}

/** First value of a header, or undefined. `name` in lower case. */
export function headerValue(headers: RawHeaders, name: string): string | undefined {
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const key = headers[i] ?? ''
    if (key.length === name.length && key.toLowerCase() === name) return headers[i + 1]
  }
  return undefined
}

/** All values of a header, each as one came. `name` in lower case. */
export function headerValues(headers: RawHeaders, name: string): string[] {
  const values: string[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    const key = headers[i] ?? ''
    if (key.length === name.length && key.toLowerCase() === name) values.push(headers[i + 1] ?? '')
  }
  return values
}

/** Cuts off blanks. Not String.trim: that would also take U+00A0, which is a part of a UTF-8 character here. */
export function trimBlanks(text: string): string {
  let start = 0
  let end = text.length
  while (start < end && isBlank(text.charCodeAt(start))) start++
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--
  return start === 0 && end === text.length ? text : text.slice(start, end)
}

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0d)
}

/** Parts of a comma list; commas in quotes do not part. A quote that is never closed takes all the rest. */
export function splitList(value: string): string[] {
  if (value !== '' && !value.includes(',')) return [trimBlanks(value)]
  const parts: string[] = []
  let start = 0
  let quoted = false
  for (let i = 0; i < value.length; i++) {
    const c = value[i]
    if (quoted && c === '\\') i++
    else if (c === '"') quoted = !quoted
    else if (c === ',' && !quoted) {
      parts.push(trimBlanks(value.slice(start, i)))
      start = i + 1
    }
  }
  if (start < value.length) parts.push(trimBlanks(value.slice(start)))
  return parts
}

/**
 * Parameters of one element: `first; name=value; name="quoted \" value"`.
 * With `plain-first` the first one is taken as it is (a channel's name); with `all` it is a parameter like the others.
 * Undefined if a quote is never closed.
 */
export function parseParameters(text: string, first: 'plain-first' | 'all'): Parameter[] | undefined {
  const out: Parameter[] = []
  let at = 0
  if (first === 'plain-first') {
    const end = text.indexOf(';')
    out.push({ name: trimBlanks(end < 0 ? text : text.slice(0, end)), value: '' })
    at = end < 0 ? text.length : end + 1
  }
  while (at < text.length) {
    const equals = text.indexOf('=', at)
    const semicolon = indexOrEnd(text, ';', at)
    if (equals < 0 || equals > semicolon) {
      out.push({ name: trimBlanks(text.slice(at, semicolon)), value: '' })
      at = semicolon + 1
      continue
    }
    const name = trimBlanks(text.slice(at, equals))
    if (text[equals + 1] === '"') {
      const quoted = readQuoted(text, equals + 2)
      if (quoted === undefined) return undefined
      out.push({ name, value: quoted.value })
      at = indexOrEnd(text, ';', quoted.end) + 1
    } else {
      const end = indexOrEnd(text, ';', equals)
      const value = trimBlanks(text.slice(equals + 1, end))
      out.push(value === '' ? { name, value, given: true } : { name, value })
      at = end + 1
    }
  }
  return out
}

function indexOrEnd(text: string, mark: string, from: number): number {
  const at = text.indexOf(mark, from)
  return at < 0 ? text.length : at
}

function readQuoted(text: string, from: number): { value: string; end: number } | undefined {
  let value = ''
  for (let i = from; i < text.length; i++) {
    const c = text[i]
    if (c === '"') return { value, end: i + 1 }
    if (c === '\\') {
      i++
      if (i >= text.length) return undefined
    }
    value += text[i]
  }
  return undefined
}

/** Value of the first parameter of this name, in any case. `name` in lower case. */
export function parameterOf(parameters: readonly Parameter[], name: string): string | undefined {
  return parameters.find((p) => p.name.toLowerCase() === name)?.value
}

/** A whole number in decimal digits with an optional sign, in 32 bits; undefined if the text is anything else. */
export function parseWholeNumber(text: string): number | undefined {
  const trimmed = trimBlanks(text)
  if (!/^[+-]?\d{1,15}$/.test(trimmed)) return undefined
  const value = Number(trimmed)
  return Math.abs(value) <= 0x7fffffff ? value : undefined
}

/** The text of a header's value: its bytes as UTF-8, or as they are where they are no UTF-8. */
export function textOfHeader(value: string): string {
  if (!hasHighByte(value)) return value
  const bytes = bytesOfHeader(value)
  return isUtf8(bytes) ? bytes.toString('utf8') : value
}

/** The text of a header's value as Pushpin reads it: its bytes as UTF-8, U+FFFD where they are none. */
export function utf8OfHeader(value: string): string {
  return hasHighByte(value) ? bytesOfHeader(value).toString('utf8') : value
}

/** The bytes of a header's value as they were on the wire. */
export function bytesOfHeader(value: string): Buffer {
  for (let i = 0; i < value.length; i++) if (value.charCodeAt(i) > 0xff) return Buffer.from(value, 'utf8')
  return Buffer.from(value, 'latin1')
}

/** A text as a header's value on the wire: UTF-8, each byte one character. */
export function headerOfText(text: string): string {
  return hasHighByte(text) ? Buffer.from(text, 'utf8').toString('latin1') : text
}

function hasHighByte(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return true
  return false
}

/** May this be a header's name? (RFC 9110 §5.1: a token.) */
export function isHeaderName(name: string): boolean {
  return /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name)
}

/** May this be a header's value or a reason phrase? Line breaks in it would let a publisher write headers of its own. */
export function isHeaderValue(value: string): boolean {
  for (let i = 0; i < value.length; i++) {
    const code = value.charCodeAt(i)
    if ((code < 0x20 && code !== 0x09) || code === 0x7f) return false
  }
  return true
}
