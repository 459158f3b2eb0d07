// Holds that are asked again by the dozen: the backend has more work with them than with its clients.
import type { ExchangeId, SentReason, TraceTime } from '../events'
import type { Rule } from './finding'

/** Milliseconds, and the parts that they are counted in. */
const WITHIN = 10_000
const PART = 1000
const HOLDS_MIN = 50
/** Holds that are told apart in a part of the time. */
const HOLDS_MAX = 1000
const NAMED_MAX = 20

/** Neither because the channel is new, nor because a backend failed, nor because somebody commanded it. */
const AGAIN: ReadonlySet<SentReason> = new Set(['id-mismatch', 'hint', 'next', 'refresh'])
/** Asked by others than a hold or a client. */
const BESIDE: ReadonlySet<SentReason> = new Set(['filter', 'gone'])

interface Part {
  readonly from: TraceTime
  asked: number
  again: number
  readonly holds: Set<ExchangeId>
}

export const askStorm: Rule = {
  id: 'ask-storm',
  severity: 'warning',
  watch: ({ report }) => {
    let parts: Part[] = []
    let quietUntil = 0
    return {
      sent: ({ x, t, why, shared, route }) => {
        // The backend is not asked for it.
        if (shared || BESIDE.has(why)) return
        let part = parts.at(-1)
        if (!part || t - part.from >= PART) {
          part = { from: t, asked: 0, again: 0, holds: new Set() }
          parts = [...parts.filter(({ from }) => t - from < WITHIN), part]
        }
        part.asked++
        if (!AGAIN.has(why)) return
        part.again++
        if (part.holds.size < HOLDS_MAX) part.holds.add(x)
        if (t < quietUntil) return
        const again = parts.reduce((sum, each) => sum + each.again, 0)
        const asked = parts.reduce((sum, each) => sum + each.asked, 0)
        if (again < HOLDS_MIN || again * 2 <= asked) return
        const holds = new Set(parts.flatMap((each) => [...each.holds]))
        if (holds.size < HOLDS_MIN) return
        quietUntil = t + WITHIN
        report({
          key: route,
          t,
          exchanges: [...holds].slice(-NAMED_MAX),
          text: `${holds.size} holds were asked again within ${WITHIN / 1000} s: ${again} of the ${asked} requests to the backend were by the proxy itself (the latest: ${REASONS[why] ?? why}).`,
          fix: 'Publish content in place of hints, in order and with prev-id, so that holds go on without asking; give next links longer timeouts, and the same link to all.',
        })
      },
    }
  },
}

const REASONS: Partial<Record<SentReason, string>> = {
  'id-mismatch': 'a message did not follow what the hold has',
  hint: 'an item was only a hint',
  next: 'the timeout of a next link was over',
  refresh: 'an item or a command asked for it',
}
