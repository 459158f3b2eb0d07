// Publishes that touched no hold of an exchange, and have to do with it all the same: those that it may have missed, and
// those to a channel with a near name.
import type { NearPublishView } from '../../preload/views'
import type { Subscribed } from './channel-state'
import type { ExchangeRecord } from './exchange-state'
import { cameBefore } from './lost-updates'
import type { TraceModel } from './model'
import type { PublishRecord } from './publish-state'
import { durationText } from './units'

/** Oldest first. */
export function nearPublishes(model: TraceModel, exchange: ExchangeRecord): NearPublishView[] {
  const near: NearPublishView[] = []
  for (const subscription of exchange.subscriptions) {
    const channel = model.channels.get(subscription.channel)
    for (const publish of cameBefore(channel, subscription)) near.push(mayHaveMissed(publish, subscription))
    for (const publish of channel?.nearPublishes ?? [])
      if (wasMeant(publish, subscription)) near.push(nearName(publish, subscription.channel))
  }
  return near.sort((a, b) => a.at - b.at)
}

/** Milliseconds between the publish and the hold; see near-channels.ts. */
const COMES_WITHIN = 2000

function wasMeant({ event: { t } }: PublishRecord, { from, to }: Subscribed): boolean {
  return t >= from - COMES_WITHIN && (to === null || t <= to)
}

function mayHaveMissed(publish: PublishRecord, { channel, from }: Subscribed): NearPublishView {
  const before = durationText(from - publish.event.t)
  return {
    ...facts(publish),
    channel,
    what: 'may-have-missed',
    why: `published ${before} before this request was held, while the backend was at work on its answer`,
  }
}

function nearName(publish: PublishRecord, meant: string): NearPublishView {
  const { event } = publish
  const channel = event.type === 'publish' ? event.channel : ''
  return { ...facts(publish), channel, what: 'near-name', why: `did you mean ${meant}? Nobody listens to ${channel}` }
}

function facts({ id, event }: PublishRecord): Pick<NearPublishView, 'publish' | 'itemId' | 'at'> {
  return { publish: id, itemId: event.type === 'publish' ? (event.id ?? null) : null, at: event.t }
}
