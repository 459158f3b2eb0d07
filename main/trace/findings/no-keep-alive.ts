// A stream, or a WebSocket with GRIP, that has no keep-alive and was silent for a minute: what stands between it and its client cuts
// such connections off.
import { whyNoBody } from '../../grip/status'
import type { ExchangeId, TraceTime } from '../events'
import type { Rule, RuleKit } from './finding'
import type { ExchangeFacts } from './session-facts'
import { requestOf } from './words'

/** Milliseconds. */
const SILENCE = 60_000
/** Connections that are watched; of more, those that came first. */
const WATCHED_MAX = 10_000

/** The latest traffic of a connection, but for what was published to it. */
interface Watched {
  t: TraceTime
}

export const noKeepAlive: Rule = {
  id: 'no-keep-alive',
  severity: 'warning',
  watch: (kit) => {
    const watched = new Map<ExchangeId, Watched>()
    const note = ({ x, t }: { x: ExchangeId; t: TraceTime }): void => {
      const one = watched.size > 0 ? watched.get(x) : undefined
      if (one) one.t = t
    }
    return {
      held: ({ x, t, mode, keepAlive }) => {
        if (mode === 'response' || keepAlive > 0) {
          watched.delete(x)
          return
        }
        const facts = kit.session.exchange(x)
        if (!facts) return
        const known = watched.get(x)
        if (known) known.t = t
        else if (watched.size < WATCHED_MAX) {
          const one = { t }
          watched.set(x, one)
          judgeLater(kit, { watched, one, facts }, SILENCE)
        }
      },
      'response-data': note,
      'ws-message': note,
      ended: ({ x }) => {
        if (watched.size > 0) watched.delete(x)
      },
    }
  },
}

interface Judged {
  readonly watched: Map<ExchangeId, Watched>
  readonly one: Watched
  readonly facts: ExchangeFacts
}

function judgeLater(kit: RuleKit, judged: Judged, ms: number): void {
  const { watched, one, facts } = judged
  kit.later(
    ms,
    () => {
      if (watched.get(facts.id) !== one) return
      let last = one.t
      for (const name of facts.channels) last = Math.max(last, kit.session.channel(name)?.deliveredAt ?? 0)
      const silent = kit.now() - last
      if (silent < SILENCE) judgeLater(kit, judged, SILENCE - silent)
      else {
        watched.delete(facts.id)
        tell(kit, facts)
      }
    },
    'drop',
  )
}

function tell({ report, now }: RuleKit, facts: ExchangeFacts): void {
  const { id, held, response } = facts
  const isSocket = held?.mode === 'websocket'
  // Nothing can be sent on it, so no keep-alive can: other rules say so.
  if (!isSocket && response && whyNoBody(response.status, facts.request.method) !== undefined) return
  const [channel] = facts.channels
  report({
    key: requestOf(facts),
    t: now(),
    exchanges: [id],
    ...(channel !== undefined && facts.channels.size === 1 && { channel }),
    text: `The ${isSocket ? 'WebSocket' : 'stream'} #${id} (${requestOf(facts)}) has no keep-alive, and nothing passed on it for ${SILENCE / 1000} s. Load balancers and proxies cut off connections that are silent for so long, often after 60 s.`,
    fix: isSocket
      ? 'Ask for keep-alives when the WebSocket opens: c:{"type": "keep-alive", "content": "…", "timeout": 30}.'
      : 'Ask for keep-alives in the instruct: Grip-Keep-Alive: :\\n\\n; format=cstring; timeout=20 (for event streams). @fanoutio/grip: instruct.setKeepAlive(":\\n\\n", 20).',
  })
}
