// A client on a plain socket: what a scenario reads from it is what was on the wire.
import { connect } from 'node:net'

/** One connection. Reads one response at a time; `again()` goes on to the next. */
export class Client {
  /** Bytes that came and were not read yet. */
  #raw = Buffer.alloc(0)
  #left = 0
  #method
  #waiting = new Set()
  /** Takes the bytes that follow a 101. */
  #frames
  socket
  /** The peer has closed the connection. */
  ended = false
  /** Statuses of interim responses (1xx). */
  interim = []
  status = 0
  reason = ''
  /** [name in lower case, value] as they came. */
  headers = []
  body = Buffer.alloc(0)
  /** 'length', 'chunked', 'close' (until the connection ends) or 'none'. */
  framing = ''
  /** The whole response is here. */
  complete = false

  /** @param method of the first request: the response to HEAD has no body. */
  constructor(port, method = 'GET') {
    this.#method = method
    this.socket = connect(port, '127.0.0.1')
    this.socket.setNoDelay(true)
    this.socket.on('data', (chunk) => {
      if (this.#frames) {
        this.#frames(chunk)
        return
      }
      this.#raw = Buffer.concat([this.#raw, chunk])
      this.#read()
      this.#wake()
    })
    this.socket.on('error', () => {})
    this.socket.on('close', () => {
      this.ended = true
      if (this.framing === 'close') this.complete = true
      this.#wake()
    })
  }

  send(data) {
    this.socket.write(data)
    return this
  }

  /** Forgets the response that was read and reads the next one. */
  again(method = 'GET') {
    Object.assign(this, { interim: [], status: 0, reason: '', headers: [], body: Buffer.alloc(0), framing: '' })
    this.complete = false
    this.#method = method
    this.#read()
    return this
  }

  /** Value of a response header, several joined; null if there is none. */
  header(name) {
    const values = this.headers.filter(([n]) => n === name).map(([, value]) => value)
    return values.length > 0 ? values.join(', ') : null
  }

  /** Resolves to this when the condition holds. */
  until(condition, what, ms = 4000) {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(look)
        const got = this.body.toString('latin1').slice(0, 100)
        reject(new Error(`no ${what} within ${ms} ms: status ${this.status}, body ${JSON.stringify(got)}`))
      }, ms)
      const look = () => {
        if (!condition()) return
        clearTimeout(timer)
        this.#waiting.delete(look)
        resolve(this)
      }
      this.#waiting.add(look)
      look()
    })
  }

  head(ms) {
    return this.until(() => this.status > 0, 'response', ms)
  }

  whole(ms) {
    return this.until(() => this.complete, 'whole response', ms)
  }

  has(text, ms) {
    return this.until(() => this.body.includes(text), `"${text}" in the body`, ms)
  }

  closed(ms) {
    return this.until(() => this.ended, 'end of the connection', ms)
  }

  /** Resolves to true if nothing comes for a while. */
  async quiet(ms = 400) {
    const before = this.status + this.body.length
    await new Promise((resolve) => setTimeout(resolve, ms))
    return before === this.status + this.body.length && !this.ended
  }

  /** What a transcript keeps: status, body, and the headers that matter. */
  seen(...names) {
    const long = this.body.length > 2000
    const seen = { status: this.status, body: long ? `${this.body.length} bytes` : this.body.toString('utf8') }
    for (const name of names) seen[name] = this.header(name)
    return seen
  }

  close() {
    this.socket.destroy()
  }

  #wake() {
    for (const look of [...this.#waiting]) look()
  }

  #read() {
    while (!this.complete && (this.status === 0 ? this.#readHead() : this.#readBody())) {}
  }

  #readHead() {
    const end = this.#raw.indexOf('\r\n\r\n')
    if (end < 0) return false
    const [first = '', ...lines] = this.#raw.subarray(0, end).toString('latin1').split('\r\n')
    this.#raw = this.#raw.subarray(end + 4)
    const [, code = '0', reason = ''] = /^HTTP\/1\.[01] (\d{3}) ?(.*)$/.exec(first) ?? []
    if (code.startsWith('1') && code !== '101') {
      this.interim.push(Number(code))
      return true
    }
    this.status = Number(code)
    this.reason = reason
    this.headers = lines.map((line) => {
      const colon = line.indexOf(':')
      return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
    })
    this.#frame()
    if (this.status === 101 && this.upgraded) this.#frames = this.upgraded(this.#raw, () => this.#wake())
    return true
  }

  #frame() {
    const length = this.header('content-length')
    if (this.#method === 'HEAD' || [101, 204, 304].includes(this.status)) this.framing = 'none'
    else if (/chunked/i.test(this.header('transfer-encoding') ?? '')) this.framing = 'chunked'
    else this.framing = length === null ? 'close' : 'length'
    this.#left = Number(length)
    this.complete = (this.framing === 'none' && this.status !== 101) || (this.framing === 'length' && this.#left === 0)
    if (this.framing === 'close' && this.ended) this.complete = true
  }

  #readBody() {
    if (this.#raw.length === 0 || this.framing === 'none' || this.#frames) return false
    if (this.framing === 'chunked') return this.#readChunk()
    const part = this.framing === 'length' ? this.#raw.subarray(0, this.#left) : this.#raw
    this.#raw = this.#raw.subarray(part.length)
    this.#left -= part.length
    this.body = Buffer.concat([this.body, part])
    if (this.framing === 'length' && this.#left === 0) this.complete = true
    return true
  }

  #readChunk() {
    const line = this.#raw.indexOf('\r\n')
    const size = line < 0 ? Number.NaN : Number.parseInt(this.#raw.subarray(0, line).toString('latin1'), 16)
    const end = line + 2 + size
    if (Number.isNaN(size) || this.#raw.length < end + 2) return false
    this.body = Buffer.concat([this.body, this.#raw.subarray(line + 2, end)])
    this.#raw = this.#raw.subarray(end + 2)
    if (size === 0) this.complete = true
    return true
  }
}

/**
 * Writes a request and returns its client. `raw` is sent as it is; else the request is made of the other fields, with a
 * Host (`host: null`: none) and the length of the body where the headers (pairs or an object) have none.
 */
export function ask(
  port,
  { method = 'GET', path = '/', headers = {}, body, host = 'proxy.test', version = '1.1', raw },
) {
  const client = new Client(port, method)
  if (raw !== undefined) return client.send(raw)
  const pairs = Array.isArray(headers) ? [...headers] : Object.entries(headers)
  const names = new Set(pairs.map(([name]) => name.toLowerCase()))
  if (host !== null && !names.has('host')) pairs.unshift(['Host', host])
  const content = body === undefined ? Buffer.alloc(0) : Buffer.from(body)
  if (body !== undefined && !names.has('content-length') && !names.has('transfer-encoding'))
    pairs.push(['Content-Length', String(content.length)])
  const head = [`${method} ${path} HTTP/${version}`, ...pairs.map(([name, value]) => `${name}: ${value}`), '', '']
  return client.send(Buffer.concat([Buffer.from(head.join('\r\n'), 'latin1'), content]))
}
