// Bodies of answers that a backend packed though nobody asked for that.
import { brotliDecompressSync, gunzipSync, inflateSync } from 'node:zlib'
import { headerValue } from '../grip/grip-headers'
import type { RawHeaders } from '../trace/events'

const UNPACK: Readonly<Record<string, (body: Buffer, options: { maxOutputLength: number }) => Buffer>> = {
  gzip: gunzipSync,
  'x-gzip': gunzipSync,
  deflate: inflateSync,
  br: brotliDecompressSync,
}

/**
 * The body as its Content-Encoding says. What can't be unpacked, or gives more than `maxBytes`, stays as it is: reading it
 * then says what is wrong.
 */
export function unpacked(headers: RawHeaders, body: Buffer, maxBytes: number): Buffer {
  const unpack = UNPACK[headerValue(headers, 'content-encoding')?.toLowerCase() ?? '']
  if (!unpack) return body
  try {
    return unpack(body, { maxOutputLength: maxBytes })
  } catch {
    return body
  }
}
