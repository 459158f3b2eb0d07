// The SockJS side of a proxy: answers what is asked below a route's `sockjs=`, and keeps the sessions. Each session is a
// WebSocket to its backend, and an exchange of its own; so is every request that it is made of.
import { randomInt } from 'node:crypto'
import type { Cause } from '../../../preload/vocabulary/causes'
import type { Route } from '../../grip/route-types'
import { isCallback, sockjsFramings } from '../../grip/sockjs-frames'
import { GREETING, iframePage, type SockjsPage, sockjsHeaders, sockjsInfo } from '../../grip/sockjs-pages'
import { SCRIPT_NAME, type SockjsCall, sockjsCallOf } from '../../grip/sockjs-path'
import { callbackOf, jsonpPayload, readSockjsMessages } from '../../grip/sockjs-payload'
import type { EndReason } from '../../trace/events'
import type { ProxyContext } from '../exchange/context'
import type { HttpExchangeScope, SockjsRequest, SockjsTaker } from '../exchange/exchange-scope'
import type { ClientRequest } from '../http/client-request'
import { headerOf, withoutNames } from '../http/headers'
import { type HandshakeFault, handshakeFault } from '../websocket/handshake'
import type { SocketClient } from '../websocket/socket-client'
import { WebSocketExchange } from '../websocket/websocket-exchange'
import { clientScript } from './client-script'
import { FramedClient } from './framed-client'
import { readBodyText } from './read-body-text'
import { SockjsSession } from './session'
import { SessionResponse } from './session-response'

interface Known {
  readonly session: SockjsSession
  readonly exchange: WebSocketExchange
}

const TEXT = 'text/plain'
const FOR_EVER = ['Cache-Control', 'public, max-age=31536000']
/** Of the request that opens a session, these say nothing of the session. */
const OF_REQUEST = new Set(['content-length', 'connection', 'upgrade', 'transfer-encoding'])
const NO_SOCKET: HandshakeFault = { status: 404, why: { code: 'sockjs-unknown' }, headers: ['Content-Type', TEXT] }
const AS_WEBSOCKET = ['Connection', 'Upgrade', 'Upgrade', 'websocket']
/** The answer is known at once, or the request only sends. */
const NOTHING_TO_TELL: SockjsRequest = { kind: 'sockjs', release: () => {}, drained: () => {} }

export class Sockjs implements SockjsTaker {
  readonly #sessionMax: number
  readonly #sessions = new Map<string, Known>()
  readonly #page: SockjsPage

  /** @param scriptUrl of the iframe page; '': our own. @param sessionMax sessions at a time. */
  constructor(scriptUrl: string, sessionMax: number) {
    this.#page = iframePage(scriptUrl || SCRIPT_NAME)
    this.#sessionMax = sessionMax
  }

