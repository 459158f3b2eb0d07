// One exchange's life: the request comes in, a backend is asked, its answer passes through or is held. Holds
// (response-hold, stream-hold) take over where the backend instructs one; the reply is what the client gets.
import { STATUS_CODES } from 'node:http'
import { type Why, whyFields, whyWords } from '../../grip/end-words'
import type { Instruct } from '../../grip/instruct-types'
import type { Route, Target } from '../../grip/route-types'
import { belowSockjs } from '../../grip/sockjs-path'
import type { EndedEvent, EndReason, PublishId, SentReason, TraceSink } from '../../trace/events'
import type { Making } from '../../trace/events/terms'
import type { AnswerTaker } from '../backend/answer-taker'
import { firstBody, InstructAnswer } from '../backend/instruct-answer'
import { sinkForExchange } from '../channels/silent-sink'
import { applyCors } from '../client/cross-origin'
import { type ForwardedRequest, originForm, requestedUrl } from '../client/forwarded-request'
import { Reply } from '../client/reply'
import type { RequestBody } from '../client/request-body'
import type { RequestFault } from '../client/request-fault'
import type { ProxyContext } from '../exchange/context'
import type { HttpExchangeScope, SockjsRequest, SockjsTaker } from '../exchange/exchange-scope'
import type { LiveExchange } from '../exchange/live-exchanges'
import { recordedBody, recordRequest } from '../exchange/request-record'
import type { Paused } from '../gate/paused'
import { tellGone } from '../holds/gone-link'
import { idsToRequestAgain } from '../holds/hold-subscriptions'
import { ResponseHold } from '../holds/response-hold'
import { StreamHold } from '../holds/stream-hold'
import { startStream } from '../holds/stream-start'
import type { ClientRequest } from '../http/client-request'
import type { ClientResponse, ResponseOwner } from '../http/client-response'
import { hasBody, headerOf, heldHeaders, type RequestRules, responseHeaders } from '../http/headers'
import { isSecure, isTrusted, sendsEvents } from '../routing/request-trust'
import { routeOf } from '../routing/route-of'
import { stopInstruct, stopRequest } from './exchange-gate'
import { TargetFailover } from './target-failover'

const SHORT_ERROR = 'Error while proxying to origin.'

type Phase =
  | 'new'
  | 'asking' // a backend was asked, no answer yet
  | 'reading' // the answer is an instruct: it is read whole
  | 'passing' // the answer's body goes through
  | 'held'
  | 'ended'

export class HttpExchange implements AnswerTaker, HttpExchangeScope, LiveExchange, ResponseOwner {
  readonly id: number
  readonly context: ProxyContext
  readonly request: ClientRequest
  readonly reply: Reply
  /** Where this exchange's events go: nowhere, if recording was paused when it began. */
  readonly sink: TraceSink
  readonly #response: ClientResponse
  readonly #sockjs: SockjsTaker
  readonly #asking: TargetFailover
  #phase: Phase = 'new'
  #asked: ForwardedRequest
  #route: Route | undefined
  #body: RequestBody | undefined
  #answer: InstructAnswer | undefined
  /** The answer's bytes are not as the backend sent them. */
  #decompressed = false
  /** The instruct's body goes through while it comes; the hold begins after it. */
  #passingInstruct: Instruct | undefined
  #hold: ResponseHold | StreamHold | SockjsRequest | undefined
  /** Link to tell that the hold is over; the first hold's counts. */
  #gone: string | undefined
  #lastIds: ReadonlyMap<string, string> | undefined
  /** Signed by another GRIP proxy, which acts on the instructs. */
  #trusted = false
  /** The client came by TLS. */
  readonly #secure: boolean
  /** Its request or instruct waits at the gate. */
  #paused: Paused | undefined
  /** Its index among the live exchanges. */
  place = 0

  constructor(context: ProxyContext, sockjs: SockjsTaker, request: ClientRequest, response: ClientResponse) {
    this.context = context
    this.#sockjs = sockjs
    this.id = context.nextExchange()
    this.request = request
    this.sink = sinkForExchange(context.sink)
    this.#asked = originForm(request)
    this.#secure = isSecure(request, context.options)
    this.reply = new Reply(response, this.sink, this.id, request.method ?? 'GET')
    this.#response = response
    this.#asking = new TargetFailover(this, this)
    response.giveTo(this)
    context.exchanges.add(this)
  }

  /** The route taken; there is one from the time a backend was asked. */
  get route(): Route | undefined {
    return this.#route
  }

  /** The target that was asked last. */
  get target(): Target | undefined {
    return this.#asking.target
  }

