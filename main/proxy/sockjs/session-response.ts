// The response that a SockJS session's frames go to now: an answer to a poll, or a stream that stays open for a while.
import { type SockjsFraming, sockjsFramings } from '../../grip/sockjs-frames'
import { sockjsHeaders } from '../../grip/sockjs-pages'
import type { SockjsReceiving } from '../../grip/sockjs-path'
import type { HttpExchangeScope } from '../exchange/exchange-scope'
import { headerOf } from '../http/headers'

/** Bytes of a stream after which the client is to ask anew: browsers keep all of it in memory. */
const STREAM_MAX = 128 * 1024

export class SessionResponse {
  readonly exchange: HttpExchangeScope
  readonly #framing: SockjsFraming
  readonly #callback: string
  #sent = 0
  /** The client has not read what was sent. */
  #blocked = false
  /** The response is whole: its connection may go. */
  #done = false

  /** @param callback of transports that need one. */
  constructor(exchange: HttpExchangeScope, transport: SockjsReceiving, callback: string) {
    this.exchange = exchange
    this.#framing = sockjsFramings[transport]
    this.#callback = callback
  }

  /** It takes a frame now. */
  get ready(): boolean {
    return !this.#blocked && !this.#done
  }

  get done(): boolean {
    return this.#done
  }

  /** Begins a response that stays open. */
  begin(): void {
    if (!this.#framing.streams) return
    const { reply } = this.exchange
    reply.begin(200, 'OK', this.#headers, 'own')
    this.#write(this.#framing.prelude(this.#callback))
  }

  /** Sends a frame. True: the response is over with it, and the client is to ask anew. */
  send(frame: string): boolean {
    const text = this.#framing.frame(frame, this.#callback)
    if (!this.#framing.streams) {
      this.#respond(200, 'OK', this.#headers, Buffer.from(text))
      return true
    }
    this.#write(text)
    if (this.#sent < STREAM_MAX) return false
    this.#finish()
    return true
  }

  /** Sends the last frame of a session. A stream that has not begun begins with it. */
  end(frame: string): void {
    if (!this.exchange.reply.begun) this.begin()
    if (!this.send(frame)) this.#finish()
  }

  /** Answers what the backend said instead of taking the session. */
  reject(status: number, reason: string, headers: readonly string[], body: Buffer): void {
    this.#respond(status, reason, [...headers, ...this.#cors], body)
  }

  /** Answers that there is no session any more. */
  gone(): void {
    const headers = ['Content-Type', 'text/plain', ...this.#cors]
    if (this.exchange.reply.begun) this.#finish()
    else this.#respond(410, 'Gone', headers, Buffer.from('Session terminated\n'))
  }

  drained(): void {
    this.#blocked = false
  }

  get #cors(): string[] {
    return sockjsHeaders(headerOf(this.exchange.request.rawHeaders, 'origin'))
  }

  get #headers(): string[] {
    // A callback is the client's own text: browsers must not take it for anything but a script.
    const strict = this.#framing.needsCallback ? ['X-Content-Type-Options', 'nosniff'] : []
    return ['Content-Type', this.#framing.contentType, ...strict, ...this.#cors]
  }

  #respond(status: number, reason: string, headers: string[], body: Buffer): void {
    this.#done = true
    this.exchange.respond(status, reason, headers, body, 'complete')
  }

  #finish(): void {
    this.#done = true
    this.exchange.finish('complete')
  }

  #write(text: string): void {
    const data = Buffer.from(text)
    this.#sent += data.length
    if (!this.exchange.reply.ownPart(data)) this.#blocked = true
  }
}
