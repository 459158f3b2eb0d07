// A client's request body on its way to the backend: streams through with backpressure, and keeps the start of it, so
// that the request can be sent again to another target or when the request goes to the backend again.
import { Readable } from 'node:stream'
import type { ClientRequest } from '../http/client-request'
import type { HasTimeout, Wheel } from '../pacing/wheel'

/** Bytes that are read ahead, as many as by Pushpin. */
const READ_AHEAD_MAX = 10_000
/** Milliseconds that are waited for them. Pushpin waits on; here a client that streams must not look dead. */
const READ_AHEAD_WAIT = 500
/** Parts with fewer bytes than this are put together, as many as come in one turn, but no more than so many. */
const SMALL = 1024
const SMALL_MAX = 1000

export class RequestBody implements HasTimeout {
  dueTick = 0
  readonly #request: ClientRequest
  readonly #max: number
  readonly #onData: (chunk: Buffer) => void
  readonly #onEnd: (size: number) => void
  #kept: Buffer[] = []
  #size = 0
  #overflow = false
  #ended = false
  #drained = false
  #reader: Readable | undefined
  /** Small parts that came in this turn after the first one: a client may send a byte a chunk. */
  #small: Buffer[] | undefined
  /** Waits for the whole body, or for as much as is read ahead. */
  #gathering: { readonly wheel: Wheel; readonly done: () => void } | undefined

  /**
   * @param max bytes that are kept, so that the request can be sent again.
   * @param onData sees every part as it comes; @param onEnd gets the size in bytes.
   */
  constructor(request: ClientRequest, max: number, onData: (chunk: Buffer) => void, onEnd: (size: number) => void) {
    this.#request = request
    this.#max = max
    this.#onData = onData
    this.#onEnd = onEnd
    request.pause()
    request.on('data', (chunk: Buffer) => this.#take(chunk))
    request.on('end', () => this.#finish())
    request.pause()
  }

  /** False once more bytes than are kept went through: the request can then not be sent again. */
  get replayable(): boolean {
    return !this.#overflow
  }

  /** Bytes of the body, once it has come whole. */
  get size(): number | undefined {
    return this.#ended ? this.#size : undefined
  }

  /** Reads ahead: calls back once the whole body is here, or much of it, or the client takes its time. */
  gather(wheel: Wheel, done: () => void): void {
    this.#gathering = { wheel, done }
    wheel.set(this, READ_AHEAD_WAIT)
    this.#request.resume()
  }

  /** Enough was waited for. */
  onTimeout(): void {
    this.#gathered()
  }

  /** A stream of the whole body, for one try. Only the latest one gets what still comes in. */
  stream(): Readable {
    const replay = this.#kept.slice()
    this.#reader?.destroy()
    const reader = new Readable({
      read: () => {
        const chunk = replay.shift()
        if (chunk) {
          reader.push(chunk)
        } else if (this.#ended) {
          reader.push(null)
        } else if (this.#reader === reader) {
          this.#request.resume()
        }
      },
    })
    // A try that fails destroys its stream; the request itself goes on.
    reader.on('error', () => {})
    this.#reader = reader
    return reader
  }

  /** Reads the rest and throws it away, so that the connection can serve the next request. Nobody is told of it. */
  drain(): void {
    this.#drained = true
    this.#gathering?.wheel.clear(this)
    this.#gathering = undefined
    this.#reader = undefined
    this.#kept = []
    this.#overflow = true
    this.#request.resume()
  }

  #take(chunk: Buffer): void {
    if (this.#drained) return
    if (chunk.length >= SMALL) {
      this.#joinSmall()
      this.#part(chunk)
    } else if (this.#small) {
      this.#small.push(chunk)
      // What node has read and not given yet waits.
      if (this.#small.length >= SMALL_MAX) this.#request.pause()
    } else {
      this.#small = []
      setImmediate(() => this.#joinSmall())
      this.#part(chunk)
    }
  }

  /** Takes the small parts that came in one turn as one. */
  #joinSmall(): void {
    const small = this.#small
    this.#small = undefined
    if (!small || small.length === 0 || this.#drained) return
    const goesOn = this.#part(Buffer.concat(small))
    if (small.length >= SMALL_MAX && goesOn) this.#request.resume()
  }

  /** False: the reader has enough for now. */
  #part(chunk: Buffer): boolean {
    this.#size += chunk.length
    this.#onData(chunk)
    if (!this.#overflow) this.#kept.push(chunk)
    let goesOn = true
    if (this.#gathering) {
      // What came with it may be all the rest.
      if (this.#size >= READ_AHEAD_MAX) setImmediate(() => this.#gathered())
    } else if (this.#reader && !this.#reader.destroyed && !this.#reader.push(chunk)) {
      this.#request.pause()
      goesOn = false
    }
    if (!this.#gathering) this.#keepLess()
    return goesOn
  }

  #keepLess(): void {
    if (this.#size <= this.#max) return
    this.#overflow = true
    this.#kept = []
  }

  #gathered(): void {
    const gathering = this.#gathering
    this.#gathering = undefined
    if (!gathering) return
    gathering.wheel.clear(this)
    // What was read ahead goes first: the stream reads on after it.
    this.#request.pause()
    gathering.done()
    this.#keepLess()
  }

  #finish(): void {
    if (this.#drained) return
    this.#joinSmall()
    this.#ended = true
    this.#onEnd(this.#size)
    if (this.#gathering) this.#gathered()
    else if (this.#reader && !this.#reader.destroyed) this.#reader.push(null)
  }
}