  /** What backends are asked. */
  get forwarded(): ForwardedRequest {
    return this.#asked
  }

  /** The client's request body, if it has one. */
  get body(): RequestBody | undefined {
    return this.#body
  }

  get over(): boolean {
    return this.#phase === 'ended'
  }

  /** True for a client that takes chunked bodies (HTTP/1.1). */
  get chunked(): boolean {
    return this.request.httpVersionMinor > 0
  }

  /** The URL that the client asked for, on the host that it named, or that the route stands for. */
  get url(): URL {
    return requestedUrl(this.#asked.url, this.#asked.headers, this.#secure, this.#route?.asHost)
  }

  /** What headers of a request to the backend depend on. */
  get rules(): RequestRules {
    const { context } = this
    const route = this.#route
    const host = this.target?.hostHeader ?? route?.asHost
    const rules: Making<RequestRules> = {
      options: context.options,
      signature: !route || route.noGrip ? '' : context.signerOf(route).token(Date.now()),
      trusted: this.#trusted,
      secure: this.#secure,
      peer: this.request.socket.remoteAddress ?? '',
    }
    if (this.#lastIds) rules.lastIds = this.#lastIds
    if (host !== undefined) rules.host = host
    return rules
  }

  /** Error answers say why. */
  get debug(): boolean {
    return this.context.options.debug || (this.#route?.debug ?? false)
  }

  /** @param fault why the request is not taken. */
  start(fault?: RequestFault): void {
    const { request, sink, context } = this
    const { url, headers } = this.#asked
    const secure = this.#secure
    recordRequest(sink, this.id, request, this.#asked, secure, context.replaySecret)
    if (request.bodyFollows ?? hasBody(headers))
      this.#body = recordedBody(sink, this.id, request, context.options.requestBodyMax)
    if (this.context.stopping) {
      this.#response.closeAfter()
      this.cutShort()
      return
    }
    if (fault) {
      this.respondError(fault.status, fault.how, fault.message, true)
      return
    }
    this.#trusted = isTrusted(headers, context.options)
    const route = routeOf(context, url, headers, 'http', secure)
    if (!route) {
      this.respondError(502, 'no-route', { code: 'no-route', host: headerOf(headers, 'host'), url })
      return
    }
    this.#route = route
    if (route.sockjsPath && this.#viaSockjs(route, url, route.sockjsPath)) return
    if (route.targets[0]?.overHttp && !this.#trusted && sendsEvents(headers)) {
      this.respondError(403, 'bad-request', { code: 'events-from-client' })
      return
    }
    if ((route.autoCrossOrigin || context.options.autoCrossOrigin) && !this.#applyCors(route)) return
    this.#phase = 'asking'
    // A length is told to the backend where it can be known, as Pushpin does: it reads ahead.
    if (this.#body && headerOf(this.#asked.headers, 'content-length') === '') {
      this.#body.gather(context.wheel, () => {
        if (this.#phase === 'asking') this.#begin()
      })
      return
    }
    this.#begin()
  }

  /** Asks the backend, unless the request is stopped at the gate. */
  #begin(): void {
    if (this.context.gate.guarded) {
      this.#paused = stopRequest(this, (request) => this.#letGo(request))
      this.#paused?.shown()
      if (this.#paused) return
    }
    this.#asking.begin('request', false)
  }

  #letGo(request: ForwardedRequest): void {
    this.#paused = undefined
    if (request.body && request.body !== this.#asked.body) {
      this.#body?.drain()
      this.#body = undefined
    }
    this.#asked = request
    this.#asking.begin('request', false)
  }

  /**
   * Asks the backend the client's request again, with what the client is known to have (reference §6). A hold's
   * subscriptions must have been given up before.
   */
  requestAgain(why: SentReason, lastIds: ReadonlyMap<string, string>): void {
    if (this.#phase === 'ended') return
    this.#hold = undefined
    // What the client was known to have before still counts, as in Pushpin.
    this.#lastIds = this.#lastIds ? new Map([...this.#lastIds, ...lastIds]) : lastIds
    this.reply.shape?.hold(false)
    this.#phase = 'asking'
    this.#asking.begin(why, true)
  }

  // ---- the backend's answer ----------------------------------------------------------------------------------------

  answerHead(status: number, reason: string, headers: string[], decompressed = false): void {
    this.#decompressed = decompressed
    const plain = this.#trusted || (this.#route?.noGrip ?? false)
    const answer = new InstructAnswer(status, reason, headers, this.context.options)
    if (plain || answer.from === 'none') {
      this.#phase = 'passing'
      const length = headerOf(headers, 'content-length')
      const out = responseHeaders(headers, plain)
      // As in Pushpin: after a request that was too long to keep, no answer is kept back.
      this.reply.pass(status, reason, out, length ? Number(length) : -1, this.#body?.replayable ?? true, decompressed)
      return
    }
    if (this.#body && !this.#body.replayable) {
      this.#asking.stop()
      this.respondError(400, 'instruct-refused', { code: 'too-large-to-hold' })
      return
    }
    this.#phase = 'reading'
    this.#answer = answer
  }

  answerData(chunk: Buffer): boolean {
    const answer = this.#answer
    if (!answer) return this.reply.passPart(chunk)
    return answer.add(chunk) || this.#tooLarge(answer)
  }

  answerEnd(): void {
    const answer = this.#answer
    const instruct = this.#passingInstruct
    this.#answer = undefined
    if (answer) this.#takeAnswer(answer)
    else if (instruct) this.#holdStream(instruct)
    else this.finish('complete')
  }

  answerFailed(why: string): void {
    if (this.#phase === 'passing') this.cutOff('backend-failed', why)
    else this.respondError(502, 'backend-failed', why)
  }

  // ---- instructs ---------------------------------------------------------------------------------------------------

  /** Reads an answer with an instruct, unless it is stopped at the gate. */
  #takeAnswer(answer: InstructAnswer): void {
    if (this.context.gate.guarded) {
      this.#paused = stopInstruct(this, answer, (passed) => {
        this.#paused = undefined
        this.#readAnswer(passed)
      })
      this.#paused?.shown()
      if (this.#paused) return
    }
    this.#readAnswer(answer)
  }

  #readAnswer(answer: InstructAnswer): void {
    const instruct = this.#understand(answer, answer.body)
    if (!instruct) return
    if (instruct.hold || instruct.next) this.#gone ??= instruct.gone?.uri
    if (instruct.hold?.mode === 'response') this.#holdResponse(instruct)
    else if (instruct.hold || instruct.next) this.#holdStream(instruct)
    else {
      const { code, reason, headers } = instruct.response
      const body = firstBody(instruct)
      if (typeof body === 'string') this.respondError(502, 'instruct-refused', body)
      else this.respond(code, reason, heldHeaders(headers), body, 'complete')
    }
  }

  /** Reads an instruct; answers 502 if it can't be accepted. */
  #understand(answer: InstructAnswer, body: Buffer): Instruct | undefined {
    const read = answer.read(body, this.sink, this.id, { method: this.request.method ?? 'GET' })
    if (typeof read !== 'string') return read
    const { refusal, page } = answer
    const { field, message } = refusal ?? {}
    const why: Why = field === undefined || message === undefined ? read : { code: 'instruct-refused', field, message }
    this.respondError(502, 'instruct-refused', why, undefined, page)
    return undefined
  }

  /** An instruct that is longer than is read whole: only a stream that begins with it can go on. */
  #tooLarge(answer: InstructAnswer): boolean {
    const instruct = answer.from === 'headers' ? this.#understand(answer, Buffer.alloc(0)) : undefined
    if (this.over) return true
    const streams = instruct && instruct.hold?.mode !== 'response' && (instruct.hold || instruct.next)
    if (!streams || instruct.responseFilters) {
      this.#asking.stop()
      this.respondError(502, 'instruct-refused', answer.tooLarge)
      return true
    }
    this.#answer = undefined
    this.#phase = 'passing'
    this.#passingInstruct = instruct
    const { code, reason, headers } = instruct.response
    this.reply.shape?.unwrap()
    this.reply.passBegin(code, reason, heldHeaders(headers), this.#decompressed)
    return answer.chunks.length === 0 || this.reply.passPart(Buffer.concat(answer.chunks))
  }

  #holdResponse(instruct: Instruct): void {
    const conflicts = idsToRequestAgain(this, instruct)
    if (conflicts) {
      this.requestAgain('id-mismatch', conflicts)
      return
    }
    this.#phase = 'held'
    this.reply.shape?.hold(true)
    this.#hold = new ResponseHold(this, instruct)
    this.#hold.start()
  }

  #holdStream(instruct: Instruct): void {
    this.#phase = 'held'
    const begun = this.#passingInstruct !== undefined
    this.#passingInstruct = undefined
    const hold = new StreamHold(this, instruct)
    this.#hold = hold
    const fault = begun ? undefined : startStream(this, instruct)
    if (fault !== undefined) this.#ended('backend-failed', fault)
    else if (this.reply.ended) this.#ended('complete', `${this.reply.noBody}, so that it is whole with its head`)
    else hold.start()
  }

  // ---- the response ------------------------------------------------------------------------------------------------

  /** Sends a whole response and ends the exchange. `p`: the publish that it comes from; `message`: what is recorded. */
  respond(
    status: number,
    reason: string,
    headers: string[],
    body: Buffer,
    how: EndReason,
    { p, message }: { p?: PublishId; message?: string } = {},
  ): void {
    this.reply.whole(status, reason, headers, body, p)
    this.#ended(how, message)
  }

  /** Answers with an error page. It says why only where it `tells`: the trace always knows. */
  respondError(
    status: number,
    how: EndReason,
    why: Why,
    tells = this.debug || status < 500,
    page = whyWords(why),
  ): void {
    if (this.over) return
    if (this.reply.begun) {
      this.cutOff(how, why)
      return
    }
    const text = tells ? page : SHORT_ERROR
    const body = Buffer.from(`${text}\n`)
    const headers = ['Content-Type', 'text/plain']
    // In a script it is a header like the others.
    if (this.reply.shape?.wrapsAtOnce) headers.push('Content-Length', String(body.length))
    this.reply.whole(status, STATUS_CODES[status] ?? '', headers, body)
    this.#ended(how, why)
  }

  /** Ends a response that has begun, properly, because something is wrong. In debug mode it says what. */
  finishFaulty(why: string): void {
    if (this.debug) this.reply.ownPart(Buffer.from(`\n\n${why}\n`))
    this.finish('backend-failed', why)
  }

  /** Ends the response where it is, properly. */
  finish(how: EndReason, message?: string): void {
    if (this.over) return
    this.reply.end()
    this.#ended(how, message)
  }

  /** Cuts the client off: it must see that the response is not whole. */
  cutOff(how: EndReason, why: Why): void {
    if (this.over) return
    this.reply.cut()
    this.#ended(how, why)
  }

  /** The proxy stops: what is held ends at once, properly. What is under way has a moment to end by itself. */
  stop(): void {
    if (this.over) return
    this.#response.closeAfter()
    const hold = this.#hold
    if (this.#phase !== 'held' || hold === undefined || hold.kind === 'sockjs') return
    if (hold.kind === 'stream') this.finish('stopped')
    else hold.stop()
  }

  /** The proxy stops, and this is still under way: a client that got a part of its response sees that it is not whole. */
  cutShort(): void {
    this.respondError(503, 'stopped', 'Service Unavailable: the proxy was stopped.', true)
  }

  requestBroken(message: string): void {
    this.respondError(400, 'bad-request', message)
  }

  clientClosed(): void {
    this.#ended(this.context.stopping ? 'stopped' : 'client-left')
  }

  drained(): void {
    this.#asking.drained()
    if (this.#hold && this.#hold.kind !== 'response') this.#hold.drained()
  }

  #ended(asked: EndReason, said?: Why): void {
    if (this.over) return
    const { fault } = this.reply
    const how = fault === undefined ? asked : 'backend-failed'
    const why = fault ?? said
    this.#phase = 'ended'
    this.context.exchanges.remove(this)
    this.#paused?.over()
    this.#asking.stop()
    this.#body?.drain()
    this.#body = undefined
    if (this.#gone !== undefined) tellGone(this, this.#gone)
    this.#hold?.release()
    this.#hold = undefined
    this.#answer = undefined
    this.#response.owner = undefined
    const { sink } = this
    const event: Making<EndedEvent> = { type: 'ended', t: sink.now(), x: this.id, how, responseSize: this.reply.size }
    if (why !== undefined) Object.assign(event, whyFields(why))
    // Only publishes close a response, and who stands at the gate, who says so.
    if (how === 'closed') event.by = why === undefined ? 'publish' : 'proxy'
    sink.emit(event)
  }

  // ---- the request -------------------------------------------------------------------------------------------------

  /** Routes with `aco`. False: a bad request, which was answered. */
  #applyCors(route: Route): boolean {
    const { shape, forwarded: asked } = applyCors(this.#asked, route.jsonp)
    this.reply.shape = shape
    if (typeof asked === 'string') this.respondError(400, 'bad-request', asked)
    else this.#asked = asked
    return typeof asked !== 'string'
  }

  /** True: it is below the route's path for SockJS. */
  #viaSockjs(route: Route, url: string, path: string): boolean {
    const below = belowSockjs(url, path)
    if (below === undefined) return false
    this.#phase = 'held'
    const taken = this.#sockjs.take(this, route, below)
    if (!this.over) this.#hold = taken
    return true
  }
}
