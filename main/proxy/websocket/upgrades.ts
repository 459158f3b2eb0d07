// Takes upgrade requests of the proxy's port: WebSockets become exchanges of their own.
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import type { ProxyContext } from '../context'
import { type Handshake, WebSocketExchange } from './websocket-exchange'

/** Bytes of a message from a client. */
const MESSAGE_MAX = 100 * 1024 * 1024

export class Upgrades {
  readonly #context: ProxyContext
  readonly #handshakes = new WeakMap<IncomingMessage, Handshake>()
  readonly #server: WebSocketServer

  constructor(context: ProxyContext) {
    this.#context = context
    this.#server = new WebSocketServer({
      noServer: true,
      clientTracking: true,
      // Pushpin negotiates no extension with clients either; the backend's compression ends at the proxy.
      perMessageDeflate: false,
      autoPong: false,
      maxPayload: MESSAGE_MAX,
      handleProtocols: (_offered, request) => this.#handshakes.get(request)?.protocol ?? false,
    })
    this.#server.on('headers', (lines, request) => {
      const { headers } = this.#handshakes.get(request) ?? { headers: [] }
      for (let i = 0; i < headers.length; i += 2) lines.push(`${headers[i]}: ${headers[i + 1]}`)
    })
  }

  take(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    new WebSocketExchange(this.#context, this.#server, this.#handshakes, request, socket, head).start()
  }

  close(): void {
    for (const client of this.#server.clients) client.terminate()
    this.#server.close()
  }
}
