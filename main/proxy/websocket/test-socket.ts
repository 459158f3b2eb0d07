// The built-in WebSocket of a route's `test` target, for trying a proxy without a backend (as Pushpin's): it echoes, and
// listens to the channels given as `channel` in the query.
import type { WsMessageType } from '../../grip/ws-control'
import type { BackendListener, BackendSide } from './backend-side'

const GRIP = ['Sec-WebSocket-Extensions', 'grip']
const PREFIX = Buffer.from('m:')

export class TestSocket implements BackendSide {
  readonly messageMax: number
  readonly #url: URL
  readonly #grip: boolean
  readonly #listener: BackendListener
  #over = false

  /** @param path below what the route matched. @param grip it is offered GRIP. */
  constructor(path: string, grip: boolean, messageMax: number, listener: BackendListener) {
    this.messageMax = messageMax
    this.#url = new URL(path || '/', 'http://test')
    this.#grip = grip
    this.#listener = listener
  }

  open(): void {
    if (this.#url.pathname.replace(/\/$/, '') !== '/ws') {
      const text = Buffer.from('no such test resource\n')
      this.#listener.backendRejects(404, 'Not Found', ['Content-Type', 'text/plain'], text)
      return
    }
    this.#listener.backendAccepts(this.#grip ? GRIP : [])
    if (!this.#grip) return
    const channels = this.#url.searchParams.getAll('channel')
    for (const channel of channels.length > 0 ? channels : ['test']) {
      const control = `c:${JSON.stringify({ channel, type: 'subscribe' })}`
      this.#listener.backendSays('text', Buffer.from(control), true, true)
    }
  }

  send(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): boolean {
    if (this.#over) return true
    const message = kind === 'text' || kind === 'binary'
    const echoed = this.#grip && message && first ? Buffer.concat([PREFIX, data]) : data
    this.#listener.backendSays(kind, echoed, first, last)
    return true
  }

  close(code: number | undefined, reason: string): void {
    if (this.#over) return
    this.#over = true
    this.#listener.backendCloses(code, reason)
  }

  disconnect(): void {
    this.stop()
  }

  readonly canRefresh = false

  refresh(): void {}

  detach(): void {
    this.stop()
  }

  pause(): void {}
  resume(): void {}

  stop(): void {
    this.#over = true
  }
}
