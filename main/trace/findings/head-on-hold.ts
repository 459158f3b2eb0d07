// A HEAD request that met a hold. Its answer has no body: an instruct in JSON can't come with it, and a stream has nothing to send.
import { gripOf } from '../../grip/instruct'
import type { Rule } from './finding'
import { isHead } from './instruct-words'
import { requestOf } from './words'

export const headOnHold: Rule = {
  id: 'head-on-hold',
  severity: 'note',
  watch: ({ session, report }) => ({
    instruct: ({ x, t, from, accepted, understood }) => {
      const facts = session.exchange(x)
      if (!facts || !isHead(facts)) return
      const isHold = understood?.hold !== undefined || understood?.next !== undefined
      const isJson = from === 'json' && !accepted && facts.answered !== undefined
      if (!isHold && !(isJson && gripOf(facts.answered?.headers ?? []) === 'json')) return
      report({
        key: requestOf(facts),
        t,
        exchanges: [x],
        text: `#${x} (${requestOf(facts)}) met a hold. ${isHold ? 'A response to HEAD has no body, so nothing can be sent on it.' : 'An answer to HEAD has no body, so the instruct could not be read.'}`,
        fix: 'Answer HEAD at once, without a hold; hold GET.',
      })
    },
  }),
}
