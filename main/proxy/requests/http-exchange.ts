// One exchange's life: the request comes in, a backend is asked, its answer passes through or is held. Holds
// (response-hold, stream-hold) take over where the backend instructs one; the reply is what the client gets. What its
// machine decides, this does.
import { STATUS_CODES } from 'node:http'
import type { Cause } from '../../../preload/vocabulary/causes'
import { causeWords } from '../../grip/cause-words'
import type { Route, Target } from '../../grip/route-types'
import { belowSockjs } from '../../grip/sockjs-path'
import type { EndedEvent, EndReason, PublishId, SentReason, TraceSink } from '../../trace/events'
import type { Making } from '../../trace/events/terms'
import { sinkForExchange } from '../channels/silent-sink'
import { applyCors } from '../client/cross-origin'
import { type ForwardedRequest, originForm, requestedUrl } from '../client/forwarded-request'
import { Reply } from '../client/reply'
import type { RequestBody } from '../client/request-body'
import type { RequestFault } from '../client/request-fault'
import type { ProxyContext } from '../exchange/context'
import type { HttpExchangeScope, SockjsTaker } from '../exchange/exchange-scope'
import type { LiveExchange } from '../exchange/live-exchanges'
import { recordedBody, recordRequest } from '../exchange/request-record'
import { requestRules } from '../exchange/request-rules'
import { tellGone } from '../holds/gone-link'
import type { ClientRequest } from '../http/client-request'
import type { ClientResponse, ResponseOwner } from '../http/client-response'
import { hasBody, headerOf, type RequestRules } from '../http/headers'
import { isSecure, isTrusted, sendsEvents } from '../routing/request-trust'
import { routeOf } from '../routing/route-of'
import { AnsweredExchange } from './answered-exchange'
import { stopRequest } from './exchange-gate'
import { TargetFailover } from './target-failover'

const SHORT_ERROR = 'Error while proxying to origin.'

export class HttpExchange extends AnsweredExchange implements HttpExchangeScope, LiveExchange, ResponseOwner {
  readonly id: number
  readonly context: ProxyContext
  readonly request: ClientRequest
  readonly reply: Reply
  readonly sink: TraceSink
  readonly #response: ClientResponse
  readonly #sockjs: SockjsTaker
  readonly #asking: TargetFailover
  forwarded: ForwardedRequest
  route: Route | undefined
  body: RequestBody | undefined
  /** What the client is known to have, where the backend is asked again. */
  #known: { readonly lastIds: ReadonlyMap<string, string> } | undefined
  /** Signed by another GRIP proxy, which acts on the instructs. */
  protected trusted = false
  /** The client came by TLS. */
  readonly #secure: boolean
  /** Its index among the live exchanges. */
  place = 0

  constructor(context: ProxyContext, sockjs: SockjsTaker, request: ClientRequest, response: ClientResponse) {
    super()
    this.context = context
    this.#sockjs = sockjs
    this.id = context.nextExchange()
    this.request = request
    this.sink = sinkForExchange(context.sink)
    this.forwarded = originForm(request)
    this.#secure = isSecure(request, context.options)
    this.reply = new Reply(response, this.sink, this.id, request.method ?? 'GET')
    this.#response = response
    this.#asking = new TargetFailover(this, this)
    response.giveTo(this)
    context.exchanges.add(this)
  }

  get target(): Target | undefined {
    return this.#asking.target
  }

  get chunked(): boolean {
    return this.request.httpVersionMinor > 0
  }

