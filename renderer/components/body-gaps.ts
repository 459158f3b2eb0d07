// What is missing of a body, in words, and where it is missing in its text.
import type { Body } from '../../preload/views'
import { formatBytes } from '../format/bytes'
import { decodeText } from './body-modes'

export type Gap = Body['gaps'][number]

/** `4.0 MiB are not kept`. */
export function missingWords({ bytes }: Gap): string {
  return bytes === null ? 'some bytes are not kept' : `${formatBytes(bytes)} ${bytes === 1 ? 'is' : 'are'} not kept`
}

/** A body in few words, where it is not here whole: `kept the first 512 KiB and the last 512 KiB of 5.0 MiB`; '': it is. */
export function keptWords(kept: number, size: number, gaps: readonly Gap[]): string {
  const [gap] = gaps
  if (!gap) return kept < size ? `kept ${formatBytes(kept)} of ${formatBytes(size)}` : ''
  const of = gaps.every(({ bytes }) => bytes !== null) ? ` of ${formatBytes(size)}` : ''
  if (gaps.length > 1) return `kept ${formatBytes(kept)}${of}, with ${gaps.length} gaps`
  if (gap.at === kept) return of ? `kept ${formatBytes(kept)}${of}` : `kept the first ${formatBytes(kept)}`
  if (gap.at === 0) return `kept the last ${formatBytes(kept)}${of}`
  return `kept the first ${formatBytes(gap.at)} and the last ${formatBytes(kept - gap.at)}${of}`
}

export interface TextPart {
  /** What is missing before it, as a line; '': nothing. */
  readonly missing: string
  readonly text: string
}

/** A body's text in parts, between its gaps; null where it is no text. */
export function textParts(bytes: Uint8Array, gaps: readonly Gap[], contentType: string): TextPart[] | null {
  const parts: TextPart[] = []
  let at = 0
  let missing = ''
  for (const gap of [...gaps, { at: bytes.length, bytes: 0 }]) {
    const text = decodeText(bytes.subarray(at, gap.at), contentType)
    if (text === null) return null
    if (text !== '' || missing !== '') parts.push({ missing, text })
    at = gap.at
    missing = missingWords(gap)
  }
  const last = gaps[gaps.length - 1]
  if (last && last.at === bytes.length) parts.push({ missing: missingWords(last), text: '' })
  return parts.length === 0 ? [{ missing: '', text: '' }] : parts
}

/** In one text, each gap a line of its own. */
export function joinedParts(parts: readonly TextPart[]): string {
  let text = ''
  for (const part of parts) {
    if (part.missing !== '') text += `${text === '' || text.endsWith('\n') ? '' : '\n'}⋯ ${part.missing} ⋯\n`
    text += part.text
  }
  return text
}
