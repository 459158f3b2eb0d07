// WebSocket frames (RFC 6455, 5.2) on a plain socket, for both sides: also those that no library would send.
import { createHash, randomBytes } from 'node:crypto'

export const OPCODES = { continuation: 0, text: 1, binary: 2, close: 8, ping: 9, pong: 10 }
const NAMES = Object.fromEntries(Object.entries(OPCODES).map(([name, code]) => [code, name]))

/** What the server answers to a client's Sec-WebSocket-Key. */
export function acceptOf(key) {
  return createHash('sha1').update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`).digest('base64')
}

export function encodeFrame({ opcode, data = '', fin = true, rsv = 0, masked = false }) {
  const content = Buffer.from(data)
  const { length } = content
  const head = [(fin ? 0x80 : 0) | (rsv << 4) | (OPCODES[opcode] ?? opcode)]
  const bit = masked ? 0x80 : 0
  if (length < 126) head.push(bit | length)
  else if (length < 65536) head.push(bit | 126, length >> 8, length & 255)
  else head.push(bit | 127, 0, 0, 0, 0, (length >>> 24) & 255, (length >> 16) & 255, (length >> 8) & 255, length & 255)
  if (!masked) return Buffer.concat([Buffer.from(head), content])
  const mask = randomBytes(4)
  for (let i = 0; i < length; i++) content[i] ^= mask[i & 3]
  return Buffer.concat([Buffer.from(head), mask, content])
}

/** Content of a close frame. */
export function closing(code, reason = '') {
  if (code === undefined) return Buffer.alloc(0)
  const text = Buffer.from(reason)
  const content = Buffer.alloc(2 + text.length)
  content.writeUInt16BE(code)
  text.copy(content, 2)
  return content
}

/** One side of an open WebSocket: sends frames, and keeps the messages that come, put together. */
export class Peer {
  #raw = Buffer.alloc(0)
  #parts = []
  #kind = ''
  #masked
  #wake
  socket
  /** ['text', content], ['binary', hex], ['ping' | 'pong', content], ['close', code or null, reason]. */
  got = []
  /** The connection is gone. */
  ended = false
  /** This side has sent a close: what the other side then says is not kept. */
  closing = false

  /** @param wake is called whenever something has come. */
  constructor(socket, { masked, wake = () => {} }) {
    this.socket = socket
    this.#masked = masked
    this.#wake = wake
    const ended = () => {
      this.ended = true
      wake()
    }
    socket.on('end', ended)
    socket.on('end', () => socket.end())
    socket.on('close', ended)
  }

  frame(opcode, data, more = {}) {
    this.socket.write(encodeFrame({ opcode, data, masked: this.#masked, ...more }))
    return this
  }

  text(data) {
    return this.frame('text', data)
  }

  binary(data) {
    return this.frame('binary', data)
  }

  close(code, reason) {
    this.closing = true
    return this.frame('close', closing(code, reason))
  }

  /** Takes bytes from the connection. */
  take(chunk) {
    this.#raw = Buffer.concat([this.#raw, chunk])
    while (this.#readFrame()) {}
    this.#wake()
  }

  #readFrame() {
    const raw = this.#raw
    if (raw.length < 2) return false
    const masked = (raw[1] & 0x80) !== 0
    let length = raw[1] & 0x7f
    let at = 2
    if (length === 126) {
      if (raw.length < 4) return false
      length = raw.readUInt16BE(2)
      at = 4
    } else if (length === 127) {
      if (raw.length < 10) return false
      length = Number(raw.readBigUInt64BE(2))
      at = 10
    }
    const start = masked ? at + 4 : at
    if (raw.length < start + length) return false
    const content = Buffer.from(raw.subarray(start, start + length))
    if (masked) for (let i = 0; i < length; i++) content[i] ^= raw[at + (i & 3)]
    this.#raw = raw.subarray(start + length)
    this.#keep(raw[0] & 0x0f, (raw[0] & 0x80) !== 0, content)
    return true
  }

  #keep(opcode, fin, content) {
    const name = NAMES[opcode] ?? `opcode ${opcode}`
    if (name === 'close') {
      if (this.closing) return
      const code = content.length < 2 ? null : content.readUInt16BE()
      this.got.push(['close', code, content.toString('utf8', 2)])
      // As every client does.
      if (this.#masked) this.close(code ?? undefined)
    } else if (opcode >= 8) {
      this.got.push([name, content.toString('utf8')])
    } else {
      if (opcode !== 0) this.#kind = name
      this.#parts.push(content)
      if (!fin) return
      const whole = Buffer.concat(this.#parts)
      this.#parts = []
      this.got.push([this.#kind, shown(this.#kind, whole)])
    }
  }
}

function shown(kind, content) {
  if (content.length > 2000) return `${content.length} bytes`
  return content.toString(kind === 'binary' ? 'hex' : 'utf8')
}
