// A publish call that came to the port for clients: it goes to the backend, and nobody gets its items.
import { parsePublishCall } from '../../grip/publish-item'
import type { ExchangeId } from '../events'
import type { Rule, RuleKit } from './finding'
import { keepBelow, pathOf } from './words'

/** Calls that are under way; of more, the latest. */
const CALLS_MAX = 100
/** Bytes of a body that is read; a longer one is not looked at. */
const BODY_MAX = 256 * 1024
/** A real publish endpoint, which may stand behind the proxy, answers with this word. */
const PUBLISHED = 'Published'

interface Call {
  readonly parts: Buffer[]
  size: number
  /** It is a publish call. */
  found: boolean
}

export const publishToProxyPort: Rule = {
  id: 'publish-to-proxy-port',
  severity: 'error',
  watch: (kit) => {
    const calls = new Map<ExchangeId, Call>()
    return {
      request: ({ x, method, url }) => {
        if (method !== 'POST' || !/\/publish\/?(?:\?|$)/.test(url)) return
        keepBelow(CALLS_MAX, calls)
        calls.set(x, { parts: [], size: 0, found: false })
      },
      'request-data': ({ x, data }) => {
        const call = calls.size > 0 ? calls.get(x) : undefined
        if (!call) return
        call.size += data.length
        if (call.size > BODY_MAX) calls.delete(x)
        else call.parts.push(Buffer.from(data))
      },
      'request-end': ({ x }) => {
        const call = calls.size > 0 ? calls.get(x) : undefined
        if (!call) return
        const read = parsePublishCall(Buffer.concat(call.parts.splice(0)))
        if (read.ok && read.items.length > 0) call.found = true
        else calls.delete(x)
      },
      'answer-data': ({ x, data }) => {
        if (calls.size > 0 && calls.has(x) && Buffer.from(data.subarray(0, 100)).includes(PUBLISHED)) calls.delete(x)
      },
      ended: ({ x }) => {
        const call = calls.size > 0 ? calls.get(x) : undefined
        if (!call) return
        calls.delete(x)
        if (call.found) tell(kit, x)
      },
    }
  },
}

function tell({ session, report, now }: RuleKit, x: ExchangeId): void {
  const facts = session.exchange(x)
  if (!facts) return
  const status = facts.response?.status
  const answer = status === undefined ? '' : ` It was answered with ${status}.`
  report({
    key: pathOf(facts.request.url),
    t: now(),
    exchanges: [x],
    text: `A publish call (POST ${pathOf(facts.request.url)}) came to the port for clients, so it went on to the backend and nothing was published.${answer}`,
    fix: 'Publish to the port for publishers: POST http://localhost:5561/publish/ unless it was changed. @fanoutio/grip and Django: set the control_uri of GRIP_URL or GRIP_PROXIES to http://localhost:5561.',
  })
}
