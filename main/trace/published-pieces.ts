// What publishes put on one client's stream: the first of it and the latest, where it is too much to be put together.
import type { BodyPiece } from './bodies'
import { firstOutcomes, latestOutcomes, type OutcomeAt } from './deliveries'
import { OUTCOMES } from './events'
import type { ExchangeRecord } from './exchange-state'
import type { TraceModel } from './model'
import { type SentContent, sentContent } from './published-content'

/** Bytes of published content that are put into one body, at its beginning and at its end, and deliveries looked at for each. */
const HALF = 512 * 1024
const DELIVERIES_MAX = 20_000
const NOTHING = new Uint8Array()

/** In the order in which they were sent. */
export function publishedPieces(model: TraceModel, exchange: ExchangeRecord): BodyPiece[] {
  const first = delivered(firstOutcomes(model, exchange, DELIVERIES_MAX))
  const beginning = take(model, exchange, first, HALF)
  if (beginning.length === first.length && first.length < DELIVERIES_MAX) {
    // The first ones are those that go from memory.
    const gone = exchange.delivered > first.length
    return beginning.flatMap((sent, i) => pieces(sent, i === 0 && gone ? null : 0))
  }
  const taken = new Set(first.slice(0, beginning.length).map(({ event }) => event))
  const later = delivered(latestOutcomes(model, exchange, DELIVERIES_MAX)).filter(({ event }) => !taken.has(event))
  const end = take(model, exchange, later.reverse(), HALF).reverse()
  const whole = end.length === later.length && first.length < DELIVERIES_MAX
  return [...beginning, ...end].flatMap((sent, i) => pieces(sent, i === beginning.length && !whole ? null : 0))
}

interface Sent extends SentContent {
  readonly t: number
}

/** @param missing what is missing before it */
function pieces({ t, data, size }: Sent, missing: number | null): BodyPiece[] {
  const piece = { t, data, missing }
  return size > data.length ? [piece, { t, data: NOTHING, missing: size - data.length }] : [piece]
}

function delivered(outcomes: readonly OutcomeAt[]): OutcomeAt[] {
  return outcomes.filter(({ event, index }) => OUTCOMES[event.outcomes[index] ?? 0] === 'delivered')
}

/** The content of the first ones, as far as `room` bytes reach. */
function take(model: TraceModel, exchange: ExchangeRecord, outcomes: readonly OutcomeAt[], room: number): Sent[] {
  const taken: Sent[] = []
  let bytes = 0
  for (const { event, index } of outcomes) {
    const sent = sentContent(model, exchange, event, index)
    bytes += sent.data.length
    // The content of one publish, at least.
    if (bytes > room && taken.length > 0) break
    taken.push({ t: event.t, ...sent })
  }
  return taken
}
