// Asks a stream's next link, or shares the request of another hold: the answer's body is appended to the client's
// response, its instruct replaces the old one.
import type { Cause } from '../../../preload/vocabulary/causes'
import { causeWords } from '../../grip/cause-words'
import type { Instruct } from '../../grip/instruct-types'
import { normalTarget } from '../../grip/request-target'
import type { Target } from '../../grip/route-types'
import type { Problem, SentReason, SharedWith } from '../../trace/events'
import type { AnswerTaker } from '../backend/answer-taker'
import { DecompressedAnswer } from '../backend/decompressed-answer'
import { InstructAnswer } from '../backend/instruct-answer'
import type { LinkListener, LinkMember, LinkRequest } from '../backend/shared-links'
import type { BackendFailure } from '../backend/upstream'
import { AnswerRecord } from '../exchange/answer-record'
import type { ExchangeScope } from '../exchange/exchange-scope'
import { recordBackendFailure } from '../exchange/failure-record'
import { limitReached } from '../exchange/limit-reached'
import { ownRequest } from '../exchange/own-request'
import { recordSent } from '../exchange/sent-record'
import { namesCoding } from '../http/compressed'
import { headerOf } from '../http/headers'
import { retryDelay } from '../pacing/retry'
import type { HasTimeout } from '../pacing/wheel'

export interface LinkOwner {
  /** Return false to be given no more until `drained()`. */
  linkData(chunk: Buffer): boolean
  /** The answer is whole. Its instruct replaces the old one; no hold and no next link: the stream ends. */
  linkDone(instruct: Instruct): void
  /** All tries failed, or the answer can't be used. */
  linkFailed(why: Cause): void
}

export class NextLink implements LinkListener, AnswerTaker, HasTimeout {
  dueTick = 0
  readonly #exchange: ExchangeScope
  readonly #owner: LinkOwner
  #url: URL | undefined
  #from: URL | undefined
  #lastIds: ReadonlyMap<string, string> = new Map()
  #sent: LinkMember | undefined
  #wanted: LinkRequest | undefined
  #why: SentReason = 'next'
  /** Stands before this where an answer is compressed. */
  #decompressed: DecompressedAnswer | undefined
  #failed = 0
  #sentData = false
  /** The answer under way. One that is an instruct in JSON is read whole, others stream. */
  #answer: InstructAnswer | undefined
  #record: AnswerRecord | undefined

  constructor(exchange: ExchangeScope, owner: LinkOwner) {
    this.#exchange = exchange
    this.#owner = owner
  }

  /**
   * @param from the URL that was asked before: a link to its host takes the exchange's route, others do not
   * @param lastIds what the client has, by channel name (Grip-Last)
   */
  ask(url: URL, from: URL, lastIds: ReadonlyMap<string, string>, why: SentReason): void {
    this.#url = url
    this.#from = from
    this.#lastIds = lastIds
    this.#failed = 0
    this.#sentData = false
    this.#send(why)
  }

  get exchangeId(): number {
    return this.#exchange.id
  }

  stop(): void {
    this.#exchange.context.wheel.clear(this)
    this.#sent?.stop()
    this.#forget()
  }

  drained(): void {
    if (this.#decompressed) this.#decompressed.drained()
    else this.#sent?.resume()
  }

  onTimeout(): void {
    this.#send('retry')
  }

  #send(why: SentReason): void {
    const wanted = this.#request()
    if (!wanted) return
    this.#why = why
    this.#wanted = wanted
    this.#sent = this.#exchange.context.links.request(wanted, this)
  }

