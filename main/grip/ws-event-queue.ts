// What waits to be told to the backend of a WebSocket over HTTP: messages in order, then a close. Knows what the request
// under way holds of it, and how much of that the backend accepted.
import type { Cause } from '../../preload/vocabulary/causes'
import type { WsMessageType } from './ws-control'
import { encodeClose, type WsEvent } from './ws-events'

interface Message {
  readonly type: 'TEXT' | 'BINARY' | 'PING' | 'PONG'
  data: Buffer
}

/** What a request holds of the queue. */
interface Offered {
  readonly messages: number
  readonly bytes: number
  /** Not everything that waited fitted in. */
  readonly partial: boolean
  readonly close: boolean
  readonly closeBytes: number
}

const NOTHING: Offered = { messages: 0, bytes: 0, partial: false, close: false, closeBytes: 0 }
/** Bytes of an event besides its data: messages without any must not wait without end. */
const EVENT = 10
const EVENT_OF = { text: 'TEXT', binary: 'BINARY', ping: 'PING', pong: 'PONG' } as const

export class WsEventQueue {
  readonly #bytesMax: number
  readonly #eventsMax: number
  #messages: Message[] = []
  #bytes = 0
  #parts: Buffer[] = []
  #offered = NOTHING
  #close: { readonly code: number | undefined; readonly reason: string } | undefined
  #closeAccepted = false
  /** Of what was offered, what the backend did not accept: not offered again before there is more. */
  #refusedMessages = 0
  #refusedBytes = 0

  /** @param bytesMax that may wait, and that go into one request. @param eventsMax in one request. */
  constructor(bytesMax: number, eventsMax = Number.POSITIVE_INFINITY) {
    this.#bytesMax = bytesMax
    this.#eventsMax = eventsMax
  }

  /** No more should be added for now. */
  get full(): boolean {
    return this.#bytes >= this.#bytesMax || this.#messages.length >= this.#bytesMax / EVENT
  }

  /** Bytes that the next request holds once more (Content-Bytes-Replayed). */
  get replayed(): number {
    return this.#refusedBytes
  }

  /** There is something that the backend was not offered yet. */
  get hasNews(): boolean {
    if (this.#messages.length > this.#refusedMessages || this.#bytes > this.#refusedBytes) return true
    return this.#messages.length === 0 && this.#close !== undefined && !this.#closeAccepted
  }

  /** The backend accepted the close. */
  get closed(): boolean {
    return this.#closeAccepted
  }

  /** Adds a message, or a part of one: it waits for its last part. */
  add(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    const control = kind === 'ping' || kind === 'pong'
    if (control || (first && last)) {
      this.#push({ type: EVENT_OF[kind], data })
      return
    }
    // Of a part without data there may be any number.
    if (data.length > 0) this.#parts.push(data)
    if (!last) return
    this.#push({ type: EVENT_OF[kind], data: Buffer.concat(this.#parts) })
    this.#parts = []
  }

  /** Ends the queue. A message that has not got its last part is left out. */
  close(code: number | undefined, reason: string): void {
    this.#close = { code, reason }
    this.#parts = []
  }

  /** The events for the next request. */
  next(): WsEvent[] {
    const events: WsEvent[] = []
    let bytes = 0
    for (const { type, data } of this.#messages) {
      const fits = bytes + data.length <= this.#bytesMax || events.length === 0
      if (events.length >= this.#eventsMax || !fits) break
      events.push(data.length > 0 ? { type, content: data } : { type })
      bytes += data.length
    }
    const messages = events.length
    const partial = messages < this.#messages.length
    const close = this.#close !== undefined && !partial && messages < this.#eventsMax
    const content = close ? encodeClose(this.#close?.code, this.#close?.reason ?? '') : undefined
    if (close) events.push(content ? { type: 'CLOSE', content } : { type: 'CLOSE' })
    this.#offered = { messages, bytes, partial, close, closeBytes: content?.length ?? 0 }
    return events
  }

  /**
   * Takes out what the backend accepted of the last request. @param said its Content-Bytes-Accepted, '' for all.
   * @returns what is wrong with it, if anything.
   */
  accept(said: string): Cause | undefined {
    const offered = this.#offered
    this.#offered = NOTHING
    const all = offered.bytes + offered.closeBytes
    const accepted = /^\d+$/.test(said) ? Number(said) : all
    if (accepted > all) return { code: 'events-accepted-more', accepted, sent: all }
    const bytes = Math.min(accepted, offered.bytes)
    const taken = this.#take(bytes, offered.messages)
    if (offered.partial && taken === 0 && bytes === 0) return { code: 'events-accepted-nothing' }
    this.#refusedMessages = offered.messages - taken
    this.#refusedBytes = offered.bytes - bytes
    // A close counts once all before it is accepted.
    if (!offered.close || bytes < offered.bytes) return undefined
    if (accepted < all) return { code: 'events-close-not-accepted' }
    this.#closeAccepted = true
    return undefined
  }

  #push(message: Message): void {
    this.#messages.push(message)
    this.#bytes += message.data.length
  }

  /** Takes bytes off the first `offered` messages. Empty ones go with what is before them. Returns how many are gone. */
  #take(bytes: number, offered: number): number {
    let left = bytes
    let gone = 0
    while (gone < offered) {
      const message = this.#messages[gone]
      if (!message) break
      if (message.data.length > left) {
        message.data = message.data.subarray(left)
        break
      }
      left -= message.data.length
      gone++
    }
    this.#messages.splice(0, gone)
    this.#bytes -= bytes
    return gone
  }
}
