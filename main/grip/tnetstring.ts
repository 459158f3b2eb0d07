// TNetStrings (tnetstrings.org, in Pushpin's reading): the encoding of ZeroMQ publishes and commands.
import { isUtf8 } from 'node:buffer'
import { isObject, type JsonObject } from './json-values'

export type TnetResult =
  /** Byte strings are Buffers, dictionaries objects without prototype. */
  { readonly ok: true; readonly value: unknown; readonly end: number } | { readonly ok: false; readonly why: string }

/** Deeper nesting than this is refused: nothing that is published needs it. */
const MAX_DEPTH = 32

/** Values of one message: more take longer than others should wait. */
const VALUES_MAX = 100_000
/** Different names of one message, after as many. */
const NAMES_MAX = 15_000
/** Of the message that is being read. */
let values = 0
let names = 0
/** Its names, once there are more than may differ. */
let different: Set<string> | undefined

class Malformed extends Error {}

/** Reads one value at `offset`. `end`: the byte after it. Never throws. */
export function decodeTnet(bytes: Buffer, offset = 0): TnetResult {
  values = 0
  names = 0
  different = undefined
  try {
    return { ok: true, ...readValue(bytes, offset, bytes.length, 0) }
  } catch (error) {
    if (error instanceof Malformed) return { ok: false, why: error.message }
    throw error
  }
}

interface Read {
  value: unknown
  end: number
}

function readValue(bytes: Buffer, offset: number, limit: number, depth: number): Read {
  if (depth > MAX_DEPTH) throw new Malformed(`nested more than ${MAX_DEPTH} deep at byte ${offset}`)
  if (++values > VALUES_MAX) throw new Malformed(`more than ${VALUES_MAX} values`)
  let size = 0
  let at = offset
  for (; ; at++) {
    const digit = at < limit ? (bytes[at] ?? 0) : -1
    if (digit === 0x3a && at > offset) break
    if (digit < 0x30 || digit > 0x39 || at - offset > 9) throw new Malformed(`no length at byte ${offset}`)
    size = size * 10 + digit - 0x30
  }
  const start = at + 1
  const end = start + size
  if (end >= limit) throw new Malformed(`the length at byte ${offset} goes beyond the end`)
  return { value: readTyped(bytes, start, end, depth), end: end + 1 }
}

function readTyped(bytes: Buffer, start: number, end: number, depth: number): unknown {
  switch (bytes[end]) {
    case 0x2c: // ,
      return bytes.subarray(start, end)
    case 0x23: // #
    case 0x5e: // ^
      return readNumber(bytes, start, end)
    case 0x21: // !
      return readBoolean(bytes, start, end)
    case 0x7e: // ~
      return null
    case 0x7d: // }
      return readDictionary(bytes, start, end, depth)
    case 0x5d: // ]
      return readList(bytes, start, end, depth)
    default:
      throw new Malformed(`no type at byte ${end}`)
  }
}

function readNumber(bytes: Buffer, start: number, end: number): number {
  const text = bytes.toString('latin1', start, end)
  const value = Number(text)
  if (text.trim() === '' || !Number.isFinite(value)) throw new Malformed(`no number at byte ${start}`)
  return value
}

function readBoolean(bytes: Buffer, start: number, end: number): boolean {
  const text = bytes.toString('latin1', start, end)
  if (text !== 'true' && text !== 'false') throw new Malformed(`neither true nor false at byte ${start}`)
  return text === 'true'
}

function readList(bytes: Buffer, start: number, end: number, depth: number): unknown[] {
  const out: unknown[] = []
  for (let at = start; at < end; ) {
    const read = readValue(bytes, at, end, depth + 1)
    out.push(read.value)
    at = read.end
  }
  return out
}

function readDictionary(bytes: Buffer, start: number, end: number, depth: number): JsonObject {
  const out = Object.create(null) as Record<string, unknown>
  for (let at = start; at < end; ) {
    const key = readValue(bytes, at, end, depth + 1)
    if (!Buffer.isBuffer(key.value)) throw new Malformed(`a key that is not a string at byte ${at}`)
    const value = readValue(bytes, key.end, end, depth + 1)
    const name = key.value.toString('utf8')
    countName(name)
    out[name] = value.value
    at = value.end
  }
  return out
}

/** Where each name differs, an object takes long to make: of many names, those count that are not like the ones before. */
function countName(name: string): void {
  if (++names <= NAMES_MAX) return
  different ??= new Set()
  if (different.add(name).size > NAMES_MAX) throw new Malformed(`more than ${NAMES_MAX} different names`)
}

/** The same as JSON can say it: strings where bytes are UTF-8, else base64 under the name that JSON has for it. */
export function jsonOfTnet(value: unknown): unknown {
  if (Buffer.isBuffer(value)) return value.toString('utf8')
  if (Array.isArray(value)) return value.map(jsonOfTnet)
  if (!isObject(value)) return value
  const out = Object.create(null) as Record<string, unknown>
  for (const [name, part] of Object.entries(value)) {
    if (!Buffer.isBuffer(part)) out[name] = jsonOfTnet(part)
    else if (name === 'content-bin' || name === 'body-bin') out[name] = part.toString('base64')
    else if ((name !== 'content' && name !== 'body') || isUtf8(part)) out[name] = part.toString('utf8')
    // Beside the same in bytes it counts for nothing.
    else if (value[`${name}-bin`] === undefined) out[`${name}-bin`] = part.toString('base64')
  }
  return out
}

/** Encodes strings (as UTF-8), bytes, numbers, booleans, null, lists and objects; anything else is null. */
export function encodeTnet(value: unknown): Buffer {
  if (typeof value === 'string') return frame(Buffer.from(value, 'utf8'), ',')
  if (Buffer.isBuffer(value)) return frame(value, ',')
  if (typeof value === 'number') return frame(Buffer.from(String(value)), Number.isInteger(value) ? '#' : '^')
  if (typeof value === 'boolean') return frame(Buffer.from(String(value)), '!')
  if (Array.isArray(value)) return frame(Buffer.concat(value.map(encodeTnet)), ']')
  if (typeof value === 'object' && value !== null) {
    const parts = Object.entries(value).flatMap(([name, part]) => [encodeTnet(name), encodeTnet(part)])
    return frame(Buffer.concat(parts), '}')
  }
  return frame(Buffer.alloc(0), '~')
}

function frame(payload: Buffer, type: string): Buffer {
  return Buffer.concat([Buffer.from(`${payload.length}:`), payload, Buffer.from(type)])
}
