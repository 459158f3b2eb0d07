// The HTTP/2 connections of a TLS port: each request on one of them becomes an exchange.
import http2, { constants, type Http2Session, type ServerHttp2Session, type ServerHttp2Stream } from 'node:http2'
import type { TLSSocket } from 'node:tls'
import { InOrder } from '../../../turns/turns'
import type { ClientRequest } from '../../http/client-request'
import type { ClientResponse } from '../../http/client-response'
import { headerOf } from '../../http/headers'
import { Http2Request, type Peer } from './http2-request'
import { Http2Response } from './http2-response'

/** Requests under way on one connection: browsers open one connection only, and each open stream counts. */
const STREAMS_MAX = 1000
/** MiB that node lets one connection take, with all that waits for its client, before it refuses streams. */
const SESSION_MEMORY = 256
/** Bytes of a request body that may come before it is read. */
const WINDOW = 256 * 1024

/** Takes what clients ask. */
export interface Http2Owner {
  asked(request: ClientRequest, response: ClientResponse): void
  /** The head of a request is longer than allowed. */
  askedTooMuch(request: ClientRequest, response: ClientResponse): void
  askedWebSocket(request: ClientRequest, stream: ServerHttp2Stream): void
}

export class Http2Sessions {
  readonly #server: http2.Http2Server
  readonly #sessions = new Set<Http2Session>()
  readonly #owner: Http2Owner
  readonly #headMax: number

  /** @param headMax bytes of a request's head. */
  constructor(headMax: number, owner: Http2Owner) {
    this.#owner = owner
    this.#headMax = headMax
    this.#server = http2.createServer({
      maxSessionMemory: SESSION_MEMORY,
      maxHeaderListPairs: 2000,
      settings: {
        maxConcurrentStreams: STREAMS_MAX,
        initialWindowSize: WINDOW,
        // node resets a request beyond it without a word: what is just too long is to be answered.
        maxHeaderListSize: 2 * headMax,
        enableConnectProtocol: true,
      },
    })
    this.#server.on('session', (session) => this.#began(session))
    // What is wrong with one connection ends that connection.
    this.#server.on('sessionError', () => {})
  }

  /** Speaks HTTP/2 on a connection that has just agreed to. */
  add(socket: TLSSocket): void {
    this.#server.emit('connection', socket)
  }

  /** Tells all clients to go away; a connection ends once its streams have ended. */
  stop(): void {
    for (const session of this.#sessions) session.close()
  }

  /** Ends all connections. */
  close(): void {
    for (const session of this.#sessions) session.destroy()
  }

  #began(session: ServerHttp2Session): void {
    const { remoteAddress, remotePort } = session.socket
    const peer: Peer = { remoteAddress, remotePort, encrypted: true }
    this.#sessions.add(session)
    const order = new InOrder()
    session.on('close', () => this.#sessions.delete(session))
    // node hands the headers as they came on as well, but does not say so in its types.
    session.on('stream', (stream: ServerHttp2Stream, _headers: unknown, _flags: number, headers: string[]) => {
      stream.on('error', ignore)
      // One read may begin a thousand.
      order.soon(() => {
        if (!stream.destroyed) this.#asked(new Http2Request(stream, headers, peer), stream)
      })
    })
  }

  #asked(request: Http2Request, stream: ServerHttp2Stream): void {
    const tooMuch = headSize(request) > this.#headMax
    if (request.webSocket && !tooMuch) {
      this.#owner.askedWebSocket(request, stream)
      return
    }
    const response = new Http2Response(stream, request.method)
    if (tooMuch) {
      this.#owner.askedTooMuch(request, response)
      return
    }
    if (request.method === 'CONNECT') {
      // Only proxies towards the internet are asked to connect somewhere.
      response.writeHead(constants.HTTP_STATUS_NOT_IMPLEMENTED, '', [])
      response.end()
      return
    }
    if (!response.destroyed && headerOf(request.rawHeaders, 'expect').toLowerCase() === '100-continue')
      stream.additionalHeaders({ ':status': constants.HTTP_STATUS_CONTINUE })
    this.#owner.asked(request, response)
  }
}

function ignore(): void {
  // How a stream ended is told by its 'close'.
}

/** Bytes that the head would take in HTTP/1.1, about. */
function headSize({ method = '', url = '', rawHeaders }: ClientRequest): number {
  let size = method.length + url.length
  for (const text of rawHeaders) size += text.length + 2
  return size
}
