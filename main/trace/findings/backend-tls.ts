// TLS stands on one side of the connection to a backend only.
import { BACKEND_TLS } from '../../grip/failure-words'
import { tlsMismatch } from '../backend-failure'
import type { ExchangeId, TraceTime } from '../events'
import { isTlsSaying } from '../tls-page'
import type { Rule, RuleKit } from './finding'
import { ShortAnswers } from './short-answers'
import { requestOf } from './words'

export const tlsOnOneSide: Rule = {
  id: 'backend-tls',
  severity: 'error',
  watch: (kit) => {
    const answers = new ShortAnswers(400)
    return {
      answered: (event) => answers.answered(event),
      'answer-data': (event) => answers.data(event),
      'response-data': (event) => answers.data(event),
      ended: ({ x, t }) => {
        const text = answers.take(x)
        const target = kit.session.exchange(x)?.sent?.target
        if (text === undefined || target === undefined || !isTlsSaying(text)) return
        tell(kit, { x, t, target, code: BACKEND_TLS })
      },
      'backend-failed': ({ x, t, target, code }) => tell(kit, { x, t, target, code }),
      'tls-probed': ({ x, t, target, spoken }) => {
        if (spoken === 'tls') tell(kit, { x, t, target, code: BACKEND_TLS })
      },
    }
  },
}

function tell(
  { session, report }: RuleKit,
  { x, t, target, code }: { x: ExchangeId; t: TraceTime; target: string; code: string },
): void {
  const mismatch = tlsMismatch(target, code)
  if (!mismatch) return
  const facts = session.exchange(x)
  report({
    key: target,
    t,
    exchanges: [x],
    text: `${mismatch.message}${facts ? ` So #${x} (${requestOf(facts)}) could not be answered.` : ''}`,
    fix: mismatch.fix,
  })
}
