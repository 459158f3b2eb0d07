// One WebSocket's life: its handshake waits for the backend, then messages go both ways until both sides have closed.
import { isUtf8 } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import { plainBody } from '../../grip/content-coding'
import { type Why, whyFields, whyWords } from '../../grip/end-words'
import { hasPrefix, parseGripExtension } from '../../grip/grip-extension'
import { normalTarget } from '../../grip/request-target'
import type { Route, Target } from '../../grip/route-types'
import { isBodiless, whyNoBody } from '../../grip/status'
import type { WsMessageType } from '../../grip/ws-control'
import { CONTROL_FRAME_MAX, closeFault, cutReason } from '../../grip/ws-frames'
import type { ClosedBy, EndReason, RawHeaders, TraceSink } from '../../trace/events'
import { sinkForExchange } from '../channels/silent-sink'
import { requestedUrl } from '../client/forwarded-request'
import type { ProxyContext } from '../exchange/context'
import { limitReached } from '../exchange/limit-reached'
import type { ClientRequest } from '../http/client-request'
import { headerOf, type RequestRules, requestHeaders, responseHeaders } from '../http/headers'
import { isSecure, isTrusted } from '../routing/request-trust'
import { type BackendOwner, backendOf } from './backend-of'
import type { BackendSide } from './backend-side'
import type { ClientListener, ClientSide } from './client-side'
import { GripSession, type SessionOwner } from './grip-session'
import type { HandshakeFault } from './handshake'
import { acceptingHeaders, rejectingHeaders } from './handshake-headers'
import { MessageCount, MessageRecord } from './message-record'
import { ToClient } from './to-client'

type Phase =
  | 'opening' // the backend was asked
  | 'open'
  | 'client-closing' // the client closed, the backend is to answer
  | 'backend-closing' // the backend closed, the client is to answer
  | 'over'

/** Bytes of a control message, its prefix included. */
const CONTROL_MAX = 16_384
const CONTROL_PREFIX = Buffer.from('c:')
const NO_DATA = Buffer.alloc(0)
/** Close code of an end point that goes away (RFC 6455, 7.4.1). */
const GOING_AWAY = 1001
/** Close code for text that is not valid UTF-8. */
const NOT_UTF8 = 1007
/** Codes of a close with which nothing is wrong: done, and going away. */
const NORMAL = new Set([1000, GOING_AWAY])
/** From here on, codes mean what an application says. */
const OWN_CODES = 3000
const STOPPED = 'Service Unavailable: the proxy was stopped.'

export class WebSocketExchange implements BackendOwner, ClientListener, SessionOwner {
  readonly id: number
  readonly connectionId = randomUUID()
  readonly context: ProxyContext
  readonly sink: TraceSink
  readonly route: Route | undefined
  readonly #request: ClientRequest
  readonly #client: ClientSide
  readonly #toClient: ToClient
  readonly #count = new MessageCount()
  readonly #fromClient: MessageRecord
  readonly #fromBackend: MessageRecord
  /** Of messages that are neither the backend's nor a publish's. */
  readonly #own: MessageRecord
  #phase: Phase = 'opening'
  #nextTarget = 0
  #target: Target | undefined
  #backend: BackendSide | undefined
  #session: GripSession | undefined
  #prefix: Buffer | undefined
  /** The message of the backend that is under way goes on to the client. */
  #passing = true
  #detached = false
  /** The client has closed it, and says that all is well. */
  #closedWell = false
  /** Who closed it first, and with which code. */
  #closed: { readonly by: ClosedBy; readonly code?: number } | undefined
  /** Signed by another GRIP proxy, which acts on the control messages. */
  #trusted = false
  readonly #secure: boolean
  /** Text that went to the client and is not valid UTF-8. */
  #badText: string | undefined
  /** What was odd and did not end it. */
  #noted: string | undefined

