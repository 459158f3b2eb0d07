// What publishes put on one client's stream: the first of it and the latest, where it is too much to be put together.
import type { BodyPiece } from './bodies'
import { firstOutcomes, latestOutcomes, type OutcomeAt } from './deliveries'
import { OUTCOMES } from './events'
import type { ExchangeRecord } from './exchange-state'
import type { TraceModel } from './model'
import { publishedContent } from './published-content'

/** Bytes of published content that are put into one body, at its beginning and at its end, and deliveries looked at for each. */
const HALF = 512 * 1024
const DELIVERIES_MAX = 20_000

/** In the order in which they were sent. */
export function publishedPieces(model: TraceModel, exchange: ExchangeRecord): BodyPiece[] {
  const first = delivered(firstOutcomes(model, exchange, DELIVERIES_MAX))
  const beginning = take(model, exchange, first, HALF)
  if (beginning.length === first.length && first.length < DELIVERIES_MAX) {
    // The first ones are those that go from memory.
    const gone = exchange.delivered > first.length
    return beginning.map(({ t, data }, i) => ({ t, data, missing: i === 0 && gone ? null : 0 }))
  }
  const taken = new Set(first.slice(0, beginning.length).map(({ event }) => event))
  const later = delivered(latestOutcomes(model, exchange, DELIVERIES_MAX)).filter(({ event }) => !taken.has(event))
  const end = take(model, exchange, later.reverse(), HALF).reverse()
  const whole = end.length === later.length && first.length < DELIVERIES_MAX
  return [...beginning, ...end].map(({ t, data }, i) => ({
    t,
    data,
    missing: i === beginning.length && !whole ? null : 0,
  }))
}

function delivered(outcomes: readonly OutcomeAt[]): OutcomeAt[] {
  return outcomes.filter(({ event, index }) => OUTCOMES[event.outcomes[index] ?? 0] === 'delivered')
}

/** The content of the first ones, as far as `room` bytes reach. */
function take(
  model: TraceModel,
  exchange: ExchangeRecord,
  outcomes: readonly OutcomeAt[],
  room: number,
): { t: number; data: Buffer }[] {
  const taken: { t: number; data: Buffer }[] = []
  let bytes = 0
  for (const { event } of outcomes) {
    const data = publishedContent(model, exchange, event.p)
    bytes += data.length
    // The content of one publish, at least.
    if (bytes > room && taken.length > 0) break
    taken.push({ t: event.t, data })
  }
  return taken
}
