// The HTTP endpoint for publishers: POST /publish/ with {"items": […]} (GRIP reference §5).
import http, { type IncomingMessage } from 'node:http'
import type { Server, Socket } from 'node:net'
import type { Steps } from '../../preload/vocabulary/steps'
import { faultText, sentencesOf } from '../grip/problem-text'
import { type CallResult, parsePublishCall, readPublishCall } from '../grip/publish-item'
import type { Channels } from '../proxy/channels/channels'
import { sinkForNew } from '../proxy/channels/silent-sink'
import { Http1Response } from '../proxy/client/http1-response'
import { type ListenerState, listenOn } from '../proxy/ports/listening'
import { isPipelined, waitingOn, whenAllAnswered, whenItsTurn } from '../proxy/ports/pipelined'
import type { Problem, PublishCall, TraceSink } from '../trace/events'

/** Bytes of a call that is read at once. */
const SHORT = 16 * 1024
/** Bytes of a refused call that are recorded. */
const REFUSED_KEPT = 4096

export interface PublishLimits {
  /** Bytes of a call's head. */
  readonly publishHeadMax: number
  /** Bytes of a call's body. */
  readonly publishBodyMax: number
  /** Milliseconds that a call may take until it is here whole; 0: no limit. */
  readonly publishTimeout: number
}

export interface PublishEndpointOptions {
  /** Origins of web pages that may publish: only the app's own. Programs send none. */
  readonly allowedOrigins: () => readonly string[]
  readonly limits: PublishLimits
  /** Is shown the server that accepts the connections. */
  readonly watch?: (server: Server) => void
}

export class PublishEndpoint {
  readonly #channels: Channels
  readonly #sink: TraceSink
  readonly #options: PublishEndpointOptions
  readonly #server: http.Server<typeof IncomingMessage, typeof Http1Response>
  /** Of connections that can't be read any more: tells them. */
  readonly #unreadable = new WeakMap<Socket, () => void>()

  constructor(channels: Channels, sink: TraceSink, options: PublishEndpointOptions) {
    this.#channels = channels
    this.#sink = sink
    this.#options = options
    const { publishHeadMax, publishTimeout } = options.limits
    this.#server = http.createServer(
      {
        // Answers in one write: at thousands of publishes a second, writes are what it costs.
        ServerResponse: Http1Response,
        maxHeaderSize: publishHeadMax,
        requireHostHeader: false,
        requestTimeout: publishTimeout,
        headersTimeout: publishTimeout,
        connectionsCheckingInterval: Math.min(30_000, publishTimeout / 2 || 30_000),
        keepAliveTimeout: 65_000,
        noDelay: true,
      },
      (request, response) => this.#take(request, response),
    )
    options.watch?.(this.#server)
    this.#server.on('clientError', (error: Error & { code?: string }, socket) => this.#broken(error, socket as Socket))
  }

