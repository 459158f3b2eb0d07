// The lanes of a channel: its subscriptions, its publishes, and what came of each for each.
import type { Lanes } from '../../preload/views'
import type { Subscribed } from './channel-state'
import type { TraceModel } from './model'
import { publishRow } from './publish-row'

/** Lanes and publishes that are shown: live subscriptions first, then the latest. */
const LANES_MAX = 300
const PUBLISHES_MAX = 300

/** Null if the channel is not known. */
export function channelLanes(model: TraceModel, name: string): Lanes | null {
  const channel = model.channels.get(name)
  if (!channel) return null
  const chosen = chosenLanes(channel.subscriptions)
  const publishes = channel.publishes.slice(-PUBLISHES_MAX)
  const laneAt = laneFinder(chosen)
  const crossings: Lanes['crossings'] = []
  for (const [place, publish] of publishes.entries()) {
    const outcomes = new Map<number, number>()
    // The latest outcome counts: one that waited may have been delivered since.
    for (const event of publish.deliveries) {
      for (let i = 0; i < event.exchanges.length; i++) {
        const lane = laneAt(event.exchanges[i] ?? 0, event.t)
        if (lane >= 0) outcomes.set(lane, event.outcomes[i] ?? 0)
      }
    }
    for (const [lane, outcome] of outcomes) crossings.push([lane, place, outcome])
  }
  return {
    channel: name,
    lanes: chosen.map((subscription) => laneView(model, subscription)),
    publishes: publishes.map(publishRow),
    crossings,
    lanesLeftOut: channel.subscriptions.length - chosen.length,
    publishesLeftOut: channel.publishes.length - publishes.length,
  }
}

/** In the order of their beginning. */
function chosenLanes(subscriptions: readonly Subscribed[]): Subscribed[] {
  if (subscriptions.length <= LANES_MAX) return [...subscriptions]
  const live = subscriptions.filter((s) => s.to === null).slice(-LANES_MAX)
  const room = LANES_MAX - live.length
  const over = room > 0 ? subscriptions.filter((s) => s.to !== null).slice(-room) : []
  return [...over, ...live].sort((a, b) => a.from - b.from)
}

function laneView(model: TraceModel, subscription: Subscribed): Lanes['lanes'][number] {
  const exchange = model.exchanges.get(subscription.exchange)
  return {
    exchange: subscription.exchange,
    kind: exchange?.kind ?? 'http',
    who: exchange?.who ?? '',
    from: subscription.from,
    to: subscription.to,
    filters: [...subscription.filters],
    prevId: subscription.prevId ?? null,
  }
}

/** Ids of exchanges that lie further apart than this are looked up in a map instead of in a list. */
const SPREAD_MAX = 1_000_000

/**
 * Finds the lane that an exchange had at a time, -1 if none is shown. An exchange that left the channel and came back has
 * several. A publish may have gone to 10,000 exchanges of which 300 are shown: those that are not must cost next to nothing.
 */
function laneFinder(lanes: readonly Subscribed[]): (exchange: number, t: number) => number {
  const ids = lanes.map((lane) => lane.exchange)
  const least = Math.min(...ids)
  const spread = lanes.length === 0 ? 0 : Math.max(...ids) - least + 1
  const list = spread <= SPREAD_MAX ? new Int32Array(spread).fill(-1) : undefined
  const map = new Map<number, number>()
  /** By lane: the one that the same exchange had before. */
  const formerOf = new Int32Array(lanes.length)
  for (const [lane, id] of ids.entries()) {
    formerOf[lane] = (list ? list[id - least] : map.get(id)) ?? -1
    if (list) list[id - least] = lane
    else map.set(id, lane)
  }
  return (exchange, t) => {
    let lane = (list ? list[exchange - least] : map.get(exchange)) ?? -1
    while (lane >= 0) {
      const former = formerOf[lane] ?? -1
      if (former < 0 || (lanes[lane]?.from ?? 0) <= t) break
      lane = former
    }
    return lane
  }
}
