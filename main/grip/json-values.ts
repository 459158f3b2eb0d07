// Values out of JSON (or a TNetString), taken with the leniency that Pushpin has: a number may be written as a string,
// base64 may have strays in it.
import { trimBlanks } from './grip-headers'
import { JSON_DEPTH_MAX, parseLenientJson } from './lenient-json'

export type JsonObject = Readonly<Record<string, unknown>>

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) && !Buffer.isBuffer(value)
}

/** What a value is, for a message: "a number", "null", "a list". */
export function kindOf(value: unknown): string {
  if (value === null) return 'null'
  if (value === undefined) return 'missing'
  if (Array.isArray(value)) return 'a list'
  if (Buffer.isBuffer(value) || typeof value === 'string') return 'a string'
  if (typeof value === 'object') return 'an object'
  return `a ${typeof value}`
}

/** A value from outside in a message: short, on one line. */
export function quote(text: string): string {
  const short = text.length > 60 ? `${text.slice(0, 57)}…` : text
  return JSON.stringify(short)
}

export interface LenientInt {
  readonly value: number
  /** False where it is no whole number, and a guess was made. */
  readonly exact: boolean
}

/**
 * A whole number out of a value, as Qt converts it: numbers are rounded, booleans are 0 or 1, strings are read, and a
 * string that is no number is 0. What needs more than 32 bits loses the upper ones. Undefined for null, lists and objects.
 */
export function toInt(value: unknown): LenientInt | undefined {
  if (typeof value === 'number') {
    // Adding 0 makes -0 a 0.
    if (!Number.isFinite(value)) return undefined
    const rounded = in32Bits(BigInt(Math.abs(value) < 2 ** 63 ? Math.round(value) + 0 : 0))
    return { value: rounded, exact: rounded === value }
  }
  if (typeof value === 'boolean') return { value: value ? 1 : 0, exact: false }
  if (typeof value !== 'string' && !Buffer.isBuffer(value)) return undefined
  const text = trimBlanks(value.toString())
  if (!/^[+-]?\d{1,18}$/.test(text)) return { value: 0, exact: false }
  const number = in32Bits(BigInt(text.replace('+', '')))
  return { value: number, exact: number === Number(text) }
}

function in32Bits(value: bigint): number {
  return Number(BigInt.asIntN(32, value))
}

export interface Base64 {
  readonly bytes: Buffer
  /** False where characters were passed over that are not base64. */
  readonly clean: boolean
}

/** Decodes base64, passing over whatever is none (the URL-safe alphabet included), as Qt does. Never fails. */
export function decodeBase64(text: string): Base64 {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  if (!text.includes('-') && !text.includes('_')) {
    const bytes = Buffer.from(text, 'base64')
    // The length tells if Buffer.from stopped early or skipped something.
    if (bytes.length === Math.floor(((text.length - padding) * 3) / 4)) return { bytes, clean: true }
  }
  const stripped = text.replace(/[^A-Za-z0-9+/]/g, '')
  return { bytes: Buffer.from(stripped, 'base64'), clean: /^[A-Za-z0-9+/\s]*(?:=+\s*)?$/.test(text) }
}

const strictUtf8 = new TextDecoder('utf-8', { fatal: true })

/** Parses bytes as JSON, as leniently as Pushpin. A byte order mark is passed over; bytes that are no UTF-8, and deep nesting, are refused. */
export function parseJson(bytes: Uint8Array): { ok: true; value: unknown } | { ok: false; why: string } {
  let text: string
  try {
    text = strictUtf8.decode(bytes)
  } catch {
    return { ok: false, why: 'it is no UTF-8' }
  }
  if (text === '') return { ok: false, why: 'it is empty' }
  try {
    const value: unknown = JSON.parse(text)
    const why = (text.length > LOOKED_THROUGH && tooDeep(text)) || (TOO_LARGE.test(text) && tooLarge(value))
    return why ? { ok: false, why } : { ok: true, value }
  } catch (error) {
    const value = parseLenientJson(text)
    if (value !== undefined) return { ok: true, value }
    return { ok: false, why: error instanceof Error ? error.message.slice(0, 200) : 'it does not parse' }
  }
}

/** Longer texts may be nested too deep: each level has a beginning and an end. */
const LOOKED_THROUGH = 2 * JSON_DEPTH_MAX
/** Perhaps: a number beyond what a double holds. */
const TOO_LARGE = /[eE]\+?\d{3}|\d{309}/

/** Why a text that JSON.parse takes is refused: its brackets, outside of strings. */
function tooDeep(text: string): string | undefined {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    switch (text.charCodeAt(at)) {
      case 0x22:
        at = endOfString(text, at)
        break
      case 0x5b:
      case 0x7b:
        if (++depth > JSON_DEPTH_MAX) return `it is nested more than ${JSON_DEPTH_MAX} deep`
        break
      case 0x5d:
      case 0x7d:
        depth--
    }
  }
  return undefined
}

/** Where the quote is that closes the string which begins at `at`. */
function endOfString(text: string, at: number): number {
  for (let end = at + 1; end < text.length; end++) {
    const code = text.charCodeAt(end)
    if (code === 0x22) return end
    if (code === 0x5c) end++
  }
  return text.length
}

/** Why a value that JSON.parse takes is refused: a number in it. */
function tooLarge(value: unknown): string | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return 'a number in it is too large'
  if (typeof value !== 'object' || value === null) return undefined
  for (const part of Array.isArray(value) ? value : Object.values(value)) {
    const why = tooLarge(part)
    if (why !== undefined) return why
  }
  return undefined
}
