// For tests: one end of a WebSocket, frame by frame, right or wrong. What came is kept as text: "TEXT hello", "TEXT+ a"
// for a frame that is not the last one, "CONT b", "CLOSE 4001 reason".
import { createHash } from 'node:crypto'
import { connect, type Socket } from 'node:net'
import { Waiters } from './waiters'

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
const NAMES: Readonly<Record<number, string>> = { 0: 'CONT', 1: 'TEXT', 2: 'BINARY', 8: 'CLOSE', 9: 'PING', 10: 'PONG' }
const OPCODES: Readonly<Record<string, number>> = { CONT: 0, TEXT: 1, BINARY: 2, CLOSE: 8, PING: 9, PONG: 10 }

export interface FrameParts {
  readonly opcode: number
  readonly data?: string | Buffer
  readonly final?: boolean
  readonly reserved?: number
  readonly masked?: boolean
  /** Length as written, where it differs. */
  readonly length?: number
}

export class FramePeer {
  readonly socket: Socket
  readonly frames: string[] = []
  /** Head of the handshake's answer; '' on a backend's side. */
  head = ''
  /** What follows the head, if the answer is no WebSocket. */
  body = ''
  closed = false
  /** Told of every frame. */
  onFrame: ((frame: string) => void) | undefined
  readonly #masks: boolean
  #raw: Buffer = Buffer.alloc(0)
  #open: boolean
  readonly #waiters = new Waiters()

  private constructor(socket: Socket, masks: boolean, open: boolean) {
    this.socket = socket
    this.#masks = masks
    this.#open = open
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => this.#take(chunk))
    const ended = (): void => {
      this.closed = true
      this.#waiters.wake()
    }
    socket.on('end', ended)
    socket.on('end', () => socket.end())
    socket.on('close', ended)
    socket.on('error', () => {})
  }

  /** Asks for a WebSocket as a client does. @param headers lines; one of the handshake's own replaces it. */
  static connect(port: number, path: string, headers: readonly string[] = []): FramePeer {
    const nameOf = (line: string): string => line.slice(0, line.indexOf(':')).toLowerCase()
    const given = headers.map(nameOf)
    const own = ['Host: test', 'Upgrade: websocket', 'Connection: Upgrade', `Sec-WebSocket-Key: ${KEY}`]
    const lines = [...own, 'Sec-WebSocket-Version: 13'].filter((line) => !given.includes(nameOf(line)))
    const peer = new FramePeer(connect(port, '127.0.0.1'), true, false)
    peer.socket.write(`${[`GET ${path} HTTP/1.1`, ...lines, ...headers].join('\r\n')}\r\n\r\n`)
    return peer
  }

  /** Takes an upgrade as a backend does. @param headers lines of the answer besides the handshake's own. */
  static accept(socket: Socket, key: string, headers: readonly string[] = [], ...early: Buffer[]): FramePeer {
    const accept = createHash('sha1')
      .update(key + GUID)
      .digest('base64')
    const own = ['HTTP/1.1 101 Switching Protocols', 'Upgrade: websocket', 'Connection: Upgrade']
    const head = [...own, `Sec-WebSocket-Accept: ${accept}`, ...headers].join('\r\n')
    const peer = new FramePeer(socket, false, true)
    socket.write(Buffer.concat([Buffer.from(`${head}\r\n\r\n`), ...early]))
    return peer
  }

  get status(): number {
    return Number(this.head.split(' ')[1] ?? 0)
  }

  header(name: string): string | undefined {
    return new RegExp(`^${name}: (.*)$`, 'im').exec(this.head)?.[1]
  }

  /** Sends a frame given as in `frames`: "TEXT hello", "TEXT+ a", "CONT b", "PING", "CLOSE 4001 reason". */
  send(...frames: string[]): this {
    for (const frame of frames) {
      const [, name = '', plus, rest = ''] = /^([A-Z]+)(\+?) ?(.*)$/s.exec(frame) ?? []
      const opcode = OPCODES[name] ?? 0
      this.frame({ opcode, data: opcode === 8 ? closePayload(rest) : rest, final: plus === '' })
    }
    return this
  }

