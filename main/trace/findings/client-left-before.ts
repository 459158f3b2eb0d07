// A publish to nobody, shortly after the last client of its channel had left by itself.
import { durationText } from '../units'
import type { Rule } from './finding'
import { named } from './words'

/** Milliseconds. */
const SHORTLY = 2000

export const clientLeftBefore: Rule = {
  id: 'client-left-before',
  severity: 'note',
  watch: ({ session, report }) => ({
    delivery: ({ p, t, channel, exchanges }) => {
      if (exchanges.length > 0) return
      const left = session.channel(channel)?.lastLeft
      if (!left || t - left.t >= SHORTLY) return
      if (left.how !== 'client-left' && !(left.how === 'closed' && left.by === 'client')) return
      report({
        key: channel,
        channel,
        t,
        exchanges: [left.x],
        messages: [p],
        text: `Publish ${p} on ${named(channel)} reached nobody: #${left.x}, the last client there, had left by itself ${durationText(t - left.t)} before.`,
        fix: 'If the client comes back, let it say what it has (Last-Event-ID, or an id in the URL), and answer with what it missed.',
      })
    },
  }),
}
