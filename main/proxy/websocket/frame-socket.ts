// A socket that speaks WebSocket frames, on either side: reads them, writes them, and closes as RFC 6455 wants it. It
// answers neither pings nor a close by itself: the one it speaks for does.
import { randomFillSync } from 'node:crypto'
import { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import type { Cause } from '../../../preload/vocabulary/causes'
import type { Steps } from '../../../preload/vocabulary/steps'
import { causeWords } from '../../grip/cause-words'
import type { WsMessageType } from '../../grip/ws-control'
import {
  encodeCloseFrame,
  encodeFrame,
  type FaultCode,
  type FrameHandler,
  FrameReader,
  fitsClose,
} from '../../grip/ws-frames'
import { inTurns } from '../../turns/turns'
import { writeNow } from '../client/direct-write'
import type { HasTimeout, Wheel } from '../pacing/wheel'

/** Milliseconds that either side may take to answer a close. */
const CLOSE_WAIT = 30_000
/** Milliseconds that a connection may take to end after both sides have closed. */
const END_WAIT = 5000
/** Parts of messages that are read at once. A read of a socket may hold ten thousand. */
const PARTS = 64

/** What is told of a socket. After `socketGone` or `socketBroke` nothing more comes. */
export interface FrameSocketOwner {
  /** See FrameHandler. */
  socketSays(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void
  /** The other side began to close; `close` answers it. */
  socketCloses(code: number | undefined, reason: string): void
  /** The connection ended, and the other side had not closed properly. */
  socketGone(): void
  /** The other side broke the protocol: it was closed with this code. */
  socketBroke(code: FaultCode, why: Cause): void
  /** What waited to be sent is sent. */
  socketDrained(): void
}

export interface FrameSocketOptions {
  readonly wheel: Wheel
  /** Which side we are: a client masks what it sends. */
  readonly side: 'client' | 'server'
  /** Bytes of a message that is taken. */
  readonly messageMax: number
}

const OWNER = Symbol('owner')
interface Owned extends Duplex {
  [OWNER]?: FrameSocket
}

export class FrameSocket implements FrameHandler, HasTimeout {
  dueTick = 0
  readonly #socket: Owned
  readonly #owner: FrameSocketOwner
  readonly #options: FrameSocketOptions
  readonly #reader: FrameReader
  #closeSent = false
  #closeCame = false
  /** Nothing is told any more. */
  #over = false
  /** The owner takes nothing for now. */
  #paused = false
  /** What came is read in turns. */
  #reading = false
  /** The connection ended while there was more to read. */
  #ended = false

  constructor(socket: Duplex, owner: FrameSocketOwner, options: FrameSocketOptions) {
    this.#socket = socket
    this.#owner = owner
    this.#options = options
    this.#reader = new FrameReader(this, { masked: options.side === 'server', messageMax: options.messageMax })
  }

  /** Begins to read. @param head bytes that came with the handshake. */
  start(head: Buffer): void {
    const socket = this.#socket
    socket[OWNER] = this
    // No closures for each socket: there may be many.
    socket.on('data', onData)
    socket.on('drain', onDrain)
    socket.on('end', onEnd)
    socket.on('close', onClose)
    socket.on('error', onError)
    if (socket.destroyed) this.gone()
    else socket.resume()
    this.received(head)
  }

  /** Bytes that wait for the other side to read them. */
  get waiting(): number {
    return this.#socket.writableLength
  }

  /** Sends a message or a part of one, see `encodeFrame`. */
  send(kind: WsMessageType, data: Buffer, first = true, last = true): void {
    if (this.#closeSent || this.#over) return
    const mask = this.#mask()
    const frame = first && last && !mask ? wholeFrame(kind, data) : encodeFrame(kind, data, first, last, mask)
    if (!(this.#socket instanceof Socket) || !writeNow(this.#socket, frame)) this.#socket.write(frame)
  }

  /** Closes, or answers the other side's close. For a reason that fits no frame it breaks off, as Pushpin does. */
  close(code: number | undefined, reason: string): void {
    if (this.#closeSent || this.#over) return
    if (!fitsClose(reason)) {
      this.#socket.destroy()
      return
    }
    this.#closeSent = true
    this.#socket.write(encodeCloseFrame(code, reason, this.#mask()))
    if (this.#closeCame) this.#end()
    else this.#options.wheel.set(this, CLOSE_WAIT)
  }

  /** Breaks the connection off. The owner hears nothing more. */
  destroy(): void {
    this.#over = true
    this.#reader.stop()
    this.#options.wheel.clear(this)
    this.#socket.destroy()
  }

  pause(): void {
    this.#paused = true
    this.#reader.pause()
    this.#socket.pause()
  }

  resume(): void {
    this.#paused = false
    if (this.#reading) return
    if (this.#reader.ready) this.#readOn()
    else this.#socket.resume()
  }

  // ---- what comes --------------------------------------------------------------------------------------------------

  onPart(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    if (!this.#over) this.#owner.socketSays(kind, data, first, last)
  }

  onClose(code: number | undefined, reason: string): void {
    this.#closeCame = true
    if (!this.#over) this.#owner.socketCloses(code, reason)
    if (this.#closeSent) this.#end()
  }

  onFault(code: FaultCode, why: Cause): void {
    const told = this.#over
    this.close(code, causeWords(why))
    this.#end()
    if (!told) this.#owner.socketBroke(code, why)
  }

  /** The other side took too long to close. */
  onTimeout(): void {
    this.#socket.destroy()
  }

  received(chunk: Buffer): void {
    const waits = this.#reading || this.#paused
    this.#reader.push(chunk, waits ? 0 : PARTS)
    if (this.#reader.ready && !this.#reading && !this.#paused) this.#readOn()
  }

  drained(): void {
    if (!this.#over) this.#owner.socketDrained()
  }

  /** The other side will send nothing more. After its close we may still answer, but not whenever we like. */
  halfClosed(): void {
    if (!this.#closeCame || this.#closeSent) this.#socket.destroy()
    else this.#options.wheel.set(this, CLOSE_WAIT)
  }

  gone(): void {
    // What came before the end is told before it.
    if (!this.#over && (this.#reading || this.#reader.ready)) {
      this.#ended = true
      if (!this.#reading) this.#readOn()
      return
    }
    this.#options.wheel.clear(this)
    this.#reader.stop()
    if (this.#over) return
    this.#over = true
    this.#owner.socketGone()
  }

  /** Reads the rest of what came in later turns. The socket waits meanwhile, so that its end comes behind it. */
  #readOn(): void {
    this.#reading = true
    this.#socket.pause()
    inTurns(this.#readRest(), () => {
      this.#reading = false
      if (this.#ended) this.gone()
      else if (!this.#paused) this.#socket.resume()
    })
  }

  *#readRest(): Steps<void> {
    do {
      yield
      if (this.#paused && !this.#ended) return
      this.#reader.read(PARTS)
    } while (this.#reader.ready)
  }

  /** Both sides have closed: the connection may end. */
  #end(): void {
    this.#over = true
    this.#reader.stop()
    this.#socket.end()
    this.#socket.resume()
    this.#options.wheel.set(this, END_WAIT)
  }

  #mask(): Buffer | undefined {
    return this.#options.side === 'client' ? nextMask() : undefined
  }
}

function onData(this: Owned, chunk: Buffer): void {
  this[OWNER]?.received(chunk)
}
function onDrain(this: Owned): void {
  this[OWNER]?.drained()
}
function onEnd(this: Owned): void {
  this[OWNER]?.halfClosed()
}
function onClose(this: Owned): void {
  this[OWNER]?.gone()
}
/** The close that follows says it. */
function onError(this: Owned): void {}

/** What was sent last: a publish goes to many clients, one after the other. */
let latest: { readonly kind: WsMessageType; readonly data: Buffer; readonly frame: Buffer } | undefined

/** A message as one unmasked frame. */
function wholeFrame(kind: WsMessageType, data: Buffer): Buffer {
  if (latest?.data !== data || latest.kind !== kind) latest = { kind, data, frame: encodeFrame(kind, data, true, true) }
  return latest.frame
}

const pool = Buffer.allocUnsafe(4096)
let used = pool.length

/** Four random bytes, of which many are made at once. */
function nextMask(): Buffer {
  if (used === pool.length) {
    randomFillSync(pool)
    used = 0
  }
  used += 4
  return pool.subarray(used - 4, used)
}
