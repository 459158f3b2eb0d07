// Bodies in a HAR file: as text where they are, else in base64; and what is missing of them.
import { Utf8Check } from '../grip/utf8-check'
import { type KeptBody, missingText } from './bodies'
import { base64Of, type Pieces, utf8Of } from './json-pieces'

export function textOrBase64(parts: readonly Uint8Array[]): { text: Pieces<string>; base64: boolean } {
  const base64 = !isUtf8(parts)
  return { text: base64 ? base64Of(parts) : utf8Of(parts), base64 }
}

/** What there is of it, in a few words; empty where the body is whole. */
export const keptComment: (body: KeptBody) => string = missingText

function isUtf8(parts: readonly Uint8Array[]): boolean {
  const check = new Utf8Check()
  return (
    parts.every((part) => check.add(Buffer.from(part.buffer, part.byteOffset, part.byteLength), false)) &&
    check.add(Buffer.alloc(0), true)
  )
}