  listen(host: string, port: number): Promise<ListenerState> {
    return listenOn(this.#server, host, port, { field: 'publish port', option: '--publish-port' })
  }

  close(): Promise<void> {
    return new Promise((resolve) => {
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }

  #take(request: IncomingMessage, response: Http1Response): void {
    if (isPipelined(request, response)) whenItsTurn(request, response, () => this.#handle(request, response))
    else this.#handle(request, response)
  }

  #handle(request: IncomingMessage, response: Http1Response): void {
    const { origin } = request.headers
    if (origin !== undefined && !this.#options.allowedOrigins().includes(origin)) {
      const fix = 'Publish from a backend or a command line: web pages may not.'
      this.#refuse(response, 403, { field: 'Origin', message: `a web page of ${origin} may not publish`, fix })
      return
    }
    if (lacksLength(request)) {
      const fix = 'Send a Content-Length; Pushpin accepts no chunked calls.'
      const problem = { field: 'Content-Length', message: 'the call has no Content-Length', fix }
      this.#whenRead(request, () => this.#refuse(response, 411, problem, CLOSE))
      return
    }
    const path = withoutSlash(request.url ?? '/')
    const type = acceptedType(request.headers.accept)
    const { method = '' } = request
    if (type === undefined) {
      const message = `Not Acceptable: ${request.headers.accept}`
      this.#refuse(response, 406, { field: 'Accept', message, fix: 'Accept text/plain or application/json.' })
    } else if (path === '/') {
      // Words that tools which look for a Pushpin may know.
      reply(response, 200, 'text/plain', 'Pushpin API\n')
    } else if (path !== '/publish' && path !== '/recover') {
      const fix = 'Publish with POST /publish/.'
      if (method !== 'GET') this.#refuse(response, 404, { field: 'path', message: `Not Found: ${path}`, fix })
      else reply(response, 404, 'text/plain', `Not Found: ${path}. ${fix}\n`)
    } else if (method !== 'POST') {
      const problem = { field: 'method', message: `Method not allowed: ${method}`, fix: 'Publish with POST.' }
      this.#refuse(response, 405, problem, ['Allow', 'POST'])
    } else if (path === '/recover') {
      this.#channels.recover()
      done(response, type, 'Updated')
    } else {
      this.#readBody(request, response, type)
    }
  }

  #readBody(request: IncomingMessage, response: Http1Response, type: ReplyType): void {
    const announced = Number(request.headers['content-length'])
    if (announced > this.#options.limits.publishBodyMax) {
      const message = `Request body too large: ${announced} bytes of at most ${this.#options.limits.publishBodyMax}`
      const fix = 'Publish fewer or smaller items in one call.'
      this.#whenRead(request, () => {
        this.#refuse(response, 400, { field: 'body', message, fix }, CLOSE, undefined, announced)
      })
      return
    }
    let first: Buffer | undefined
    let more: Buffer[] | undefined
    request.on('data', (chunk: Buffer) => {
      if (!first) first = chunk
      else if (more) more.push(chunk)
      else more = [first, chunk]
    })
    request.on('end', () => {
      const { socket } = request
      const refuse = waitingOn(socket) === 0 ? this.#unreadable.get(socket) : undefined
      // What came right behind it, in the same read, was no HTTP.
      if (refuse) refuse()
      else this.#publish(request, more ? Buffer.concat(more) : (first ?? Buffer.alloc(0)), response, type)
    })
  }

  /**
   * Calls `then` once a refused call is here, or as much of it as is waited for: a publisher that still writes when its
   * connection closes sees that alone, and not why.
   */
  #whenRead(request: IncomingMessage, then: () => void): void {
    let left = DISCARDED_MAX
    const latest = performance.now() + DISCARD_WAIT
    const go = (): void => {
      clearTimeout(timer)
      request.off('data', read).off('end', go)
      request.resume()
      if (!request.socket.writableEnded && !request.socket.destroyed) then()
    }
    const read = (chunk: Buffer): void => {
      left -= chunk.length
      if (left < 0 || performance.now() > latest) go()
      else timer.refresh()
    }
    const timer = setTimeout(go, QUIET)
    request.on('data', read).on('end', go)
    request.once('close', () => clearTimeout(timer))
  }

  #publish(request: IncomingMessage, body: Buffer, response: Http1Response, type: ReplyType): void {
    if (body.length <= SHORT && !this.#channels.busy) {
      const items = this.#answer(parsePublishCall(body), request, body, response, type)
      if (items) this.#channels.publishAll(...items)
      return
    }
    // What its publisher sends behind it waits in the socket.
    request.socket.pause()
    this.#channels.inOrder(this.#publishing(request, body, response, type))
  }

  /** A call that is long, or waits for one that is. */
  *#publishing(request: IncomingMessage, body: Buffer, response: Http1Response, type: ReplyType): Steps<void> {
    const read = yield* readPublishCall(body)
    request.socket.resume()
    const items = this.#answer(read, request, body, response, type)
    if (items) yield* this.#channels.publishing(...items)
  }

  /** Answers a call that was read. Returns what there is to publish. */
  #answer(
    call: CallResult,
    request: IncomingMessage,
    body: Buffer,
    response: Http1Response,
    type: ReplyType,
  ): Parameters<Channels['publishing']> | undefined {
    if (!call.ok) {
      const { fix } = call.problem
      const message = `Invalid format: ${faultText(call.problem)}`
      const answered = reply(response, 400, 'text/plain', `${sentencesOf({ message, fix })}\n`)
      this.#record(400, call.problem, body, body.length, callOf(request, answered))
      return undefined
    }
    const answered = done(response, type, 'Published')
    const { items } = call
    const { method = '', url: path = '' } = request
    return [items, 'http', { method, path, answered, items: items.length }]
  }

  /** What is no HTTP, or too long, or too slow. */
  #broken(error: Error & { code?: string }, socket: Socket): void {
    const problem = this.#problemOf(error)
    if (!problem || !socket.writable) {
      socket.destroy()
    } else if (!this.#unreadable.has(socket)) {
      const refuse = (): void => this.#refuseConnection(error, problem, socket)
      this.#unreadable.set(socket, refuse)
      whenAllAnswered(socket, refuse)
    }
  }

  #refuseConnection(error: Error & { code?: string }, problem: Problem, socket: Socket): void {
    if (!socket.writable) return
    const status = error.code === TIMEOUT ? 408 : 400
    this.#record(status, problem, undefined, 0)
    const text = `${sentencesOf(problem)}\n`
    const head = `HTTP/1.1 ${status} ${http.STATUS_CODES[status]}\r\nContent-Type: text/plain\r\n`
    socket.end(`${head}Content-Length: ${Buffer.byteLength(text)}\r\nConnection: close\r\n\r\n${text}`)
  }

  #problemOf({ code }: Error & { code?: string }): Problem | undefined {
    const { publishHeadMax, publishTimeout } = this.#options.limits
    switch (code) {
      // The publisher left.
      case 'ECONNRESET':
      case 'HPE_INVALID_EOF_STATE':
        return undefined
      case 'HPE_HEADER_OVERFLOW': {
        const fix = 'Send shorter headers.'
        return { field: 'headers', message: `Request header too large: more than ${publishHeadMax} bytes`, fix }
      }
      case TIMEOUT: {
        const fix = 'Send the whole call at once.'
        return { field: 'body', message: `The call was not complete after ${publishTimeout} ms`, fix }
      }
      default:
        return { field: 'request', message: 'The call can’t be read as HTTP', fix: 'Send HTTP/1.1: POST /publish/.' }
    }
  }

  #refuse(
    response: Http1Response,
    status: number,
    problem: Problem,
    headers: string[] = [],
    data?: Buffer,
    size = 0,
  ): void {
    const answered = reply(response, status, 'text/plain', `${sentencesOf(problem)}\n`, headers)
    this.#record(status, problem, data, size, callOf(response.req, answered))
  }

  #record(status: number, problem: Problem, data: Buffer | undefined, size: number, call?: PublishCall): void {
    const sink = sinkForNew('publish', this.#sink)
    sink.emit({
      type: 'publish-refused',
      t: sink.now(),
      p: sink.nextPublish(),
      via: 'http',
      status,
      problem,
      data: data ? sink.keep(data, REFUSED_KEPT) : new Uint8Array(),
      size,
      ...(call && { call }),
    })
  }
}

