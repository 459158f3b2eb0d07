// One exchange's life: the request comes in, a backend is asked, its answer passes through or is held. Holds
// (response-hold, stream-hold) take over where the backend instructs one; the reply is what the client gets. What its
// machine decides, this does.
import { STATUS_CODES } from 'node:http'
import { type Why, whyFields, whyWords } from '../../grip/end-words'
import { gripOf } from '../../grip/instruct'
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
import { requestRules } from '../exchange/request-rules'
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
import { actOn, HttpMachine } from './http-machine'
import { TargetFailover } from './target-failover'

const SHORT_ERROR = 'Error while proxying to origin.'

type HttpHold = ResponseHold | StreamHold | SockjsRequest

export class HttpExchange
  extends HttpMachine<InstructAnswer, HttpHold>
  implements AnswerTaker, HttpExchangeScope, LiveExchange, ResponseOwner
{
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
  /** The answer's bytes are not as the backend sent them. */
  #decompressed = false
  /** Link to tell that the hold is over; the first hold's counts. */
  #gone: string | undefined
  /** What the client is known to have, where the backend is asked again. */
  #known: { readonly lastIds: ReadonlyMap<string, string> } | undefined
  /** Signed by another GRIP proxy, which acts on the instructs. */
  #trusted = false
  /** The client came by TLS. */
  readonly #secure: boolean
  /** Its request or instruct waits at the gate. */
  #paused: Paused | undefined
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
    return requestRules(this, this.request, this.#trusted, this.#secure, this.#known)
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
      this.respondError(fault.status, fault.how, fault.message, true)
      return
    }
    this.#trusted = isTrusted(headers, context.options)
    const route = routeOf(context, url, headers, 'http', secure)
    if (!route) {
      this.respondError(502, 'no-route', { code: 'no-route', host: headerOf(headers, 'host'), url })
      return
    }
    this.route = route
    if (route.sockjsPath && this.#viaSockjs(route, url, route.sockjsPath)) return
    if (route.targets[0]?.overHttp && !this.#trusted && sendsEvents(headers)) {
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
      this.#paused = stopRequest(this, (request) => this.#letGo(request))
      this.#paused?.shown()
      if (this.#paused) return
    }
    this.#asking.begin('request', false)
  }

  #letGo(request: ForwardedRequest): void {
    this.#paused = undefined
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

  // ---- the backend's answer ----------------------------------------------------------------------------------------

  answerHead(status: number, reason: string, headers: string[], decompressed = false): void {
    this.#decompressed = decompressed
    const plain = this.#trusted || (this.route?.noGrip ?? false)
    // As in Pushpin: after a request that was too long to keep, no answer is kept back.
    const replayable = this.body?.replayable ?? true
    switch (this.headCame(!plain && gripOf(headers) !== 'none', replayable)) {
      case 'pass': {
        const length = headerOf(headers, 'content-length')
        const out = responseHeaders(headers, plain)
        this.reply.pass(status, reason, out, length ? Number(length) : -1, replayable, decompressed)
        break
      }
      case 'read':
        this.reads(new InstructAnswer(status, reason, headers, this.context.options))
        break
      case 'refuse':
        this.#asking.stop()
        this.respondError(400, 'instruct-refused', { code: 'too-large-to-hold' })
        break
      case 'ignore':
    }
  }

  answerData(chunk: Buffer): boolean {
    const answer = this.reading
    if (!answer) return this.reply.passPart(chunk)
    return answer.add(chunk) || this.#tooLong(answer)
  }

  answerEnd(): void {
    const whole = this.answerIsWhole()
    if (!whole) this.finish('complete')
    else if ('answer' in whole) this.#takeAnswer(whole.answer)
    else this.#holdStream(whole.instruct, true)
  }

  answerFailed(why: string): void {
    if (this.answerBroke() === 'cut') this.cutOff('backend-failed', why)
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
    switch (actOn(instruct)) {
      case 'hold-response':
        this.#holdResponse(instruct)
        break
      case 'hold-stream':
        this.#holdStream(instruct, false)
        break
      case 'respond': {
        const { code, reason, headers } = instruct.response
        const body = firstBody(instruct)
        if (typeof body === 'string') this.respondError(502, 'instruct-refused', body)
        else this.respond(code, reason, heldHeaders(headers), body, 'complete')
      }
    }
  }

  /** Reads an instruct; answers 502 if it can't be accepted. */
  #understand(answer: InstructAnswer, body: Buffer): Instruct | undefined {
    const read = answer.read(body, this.sink, this.id, { method: this.request.method ?? 'GET' })
    if (typeof read !== 'string') return read
    const { refusal, page } = answer
    const why: Why = refusal ? { code: 'instruct-refused', field: refusal.field, message: refusal.message } : read
    this.respondError(502, 'instruct-refused', why, undefined, page)
    return undefined
  }

  /** An instruct that is longer than is read whole: only a stream that begins with it can go on. */
  #tooLong(answer: InstructAnswer): boolean {
    const instruct = answer.from === 'headers' ? this.#understand(answer, Buffer.alloc(0)) : undefined
    switch (this.isTooLong(instruct)) {
      case 'ignore':
        return true
      case 'refuse':
        this.#asking.stop()
        this.respondError(502, 'instruct-refused', answer.tooLarge)
        return true
      case 'pass':
    }
    if (!instruct) return true
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
    this.reply.shape?.hold(true)
    const hold = new ResponseHold(this, instruct)
    this.isHeld(hold)
    hold.start()
  }

  /** @param begun the response began while the instruct was read */
  #holdStream(instruct: Instruct, begun: boolean): void {
    const hold = new StreamHold(this, instruct)
    this.isHeld(hold)
    const fault = begun ? undefined : startStream(this, instruct)
    if (fault !== undefined) this.#ended('backend-failed', fault)
    else if (this.reply.ended) this.#ended('complete', `${this.reply.noBody}, so that it is whole with its head`)
    else hold.start()
  }

  // ---- the response ------------------------------------------------------------------------------------------------

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
    const body = Buffer.from(`${tells ? page : SHORT_ERROR}\n`)
    const headers = ['Content-Type', 'text/plain']
    // In a script it is a header like the others.
    if (this.reply.shape?.wrapsAtOnce) headers.push('Content-Length', String(body.length))
    this.reply.whole(status, STATUS_CODES[status] ?? '', headers, body)
    this.#ended(how, why)
  }

  finishFaulty(why: string): void {
    if (this.debug) this.reply.ownPart(Buffer.from(`\n\n${why}\n`))
    this.finish('backend-failed', why)
  }

  finish(how: EndReason, message?: string): void {
    if (this.over) return
    this.reply.end()
    this.#ended(how, message)
  }

  cutOff(how: EndReason, why: Why): void {
    if (this.over) return
    this.reply.cut()
    this.#ended(how, why)
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
    const hold = this.heldBy
    if (hold && hold.kind !== 'response') hold.drained()
  }

  #ended(asked: EndReason, said?: Why): void {
    const hold = this.heldBy
    if (!this.ends()) return
    const { fault } = this.reply
    const how = fault === undefined ? asked : 'backend-failed'
    const why = fault ?? said
    this.context.exchanges.remove(this)
    this.#paused?.over()
    this.#asking.stop()
    this.body?.drain()
    this.body = undefined
    if (this.#gone !== undefined) tellGone(this, this.#gone)
    hold?.release()
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
    const { shape, forwarded } = applyCors(this.forwarded, route.jsonp)
    this.reply.shape = shape
    if (typeof forwarded === 'string') this.respondError(400, 'bad-request', forwarded)
    else this.forwarded = forwarded
    return typeof forwarded !== 'string'
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
