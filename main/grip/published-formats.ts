// The formats of a publish as they are kept: as JSON text, in bytes. A parsed tree can take twenty times as much memory as
// its text, and nobody looks at most of them.
import { isObject, type JsonObject } from './json-values'

/** More names than these say nothing: only three formats are known. */
const NAMES_MAX = 8
const NAME_LENGTH_MAX = 60

/** @param formats as published, by name */
export function encodeFormats(formats: JsonObject): Buffer {
  return Buffer.from(JSON.stringify(formats), 'utf8')
}

/** JSON values by format name; nothing of bytes that `encodeFormats` has not made. */
export function decodeFormats(bytes: Uint8Array): JsonObject {
  try {
    const value: unknown = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8'))
    return isObject(value) ? value : {}
  } catch {
    return {}
  }
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
