// Bodies in a HAR file: what they say, as text where they are, else in base64; and what is missing of them.
import { isUtf8 } from 'node:buffer'
import type { Steps } from '../../preload/vocabulary/steps'
import { codingsOf } from '../grip/content-coding'
import { Utf8Check } from '../grip/utf8-check'
import { type Pause, withPauses } from '../turns/turns'
import { type KeptBody, missingText } from './bodies'
import { base64Of, utf8Of, type Written } from './json-pieces'
import { shownBody } from './shown-body'

export interface HarBody {
  /** Bytes of the body, and those that went over the wire, where it was compressed. */
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

/** Bytes of a body that is one text, and of a part that is looked at in one go. */
const SMALL = 8 * 1024
const LOOK = 256 * 1024

/** One that was compressed is decompressed, which takes a while. */
export async function harBody(body: KeptBody, pause: Pause): Promise<HarBody> {
  if (body.parts.length > 0 && codingsOf(body.headers).length > 0) return decompressed(body, pause)
  return bodyOfParts(body.parts, body.size, body.size, missingText(body), pause)
}

async function decompressed(body: KeptBody, pause: Pause): Promise<HarBody> {
  const { size, bytes, gaps, compressed } = await shownBody(body)
  const missing = missingText({ size, parts: [bytes], gaps })
  const comment = [missing, compressed?.problem ?? ''].filter((part) => part !== '').join('; ')
  return bodyOfParts([bytes], size, body.size, comment, pause)
}

async function bodyOfParts(
  parts: readonly Uint8Array[],
  size: number,
  wireSize: number,
  comment: string,
  pause: Pause,
): Promise<HarBody> {
  return { size, wireSize, whole: comment === '', parts, comment, ...(await textOrBase64(parts, pause)) }
}

async function textOrBase64(
  parts: readonly Uint8Array[],
  pause: Pause,
): Promise<{ text: Written<string>; base64: boolean }> {
  if (parts.reduce((sum, part) => sum + part.byteLength, 0) <= SMALL) {
    const bytes = Buffer.concat(parts)
    const base64 = !isUtf8(bytes)
    return { text: bytes.toString(base64 ? 'base64' : 'utf8'), base64 }
  }
  const base64 = !(await withPauses(isUtf8InParts(parts), pause))
  return { text: base64 ? base64Of(parts) : utf8Of(parts), base64 }
}

function* isUtf8InParts(parts: readonly Uint8Array[]): Steps<boolean> {
  const check = new Utf8Check()
  for (const part of parts) {
    const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength)
    for (let at = 0; at < bytes.length; at += LOOK) {
      if (!check.add(bytes.subarray(at, at + LOOK), false)) return false
      yield
    }
  }
  return check.add(Buffer.alloc(0), true)
}
