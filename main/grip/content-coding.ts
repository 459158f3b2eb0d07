// Content codings: how a body is compressed (RFC 9110, 8.4), and what decompresses it: what Pushpin does, which leaves it to curl.
import { type Duplex, Transform, type TransformCallback } from 'node:stream'
import {
  brotliDecompressSync,
  constants,
  createBrotliDecompress,
  createGunzip,
  createInflate,
  createInflateRaw,
  gunzipSync,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
} from 'node:zlib'
import { headerValues } from './grip-headers'
import { ZstdReader } from './zstd'

/** How to decompress a coding: a whole body at once, or part by part. */
interface Coding {
  readonly whole: (body: Buffer, options: { maxOutputLength: number }) => Buffer
  /** @param lenient an input that ends too soon is no error */
  readonly stream: (lenient: boolean) => Duplex
}

/** Codings of one body, one over the other. More are not decompressed, as by curl. */
const CODINGS_MAX = 5

const LENIENT = { finishFlush: constants.Z_SYNC_FLUSH }
const LENIENT_BR = { finishFlush: constants.BROTLI_OPERATION_FLUSH }

const GZIP: Coding = { whole: gunzipSync, stream: (lenient) => createGunzip(lenient ? LENIENT : {}) }
const CODINGS: Readonly<Record<string, Coding>> = {
  gzip: GZIP,
  'x-gzip': GZIP,
  deflate: {
    whole: (body, options) => (isRaw(body) ? inflateRawSync(body, options) : inflateSync(body, options)),
    stream: (lenient) => new Inflate(lenient),
  },
  br: { whole: brotliDecompressSync, stream: (lenient) => createBrotliDecompress(lenient ? LENIENT_BR : {}) },
  zstd: { whole: unzstd, stream: (lenient) => new Unzstd(lenient) },
}

/**
 * The names of the codings that a body has, in the order in which it was compressed: of all Content-Encoding headers, in lower
 * case, without those that change nothing (`none` is what some write for `identity`, and curl takes it so).
 */
export function codingsOf(headers: readonly string[]): string[] {
  const values = headerValues(headers, 'content-encoding')
  if (values.length === 0) return values
  return values
    .join(',')
    .split(',')
    .map((name) => name.trim().toLowerCase())
    .filter((name) => name !== '' && name !== 'identity' && name !== 'none')
}

/** Can a body with these codings be decompressed? */
export function canDecompress(names: readonly string[]): boolean {
  return names.length <= CODINGS_MAX && names.every((name) => Object.hasOwn(CODINGS, name))
}

/** Decompresses a whole body. Throws where it is not what its codings say, not whole, or gives more than `maxBytes` at any step. */
export function decompressWhole(names: readonly string[], body: Buffer, maxBytes: number): Buffer {
  return decompressors(names).reduce((compressed, { whole }) => whole(compressed, { maxOutputLength: maxBytes }), body)
}

/**
 * What decompresses a body part by part: written into the first, read from the last, piped from each to the next.
 * @param lenient a body that ends too soon is no error
 */
export function decompressingStreams(names: readonly string[], lenient = false): Duplex[] {
  return decompressors(names).map(({ stream }) => stream(lenient))
}

/** The body as its headers say. What cannot be uncompressed whole, or gives more than `maxBytes`, stays as it is. */
export function decompressed(headers: readonly string[], body: Buffer, maxBytes: number): Buffer {
  const names = codingsOf(headers)
  if (names.length === 0 || !canDecompress(names)) return body
  try {
    return decompressWhole(names, body, maxBytes)
  } catch {
    return body
  }
}

