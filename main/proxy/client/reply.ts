// The response of one exchange on its way to the client: framed, shaped by the route, counted and recorded.
import { STATUS_CODES } from 'node:http'
import type { Cause } from '../../../preload/vocabulary/causes'
import { codeOf } from '../../grip/error-words'
import { joinParts } from '../../grip/join-parts'
import { whyNoBody } from '../../grip/status'
import type { PublishId, RawHeaders, ResponseEvent, TraceSink } from '../../trace/events'
import type { Making } from '../../trace/events/terms'
import { BodyRecord } from '../http/body-record'
import type { ClientResponse } from '../http/client-response'
import type { ResponseShape } from './response-shape'

/** Where the body of a response comes from. */
export type BodySource = 'answer' | 'own' | 'publish'

/** An answer's head that waits, in the hope that its body comes whole in the same turn of the event loop. */
interface Unsent {
  readonly status: number
  readonly reason: string
  readonly headers: RawHeaders
  readonly chunks: Buffer[]
  /** Bytes of body that may still wait. */
  room: number
}

/** Bytes of a body that is sent with its length, as in Pushpin, where it came with none: as it is, and made a script. */
const WHOLE_MAX = 65_536
const WHOLE_SCRIPT_MAX = 100_000

export class Reply {
  readonly #response: ClientResponse
  readonly #sink: TraceSink
  readonly #id: number
  readonly #method: string
  /** Set where the route changes responses (CORS, JSON-P). */
  shape: ResponseShape | undefined
  /** Why the response could not be sent at all. */
  fault: Cause | undefined
  /** Bytes of body that the client was sent. */
  size = 0
  /** Why the response has no body, once its head is made and it has none: nothing may follow the head then. */
  noBody: Cause | undefined
  #unsent: Unsent | undefined
  /** Bytes of the answer's body still to come; -1: not known. */
  #left = -1
  /** The body of a backend goes on changed: what is sent is recorded beside what came. */
  #changed = false
  #record: BodyRecord | undefined

  /** @param method of the client's request. */
  constructor(response: ClientResponse, sink: TraceSink, id: number, method: string) {
    this.#response = response
    this.#method = method
    this.#sink = sink
    this.#id = id
  }

  get begun(): boolean {
    return this.#response.headersSent
  }

  /** The response is whole; in HTTP/2 one without a body is so with its head. */
  get ended(): boolean {
    return this.#response.writableEnded
  }

  /**
   * Begins a response whose body is the backend's, as it streams. `length`: of the body; -1: not known.
   * @param waits the head may wait for a body that comes whole
   * @param changed its parts are not as the backend sent them
   */
  pass(status: number, reason: string, headers: string[], length: number, waits: boolean, changed = false): void {
    this.#changed = changed || (this.shape?.wraps ?? false)
    this.#left = this.shape?.wraps ? -1 : length
    if (this.#left >= 0 && whyNoBody(status, '') !== undefined) {
      this.pass(status, reason, withoutLength(headers), -1, waits, changed)
      return
    }
    if (this.#left >= 0 || !waits) {
      this.begin(status, reason, headers, 'answer')
    } else {
      // An answer that comes whole in one read gets a length instead of chunks, as Pushpin does it.
      const room = this.shape?.wraps ? WHOLE_SCRIPT_MAX : WHOLE_MAX
      this.#unsent = { status, reason, headers, chunks: [], room }
    }
    flushSoon(this)
  }

