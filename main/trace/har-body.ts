// Bodies in a HAR file: what they say, as text where they are, else in base64; and what is missing of them.
import { codingsOf } from '../grip/content-coding'
import { Utf8Check } from '../grip/utf8-check'
import { type KeptBody, missingText } from './bodies'
import { base64Of, utf8Of, type Written } from './json-pieces'
import { shownBody } from './shown-body'

export interface HarBody {
  /** Bytes of the body, and those that went over the wire, where it was packed. */
  readonly size: number
  readonly wireSize: number
  /** Whether `parts` are all of it. */
  readonly whole: boolean
  readonly parts: readonly Uint8Array[]
  readonly text: Written<string>
  readonly base64: boolean
  /** What there is of it, in a few words; empty where it is whole. */
  readonly comment: string
}

/** Bytes of a body that is one text. */
const SMALL = 8 * 1024

/** One that was packed is unpacked, which takes a while. */
export function harBody(body: KeptBody): HarBody | Promise<HarBody> {
  if (body.parts.length > 0 && codingsOf(body.headers).length > 0) return unpacked(body)
  return bodyOfParts(body.parts, body.size, body.size, missingText(body))
}

async function unpacked(body: KeptBody): Promise<HarBody> {
  const { size, bytes, gaps, packed } = await shownBody(body)
  const missing = missingText({ size, parts: [bytes], gaps })
  return bodyOfParts(
    [bytes],
    size,
    body.size,
    [missing, packed?.problem ?? ''].filter((part) => part !== '').join('; '),
  )
}

function bodyOfParts(parts: readonly Uint8Array[], size: number, wireSize: number, comment: string): HarBody {
  return { size, wireSize, whole: comment === '', parts, comment, ...textOrBase64(parts) }
}

function textOrBase64(parts: readonly Uint8Array[]): { text: Written<string>; base64: boolean } {
  if (parts.reduce((sum, part) => sum + part.byteLength, 0) <= SMALL) {
    const bytes = Buffer.concat(parts)
    const base64 = !new Utf8Check().add(bytes, true)
    return { text: bytes.toString(base64 ? 'base64' : 'utf8'), base64 }
  }
  const base64 = !isUtf8(parts)
  return { text: base64 ? base64Of(parts) : utf8Of(parts), base64 }
}

function isUtf8(parts: readonly Uint8Array[]): boolean {
  const check = new Utf8Check()
  return (
    parts.every((part) => check.add(Buffer.from(part.buffer, part.byteOffset, part.byteLength), false)) &&
    check.add(Buffer.alloc(0), true)
  )
}
