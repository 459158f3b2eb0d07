// Each time a backend was asked for an exchange, and what it answered.
import type { AnswerView } from '../../preload/views'
import { asSentence, BACKEND_TLS } from '../grip/failure-words'
import { textOfHeader } from '../grip/grip-headers'
import { failureSaid, tlsMismatch } from './backend-failure'
import { BodyReader, bodyFrom, bodyInfo } from './bodies'
import type { SentEvent } from './events'
import type { ExchangeRecord } from './exchange-state'
import { headerPairs } from './headers'

/** Askings that are shown: the first and the latest, where a WebSocket over HTTP has very many. */
const SHOWN_MAX = 200

interface Asked {
  view: AnswerView
  readonly body: BodyReader
  size: number | undefined
}

/** Oldest first. */
export function answersOf(exchange: ExchangeRecord): AnswerView[] {
  const leftOut = leftOutOf(exchange)
  const all: Asked[] = []
  let askings = 0
  /** Filters ask while others may be asked. */
  const latest: { filter: Asked | undefined; other: Asked | undefined } = { filter: undefined, other: undefined }
  for (const event of exchange.events) {
    const last = 'filter' in event ? latest.filter : latest.other
    switch (event.type) {
      case 'sent': {
        const place = askings++
        const isLeftOut = place > 0 && place <= leftOut
        const asked = isLeftOut ? undefined : { view: begun(event), body: new BodyReader(), size: undefined }
        if (asked) all.push(asked)
        latest[event.why === 'filter' ? 'filter' : 'other'] = asked
        break
      }
      case 'answered':
        if (!last) break
        last.view.answeredAt = event.t
        last.view.status = event.status
        last.view.reason = textOfHeader(event.reason)
        last.view.headers = headerPairs(event.headers)
        break
      case 'answer-data':
        if (!last) break
        last.body.add(event)
        break
      case 'answer-end':
        if (!last) break
        last.view.endedAt = event.t
        last.size = event.size
        break
      case 'backend-failed':
        if (!last) break
        last.view.endedAt = event.t
        last.view.failure = asSentence(failureSaid(event))
        break
      case 'tls-probed': {
        const mismatch = event.spoken === 'tls' ? tlsMismatch(event.target, BACKEND_TLS) : undefined
        if (last && mismatch) last.view.failure = `${mismatch.message} ${mismatch.fix}`
        break
      }
    }
  }
  return all.map(finished)
}

/** How many askings after the first one are not shown. */
function leftOutOf({ events }: ExchangeRecord): number {
  let askings = 0
  for (const { type } of events) if (type === 'sent') askings++
  return Math.max(askings - SHOWN_MAX, 0)
}

function begun(event: SentEvent): AnswerView {
  return {
    target: event.target,
    route: event.route,
    why: event.why,
    sentAt: event.t,
    method: event.method,
    url: event.url,
    requestHeaders: headerPairs(event.headers),
    sharedWith: event.shared?.x ?? null,
    answeredAt: null,
    endedAt: null,
    status: null,
    reason: '',
    headers: [],
    body: { size: 0, kept: 0, contentType: '', contentEncoding: '' },
    failure: '',
  }
}

function finished({ view, body, size }: Asked): AnswerView {
  return { ...view, body: bodyInfo(bodyFrom(view.headers.flat(), body.pieces, size)) }
}
