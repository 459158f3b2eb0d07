// The bars of a story: when an exchange was held, and on which channels.
import type { StorySpan } from '../../preload/views'
import type { ReceiverKind, TraceTime } from './events'
import type { ExchangeRecord } from './exchange-state'

/** One bar for each time that it was held: until it was given up, replaced or ended. */
export function spansOf(exchange: ExchangeRecord): StorySpan[] {
  const spans: { from: TraceTime; to: TraceTime | null }[] = []
  let mode: ReceiverKind | undefined
  for (const event of exchange.events) {
    const open = spans.at(-1)
    if (event.type === 'held') {
      mode = event.mode
      if (open?.to !== null) spans.push({ from: event.t, to: null })
    }
    // A response hold is given up when its request goes to the backend again; a stream stays one.
    const givenUp = event.type === 'sent' && event.why !== 'filter' && mode === 'response'
    if ((givenUp || event.type === 'ended') && open?.to === null) open.to = event.t
  }
  return spans.map((span, i) => ({ ...span, label: heldLabel(channelsIn(exchange, span, i === spans.length - 1)) }))
}

/** Channels that a hold listened to. The last hold has those that are open, or were at its end. */
function channelsIn(exchange: ExchangeRecord, { from, to }: Omit<StorySpan, 'label'>, last: boolean): string[] {
  if (last || to === null) return exchange.channels
  const begun = exchange.subscriptions.filter((s) => s.from >= from && s.from <= to)
  return [...new Set(begun.map(({ channel }) => channel))]
}

function heldLabel(channels: readonly string[]): string {
  return channels.length > 0 ? `held on ${channels.join(', ')}` : 'held without a channel'
}
