// Records the messages of one direction of a WebSocket: one event for each, whatever parts it came in, with its number.
import type { WsMessageType } from '../../grip/ws-control'
import type { ExchangeId, TraceSink, WsMessageEvent } from '../../trace/events'

/** Bytes of a single message that are recorded. */
const RECORDED_MAX = 64 * 1024

/** Counts the messages of one WebSocket, both ways and those of publishes: each has a number. */
export class MessageCount {
  #number = 0
  #messagesIn = 0
  #bytesIn = 0
  #messagesOut = 0

  /** A message of the client, the backend or the proxy: what its event says of the count. */
  add(
    from: WsMessageEvent['from'],
    kind: WsMessageEvent['kind'],
    size: number,
    passed: boolean,
  ): Pick<WsMessageEvent, 'number' | 'messagesIn' | 'bytesIn' | 'messagesOut'> {
    this.#number++
    if (kind === 'text' || kind === 'binary') {
      if (from === 'client') {
        this.#messagesIn++
        this.#bytesIn += size
      } else if (passed) this.#messagesOut++
    }
    return {
      number: this.#number,
      messagesIn: this.#messagesIn,
      bytesIn: this.#bytesIn,
      messagesOut: this.#messagesOut,
    }
  }

  /** A publish went to the client. Returns its number. */
  addPublished(): number {
    this.#messagesOut++
    return ++this.#number
  }
}

export class MessageRecord {
  readonly #sink: TraceSink
  readonly #id: ExchangeId
  readonly #from: WsMessageEvent['from']
  readonly #count: MessageCount
  #parts: Buffer[] = []
  #kept = 0
  #size = 0

  /** @param count of all messages of its WebSocket */
  constructor(sink: TraceSink, id: ExchangeId, from: WsMessageEvent['from'], count: MessageCount) {
    this.#sink = sink
    this.#id = id
    this.#from = from
    this.#count = count
  }

  /** A part of a message; with its last part the message is recorded. */
  part(kind: WsMessageType, data: Buffer, last: boolean, passed: boolean): void {
    if (kind === 'ping' || kind === 'pong' || (last && this.#size === 0)) {
      this.whole(kind, data, passed)
      return
    }
    this.#size += data.length
    if (this.#kept < RECORDED_MAX) {
      // Copied: what the socket reads into is not kept while the rest is to come.
      const part = Buffer.from(data.subarray(0, RECORDED_MAX - this.#kept))
      this.#kept += part.length
      this.#parts.push(part)
    }
    if (!last) return
    this.#emit(kind, Buffer.concat(this.#parts), this.#size, passed)
    this.#parts = []
    this.#kept = 0
    this.#size = 0
  }

  whole(kind: WsMessageEvent['kind'], data: Buffer, passed = true): void {
    this.#emit(kind, data, data.length, passed)
  }

  close(code: number | undefined, reason: string, passed = true): void {
    const text = code === undefined ? '' : `${code}${reason === '' ? '' : ` ${reason}`}`
    this.#emit('close', Buffer.from(text), text.length, passed, code)
  }

  #emit(kind: WsMessageEvent['kind'], data: Buffer, size: number, passed: boolean, code?: number): void {
    const sink = this.#sink
    const kept = sink.keep(data, RECORDED_MAX)
    const x = this.#id
    const from = this.#from
    const counted = this.#count.add(from, kind, size, passed)
    const { number, messagesIn, bytesIn, messagesOut } = counted
    const event: WsMessageEvent = {
      type: 'ws-message',
      t: sink.now(),
      x,
      from,
      kind,
      data: kept,
      size,
      passed,
      number,
      messagesIn,
      bytesIn,
      messagesOut,
    }
    sink.emit(code === undefined ? event : { ...event, code })
  }
}
