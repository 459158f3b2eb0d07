// A connection that was to listen to more channels than one may: those beyond are left out.
import { causeWords } from '../../grip/cause-words'
import type { ExchangeId } from '../events'
import type { Rule, RuleKit } from './finding'
import { requestOf } from './words'

export const tooManyChannels: Rule = {
  id: 'too-many-channels',
  severity: 'error',
  watch: (kit) => ({
    instruct: ({ x, accepted, problems }) => {
      // The one problem with this field: it says how many there are.
      const problem = accepted ? problems.find(({ field }) => field === 'channels') : undefined
      if (problem) tell(kit, x, problem.message)
    },
    limit: ({ x, limit, cause }) => {
      if (limit === 'subscriptionMax') tell(kit, x, causeWords(cause))
    },
  }),
}

function tell({ session, report, now }: RuleKit, x: ExchangeId, message: string): void {
  const facts = session.exchange(x)
  if (!facts) return
  report({
    key: requestOf(facts),
    t: now(),
    exchanges: [x],
    text: `#${x} (${requestOf(facts)}) was to listen to too many channels: ${message}. What is published on the others does not reach the client.`,
    fix: 'Let one connection listen to fewer channels, such as one for each user or page, or raise the limit subscriptionMax.',
  })
}
