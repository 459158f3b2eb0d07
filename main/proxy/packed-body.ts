// Bodies of answers that a backend packed (Content-Encoding) though nobody asked for that.
import type { Transform } from 'node:stream'
import {
  brotliDecompressSync,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  gunzipSync,
  inflateSync,
} from 'node:zlib'
import type { RawHeaders } from '../trace/events'
import { headerOf } from './headers'

/** How to unpack an encoding: a whole body at once, or part by part. */
export interface Encoding {
  readonly whole: (body: Buffer, options: { maxOutputLength: number }) => Buffer
  readonly stream: () => Transform
}

const GZIP: Encoding = { whole: gunzipSync, stream: createGunzip }
const ENCODINGS: Readonly<Record<string, Encoding>> = {
  gzip: GZIP,
  'x-gzip': GZIP,
  deflate: { whole: inflateSync, stream: createInflate },
  br: { whole: brotliDecompressSync, stream: createBrotliDecompress },
}

/** How to unpack what has this Content-Encoding; undefined: it is not one that we know. */
export function encodingNamed(name: string): Encoding | undefined {
  const lower = name.toLowerCase()
  return Object.hasOwn(ENCODINGS, lower) ? ENCODINGS[lower] : undefined
}

/**
 * The body as its Content-Encoding says. What can't be unpacked, or gives more than `maxBytes`, stays as it is: reading it
 * then says what is wrong.
 */
export function unpacked(headers: RawHeaders, body: Buffer, maxBytes: number): Buffer {
  const encoding = encodingNamed(headerOf(headers, 'content-encoding'))
  if (!encoding) return body
  try {
    return encoding.whole(body, { maxOutputLength: maxBytes })
  } catch {
    return body
  }
}
