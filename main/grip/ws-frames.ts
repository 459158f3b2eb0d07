// Frames of WebSockets (RFC 6455, 5): reads them out of a stream of bytes, and writes them.
import type { Cause } from '../../preload/vocabulary/causes'
import { joinParts } from './join-parts'
import { Utf8Check } from './utf8-check'
import type { WsMessageType } from './ws-control'

/** What a reader tells. Called while bytes are pushed. */
export interface FrameHandler {
  /**
   * A part of a message: a whole message, one frame of it, or a piece of a large frame. `first` begins a message, `last`
   * ends it. Pings and pongs are always both.
   */
  onPart(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void
  /** `code` undefined: none was given. Nothing more is read. */
  onClose(code: number | undefined, reason: string): void
  /** The other side broke the protocol. Nothing more is read. */
  onFault(code: FaultCode, why: Cause): void
}

/** Close codes of a broken protocol: 1002 in general, 1007 text that is not valid UTF-8, 1009 too long. */
export type FaultCode = 1002 | 1007 | 1009

/** Bytes of a frame that are handed on in one piece; of a longer frame, pieces as they come. */
const PIECE = 64 * 1024
export const CONTROL_FRAME_MAX = 125
/** Bytes of a close's reason, at most. */
export const CLOSE_REASON_MAX = CONTROL_FRAME_MAX - 2

const CONTINUATION = 0
const CLOSE = 8
const KINDS: Readonly<Record<number, WsMessageType>> = { 1: 'text', 2: 'binary', 9: 'ping', 10: 'pong' }
const OPCODES = { text: 1, binary: 2, ping: 9, pong: 10 } as const

export interface FrameReaderOptions {
  /** True where the other side is a client: its frames must be masked, a server's must not. */
  readonly masked: boolean
  /** Bytes of a message. */
  readonly messageMax: number
}

/** Takes frames out of the bytes of one direction. The data it hands on are views of what was pushed, unmasked in place. */
export class FrameReader {
  readonly #handler: FrameHandler
  readonly #options: FrameReaderOptions
  #chunks: Buffer[] = []
  #have = 0
  /** Bytes that the next step needs. */
  #want = 2
  #step: 'head' | 'length' | 'payload' | 'stopped' = 'head'
  #opcode = 0
  #final = true
  /** Bytes of the frame's payload that are still to come. */
  #left = 0
  #mask: Buffer | undefined
  /** Where in the mask the next byte is. */
  #maskAt = 0
  /** The message under way. */
  #kind: 'text' | 'binary' | undefined
  #size = 0
  #first = true
  #paused = false
  readonly #utf8 = new Utf8Check()

  constructor(handler: FrameHandler, options: FrameReaderOptions) {
    this.#handler = handler
    this.#options = options
  }

