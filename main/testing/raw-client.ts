// For tests: an HTTP/1.1 client on a plain socket, which shows what was on the wire, bit by bit.
import { connect } from 'node:net'
import { RawConnection } from './raw-connection'

export class RawClient extends RawConnection {
  private constructor(port: number) {
    super(connect(port, '127.0.0.1'))
  }

  static open(port: number): RawClient {
    return new RawClient(port)
  }

  /** Opens a connection and sends a GET. */
  static get(port: number, path: string, headers: readonly string[] = []): RawClient {
    return new RawClient(port).send(
      `GET ${path} HTTP/1.1\r\nHost: test\r\n${headers.map((h) => `${h}\r\n`).join('')}\r\n`,
    )
  }

  get head(): string {
    const end = this.text.indexOf('\r\n\r\n')
    return end < 0 ? '' : this.text.slice(0, end)
  }

  get status(): number {
    return Number(/^HTTP\/1\.[01] (\d{3})/.exec(this.text)?.[1] ?? 0)
  }

  /** The body so far, chunks decoded. */
  get body(): string {
    const end = this.text.indexOf('\r\n\r\n')
    if (end < 0) return ''
    const body = this.text.slice(end + 4)
    return /^transfer-encoding: chunked$/im.test(this.head) ? unchunk(body) : body
  }

  header(name: string): string | undefined {
    return new RegExp(`^${name}: (.*)$`, 'im').exec(this.head)?.[1]
  }

  answered(ms?: number): Promise<this> {
    return this.until(() => this.head !== '', 'head of a response', ms)
  }

  /** Waits until the response is whole, by its own framing. */
  whole(ms?: number): Promise<this> {
    return this.until(() => this.#isWhole(), 'whole response', ms)
  }

  bodyHas(part: string, ms?: number): Promise<this> {
    return this.until(() => this.body.includes(part), `"${part}" in the body`, ms)
  }

  #isWhole(): boolean {
    if (this.head === '') return false
    if (this.header('transfer-encoding') === 'chunked') return /(^|\r\n)0\r\n(.*\r\n)*\r\n$/.test(this.text)
    const length = this.header('content-length')
    return length === undefined ? this.closed : this.body.length >= Number(length)
  }
}

function unchunk(text: string): string {
  let out = ''
  for (let at = 0; ; ) {
    const line = text.indexOf('\r\n', at)
    if (line < 0) return out
    const size = Number.parseInt(text.slice(at, line), 16)
    if (!(size > 0)) return out
    out += text.slice(line + 2, line + 2 + size)
    at = line + 2 + size + 2
  }
}
