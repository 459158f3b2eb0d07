// An answer that its backend has compressed (Content-Encoding) goes on decompressed, as from Pushpin: clients of the proxy are
// not asked what they could decompress.
import { type Duplex, pipeline } from 'node:stream'
import type { Cause } from '../../../preload/vocabulary/causes'
import { canDecompress, codingsOf, decompressingStreams, decompressWhole } from '../../grip/content-coding'
import { codeOf } from '../../grip/error-words'
import { isBodiless } from '../../grip/status'
import { withoutNames } from '../http/headers'
import type { AnswerTaker } from './answer-taker'

/** Bytes that are decompressed at once where an answer comes whole: what becomes more goes on in parts. */
const AT_ONCE_MAX = 1_048_576
const ENCODING = new Set(['content-encoding'])
const ENCODING_AND_LENGTH = new Set(['content-encoding', 'content-length'])

/** A compressed answer whose head has come, and nothing has gone on. */
interface Waiting {
  readonly status: number
  readonly reason: string
  readonly headers: string[]
  readonly codings: readonly string[]
  readonly chunks: Buffer[]
}

/** What decompresses: several codings need one after the other. */
interface Decoder {
  readonly input: Duplex
  readonly output: Duplex
}

export class DecompressedAnswer implements AnswerTaker {
  readonly #taker: AnswerTaker
  readonly #more: () => void
  #waiting: Waiting | undefined
  #decoder: Decoder | undefined

  /** @param more the backend may go on, after answerData returned false. */
  constructor(taker: AnswerTaker, more: () => void) {
    this.#taker = taker
    this.#more = more
  }

  /** @param bodiless the answer has no body, whatever its headers say (HEAD). */
  answerHead(status: number, reason: string, headers: string[], bodiless = false): void {
    const codings = codingsOf(headers)
    if (!canDecompress(codings)) {
      this.#taker.answerHead(status, reason, headers)
    } else if (codings.length === 0 || bodiless || isBodiless(status)) {
      this.#taker.answerHead(status, reason, withoutNames(headers, ENCODING))
    } else {
      const waiting = { status, reason, headers: withoutNames(headers, ENCODING_AND_LENGTH), codings, chunks: [] }
      this.#waiting = waiting
      // Most answers come whole in one turn of the event loop; others stream.
      setImmediate(() => {
        if (this.#waiting === waiting) this.#stream(waiting, false)
      })
    }
  }

  answerData(chunk: Buffer): boolean {
    if (this.#waiting) this.#waiting.chunks.push(chunk)
    else if (this.#decoder) return this.#decoder.input.write(chunk)
    else return this.#taker.answerData(chunk)
    return true
  }

  answerEnd(): void {
    const waiting = this.#waiting
    if (waiting) this.#whole(waiting)
    else if (this.#decoder) this.#decoder.input.end()
    else this.#taker.answerEnd()
  }

  answerFailed(why: Cause): void {
    this.stop()
    this.#taker.answerFailed(why)
  }

  /** The client takes data again. */
  drained(): void {
    if (this.#decoder) this.#decoder.output.resume()
    else this.#more()
  }

  stop(): void {
    const decoder = this.#decoder
    this.#waiting = undefined
    this.#decoder = undefined
    decoder?.input.destroy()
    decoder?.output.destroy()
  }

  #whole(waiting: Waiting): void {
    const { status, reason, headers, codings, chunks } = waiting
    let body: Buffer
    try {
      body = decompressWhole(codings, Buffer.concat(chunks), AT_ONCE_MAX)
    } catch {
      // Too large, or bad: the stream finds out.
      this.#stream(waiting, true)
      return
    }
    this.#waiting = undefined
    this.#taker.answerHead(status, reason, headers, true)
    this.#taker.answerData(body)
    this.#taker.answerEnd()
  }

  #stream({ status, reason, headers, codings, chunks }: Waiting, ended: boolean): void {
    this.#waiting = undefined
    const decoder = decoderOf(codings, (error) => {
      if (this.#decoder === decoder) this.answerFailed({ code: 'cannot-uncompress', error: codeOf(error) })
    })
    const { input, output } = decoder
    this.#decoder = decoder
    let begun = false
    const begin = (): void => {
      if (!begun) this.#taker.answerHead(status, reason, headers, true)
      begun = true
    }
    output.on('data', (part: Buffer) => {
      if (this.#decoder !== decoder) return
      begin()
      if (!this.#taker.answerData(part)) output.pause()
    })
    input.on('drain', () => this.#more())
    output.on('end', () => {
      if (this.#decoder !== decoder) return
      begin()
      this.#decoder = undefined
      this.#taker.answerEnd()
    })
    for (const chunk of chunks) input.write(chunk)
    if (ended) input.end()
  }
}

/** @param failed hears of the first error. */
function decoderOf(codings: readonly string[], failed: (error: Error) => void): Decoder {
  // An answer that its backend ends too soon (its stream was never closed) ends as it is, as from Pushpin.
  const streams = decompressingStreams(codings, true)
  const [input] = streams
  const output = streams.at(-1)
  if (!input || !output) throw new Error('nothing to decompress')
  if (streams.length === 1) input.on('error', failed)
  else {
    pipeline(streams, (error) => {
      if (error) failed(error)
    })
  }
  return { input, output }
}