  /** A part of the backend's body. False: the client is slow, its response tells when it takes more. */
  passPart(chunk: Buffer): boolean {
    if (this.#unsent) {
      this.#unsent.chunks.push(chunk)
      this.#unsent.room -= chunk.length
      if (this.#unsent.room < 0) this.flush()
      return true
    }
    if (this.noBody !== undefined) return true
    const part = this.shape ? this.shape.part(chunk) : chunk
    if (this.#changed) this.#keep(part)
    this.size += part.length
    if (this.#left >= 0) {
      this.#left -= part.length
      if (this.#left === 0) {
        this.#response.endWith(part)
        return true
      }
    }
    return this.#response.writePart(part)
  }

  /** Begins a response with the body of a backend, which instructs that it goes on as a stream. */
  passBegin(status: number, reason: string, headers: string[], changed: boolean): void {
    this.#changed = changed
    this.begin(status, reason, headers, 'answer')
  }

  /** Sends the head of a response whose body comes in parts. */
  begin(status: number, reason: string, headers: string[], body: BodySource, p?: PublishId): void {
    const head = this.shape?.head(status, reason, headers)
    this.#writeHead(head?.status ?? status, head?.reason ?? reason, head?.headers ?? headers, body, p)
    if (head?.prefix) this.ownPart(head.prefix)
  }

  /** Sends the head now, without waiting for a body. */
  flushHead(): void {
    this.#response.flushHeaders()
  }

  /** Sends bytes that come from no publish and no answer as it streams. False: the client is slow. */
  ownPart(content: Buffer): boolean {
    if (this.noBody !== undefined) return true
    this.#keep(content)
    this.size += content.length
    return this.#response.writePart(content)
  }

  /** The head is out, and the response goes on for long: what only the head needed is let go. */
  settle(): void {
    this.#response.settle()
  }

  /** Bytes that wait for the client to read them. */
  get waiting(): number {
    return this.#response.waiting
  }

  /** Why a response with this status has no body. */
  whyNoBody(status: number): Cause | undefined {
    return whyNoBody(this.shape?.wraps ? 200 : status, this.#method)
  }

  /** Sends bytes of a publish or a keep-alive; `frame` holds them as a chunk. */
  framedPart(content: Buffer, frame: Buffer, chunked: boolean): void {
    if (this.noBody !== undefined) return
    this.size += content.length
    this.#response.writeFramed(content, frame, chunked)
  }

  /** Sends a whole response. `p`: the publish that it comes from. */
  whole(status: number, reason: string, headers: string[], body: Buffer, p?: PublishId): void {
    const shaped = this.shape?.whole(status, reason, headers, body)
    const code = shaped?.status ?? status
    const content = shaped?.body ?? body
    const out = shaped?.headers ?? headers
    const sized = this.shape?.wrapsAtOnce ? body.length <= WHOLE_SCRIPT_MAX : content.length <= WHOLE_MAX
    if (sized && whyNoBody(code, '') === undefined) out.push('Content-Length', String(content.length))
    // A script (JSON-P) that is made of a publish has other bytes than that.
    const published = p !== undefined && content === body
    this.#writeHead(code, shaped?.reason ?? reason, out, published ? 'publish' : 'own', p)
    this.#endWith(content, !published)
  }

  /** Ends the body. */
  end(): void {
    const unsent = this.#unsent
    this.#unsent = undefined
    if (unsent) {
      this.#endWhole(unsent)
      return
    }
    if (this.#response.writableEnded) return
    const last = this.shape?.end()
    if (last) this.ownPart(last)
    this.#response.end()
  }

  /** Cuts the connection, so that the client sees that the response is not whole. */
  cut(): void {
    this.#unsent = undefined
    this.#response.destroy()
  }

  /** The end of a turn of the event loop: what waits goes out. */
  flush(): void {
    const unsent = this.#unsent
    if (this.#response.writableEnded || this.#response.destroyed) return
    this.#unsent = undefined
    if (!unsent) {
      this.#response.flushHeaders()
      return
    }
    this.begin(unsent.status, unsent.reason, [...unsent.headers], 'answer')
    if (unsent.chunks.length === 0) this.#response.flushHeaders()
    // In one write: a backend may send a byte a chunk.
    else this.passPart(joinParts(unsent.chunks))
  }

  #endWhole({ status, reason, headers, chunks }: Unsent): void {
    const body = joinParts(chunks)
    const out = [...headers]
    if (!this.shape?.wraps && whyNoBody(status, this.#method) !== undefined) {
      // Pushpin makes up a length for the response to HEAD.
      if (whyNoBody(status, '') === undefined) out.push('Content-Length', '0')
      const head = this.shape?.head(status, reason, out)
      this.#writeHead(status, reason, head?.headers ?? out, 'answer')
      this.#response.end()
      return
    }
    const shaped = this.shape?.whole(status, reason, out, body)
    const content = shaped?.body ?? body
    const shapedHeaders = shaped?.headers ?? out
    shapedHeaders.push('Content-Length', String(content.length))
    this.#writeHead(
      shaped?.status ?? status,
      shaped?.reason ?? reason,
      shapedHeaders,
      this.shape?.wraps ? 'own' : 'answer',
    )
    this.#endWith(content, this.#changed)
  }

  /** Ends the response with its body, if it has one. */
  #endWith(content: Buffer, records: boolean): void {
    if (this.noBody !== undefined) {
      if (!this.ended) this.#response.end()
      return
    }
    if (records) this.#keep(content)
    this.size += content.length
    this.#response.endWith(content)
  }

  /** Sends a head, or an error page in place of the response, where it is one that can't be sent. */
  #writeHead(status: number, given: string, named: string[], body: BodySource, p?: PublishId): void {
    this.noBody = whyNoBody(status, this.#method)
    const headers = status === 205 ? [...withoutLength(named), 'Content-Length', '0'] : named
    // A backend that gives no reason has none.
    const reason = given || (body === 'answer' ? '' : (STATUS_CODES[status] ?? ''))
    try {
      this.#response.writeHead(status, reason, headers)
    } catch (error) {
      this.#failed(error as Error)
      return
    }
    // What a backend or a publisher said as its body does not go to the client where there is none.
    const from = this.noBody === undefined ? body : 'own'
    const t = this.#sink.now()
    const event: Making<ResponseEvent> = { type: 'response', t, x: this.#id, status, reason, headers, body: from }
    if (from === 'answer' && this.#changed) event.changed = true
    if (p !== undefined) event.p = p
    this.#sink.emit(event)
  }

  #failed(error: Error): void {
    this.fault = { code: 'unsendable', error: codeOf(error) }
    // Nothing of it may follow.
    this.noBody = { code: 'replaced-by-error' }
    const page = Buffer.from('Error while proxying to origin.\n')
    const headers = ['Content-Type', 'text/plain', 'Content-Length', String(page.length)]
    const [status, reason] = [502, 'Bad Gateway']
    this.#response.writeHead(status, reason, headers)
    this.#sink.emit({ type: 'response', t: this.#sink.now(), x: this.#id, status, reason, headers, body: 'own' })
    this.#keep(page)
    this.size += page.length
    this.#response.endWith(page)
  }

  #keep(data: Buffer): void {
    this.#record ??= new BodyRecord(this.#sink, this.#id, { type: 'response-data' })
    this.#record.add(data)
  }
}

let waiting: Reply[] = []

/** Sends the head by itself, unless body data goes out with it in this turn of the event loop. */
function flushSoon(reply: Reply): void {
  if (waiting.length === 0) setImmediate(flushAll)
  waiting.push(reply)
}

function flushAll(): void {
  const replies = waiting
  waiting = []
  for (const reply of replies) reply.flush()
}

function withoutLength(headers: RawHeaders): string[] {
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() !== 'content-length') out.push(headers[i] ?? '', headers[i + 1] ?? '')
  }
  return out
}
