// One exchange's life: the request comes in, a backend is asked, its answer passes through or is held. Holds
// (response-hold, stream-hold) take over where the backend instructs one; the reply is what the client gets.
import type { IncomingMessage } from 'node:http'
import { gripOf, type Instruct, readInstruct } from '../grip/instruct'
import { readJsonp } from '../grip/jsonp'
import type { Route, Target } from '../grip/routes'
import type { EndReason, Problem, PublishId, RawHeaders, SentReason, TraceSink } from '../trace/events'
import { type ClientResponse, give, type ResponseOwner } from './client-response'
import type { ProxyContext } from './context'
import { tellGone } from './gone'
import {
  hasBody,
  headerOf,
  heldHeaders,
  type RequestRules,
  requestHeaders,
  responseHeaders,
  withoutNames,
} from './headers'
import { hostName } from './host-name'
import { REPLAY_HEADER } from './internal-headers'
import { Reply } from './reply'
import { RequestBody } from './request-body'
import { ResponseHold } from './response-hold'
import { ResponseShape } from './response-shape'
import { RETRY_MAX, retryDelay } from './retry'
import { SilentSink } from './silent-sink'
import { StreamHold } from './stream-hold'
import { testAnswer } from './test-target'
import { isTrusted, routeId } from './trust'
import type { AnswerListener, Ask, AskFailure } from './upstream'
import type { Timed } from './wheel'

/** Bytes of an answer that is read whole because it is an instruct, as Pushpin's limit. */
export const INSTRUCT_MAX = 100_000

const SHORT_ERROR = 'Error while proxying to origin.'

type Phase =
  | 'new'
  | 'asking' // a backend was asked, no answer yet
  | 'reading' // the answer is an instruct: it is read whole
  | 'passing' // the answer's body goes through
  | 'held'
  | 'pausing' // between two tries of asking again
  | 'ended'

/** What the backend is asked: the client's request, or the one that a JSON-P request stands for. */
interface Asked {
  readonly method: string
  readonly url: string
  readonly headers: RawHeaders
  /** Instead of the client's body. */
  readonly body?: Buffer
}

interface Answer {
  readonly status: number
  readonly reason: string
  readonly headers: RawHeaders
  readonly chunks: Buffer[]
  size: number
}

export class Exchange implements AnswerListener, ResponseOwner, Timed {
  readonly id: number
  readonly context: ProxyContext
  readonly request: IncomingMessage
  readonly reply: Reply
  /** Where this exchange's events go: nowhere, if recording was paused when it began. */
  readonly sink: TraceSink
  dueTick = 0
  readonly #response: ClientResponse
  #phase: Phase = 'new'
  #asked: Asked
  #route: Route | undefined
  #target: Target | undefined
  #nextTarget = 0
  #ask: Ask | undefined
  #body: RequestBody | undefined
  #answer: Answer | undefined
  /** The instruct's body goes through while it comes; the hold begins after it. */
  #passingInstruct: Instruct | undefined
  #hold: ResponseHold | StreamHold | undefined
  /** Link to tell that the hold is over; the first hold's counts. */
  #gone: string | undefined
  #answerSize = 0
  #staleTried = false
  /** Tries of asking again that failed; -1: this is the client's own request. */
  #retries = -1
  #lastIds: ReadonlyMap<string, string> | undefined
  /** Signed by another GRIP proxy, which acts on the instructs. */
  #trusted = false

  constructor(context: ProxyContext, request: IncomingMessage, response: ClientResponse) {
    this.context = context
    this.id = context.nextExchange()
    this.request = request
    this.sink = context.sink.recording ? context.sink : new SilentSink(context.sink)
    this.#asked = originForm(request)
    this.reply = new Reply(response, this.sink, this.id)
    this.#response = response
    give(response, this)
  }

  /** The route taken; there is one from the time a backend was asked. */
  get route(): Route | undefined {
    return this.#route
  }

  get target(): Target | undefined {
    return this.#target
  }

  get over(): boolean {
    return this.#phase === 'ended'
  }

  /** True for a client that takes chunked bodies (HTTP/1.1). */
  get chunked(): boolean {
    return this.request.httpVersionMinor > 0
  }

