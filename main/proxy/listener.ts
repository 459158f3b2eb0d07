// The proxy's port: takes requests and gives each to an exchange of its own.
import http, { type IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { TraceSink } from '../trace/events'
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
    this.#server.on('clientError', (error: Error & { code?: string }, socket) => this.#refuse(error, socket as Socket))
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

  /** A request that is no HTTP: answered with 400 and recorded like any other exchange. */
  #refuse(error: Error & { code?: string }, socket: Socket): void {
    if (error.code === 'ECONNRESET' || !socket.writable) {
      socket.destroy()
      return
    }
    const { sink } = this.#context
    const x = this.#context.nextExchange()
    const status = error.code === 'HPE_HEADER_OVERFLOW' ? 431 : 400
    const reason = http.STATUS_CODES[status] ?? ''
    const body = `${reason}: ${error.message}\n`
    const headers = [
      'Content-Type',
      'text/plain',
      'Content-Length',
      String(Buffer.byteLength(body)),
      'Connection',
      'close',
    ]
    if (sink.recording) recordRefusal(sink, x, socket, status, reason, headers, Buffer.from(body), error.message)
    socket.end(`HTTP/1.1 ${status} ${reason}\r\n${headerLines(headers)}\r\n${body}`)
  }
}

function recordRefusal(
  sink: TraceSink,
  x: number,
  socket: Socket,
  status: number,
  reason: string,
  headers: string[],
  body: Buffer,
  message: string,
): void {
  const t = sink.now()
  const client = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`
  sink.emit({ type: 'request', t, x, method: '', url: '', httpVersion: '1.1', headers: [], client, secure: false })
  sink.emit({ type: 'response', t, x, status, reason, headers, body: 'own' })
  sink.emit({ type: 'response-data', t, x, data: body })
  sink.emit({ type: 'ended', t, x, how: 'bad-request', responseSize: body.length, message })
}

function headerLines(headers: readonly string[]): string {
  let lines = ''
  for (let i = 0; i < headers.length; i += 2) lines += `${headers[i]}: ${headers[i + 1]}\r\n`
  return lines
}
