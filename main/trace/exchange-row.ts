// The row of the exchanges table.
import type { ExchangeRow } from '../../preload/views'
import { endWords } from '../grip/end-words'
import { failureWords } from '../grip/failure-words'
import { headerValue, textOfHeader } from '../grip/grip-headers'
import { failureOf } from './backend-failure'
import type { PausedEvent } from './events'
import type { ExchangeRecord } from './exchange-state'
import { troubleOf } from './trouble'

export function exchangeRow(exchange: ExchangeRecord): ExchangeRow {
  const { request, end, held } = exchange
  return {
    id: exchange.id,
    kind: exchange.kind,
    method: request.method,
    path: request.url,
    host: textOfHeader(headerValue(request.headers, 'host') ?? ''),
    client: request.client,
    status: exchange.response?.status ?? null,
    channels: exchange.channels,
    state: exchange.state,
    note: noteOf(exchange),
    at: request.t,
    sentAt: exchange.sentAt,
    answeredAt: exchange.answeredAt,
    heldAt: exchange.heldAt,
    endedAt: end?.t ?? null,
    formerHolds: exchange.formerHolds?.slice() ?? [],
    holdTimeout: held && held.timeout > 0 ? held.timeout : null,
    delivered: exchange.delivered,
    deliveredAt: exchange.deliveredAt.slice(),
    missed: exchange.missed,
    trouble: troubleOf(exchange),
    requestSize: exchange.requestSize + exchange.bytesIn,
    responseSize: exchange.responseSize,
    replayOf: request.replayOf ?? null,
    messagesIn: exchange.messagesIn,
    messagesOut: exchange.messagesOut,
  }
}

const PAUSED_WORDS: Readonly<Record<PausedEvent['what'], string>> = {
  request: 'request',
  instruct: 'instruct',
  delivery: 'message',
  message: 'message',
}

function pausedWords(pauses: ReadonlyMap<number, PausedEvent>): string {
  const [first] = pauses.values()
  if (!first) return ''
  return `${PAUSED_WORDS[first.what]} paused${pauses.size > 1 ? ` and ${pauses.size - 1} more` : ''}`
}

/** A few words where the state alone does not say it. */
function noteOf(exchange: ExchangeRecord): string {
  const { end, instruct } = exchange
  const failure = failureOf(exchange)
  if (!end) {
    if (exchange.pauses && exchange.pauses.size > 0) return pausedWords(exchange.pauses)
    if (failure?.again && exchange.state === 'waiting')
      return `${failureWords(failure.target, failure.code).short}, trying again`
    return exchange.held && exchange.state === 'waiting' ? 'sent to the backend again' : ''
  }
  switch (end.how) {
    case 'instruct-refused': {
      const field = instruct && !instruct.accepted ? instruct.problems[0]?.field : undefined
      return field === undefined ? 'bad instruct' : `bad instruct: ${field}`
    }
    case 'backend-failed':
      return failure && !failure.again
        ? failureWords(failure.target, failure.code).short
        : endWords(end) || 'backend failed'
    case 'client-slow':
      return 'client too slow'
    case 'no-route':
      return 'no route'
    case 'bad-request':
      return 'bad request'
    case 'not-supported':
      return 'not supported'
    case 'stopped':
      return 'proxy stopped'
    case 'complete':
    case 'delivered':
    case 'timed-out':
    case 'closed':
    case 'client-left':
      return ''
  }
}