  /** @param max see `read`; by default, all that came is read. */
  push(chunk: Buffer, max = Number.POSITIVE_INFINITY): void {
    if (this.#step === 'stopped' || chunk.length === 0) return
    this.#chunks.push(chunk)
    this.#have += chunk.length
    this.read(max)
  }

  /** True if there is more to read of what came. */
  get ready(): boolean {
    return this.#step !== 'stopped' && this.#have >= this.#want
  }

  /** Reads on in what came, up to `max` parts of messages, or until `pause`. */
  read(max: number): void {
    this.#paused = false
    for (let parts = 0; parts < max && !this.#paused && this.#have >= this.#want; ) {
      if (this.#step === 'head') this.#readHead()
      else if (this.#step === 'length') this.#readLength()
      else if (this.#step === 'payload') {
        this.#readPayload()
        parts++
      } else return
    }
  }

  /** What came is read no further until `read`. */
  pause(): void {
    this.#paused = true
  }

  /** Reads nothing more. */
  stop(): void {
    this.#step = 'stopped'
    this.#chunks = []
    this.#have = 0
  }

  #readHead(): void {
    const head = this.#take(2)
    const first = head[0] ?? 0
    const second = head[1] ?? 0
    this.#opcode = first & 0x0f
    this.#final = (first & 0x80) !== 0
    const masked = (second & 0x80) !== 0
    this.#left = second & 0x7f
    const fault = this.#faultOfHead(first, masked)
    if (fault !== undefined) {
      this.#fault(1002, fault)
      return
    }
    this.#step = 'length'
    this.#want = (this.#left === 126 ? 2 : this.#left === 127 ? 8 : 0) + (masked ? 4 : 0)
  }

  #faultOfHead(first: number, masked: boolean): Cause | undefined {
    const opcode = this.#opcode
    if ((first & 0x70) !== 0) return { code: 'frame-reserved-bit' }
    if (masked !== this.#options.masked) return { code: masked ? 'frame-masked' : 'frame-not-masked' }
    if (opcode >= CLOSE) {
      if (opcode !== CLOSE && KINDS[opcode] === undefined) return { code: 'frame-opcode', opcode }
      if (!this.#final) return { code: 'frame-control-fragmented' }
      return this.#left > CONTROL_FRAME_MAX ? { code: 'frame-control-long', max: CONTROL_FRAME_MAX } : undefined
    }
    if (opcode === CONTINUATION) return this.#kind ? undefined : { code: 'frame-continuation' }
    if (KINDS[opcode] === undefined) return { code: 'frame-opcode', opcode }
    return this.#kind ? { code: 'frame-interrupted' } : undefined
  }

  #readLength(): void {
    const bytes = this.#take(this.#want)
    let at = 0
    if (this.#left === 126) {
      this.#left = bytes.readUInt16BE(0)
      at = 2
    } else if (this.#left === 127) {
      this.#left = Number(bytes.readBigUInt64BE(0))
      at = 8
    }
    this.#mask = bytes.length > at ? bytes.subarray(at) : undefined
    this.#maskAt = 0
    if (this.#opcode < CLOSE && !this.#beginFrame()) return
    this.#step = 'payload'
    this.#want = Math.min(this.#left, PIECE)
  }

  /** False: the message is too long. */
  #beginFrame(): boolean {
    const { messageMax } = this.#options
    if (this.#opcode !== CONTINUATION) {
      this.#kind = this.#opcode === OPCODES.text ? 'text' : 'binary'
      this.#size = 0
      this.#first = true
      this.#utf8.reset()
    }
    this.#size += this.#left
    if (this.#size <= messageMax) return true
    this.#fault(1009, { code: 'frame-message-long', max: messageMax })
    return false
  }

  #readPayload(): void {
    const data = this.#take(Math.min(this.#left, this.#have))
    this.#unmask(data)
    this.#left -= data.length
    this.#want = Math.min(this.#left, PIECE)
    if (this.#left === 0) {
      this.#step = 'head'
      this.#want = 2
    }
    if (this.#opcode < CLOSE) this.#passData(data)
    else if (this.#opcode === CLOSE) this.#passClose(data)
    else this.#handler.onPart(this.#opcode === OPCODES.ping ? 'ping' : 'pong', data, true, true)
  }

  #passData(data: Buffer): void {
    const kind = this.#kind
    if (!kind) return
    const last = this.#final && this.#left === 0
    if (kind === 'text' && !this.#utf8.add(data, last)) {
      this.#fault(1007, { code: 'frame-not-utf8' })
      return
    }
    const first = this.#first
    this.#first = false
    if (last) this.#kind = undefined
    this.#handler.onPart(kind, data, first, last)
  }

  #passClose(data: Buffer): void {
    const code = data.length >= 2 ? data.readUInt16BE(0) : undefined
    const reason = data.subarray(2)
    if (data.length === 1) this.#fault(1002, { code: 'frame-half-code' })
    else if (code !== undefined && !isCloseCode(code)) this.#fault(1002, { code: 'frame-close-code', close: code })
    else if (!new Utf8Check().add(reason, true)) this.#fault(1007, { code: 'frame-reason-not-utf8' })
    else {
      this.stop()
      this.#handler.onClose(code, reason.toString())
    }
  }

  #fault(code: FaultCode, why: Cause): void {
    this.stop()
    this.#handler.onFault(code, why)
  }

  #unmask(data: Buffer): void {
    const mask = this.#mask
    if (!mask) return
    const at = this.#maskAt
    for (let i = 0; i < data.length; i++) data[i] = (data[i] ?? 0) ^ (mask[(i + at) & 3] ?? 0)
    this.#maskAt = (at + data.length) & 3
  }

