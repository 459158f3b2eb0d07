// Headers as they were on the wire, for showing: their bytes as UTF-8, where they are.
import { headerValue, textOfHeader } from '../grip/grip-headers'
import type { RawHeaders } from './events'

export function headerPairs(headers: RawHeaders): [string, string][] {
  const pairs: [string, string][] = []
  for (let i = 0; i + 1 < headers.length; i += 2) pairs.push([headers[i] ?? '', textOfHeader(headers[i + 1] ?? '')])
  return pairs
}

/** What headers say of the body. */
export function contentHeaders(headers: RawHeaders): { contentType: string; contentEncoding: string } {
  return {
    contentType: headerValue(headers, 'content-type') ?? '',
    contentEncoding: headerValue(headers, 'content-encoding') ?? '',
  }
}
