// Takes requests for WebSockets: each becomes an exchange of its own.
import type { IncomingMessage } from 'node:http'
import type { ServerHttp2Stream } from 'node:http2'
import type { Duplex } from 'node:stream'
import type { Route } from '../../grip/route-types'
import { belowSockjs } from '../../grip/sockjs-path'
import type { ProxyContext } from '../exchange/context'
import type { ClientRequest } from '../http/client-request'
import { headerOf } from '../http/headers'
import { isSecure } from '../routing/request-trust'
import { routeOf } from '../routing/route-of'
import type { Sockjs } from '../sockjs/sockjs'
import { handshakeFault } from '../websocket/handshake'
import { ConnectAnswer, type HandshakeAnswer, UpgradeAnswer } from '../websocket/handshake-answer'
import { SocketClient } from '../websocket/socket-client'
import { WebSocketExchange } from '../websocket/websocket-exchange'

const NOTHING = Buffer.alloc(0)

export class Upgrades {
  readonly #context: ProxyContext
  readonly #sockjs: Sockjs
  readonly #open = new Map<Duplex, WebSocketExchange>()
  readonly #forget: (this: Duplex) => void

  constructor(context: ProxyContext, sockjs: Sockjs) {
    this.#context = context
    this.#sockjs = sockjs
    const open = this.#open
    this.#forget = function () {
      open.delete(this)
    }
  }

  /** @param head bytes that came after the request's head. */
  take(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const key = headerOf(request.rawHeaders, 'sec-websocket-key')
    this.#begin(request, socket, new UpgradeAnswer(socket, key), head)
  }

  /** A stream of an HTTP/2 connection, that asks for a WebSocket with CONNECT. */
  takeStream(request: ClientRequest, stream: ServerHttp2Stream): void {
    this.#begin(request, stream, new ConnectAnswer(stream), NOTHING)
  }

  /** The proxy stops: closes all of them, and lets their clients answer. */
  stop(): void {
    for (const exchange of this.#open.values()) exchange.stop()
  }

  /** Ends their connections. */
  close(): void {
    for (const socket of this.#open.keys()) socket.destroy()
  }

  #begin(request: ClientRequest, socket: Duplex, answer: HandshakeAnswer, head: Buffer): void {
    const context = this.#context
    const client = new SocketClient(socket, answer, head, context.wheel)
    const route = this.#routeOf(request)
    const below = route?.sockjsPath ? belowSockjs(request.url ?? '/', route.sockjsPath) : undefined
    const exchange =
      route && below !== undefined
        ? this.#sockjs.takeSocket(context, request, route, below, client)
        : new WebSocketExchange(context, request, client, route)
    this.#open.set(socket, exchange)
    socket.on('close', this.#forget)
    if (below !== undefined) return
    client.watch(exchange)
    exchange.start(handshakeFault(request))
  }

  #routeOf(request: ClientRequest): Route | undefined {
    const { rawHeaders, url = '/' } = request
    return routeOf(this.#context, url, rawHeaders, 'ws', isSecure(request, this.#context.options))
  }
}
