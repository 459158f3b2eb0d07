// What an HTTP exchange does with its backend's answer: it passes through, or its instruct is read and a hold begins.
import type { Cause } from '../../../preload/vocabulary/causes'
import { gripOf } from '../../grip/instruct'
import type { Instruct } from '../../grip/instruct-types'
import type { Route, Target } from '../../grip/route-types'
import type { EndReason, TraceSink } from '../../trace/events'
import type { AnswerTaker } from '../backend/answer-taker'
import { firstBody, InstructAnswer } from '../backend/instruct-answer'
import type { ForwardedRequest } from '../client/forwarded-request'
import type { Reply } from '../client/reply'
import type { RequestBody } from '../client/request-body'
import type { ProxyContext } from '../exchange/context'
import type { HttpExchangeScope, SockjsRequest } from '../exchange/exchange-scope'
import type { Paused } from '../gate/paused'
import { idsToRequestAgain } from '../holds/hold-subscriptions'
import { ResponseHold } from '../holds/response-hold'
import { StreamHold } from '../holds/stream-hold'
import { startStream } from '../holds/stream-start'
import type { ClientRequest } from '../http/client-request'
import { headerOf, heldHeaders, type RequestRules, responseHeaders } from '../http/headers'
import { stopInstruct } from './exchange-gate'
import { actOn, HttpMachine } from './http-machine'

type HttpHold = ResponseHold | StreamHold | SockjsRequest

export abstract class AnsweredExchange
  extends HttpMachine<InstructAnswer, HttpHold>
  implements AnswerTaker, HttpExchangeScope
{
  abstract readonly id: number
  abstract readonly context: ProxyContext
  abstract readonly sink: TraceSink
  abstract readonly route: Route | undefined
  abstract readonly target: Target | undefined
  abstract readonly url: URL
  abstract readonly rules: RequestRules
  abstract readonly debug: boolean
  abstract readonly request: ClientRequest
  abstract readonly reply: Reply
  abstract readonly forwarded: ForwardedRequest
  abstract readonly body: RequestBody | undefined
  abstract readonly chunked: boolean
  /** Signed by another GRIP proxy, which acts on the instructs. */
  protected abstract readonly trusted: boolean
  /** Link to tell that the hold is over; the first hold's counts. */
  protected gone: string | undefined
  /** Its request or instruct waits at the gate. */
  protected paused: Paused | undefined
  /** The answer's bytes are not as the backend sent them. */
  #decompressed = false

  abstract requestAgain(...args: Parameters<HttpExchangeScope['requestAgain']>): void
  abstract respond(...args: Parameters<HttpExchangeScope['respond']>): void
  abstract finishFaulty(why: Cause): void
  abstract finish(how: EndReason, why?: Cause): void
  abstract cutOff(how: EndReason, why: Cause): void
  abstract respondError(status: number, how: EndReason, why: Cause, tells?: boolean, page?: string): void
  /** Ends the request to the backend, and all further tries. */
  protected abstract stopAsking(): void
  /** The response has ended: so does the exchange. */
  protected abstract endWith(how: EndReason, why?: Cause): void

  // ---- the backend's answer ----------------------------------------------------------------------------------------

  answerHead(status: number, reason: string, headers: string[], decompressed = false): void {
    this.#decompressed = decompressed
    const plain = this.trusted || (this.route?.noGrip ?? false)
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
        this.stopAsking()
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

  answerFailed(why: Cause): void {
    if (this.answerBroke() === 'cut') this.cutOff('backend-failed', why)
    else this.respondError(502, 'backend-failed', why)
  }

  // ---- instructs ---------------------------------------------------------------------------------------------------

  /** Reads an answer with an instruct, unless it is stopped at the gate. */
  #takeAnswer(answer: InstructAnswer): void {
    if (this.context.gate.guarded) {
      this.paused = stopInstruct(this, answer, (passed) => {
        this.paused = undefined
        this.#readAnswer(passed)
      })
      this.paused?.shown()
      if (this.paused) return
    }
    this.#readAnswer(answer)
  }

  #readAnswer(answer: InstructAnswer): void {
    const instruct = this.#understand(answer, answer.body)
    if (!instruct) return
    if (instruct.hold || instruct.next) this.gone ??= instruct.gone?.uri
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
        if ('code' in body) this.respondError(502, 'instruct-refused', body)
        else this.respond(code, reason, heldHeaders(headers), body, 'complete')
      }
    }
  }

  /** Reads an instruct; answers 502 if it can't be accepted. */
  #understand(answer: InstructAnswer, body: Buffer): Instruct | undefined {
    const read = answer.read(body, this.sink, this.id, { method: this.request.method ?? 'GET' })
    if ('response' in read) return read
    this.respondError(502, 'instruct-refused', read, undefined, answer.page)
    return undefined
  }

  /** An instruct that is longer than is read whole: only a stream that begins with it can go on. */
  #tooLong(answer: InstructAnswer): boolean {
    const instruct = answer.from === 'headers' ? this.#understand(answer, Buffer.alloc(0)) : undefined
    switch (this.isTooLong(instruct)) {
      case 'ignore':
        return true
      case 'refuse':
        this.stopAsking()
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
    if (fault !== undefined) this.endWith('backend-failed', fault)
    else if (this.reply.ended && this.reply.noBody)
      this.endWith('complete', { code: 'whole-with-head', noBody: this.reply.noBody })
    else if (this.reply.ended) this.endWith('complete')
    else hold.start()
  }
}
