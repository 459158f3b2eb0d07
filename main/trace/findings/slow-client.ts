// A client that was cut off because it did not read what it was sent.
import { sizeText } from '../units'
import type { Rule } from './finding'
import { requestOf } from './words'

export const slowClient: Rule = {
  id: 'slow-client',
  severity: 'error',
  watch: ({ session, report }) => ({
    ended: ({ x, t, how, cause }) => {
      const facts = how === 'client-slow' ? session.exchange(x) : undefined
      if (!facts) return
      const waited =
        cause?.code === 'client-slow' ? `more than ${sizeText(cause.max)} waited for it` : 'too much waited for it'
      const [channel] = facts.channels
      report({
        key: requestOf(facts),
        t,
        exchanges: [x],
        ...(channel !== undefined && facts.channels.size === 1 && { channel }),
        text: `The client of #${x} (${requestOf(facts)}) did not read what it was sent. It was cut off when ${waited}, and misses what came after.`,
        fix: 'Let the client read all the time. Publish less or smaller messages to it, or raise the limit clientBufferMax. After a reconnect, let it ask for what it missed.',
      })
    },
  }),
}