  get url(): URL {
    return requestedUrl(this.forwarded.url, this.forwarded.headers, this.#secure, this.route?.asHost)
  }

  get rules(): RequestRules {
    return requestRules(this, this.request, this.trusted, this.#secure, this.#known)
  }

  /** Error answers say why. */
  get debug(): boolean {
    return this.context.options.debug || (this.route?.debug ?? false)
  }

  /** @param fault why the request is not taken. */
  start(fault?: RequestFault): void {
    const { request, sink, context } = this
    const { url, headers } = this.forwarded
    const secure = this.#secure
    recordRequest(sink, this.id, request, this.forwarded, secure, context.replaySecret)
    if (request.bodyFollows ?? hasBody(headers))
      this.body = recordedBody(sink, this.id, request, context.options.requestBodyMax)
    if (context.stopping) {
      this.#response.closeAfter()
      this.cutShort()
      return
    }
    if (fault) {
      this.respondError(fault.status, fault.how, fault.why, true)
      return
    }
    this.trusted = isTrusted(headers, context.options)
    const route = routeOf(context, url, headers, 'http', secure)
    if (!route) {
      this.respondError(502, 'no-route', { code: 'no-route', host: headerOf(headers, 'host'), url })
      return
    }
    this.route = route
    if (route.sockjsPath && this.#viaSockjs(route, url, route.sockjsPath)) return
    if (route.targets[0]?.overHttp && !this.trusted && sendsEvents(headers)) {
      this.respondError(403, 'bad-request', { code: 'events-from-client' })
      return
    }
    if ((route.autoCrossOrigin || context.options.autoCrossOrigin) && !this.#applyCors(route)) return
    this.asks()
    // A length is told to the backend where it can be known, as Pushpin does: it reads ahead.
    if (this.body && headerOf(this.forwarded.headers, 'content-length') === '') {
      this.body.gather(context.wheel, () => {
        if (this.at === 'asking') this.#begin()
      })
      return
    }
    this.#begin()
  }

  /** Asks the backend, unless the request is stopped at the gate. */
  #begin(): void {
    if (this.context.gate.guarded) {
      this.paused = stopRequest(this, (request) => this.#letGo(request))
      this.paused?.shown()
      if (this.paused) return
    }
    this.#asking.begin('request', false)
  }

  #letGo(request: ForwardedRequest): void {
    this.paused = undefined
    if (request.body && request.body !== this.forwarded.body) {
      this.body?.drain()
      this.body = undefined
    }
    this.forwarded = request
    this.#asking.begin('request', false)
  }

  /**
   * Asks the backend the client's request again, with what the client is known to have (reference §6). A hold's
   * subscriptions must have been given up before.
   */
  requestAgain(why: SentReason, lastIds: ReadonlyMap<string, string>): void {
    if (!this.asks()) return
    // What the client was known to have before still counts, as in Pushpin.
    this.#known = { lastIds: this.#known ? new Map([...this.#known.lastIds, ...lastIds]) : lastIds }
    this.reply.shape?.hold(false)
    this.#asking.begin(why, true)
  }

  // ---- the response ------------------------------------------------------------------------------------------------

  respond(
    status: number,
    reason: string,
    headers: string[],
    body: Buffer,
    how: EndReason,
    { p, cause }: { p?: PublishId; cause?: Cause } = {},
  ): void {
    this.reply.whole(status, reason, headers, body, p)
    this.endWith(how, cause)
  }

  /** Answers with an error page. It says why only where it `tells`: the trace always knows. */
  respondError(
    status: number,
    how: EndReason,
    why: Cause,
    tells = this.debug || status < 500,
    page = causeWords(why),
  ): void {
    if (this.over) return
    if (this.reply.begun) {
      this.cutOff(how, why)
      return
    }
    const body = Buffer.from(`${tells ? page : SHORT_ERROR}\n`)
    const headers = ['Content-Type', 'text/plain']
    // In a script it is a header like the others.
    if (this.reply.shape?.wrapsAtOnce) headers.push('Content-Length', String(body.length))
    this.reply.whole(status, STATUS_CODES[status] ?? '', headers, body)
    this.endWith(how, why)
  }

  finishFaulty(why: Cause): void {
    if (this.debug) this.reply.ownPart(Buffer.from(`\n\n${causeWords(why)}\n`))
    this.finish('backend-failed', why)
  }

  finish(how: EndReason, why?: Cause): void {
    if (this.over) return
    this.reply.end()
    this.endWith(how, why)
  }

  cutOff(how: EndReason, why: Cause): void {
    if (this.over) return
    this.reply.cut()
    this.endWith(how, why)
  }

  /** The proxy stops: what is held ends at once, properly. What is under way has a moment to end by itself. */
  stop(): void {
    if (this.over) return
    this.#response.closeAfter()
    const hold = this.heldBy
    const what = this.proxyStops()
    if (what === 'finish') this.finish('stopped')
    else if (what === 'time-out' && hold?.kind === 'response') hold.stop()
  }

  /** The proxy stops, and this is still under way: a client that got a part of its response sees that it is not whole. */
  cutShort(): void {
    this.respondError(503, 'stopped', { code: 'proxy-stopped' }, true)
  }

  requestBroken(why: Cause): void {
    this.respondError(400, 'bad-request', why)
  }

  clientClosed(): void {
    this.endWith(this.context.stopping ? 'stopped' : 'client-left')
  }

  drained(): void {
    this.#asking.drained()
    const hold = this.heldBy
    if (hold && hold.kind !== 'response') hold.drained()
  }

  protected stopAsking(): void {
    this.#asking.stop()
  }

  protected endWith(asked: EndReason, said?: Cause): void {
    const hold = this.heldBy
    if (!this.ends()) return
    const { fault } = this.reply
    const how = fault === undefined ? asked : 'backend-failed'
    const why = fault ?? said
    this.context.exchanges.remove(this)
    this.paused?.over()
    this.#asking.stop()
    this.body?.drain()
    this.body = undefined
    if (this.gone !== undefined) tellGone(this, this.gone)
    hold?.release()
    this.#response.owner = undefined
    const { sink } = this
    const event: Making<EndedEvent> = { type: 'ended', t: sink.now(), x: this.id, how, responseSize: this.reply.size }
    if (why !== undefined) event.cause = why
    // Only publishes close a response, and who stands at the gate, who says so.
    if (how === 'closed') event.by = why === undefined ? 'publish' : 'proxy'
    sink.emit(event)
  }

  // ---- the request -------------------------------------------------------------------------------------------------

  /** Routes with `aco`. False: a bad request, which was answered. */
  #applyCors(route: Route): boolean {
    const { shape, forwarded } = applyCors(this.forwarded, route.jsonp)
    this.reply.shape = shape
    if ('code' in forwarded) this.respondError(400, 'bad-request', forwarded)
    else this.forwarded = forwarded
    return !('code' in forwarded)
  }

  /** True: it is below the route's path for SockJS. */
  #viaSockjs(route: Route, url: string, path: string): boolean {
    const below = belowSockjs(url, path)
    if (below === undefined) return false
    this.isTaken()
    this.isHeld(this.#sockjs.take(this, route, below))
    return true
  }
}
