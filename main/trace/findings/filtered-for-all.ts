// A message that filters dropped for every subscription it met. Filters that only keep a message from its own sender, or
// from users who are named, are meant to.
import { type DeliveryEvent, type ExchangeId, type FilteredBy, OUTCOMES, type PublishId } from '../events'
import type { Rule } from './finding'
import { howMany, keepBelow, named } from './words'

const WAITING = OUTCOMES.indexOf('waiting')
const FILTERED = OUTCOMES.indexOf('filtered')
/** Filters that drop for some on purpose. */
const MEANT: ReadonlySet<string> = new Set(['skip-self', 'skip-users'])
/** Publishes that backends of filters still decide about; of more, the latest. */
const UNDECIDED_MAX = 1000
const NAMED_MAX = 20

const FIXES: Readonly<Record<string, string>> = {
  'require-sub':
    "Check require_sub in the item's meta: it must name a channel that the receivers listen to as well. Or leave it out.",
  'http-check':
    "Check what the backend answers at the connection's meta url: without the header Action: drop, the message passes.",
  'http-modify':
    "Check what the backend answers at the connection's meta url: without the header Action: drop, the message passes.",
}

interface Tally {
  waiting: number
  dropped: number
  filter: string
  readonly exchanges: ExchangeId[]
}

export const filteredForAll: Rule = {
  id: 'filtered-for-all',
  severity: 'error',
  watch: ({ report }) => {
    const undecided = new Map<PublishId, Tally>()
    return {
      delivery: (event) => {
        const { p, t, channel, outcomes } = event
        const before = undecided.get(p)
        if (!before && !outcomes.includes(FILTERED) && !outcomes.includes(WAITING)) return
        const tally = before ?? { waiting: 0, dropped: 0, filter: '', exchanges: [] }
        if (!isAllDropped(event, tally, before !== undefined)) {
          undecided.delete(p)
          return
        }
        if (tally.waiting > 0) {
          keepBelow(UNDECIDED_MAX, undecided)
          undecided.set(p, tally)
          return
        }
        undecided.delete(p)
        if (tally.dropped === 0) return
        const { dropped, filter, exchanges } = tally
        report({
          key: `${channel} ${filter}`,
          channel,
          t,
          exchanges,
          messages: [p],
          text: `The filter ${filter} dropped publish ${p} on ${named(channel)} for ${dropped === 1 ? 'the only subscription' : `all of the ${howMany(dropped, 'subscription')}`} that it met. Nobody got it.`,
          fix: FIXES[filter] ?? `Look at what ${filter} decides by, or take it off the channel.`,
        })
      },
    }
  },
}

/** Adds the outcomes of an event. False: one subscription got it, or did not get it for another reason. */
function isAllDropped({ exchanges, outcomes, by }: DeliveryEvent, tally: Tally, isLater: boolean): boolean {
  for (let i = 0; i < outcomes.length; i++) {
    const outcome = outcomes[i]
    if (outcome === WAITING) {
      if (!isLater) tally.waiting++
      continue
    }
    const dropped = outcome === FILTERED ? by?.[i] : undefined
    if (!dropped || !isDecided(dropped)) return false
    if (isLater) tally.waiting--
    tally.dropped++
    tally.filter = dropped.filter
    const x = exchanges[i]
    if (x !== undefined && tally.exchanges.length < NAMED_MAX) tally.exchanges.push(x)
  }
  return true
}

function isDecided({ filter, failed }: FilteredBy): boolean {
  return !failed && !MEANT.has(filter)
}
