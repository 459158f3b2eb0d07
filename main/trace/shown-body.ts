// A body as it is shown: decompressed, where it went over the wire compressed, and with what is missing said.
import { Readable } from 'node:stream'
import type { Body, BodyKind } from '../../preload/views'
import { canDecompress, codingsOf, decompressingStreams, decompressWhole } from '../grip/content-coding'
import { errorWords } from '../grip/error-words'
import { type BodyGap, bodyInfo, bodyOf, joined, type KeptBody } from './bodies'
import type { ExchangeId } from './events'
import type { TraceModel } from './model'

/** Bytes that are shown of a decompressed body, at its beginning and at its end, and bytes that are made for that. */
const HALF = 512 * 1024
const MADE_MAX = 64 * 1024 * 1024

/** Bytes of a body in an answer of a call. */
const ANSWER_MAX = 4 * 1024 * 1024

/** A body for people and for other tools: what it says, not how it was sent. */
export interface ShownBody {
  /** Bytes of the body; of one that could not be decompressed whole, those that could. */
  readonly size: number
  /** What is here of it; its memory is its own. */
  readonly bytes: Buffer
  /** Where something is missing in the bytes, in order. */
  readonly gaps: readonly BodyGap[]
  /** It went over the wire compressed: with these codings, in so many bytes, and why it could not be decompressed ('': it could). */
  readonly compressed: { readonly codings: string; readonly size: number; readonly problem: string } | null
}

/** The bytes of a body as far as they were kept; null if there is no such exchange. @param wire as it was sent, be it compressed */
export async function exchangeBody(
  model: TraceModel,
  id: ExchangeId,
  kind: BodyKind,
  wire = false,
): Promise<Body | null> {
  const exchange = model.exchanges.get(id)
  if (!exchange) return null
  const body = bodyOf(model, exchange, kind)
  const info = bodyInfo(body)
  const { size, bytes, gaps, compressed } = bothEndsOf(wire ? asSent(body) : await shownBody(body))
  return { ...info, size, kept: bytes.length, base64: bytes.toString('base64'), gaps: [...gaps], compressed }
}

/** An answer of a call is bounded: of a very long body it has both ends. A saved file has all. */
export function bothEndsOf(body: ShownBody): ShownBody {
  const { bytes, gaps } = body
  const left = bytes.length - ANSWER_MAX
  if (left <= 0) return body
  const half = ANSWER_MAX / 2
  // What is missing in the midst of it is missing there too.
  const within = gaps.filter(({ at }) => at >= half && at <= half + left)
  const missing = within.reduce<number | null>(
    (sum, gap) => (sum === null || gap.bytes === null ? null : sum + gap.bytes),
    left,
  )
  return {
    ...body,
    bytes: Buffer.concat([bytes.subarray(0, half), bytes.subarray(bytes.length - half)]),
    gaps: [
      ...gaps.filter(({ at }) => at < half),
      { at: half, bytes: missing },
      ...gaps.filter(({ at }) => at > half + left).map(({ at, bytes: of }) => ({ at: at - left, bytes: of })),
    ],
  }
}

function asSent(body: KeptBody): ShownBody {
  return { size: body.size, bytes: joined(body), gaps: body.gaps, compressed: null }
}

/** Decompresses a body if it is compressed. Of what is not kept whole, as much as can be told from its beginning. */
export async function shownBody(body: KeptBody): Promise<ShownBody> {
  const codings = codingsOf(body.headers)
  // Copied now: the log uses its memory again.
  const sent = asSent(body)
  const { size, bytes, gaps } = sent
  if (codings.length === 0 || bytes.length === 0) return sent
  const compressed = { codings: codings.join(', '), size, problem: '' }
  if (!canDecompress(codings)) {
    return {
      size,
      bytes,
      gaps,
      compressed: { ...compressed, problem: `${compressed.codings} is not known: shown as it was sent` },
    }
  }
  const beginning = bytes.subarray(0, gaps[0]?.at)
  const made = await decompress(codings, beginning)
  const cut = gaps.length > 0 ? 'the rest of its compressed bytes was not kept' : ''
  const problem = made.full ? made.problem : cut || made.problem
  // Nothing of it can be read: these are the bytes, whatever they are.
  const why = made.size > 0 ? '' : problem || faultOf(codings, beginning)
  if (why !== '') return { size, bytes, gaps, compressed: { ...compressed, problem: why } }
  const missing = made.size - made.bytes.length
  const shown: BodyGap[] = missing > 0 ? [{ at: HALF, bytes: missing }] : []
  if (problem !== '') shown.push({ at: made.bytes.length, bytes: null })
  return { size: made.size, bytes: made.bytes, gaps: shown, compressed: { ...compressed, problem } }
}

/** Why a body of which nothing can be decompressed is not simply empty; '': it is. */
function faultOf(codings: readonly string[], bytes: Buffer): string {
  try {
    decompressWhole(codings, bytes, HALF)
    return ''
  } catch (error) {
    return errorWords(error)
  }
}

interface Made {
  /** Bytes that were made in all. */
  readonly size: number
  /** The first and the last of them. */
  readonly bytes: Buffer
  /** Why it stopped; '': at the end. */
  readonly problem: string
  /** It stopped because it was too much. */
  readonly full: boolean
}

function decompress(codings: readonly string[], bytes: Buffer): Promise<Made> {
  const ends = new BothEnds(HALF)
  const streams = decompressingStreams(codings, true)
  const source = Readable.from([bytes], { objectMode: false })
  return new Promise((resolve) => {
    const done = (problem: string, full = false) => {
      for (const stream of streams) stream.destroy()
      resolve({ size: ends.size, bytes: ends.joined(), problem, full })
    }
    // In a pipeline, what was made before an error would be lost.
    const output = streams.reduce<Readable>((from, to) => {
      from.on('error', (error) => done(errorWords(error)))
      return from.pipe(to)
    }, source)
    output.on('error', (error) => done(errorWords(error)))
    output.on('end', () => done(''))
    output.on('data', (part: Buffer) => {
      ends.add(part)
      if (ends.size > MADE_MAX) done(`only the first ${ends.size} bytes were uncompressed`, true)
    })
  })
}

/** Keeps the first and the last bytes of what streams by, half each. */
class BothEnds {
  size = 0
  readonly #half: number
  readonly #first: Buffer[] = []
  #room: number
  #last: Buffer[] = []
  #lastSize = 0

  constructor(half: number) {
    this.#half = half
    this.#room = half
  }

  add(part: Buffer): void {
    this.size += part.length
    const first = part.subarray(0, this.#room)
    this.#room -= first.length
    if (first.length > 0) this.#first.push(first)
    const rest = part.subarray(first.length)
    if (rest.length === 0) return
    this.#last.push(rest)
    this.#lastSize += rest.length
    // Only now and then: most of it is let go with each time.
    if (this.#lastSize > 4 * this.#half) this.#cut()
  }

  joined(): Buffer {
    this.#cut()
    return Buffer.concat([...this.#first, ...this.#last])
  }

  #cut(): void {
    if (this.#lastSize <= this.#half) return
    const all = Buffer.concat(this.#last)
    this.#last = [Buffer.from(all.subarray(all.length - this.#half))]
    this.#lastSize = this.#half
  }
}
