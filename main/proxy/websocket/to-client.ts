// What goes to the client of one WebSocket: the backend's messages, which may come in parts, and those of publishes
// between them. A client that does not read is not waited for without bounds.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { WsMessageType } from '../../grip/ws-control'
import type { ClientSide } from './client-side'

/** Bytes that wait for the client before its backend is not heard any more. */
const PASSED_MAX = 256 * 1024

interface Waiting {
  readonly kind: WsMessageType
  readonly data: Buffer
}

export class ToClient {
  readonly #client: ClientSide
  readonly #max: number
  /** Bytes of messages that went out, or of a rejection. */
  size = 0
  /** The backend's message is not whole yet. */
  #midway = false
  /** What must wait for its end. */
  #queue: Waiting[] = []
  #queued = 0

  /** @param max bytes of published messages that may wait for the client. */
  constructor(client: ClientSide, max: number) {
    this.#client = client
    this.#max = max
  }

  /** The backend should not be heard for now. */
  get full(): boolean {
    return this.#client.waiting > PASSED_MAX
  }

  /** With so many bytes more, too much would wait. A client that has read all before takes a message of any size. */
  overflows(bytes: number): boolean {
    const waiting = this.#client.waiting + this.#queued
    return waiting > 0 && waiting + bytes > this.#max
  }

  /** Why a client is too slow. */
  get tooSlow(): Cause {
    return { code: 'client-slow', max: this.#max }
  }

  /** Sends a message of the backend, or a part of one. */
  pass(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    this.size += data.length
    this.#client.send(kind, data, first, last)
    if (kind === 'ping' || kind === 'pong') return
    this.#midway = !last
    if (last && this.#queue.length > 0) this.#flush()
  }

  /** Sends a message of the proxy's own. False: too much waits for the client. */
  send(kind: WsMessageType, data: Buffer): boolean {
    this.size += data.length
    if (this.#midway) {
      this.#queue.push({ kind, data })
      this.#queued += data.length
    } else {
      this.#client.send(kind, data, true, true)
    }
    return this.#client.waiting + this.#queued <= this.#max
  }

  #flush(): void {
    const queue = this.#queue
    this.#queue = []
    this.#queued = 0
    for (const { kind, data } of queue) this.#client.send(kind, data, true, true)
  }
}
