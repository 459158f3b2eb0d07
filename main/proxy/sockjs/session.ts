// A SockJS session over HTTP requests: towards the backend it is the client of a WebSocket; towards the browser, a queue
// of frames and the response that they go to.
import type { Steps } from '../../../preload/vocabulary/steps'
import { closeFrame, HEARTBEAT_FRAME, messagesFrame, OPEN_FRAME } from '../../grip/sockjs-frames'
import type { WsMessageType } from '../../grip/ws-control'
import { inTurns } from '../../turns/turns'
import { withoutNames } from '../http/headers'
import type { HasTimeout, Wheel } from '../pacing/wheel'
import type { Acceptance, ClientListener, ClientSide } from '../websocket/client-side'
import type { SessionResponse } from './session-response'

/** Milliseconds until a client that waits hears a heartbeat. */
const HEARTBEAT = 25_000
/** Milliseconds that a client may have no request open. */
const ABSENCE = 5000
/** Milliseconds that a session that is over still says so. */
const LINGER = 5000
/** Bytes of a message besides its data: the quotes and a comma. */
const BETWEEN = 3
/** Messages of one request that the backend gets at once. A request may hold thirty thousand. */
const AT_ONCE = 64
const ANOTHER_OPEN = closeFrame(2010, 'Another connection still open')
const CLIENT_CLOSED = closeFrame(3000, 'Client already closed connection')
const OF_CONNECTION = new Set(['content-length', 'connection'])

type Phase =
  | 'opening' // the backend was asked; the first request waits
  | 'open'
  | 'client-closed' // the client left its request; the backend is to answer
  | 'closing' // the close waits for a request that it can be told to
  | 'closed' // it was told, and is told once more to who asks
  | 'over'

export class SockjsSession implements ClientSide, HasTimeout {
  dueTick = 0
  readonly ownHeaders = []
  /** The session is told of as the WebSocket that it is to the backend. */
  readonly acceptStatus = 101
  readonly #wheel: Wheel
  readonly #inboxMax: number
  readonly #onEnd: () => void
  #listener: ClientListener | undefined
  #phase: Phase = 'opening'
  #receiver: SessionResponse | undefined
  /** Messages for the client, and the parts of one that is not whole. */
  #outbox: string[] = []
  #parts: Buffer[] = []
  #outboxBytes = 0
  #close = ''
  /** Messages of the client that the backend has not got yet. */
  #inbox: Buffer[] = []
  #inboxBytes = 0
  /** They are handed on in turns. */
  #delivering = false
  /** Whose connection is gone: it counts once the messages that came before are handed on. */
  #leaver: SessionResponse | undefined
  /** Is told once there is room for more of them. */
  #taken: (() => void) | undefined
  #paused = false

  /**
   * @param opener the request that opens it
   * @param inboxMax bytes that may wait for the backend before the client is told to go on
   * @param onEnd it is to be forgotten
   */
  constructor(wheel: Wheel, opener: SessionResponse, inboxMax: number, onEnd: () => void) {
    this.#wheel = wheel
    this.#inboxMax = inboxMax
    this.#receiver = opener
    this.#onEnd = onEnd
  }

  watch(listener: ClientListener): void {
    this.#listener = listener
  }

  // ---- the client's requests ---------------------------------------------------------------------------------------

  /** The close that it ended with, if it did. */
  get closedWith(): string | undefined {
    return this.#phase === 'closed' ? this.#close : undefined
  }

