// What a route does to responses on their way out: CORS headers, or a JSON-P script around them.
import { missingCorsHeaders } from '../../grip/cors'
import { JsonpWrapper } from '../../grip/jsonp'
import type { Jsonp } from '../../grip/route-types'
import type { RawHeaders } from '../../trace/events'

export interface ShapedHead {
  readonly status: number
  readonly reason: string
  readonly headers: string[]
  /** Goes out before the body. */
  readonly prefix?: Buffer
}

/** Headers of the wrapped response that its script has as well: these, or all if it was held (as in Pushpin). */
const MIRRORED = new Set(['cache-control'])

const NOT_ENCODED = {
  status: 500,
  reason: 'Internal Server Error',
  headers: ['Content-Type', 'text/plain'],
  body: Buffer.from('Upstream response could not be JSON-P encoded.\n'),
}

export class ResponseShape {
  readonly #request: RawHeaders
  #wrapper: JsonpWrapper | undefined
  #held = false

  /** @param request the headers that the backend is asked with: of JSON-P, those that the script named too. */
  constructor(request: RawHeaders) {
    this.#request = request
  }

  /** From now on responses are wrapped in a call of this function. */
  wrapIn(callback: string, mode: Jsonp['mode']): void {
    this.#wrapper = new JsonpWrapper(callback, mode)
  }

  /** True if bodies are changed. */
  get wraps(): boolean {
    return this.#wrapper !== undefined
  }

  /** True if a script is made of a response that was not held. */
  get wrapsAtOnce(): boolean {
    return this.#wrapper !== undefined && !this.#held
  }

  /** The response is held: its headers are merged by name (as Pushpin's handler does, not its proxy). */
  hold(held: boolean): void {
    this.#held = held
    this.#wrapper?.hold(held)
  }

  /** Streams are never wrapped: a script has an end. */
  unwrap(): void {
    this.#wrapper = undefined
  }

  /** The head of a response whose body comes in parts. */
  head(status: number, reason: string, headers: RawHeaders): ShapedHead {
    if (!this.#wrapper) return { status, reason, headers: [...headers, ...missingCorsHeaders(this.#request, headers)] }
    return { ...this.#scriptHead(headers), prefix: this.#wrapper.start(status, reason, headers) }
  }

  part(content: Buffer): Buffer {
    return this.#wrapper?.part(content) ?? content
  }

  /** What ends a body that came in parts; undefined: nothing. */
  end(): Buffer | undefined {
    return this.#wrapper?.end()
  }

  /** A response whose body is known whole. Its Content-Length is not yet among the headers. */
  whole(status: number, reason: string, headers: RawHeaders, body: Buffer): ShapedHead & { body: Buffer } {
    if (!this.#wrapper) return { ...this.head(status, reason, headers), body }
    if (!this.#held && this.#wrapper.refuses(body)) return { ...NOT_ENCODED, headers: [...NOT_ENCODED.headers] }
    return { ...this.#scriptHead(headers), body: this.#wrapper.whole(status, reason, headers, body) }
  }

  #scriptHead(headers: RawHeaders): ShapedHead {
    const out = ['Content-Type', 'application/javascript']
    for (let i = 0; i < headers.length; i += 2) {
      const name = (headers[i] ?? '').toLowerCase()
      const mirrored = this.#held ? name !== 'content-type' : MIRRORED.has(name)
      if (mirrored) out.push(headers[i] ?? '', headers[i + 1] ?? '')
    }
    return { status: 200, reason: 'OK', headers: out }
  }
}
