// Publishes that came while the backend was still at work on the answer that then became a hold: the backend may have read
// its data before or after, so the client may have missed them.
import { type ChannelRecord, firstSince, type Subscribed, termsAt } from './channel-state'
import type { PublishRecord } from './publish-state'

/** Publishes that are looked at for one hold; of more, the latest. */
const LOOKED_AT = 100

/**
 * Those on the channel that came between the question to the backend and the hold, and of which the hold's prev-id says
 * nothing: the client has the message of that id and all before it. What has no id moves no id.
 */
export function cameBefore(channel: ChannelRecord | undefined, subscription: Subscribed): PublishRecord[] {
  const { askedAt, from } = subscription
  if (askedAt === null || !channel) return []
  const { prevId } = termsAt(subscription, from)
  const { publishes } = channel
  const end = firstSince(publishes, from, (publish) => publish.event.t)
  const found: PublishRecord[] = []
  for (let i = end - 1; i >= Math.max(0, end - LOOKED_AT); i--) {
    const publish = publishes[i]
    if (publish?.event.type !== 'publish' || publish.event.t < askedAt) break
    const { id } = publish.event
    if (prevId !== undefined && id === prevId) break
    // One that waited for the message before it goes to the hold when it goes out.
    if (publish.event.waiting && (publish.wentOutAt ?? from) >= from) continue
    found.push(publish)
  }
  return found.reverse()
}
