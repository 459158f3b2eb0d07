// Bodies in a HAR file: as text where they are, else in base64; and what is missing of them.
import { isUtf8 } from 'node:buffer'
import { Utf8Check } from '../grip/utf8-check'
import { type KeptBody, missingText } from './bodies'
import { base64Of, utf8Of, type Written } from './json-pieces'

/** Bytes of a body that is one text. */
const SMALL = 8 * 1024

export function textOrBase64(parts: readonly Uint8Array[]): { text: Written<string>; base64: boolean } {
  if (parts.reduce((sum, part) => sum + part.byteLength, 0) <= SMALL) {
    const bytes = Buffer.concat(parts)
    const base64 = !isUtf8(bytes)
    return { text: bytes.toString(base64 ? 'base64' : 'utf8'), base64 }
  }
  const base64 = !isUtf8Text(parts)
  return { text: base64 ? base64Of(parts) : utf8Of(parts), base64 }
}

/** What there is of it, in a few words; empty where the body is whole. */
export const keptComment: (body: KeptBody) => string = missingText

function isUtf8Text(parts: readonly Uint8Array[]): boolean {
  const check = new Utf8Check()
  return (
    parts.every((part) => check.add(Buffer.from(part.buffer, part.byteOffset, part.byteLength), false)) &&
    check.add(Buffer.alloc(0), true)
  )
}
