// One WebSocket: its handshake waits for the backend, then messages go both ways until both sides have closed. What its
// machine decides of its life, this does.
import { isUtf8 } from 'node:buffer'
import { randomUUID } from 'node:crypto'
import { STATUS_CODES } from 'node:http'
import type { Cause } from '../../../preload/vocabulary/causes'
import { normalTarget } from '../../grip/request-target'
import type { Route, Target } from '../../grip/route-types'
import { isBodiless, whyNoBody } from '../../grip/status'
import type { WsMessageType } from '../../grip/ws-control'
import { CONTROL_FRAME_MAX } from '../../grip/ws-frames'
import type { RawHeaders, TraceSink } from '../../trace/events'
import { sinkForExchange } from '../channels/silent-sink'
import { requestedUrl } from '../client/forwarded-request'
import type { ProxyContext } from '../exchange/context'
import { limitReached } from '../exchange/limit-reached'
import { requestRules } from '../exchange/request-rules'
import type { ClientRequest } from '../http/client-request'
import { headerOf, type RequestRules, requestHeaders } from '../http/headers'
import { isSecure, isTrusted } from '../routing/request-trust'
import type { BackendMessages } from './backend-messages'
import { type BackendOwner, backendOf } from './backend-of'
import type { BackendSide } from './backend-side'
import type { ClientListener, ClientSide } from './client-side'
import { GripSession, type SessionOwner } from './grip-session'
import type { HandshakeFault } from './handshake'
import { rejectingHeaders } from './handshake-headers'
import { recordHandshake, recordOpened, recordRejected } from './handshake-record'
import { MessageGate, type MessageGateOwner, type MessageSide } from './message-gate'
import { MessageCount, MessageRecord } from './message-record'
import { openingOf } from './opening'
import { rejectionOf } from './rejection'
import { doToSides, type Sides } from './sides'
import { ToClient } from './to-client'
import type { WebSocketCommand } from './websocket-commands'
import { WebSocketMachine, type WebSocketWorld } from './websocket-machine'

const NO_DATA = Buffer.alloc(0)
const OVER_WEBSOCKET = { webSocket: true } as const