  frame(parts: FrameParts): this {
    this.socket.write(rawFrame({ masked: this.#masks, ...parts }))
    return this
  }

  write(data: string | Buffer): this {
    this.socket.write(data)
    return this
  }

  until(condition: () => boolean, what: string, ms = 5000): Promise<this> {
    return this.#waiters.when(
      () => (condition() ? this : undefined),
      what,
      () => [this.head.slice(0, 100), ...this.frames],
      ms,
    )
  }

  opened(): Promise<this> {
    return this.until(() => this.head !== '', 'answer to the handshake')
  }

  /** Waits for the n-th frame and returns it. */
  async nth(n: number): Promise<string> {
    await this.until(() => this.frames.length >= n, `frame ${n}`)
    return this.frames[n - 1] ?? ''
  }

  ended(): Promise<this> {
    return this.until(() => this.closed, 'end of the connection')
  }

  /** Goes without a close. */
  vanish(): void {
    this.socket.destroy()
  }

  #take(chunk: Buffer): void {
    this.#raw = Buffer.concat([this.#raw, chunk])
    if (!this.#open) this.#readHead()
    if (this.#open) while (this.#readFrame());
    this.#waiters.wake()
  }

  #readHead(): void {
    if (this.head === '') {
      const end = this.#raw.indexOf('\r\n\r\n')
      if (end < 0) return
      this.head = this.#raw.toString('latin1', 0, end)
      this.#raw = this.#raw.subarray(end + 4)
      this.#open = this.status === 101
    }
    if (!this.#open) this.body = this.#raw.toString()
  }

  #readFrame(): boolean {
    const raw = this.#raw
    const second = raw[1]
    if (second === undefined) return false
    let length = second & 0x7f
    let at = 2
    if (length >= 126) {
      at = length === 126 ? 4 : 10
      if (raw.length < at) return false
      length = at === 4 ? raw.readUInt16BE(2) : Number(raw.readBigUInt64BE(2))
    }
    const mask = second & 0x80 ? raw.subarray(at, at + 4) : undefined
    if (mask) at += 4
    if (raw.length < at + length) return false
    const data = Buffer.from(raw.subarray(at, at + length))
    if (mask) for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? 0) ^ (mask[i & 3] ?? 0)
    this.#raw = raw.subarray(at + length)
    this.#came(raw[0] ?? 0, data)
    return true
  }

  #came(first: number, data: Buffer): void {
    const opcode = first & 0x0f
    const close = opcode === 8 && data.length >= 2
    const text = close ? `${data.readUInt16BE(0)} ${data.subarray(2)}` : data.toString(opcode === 2 ? 'latin1' : 'utf8')
    const frame = `${NAMES[opcode] ?? opcode}${first & 0x80 ? '' : '+'} ${text}`.trimEnd()
    this.frames.push(frame)
    this.onFrame?.(frame)
  }
}

export function rawFrame({ opcode, data = '', final = true, reserved = 0, masked = true, length }: FrameParts): Buffer {
  const payload = Buffer.from(data)
  const size = length ?? payload.length
  const head = [(final ? 0x80 : 0) | (reserved << 4) | opcode]
  const bit = masked ? 0x80 : 0
  const long = Buffer.alloc(8)
  long.writeBigUInt64BE(BigInt(size))
  if (size < 126) head.push(bit | size)
  else if (size < 65_536) head.push(bit | 126, ...long.subarray(6))
  else head.push(bit | 127, ...long)
  const mask = [11, 22, 33, 44]
  const body = masked ? Buffer.from(payload.map((byte, i) => byte ^ (mask[i & 3] ?? 0))) : payload
  return Buffer.concat([Buffer.from(masked ? [...head, ...mask] : head), body])
}

/** Of "CODE REASON", or nothing. */
export function closePayload(text: string): Buffer {
  const [, code, reason = ''] = /^(\d+) ?(.*)$/s.exec(text) ?? []
  if (code === undefined) return Buffer.alloc(0)
  const out = Buffer.alloc(2)
  out.writeUInt16BE(Number(code))
  return Buffer.concat([out, Buffer.from(reason)])
}
