// For tests: one end of a plain socket, which keeps what came and can be waited on.
import type { Socket } from 'node:net'
import { Waiters } from './waiters'

export class RawConnection {
  readonly socket: Socket
  #raw: Buffer = Buffer.alloc(0)
  closed = false
  readonly #waiters = new Waiters()

  constructor(socket: Socket) {
    this.socket = socket
    socket.setNoDelay(true)
    socket.on('data', (chunk: Buffer) => {
      this.#raw = Buffer.concat([this.#raw, chunk])
      this.#waiters.wake()
    })
    socket.on('close', () => {
      this.closed = true
      this.#waiters.wake()
    })
    socket.on('error', () => {})
  }

  send(data: string | Buffer): this {
    this.socket.write(data)
    return this
  }

  /** All that came, as latin1 text. */
  get text(): string {
    return this.#raw.toString('latin1')
  }

  until(condition: () => boolean, what: string, ms = 5000): Promise<this> {
    return this.#waiters.when(
      () => (condition() ? this : undefined),
      what,
      () => this.text.slice(0, 500),
      ms,
    )
  }

  has(part: string, ms?: number): Promise<this> {
    return this.until(() => this.text.includes(part), `"${part}"`, ms)
  }

  /** Does something once this part has come, if ever it does. */
  onceHas(part: string, act: () => unknown): void {
    const check = (): boolean => {
      if (!this.text.includes(part)) return false
      act()
      return true
    }
    if (!check()) this.#waiters.once(check)
  }

  ended(ms?: number): Promise<this> {
    return this.until(() => this.closed, 'end of the connection', ms)
  }

  close(): void {
    this.socket.destroy()
  }

  /** Ends it with a reset (RST), as a program that crashed. */
  reset(): void {
    this.socket.resetAndDestroy()
  }
}
