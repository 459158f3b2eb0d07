// The proxy's port: takes requests and gives each to an exchange of its own.
import http, { type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { breakRequest, type ParseError } from './broken-request'
import type { ProxyContext } from './context'
import { Exchange } from './exchange'
import { Http1Response } from './http1-response'
import { type ListenerState, listenOn } from './listening'
import { Upgrades } from './websocket/upgrades'

/** Bytes of a request's head. */
const HEAD_MAX = 64 * 1024

export class Listener {
  readonly #context: ProxyContext
  readonly #upgrades: Upgrades
  readonly #server: http.Server<typeof IncomingMessage, typeof Http1Response>

  constructor(context: ProxyContext) {
    this.#context = context
    this.#server = http.createServer(
      {
        ServerResponse: Http1Response,
        maxHeaderSize: HEAD_MAX,
        // Uploads and holds last as long as they last.
        requestTimeout: 0,
        headersTimeout: 60_000,
        keepAliveTimeout: 65_000,
        noDelay: true,
      },
      (request, response) => new Exchange(context, request, response).start(),
    )
    this.#upgrades = new Upgrades(context)
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket as Socket, head))
    this.#server.on('clientError', (error: ParseError, socket) => breakRequest(context, error, socket as Socket))
  }

  /** Listens; port 0 means any free port. A port that can't be had is a state, not an exception. */
  listen(host: string, port: number): Promise<ListenerState> {
    return listenOn(this.#server, host, port, { field: 'proxy port', option: '--port' })
  }

  /** Stops listening and ends all connections. */
  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#upgrades.close()
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  /** Only WebSockets are upgraded. A client that offers another protocol (h2c) may go on in HTTP/1.1. */
  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    if (request.headers.upgrade?.toLowerCase() === 'websocket') {
      this.#upgrades.take(request, socket, head)
      return
    }
    const response = new Http1Response(request)
    response.assignSocket(socket)
    response.shouldKeepAlive = false
    response.on('finish', () => socket.end())
    socket.on('close', () => response.emit('close'))
    new Exchange(this.#context, request, response).start()
  }
}