  /** @param route that the request takes, if there is one. */
  constructor(context: ProxyContext, request: ClientRequest, client: ClientSide, route: Route | undefined) {
    this.context = context
    this.id = context.nextExchange()
    this.sink = sinkForExchange(context.sink)
    this.#request = request
    this.route = route
    this.#client = client
    this.#secure = isSecure(request, context.options)
    this.#toClient = new ToClient(client, context.options.clientBufferMax)
    this.#fromClient = new MessageRecord(this.sink, this.id, 'client', this.#count)
    this.#fromBackend = new MessageRecord(this.sink, this.id, 'backend', this.#count)
    this.#own = new MessageRecord(this.sink, this.id, 'proxy', this.#count)
  }

  /** The target that was asked last. */
  get target(): Target | undefined {
    return this.#target
  }

  get url(): URL {
    return requestedUrl(this.#request.url ?? '/', this.#request.rawHeaders, this.#secure, this.route?.asHost)
  }

  /** The client may be told something: also after its close, until the backend has answered that. */
  get #hears(): boolean {
    return this.#phase === 'open' || this.#phase === 'client-closing'
  }

  /** What headers of a request to the backend depend on. */
  get rules(): RequestRules {
    const { context } = this
    const route = this.route
    const host = this.#target?.hostHeader ?? route?.asHost
    return {
      options: context.options,
      signature: !route || route.noGrip ? '' : context.signerOf(route).token(Date.now()),
      trusted: this.#trusted,
      ...(host !== undefined && { host }),
      secure: this.#secure,
      webSocket: true,
      peer: this.#request.socket.remoteAddress ?? '',
    }
  }

  get channelPrefix(): string {
    return this.route?.prefix ?? ''
  }

  /** @param fault why it can't be: the request is refused. */
  start(fault?: HandshakeFault): void {
    const { rawHeaders, socket, method = 'GET', url = '/', httpVersion } = this.#request
    const client = `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`
    const { sink } = this
    const t = sink.now()
    const secure = this.#secure
    sink.emit({ type: 'request', t, x: this.id, method, url, httpVersion, headers: rawHeaders, client, secure })
    this.#trusted = isTrusted(rawHeaders, this.context.options)
    if (this.context.stopping) this.#rejectWith(503, 'stopped', STOPPED)
    else if (fault) this.#rejectWith(fault.status, 'bad-request', fault.message, fault.headers)
    else if (this.route) this.#tryNextTarget()
    else this.#rejectWith(502, 'no-route', { code: 'no-route', host: headerOf(rawHeaders, 'host'), url })
  }