  /** The URL that the client asked for, on the host that it named. */
  get url(): URL {
    const host = headerOf(this.request.rawHeaders, 'host') || 'localhost'
    const base = `${'encrypted' in this.request.socket ? 'https' : 'http'}://${host}`
    return URL.canParse(this.#asked.url, base) ? new URL(this.#asked.url, base) : new URL('http://localhost/')
  }

  get origin(): string {
    return this.url.origin
  }

  /** What headers of a request to the backend depend on. */
  get rules(): RequestRules {
    const { context } = this
    const route = this.#route
    const host = this.#target?.hostHeader ?? route?.asHost
    return {
      options: context.options,
      signature: !route || route.noGrip ? '' : context.signerOf(route).token(Date.now()),
      trusted: this.#trusted,
      ...(this.#lastIds && { lastIds: this.#lastIds }),
      ...(host !== undefined && { host }),
      secure: 'encrypted' in this.request.socket,
      peer: this.request.socket.remoteAddress ?? '',
    }
  }

  /** Error answers say why. */
  get debug(): boolean {
    return this.context.options.debug || (this.#route?.debug ?? false)
  }

  start(): void {
    const { request, sink } = this
    const { method, url, headers } = this.#asked
    const replayOf = this.#replayOf(headers)
    const secure = 'encrypted' in request.socket
    sink.emit({
      type: 'request',
      t: sink.now(),
      x: this.id,
      method,
      url,
      httpVersion: request.httpVersion,
      headers,
      client: `${request.socket.remoteAddress ?? ''}:${request.socket.remotePort ?? ''}`,
      secure,
      ...(replayOf !== undefined && { replayOf }),
    })
    if (hasBody(headers)) this.#takeBody()
    this.#trusted = isTrusted(headers, this.context.options)
    const host = hostName(headerOf(headers, 'host'))
    const id = routeId(headers, this.context.options)
    const route = this.context.routes.pick({ host, path: url, proto: 'http', ssl: secure, ...(id !== '' && { id }) })
    if (!route) {
      this.respondError(502, 'no-route', `No route for ${headerOf(headers, 'host')}${url}.`)
      return
    }
    this.#route = route
    if ((route.autoCrossOrigin || this.context.options.autoCrossOrigin) && !this.#letOthersIn(route)) return
    this.#askNextTarget('request')
  }

  /**
   * Asks the backend the client's request again, with what the client is known to have (reference §6). A hold's
   * subscriptions must have been given up before.
   */
  askAgain(why: SentReason, lastIds: ReadonlyMap<string, string>): void {
    if (this.#phase === 'ended') return
    this.#hold = undefined
    this.#lastIds = lastIds
    this.#nextTarget = 0
    this.#staleTried = false
    this.#retries = 0
    this.#askNextTarget(why)
  }

  // ---- the backend -------------------------------------------------------------------------------------------------

  #askNextTarget(why: SentReason): void {
    const route = this.#route
    const target = route?.targets[this.#nextTarget]
    if (!route || !target) {
      this.#giveUp(`Unable to connect to any targets. Tried: ${route?.targets.map((t) => t.text).join(', ') ?? ''}`)
      return
    }
    this.#nextTarget++
    this.#askTarget(route, target, why)
  }

  #askTarget(route: Route, target: Target, why: SentReason): void {
    const { context, sink } = this
    const { method, body } = this.#asked
    this.#target = target
    this.#phase = 'asking'
    const path = context.routes.rewritePath(route, this.#asked.url)
    const headers = requestHeaders(this.#asked.headers, route, this.rules)
    sink.emit({
      type: 'sent',
      t: sink.now(),
      x: this.id,
      route: route.text,
      target: target.text,
      method,
      url: path,
      headers,
      why,
      ...(body && { body }),
    })
    if (target.test) {
      testAnswer(route, path, this, (ask) => {
        this.#ask = ask
      })
      return
    }
    const content = body ?? this.#body?.stream() ?? null
    this.#ask = context.upstream.ask(target, { method, path, headers, body: content }, this)
  }

  onHead(_ask: Ask, status: number, reason: string, headers: string[]): void {
    const { sink } = this
    this.#answerSize = 0
    sink.emit({ type: 'answered', t: sink.now(), x: this.id, status, reason, headers })
    const plain = this.#trusted || (this.#route?.noGrip ?? false)
    if (plain || gripOf(headers) === 'none') {
      this.#phase = 'passing'
      const length = headerOf(headers, 'content-length')
      const out = responseHeaders(headers, plain)
      this.reply.pass(status, reason, out, length === '' ? -1 : Number(length))
      return
    }
    if (this.#body && !this.#body.replayable) {
      this.#ask?.stop()
      this.respondError(400, 'instruct-refused', 'Request too large to accept GRIP instruct.')
      return
    }
    this.#phase = 'reading'
    this.#answer = { status, reason, headers, chunks: [], size: 0 }
  }

  onData(_ask: Ask, chunk: Buffer): boolean {
    this.#recordAnswer(chunk)
    const answer = this.#answer
    if (this.#phase !== 'reading' || !answer) return this.reply.passPart(chunk)
    answer.chunks.push(chunk)
    answer.size += chunk.length
    return answer.size > INSTRUCT_MAX ? this.#tooLarge(answer) : true
  }

  onEnd(_ask: Ask): void {
    const { sink } = this
    this.#ask = undefined
    sink.emit({ type: 'answer-end', t: sink.now(), x: this.id, size: this.#answerSize })
    const instruct = this.#passingInstruct
    if (this.#phase === 'reading' && this.#answer) this.#readAnswer(this.#answer)
    else if (instruct) this.#holdStream(instruct)
    else this.finish('complete')
  }

  onFail(ask: Ask, failure: AskFailure): void {
    const { sink } = this
    this.#ask = undefined
    const failover = failure.notConnected && this.#nextTarget < (this.#route?.targets.length ?? 0)
    const stale = failure.stale && !this.#staleTried && this.#retryIsSafe()
    const again = this.#retries >= 0 && this.#retries < RETRY_MAX && !failure.midway
    sink.emit({
      type: 'backend-failed',
      t: sink.now(),
      x: this.id,
      target: ask.target.text,
      code: failure.code,
      message: failure.message,
      again: failover || stale || again,
    })
    if (this.#phase === 'passing') {
      this.cutOff('backend-failed', failure.message)
    } else if (failover) {
      this.#askNextTarget('failover')
    } else if (stale && this.#route) {
      this.#staleTried = true
      this.#askTarget(this.#route, ask.target, 'stale-connection')
    } else if (again) {
      this.#phase = 'pausing'
      this.context.wheel.set(this, retryDelay(this.#retries++))
    } else {
      this.#giveUp(`Request to ${ask.target.text} failed: ${failure.message || failure.code}`)
    }
  }

  /** Time for the next try of asking again. */
  onDue(): void {
    if (this.#phase !== 'pausing') return
    this.#nextTarget = 0
    this.#askNextTarget('retry')
  }

  #retryIsSafe(): boolean {
    const { method, body } = this.#asked
    return !this.#body && !body && (method === 'GET' || method === 'HEAD' || method === 'OPTIONS')
  }

  #giveUp(why: string): void {
    this.respondError(502, 'backend-failed', why)
  }

  // ---- instructs ---------------------------------------------------------------------------------------------------

  #readAnswer(answer: Answer): void {
    this.#answer = undefined
    const body = answer.chunks.length === 1 && answer.chunks[0] ? answer.chunks[0] : Buffer.concat(answer.chunks)
    const instruct = this.#understand(answer, body)
    if (!instruct) return
    if (instruct.hold || instruct.next) this.#gone ??= instruct.gone?.uri
    if (instruct.hold?.mode === 'response') this.#holdResponse(instruct)
    else if (instruct.hold || instruct.next) this.#holdStream(instruct)
    else {
      const { code, reason, headers, body: content } = instruct.response
      this.respond(code, reason, heldHeaders(headers), content, 'complete')
    }
  }

  /** Reads an instruct and records it; answers 502 if it can't be accepted. */
  #understand(answer: Answer, body: Buffer): Instruct | undefined {
    const { sink } = this
    const result = readInstruct({ status: answer.status, reason: answer.reason, headers: answer.headers, body })
    let problems: readonly Problem[] = result.ok ? result.warnings : result.problems
    const head = result.ok && result.instruct.hold !== undefined && this.#asked.method === 'HEAD'
    if (head)
      problems = [{ field: 'hold', message: 'a HEAD request cannot be held', fix: 'Answer HEAD without a hold.' }]
    const accepted = result.ok && !head
    sink.emit({ type: 'instruct', t: sink.now(), x: this.id, from: result.from, problems, accepted })
    if (accepted) return result.instruct
    const first = problems[0]
    this.respondError(502, 'instruct-refused', first ? `${first.field}: ${first.message}` : 'instruct refused')
    return undefined
  }

  /** An instruct that is longer than is read whole: only a stream that begins with it can go on. */
  #tooLarge(answer: Answer): boolean {
    const instruct = gripOf(answer.headers) === 'headers' ? this.#understand(answer, Buffer.alloc(0)) : undefined
    if (this.over) return true
    if (!instruct || instruct.hold?.mode === 'response' || !(instruct.hold || instruct.next)) {
      this.#ask?.stop()
      const why = `GRIP instruct response too large: more than ${INSTRUCT_MAX} bytes`
      this.respondError(502, 'instruct-refused', why)
      return true
    }
    this.#answer = undefined
    this.#phase = 'passing'
    this.#passingInstruct = instruct
    const { code, reason, headers } = instruct.response
    this.reply.shape?.unwrap()
    this.reply.begin(code, reason, heldHeaders(headers), 'answer')
    let flowing = true
    for (const chunk of answer.chunks) flowing = this.reply.passPart(chunk)
    return flowing
  }

  #holdResponse(instruct: Instruct): void {
    const conflicts = this.#conflicting(instruct)
    if (conflicts) {
      this.askAgain('id-mismatch', conflicts)
      return
    }
    this.#phase = 'held'
    this.#hold = new ResponseHold(this, instruct)
    this.#hold.start()
  }

  #holdStream(instruct: Instruct): void {
    this.#phase = 'held'
    const begun = this.#passingInstruct !== undefined
    this.#passingInstruct = undefined
    const hold = new StreamHold(this, instruct)
    this.#hold = hold
    if (!begun) {
      const { code, reason, headers, body } = instruct.response
      this.reply.shape?.unwrap()
      this.reply.begin(code, reason, heldHeaders(headers), 'own')
      if (body.length > 0) this.reply.ownPart(body)
      else this.reply.flushHead()
    }
    hold.start()
  }

  /** If a channel is known to be past what this hold's client has: what it has, for asking again. */
  #conflicting(instruct: Instruct): ReadonlyMap<string, string> | undefined {
    const prefix = this.#route?.prefix ?? ''
    const lastIds = new Map<string, string>()
    let conflict = false
    for (const { name, prevId } of instruct.hold?.channels ?? []) {
      if (prevId === undefined) continue
      lastIds.set(name, prevId)
      if (!this.context.channels.conflicts(prefix + name, prevId)) continue
      this.context.channels.forgetLastId(prefix + name)
      conflict = true
    }
    return conflict ? lastIds : undefined
  }

  // ---- the response ------------------------------------------------------------------------------------------------

  /** Sends a whole response and ends the exchange. `p`: the publish that it comes from. */
  respond(status: number, reason: string, headers: string[], body: Buffer, how: EndReason, p?: PublishId): void {
    this.reply.whole(status, reason, headers, body, p)
    this.#ended(how)
  }

  /** Answers with an error page. It says why only in debug mode: the trace always knows. */
  respondError(status: number, how: EndReason, why: string): void {
    if (this.over) return
    if (this.reply.begun) {
      this.cutOff(how, why)
      return
    }
    const text = this.debug || status < 500 ? why : SHORT_ERROR
    this.reply.shape = undefined
    this.reply.whole(status, '', ['Content-Type', 'text/plain'], Buffer.from(`${text}\n`))
    this.#ended(how, why)
  }

  /** Ends the response where it is, properly. */
  finish(how: EndReason, message?: string): void {
    if (this.over) return
    this.reply.end(this.#asked.method === 'HEAD')
    this.#ended(how, message)
  }

  /** Cuts the client off: it must see that the response is not whole. */
  cutOff(how: EndReason, message: string): void {
    if (this.over) return
    this.reply.cut()
    this.#ended(how, message)
  }

  clientClosed(): void {
    if (this.reply.fault !== undefined) this.#ended('backend-failed', this.reply.fault)
    else this.#ended('client-left')
  }

  drained(): void {
    this.#ask?.resume()
    if (this.#hold?.kind === 'stream') this.#hold.drained()
  }

  #ended(how: EndReason, message?: string): void {
    if (this.over) return
    this.#phase = 'ended'
    this.context.wheel.clear(this)
    this.#ask?.stop()
    this.#ask = undefined
    this.#body?.drain()
    this.#body = undefined
    if (this.#gone !== undefined) tellGone(this, this.#gone)
    this.#hold?.release()
    this.#hold = undefined
    this.#answer = undefined
    this.#response.owner = undefined
    const { sink } = this
    sink.emit({
      type: 'ended',
      t: sink.now(),
      x: this.id,
      how,
      responseSize: this.reply.size,
      ...(message !== undefined && { message }),
    })
  }

  // ---- the request -------------------------------------------------------------------------------------------------

  /** Routes with `aco`: CORS headers, and JSON-P requests. False: a bad one, which was answered. */
  #letOthersIn(route: Route): boolean {
    const { method, url, headers } = this.#asked
    this.reply.shape = new ResponseShape(headers)
    const jsonp = readJsonp(method, url, route.jsonp)
    if (jsonp.kind === 'none') return true
    if (jsonp.kind === 'bad') {
      const { field, message, fix } = jsonp.problem
      this.respondError(400, 'bad-request', `Bad Request: ${field}: ${message}. ${fix}`)
      return false
    }
    const { callback, body } = jsonp.request
    const own: string[] = [...jsonp.request.headers, 'Accept', '*/*']
    for (let i = 0; i < headers.length; i += 2) {
      if (headers[i]?.toLowerCase() !== 'accept') own.push(headers[i] ?? '', headers[i + 1] ?? '')
    }
    if (body.length > 0) own.push('Content-Length', String(body.length))
    this.#asked = {
      method: jsonp.request.method,
      url: jsonp.request.url,
      headers: own,
      ...(body.length > 0 && { body }),
    }
    this.reply.shape.wrapIn(callback, route.jsonp.mode)
    return true
  }

  #takeBody(): void {
    const { sink } = this
    let recorded = 0
    this.#body = new RequestBody(
      this.request,
      (data) => {
        const room = sink.bodyLimit - recorded
        recorded += data.length
        if (room > 0) sink.emit({ type: 'request-data', t: sink.now(), x: this.id, data: upTo(data, room) })
      },
      (size) => sink.emit({ type: 'request-end', t: sink.now(), x: this.id, size }),
    )
  }

  #recordAnswer(data: Buffer): void {
    const { sink } = this
    const room = sink.bodyLimit - this.#answerSize
    this.#answerSize += data.length
    if (room > 0) sink.emit({ type: 'answer-data', t: sink.now(), x: this.id, data: upTo(data, room) })
  }

  #replayOf(headers: RawHeaders): number | undefined {
    const [id, secret] = headerOf(headers, REPLAY_HEADER).split(' ')
    return id && secret === this.context.replaySecret ? Number(id) : undefined
  }
}

/** The request as a backend is asked: a target in absolute form names the host itself (RFC 9112, 3.2.2). */
function originForm({ method = 'GET', url = '/', rawHeaders }: IncomingMessage): Asked {
  if (url.startsWith('/')) return { method, url, headers: rawHeaders }
  const [, host, path] = /^https?:\/\/([^/?#]*)([^#]*)/i.exec(url) ?? []
  if (host === undefined || path === undefined) return { method, url, headers: rawHeaders }
  const headers = ['Host', host, ...withoutNames(rawHeaders, HOST)]
  return { method, url: path.startsWith('/') ? path : `/${path}`, headers }
}

const HOST = new Set(['host'])

function upTo(data: Buffer, size: number): Buffer {
  return data.length > size ? data.subarray(0, size) : data
}
