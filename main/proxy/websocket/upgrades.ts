// Takes upgrade requests of the proxy's port: WebSockets become exchanges of their own.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import type { ProxyContext } from '../context'
import { headerOf } from '../headers'
import { SocketClient } from './socket-client'
import { WebSocketExchange } from './websocket-exchange'

export class Upgrades {
  readonly #context: ProxyContext
  readonly #open = new Map<Duplex, WebSocketExchange>()
  readonly #forget: (this: Duplex) => void

  constructor(context: ProxyContext) {
    this.#context = context
    const open = this.#open
    this.#forget = function () {
      open.delete(this)
    }
  }

  /** @param head bytes that came after the request's head. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const key = headerOf(request.rawHeaders, 'sec-websocket-key')
    const client = new SocketClient(socket, key, head, this.#context.wheel)
    const exchange = new WebSocketExchange(this.#context, request, client)
    this.#open.set(socket, exchange)
    socket.on('close', this.#forget)
    client.watch(exchange)
    exchange.start()
  }

  close(): void {
    for (const [socket, exchange] of this.#open) {
      exchange.stop()
      socket.destroy()
    }
  }
}