  #request(): LinkRequest | undefined {
    const [url, from] = [this.#url, this.#from]
    const request = url && from && ownRequest(this.#exchange, url, from, this.#lastIds)
    if (!request) return undefined
    const { target, path, headers } = request
    if (headerOf(headers, 'accept') === '') headers.push('Accept', '*/*')
    return {
      target,
      request: { method: 'GET', path, headers, body: null },
      path: normalTarget(url.pathname),
      // As in Pushpin, what another service is asked is not shared.
      key: url.origin === from.origin ? this.#sharingKey(url) : undefined,
    }
  }

  /** The same for holds that share an answer: those of one route whose links differ at most in the query, and whose clients have the same. */
  #sharingKey(url: URL): string {
    const lastIds = [...this.#lastIds].map((pair) => pair.join('\n')).sort()
    return [this.#exchange.route?.text ?? '', url.origin + normalTarget(url.pathname), ...lastIds].join('\n\n')
  }

  onWait(): void {
    const { target } = this.#wanted ?? {}
    const { sink, id, context } = this.#exchange
    const max = context.options.linkAsksMax
    limitReached(sink, id, 'linkAsksMax', { code: 'links-wait', max, target: target?.text ?? 'the backend' })
  }

  onSent(shared: SharedWith | undefined): void {
    const wanted = this.#wanted
    if (wanted) recordSent(this.#exchange, wanted.target, wanted.request, this.#why, { ...(shared && { shared }) })
  }

  onHead(status: number, reason: string, headers: string[]): void {
    this.#record = new AnswerRecord(this.#exchange, { status, reason, headers })
    if (status < 200 || status > 299) {
      this.#sent?.stop()
      this.#retry({ code: 'link-status', status })
      return
    }
    if (namesCoding(headers)) this.#decompressed = new DecompressedAnswer(this, () => this.#sent?.resume())
    this.#reader.answerHead(status, reason, headers)
  }

  onData(chunk: Buffer): boolean {
    this.#record?.add(chunk)
    return this.#reader.answerData(chunk)
  }

  onEnd(): void {
    this.#sent = undefined
    this.#record?.end()
    this.#reader.answerEnd()
  }

  onFail(target: Target, failure: BackendFailure): void {
    const again = !this.#sentData && this.#failed < this.#exchange.context.options.retryMax
    recordBackendFailure(this.#exchange, target, failure, { again })
    this.#retry(failure.cause)
  }

  answerHead(status: number, reason: string, headers: string[]): void {
    this.#answer = new InstructAnswer(status, reason, headers, this.#exchange.context.options)
  }

  answerData(chunk: Buffer): boolean {
    this.#sentData = true
    return this.#owner.linkData(chunk)
  }

  answerEnd(): void {
    const answer = this.#answer
    this.#forget()
    const instruct = answer && this.#understand(answer)
    if (instruct) this.#owner.linkDone(instruct)
  }

  answerFailed(why: Cause): void {
    this.#sent?.stop()
    this.#retry(why)
  }

  /** Who takes the answer as it came. */
  get #reader(): AnswerTaker {
    return this.#decompressed ?? this
  }

  #forget(): void {
    this.#sent = undefined
    this.#answer = undefined
    this.#decompressed?.stop()
    this.#decompressed = undefined
  }

  /** The body has gone to the client by now: an instruct in JSON can't be read here (as in Pushpin). */
  #understand(answer: InstructAnswer): Instruct | undefined {
    const { sink, id } = this.#exchange
    const { status, reason, headers } = answer
    const body = Buffer.alloc(0)
    if (answer.from === 'none')
      return { response: { code: status, reason, headers, body }, meta: {}, exposeHeaders: [] }
    const read = answer.from === 'json' ? JSON_OF_LINK : answer.read(body, sink, id, { objection })
    if ('response' in read) return read
    if ('code' in read) {
      this.#fail(read)
    } else {
      sink.emit({ type: 'instruct', t: sink.now(), x: id, from: 'json', problems: [read], accepted: false })
      this.#fail({ code: 'link-in-json' })
    }
    return undefined
  }

  #retry(why: Cause): void {
    this.#forget()
    const { context } = this.#exchange
    if (this.#sentData || this.#failed >= context.options.retryMax) this.#fail(why)
    else context.wheel.set(this, retryDelay(this.#failed++))
  }

  #fail(why: Cause): void {
    this.stop()
    this.#owner.linkFailed(why)
  }
}

function objection({ hold }: Instruct): Problem | undefined {
  return hold?.mode === 'response' ? RESPONSE_HOLD : undefined
}

const JSON_OF_LINK: Problem = {
  field: 'Content-Type',
  message: causeWords({ code: 'link-in-json' }),
  fix: 'Give the instruct in Grip-* headers, and the content as the body.',
}
const RESPONSE_HOLD: Problem = {
  field: 'hold.mode',
  message: 'the next link of a stream returned a response hold',
  fix: 'hold it as a stream',
}
