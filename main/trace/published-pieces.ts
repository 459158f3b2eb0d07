// What publishes put on one client's stream: the first of it and the latest, where it is too much to be put together.
import type { Steps } from '../../preload/vocabulary/steps'
import type { BodyPiece } from './body-piece'
import { firstOutcomes, latestOutcomes, type OutcomeAt } from './deliveries'
import { OUTCOMES, type PublishId } from './events'
import type { ExchangeRecord } from './exchange-state'
import type { TraceModel } from './model'
import type { PublishRecord } from './publish-state'
import { type Publishes, type SentContent, sentContent, sentToStream } from './published-content'

/** Bytes of published content that are put into one body, at its beginning and at its end, and deliveries looked at for each. */
const HALF = 512 * 1024
const DELIVERIES_MAX = 20_000
/** Contents between two steps, of which each is parsed, and bytes of one that is a step by itself. */
const STEP = 32
const LARGE = 64 * 1024
const NOTHING = new Uint8Array()

/** In the order in which they were sent. Which ones is found out at the first step: publishes that come later don't matter. */
export function* publishedPieces(model: TraceModel, exchange: ExchangeRecord): Steps<BodyPiece[]> {
  const found = firstOutcomes(model, exchange, DELIVERIES_MAX)
  const first = delivered(found)
  const isAll = found.length < DELIVERIES_MAX
  // The first ones are those that go from memory.
  const gone = isAll && exchange.delivered > first.length
  const known = new Set(found.map(({ event }) => event))
  const latest = isAll ? [] : latestOutcomes(model, exchange, DELIVERIES_MAX)
  const isJoined = isAll || latest.some(({ event }) => known.has(event))
  const later = delivered(latest.filter(({ event }) => !known.has(event)))
  const publishes = publishesOf(model, [...first, ...later])
  const beginning = yield* take(publishes, exchange, first, HALF)
  const rest = [...first.slice(beginning.length), ...later]
  const end = (yield* take(publishes, exchange, [...rest].reverse(), HALF)).reverse()
  const cut = !isJoined || end.length < rest.length
  const between = isJoined ? sizeOf(publishes, rest.slice(0, rest.length - end.length)) : null
  return [...beginning, ...end].flatMap((sent, i) => {
    if (i === 0 && gone) return pieces(sent, null)
    return pieces(sent, i === beginning.length && cut ? between : 0)
  })
}

/** Bytes of deliveries that are not shown. Null: not known. */
function sizeOf(publishes: Publishes, outcomes: readonly OutcomeAt[]): number | null {
  let bytes = 0
  for (const { event, index } of outcomes) {
    const size = sentToStream(publishes, event, index)
    if (size === null) return null
    bytes += size
  }
  return bytes
}

/** The publishes of deliveries, also when they leave memory between two steps. */
function publishesOf({ publishes }: Publishes, outcomes: readonly OutcomeAt[]): Publishes {
  const taken = new Map<PublishId, PublishRecord>()
  for (const { event } of outcomes) {
    const publish = publishes.get(event.p)
    if (publish) taken.set(event.p, publish)
  }
  return { publishes: taken }
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
function* take(
  publishes: Publishes,
  exchange: ExchangeRecord,
  outcomes: readonly OutcomeAt[],
  room: number,
): Steps<Sent[]> {
  const taken: Sent[] = []
  let bytes = 0
  for (const { event, index } of outcomes) {
    const sent = sentContent(publishes, exchange, event, index)
    bytes += sent.data.length
    // The content of one publish, at least.
    if (bytes > room && taken.length > 0) break
    taken.push({ t: event.t, ...sent })
    if (taken.length % STEP === 0 || sent.data.length > LARGE) yield
  }
  return taken
}
