// An answer whose body is not events as they are written over HTTP, or whose lengths are not those of the contents.
import { decodeEvents, eventsContentType } from '../../grip/ws-events'
import type { ExchangeId } from '../events'
import type { Rule, RuleKit } from './finding'
import type { ExchangeFacts } from './session-facts'
import { keepBelow, requestOf } from './words'
import { answerType, isOverHttp } from './ws-words'

/** Bytes of an answer that are read here; of a longer one, only what ends the WebSocket is told. */
const BODY_MAX = 256 * 1024
/** Answers under way; of more, the latest. */
const ANSWERS_MAX = 1000

interface Answer {
  readonly parts: Buffer[]
  size: number
}

const FIX =
  'Write each event as TYPE, a blank, the length of its content in bytes in hexadecimal, \\r\\n, the content, \\r\\n: "TEXT 5\\r\\nhello\\r\\n". One without content is TYPE\\r\\n. Django and @fanoutio/grip: encode_websocket_events, encodeWebSocketEvents.'

export const wsEventsFraming: Rule = {
  id: 'ws-events-framing',
  severity: 'error',
  watch: (kit) => {
    const answers = new Map<ExchangeId, Answer>()
    /** Those of which it was told. */
    const told = new WeakSet<ExchangeFacts>()
    return {
      answered: ({ x, status, filter }) => {
        if (answers.size > 0) answers.delete(x)
        if (status !== 200 || filter) return
        const facts = kit.session.exchange(x)
        if (!facts || !isOverHttp(facts) || answerType(facts) !== eventsContentType) return
        keepBelow(ANSWERS_MAX, answers)
        answers.set(x, { parts: [], size: 0 })
      },
      'answer-data': ({ x, data, filter, tail }) => {
        const answer = answers.size > 0 && !filter ? answers.get(x) : undefined
        if (!answer) return
        answer.size += data.length
        if (tail || answer.size > BODY_MAX) answers.delete(x)
        else answer.parts.push(Buffer.from(data))
      },
      'answer-end': ({ x, size, filter }) => {
        const answer = answers.size > 0 && !filter ? answers.get(x) : undefined
        if (!answer) return
        answers.delete(x)
        if (answer.size !== size) return
        const { problem } = decodeEvents(Buffer.concat(answer.parts))
        const facts = problem && kit.session.exchange(x)
        if (!facts) return
        told.add(facts)
        tell(kit, facts, problem.message)
      },
      ended: ({ x, cause }) => {
        if (answers.size > 0) answers.delete(x)
        // It was told when its answer was whole, unless that was too long.
        if (cause?.code !== 'events-framing') return
        const facts = kit.session.exchange(x)
        if (facts && !told.has(facts)) tell(kit, facts, cause.message)
      },
    }
  },
}

function tell({ report, now }: RuleKit, facts: ExchangeFacts, message: string): void {
  report({
    key: requestOf(facts),
    t: now(),
    exchanges: [facts.id],
    text: `The backend's answer to the events of #${facts.id} (${requestOf(facts)}) is not written as events. ${message}`,
    fix: FIX,
  })
}