  #take(size: number): Buffer {
    this.#have -= size
    const first = this.#chunks[0]
    if (first && first.length >= size) {
      if (first.length === size) this.#chunks.shift()
      else this.#chunks[0] = first.subarray(size)
      return first.subarray(0, size)
    }
    const whole = joinParts(this.#chunks)
    this.#chunks = whole.length > size ? [whole.subarray(size)] : []
    return whole.subarray(0, size)
  }
}

/**
 * One frame of a message, with its payload. `mask`: four random bytes, where a client sends it.
 * @param first false: it goes on with a message, @param last false: more of the message follows.
 */
export function encodeFrame(kind: WsMessageType, data: Buffer, first = true, last = true, mask?: Buffer): Buffer {
  return frame(first ? OPCODES[kind] : CONTINUATION, data, last, mask)
}

/** A close frame. Without a code it is empty; a reason must fit (`fitsClose`). Of a code, two bytes are sent. */
export function encodeCloseFrame(code: number | undefined, reason: string, mask?: Buffer): Buffer {
  if (code === undefined) return frame(CLOSE, Buffer.alloc(0), true, mask)
  const text = Buffer.from(reason)
  const payload = Buffer.alloc(2 + text.length)
  payload.writeUInt16BE(code & 0xffff, 0)
  text.copy(payload, 2)
  return frame(CLOSE, payload, true, mask)
}

/** May a close frame have this code (RFC 6455, 7.4)? */
export function isCloseCode(code: number): boolean {
  return (code >= 1000 && code <= 1014 && (code < 1004 || code > 1006)) || (code >= 3000 && code <= 4999)
}

/** Why clients take a close as broken, if they do: its code is none for a frame, or its reason does not fit in one. */
export function closeFault(code: number, reason: string): Cause | undefined {
  if (!fitsClose(reason)) return { code: 'close-reason-long', max: CLOSE_REASON_MAX }
  return isCloseCode(code) ? undefined : { code: 'close-code', close: code }
}

/** Does a close frame hold this reason? */
export function fitsClose(reason: string): boolean {
  return reason.length * 3 <= CLOSE_REASON_MAX || Buffer.byteLength(reason) <= CLOSE_REASON_MAX
}

/** A reason of our own words, cut to what a close frame holds. */
export function cutReason(reason: string): string {
  return fitsClose(reason) ? reason : cutText(Buffer.from(reason), CLOSE_REASON_MAX).toString()
}

function frame(opcode: number, data: Buffer, final: boolean, mask: Buffer | undefined): Buffer {
  const { length } = data
  const lengthSize = length < 126 ? 0 : length < 65_536 ? 2 : 8
  const head = 2 + lengthSize + (mask ? 4 : 0)
  const out = Buffer.allocUnsafe(head + length)
  out[0] = (final ? 0x80 : 0) | opcode
  out[1] = (mask ? 0x80 : 0) | (lengthSize === 0 ? length : lengthSize === 2 ? 126 : 127)
  if (lengthSize === 2) out.writeUInt16BE(length, 2)
  else if (lengthSize === 8) out.writeBigUInt64BE(BigInt(length), 2)
  if (!mask) {
    data.copy(out, head)
    return out
  }
  mask.copy(out, head - 4)
  for (let i = 0; i < length; i++) out[head + i] = (data[i] ?? 0) ^ (mask[i & 3] ?? 0)
  return out
}

/** Cuts UTF-8 where a character ends. */
function cutText(text: Buffer, size: number): Buffer {
  let end = size
  while (end > 0 && ((text[end] ?? 0) & 0xc0) === 0x80) end--
  return text.subarray(0, end)
}
