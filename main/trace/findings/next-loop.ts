// A next link that leads to itself at once: the backend is asked without a pause.
import type { TraceTime } from '../events'
import { durationText } from '../units'
import type { Rule } from './finding'
import type { ExchangeFacts } from './session-facts'
import { named, requestOf } from './words'

const TIMES = 10
const WITHIN = 2000

interface Loop {
  url: string
  times: TraceTime[]
  told: boolean
}

export const nextLoop: Rule = {
  id: 'next-loop',
  severity: 'error',
  watch: ({ session, report }) => {
    const loops = new WeakMap<ExchangeFacts, Loop>()
    return {
      sent: ({ x, t, why, url }) => {
        if (why !== 'next') return
        const facts = session.exchange(x)
        if (!facts) return
        let loop = loops.get(facts)
        if (loop?.url !== url) {
          loop = { url, times: [], told: false }
          loops.set(facts, loop)
        }
        loop.times.push(t)
        if (loop.times.length > TIMES) loop.times.shift()
        const [first = t] = loop.times
        if (loop.told || loop.times.length < TIMES || t - first > WITHIN) return
        loop.told = true
        report({
          key: requestOf(facts),
          t,
          exchanges: [x],
          text: `The next link of #${x} (${requestOf(facts)}) leads to itself: ${named(url)} was asked ${TIMES} times in ${durationText(t - first)}.`,
          fix: 'Hold the stream in the answer to the link (Grip-Hold: stream and a channel), give the link a timeout, or leave the link out of the last answer.',
        })
      },
    }
  },
}