const CLOSE = ['Connection', 'close']
/** Bytes of a refused call that are read, milliseconds that it may take, and without any of it. */
const DISCARDED_MAX = 64 * 1024 * 1024
const DISCARD_WAIT = 5000
const QUIET = 500

const TIMEOUT = 'ERR_HTTP_REQUEST_TIMEOUT'

const WITHOUT_BODY = new Set(['HEAD', 'GET', 'DELETE', 'OPTIONS'])

function lacksLength({ method = '', headers }: IncomingMessage): boolean {
  if (headers['content-length'] !== undefined) return false
  return headers['transfer-encoding'] !== undefined || !WITHOUT_BODY.has(method)
}

type ReplyType = 'text/plain' | 'application/json'

/** The type that the publisher takes; undefined: neither of ours. */
function acceptedType(accept: string | undefined): ReplyType | undefined {
  if (accept === undefined || accept === '*/*') return 'text/plain'
  let chosen: ReplyType | undefined
  for (const part of accept.split(',')) {
    const type = part.split(';', 1)[0]?.trim()
    if (type === 'text/plain' || type === 'text/*' || type === '*/*' || type === '*') chosen = 'text/plain'
    else if (type === 'application/json' || type === 'application/*') chosen = 'application/json'
  }
  return chosen
}

function callOf({ method = '', url = '' }: IncomingMessage, answered: number): PublishCall {
  return { method, path: url, answered }
}

/** The end of a path says nothing. */
function withoutSlash(path: string): string {
  return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path
}

function done(response: Http1Response, type: ReplyType, message: string): number {
  return reply(response, 200, type, type === 'application/json' ? `${JSON.stringify({ message })}\n` : `${message}\n`)
}

/** Answers, and returns the bytes of the answer. */
function reply(response: Http1Response, status: number, type: ReplyType, text: string, more: string[] = []): number {
  const body = Buffer.from(text)
  response.writeHead(status, ['Content-Type', type, 'Content-Length', String(body.length), ...more])
  response.endWith(body)
  return body.length
}
