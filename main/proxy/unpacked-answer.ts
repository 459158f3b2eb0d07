// An answer that its backend has packed (Content-Encoding) goes on unpacked, as from Pushpin: clients of the proxy are
// not asked what they could unpack.
import type { Transform } from 'node:stream'
import { isBodiless } from '../grip/status'
import type { AnswerTaker } from './asking'
import { headerOf, withoutNames } from './headers'
import { type Encoding, encodingNamed } from './packed-body'

/** Bytes that are unpacked at once where an answer comes whole: what becomes more goes on in parts. */
const AT_ONCE_MAX = 1_048_576
const ENCODING = new Set(['content-encoding'])
const ENCODING_AND_LENGTH = new Set(['content-encoding', 'content-length'])

/** A packed answer whose head has come, and nothing has gone on. */
interface Waiting {
  readonly status: number
  readonly reason: string
  readonly headers: string[]
  readonly encoding: Encoding
  readonly chunks: Buffer[]
}

export class UnpackedAnswer implements AnswerTaker {
  readonly #taker: AnswerTaker
  readonly #more: () => void
  #waiting: Waiting | undefined
  #decoder: Transform | undefined

  /** @param more the backend may go on, after answerData returned false. */
  constructor(taker: AnswerTaker, more: () => void) {
    this.#taker = taker
    this.#more = more
  }

  /** @param bodiless the answer has no body, whatever its headers say (HEAD). */
  answerHead(status: number, reason: string, headers: string[], bodiless = false): void {
    const name = headerOf(headers, 'content-encoding')
    const encoding = encodingNamed(name)
    if (!encoding && name.toLowerCase() !== 'identity') {
      this.#taker.answerHead(status, reason, headers)
    } else if (!encoding || bodiless || isBodiless(status)) {
      this.#taker.answerHead(status, reason, withoutNames(headers, ENCODING))
    } else {
      const waiting = { status, reason, headers: withoutNames(headers, ENCODING_AND_LENGTH), encoding, chunks: [] }
      this.#waiting = waiting
      // Most answers come whole in one turn of the event loop; others stream.
      setImmediate(() => {
        if (this.#waiting === waiting) this.#stream(waiting, false)
      })
    }
  }

  answerData(chunk: Buffer): boolean {
    if (this.#waiting) this.#waiting.chunks.push(chunk)
    else if (this.#decoder) return this.#decoder.write(chunk)
    else return this.#taker.answerData(chunk)
    return true
  }

  answerEnd(): void {
    const waiting = this.#waiting
    if (waiting) this.#whole(waiting)
    else if (this.#decoder) this.#decoder.end()
    else this.#taker.answerEnd()
  }

  answerFailed(why: string): void {
    this.stop()
    this.#taker.answerFailed(why)
  }

  /** The client takes data again. */
  drained(): void {
    if (this.#decoder) this.#decoder.resume()
    else this.#more()
  }

  stop(): void {
    this.#waiting = undefined
    this.#decoder?.destroy()
    this.#decoder = undefined
  }

  #whole(waiting: Waiting): void {
    const { status, reason, headers, encoding, chunks } = waiting
    let body: Buffer
    try {
      body = encoding.whole(Buffer.concat(chunks), { maxOutputLength: AT_ONCE_MAX })
    } catch {
      // Too large, or bad: the stream finds out.
      this.#stream(waiting, true)
      return
    }
    this.#waiting = undefined
    this.#taker.answerHead(status, reason, headers)
    this.#taker.answerData(body)
    this.#taker.answerEnd()
  }

  #stream({ status, reason, headers, encoding, chunks }: Waiting, ended: boolean): void {
    this.#waiting = undefined
    const decoder = encoding.stream()
    this.#decoder = decoder
    let begun = false
    const begin = (): void => {
      if (!begun) this.#taker.answerHead(status, reason, headers)
      begun = true
    }
    decoder.on('data', (part: Buffer) => {
      if (this.#decoder !== decoder) return
      begin()
      if (!this.#taker.answerData(part)) decoder.pause()
    })
    decoder.on('drain', () => this.#more())
    decoder.on('end', () => {
      if (this.#decoder !== decoder) return
      begin()
      this.#decoder = undefined
      this.#taker.answerEnd()
    })
    decoder.on('error', (error) => {
      if (this.#decoder === decoder) this.answerFailed(`The answer can't be unpacked: ${error.message}`)
    })
    for (const chunk of chunks) decoder.write(chunk)
    if (ended) decoder.end()
  }
}
