// Reads zstd (RFC 8878) part by part, for versions of Node without it: fzstd reads the blocks. Here it is found out where
// they end, so that no input makes more than one block at a time, and frames that ask for much memory are refused.
import { Decompress } from 'fzstd'

/** Bytes that a frame may look back: what everybody must be able to read over HTTP, and no more (RFC 9659). */
const WINDOW_MAX = 8 * 1024 * 1024
const BLOCK_MAX = 128 * 1024
const MAGIC = 0xfd2fb528
const SKIPPABLE = 0x184d2a50
const EMPTY = Buffer.alloc(0)

interface Frame {
  readonly decoder: Decompress
  /** Bytes of the checksum at its end. */
  readonly checksum: number
  /** What the decoder gave for the last block. */
  out: Uint8Array[]
}

export class ZstdReader {
  #pending: Buffer = EMPTY
  #frame: Frame | undefined
  /** Bytes of a frame that holds no data. */
  #skip = 0
  #begun = false;

  /** Gives what the next part of the input makes, a block at a time. Throws where it is no zstd. */
  *read(part: Uint8Array): Generator<Uint8Array> {
    this.#pending = this.#pending.length === 0 ? Buffer.from(part) : Buffer.concat([this.#pending, part])
    while (this.#pending.length > 0) {
      if (this.#skip > 0) {
        const skipped = Math.min(this.#skip, this.#pending.length)
        this.#skip -= skipped
        this.#take(skipped)
        continue
      }
      const out = this.#frame ? this.#block(this.#frame) : this.#begin()
      if (!out) return
      for (const data of out) if (data.length > 0) yield data
    }
  }

  /** The input is over. Throws where something is missing. */
  end(): void {
    if (!this.#begun || this.#frame || this.#skip > 0 || this.#pending.length > 0)
      throw new Error('unexpected end of zstd data')
  }

  #take(bytes: number): Buffer {
    const taken = this.#pending.subarray(0, bytes)
    this.#pending = this.#pending.subarray(bytes)
    return taken
  }

  /** Undefined: more of the frame's head is to come. */
  #begin(): Uint8Array[] | undefined {
    const head = this.#pending
    if (head.length < 5) return undefined
    const magic = head.readUInt32LE(0)
    if ((magic & ~0xf) >>> 0 === SKIPPABLE) {
      if (head.length < 8) return undefined
      this.#skip = head.readUInt32LE(4)
      this.#take(8)
      this.#begun = true
      return []
    }
    if (magic !== MAGIC) throw new Error('this is not zstd data')
    const size = headSize(head[4] ?? 0)
    if (head.length < size) return undefined
    if (windowOf(head) > WINDOW_MAX) throw new Error(`a zstd frame with a window of more than ${WINDOW_MAX} bytes`)
    const out: Uint8Array[] = []
    const decoder = new Decompress((data) => out.push(data))
    this.#frame = { decoder, checksum: (head[4] ?? 0) & 4, out }
    this.#begun = true
    decoder.push(this.#take(size))
    return []
  }

  /** Undefined: more of the block is to come. */
  #block(frame: Frame): Uint8Array[] | undefined {
    const { decoder, checksum, out } = frame
    if (this.#pending.length < 3) return undefined
    const head = this.#pending.readUIntLE(0, 3)
    const last = (head & 1) === 1
    const type = (head >> 1) & 3
    const size = head >> 3
    if (type === 3 || size > BLOCK_MAX) throw new Error('a bad block of zstd data')
    const bytes = 3 + (type === 1 ? 1 : size) + (last ? checksum : 0)
    if (this.#pending.length < bytes) return undefined
    if (last) this.#frame = undefined
    decoder.push(this.#take(bytes), last)
    return out.splice(0)
  }
}

/** Bytes of a frame's head, by the byte that describes it. */
function headSize(descriptor: number): number {
  const single = (descriptor >> 5) & 1
  const dictionary = [0, 1, 2, 4][descriptor & 3] ?? 0
  const contentSize = [single, 2, 4, 8][descriptor >> 6] ?? 0
  return 5 + (1 - single) + dictionary + contentSize
}

function windowOf(head: Buffer): number {
  const descriptor = head[4] ?? 0
  if ((descriptor >> 5) & 1) {
    const at = 5 + ([0, 1, 2, 4][descriptor & 3] ?? 0)
    const sizes = [() => head.readUInt8(at), () => head.readUInt16LE(at) + 256, () => head.readUInt32LE(at)]
    return sizes[descriptor >> 6]?.() ?? Number(head.readBigUInt64LE(at))
  }
  const [exponent, mantissa] = [(head[5] ?? 0) >> 3, (head[5] ?? 0) & 7]
  return 2 ** (10 + exponent) * (1 + mantissa / 8)
}
