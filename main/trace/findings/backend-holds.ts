// A backend that lets requests wait for long by itself: a worker waits with each. GRIP is there to take that off it.
import { headerValue } from '../../grip/grip-headers'
import type { ExchangeId, RawHeaders } from '../events'
import { durationText } from '../units'
import type { Rule } from './finding'
import { keepBelow, requestOf } from './words'

/** Milliseconds without a byte either way. */
const LONG = 10_000
const TIMES = 2
/** Paths that waited once; of more, the latest. */
const PATHS_MAX = 1000

export const backendHolds: Rule = {
  id: 'backend-holds',
  severity: 'warning',
  watch: ({ session, report }) => {
    const waited = new Map<string, ExchangeId[]>()
    return {
      answered: ({ x, t, filter }) => {
        if (filter) return
        const facts = session.exchange(x)
        const sent = facts?.sent
        if (!facts || !sent || t - sent.t < LONG) return
        const silent = t - Math.max(sent.t, facts.requestDataAt)
        if (silent < LONG || sent.why === 'websocket' || isUpgrade(facts.request.headers)) return
        const key = requestOf(facts)
        const before = waited.get(key) ?? []
        waited.delete(key)
        keepBelow(PATHS_MAX, waited)
        const all = [...before, x].slice(-TIMES)
        waited.set(key, all)
        if (all.length < TIMES) return
        report({
          key,
          t,
          exchanges: before.length < TIMES ? all : [x],
          text: `The backend took ${durationText(silent)} to answer #${x} (${key}), with no byte either way, and did so before. It holds the request itself, and a worker or connection of it waits with each client.`,
          fix: 'Answer at once with a hold, and publish when there is news: Grip-Hold: response, Grip-Channel: NAME. Django: set_hold_longpoll(request, channel); @fanoutio/grip: new GripInstruct(channel), setHoldLongPoll().',
        })
      },
    }
  },
}

function isUpgrade(headers: RawHeaders): boolean {
  return headerValue(headers, 'upgrade') !== undefined
}
