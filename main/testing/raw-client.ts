// For tests: an HTTP/1.1 client on a plain socket, which shows what was on the wire, bit by bit.
import { connect, type Socket } from 'node:net'

export class RawClient {
  readonly socket: Socket
  #raw: Buffer = Buffer.alloc(0)
  closed = false
  readonly #waiting = new Set<() => void>()

  private constructor(port: number) {
    this.socket = connect(port, '127.0.0.1')
    this.socket.setNoDelay(true)
    this.socket.on('data', (chunk: Buffer) => {
      this.#raw = Buffer.concat([this.#raw, chunk])
      this.#wake()
    })
    this.socket.on('close', () => {
      this.closed = true
      this.#wake()
    })
    this.socket.on('error', () => {})
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

  send(data: string | Buffer): this {
    this.socket.write(data)
    return this
  }

  /** All that came, as latin1 text. */
  get text(): string {
    return this.#raw.toString('latin1')
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

  until(condition: () => boolean, what: string, ms = 5000): Promise<this> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(check)
        reject(new Error(`no ${what} within ${ms} ms; got ${JSON.stringify(this.text.slice(0, 500))}`))
      }, ms)
      const check = (): void => {
        if (!condition()) return
        clearTimeout(timer)
        this.#waiting.delete(check)
        resolve(this)
      }
      this.#waiting.add(check)
      check()
    })
  }

  answered(ms?: number): Promise<this> {
    return this.until(() => this.head !== '', 'head of a response', ms)
  }

  bodyHas(part: string, ms?: number): Promise<this> {
    return this.until(() => this.body.includes(part), `"${part}" in the body`, ms)
  }

  ended(ms?: number): Promise<this> {
    return this.until(() => this.closed, 'end of the connection', ms)
  }

  close(): void {
    this.socket.destroy()
  }

  #wake(): void {
    for (const check of [...this.#waiting]) check()
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
