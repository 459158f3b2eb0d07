// Records what a backend answered: its head, its body as far as it is kept, its end; or that it failed.
import type { ExchangeId, RawHeaders, TraceSink } from '../../trace/events'
import { BodyRecord } from '../http/body-record'
import { isCompressed } from '../http/compressed'

/** Whose question it was. */
export interface AnswerOwner {
  readonly sink: TraceSink
  readonly id: ExchangeId
}

export interface AnswerHead {
  readonly status: number
  readonly reason: string
  readonly headers: RawHeaders
}

/** One answer: its head is recorded as it is made. */
export class AnswerRecord extends BodyRecord {
  readonly #owner: AnswerOwner
  readonly #filter: true | undefined

  /** @param filter it answers a filter */
  constructor(owner: AnswerOwner, { status, reason, headers }: AnswerHead, filter?: true) {
    const { sink, id: x } = owner
    super(sink, x, { type: 'answer-data', compressed: isCompressed(headers), ...(filter && { filter }) })
    this.#owner = owner
    this.#filter = filter
    sink.emit({ type: 'answered', t: sink.now(), x, status, reason, headers, ...(filter && { filter }) })
  }

  /** The answer is whole. @param size bytes of its body, where not all of it was added */
  end(size = this.size): void {
    const { sink, id: x } = this.#owner
    const filter = this.#filter
    sink.emit({ type: 'answer-end', t: sink.now(), x, size, ...(filter && { filter }) })
  }
}

export interface Failure {
  /** The target that was asked, as the route has it. */
  readonly target: string
  /** System or client error code. */
  readonly code: string
  readonly message: string
  /** Another try follows. */
  readonly again: boolean
}

/** No answer came, or it broke off. @param filter it was to answer a filter */
export function recordFailure(
  { sink, id: x }: AnswerOwner,
  { target, code, message, again }: Failure,
  filter?: true,
): void {
  sink.emit({ type: 'backend-failed', t: sink.now(), x, target, code, message, again, ...(filter && { filter }) })
}
