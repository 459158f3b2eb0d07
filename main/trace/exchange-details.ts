// All that is known of one exchange, for the tabs of its details.
import type { ExchangeDetails } from '../../preload/views'
import { textOfHeader } from '../grip/grip-headers'
import { answersOf } from './answers'
import { endMessage } from './backend-failure'
import { bodyInfo, bodyOf } from './bodies'
import { latestOutcomes } from './deliveries'
import type { ExchangeId } from './events'
import { exchangeRow } from './exchange-row'
import { headerPairs } from './headers'
import { instructView } from './instruct-view'
import type { TraceModel } from './model'
import { nearPublishes } from './near-publishes'
import { outcomeRow } from './outcomes'
import { storyOf } from './story'
import { troublesOf } from './trouble'

/** Outcomes that are shown; of more, the latest. */
const DELIVERIES_MAX = 1000

/** Null if it is not known (any more). */
export function exchangeDetails(model: TraceModel, id: ExchangeId): ExchangeDetails | null {
  const exchange = model.exchanges.get(id)
  if (!exchange) return null
  const { request, response, end } = exchange
  return {
    row: exchangeRow(exchange),
    httpVersion: request.httpVersion,
    secure: request.secure,
    requestHeaders: headerPairs(request.headers),
    requestBody: bodyInfo(bodyOf(model, exchange, 'request')),
    answers: answersOf(exchange),
    instruct: instructView(exchange),
    response: response
      ? {
          status: response.status,
          reason: textOfHeader(response.reason),
          headers: headerPairs(response.headers),
          body: bodyInfo(bodyOf(model, exchange, 'response')),
          startedAt: response.t,
        }
      : null,
    troubles: troublesOf(exchange),
    keepAlives: exchange.keepAlives,
    deliveries: latestOutcomes(model, exchange, DELIVERIES_MAX).map((at) => outcomeRow(model, at)),
    nearPublishes: nearPublishes(model, exchange),
    messages: exchange.messageCount,
    story: storyOf(model, exchange),
    end: end ? { at: end.t, how: end.how, message: endMessage(exchange) } : null,
    replays: [...(exchange.replays ?? [])],
  }
}
