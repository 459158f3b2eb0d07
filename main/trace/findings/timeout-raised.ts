// A timeout of a long-poll that is below the least, and was raised to it.
import type { Rule } from './finding'
import { requestOf } from './words'

export const timeoutRaised: Rule = {
  id: 'timeout-raised',
  severity: 'note',
  watch: ({ session, report }) => ({
    instruct: ({ x, t, understood, from }) => {
      const hold = understood?.hold
      if (hold?.raisedFrom === undefined) return
      const facts = session.exchange(x)
      if (!facts) return
      const seconds = hold.timeout / 1000
      report({
        key: requestOf(facts),
        t,
        exchanges: [x],
        text: `The instruct for #${x} (${requestOf(facts)}) asks for a timeout of ${hold.raisedFrom / 1000} s. It was raised to ${seconds} s, the least there is.`,
        fix: `Write ${seconds} or more as ${from === 'json' ? 'hold.timeout' : 'Grip-Timeout'}.`,
      })
    },
  }),
}
