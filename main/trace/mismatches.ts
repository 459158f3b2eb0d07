// Items that had no format for a hold. Such an item is a miss, unless another item on the channel reaches the hold about then:
// publishers may send an item for each format.
import type { TraceTime } from './events'
import type { ExchangeRecord, Mismatch } from './exchange-state'
import type { PublishRecord } from './publish-state'

/** Milliseconds in which another item on the channel makes good that one had no format for a hold. */
const SAME_CALL = 1000
const MISMATCHES_MAX = 16

/** Counts it as missed by the exchange. False: another item has made it good. */
export function noteMismatch(exchange: ExchangeRecord, mismatch: Mismatch): boolean {
  const { channel, t } = mismatch
  const subscription = exchange.subscriptions.findLast((s) => s.channel === channel)
  if (subscription && t - subscription.deliveredAt <= SAME_CALL) return false
  exchange.missed++
  exchange.mismatches ??= []
  const { mismatches } = exchange
  mismatches.push(mismatch)
  if (mismatches.length > MISMATCHES_MAX) mismatches.shift()
  return true
}

/** An item reached the exchange: returns the publishes that it has not missed after all. */
export function makeGood(exchange: ExchangeRecord, channel: string, t: TraceTime): PublishRecord[] {
  const left: Mismatch[] = []
  const good: PublishRecord[] = []
  for (const mismatch of exchange.mismatches ?? []) {
    if (t - mismatch.t > SAME_CALL) continue
    if (mismatch.channel === channel) {
      exchange.missed--
      good.push(mismatch.publish)
    } else {
      left.push(mismatch)
    }
  }
  exchange.mismatches = left.length > 0 ? left : undefined
  return good
}
