// Says whom a publish would reach, before it is sent: the same checks as delivery, without doing it.
import { causeWords } from '../../grip/cause-words'
import { nearestName } from '../../grip/near-name'
import type { PublishItem } from '../../grip/publish-types'
import { OUTCOMES, type Outcome, type ReceiverKind } from '../../trace/events'
import type { Channels } from './channels'
import { type Decision, decide, OUTCOME } from './decision'
import { Delivery } from './delivery'

export interface Reached {
  readonly channel: string
  readonly held: number
  readonly reached: number
  readonly byKind: { kind: ReceiverKind; reached: number; held: number }[]
  /** The first ones who would not get it. */
  readonly not: { exchange: number; who: string; outcome: Outcome; why: string }[]
  readonly wouldWait: boolean
  /** It would be dropped, because its id came before: a sentence. */
  readonly dropped: string | null
  readonly lastId: string | null
  /** A channel that somebody listens to and whose name is close. */
  readonly didYouMean: string | null
}

/** How many of those who would not get it are named. */
const NAMED = 20

export function reachOf(item: PublishItem, channels: Channels): Reached {
  const delivery = new Delivery(item, 0, channels)
  const byKind = new Map<ReceiverKind, { kind: ReceiverKind; reached: number; held: number }>()
  const not: Reached['not'] = []
  let reached = 0
  const subscriptions = channels.subscriptionsOf(item.channel)
  const dropped = channels.repeated(item)
  for (const subscription of subscriptions) {
    const { kind, exchangeId, meta } = subscription.receiver
    const count = byKind.get(kind) ?? { kind, reached: 0, held: 0 }
    byKind.set(kind, count)
    count.held++
    const decision = dropped === undefined ? delivery.foresee(subscription) : decide('repeated', dropped)
    if (decision === undefined) {
      count.reached++
      reached++
    } else if (not.length < NAMED) {
      not.push({
        exchange: exchangeId,
        who: meta.user ?? '',
        outcome: OUTCOMES[decision.outcome] ?? 'bad-item',
        why: why(decision, item, kind),
      })
    }
  }
  const lastId = channels.lastId(item.channel) ?? null
  return {
    channel: item.channel,
    held: subscriptions.size,
    reached,
    byKind: [...byKind.values()],
    not,
    wouldWait: dropped === undefined && lastId !== null && item.prevId !== undefined && item.prevId !== lastId,
    dropped: dropped ? causeWords(dropped) : null,
    lastId,
    didYouMean: subscriptions.size > 0 ? null : nearestName(item.channel, channels.names()),
  }
}

function why({ outcome, why }: Decision, item: PublishItem, kind: ReceiverKind): string {
  if (outcome === OUTCOME['no-format'])
    return `the item has ${item.formatNames.join(', ') || 'no format'} only; this hold is a ${kind}`
  if (outcome === OUTCOME['asked-again']) return 'its last id differs: the request would go to the backend again'
  return why ? causeWords(why) : ''
}
