// Headers in a HAR file, and how many bytes a head had.
import type { Header } from 'har-format'
import { textOfHeader } from '../grip/grip-headers'
import type { RawHeaders } from './events'

/** Values are text where their bytes are UTF-8. */
export function harHeaders(headers: RawHeaders): Header[] {
  const pairs: Header[] = []
  for (let i = 0; i + 1 < headers.length; i += 2) {
    pairs.push({ name: headers[i] ?? '', value: textOfHeader(headers[i + 1] ?? '') })
  }
  return pairs
}

/** Bytes of a head from its first line to the empty one; -1, HAR's word for unknown, where HTTP/2 compresses it. */
export function headLength(httpVersion: string, firstLine: string, headers: RawHeaders): number {
  if (!httpVersion.startsWith('1.')) return -1
  // Each character is a byte. Behind each line is a line break, behind each name a colon and a blank.
  let length = firstLine.length + 2 + 2
  for (let i = 0; i + 1 < headers.length; i += 2)
    length += (headers[i]?.length ?? 0) + (headers[i + 1]?.length ?? 0) + 4
  return length
}