  /** Takes a request. @param below its path below the route's `sockjs=`. */
  take(exchange: HttpExchangeScope, route: Route, below: string): SockjsRequest {
    const { method } = exchange.forwarded
    const asked = sockjsCallOf(below)
    if (method === 'OPTIONS') return answer(exchange, 204, TEXT, '')
    if (asked.kind === 'receive') return this.#receive(exchange, route, asked)
    if (asked.kind === 'send' && method === 'POST') return this.#send(exchange, route, asked)
    if (method !== 'GET') return notFound(exchange)
    switch (asked.kind) {
      case 'greeting':
        return answer(exchange, 200, `${TEXT}; charset=UTF-8`, GREETING)
      case 'info':
        return answer(exchange, 200, TEXT, sockjsInfo(randomInt(2 ** 32)))
      case 'iframe':
        return answerPage(exchange, this.#page, 'text/html; charset=UTF-8')
      case 'script':
        return answerPage(exchange, clientScript, 'application/javascript; charset=UTF-8')
      default:
        return notFound(exchange)
    }
  }

  /** Takes a WebSocket: with frames of SockJS in it, or without. */
  takeSocket(
    context: ProxyContext,
    request: ClientRequest,
    route: Route,
    below: string,
    client: SocketClient,
  ): WebSocketExchange {
    const { kind } = sockjsCallOf(below)
    const backend = { ...likeness(request), url: backendUrl(request.url ?? '/', route, '/websocket') }
    const framed =
      kind === 'session-websocket'
        ? new FramedClient(client, context.wheel, context.options.webSocketEventsMax)
        : undefined
    const exchange = new WebSocketExchange(context, backend, framed ?? client, route)
    framed?.watch(exchange)
    client.watch(framed ?? exchange)
    const unknown = kind === 'websocket' || framed ? undefined : NO_SOCKET
    exchange.start(unknown ?? handshakeFault(request))
    return exchange
  }

  /** Ends all sessions. */
  close(): void {
    for (const { exchange } of [...this.#sessions.values()]) exchange.stop()
  }

  #receive(exchange: HttpExchangeScope, route: Route, asked: SockjsCall & { kind: 'receive' }): SockjsRequest {
    const { method, url } = exchange.forwarded
    const framing = sockjsFramings[asked.transport]
    if (framing.method !== 'any' && framing.method !== method) return notFound(exchange)
    const callback = framing.needsCallback ? callbackOf(url) : ''
    if (framing.needsCallback && !isCallback(callback)) return answer(exchange, 400, TEXT, 'Bad Request\n')
    exchange.body?.drain()
    const receiver = new SessionResponse(exchange, asked.transport, callback)
    const known = this.#sessions.get(nameOf(route, asked.session))
    if (known) known.session.attach(receiver)
    else if (this.#sessions.size >= this.#sessionMax) {
      const why: Cause = { code: 'sockjs-sessions', max: this.#sessionMax }
      return refuse(exchange, 503, 'Too many sessions\n', 'not-supported', why)
    }
    const session = known?.session ?? this.#open(receiver, route, asked.session)
    return {
      kind: 'sockjs',
      release: () => {
        if (!receiver.done) session.left(receiver)
      },
      drained: () => {
        receiver.drained()
        session.drained(receiver)
      },
    }
  }

  #open(opener: SessionResponse, route: Route, id: string): SockjsSession {
    const { context, request, forwarded: asked } = opener.exchange
    const name = nameOf(route, id)
    const session = new SockjsSession(context.wheel, opener, context.options.webSocketEventsMax, () =>
      this.#sessions.delete(name),
    )
    const rawHeaders = [...withoutNames(asked.headers, OF_REQUEST), ...AS_WEBSOCKET]
    const url = backendUrl(asked.url, route, '')
    const exchange = new WebSocketExchange(context, { ...likeness(request), url, rawHeaders }, session, route)
    session.watch(exchange)
    this.#sessions.set(name, { session, exchange })
    exchange.start()
    return session
  }

  #send(exchange: HttpExchangeScope, route: Route, asked: SockjsCall & { kind: 'send' }): SockjsRequest {
    const known = this.#sessions.get(nameOf(route, asked.session))
    if (!known) return notFound(exchange)
    const { closedWith } = known.session
    if (closedWith !== undefined) return answer(exchange, 200, TEXT, `${closedWith}\n`)
    const type = headerOf(exchange.forwarded.headers, 'content-type')
    readBodyText(exchange, (body) => {
      if (body === undefined) {
        const why: Cause = { code: 'sockjs-body', max: exchange.context.options.sockjsBodyMax }
        refuse(exchange, 400, 'Request too large.\n', 'bad-request', why)
        return
      }
      const messages = readSockjsMessages(asked.transport === 'xhr_send' ? body : jsonpPayload(body, type))
      if (!messages) answer(exchange, 400, TEXT, 'Payload expected\n')
      else if (!known.session.post(messages, () => answer(exchange, 200, TEXT, 'ok')))
        answer(exchange, 400, TEXT, 'Already sending\n')
    })
    return NOTHING_TO_TELL
  }
}

function nameOf(route: Route, id: string): string {
  return `${route.sockjsPath}\n${id}`
}

/** What the backend is asked: the route's own path for it, or the start of the client's. The query stays. */
function backendUrl(url: string, { sockjsPath = '', sockjsAsPath = '' }: Route, rest: string): string {
  const question = url.indexOf('?')
  const query = question < 0 ? '' : url.slice(question)
  return (sockjsAsPath || sockjsPath + rest) + query
}

/** The request of a WebSocket in place of another one: it has no body. */
function likeness({ httpVersion, httpVersionMinor, rawHeaders, socket }: ClientRequest): ClientRequest {
  const nothing = (): void => {}
  return {
    method: 'GET',
    httpVersion,
    httpVersionMinor,
    rawHeaders,
    socket,
    pause: nothing,
    resume: nothing,
    on: nothing,
  }
}

/** @param why is recorded. */
function refuse(exchange: HttpExchangeScope, status: number, body: string, how: EndReason, why: Cause): SockjsRequest {
  const headers = ['Content-Type', TEXT, ...sockjsHeaders(headerOf(exchange.forwarded.headers, 'origin'))]
  if (!exchange.over) exchange.respond(status, '', headers, Buffer.from(body), how, { cause: why })
  return NOTHING_TO_TELL
}

function answer(
  exchange: HttpExchangeScope,
  status: number,
  type: string,
  body: string,
  more: readonly string[] = [],
): SockjsRequest {
  const headers = [...more, ...(type === '' ? [] : ['Content-Type', type])]
  headers.push(...sockjsHeaders(headerOf(exchange.forwarded.headers, 'origin')))
  if (!exchange.over) exchange.respond(status, '', headers, Buffer.from(body), 'complete')
  return NOTHING_TO_TELL
}

function notFound(exchange: HttpExchangeScope): SockjsRequest {
  return answer(exchange, 404, TEXT, 'Not Found\n')
}

function answerPage(exchange: HttpExchangeScope, { body, etag }: SockjsPage, type: string): SockjsRequest {
  if (headerOf(exchange.forwarded.headers, 'if-none-match') === etag)
    return answer(exchange, 304, '', '', ['ETag', etag])
  return answer(exchange, 200, type, body, ['ETag', etag, ...FOR_EVER])
}
