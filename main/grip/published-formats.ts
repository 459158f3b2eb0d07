// The formats of a publish as they are kept: as JSON text, in bytes. A parsed tree can take twenty times as much memory as
// its text, and nobody looks at most of them.
import { isObject, type JsonObject, parseJson } from './json-values'
import { PARSED_DEPTH_MAX } from './lenient-json'

/** More names than these say nothing: only three formats are known. */
const NAMES_MAX = 8
const NAME_LENGTH_MAX = 60

/** @param formats as published, by name */
export function encodeFormats(formats: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(formats), 'utf8')
}

/** JSON values by format name; nothing of bytes that `encodeFormats` has not made of an item that was accepted. */
export function decodeFormats(bytes: Uint8Array): JsonObject {
  // In a recorded session there may be anything. A value that is nested too deep cannot be written as JSON again.
  if (bracketDepth(bytes) > PARSED_DEPTH_MAX && !parseJson(bytes).ok) return {}
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
}

/** How deep the brackets of a JSON text go, at most: those in its strings count too. */
export function bracketDepth(json: Uint8Array): number {
  let depth = 0
  let deepest = 0
  for (const byte of json) {
    if (byte === 0x5b || byte === 0x7b) deepest = Math.max(deepest, ++depth)
    else if (byte === 0x5d || byte === 0x7d) depth--
  }
  return deepest
}

/** The first names of formats, shortened where they are long. */
export function namesOf(formats: JsonObject): readonly string[] {
  const names: string[] = []
  for (const name in formats) {
    if (names.length === NAMES_MAX) break
    names.push(name.length > NAME_LENGTH_MAX ? `${name.slice(0, NAME_LENGTH_MAX - 1)}…` : name)
  }
  return names
}
