// Finds what came of publishes for one exchange, in the lists of its channels.
import { firstAfter, firstSince } from './channel-state'
import { type DeliveryEvent, OUTCOMES, type TraceTime } from './events'
import type { ExchangeRecord } from './exchange-state'
import type { TraceRecords } from './trace-records'

/** One outcome: the place in a delivery event that is about this exchange. */
export interface OutcomeAt {
  readonly event: DeliveryEvent
  readonly index: number
}

const WAITING = 'waiting'

/**
 * The latest outcomes for an exchange, `max` at most, oldest first. An outcome `waiting` is left out where a later one
 * for the same publish is there.
 */
export function latestOutcomes(model: TraceRecords, exchange: ExchangeRecord, max: number): OutcomeAt[] {
  const found: OutcomeAt[] = []
  for (const [name, from] of channelsOf(exchange)) {
    const deliveries = model.channels.get(name)?.deliveries ?? []
    const until = exchange.end?.t ?? Number.POSITIVE_INFINITY
    const first = firstSince(deliveries, from, timeOf)
    const finder = new Finder(exchange.id)
    for (let i = firstAfter(deliveries, until, timeOf) - 1, left = max; i >= first && left > 0; i--) {
      const event = deliveries[i]
      const index = event ? finder.indexIn(event) : -1
      if (!event || index < 0) continue
      found.push({ event, index })
      left--
    }
  }
  found.sort((a, b) => a.event.t - b.event.t || a.event.p - b.event.p)
  return withoutSettled(found.slice(-max))
}

/** The first outcomes for an exchange, `max` at most. */
export function firstOutcomes(model: TraceRecords, exchange: ExchangeRecord, max: number): OutcomeAt[] {
  const found: OutcomeAt[] = []
  for (const [name, from] of channelsOf(exchange)) {
    const deliveries = model.channels.get(name)?.deliveries ?? []
    const until = exchange.end?.t ?? Number.POSITIVE_INFINITY
    const finder = new Finder(exchange.id)
    for (let i = firstSince(deliveries, from, timeOf), left = max; i < deliveries.length && left > 0; i++) {
      const event = deliveries[i]
      if (!event || event.t > until) break
      const index = finder.indexIn(event)
      if (index < 0) continue
      found.push({ event, index })
      left--
    }
  }
  found.sort((a, b) => a.event.t - b.event.t || a.event.p - b.event.p)
  return withoutSettled(found.slice(0, max))
}

/** All outcomes for an exchange, of one channel after the other, as they are asked for: none is left out. */
export function* outcomesOf(model: TraceRecords, exchange: ExchangeRecord): Iterable<OutcomeAt> {
  const until = exchange.end?.t ?? Number.POSITIVE_INFINITY
  for (const [name, from] of channelsOf(exchange)) {
    const deliveries = model.channels.get(name)?.deliveries ?? []
    const finder = new Finder(exchange.id)
    for (let i = firstSince(deliveries, from, timeOf); i < deliveries.length; i++) {
      const event = deliveries[i]
      if (!event || event.t > until) break
      const index = finder.indexIn(event)
      if (index >= 0) yield { event, index }
    }
  }
}

function channelsOf(exchange: ExchangeRecord): Map<string, TraceTime> {
  const channels = new Map<string, TraceTime>()
  for (const { channel, from } of exchange.subscriptions) if (!channels.has(channel)) channels.set(channel, from)
  return channels
}

function timeOf(event: DeliveryEvent): TraceTime {
  return event.t
}

function withoutSettled(found: OutcomeAt[]): OutcomeAt[] {
  const settled = new Set<number>()
  const kept: OutcomeAt[] = []
  for (let i = found.length - 1; i >= 0; i--) {
    const at = found[i]
    if (!at) continue
    const waits = OUTCOMES[at.event.outcomes[at.index] ?? 0] === WAITING
    if (waits && settled.has(at.event.p)) continue
    if (!waits) settled.add(at.event.p)
    kept.push(at)
  }
  return kept.reverse()
}

/** Places before the one of last time that are looked at first. */
const NEAR = 32

/** An exchange is mostly at the same place, or near it, in one event after the other. */
class Finder {
  readonly #id: number
  #last = 0

  constructor(id: number) {
    this.#id = id
  }

  indexIn({ exchanges }: DeliveryEvent): number {
    if (exchanges[this.#last] === this.#id) return this.#last
    const near = exchanges.indexOf(this.#id, Math.max(this.#last - NEAR, 0))
    const index = near >= 0 ? near : exchanges.indexOf(this.#id)
    if (index >= 0) this.#last = index
    return index
  }
}
