// The proxy's ports, plain and with TLS: take requests and give each to an exchange of its own.
import http, { type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import { errorWords } from '../../grip/error-words'
import { Http1Response } from '../client/http1-response'
import { Http2Sessions } from '../client/http2/http2-sessions'
import { headTooLong, type ParseError } from '../client/parse-faults'
import { requestFault } from '../client/request-fault'
import type { ProxyContext } from '../exchange/context'
import { dropOwnCookies } from '../http/own-cookies'
import { headIsWhole, watchHeads } from '../internals/parser'
import { HttpExchange } from '../requests/http-exchange'
import type { Sockjs } from '../sockjs/sockjs'
import { breakRequest, refuseTunnel } from './broken-request'
import type { Descriptors } from './descriptors'
import { recordFailedHandshake } from './failed-handshake'
import { failedToListen, type ListenerState, listenOn } from './listening'
import { isPipelined, whenItsTurn } from './pipelined'
import { rawTarget, readAgain } from './raw-target'
import type { ServerIdentities } from './tls-identities'
import { TlsPort } from './tls-port'
import { Upgrades } from './upgrades'

/** Milliseconds that what is under way has to end by itself when the proxy stops. */
const STOP_WAIT = 500
/** Milliseconds in which last responses go out. */
const LAST_WAIT = 100

export class Listener {
  readonly #context: ProxyContext
  readonly #sockjs: Sockjs
  readonly #descriptors: Descriptors
  readonly #upgrades: Upgrades
  readonly #server: http.Server<typeof IncomingMessage, typeof Http1Response>
  readonly #sessions: Http2Sessions
  #tls: TlsPort | undefined

  /** @param descriptors watches what the ports accept. */
  constructor(context: ProxyContext, sockjs: Sockjs, descriptors: Descriptors) {
    this.#context = context
    this.#sockjs = sockjs
    this.#descriptors = descriptors
    this.#server = http.createServer(
      {
        ServerResponse: Http1Response,
        maxHeaderSize: context.options.requestHeadMax,
        // Uploads and holds last as long as they last.
        requestTimeout: 0,
        headersTimeout: 60_000,
        keepAliveTimeout: 65_000,
        noDelay: true,
        // As Pushpin takes them.
        requireHostHeader: false,
      },
      (request, response) => this.#take(request, response),
    )
    // The size of the head is the limit: node would leave out what is beyond a number of headers, and tell nobody.
    this.#server.maxHeadersCount = 0
    this.#upgrades = new Upgrades(context, sockjs)
    this.#sessions = new Http2Sessions(context.options.requestHeadMax, {
      asked: (request, response) => new HttpExchange(context, sockjs, request, response).start(),
      askedTooMuch: (request, response) =>
        new HttpExchange(context, sockjs, request, response).start(headTooLong(context.options.requestHeadMax)),
      askedWebSocket: (request, stream) => this.#upgrades.takeStream(request, stream),
    })
    this.#server.on('connection', watchHeads)
    descriptors.watch(this.#server)
    this.#server.on('upgrade', (request, socket, head) => this.#upgrade(request, socket as Socket, head))
    this.#server.on('connect', (request, socket) => refuseTunnel(context, request, socket as Socket))
    // What a client expects is between it and us (RFC 9110, 10.1.1): node would answer 417 by itself.
    this.#server.on('checkExpectation', (request, response) => this.#take(request, response))
    this.#server.on('clientError', (error: ParseError, socket) => this.#notRead(error, socket as Socket))
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
        accepts: (server) => this.#descriptors.watch(server),
        http2: (socket) => this.#sessions.add(socket),
        handshakeFailed: (socket, why) => recordFailedHandshake(this.#context, socket, why),
      })
    } catch (error) {
      return failedToListen(host, port, {
        field: 'TLS certificate',
        message: `it can't be used: ${errorWords(error)}`,
        fix: 'Name a certificate and its key, both in PEM.',
      })
    }
    return this.#tls.listen(host, port)
  }

  /** Shows other certificates from now on. */
  useIdentities(identities: ServerIdentities): void {
    this.#tls?.use(identities)
  }

  /** Stops listening, ends what is held, gives what is under way a moment, and ends all connections. */
  async close(): Promise<void> {
    const { exchanges } = this.#context
    const closed = Promise.all([
      new Promise<void>((resolve) => this.#server.close(() => resolve())),
      this.#tls?.close(),
    ])
    for (const exchange of exchanges.all()) exchange.stop()
    this.#upgrades.stop()
    this.#sockjs.close()
    this.#sessions.stop()
    this.#server.closeIdleConnections()
    await within(STOP_WAIT, closed)
    for (const exchange of exchanges.all()) exchange.cutShort()
    await within(LAST_WAIT, closed)
    this.#upgrades.close()
    this.#sessions.close()
    this.#server.closeAllConnections()
    this.#tls?.closeAll()
    await closed
  }

  #take(request: IncomingMessage, response: Http1Response): void {
    headIsWhole(request.socket)
    if (isPipelined(request, response)) whenItsTurn(request, response, () => this.#begin(request, response))
    else this.#begin(request, response)
  }

  /** node's parser stopped. */
  #notRead(error: ParseError, socket: Socket): void {
    const again = rawTarget(error, socket)
    if (again) readAgain(this.#server, socket, again)
    else breakRequest(this.#context, error, socket)
  }

  #begin(request: IncomingMessage, response: Http1Response): void {
    // We close behind the response before: what follows is no request of anybody's (RFC 9112, 9.6).
    if (!request.socket.writable) return
    dropOwnCookies(request.rawHeaders)
    const fault = requestFault(request)
    // Where it ends is a guess.
    if (fault) response.shouldKeepAlive = false
    new HttpExchange(this.#context, this.#sockjs, request, response).start(fault)
  }

  /**
   * Only WebSockets are upgraded. A client that offers another protocol (h2c) goes on in HTTP/1.1: node leaves a request
   * with an upgrade unread behind its head, so that it is given to node once more, without the offer.
   */
  #upgrade(request: IncomingMessage, socket: Socket, head: Buffer): void {
    if (request.headers.upgrade?.toLowerCase() === 'websocket' && request.method === 'GET') {
      dropOwnCookies(request.rawHeaders)
      this.#upgrades.take(request, socket, head)
      return
    }
    socket.unshift(Buffer.concat([headWithout(request, 'upgrade'), head]))
    socket.removeAllListeners('timeout')
    this.#server.emit('connection', socket)
  }
}

/** Waits for `done`, but no longer than `ms`. */
async function within(ms: number, done: Promise<unknown>): Promise<void> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, ms)
  })
  await Promise.race([done, late])
  clearTimeout(timer)
}

/** The head of a request as it came, less a header. `name` in lower case. */
function headWithout({ method, url, httpVersion, rawHeaders }: IncomingMessage, name: string): Buffer {
  let head = `${method} ${url} HTTP/${httpVersion}\r\n`
  for (let i = 0; i < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== name) head += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`
  }
  return Buffer.from(`${head}\r\n`, 'latin1')
}
