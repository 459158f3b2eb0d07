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
  const laneOf = new Map<number, number>()
  for (const [lane, { exchange }] of chosen.entries()) laneOf.set(exchange, lane)
  const crossings: Lanes['crossings'] = []
  for (const [place, publish] of publishes.entries()) {
    const outcomes = new Map<number, number>()
    // The latest outcome counts: one that waited may have been delivered since.
    for (const event of publish.deliveries) {
      for (let i = 0; i < event.exchanges.length; i++) {
        const lane = laneOf.get(event.exchanges[i] ?? 0)
        if (lane !== undefined) outcomes.set(lane, event.outcomes[i] ?? 0)
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
