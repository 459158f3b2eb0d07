// The subscriptions that an instruct asks for, and the events that tell of a hold.
import type { ChannelRef, Instruct } from '../../grip/instruct-types'
import type { HeldEvent, ReceiverKind, SubscribedEvent } from '../../trace/events'
import type { Making } from '../../trace/events/terms'
import type { Receiver, Subscription } from '../channels/delivery'
import type { HttpExchangeScope } from '../exchange/exchange-scope'

/** One subscription for each channel of the instruct, with the route's prefix, and for the target's own (`sub=`). */
export function subscriptionsFor(receiver: Receiver, exchange: HttpExchangeScope, instruct: Instruct): Subscription[] {
  const prefix = exchange.route?.prefix ?? ''
  const out: Subscription[] = []
  const names = new Set<string>()
  const add = (channel: string, { prevId, filters }: Pick<ChannelRef, 'prevId' | 'filters'>): void => {
    if (names.has(channel)) return
    names.add(channel)
    out.push({ channel, receiver, prevId, filters })
  }
  for (const name of exchange.target?.subs ?? []) add(name, { filters: [] })
  for (const ref of (instruct.hold?.channels ?? []).slice(0, exchange.context.options.subscriptionMax)) {
    add(prefix + ref.name, ref)
  }
  // Copied to its exact size: there may be thousands.
  return out.slice()
}

/** Records that an exchange is held, and on which channels. */
export function recordHold(
  exchange: HttpExchangeScope,
  instruct: Instruct,
  mode: ReceiverKind,
  subscriptions: readonly Subscription[],
): void {
  const { sink, id: x } = exchange
  const t = sink.now()
  const timeout = mode === 'response' ? (instruct.hold?.timeout ?? 0) : 0
  const keepAlive = exchange.reply.noBody === undefined ? (instruct.hold?.keepAlive?.timeout ?? 0) : 0
  const held: Making<HeldEvent> = { type: 'held', t, x, mode, timeout, keepAlive }
  if (Object.keys(instruct.meta).length > 0) held.meta = instruct.meta
  if (instruct.next) held.next = instruct.next.uri
  sink.emit(held)
  for (const { channel, prevId, filters } of subscriptions) {
    const subscribed: Making<SubscribedEvent> = { type: 'subscribed', t, x, channel }
    if (prevId !== undefined) subscribed.prevId = prevId
    if (filters.length > 0) subscribed.filters = filters
    sink.emit(subscribed)
  }
}

/** If a channel is known to be past what a hold's client has: what it has, by channel, for asking the backend again. */
export function idsToRequestAgain(
  { context, route }: HttpExchangeScope,
  { hold }: Instruct,
): ReadonlyMap<string, string> | undefined {
  const prefix = route?.prefix ?? ''
  const lastIds = new Map<string, string>()
  let conflict = false
  for (const { name, prevId } of hold?.channels ?? []) {
    if (prevId === undefined) continue
    lastIds.set(name, prevId)
    if (!context.channels.conflicts(prefix + name, prevId)) continue
    context.channels.forgetLastId(prefix + name)
    conflict = true
  }
  return conflict ? lastIds : undefined
}
