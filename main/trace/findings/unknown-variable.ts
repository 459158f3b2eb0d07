// var-subst was to put in a value that the connection's meta does not have: its client gets nothing.
import type { ExchangeId } from '../events'
import type { Rule } from './finding'
import { howMany, named } from './words'

/** Subscriptions of one publish that are looked at, and those that are named. */
const LOOKED_AT = 1000
const NAMED_MAX = 20
/** Names of one publish that are told. */
const NAMES_MAX = 8

export const unknownVariable: Rule = {
  id: 'unknown-variable',
  severity: 'error',
  watch: ({ report }) => ({
    delivery: ({ p, t, channel, exchanges, by }) => {
      if (!by) return
      const missing = new Map<string, ExchangeId[]>()
      for (let i = 0; i < Math.min(exchanges.length, LOOKED_AT); i++) {
        const name = by[i]?.missing
        const x = exchanges[i]
        if (name === undefined || x === undefined) continue
        const known = missing.get(name)
        if (known) known.push(x)
        else if (missing.size < NAMES_MAX) missing.set(name, [x])
      }
      for (const [name, who] of missing) {
        const more = who.length > 1 ? ` and ${howMany(who.length - 1, 'other')}` : ''
        report({
          key: `${channel} ${name}`,
          channel,
          t,
          exchanges: who.slice(-NAMED_MAX),
          messages: [p],
          text: `Publish ${p} on ${named(channel)} has %(${name})s in its content, but the meta of #${who[0]}${more} has no ${named(name)}. The filter var-subst could not do its work, so the client did not get the message.`,
          fix: `Set it when the request is held: Grip-Set-Meta: ${name}="…", or "meta": {"${name}": "…"} in the hold. A percent sign itself is written %%.`,
        })
      }
    },
  }),
}
