// The text of short answers, for rules that know what servers say when they refuse: of some statuses only, and its beginning.
import { headerValue } from '../../grip/grip-headers'
import type { AnswerDataEvent, AnsweredEvent, ExchangeId, ResponseDataEvent } from '../events'
import { keepBelow } from './words'

/** Bytes that are read. */
const READ_MAX = 16 * 1024
/** Answers that are under way; of more, the latest. */
const ANSWERS_MAX = 100

interface Answer {
  /** It came compressed: what went to the client can be read. */
  readonly compressed: boolean
  readonly parts: Buffer[]
  size: number
}

export class ShortAnswers {
  readonly #statuses: ReadonlySet<number>
  readonly #answers = new Map<ExchangeId, Answer>()

  constructor(...statuses: readonly number[]) {
    this.#statuses = new Set(statuses)
  }

  answered({ x, status, headers, filter }: AnsweredEvent): void {
    if (filter) return
    if (this.#answers.size > 0) this.#answers.delete(x)
    if (!this.#statuses.has(status)) return
    keepBelow(ANSWERS_MAX, this.#answers)
    this.#answers.set(x, { compressed: headerValue(headers, 'content-encoding') !== undefined, parts: [], size: 0 })
  }

  data({ type, x, data }: AnswerDataEvent | ResponseDataEvent): void {
    const answer = this.#answers.size > 0 ? this.#answers.get(x) : undefined
    if (!answer || answer.compressed !== (type === 'response-data') || answer.size >= READ_MAX) return
    answer.parts.push(Buffer.from(data.subarray(0, READ_MAX - answer.size)))
    answer.size += data.length
  }

  /** The text of the answer, when the exchange is over. Undefined: it had another status. */
  take(x: ExchangeId): string | undefined {
    const answer = this.#answers.size > 0 ? this.#answers.get(x) : undefined
    if (!answer) return undefined
    this.#answers.delete(x)
    return Buffer.concat(answer.parts).toString('utf8')
  }
}