  /** How it has ended where the client ends it: a proper close is no more than that. */
  get #leftBy(): EndReason {
    return this.#closedWell ? 'closed' : 'client-left'
  }

  /** The proxy stops. The client is told to go away. */
  stop(): void {
    if (this.#phase === 'over') return
    if (this.#phase === 'opening') {
      this.#rejectWith(503, 'stopped', STOPPED)
      return
    }
    this.#own.close(GOING_AWAY, '')
    this.#noteClose('proxy', GOING_AWAY)
    // First, for a client may answer at once.
    this.#ended('stopped')
    this.#client.close(GOING_AWAY, '')
  }

  // ---- the backend -------------------------------------------------------------------------------------------------

  /** @param why the one before could not be reached */
  #tryNextTarget(why = ''): void {
    const route = this.route
    const target = route?.targets[this.#nextTarget]
    if (!route || !target) {
      const tried = route?.targets.map((t) => t.text).join(', ') ?? ''
      this.#rejectWith(502, 'backend-failed', `Unable to connect to any targets. Tried: ${tried}${why}`)
      return
    }
    const reason = this.#nextTarget++ === 0 ? 'request' : 'failover'
    this.#target = target
    const path = this.context.routes.rewritePath(route, normalTarget(this.#request.url ?? '/'))
    this.#backend = backendOf(this, route, target, path, reason)
    this.#backend.open()
  }

  headersFor(route: Route): string[] {
    return requestHeaders(this.#request.rawHeaders, route, this.rules)
  }

  backendAccepts(answer: RawHeaders): void {
    const { sink } = this
    const grip = this.route?.noGrip ? undefined : parseGripExtension(answer)
    const headers = acceptingHeaders(responseHeaders(answer, this.#trusted))
    // The proxy that asked acts on the control messages: it must know that there will be some.
    if (grip && this.#trusted) headers.push('Sec-WebSocket-Extensions', headerOf(answer, 'sec-websocket-extensions'))
    else if (grip) this.#prefix = Buffer.from(grip.messagePrefix)
    const protocol = headerOf(answer, 'sec-websocket-protocol') || undefined
    this.#fromBackend.whole('open', NO_DATA)
    const chosen = protocol === undefined ? [] : ['Sec-WebSocket-Protocol', protocol]
    const shown = [...this.#client.ownHeaders, ...chosen, ...headers]
    const status = this.#client.acceptStatus
    const reason = STATUS_CODES[status] ?? ''
    const t = sink.now()
    sink.emit({
      type: 'response',
      t,
      x: this.id,
      status,
      reason,
      headers: shown,
      body: 'own',
      opens: true,
      ...(this.#prefix && { messagePrefix: grip?.messagePrefix ?? '' }),
    })
    this.#phase = 'open'
    this.context.channels.sockets.set(this.connectionId, this)
    const subs = this.#target?.subs ?? []
    if (this.#prefix !== undefined || subs.length > 0) this.#session = new GripSession(this, subs)
    this.#client.accept({ protocol, headers, messageMax: this.#backend?.messageMax ?? 0 })
  }

  backendRejects(status: number, reason: string, headers: RawHeaders, body: Buffer): void {
    const { webSocketRejectionMax: max } = this.context.options
    if (body.length > max)
      limitReached(this.sink, this.id, 'webSocketRejectionMax', `of the rejection's body only ${max} bytes go on`)
    const plain = plainBody(responseHeaders(headers, this.#trusted), body.subarray(0, max), max)
    const out = plain.headers
    const kept = plain.body
    const success = status >= 200 && status < 300
    if (success && this.#client.acceptStatus === 200) {
      const why = `the backend answered ${status} ${reason}`.trimEnd()
      const message = `${why}: sent as 502, for by HTTP/2 a success opens the WebSocket`
      this.#reject(502, STATUS_CODES[502] ?? '', out, kept, 'backend-failed', message)
    } else if (status < 500) this.#reject(status, reason, out, kept, 'complete')
    else this.#reject(status, reason, out, kept, 'backend-failed', `the backend answered ${status} ${reason}`.trimEnd())
  }

  backendUnreachable(message: string): void {
    if (this.#phase === 'opening') this.#tryNextTarget(`; ${message}`)
  }

  backendFailed(why: Why): void {
    switch (this.#phase) {
      case 'opening':
        this.#rejectWith(502, 'backend-failed', why)
        break
      case 'client-closing':
        // Nobody answers the client's close: it sees the connection break, as behind Pushpin.
        this.#client.drop()
        this.#ended(this.#leftBy, why)
        break
      case 'open':
      case 'backend-closing':
        this.#closeByProxy(1011, this.debug ? cutReason(whyWords(why)) : '')
        this.#ended('backend-failed', why)
        break
      case 'over':
        break
    }
  }

  backendDisconnects(why: Why): void {
    this.#noteClose('backend', undefined)
    this.#client.drop()
    this.#ended(this.#phase === 'client-closing' ? this.#leftBy : 'closed', why)
  }

  backendErred(message: string): void {
    this.#noted ??= message
  }

  backendSays(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    if (this.#phase === 'over') return
    if (kind === 'ping' || kind === 'pong') {
      this.#pass(kind, data, true, true, 0)
      return
    }
    const prefix = this.#prefix
    if (prefix === undefined) {
      this.#pass(kind, data, first, last, 0)
    } else if (first && kind === 'text' && hasPrefix(data, CONTROL_PREFIX)) {
      this.#control(data, last)
    } else {
      if (first) this.#passing = hasPrefix(data, prefix)
      if (this.#passing) this.#pass(kind, data, first, last, first ? prefix.length : 0)
      else this.#fromBackend.part(kind, data, last, false)
    }
  }

  /** As behind Pushpin, a control message in more than one frame, or longer than its frames, is of no use. */
  #control(data: Buffer, last: boolean): void {
    this.#passing = false
    if (!last || data.length > CONTROL_MAX) {
      this.#fromBackend.part('text', data, last, false)
      return
    }
    const problem = this.#session?.control(data.subarray(CONTROL_PREFIX.length))
    this.#fromBackend.whole('control', data.subarray(CONTROL_PREFIX.length), problem === undefined)
  }

  /** @param cut bytes of the prefix, which is not for the client. */
  #pass(kind: WsMessageType, data: Buffer, first: boolean, last: boolean, cut: number): void {
    const control = kind === 'ping' || kind === 'pong'
    const passes = this.#hears && !(control && data.length > CONTROL_FRAME_MAX)
    this.#fromBackend.part(kind, data, last, passes)
    if (!passes) return
    if (kind === 'text' && first && last && !isUtf8(data)) this.noteBadText('a text message of the backend')
    this.#toClient.pass(kind, data.subarray(cut), first, last)
    this.#session?.noteActivity()
    if (this.#toClient.full) this.#backend?.pause()
  }

  backendCloses(code: number | undefined, reason: string): void {
    if (this.#phase === 'over') return
    this.#fromBackend.close(code, reason)
    this.#noteClose('backend', code)
    const answers = this.#phase === 'client-closing'
    if (!answers) {
      // First, for the client may answer at once.
      this.#phase = 'backend-closing'
      this.#session?.release()
    }
    this.#closeClient(code, reason)
    if (answers) this.#ended(this.#leftBy, undefined, true)
  }

  backendDrained(): void {
    if (this.#phase === 'open') this.#client.resume()
  }

  // ---- the client --------------------------------------------------------------------------------------------------

  clientSays(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    if (this.#phase !== 'open') return
    this.#fromClient.part(kind, data, last, !this.#detached)
    if (this.#backend?.send(kind, data, first, last) === false) this.#client.pause()
  }

  clientCloses(code: number | undefined, reason: string): void {
    if (this.#phase === 'over') return
    this.#fromClient.close(code, reason, !this.#detached)
    this.#noteClose('client', code)
    if (code === NOT_UTF8 && this.#badText !== undefined) this.#noted ??= `${this.#badText} is not valid UTF-8 (1007)`
    this.#closedWell = code === undefined || NORMAL.has(code) || code >= OWN_CODES
    if (this.#detached) {
      this.#client.close(undefined, '')
      this.#ended(this.#leftBy, undefined, true)
    } else if (this.#phase === 'backend-closing') {
      this.#backend?.close(code, reason)
      this.#ended('closed', undefined, true)
    } else {
      this.#phase = 'client-closing'
      this.#backend?.close(code, reason)
    }
  }

  clientGone(): void {
    if (this.#phase === 'over') return
    const closing = this.#phase === 'backend-closing'
    this.#fromClient.whole('disconnect', NO_DATA, !this.#detached)
    this.#backend?.disconnect()
    if (closing) this.#ended('closed', undefined, true)
    else this.#ended(this.#leftBy, undefined, true)
  }

  clientBroke(code: number, message: string): void {
    if (this.#phase === 'over') return
    this.#backend?.disconnect()
    this.#noteClose('proxy', code)
    this.#ended('bad-request', { code: 'client-protocol', fault: message, close: code }, true)
  }

  clientDrained(): void {
    if (!this.#toClient.full) this.#backend?.resume()
  }

  // ---- the session -------------------------------------------------------------------------------------------------

  sendToClient(kind: WsMessageType, data: Buffer): boolean {
    if (this.#sendOwn(kind, data)) return true
    this.cutOff()
    return false
  }

  sendPublished(kind: WsMessageType, data: Buffer): void {
    this.#sendOwn(kind, data)
  }

  overflows(bytes: number): boolean {
    return this.#hears && this.#toClient.overflows(bytes)
  }

  cutOff(): void {
    this.#client.drop()
    this.#backend?.disconnect()
    this.#ended('client-slow', this.#toClient.tooSlow, true)
  }

  /** False: too much waits for the client. */
  #sendOwn(kind: WsMessageType, data: Buffer): boolean {
    if (!this.#hears) return true
    const fits = this.#toClient.send(kind, data)
    this.#session?.noteActivity()
    return fits
  }

  numberPublished(): number {
    return this.#count.addPublished()
  }

  noteBadText(what: string): void {
    this.#badText = what
  }

  sendDelayed(kind: WsMessageType, data: Buffer): void {
    if (this.#hears) this.#own.whole(kind, data)
    this.sendToClient(kind, data)
  }

  closeByPublish(code: number | undefined, reason: string): void {
    this.#noteClose('publish', code)
    // Without a code there is no place for a reason.
    this.#closeBySession(code, code === undefined ? '' : reason, 'closed')
  }

  closeWithError(message: string): void {
    this.#closeBySession(1011, this.debug ? cutReason(message) : '', 'closed', message)
  }

  /** A command asks for it. */
  refresh(): void {
    this.askBackend()
  }

  get canAskBackend(): boolean {
    return this.#backend?.canRefresh ?? false
  }

  askBackend(): void {
    this.#backend?.refresh()
  }

  detachBackend(): void {
    if (this.#detached) return
    this.#detached = true
    this.#backend?.detach()
  }

  #closeBySession(code: number | undefined, reason: string, how: EndReason, message?: string): void {
    if (this.#phase !== 'open') return
    if (!this.#detached) this.#backend?.close(undefined, '')
    this.#closeByProxy(code, reason)
    this.#ended(how, message, true)
  }

  // ---- the end -----------------------------------------------------------------------------------------------------

  /** Errors are told to the client. */
  get debug(): boolean {
    return this.context.options.debug || (this.route?.debug ?? false)
  }

  #closeByProxy(code: number | undefined, reason: string): void {
    this.#own.close(code, reason)
    this.#noteClose('proxy', code)
    this.#closeClient(code, reason)
  }

  /** The first one counts: a close that answers another one says the same. */
  #noteClose(by: ClosedBy, code: number | undefined): void {
    this.#closed ??= { by, ...(code !== undefined && { code }) }
  }

  #closeClient(code: number | undefined, reason: string): void {
    if (code !== undefined) this.#noted ??= closeFault(code, reason)
    this.#client.close(code, reason)
  }

  /** Answers the handshake with an error page. It says why only where it may: the trace always knows. */
  #rejectWith(status: number, how: EndReason, why: Why, headers: RawHeaders = []): void {
    const text = this.debug || status < 500 || how === 'stopped' ? whyWords(why) : 'Error while proxying to origin.'
    this.#reject(status, STATUS_CODES[status] ?? '', headers, Buffer.from(`${text}\n`), how, why)
  }

  /** Answers the handshake with something else than a WebSocket. */
  #reject(status: number, reason: string, answer: RawHeaders, given: Buffer, how: EndReason, why?: Why): void {
    if (this.#phase !== 'opening') return
    const body = whyNoBody(status, '') === undefined ? given : NO_DATA
    const headers = rejectingHeaders(answer, isBodiless(status) ? undefined : body.length)
    const { sink } = this
    sink.emit({ type: 'response', t: sink.now(), x: this.id, status, reason, headers, body: 'own' })
    if (body.length > 0)
      sink.emit({ type: 'response-data', t: sink.now(), x: this.id, data: sink.keep(body, sink.bodyLimit) })
    this.#toClient.size += body.length
    this.#client.reject(status, reason, headers, body)
    this.#ended(how, why)
  }

  /** @param backendKnows the backend's side has been told and ends by itself. */
  #ended(how: EndReason, why?: Why, backendKnows = false): void {
    if (this.#phase === 'over') return
    this.#phase = 'over'
    this.context.channels.sockets.delete(this.connectionId)
    this.#session?.release()
    if (!backendKnows) this.#backend?.stop()
    const { sink } = this
    const responseSize = this.#toClient.size
    // What was odd before comes after the reason, whether that has words or a code.
    const said = whyFields(why)
    const message = [said.message, this.#noted].filter((text) => text !== undefined).join('; ')
    const told = { ...said, ...(message !== '' && { message }) }
    sink.emit({ type: 'ended', t: sink.now(), x: this.id, how, responseSize, ...told, ...this.#closed })
  }
}