export class WebSocketExchange implements BackendOwner, ClientListener, SessionOwner, WebSocketWorld, MessageGateOwner {
  readonly id: number
  readonly connectionId = randomUUID()
  readonly context: ProxyContext
  readonly sink: TraceSink
  readonly route: Route | undefined
  readonly #request: ClientRequest
  readonly #client: ClientSide
  readonly #toClient: ToClient
  readonly #count = new MessageCount()
  readonly #said: Sides['said']
  readonly #machine = new WebSocketMachine(this)
  #target: Target | undefined
  #backend: BackendSide | undefined
  #session: GripSession | undefined
  /** Once somebody stood at the gate while something was said. */
  #gate: MessageGate | undefined
  /** Its backend speaks GRIP: which of its messages go to the client. */
  #messages: BackendMessages | undefined
  /** Signed by another GRIP proxy, which acts on the control messages. */
  #trusted = false
  readonly #secure: boolean

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
    const { sink, id } = this
    this.#said = {
      client: new MessageRecord(sink, id, 'client', this.#count),
      backend: new MessageRecord(sink, id, 'backend', this.#count),
      proxy: new MessageRecord(sink, id, 'proxy', this.#count),
    }
  }

  get target(): Target | undefined {
    return this.#target
  }

  get url(): URL {
    return requestedUrl(this.#request.url ?? '/', this.#request.rawHeaders, this.#secure, this.route?.asHost)
  }

  get targets(): readonly Target[] | undefined {
    return this.route?.targets
  }

  get debug(): boolean {
    return this.context.options.debug || (this.route?.debug ?? false)
  }

  get rules(): RequestRules {
    return requestRules(this, this.#request, this.#trusted, this.#secure, OVER_WEBSOCKET)
  }

  get channelPrefix(): string {
    return this.route?.prefix ?? ''
  }

  /** @param fault why it can't be: the request is refused. */
  start(fault?: HandshakeFault): void {
    const { rawHeaders, url = '/' } = this.#request
    recordHandshake(this.sink, this.id, this.#request, this.#secure)
    this.#trusted = isTrusted(rawHeaders, this.context.options)
    const host = headerOf(rawHeaders, 'host')
    this.#machine.start(this.context.stopping, fault, { host, url })
    this.#run()
  }

  stop(): void {
    this.#machine.stop()
    this.#run()
  }

  // ---- the backend -------------------------------------------------------------------------------------------------

  headersFor(route: Route): string[] {
    return requestHeaders(this.#request.rawHeaders, route, this.rules)
  }

  backendAccepts(headers: RawHeaders): void {
    this.#machine.backendAccepts(headers)
    this.#run()
  }

  backendRejects(status: number, reason: string, headers: RawHeaders, body: Buffer): void {
    const max = this.context.options.webSocketRejectionMax
    const terms = { max, trusted: this.#trusted, acceptStatus: this.#client.acceptStatus }
    this.#machine.backendRejects(rejectionOf({ status, reason, headers, body }, terms))
    this.#run()
  }

  backendUnreachable(why: Cause): void {
    this.#machine.backendUnreachable(why)
    this.#run()
  }

  backendFailed(why: Cause): void {
    this.#machine.backendFailed(why)
    this.#run()
  }

  backendDisconnects(why: Cause): void {
    if (this.#gate?.after('backend', () => this.backendDisconnects(why))) return
    this.#machine.backendDisconnects(why)
    this.#run()
  }

  backendErred(what: Cause): void {
    this.#machine.backendErred(what)
  }

  backendSays(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    if (this.#machine.at === 'over' || this.#stops('backend', kind, data, first, last)) return
    this.#backendSaid(kind, data, first, last)
  }

  #backendSaid(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    const messages = this.#messages
    if (kind === 'ping' || kind === 'pong') this.#pass(kind, data, true, true, 0)
    else if (!messages) this.#pass(kind, data, first, last, 0)
    else if (messages.isControl(kind, data, first)) {
      const control = messages.controlIn(data, last)
      if (control) this.#said.backend.whole('control', control, this.#session?.control(control) === undefined)
      else this.#said.backend.part('text', data, last, false)
    } else {
      const cut = messages.cut(data, first)
      if (cut >= 0) this.#pass(kind, data, first, last, cut)
      else this.#said.backend.part(kind, data, last, false)
    }
  }

  /** @param cut bytes of the prefix, which is not for the client. */
  #pass(kind: WsMessageType, data: Buffer, first: boolean, last: boolean, cut: number): void {
    const control = kind === 'ping' || kind === 'pong'
    const passes = this.#machine.hears && !(control && data.length > CONTROL_FRAME_MAX)
    this.#said.backend.part(kind, data, last, passes)
    if (!passes) return
    if (kind === 'text' && first && last && !isUtf8(data)) this.noteBadText({ code: 'text-not-utf8' })
    this.#toClient.pass(kind, data.subarray(cut), first, last)
    this.#session?.noteActivity()
    if (this.#toClient.full) this.#backend?.pause()
  }

  backendCloses(code: number | undefined, reason: string): void {
    if (this.#gate?.after('backend', () => this.backendCloses(code, reason))) return
    this.#machine.backendCloses(code, reason)
    this.#run()
  }

  backendDrained(): void {
    if (this.#machine.at === 'open') this.#client.resume()
  }

  // ---- the client --------------------------------------------------------------------------------------------------

  clientSays(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    if (this.#machine.at !== 'open' || this.#stops('client', kind, data, first, last)) return
    this.#clientSaid(kind, data, first, last)
  }

  #clientSaid(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    if (this.#machine.at !== 'open') return
    this.#said.client.part(kind, data, last, !this.#machine.detached)
    if (this.#backend?.send(kind, data, first, last) === false) this.#client.pause()
  }

  clientCloses(code: number | undefined, reason: string): void {
    if (this.#gate?.after('client', () => this.clientCloses(code, reason))) return
    this.#machine.clientCloses(code, reason)
    this.#run()
  }

  clientGone(): void {
    if (this.#gate?.after('client', () => this.clientGone())) return
    this.#machine.clientGone()
    this.#run()
  }

  clientBroke(code: number, fault: Cause): void {
    this.#machine.clientBroke(code, fault)
    this.#run()
  }

  clientDrained(): void {
    if (!this.#toClient.full) this.#backend?.resume()
  }

  // ---- the gate ----------------------------------------------------------------------------------------------------

  /** True: a message, or a part of one, waits at the gate. */
  #stops(from: MessageSide, kind: WsMessageType, data: Buffer, first: boolean, last: boolean): boolean {
    if (!this.context.gate.guarded && this.#gate === undefined) return false
    this.#gate ??= new MessageGate(this.context.gate, this)
    return this.#gate.says(from, kind, data, first, last)
  }

  passMessage(from: MessageSide, kind: 'text' | 'binary', data: Buffer): void {
    if (from === 'client') this.#clientSaid(kind, data, true, true)
    else if (this.#machine.at !== 'over') this.#backendSaid(kind, data, true, true)
  }

  answerMessage(to: MessageSide, kind: 'text' | 'binary', data: Buffer): void {
    if (to === 'client') this.sendDelayed(kind, data)
    else if (this.#machine.at === 'open') this.#backend?.send(kind, data, true, true)
  }

  dropMessage(from: MessageSide, kind: 'text' | 'binary', data: Buffer): void {
    this.#said[from].whole(kind, data, false)
  }

  hear(from: MessageSide, on: boolean): void {
    const side = from === 'client' ? this.#client : this.#backend
    if (on) side?.resume()
    else side?.pause()
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
    return this.#machine.hears && this.#toClient.overflows(bytes)
  }

  cutOff(): void {
    this.#machine.clientSlow(this.#toClient.tooSlow)
    this.#run()
  }

  /** False: too much waits for the client. */
  #sendOwn(kind: WsMessageType, data: Buffer): boolean {
    if (!this.#machine.hears) return true
    const fits = this.#toClient.send(kind, data)
    this.#session?.noteActivity()
    return fits
  }

  numberPublished(): number {
    return this.#count.addPublished()
  }

  noteBadText(what: Cause): void {
    this.#machine.noteBadText(what)
  }

  sendDelayed(kind: WsMessageType, data: Buffer): void {
    if (this.#machine.hears) this.#said.proxy.whole(kind, data)
    this.sendToClient(kind, data)
  }

  closeByPublish(code: number | undefined, reason: string): void {
    this.#machine.closeByPublish(code, reason)
    this.#run()
  }

  closeWithError(why: Cause): void {
    this.#machine.closeWithError(why)
    this.#run()
  }

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
    this.#machine.detach()
    this.#run()
  }

  // ---- what the machine wants done ---------------------------------------------------------------------------------

  #run(): void {
    for (let command = this.#machine.nextCommand(); command; command = this.#machine.nextCommand()) this.#do(command)
  }

  #do(command: WebSocketCommand): void {
    switch (command.do) {
      case 'ask':
        this.#ask(command.target, command.why)
        break
      case 'accept':
        this.#accept(command.headers)
        break
      case 'reject':
        this.#reject(command)
        break
      case 'tell-limit':
        limitReached(this.sink, this.id, command.limit, command.cause)
        break
      case 'end':
        this.#end(command)
        break
      default:
        doToSides(command, { said: this.#said, client: this.#client, backend: this.#backend, session: this.#session })
    }
  }

  #ask(target: Target, why: 'request' | 'failover'): void {
    const { route } = this
    if (!route) return
    this.#target = target
    const path = this.context.routes.rewritePath(route, normalTarget(this.#request.url ?? '/'))
    this.#backend = backendOf(this, route, target, path, why)
    this.#backend.open()
  }

  #accept(answer: RawHeaders): void {
    const { protocol, headers, messages } = openingOf(answer, this.route?.noGrip ?? false, this.#trusted)
    this.#messages = messages
    this.#said.backend.whole('open', NO_DATA)
    const { acceptStatus: status, ownHeaders } = this.#client
    const chosen = protocol === undefined ? [] : ['Sec-WebSocket-Protocol', protocol]
    const shown = [...ownHeaders, ...chosen, ...headers]
    recordOpened(this.sink, this.id, { status, headers: shown, messagePrefix: messages?.prefix })
    this.context.channels.sockets.set(this.connectionId, this)
    const subs = this.#target?.subs ?? []
    if (messages || subs.length > 0) this.#session = new GripSession(this, subs)
    this.#client.accept({ protocol, headers, messageMax: this.#backend?.messageMax ?? 0 })
  }

  #reject(answer: WebSocketCommand & { readonly do: 'reject' }): void {
    const { status, reason = STATUS_CODES[status] ?? '' } = answer
    const body = whyNoBody(status, '') === undefined ? answer.body : NO_DATA
    const headers = rejectingHeaders(answer.headers, isBodiless(status) ? undefined : body.length)
    recordRejected(this.sink, this.id, { status, reason, headers, body })
    this.#toClient.size += body.length
    this.#client.reject(status, reason, headers, body)
  }

  #end({ end, stops }: WebSocketCommand & { readonly do: 'end' }): void {
    this.context.channels.sockets.delete(this.connectionId)
    this.#session?.release()
    this.#gate?.end()
    if (stops) this.#backend?.stop()
    this.sink.emit({ type: 'ended', t: this.sink.now(), x: this.id, responseSize: this.#toClient.size, ...end })
  }
}
