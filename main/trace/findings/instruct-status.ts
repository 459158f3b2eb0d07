// An instruct whose status does not let it do its work: JSON with another one than 200, or a stream without a body.
import { whyNoBody } from '../../grip/status'
import type { Rule } from './finding'
import { isStatusProblem } from './instruct-words'
import { requestOf } from './words'

export const instructStatus: Rule = {
  id: 'instruct-status',
  severity: 'error',
  watch: ({ session, report }) => ({
    instruct: ({ x, t, accepted, problems, understood }) => {
      const facts = session.exchange(x)
      if (!facts) return
      const field = problems[0]?.field
      if (!accepted && field !== undefined && isStatusProblem(facts, field)) {
        report({
          key: `${requestOf(facts)} json`,
          t,
          exchanges: [x],
          text: `The answer to #${x} (${requestOf(facts)}) is an instruct with status ${facts.answered?.status}. It was refused: application/grip-instruct must come with 200.`,
          fix: 'Answer with 200, and put the status for the client into the instruct: "response": {"code": …}.',
        })
        return
      }
      // What a next link gives is a part of a response that has begun.
      if (!accepted || facts.response) return
      const isStream = understood?.hold ? understood.hold.mode === 'stream' : understood?.next !== undefined
      const code = understood?.response.code ?? 200
      if (!isStream || whyNoBody(code, 'GET') === undefined) return
      report({
        key: `${requestOf(facts)} ${code}`,
        t,
        exchanges: [x],
        text: `The stream #${x} (${requestOf(facts)}) is held with status ${code}, whose response has no body. Nothing that is published can be sent on it.`,
        fix: 'Hold a stream with status 200: in the answer itself, in Grip-Status, or in response.code.',
      })
    },
  }),
}
