// No backend could be reached, so the client got an error. Where something listens beside it, that is said.
import { failureWords } from '../../grip/failure-words'
import type { BackendFailedEvent, ExchangeId } from '../events'
import type { Rule, RuleKit, Withdraw } from './finding'
import { keepBelow, requestOf } from './words'

/** Codes of a connection that was not made. What broke off after that is another fault. */
const NOT_REACHED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'EAI_NONAME',
  'EAI_NODATA',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
  'EAFNOSUPPORT',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
])
/** Exchanges whose latest failure is remembered, and findings that may learn what listens beside; of more, the latest. */
const REMEMBERED_MAX = 1000

export const backendDown: Rule = {
  id: 'backend-down',
  severity: 'error',
  yieldsTo: ['backend-tls'],
  watch: (kit) => {
    const failures = new Map<ExchangeId, BackendFailedEvent>()
    const told = new Map<ExchangeId, { withdraw: Withdraw; failure: BackendFailedEvent }>()
    return {
      'backend-failed': (event) => {
        if (event.filter || event.again || !NOT_REACHED.has(event.code)) return
        keepBelow(REMEMBERED_MAX, failures)
        failures.set(event.x, event)
      },
      ended: ({ x, how }) => {
        const failure = failures.size > 0 ? failures.get(x) : undefined
        if (!failure) return
        failures.delete(x)
        if (how !== 'backend-failed') return
        keepBelow(REMEMBERED_MAX, told)
        told.set(x, { failure, withdraw: tell(kit, failure, undefined) })
      },
      'listens-beside': ({ x, listens, filter }) => {
        const known = filter ? undefined : told.get(x)
        if (!known) return
        told.delete(x)
        known.withdraw()
        tell(kit, known.failure, listens)
      },
    }
  },
}

function tell({ session, report }: RuleKit, failure: BackendFailedEvent, beside: string | undefined): Withdraw {
  const { x, t, target, code } = failure
  const place = target.split(',', 1)[0] ?? target
  const facts = session.exchange(x)
  const { short, fix } = failureWords(target, code)
  const what = facts ? ` So #${x} (${requestOf(facts)}) got ${facts.response?.status ?? 'no answer'}.` : ''
  const listens = beside === undefined ? '' : ` But something listens on ${beside}.`
  return report({
    key: target,
    t,
    exchanges: [x],
    text: `The backend at ${place} could not be reached: ${short} (${code}).${listens}${what}`,
    fix: beside === undefined ? fix : `Write ${beside} as the target, or let the backend listen on ${place}.`,
  })
}
