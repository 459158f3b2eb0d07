// A client on a socket of its own, or on a stream of an HTTP/2 connection: its handshake, then its frames.
import type { Duplex } from 'node:stream'
import type { Cause } from '../../../preload/vocabulary/causes'
import type { WsMessageType } from '../../grip/ws-control'
import type { FaultCode } from '../../grip/ws-frames'
import type { RawHeaders } from '../../trace/events'
import type { HasTimeout, Wheel } from '../pacing/wheel'
import type { Acceptance, ClientListener, ClientSide } from './client-side'
import { FrameSocket, type FrameSocketOwner } from './frame-socket'
import type { HandshakeAnswer } from './handshake-answer'

/** Bytes of frames that are kept of a client that does not wait for the answer to its handshake. */
const EARLY_MAX = 64 * 1024
/** Milliseconds until a client that was rejected must be gone. */
const END_WAIT = 5000

export class SocketClient implements ClientSide, FrameSocketOwner, HasTimeout {
  dueTick = 0
  readonly #socket: Duplex
  readonly #answer: HandshakeAnswer
  readonly #wheel: Wheel
  #listener: ClientListener | undefined
  #frames: FrameSocket | undefined
  #early: Buffer[]
  #earlySize = 0
  readonly #onData = (chunk: Buffer): void => this.#keepEarly(chunk)
  readonly #onGone = (): void => this.#goneEarly()

  /** @param early bytes that came with the handshake. */
  constructor(socket: Duplex, answer: HandshakeAnswer, early: Buffer, wheel: Wheel) {
    this.#socket = socket
    this.#answer = answer
    this.#early = [early]
    this.#wheel = wheel
  }

  /** Tells from now on if the client goes. */
  watch(listener: ClientListener): void {
    this.#listener = listener
    const socket = this.#socket
    socket.on('error', ignore)
    socket.on('close', this.#onGone)
    socket.on('end', this.#onGone)
    socket.on('data', this.#onData)
  }

  get ownHeaders(): RawHeaders {
    return this.#answer.ownHeaders
  }

  get acceptStatus(): number {
    return this.#answer.acceptStatus
  }

  get waiting(): number {
    return this.#frames?.waiting ?? 0
  }

  accept({ protocol, headers, messageMax }: Acceptance): void {
    this.#unwatch()
    const own = protocol === undefined ? headers : ['Sec-WebSocket-Protocol', protocol, ...headers]
    this.#answer.accept(own)
    this.#frames = new FrameSocket(this.#socket, this, { wheel: this.#wheel, side: 'server', messageMax })
    this.#frames.start(Buffer.concat(this.#early))
    this.#early = []
  }

  reject(status: number, reason: string, headers: readonly string[], body: Buffer): void {
    this.#unwatch()
    this.#wheel.set(this, END_WAIT)
    this.#socket.once('close', () => this.#wheel.clear(this))
    this.#socket.resume()
    this.#answer.reject(status, reason, headers, body)
  }

  send(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    this.#frames?.send(kind, data, first, last)
  }

  /** Pushpin gives a code in any case. */
  close(code: number | undefined, reason: string): void {
    this.#frames?.close(code ?? 1000, reason)
  }

  drop(): void {
    if (this.#frames) this.#frames.destroy()
    else this.#socket.destroy()
  }

  pause(): void {
    this.#frames?.pause()
  }

  resume(): void {
    this.#frames?.resume()
  }

  /** It was rejected long ago. */
  onTimeout(): void {
    this.#socket.destroy()
  }

  socketSays(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    this.#listener?.clientSays(kind, data, first, last)
  }

  socketCloses(code: number | undefined, reason: string): void {
    this.#listener?.clientCloses(code, reason)
  }

  socketGone(): void {
    this.#listener?.clientGone()
  }

  socketBroke(code: FaultCode, why: Cause): void {
    this.#listener?.clientBroke(code, why)
  }

  socketDrained(): void {
    this.#listener?.clientDrained()
  }

  #keepEarly(chunk: Buffer): void {
    this.#early.push(chunk)
    this.#earlySize += chunk.length
    if (this.#earlySize > EARLY_MAX) this.#socket.pause()
  }

  #goneEarly(): void {
    this.#unwatch()
    this.#socket.destroy()
    this.#listener?.clientGone()
  }

  #unwatch(): void {
    this.#socket.off('close', this.#onGone)
    this.#socket.off('end', this.#onGone)
    this.#socket.off('data', this.#onData)
  }
}

function ignore(): void {}
