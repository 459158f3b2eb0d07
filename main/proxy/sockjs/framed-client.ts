// A SockJS session on a real WebSocket: messages go in frames of SockJS inside those of the WebSocket.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { Steps } from '../../../preload/vocabulary/steps'
import { causeWords } from '../../grip/cause-words'
import { HEARTBEAT_FRAME, messagesFrame, OPEN_FRAME } from '../../grip/sockjs-frames'
import { readSockjsMessages } from '../../grip/sockjs-payload'
import type { WsMessageType } from '../../grip/ws-control'
import { inTurns } from '../../turns/turns'
import type { HasTimeout, Wheel } from '../pacing/wheel'
import type { Acceptance, ClientListener, ClientSide } from '../websocket/client-side'

/** Milliseconds between heartbeats. */
const HEARTBEAT = 25_000
const INVALID = 1007
const TOO_LONG = 1009
/** Messages of one frame that are handed on at once. A frame may hold a hundred thousand. */
const AT_ONCE = 64

export class FramedClient implements ClientSide, ClientListener, HasTimeout {
  dueTick = 0
  readonly #inner: ClientSide
  readonly #wheel: Wheel
  readonly #messageMax: number
  #listener: ClientListener | undefined
  #fromBackend: Buffer[] = []
  #fromClient: Buffer[] = []
  #over = false
  #paused = false
  /** Messages of a frame are handed on in turns: what the client does after it, until they are. */
  #behind: (() => void)[] | undefined

  /** @param inner is to tell this one what its client does. @param messageMax bytes. */
  constructor(inner: ClientSide, wheel: Wheel, messageMax: number) {
    this.#messageMax = messageMax
    this.#inner = inner
    this.#wheel = wheel
  }

  watch(listener: ClientListener): void {
    this.#listener = listener
  }

  /** Time for a heartbeat. */
  onTimeout(): void {
    this.#say(HEARTBEAT_FRAME)
    this.#wheel.set(this, HEARTBEAT)
  }

  // ---- towards the client ------------------------------------------------------------------------------------------

  get ownHeaders(): ClientSide['ownHeaders'] {
    return this.#inner.ownHeaders
  }

  get acceptStatus(): number {
    return this.#inner.acceptStatus
  }

  get waiting(): number {
    return this.#inner.waiting
  }

  /** Messages may be twice as long where they are wrapped (as in Pushpin). */
  accept(answer: Acceptance): void {
    this.#wheel.set(this, HEARTBEAT)
    this.#inner.accept({ ...answer, messageMax: this.#messageMax * 2 })
    this.#say(OPEN_FRAME)
  }

  reject(status: number, reason: string, headers: readonly string[], body: Buffer): void {
    this.#stop()
    this.#inner.reject(status, reason, headers, body)
  }

  /** Pings and pongs end here, as in Pushpin. */
  send(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    if (kind === 'ping' || kind === 'pong') return
    const message = gather(this.#fromBackend, data, first, last)
    if (message) this.#say(messagesFrame([message.toString()]))
  }

  close(code: number | undefined, reason: string): void {
    this.#stop()
    this.#inner.close(code, reason)
  }

  drop(): void {
    this.#stop()
    this.#inner.drop()
  }

  pause(): void {
    this.#paused = true
    this.#inner.pause()
  }

  resume(): void {
    this.#paused = false
    if (!this.#behind) this.#inner.resume()
  }

  // ---- from the client ---------------------------------------------------------------------------------------------

  clientSays(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    if (kind === 'ping' || kind === 'pong' || this.#over) return
    if (this.#waits(() => this.clientSays(kind, data, first, last))) return
    const payload = gather(this.#fromClient, data, first, last)
    if (!payload) return
    const messages = readSockjsMessages(payload.toString())
    if (!messages) {
      this.#broken(INVALID, { code: 'sockjs-not-a-list' })
      return
    }
    if (messages.length > AT_ONCE) this.#handOnInTurns(messages)
    else for (const message of messages) this.#handOn(message)
  }

  #handOn(message: string): void {
    if (this.#over) return
    const text = Buffer.from(message)
    if (text.length > this.#messageMax) this.#broken(TOO_LONG, { code: 'frame-message-long', max: this.#messageMax })
    else this.#listener?.clientSays('text', text, true, true)
  }

  #handOnInTurns(messages: readonly string[]): void {
    const behind: (() => void)[] = []
    this.#behind = behind
    this.#inner.pause()
    inTurns(this.#steps(messages), () => {
      this.#behind = undefined
      // One of these may be another long frame, behind which the others wait anew.
      for (const event of behind) event()
      if (!this.#paused && !this.#behind) this.#inner.resume()
    })
  }

  *#steps(messages: readonly string[]): Steps<void> {
    for (const [i, message] of messages.entries()) {
      if (i % AT_ONCE === AT_ONCE - 1) yield
      if (this.#over) return
      this.#handOn(message)
    }
  }

  /** True: it must wait for the messages that came before it. */
  #waits(event: () => void): boolean {
    if (!this.#behind || this.#over) return false
    this.#behind.push(event)
    return true
  }

  clientCloses(code: number | undefined, reason: string): void {
    if (this.#waits(() => this.clientCloses(code, reason))) return
    this.#stop()
    this.#listener?.clientCloses(code, reason)
  }

  clientGone(): void {
    if (this.#waits(() => this.clientGone())) return
    this.#stop()
    this.#listener?.clientGone()
  }

  clientBroke(code: number, why: Cause): void {
    if (this.#waits(() => this.clientBroke(code, why))) return
    this.#stop()
    this.#listener?.clientBroke(code, why)
  }

  clientDrained(): void {
    this.#listener?.clientDrained()
  }

  #say(frame: string): void {
    this.#inner.send('text', Buffer.from(frame), true, true)
  }

  #broken(code: number, why: Cause): void {
    this.close(code, causeWords(why))
    this.#listener?.clientBroke(code, why)
  }

  #stop(): void {
    this.#over = true
    this.#wheel.clear(this)
  }
}

/** Puts the parts of a message together; undefined: it is not whole yet. */
function gather(parts: Buffer[], data: Buffer, first: boolean, last: boolean): Buffer | undefined {
  if (first && last) return data
  // Of a part without data there may be any number.
  if (data.length > 0) parts.push(data)
  return last ? Buffer.concat(parts.splice(0)) : undefined
}
