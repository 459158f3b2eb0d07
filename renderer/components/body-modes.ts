// In which ways a body can be shown, and which of them suits it.
import { atOnce, type Steps } from '../../preload/vocabulary/steps'
import { isJson } from './pretty-json'

export type BodyMode = 'json' | 'text' | 'sse' | 'hex'

/** Characters of base64 that are decoded in one step; four are three bytes. */
const STEP = 64 * 1024

export function decodeBase64(base64: string): Uint8Array<ArrayBuffer> {
  return atOnce(decodeSteps(base64))
}

/** The bytes of base64, as `atob` reads it. */
export function* decodeSteps(base64: string): Steps<Uint8Array<ArrayBuffer>> {
  const padding = base64.endsWith('==') ? 2 : base64.endsWith('=') ? 1 : 0
  const bytes = new Uint8Array(Math.floor(((base64.length - padding) * 3) / 4))
  let end = 0
  for (let start = 0; start < base64.length; start += STEP) {
    if (start > 0) yield
    const binary = atob(base64.slice(start, start + STEP))
    for (let i = 0; i < binary.length; i += 1) bytes[end + i] = binary.charCodeAt(i)
    end += binary.length
  }
  return bytes
}

export function encodeBase64(text: string): string {
  const bytes = new TextEncoder().encode(text)
  let binary = ''
  for (let i = 0; i < bytes.length; i += 0x8000) binary += String.fromCharCode(...bytes.subarray(i, i + 0x8000))
  return btoa(binary)
}

/** The text of UTF-8 bytes; null where they are none. A character cut off at the end is left out. */
export function textOf(bytes: Uint8Array): string | null {
  for (let cut = 0; cut < Math.min(4, bytes.length + 1); cut += 1) {
    try {
      const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, bytes.length - cut))
      // Zero bytes are no text.
      return text.includes('\0') ? null : text
    } catch {
      // Try without the last byte.
    }
  }
  return null
}

const TEXT_TYPE = /^(?:text\/|application\/(?:[\w.+-]*(?:json|xml|javascript)|x-www-form-urlencoded)\b)/i

/**
 * The text of a body, for reading; null where it is none. Of what says that it is text, bytes that are no UTF-8 are
 * replaced, as whoever reads it as text does: an EventSource, `fetch`.
 */
export function decodeText(bytes: Uint8Array, contentType: string): string | null {
  return textOf(bytes) ?? (TEXT_TYPE.test(contentType) ? new TextDecoder().decode(bytes) : null)
}

/** @param json whether the text is JSON that can be shown as such, where that is known */
export function modesOf(text: string | null, contentType: string, json?: boolean): readonly BodyMode[] {
  if (text === null) return ['hex']
  const modes: BodyMode[] = []
  if (json ?? isJson(text)) modes.push('json')
  if (contentType.includes('event-stream')) modes.push('sse')
  return [...modes, 'text', 'hex']
}

export function guessMode(text: string | null, contentType: string): BodyMode {
  return modesOf(text, contentType)[0] ?? 'hex'
}
