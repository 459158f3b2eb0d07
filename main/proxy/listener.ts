// The proxy's ports, plain and with TLS: take requests and give each to an exchange of its own.
import http, { type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { breakRequest, type ParseError } from './broken-request'
import type { ProxyContext } from './context'
import { Exchange } from './exchange'
import { Http1Response } from './http1-response'
import { Http2Sessions } from './http2/http2-sessions'
import { failedToListen, type ListenerState, listenOn } from './listening'
import { recordFailedHandshake } from './tls/failed-handshake'
import type { ServerIdentities } from './tls/identities'
import { TlsPort } from './tls/tls-port'
import { Upgrades } from './websocket/upgrades'

/** Bytes of a request's head. */
const HEAD_MAX = 64 * 1024

export class Listener {
  readonly #context: ProxyContext
  readonly #upgrades: Upgrades
  readonly #server: http.Server<typeof IncomingMessage, typeof Http1Response>
  readonly #sessions: Http2Sessions
  #tls: TlsPort | undefined

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
      (request, response) => {
        // Behind another one of the same connection (pipelined): it begins when that one is answered (RFC 9112, 9.3.2).
        if (response.socket) new Exchange(context, request, response).start()
        else response.once('socket', () => new Exchange(context, request, response).start())
      },
    )
    this.#sessions = new Http2Sessions(HEAD_MAX, (request, response) =>
      new Exchange(context, request, response).start(),
    )
    this.#upgrades = new Upgrades(context)
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket as Socket, head))
    this.#server.on('clientError', (error: ParseError, socket) => breakRequest(context, error, socket as Socket))
  }

  /** Listens; port 0 means any free port. A port that can't be had is a state, not an exception. */
  listen(host: string, port: number): Promise<ListenerState> {
    return listenOn(this.#server, host, port, { field: 'proxy port', option: '--port' })
  }

  /** Listens with TLS as well: HTTP/2 for clients that want it, HTTP/1.1 and WebSockets for the others. */
  async listenTls(identities: ServerIdentities, host: string, port: number): Promise<ListenerState> {
    try {
      this.#tls = new TlsPort(identities, {
        // From here on it is a connection as from the plain port.
        http1: (socket) => this.#server.emit('connection', socket),
        http2: (socket) => this.#sessions.add(socket),
        handshakeFailed: (socket, why) => recordFailedHandshake(this.#context, socket, why),
      })
    } catch (error) {
      return failedToListen(host, port, {
        field: 'TLS certificate',
        message: `it can't be used: ${(error as Error).message}`,
        fix: 'Name a certificate and its key, both in PEM.',
      })
    }
    return this.#tls.listen(host, port)
  }

  /** Shows other certificates from now on. */
  useIdentities(identities: ServerIdentities): void {
    this.#tls?.use(identities)
  }

  /** Stops listening and ends all connections. */
  async close(): Promise<void> {
    const closed = new Promise<void>((resolve) => this.#server.close(() => resolve()))
    this.#upgrades.close()
    this.#sessions.close()
    this.#server.closeAllConnections()
    await Promise.all([closed, this.#tls?.close()])
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
