// The lanes of a channel: who listened, what was published, and what came of each for each. Who stopped listening and
// began again, as every long-poll does whose request goes to the backend again, has one lane with a gap in it.
import type { Lanes } from '../../preload/views'
import type { Subscribed } from './channel-state'
import type { TraceModel } from './model'
import { publishRow } from './publish-row'

/** Lanes and publishes that are shown: live subscriptions first, then the latest. */
const LANES_MAX = 300
const PUBLISHES_MAX = 300
/** Gaps of a lane, the latest ones. */
const GAPS_MAX = 32

/** Null if the channel is not known. */
export function channelLanes(model: TraceModel, name: string): Lanes | null {
  const channel = model.channels.get(name)
  if (!channel) return null
  const all = laneList(channel.subscriptions)
  const chosen = chosenLanes(all)
  const publishes = channel.publishes.slice(-PUBLISHES_MAX)
  const laneAt = laneFinder(chosen)
  const crossings: Lanes['crossings'] = []
  for (const [place, publish] of publishes.entries()) {
    const outcomes = new Map<number, number>()
    // The latest outcome counts: one that waited may have been delivered since.
    for (const event of publish.deliveries) {
      for (let i = 0; i < event.exchanges.length; i++) {
        const lane = laneAt(event.exchanges[i] ?? 0)
        if (lane >= 0) outcomes.set(lane, event.outcomes[i] ?? 0)
      }
    }
    for (const [lane, outcome] of outcomes) crossings.push([lane, place, outcome])
  }
  return {
    channel: name,
    lanes: chosen.map((lane) => laneView(model, lane)),
    publishes: publishes.map(publishRow),
    crossings,
    lanesLeftOut: all.length - chosen.length,
    publishesLeftOut: channel.publishes.length - publishes.length,
  }
}

interface LaneRecord {
  /** The first subscription; and the latest one, which tells how it listens now. */
  readonly first: Subscribed
  latest: Subscribed
  gaps: Lanes['lanes'][number]['gaps'] | undefined
}

/** One for each exchange, in the order of their beginning. */
function laneList(subscriptions: readonly Subscribed[]): LaneRecord[] {
  const byExchange = new Map<number, LaneRecord>()
  for (const subscription of subscriptions) {
    const lane = byExchange.get(subscription.exchange)
    if (!lane) {
      byExchange.set(subscription.exchange, { first: subscription, latest: subscription, gaps: undefined })
      continue
    }
    lane.gaps ??= []
    lane.gaps.push([lane.latest.to ?? subscription.from, subscription.from])
    if (lane.gaps.length > GAPS_MAX) lane.gaps.shift()
    lane.latest = subscription
  }
  return [...byExchange.values()]
}

/** In the order of their beginning. */
function chosenLanes(lanes: LaneRecord[]): LaneRecord[] {
  if (lanes.length <= LANES_MAX) return lanes
  const live = lanes.filter(({ latest }) => latest.to === null).slice(-LANES_MAX)
  const room = LANES_MAX - live.length
  const over = room > 0 ? lanes.filter(({ latest }) => latest.to !== null).slice(-room) : []
  return [...over, ...live].sort((a, b) => a.first.from - b.first.from)
}

function laneView(model: TraceModel, { first, latest, gaps }: LaneRecord): Lanes['lanes'][number] {
  const exchange = model.exchanges.get(first.exchange)
  return {
    exchange: first.exchange,
    kind: exchange?.kind ?? 'http',
    who: exchange?.who ?? '',
    from: first.from,
    to: latest.to,
    gaps: gaps ?? [],
    filters: [...latest.filters],
    prevId: latest.prevId ?? null,
  }
}

/** Ids of exchanges that lie further apart than this are looked up in a map instead of in a list. */
const SPREAD_MAX = 1_000_000

/**
 * Finds the lane of an exchange, -1 if none is shown. A publish may have gone to 10,000 exchanges of which 300 are shown:
 * those that are not must cost next to nothing.
 */
function laneFinder(lanes: readonly LaneRecord[]): (exchange: number) => number {
  const ids = lanes.map(({ first }) => first.exchange)
  const least = Math.min(...ids)
  const spread = lanes.length === 0 ? 0 : Math.max(...ids) - least + 1
  if (spread > SPREAD_MAX) {
    const map = new Map(ids.map((id, lane) => [id, lane]))
    return (exchange) => map.get(exchange) ?? -1
  }
  const list = new Int32Array(spread).fill(-1)
  for (const [lane, id] of ids.entries()) list[id - least] = lane
  return (exchange) => list[exchange - least] ?? -1
}