/** A body as it is decompressed, with the headers that fit it then; as it is, with `compressed`, where that can't be done. */
export function plainBody(
  headers: readonly string[],
  body: Buffer,
  maxBytes: number,
): { headers: readonly string[]; body: Buffer; compressed: boolean } {
  const names = codingsOf(headers)
  if (names.length === 0) return { headers: withoutCoding(headers), body, compressed: false }
  try {
    if (canDecompress(names))
      return { headers: withoutCoding(headers), body: decompressWhole(names, body, maxBytes), compressed: false }
  } catch {
    // It is not what it says, or too much.
  }
  return { headers, body, compressed: true }
}

export function withoutCoding(headers: readonly string[]): string[] {
  const name = (i: number) => (headers[i & ~1] ?? '').toLowerCase()
  return headers.filter((_, i) => name(i) !== 'content-encoding')
}

/** From the last that was applied. */
function decompressors(names: readonly string[]): Coding[] {
  return names.flatMap((name) => CODINGS[name] ?? []).reverse()
}

/** `deflate` is in the format of zlib. Some send it without that, and are understood, as by curl and browsers. */
function isRaw(body: Uint8Array): boolean {
  const [first = 0, second = 0] = body
  return (first & 0x0f) !== 8 || (body.length > 1 && ((first << 8) | second) % 31 !== 0)
}

/** A Transform whose output another one makes, which is chosen by the first bytes. */
class Inflate extends Transform {
  readonly #options: ZlibOptions
  #inner: Transform | undefined

  constructor(lenient: boolean) {
    super()
    this.#options = lenient ? LENIENT : {}
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    const inner = this.#inner ?? this.#open(chunk)
    inner.write(chunk, (error) => {
      // An error is told by its event.
      if (!error) done()
    })
  }

  override _flush(done: TransformCallback): void {
    if (!this.#inner) {
      done(this.#options === LENIENT ? null : new Error('unexpected end of file'))
      return
    }
    this.#inner.once('end', done)
    this.#inner.end()
  }

  override _read(size: number): void {
    this.#inner?.resume()
    super._read(size)
  }

  override _destroy(error: Error | null, done: (error?: Error | null) => void): void {
    this.#inner?.destroy()
    done(error)
  }

  #open(first: Buffer): Transform {
    const inner = isRaw(first) ? createInflateRaw(this.#options) : createInflate(this.#options)
    this.#inner = inner
    inner.on('data', (part: Buffer) => {
      if (!this.push(part)) inner.pause()
    })
    inner.on('error', (error) => this.destroy(error))
    return inner
  }
}

class Unzstd extends Transform {
  readonly #reader = new ZstdReader()
  /** Goes on, once what was made has been read: not in the same turn, since it works in this thread, and little may make much. */
  #next: (() => void) | undefined
  readonly #lenient: boolean

  constructor(lenient: boolean) {
    super()
    this.#lenient = lenient
  }

  override _transform(chunk: Buffer, _encoding: BufferEncoding, done: TransformCallback): void {
    this.#push(this.#reader.read(chunk), done)
  }

  override _flush(done: TransformCallback): void {
    try {
      if (!this.#lenient) this.#reader.end()
      done()
    } catch (error) {
      done(error as Error)
    }
  }

  override _read(size: number): void {
    const next = this.#next
    this.#next = undefined
    if (next) setImmediate(next)
    else super._read(size)
  }

  #push(parts: Generator<Uint8Array>, done: TransformCallback): void {
    if (this.destroyed) return
    try {
      for (let made = parts.next(); !made.done; made = parts.next()) {
        if (this.push(made.value)) continue
        this.#next = () => this.#push(parts, done)
        return
      }
    } catch (error) {
      done(error as Error)
      return
    }
    done()
  }
}

function unzstd(body: Buffer, { maxOutputLength }: { maxOutputLength: number }): Buffer {
  const reader = new ZstdReader()
  const parts: Uint8Array[] = []
  let size = 0
  for (const part of reader.read(body)) {
    size += part.length
    if (size > maxOutputLength) throw new Error(`more than ${maxOutputLength} bytes`)
    parts.push(part)
  }
  reader.end()
  return Buffer.concat(parts)
}
