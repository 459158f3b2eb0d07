// The HTTP endpoint for publishers: POST /publish/ with {"items": […]} (GRIP reference §5).
import http, { type IncomingMessage, type ServerResponse } from 'node:http'
import { parsePublishCall } from '../grip/publish-item'
import type { Channels } from '../proxy/channels'
import { type ListenerState, listenOn } from '../proxy/listening'
import type { Problem, TraceSink } from '../trace/events'

/** Bytes of a call's head and body, as Pushpin's limits. */
const HEAD_MAX = 10_000
const BODY_MAX = 1_000_000
/** Bytes of a refused call that are recorded. */
const REFUSED_KEPT = 4096

export interface PublishEndpointOptions {
  /** Origins of web pages that may publish: only the app's own. Programs send none. */
  readonly allowedOrigins: () => readonly string[]
}

export class PublishEndpoint {
  readonly #channels: Channels
  readonly #sink: TraceSink
  readonly #options: PublishEndpointOptions
  readonly #server: http.Server

  constructor(channels: Channels, sink: TraceSink, options: PublishEndpointOptions) {
    this.#channels = channels
    this.#sink = sink
    this.#options = options
    this.#server = http.createServer(
      { maxHeaderSize: HEAD_MAX, keepAliveTimeout: 65_000, noDelay: true },
      (request, response) => this.#handle(request, response),
    )
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

  #handle(request: IncomingMessage, response: ServerResponse): void {
    const { origin } = request.headers
    if (origin !== undefined && !this.#options.allowedOrigins().includes(origin)) {
      const fix = 'Publish from a backend or a command line: web pages may not.'
      this.#refuse(response, 403, { field: 'Origin', message: `a web page of ${origin} may not publish`, fix })
      return
    }
    const path = (request.url ?? '/').split('?', 1)[0]?.replace(/(.)\/$/, '$1')
    const type = acceptedType(request.headers.accept)
    if (type === undefined) {
      reply(response, 406, 'text/plain', 'Not Acceptable. Supported formats are text/plain and application/json.\n')
    } else if (path === '/') {
      reply(response, 200, 'text/plain', 'Gripscope publish endpoint: POST /publish/\n')
    } else if (path !== '/publish' && path !== '/recover') {
      reply(response, 404, 'text/plain', 'Not Found: publish with POST /publish/\n')
    } else if (request.method !== 'POST') {
      reply(response, 405, 'text/plain', `Method not allowed: ${request.method}.\n`, ['Allow', 'POST'])
    } else if (path === '/recover') {
      this.#channels.recover()
      done(response, type, 'Updated')
    } else {
      this.#readBody(request, response, type)
    }
  }

  #readBody(request: IncomingMessage, response: ServerResponse, type: ReplyType): void {
    let first: Buffer | undefined
    let more: Buffer[] | undefined
    let size = 0
    request.on('data', (chunk: Buffer) => {
      size += chunk.length
      if (size > BODY_MAX) {
        if (!response.headersSent) {
          const message = `the call has more than ${BODY_MAX} bytes`
          this.#refuse(
            response,
            413,
            { field: 'body', message, fix: 'Publish fewer or smaller items in one call.' },
            first,
            size,
            true,
          )
        }
        return
      }
      if (!first) first = chunk
      else if (more) more.push(chunk)
      else more = [first, chunk]
    })
    request.on('end', () => {
      if (response.headersSent) return
      this.#publish(more ? Buffer.concat(more) : (first ?? Buffer.alloc(0)), response, type)
    })
  }

  #publish(body: Buffer, response: ServerResponse, type: ReplyType): void {
    const call = parsePublishCall(body)
    if (!call.ok) {
      this.#refuse(response, 400, call.problem, body, body.length)
      return
    }
    done(response, type, 'Published')
    for (const item of call.items) this.#channels.publish(item, 'http')
  }

  #refuse(response: ServerResponse, status: number, problem: Problem, data?: Buffer, size = 0, close = false): void {
    this.#sink.emit({
      type: 'publish-refused',
      t: this.#sink.now(),
      via: 'http',
      status,
      problem,
      data: data?.subarray(0, REFUSED_KEPT) ?? new Uint8Array(),
      size,
    })
    const text = `Invalid format: ${problem.field}: ${problem.message}. ${problem.fix}\n`
    reply(
      response,
      status,
      'text/plain',
      status === 400 ? text : text.replace('Invalid format: ', ''),
      close ? ['Connection', 'close'] : [],
    )
  }
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

function done(response: ServerResponse, type: ReplyType, message: string): void {
  reply(response, 200, type, type === 'application/json' ? `${JSON.stringify({ message })}\n` : `${message}\n`)
}

function reply(response: ServerResponse, status: number, type: ReplyType, body: string, more: string[] = []): void {
  response.writeHead(status, ['Content-Type', type, 'Content-Length', String(Buffer.byteLength(body)), ...more])
  response.end(body)
}
