// For tests: a client of HTTP/2, whose streams can be waited on.
import {
  type ClientHttp2Session,
  type ClientHttp2Stream,
  connect,
  type IncomingHttpHeaders,
  type OutgoingHttpHeaders,
  type Settings,
} from 'node:http2'
import { Waiters } from './waiters'

export class Http2Answer {
  readonly stream: ClientHttp2Stream
  headers: IncomingHttpHeaders | undefined
  closed = false
  #body = ''
  readonly #waiters = new Waiters()

  constructor(stream: ClientHttp2Stream) {
    this.stream = stream
    stream.setEncoding('latin1')
    stream.on('response', (headers) => {
      this.headers = headers
      this.#waiters.wake()
    })
    stream.on('data', (chunk: string) => {
      this.#body += chunk
      this.#waiters.wake()
    })
    stream.on('close', () => {
      this.closed = true
      this.#waiters.wake()
    })
    stream.on('error', () => {})
  }

  get status(): number {
    return Number(this.headers?.[':status'] ?? 0)
  }

  get body(): string {
    return this.#body
  }

  until(condition: () => boolean, what: string, ms = 5000): Promise<this> {
    return this.#waiters.when(
      () => (condition() ? this : undefined),
      what,
      () => [this.status, this.#body],
      ms,
    )
  }

  answered(): Promise<this> {
    return this.until(() => this.headers !== undefined, 'head of a response')
  }

  bodyHas(part: string): Promise<this> {
    return this.until(() => this.#body.includes(part), `"${part}" in the body`)
  }

  ended(): Promise<this> {
    return this.until(() => this.closed, 'end of the stream')
  }
}

export class Http2Client {
  readonly session: ClientHttp2Session

  private constructor(session: ClientHttp2Session) {
    this.session = session
    session.on('error', () => {})
  }

  /** @param ca the authority that the client trusts, in PEM. */
  static open(port: number, ca: string, settings: Settings = {}): Http2Client {
    return new Http2Client(connect(`https://localhost:${port}`, { ca, settings }))
  }

  get(path: string, headers: OutgoingHttpHeaders = {}): Http2Answer {
    return new Http2Answer(this.session.request({ ':path': path, ...headers }))
  }

  /** Sends the head; the body is written to the answer's stream. */
  post(path: string, headers: OutgoingHttpHeaders = {}): Http2Answer {
    return new Http2Answer(this.session.request({ ':method': 'POST', ':path': path, ...headers }, { endStream: false }))
  }

  close(): void {
    this.session.destroy()
  }
}
