// Records what a backend answered: its head, its body as far as it is kept, its end; or that it failed.
import type { Cause } from '../../../preload/vocabulary/causes'
import type {
  AnswerEndEvent,
  AnsweredEvent,
  BackendFailedEvent,
  ExchangeId,
  RawHeaders,
  TraceSink,
} from '../../trace/events'
import type { Making } from '../../trace/events/terms'
import { BodyRecord, type RecordedBody } from '../http/body-record'
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
    super(sink, x, bodyOf(isCompressed(headers), filter))
    this.#owner = owner
    this.#filter = filter
    const event: Making<AnsweredEvent> = { type: 'answered', t: sink.now(), x, status, reason, headers }
    if (filter) event.filter = filter
    sink.emit(event)
  }

  /** The answer is whole. @param size bytes of its body, where not all of it was added */
  end(size = this.size): void {
    const { sink, id: x } = this.#owner
    const event: Making<AnswerEndEvent> = { type: 'answer-end', t: sink.now(), x, size }
    if (this.#filter) event.filter = this.#filter
    sink.emit(event)
  }
}

export interface Failure {
  /** The target that was asked, as the route has it. */
  readonly target: string
  /** System or client error code. */
  readonly code: string
  readonly cause: Cause
  /** Another try follows. */
  readonly again: boolean
}

/** No answer came, or it broke off. @param filter it was to answer a filter */
export function recordFailure(
  { sink, id: x }: AnswerOwner,
  { target, code, cause, again }: Failure,
  filter?: true,
): void {
  const t = sink.now()
  const event: Making<BackendFailedEvent> = { type: 'backend-failed', t, x, target, code, cause, again }
  if (filter) event.filter = filter
  sink.emit(event)
}

const PLAIN: RecordedBody = { type: 'answer-data', compressed: false }
const COMPRESSED: RecordedBody = { type: 'answer-data', compressed: true }

function bodyOf(compressed: boolean, filter: true | undefined): RecordedBody {
  if (filter) return { type: 'answer-data', compressed, filter }
  return compressed ? COMPRESSED : PLAIN
}
