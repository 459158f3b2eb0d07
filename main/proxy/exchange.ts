// One exchange's life on the client's side: the request comes in, a backend is asked, its answer passes through or is
// held, the response goes out. Holds (response-hold, stream-hold) take over where the backend instructs one.
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import { gripOf, type Instruct, readInstruct } from '../grip/instruct'
import type { Route, Target } from '../grip/routes'
import type { EndReason, Problem, PublishId, RawHeaders, SentReason, TraceSink } from '../trace/events'
import { type ClientResponse, type ResponseOwner, watchClose } from './client-response'
import { INTERNAL_HEADERS, type ProxyContext, REPLAY_HEADER } from './context'
import { headerOf, heldHeaders, requestHeaders, responseHeaders } from './headers'
import { hostName } from './host-name'
import { RequestBody } from './request-body'
import { ResponseHold } from './response-hold'
import { RETRY_MAX, retryDelay } from './retry'
import { SilentSink } from './silent-sink'
import { StreamHold } from './stream-hold'
import { testAnswer } from './test-target'
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
  readonly response: ClientResponse
  /** Where this exchange's events go: nowhere, if recording was paused when it began. */
  readonly sink: TraceSink
  dueTick = 0
  #phase: Phase = 'new'
  #route: Route | undefined
  #target: Target | undefined
  #nextTarget = 0
  #ask: Ask | undefined
  #body: RequestBody | undefined
  #answer: Answer | undefined
  /** Head and body of an answer without a length, until the end of this turn of the event loop. */
  #unsent: Answer | undefined
  /** The instruct's body goes through while it comes; the hold begins after it. */
  #passingInstruct: Instruct | undefined
  #hold: ResponseHold | StreamHold | undefined
  #left = -1
  #recordedBytes = 0
  #responseSize = 0
  #staleTried = false
  /** Tries of asking again that failed; -1: this is the client's own request. */
  #retries = -1
  #lastIds: ReadonlyMap<string, string> | undefined

  constructor(context: ProxyContext, request: IncomingMessage, response: ClientResponse) {
    this.context = context
    this.id = context.nextExchange()
    this.request = request
    this.response = response
    this.sink = context.sink.recording ? context.sink : new SilentSink(context.sink)
    response.owner = this
    watchClose(response)
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
    const url = this.request.url ?? '/'
    return URL.canParse(url, base) ? new URL(url, base) : new URL('http://localhost/')
  }

  get origin(): string {
    return this.url.origin
  }

  /** Error answers say why. */
  get debug(): boolean {
    return this.context.options.debug || (this.#route?.debug ?? false)
  }

  start(): void {
    const { request, sink } = this
    const { rawHeaders } = request
    const url = request.url ?? '/'
    const replayOf = this.#replayOf(rawHeaders)
    sink.emit({
      type: 'request',
      t: sink.now(),
      x: this.id,
      method: request.method ?? 'GET',
      url,
      httpVersion: request.httpVersion,
      headers: rawHeaders,
      client: `${request.socket.remoteAddress ?? ''}:${request.socket.remotePort ?? ''}`,
      secure: 'encrypted' in request.socket,
      ...(replayOf !== undefined && { replayOf }),
    })
    if (hasBody(rawHeaders)) this.#takeBody()
    const route = this.context.routes.pick({
      host: hostName(headerOf(rawHeaders, 'host')),
      path: url,
      proto: 'http',
      ssl: 'encrypted' in request.socket,
    })
    if (!route) {
      this.respondError(502, 'no-route', `No route for ${headerOf(rawHeaders, 'host')}${url}.`)
      return
    }
    this.#route = route
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
    const { context, request, sink } = this
    this.#target = target
    this.#phase = 'asking'
    const method = request.method ?? 'GET'
    const path = context.routes.rewritePath(route, request.url ?? '/')
    const headers = requestHeaders(
      request.rawHeaders,
      route,
      {
        signature: route.noGrip ? '' : context.signerOf(route).token(Date.now()),
        ...(this.#lastIds && { lastIds: this.#lastIds }),
        ...(target.hostHeader !== undefined && { host: target.hostHeader }),
      },
      INTERNAL_HEADERS,
    )
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
    })
    if (target.test) {
      testAnswer(route, path, this, (ask) => {
        this.#ask = ask
      })
      return
    }
    this.#ask = context.upstream.ask(target, { method, path, headers, body: this.#body?.stream() ?? null }, this)
  }

  onHead(_ask: Ask, status: number, reason: string, headers: string[]): void {
    const { sink } = this
    this.#recordedBytes = 0
    sink.emit({ type: 'answered', t: sink.now(), x: this.id, status, reason, headers })
    if (this.#route?.noGrip || gripOf(headers) === 'none') {
      this.#pass(status, reason, headers)
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
    if (this.#phase === 'reading' && this.#answer) {
      this.#answer.chunks.push(chunk)
      this.#answer.size += chunk.length
      return this.#answer.size > INSTRUCT_MAX ? this.#tooLarge(this.#answer) : true
    }
    this.#responseSize += chunk.length
    if (this.#unsent) {
      this.#unsent.chunks.push(chunk)
      return true
    }
    if (this.#left >= 0) {
      this.#left -= chunk.length
      if (this.#left === 0 && !this.#passingInstruct) {
        this.response.endWith(chunk)
        return true
      }
    }
    return this.response.writePart(chunk)
  }

  onEnd(_ask: Ask): void {
    const { sink } = this
    this.#ask = undefined
    sink.emit({ type: 'answer-end', t: sink.now(), x: this.id, size: this.#answer?.size ?? this.#responseSize })
    const instruct = this.#passingInstruct
    if (this.#phase === 'reading' && this.#answer) this.#readAnswer(this.#answer)
    else if (instruct) this.#holdStream(instruct)
    else if (this.#unsent) this.#sendWhole(this.#unsent)
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
      // The client must see that the body is not whole: the connection ends without its end.
      this.response.destroy()
      this.#ended('backend-failed', failure.message)
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
    const method = this.request.method
    return !this.#body && (method === 'GET' || method === 'HEAD' || method === 'OPTIONS')
  }

  #giveUp(why: string): void {
    this.respondError(502, 'backend-failed', why)
  }

  #pass(status: number, reason: string, headers: RawHeaders): void {
    this.#phase = 'passing'
    const length = headerOf(headers, 'content-length')
    this.#left = length === '' ? -1 : Number(length)
    const out = responseHeaders(headers, this.#route?.noGrip ?? false)
    if (this.#left < 0) {
      // An answer that comes whole in one read gets a length instead of chunks, as Pushpin does it.
      this.#unsent = { status, reason, headers: out, chunks: [], size: 0 }
    } else {
      this.begin(status, reason, out, 'answer')
    }
    flushSoon(this)
  }

  // ---- instructs ---------------------------------------------------------------------------------------------------

  #readAnswer(answer: Answer): void {
    this.#answer = undefined
    const body = answer.chunks.length === 1 && answer.chunks[0] ? answer.chunks[0] : Buffer.concat(answer.chunks)
    const instruct = this.#understand(answer, body)
    if (!instruct) return
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
    const head = result.ok && result.instruct.hold !== undefined && this.request.method === 'HEAD'
    if (head)
      problems = [{ field: 'hold', message: 'a HEAD request cannot be held', fix: 'answer HEAD without a hold' }]
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
    if (this.#phase === 'ended') return true
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
    this.begin(code, reason, heldHeaders(headers), 'answer')
    let flowing = true
    for (const chunk of answer.chunks) {
      this.#responseSize += chunk.length
      flowing = this.response.writePart(chunk)
    }
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
      this.begin(code, reason, heldHeaders(headers), 'own')
      if (body.length > 0) this.writeOwn(body)
      else this.response.flushHeaders()
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

  /** Sends the head of the response. */
  begin(status: number, reason: string, headers: string[], body: 'answer' | 'own' | 'publish', p?: PublishId): void {
    const { sink } = this
    sink.emit({
      type: 'response',
      t: sink.now(),
      x: this.id,
      status,
      reason,
      headers,
      body,
      ...(p !== undefined && { p }),
    })
    this.response.writeHead(status, reason, headers)
  }

  /** Sends bytes that come from no publish (an instruct's body, a link's answer). False: the client is slow, see drained. */
  writeOwn(content: Buffer): boolean {
    this.recordOwn(content)
    this.#responseSize += content.length
    return this.response.writePart(content)
  }

  /** Sends bytes past node's own framing: `frame` to a client that takes chunks, else `content`. False: it is slow. */
  writeFramed(content: Buffer, frame: Buffer): boolean {
    const { response } = this
    this.#responseSize += content.length
    const socket = response.socket
    if (!socket || response.writableLength > 0) {
      response.write(content)
    } else {
      socket.write(this.chunked ? frame : content)
    }
    return (socket?.writableLength ?? 0) + response.writableLength <= this.context.options.clientBufferMax
  }

  /** Sends a whole response and ends the exchange. `p`: the publish that it comes from. */
  respond(status: number, reason: string, headers: string[], body: Buffer, how: EndReason, p?: PublishId): void {
    if (status !== 204 && status !== 304) headers.push('Content-Length', String(body.length))
    this.begin(status, reason || (STATUS_CODES[status] ?? ''), headers, p === undefined ? 'own' : 'publish', p)
    if (p === undefined && body.length > 0) this.recordOwn(body)
    this.#responseSize += body.length
    this.response.endWith(body)
    this.#ended(how)
  }

  /** Answers with an error page. It says why only in debug mode: the trace always knows. */
  respondError(status: number, how: EndReason, why: string): void {
    if (this.#phase === 'ended') return
    if (this.response.headersSent) {
      this.response.destroy()
      this.#ended(how, why)
      return
    }
    const text = this.debug || status < 502 ? why : SHORT_ERROR
    const body = Buffer.from(`${text}\n`)
    const reason = STATUS_CODES[status] ?? ''
    const headers = ['Content-Type', 'text/plain', 'Content-Length', String(body.length)]
    this.begin(status, reason, headers, 'own')
    this.recordOwn(body)
    this.#responseSize += body.length
    this.response.endWith(body)
    this.#ended(how, why)
  }

  /** Ends the response where it is, properly. */
  finish(how: EndReason, message?: string): void {
    if (this.#phase === 'ended') return
    this.response.end()
    this.#ended(how, message)
  }

  /** Cuts the client off. */
  cutOff(how: EndReason, message: string): void {
    if (this.#phase === 'ended') return
    this.response.destroy()
    this.#ended(how, message)
  }

  /** Sends what waits in the hope of more: the head, or all that came of the body so far. */
  flush(): void {
    const unsent = this.#unsent
    if (this.#phase === 'ended') return
    if (!unsent) {
      this.response.flushHeaders()
      return
    }
    this.#unsent = undefined
    this.begin(unsent.status, unsent.reason, [...unsent.headers], 'answer')
    if (unsent.chunks.length === 0) this.response.flushHeaders()
    for (const chunk of unsent.chunks) this.response.writePart(chunk)
  }

  #sendWhole({ status, reason, headers, chunks }: Answer): void {
    this.#unsent = undefined
    const bodiless = this.request.method === 'HEAD' || status === 204 || status === 304
    const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks)
    const out = bodiless ? [...headers] : [...headers, 'Content-Length', String(body.length)]
    this.begin(status, reason, out, 'answer')
    this.response.endWith(body)
    this.#ended('complete')
  }

  /** The client's connection is gone. */
  clientClosed(): void {
    if (this.#phase === 'ended') return
    this.#ended('client-left')
  }

  /** The client takes data again. */
  drained(): void {
    this.#ask?.resume()
    if (this.#hold?.kind === 'stream') this.#hold.drained()
  }

  recordOwn(data: Buffer): void {
    const { sink } = this
    if (this.#recordedBytes >= sink.bodyLimit) return
    this.#recordedBytes += data.length
    sink.emit({ type: 'response-data', t: sink.now(), x: this.id, data })
  }

  #ended(how: EndReason, message?: string): void {
    if (this.#phase === 'ended') return
    this.#phase = 'ended'
    this.context.wheel.clear(this)
    this.#ask?.stop()
    this.#ask = undefined
    this.#body?.drain()
    this.#body = undefined
    this.#hold?.release()
    this.#hold = undefined
    this.#answer = undefined
    this.#unsent = undefined
    this.response.owner = undefined
    const { sink } = this
    sink.emit({
      type: 'ended',
      t: sink.now(),
      x: this.id,
      how,
      responseSize: this.#responseSize,
      ...(message !== undefined && { message }),
    })
  }

  // ---- the request -------------------------------------------------------------------------------------------------

  #takeBody(): void {
    const { sink } = this
    let recorded = 0
    this.#body = new RequestBody(
      this.request,
      (data) => {
        if (recorded >= sink.bodyLimit) return
        const room = sink.bodyLimit - recorded
        recorded += data.length
        sink.emit({
          type: 'request-data',
          t: sink.now(),
          x: this.id,
          data: data.length > room ? data.subarray(0, room) : data,
        })
      },
      (size) => sink.emit({ type: 'request-end', t: sink.now(), x: this.id, size }),
    )
  }

  #recordAnswer(data: Buffer): void {
    const { sink } = this
    const room = sink.bodyLimit - this.#recordedBytes
    if (room <= 0) return
    this.#recordedBytes += data.length
    sink.emit({
      type: 'answer-data',
      t: sink.now(),
      x: this.id,
      data: data.length > room ? data.subarray(0, room) : data,
    })
  }

  #replayOf(headers: RawHeaders): number | undefined {
    const [id, secret] = headerOf(headers, REPLAY_HEADER).split(' ')
    return id && secret === this.context.replaySecret ? Number(id) : undefined
  }
}

let unflushed: Exchange[] = []

/** Sends the head by itself, unless body data goes out with it in this turn of the event loop. */
function flushSoon(exchange: Exchange): void {
  if (unflushed.length === 0) setImmediate(flushAll)
  unflushed.push(exchange)
}

function flushAll(): void {
  const exchanges = unflushed
  unflushed = []
  for (const exchange of exchanges) exchange.flush()
}

function hasBody(headers: RawHeaders): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]
    if (name === undefined) continue
    if (name.length === 14 && name.toLowerCase() === 'content-length') return headers[i + 1] !== '0'
    if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') return true
  }
  return false
}
