// An instruct that was refused: its client got an error. What its status or the method HEAD did is told by other rules.
import { causeWords } from '../../grip/cause-words'
import type { ExchangeId, Problem } from '../events'
import type { Rule, RuleKit } from './finding'
import { isHead, isStatusProblem } from './instruct-words'
import type { ExchangeFacts } from './session-facts'
import { named, requestOf } from './words'

export const instructInvalid: Rule = {
  id: 'instruct-invalid',
  severity: 'error',
  watch: (kit) => ({
    instruct: ({ x, accepted, problems }) => {
      const [problem] = problems
      if (!accepted && problem) tell(kit, x, problem)
    },
    ended: ({ x, how, cause }) => {
      if (how !== 'instruct-refused' && how !== 'backend-failed') return
      const facts = kit.session.exchange(x)
      if (how === 'backend-failed') {
        if (facts && !facts.held && followsWithoutLink(facts)) tell(kit, x, WITHOUT_LINK)
        return
      }
      if (facts?.instruct?.accepted === false) return
      // It could be read as an instruct, and can't be obeyed where it stands, or is too large to be read.
      if (cause === undefined) return
      tell(kit, x, {
        field: 'body',
        message: causeWords(cause),
        fix: FIXES[cause.code] ?? 'Change the instruct accordingly.',
      })
    },
  }),
}

const WITHOUT_LINK: Problem = {
  field: 'prev-id',
  message: 'a channel of a stream has a prev-id, but there is no next link to ask for what was missed',
  fix: 'Add a next link (Grip-Link: </path>; rel=next), or leave prev-id out.',
}

/** It was read, but a stream can't be held so. */
function followsWithoutLink({ instruct }: ExchangeFacts): boolean {
  const understood = instruct?.understood
  if (understood?.hold?.mode !== 'stream' || understood.next) return false
  return understood.hold.channels.some(({ prevId }) => prevId !== undefined)
}

const FIXES: Readonly<Record<string, string>> = {
  'instruct-too-large': 'Send a shorter instruct, or raise the limit instructMax.',
  'too-large-to-hold': 'Hold the answer to a request with a short body, such as a GET.',
}

function tell({ session, report, now }: RuleKit, x: ExchangeId, { field, message, fix }: Problem): void {
  const facts = session.exchange(x)
  if (!facts || isHead(facts) || isStatusProblem(facts, field)) return
  const place = named(field)
  const said = message.replace(/\.$/, '')
  report({
    key: `${requestOf(facts)} ${field}`,
    t: now(),
    exchanges: [x],
    text: `The instruct for #${x} (${requestOf(facts)}) was refused at ${place}: ${said}. The client got an error, and nothing is held.`,
    fix,
  })
}
