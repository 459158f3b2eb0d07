// What channels lose when exchanges and publishes are dropped.
import type { ChannelRecord } from './channel-state'
import type { ExchangeRecord } from './exchange-state'
import type { PublishRecord } from './publish-state'
import type { TraceRecords } from './trace-records'

/** How much a channel loses. */
interface Cut {
  subscriptions: number
  publishes: number
  deliveries: number
  unheard: number
}

export class ChannelCuts {
  readonly #cuts = new Map<string, Cut>()

  exchange({ subscriptions }: ExchangeRecord): void {
    for (const { channel } of subscriptions) this.#of(channel).subscriptions++
  }

  publish({ event, deliveries, unheard }: PublishRecord): void {
    if (event.type !== 'publish') return
    const cut = this.#of(event.channel)
    cut.publishes++
    cut.deliveries += deliveries.length
    if (unheard) cut.unheard++
  }

  /** Takes out what is not in the records any more. Returns the channels that lost something. */
  *apply({ exchanges, publishes, channels }: TraceRecords): Iterable<ChannelRecord> {
    for (const [name, cut] of this.#cuts) {
      const channel = channels.get(name)
      if (!channel) continue
      channel.subscriptions = without(channel.subscriptions, cut.subscriptions, (s) => !exchanges.has(s.exchange))
      channel.publishes = without(channel.publishes, cut.publishes, (p) => !publishes.has(p.id))
      channel.deliveries = without(channel.deliveries, cut.deliveries, (d) => !publishes.has(d.p))
      channel.unheard -= cut.unheard
      yield channel
    }
  }

  #of(channel: string): Cut {
    let cut = this.#cuts.get(channel)
    if (!cut) {
      cut = { subscriptions: 0, publishes: 0, deliveries: 0, unheard: 0 }
      this.#cuts.set(channel, cut)
    }
    return cut
  }
}

/** Takes out `count` elements that are gone. These are mostly the oldest ones, so it looks no further than the last. */
function without<T>(list: T[], count: number, isGone: (element: T) => boolean): T[] {
  if (count === 0) return list
  const kept: T[] = []
  let left = count
  let i = 0
  for (; i < list.length && left > 0; i++) {
    const element = list[i]
    if (element === undefined) break
    if (isGone(element)) left--
    else kept.push(element)
  }
  return kept.length === 0 ? list.slice(i) : kept.concat(list.slice(i))
}