  /** A request that waits for frames. */
  attach(receiver: SessionResponse): void {
    if (this.#phase === 'closed') receiver.end(this.#close)
    else if (this.#phase === 'client-closed') receiver.end(CLIENT_CLOSED)
    else if (this.#receiver) receiver.end(ANOTHER_OPEN)
    else {
      this.#receiver = receiver
      this.#wheel.set(this, HEARTBEAT)
      receiver.begin()
      this.#flush()
    }
  }

  /** Messages of the client. `taken` is called once there is room for more. False: others wait for that. */
  post(messages: readonly string[], taken: () => void): boolean {
    if (this.#taken) return false
    for (const message of messages) {
      const data = Buffer.from(message)
      this.#inbox.push(data)
      this.#inboxBytes += data.length
    }
    this.#taken = taken
    this.#deliver()
    return true
  }

  /** The connection of a request is gone that was still open. */
  left(receiver: SessionResponse): void {
    if (receiver !== this.#receiver || this.#phase === 'over') return
    if (this.#delivering) {
      this.#leaver = receiver
      return
    }
    this.#receiver = undefined
    if (this.#phase !== 'open') {
      this.#vanish()
      return
    }
    // Who leaves while it waits means to close.
    this.#phase = 'client-closed'
    this.#listener?.clientCloses(undefined, '')
  }

  /** A request takes data again. */
  drained(receiver: SessionResponse): void {
    if (receiver === this.#receiver) this.#flush()
  }

  /** Nothing came, or went, for too long. */
  onTimeout(): void {
    if (this.#phase === 'closed') {
      this.#end()
    } else if (this.#receiver && (this.#phase === 'open' || this.#phase === 'closing')) {
      this.#wheel.set(this, HEARTBEAT)
      if (this.#receiver.ready) this.#sendFrame(this.#receiver, HEARTBEAT_FRAME)
    } else {
      this.#vanish()
    }
  }

  // ---- the WebSocket -----------------------------------------------------------------------------------------------

  get waiting(): number {
    return this.#outboxBytes
  }

  /** Headers and protocol of the answer mean nothing here. */
  accept(_answer: Acceptance): void {
    const opener = this.#receiver
    if (!opener) return
    this.#phase = 'open'
    this.#wheel.set(this, HEARTBEAT)
    opener.begin()
    this.#sendFrame(opener, OPEN_FRAME)
    this.#deliver()
  }

  reject(status: number, reason: string, headers: readonly string[], body: Buffer): void {
    const opener = this.#receiver
    this.#receiver = undefined
    opener?.reject(status, reason, withoutNames(headers, OF_CONNECTION), body)
    this.#end()
  }

  /** Pings and pongs end here, as in Pushpin. */
  send(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    if (kind === 'ping' || kind === 'pong' || this.#phase !== 'open') return
    const whole = first && last
    this.#outboxBytes += data.length + (last ? BETWEEN : 0)
    // Of a part without data there may be any number.
    if (!whole && data.length > 0) this.#parts.push(data)
    if (!last) return
    this.#outbox.push((whole ? data : Buffer.concat(this.#parts)).toString())
    this.#parts = []
    this.#flush()
  }

  close(code: number | undefined, reason: string): void {
    this.#close = closeFrame(code, reason)
    if (this.#phase === 'client-closed') this.#linger()
    else if (this.#phase === 'open') {
      this.#phase = 'closing'
      this.#flush()
    }
  }

  drop(): void {
    this.#receiver?.gone()
    this.#end()
  }

  pause(): void {
    this.#paused = true
  }

  resume(): void {
    if (!this.#paused) return
    this.#paused = false
    this.#deliver()
  }

  // ---- frames ------------------------------------------------------------------------------------------------------

  #flush(): void {
    while (this.#receiver?.ready) {
      if (this.#outbox.length > 0) {
        const frame = messagesFrame(this.#outbox)
        this.#outbox = []
        this.#outboxBytes = 0
        this.#sendFrame(this.#receiver, frame)
        this.#listener?.clientDrained()
      } else {
        if (this.#phase === 'closing') this.#tellClose(this.#receiver)
        return
      }
    }
  }

  #sendFrame(receiver: SessionResponse, frame: string): void {
    if (!receiver.send(frame)) return
    this.#receiver = undefined
    this.#wheel.set(this, ABSENCE)
  }

  #tellClose(receiver: SessionResponse): void {
    this.#receiver = undefined
    receiver.end(this.#close)
    this.#linger()
    this.#listener?.clientCloses(undefined, '')
  }

  #deliver(): void {
    if (this.#delivering) return
    this.#delivering = true
    inTurns(this.#handOn(), () => {
      this.#delivering = false
      if (this.#inboxBytes <= this.#inboxMax) this.#answerPost()
      const leaver = this.#leaver
      this.#leaver = undefined
      if (leaver) this.left(leaver)
    })
  }

  *#handOn(): Steps<void> {
    for (let count = 1; this.#phase === 'open' && !this.#paused; count++) {
      const data = this.#inbox.shift()
      if (!data) return
      this.#inboxBytes -= data.length
      this.#listener?.clientSays('text', data, true, true)
      if (count % AT_ONCE === 0) yield
    }
  }

  #answerPost(): void {
    const taken = this.#taken
    this.#taken = undefined
    taken?.()
  }

  // ---- the end -----------------------------------------------------------------------------------------------------

  #linger(): void {
    this.#phase = 'closed'
    this.#wheel.set(this, LINGER)
    this.#inbox = []
    this.#answerPost()
  }

  /** The client is gone, or was away for too long. */
  #vanish(): void {
    this.#end()
    this.#listener?.clientGone()
  }

  #end(): void {
    if (this.#phase === 'over') return
    this.#phase = 'over'
    this.#wheel.clear(this)
    this.#onEnd()
    this.#inbox = []
    this.#answerPost()
  }
}
