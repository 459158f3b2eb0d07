// Values out of JSON (or a TNetString), taken with the leniency that Pushpin has: a number may be written as a string,
// base64 may have strays in it.
import { isUtf8 } from 'node:buffer'
import { jsonFault } from '../../preload/vocabulary/json-faults'
import { trimBlanks } from './grip-headers'
import { JSON_NAMES_MAX, type JsonShape, jsonShape } from './json-shape'
import { PARSED_DEPTH_MAX, parseLenientJson } from './lenient-json'

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
  /** False where characters were skipped that are not base64. */
  readonly clean: boolean
}

/** Decodes base64, passing over whatever is none (the URL-safe alphabet included), as Qt does. Never fails. */
export function decodeLenientBase64(text: string): Base64 {
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  if (!text.includes('-') && !text.includes('_')) {
    const bytes = Buffer.from(text, 'base64')
    // The length tells if Buffer.from stopped early or skipped something.
    if (bytes.length === Math.floor(((text.length - padding) * 3) / 4)) return { bytes, clean: true }
  }
  const clean = /^[A-Za-z0-9+/\s]*(?:=+\s*)?$/.test(text)
  return { bytes: Buffer.from(onlyBase64(text), 'base64'), clean }
}

/** A byte for each character: 1 where it is of the alphabet. */
const ALPHABET = new Uint8Array(256)
for (const byte of Buffer.from('ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/')) ALPHABET[byte] = 1

/** What there is of the alphabet: text of any length may be none of it. */
function onlyBase64(text: string): string {
  // In UTF-8 no byte of another character is one of these.
  const bytes = Buffer.from(text, 'utf8')
  let length = 0
  for (let i = 0; i < bytes.length; i++) {
    const byte = bytes[i] ?? 0
    if (ALPHABET[byte] === 1) bytes[length++] = byte
  }
  return bytes.toString('latin1', 0, length)
}

const BYTE_ORDER_MARK = 0xfeff

export type ParsedJson =
  | { readonly ok: true; readonly value: unknown }
  /** `manyNamesAt`: where it has too many different names; empty: at the top. */
  | { readonly ok: false; readonly why: string; readonly manyNamesAt?: string }

/** Parses bytes as JSON, as leniently as Pushpin. A byte order mark is skipped; bytes that are no UTF-8, and deep nesting, are refused. */
export function parseJson(bytes: Uint8Array): ParsedJson {
  if (!isUtf8(bytes)) return { ok: false, why: 'it is not valid UTF-8' }
  const whole = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
  const text = whole.charCodeAt(0) === BYTE_ORDER_MARK ? whole.slice(1) : whole
  if (text === '') return { ok: false, why: 'it is empty' }
  const { values, deep, manyNamesAt } = text.length > LOOKED_THROUGH ? jsonShape(text) : SMALL
  if (deep) return { ok: false, why: TOO_DEEP }
  if (values > JSON_VALUES_MAX) return { ok: false, why: `it has more than ${JSON_VALUES_MAX} values` }
  if (manyNamesAt !== undefined) return { ok: false, why: MANY_NAMES, manyNamesAt }
  try {
    const value: unknown = JSON.parse(text)
    const why = TOO_LARGE.test(text) && tooLarge(value)
    return why ? { ok: false, why } : { ok: true, value }
  } catch {
    if (values > LENIENT_VALUES_MAX)
      return { ok: false, why: `it does not parse, and has more than ${LENIENT_VALUES_MAX} values` }
    const value = parseLenientJson(text)
    if (value !== undefined) return { ok: true, value }
    return { ok: false, why: jsonFault(text, LENIENT) ?? NUMBER_TOO_LARGE }
  }
}

const LENIENT = { lenient: true }
const NUMBER_TOO_LARGE = 'a number in it is too large'
const MANY_NAMES = `it has more than ${JSON_NAMES_MAX} different names`
const TOO_DEEP = `it is nested more than ${PARSED_DEPTH_MAX} deep`
/** Longer texts may be nested too deep: each level has a beginning and an end. */
const LOOKED_THROUGH = 2 * PARSED_DEPTH_MAX
/** Values of one text, about: more take longer than others should wait. A publish call of the usual size has fewer. */
export const JSON_VALUES_MAX = 1_000_000
/** The same of a text that only the lenient reader takes: that one is slower. */
export const LENIENT_VALUES_MAX = 100_000
/** Perhaps: a number beyond what a double holds. */
const TOO_LARGE = /[eE]\+?\d{3}|(?<!\d)\d{309}/

const SMALL: JsonShape = { values: 0, deep: false }

/** Why a value that JSON.parse takes is refused: a number in it. */
function tooLarge(value: unknown): string | undefined {
  if (typeof value === 'number' && !Number.isFinite(value)) return NUMBER_TOO_LARGE
  if (typeof value !== 'object' || value === null) return undefined
  for (const part of Array.isArray(value) ? value : Object.values(value)) {
    const why = tooLarge(part)
    if (why !== undefined) return why
  }
  return undefined
}
