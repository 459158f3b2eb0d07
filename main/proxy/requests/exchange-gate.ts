// The request and the instruct of an HTTP exchange at the gate.
import type { Cause } from '../../../preload/vocabulary/causes'
import { InstructAnswer } from '../backend/instruct-answer'
import type { ForwardedRequest } from '../client/forwarded-request'
import type { HttpExchangeScope } from '../exchange/exchange-scope'
import type { GateAnswer, PassingInstruct, PassingRequest, Verdict } from '../gate/passing'
import type { Paused } from '../gate/paused'
import { withoutNames } from '../http/headers'

type Owner = Pick<HttpExchangeScope, 'id' | 'context' | 'sink' | 'forwarded' | 'over' | 'respond' | 'cutOff'>

const DROPPED: Cause = { code: 'gate-dropped' }
const LENGTHS = new Set(['content-length', 'transfer-encoding'])

/**
 * Stops the client's request before a backend is asked, if who stands at the gate wants that. Undefined: it goes on.
 * @param go what is asked, once it is let go
 */
export function stopRequest(owner: Owner, go: (request: ForwardedRequest) => void): Paused | undefined {
  const { method, url, headers, body } = owner.forwarded
  const passing: PassingRequest = { what: 'request', x: owner.id, method, url, headers, body }
  const thing = owner.context.gate.stop(passing, owner.sink, (verdict) => {
    if (owner.over || endedBy(owner, verdict)) return
    go(verdict.do === 'change' ? changedRequest(passing, verdict.to) : owner.forwarded)
  })
  return thing
}

/** The same for an answer that has an instruct, before that is understood. */
export function stopInstruct(
  owner: Owner,
  answer: InstructAnswer,
  go: (answer: InstructAnswer) => void,
): Paused | undefined {
  const { status, reason, headers, body } = answer
  const passing: PassingInstruct = { what: 'instruct', x: owner.id, status, reason, headers, body }
  return owner.context.gate.stop(passing, owner.sink, (verdict) => {
    if (owner.over || endedBy(owner, verdict)) return
    go(verdict.do === 'change' ? changedAnswer(owner, verdict.to) : answer)
  })
}

/** True: the exchange is over by it. */
function endedBy(owner: Owner, verdict: Verdict<PassingRequest> | Verdict<PassingInstruct>): boolean {
  if (verdict.do === 'answer') respondWith(owner, verdict.with)
  else if (verdict.do === 'drop') owner.cutOff('closed', DROPPED)
  else return false
  return true
}

function respondWith(owner: Owner, { status, reason, headers, body }: GateAnswer): void {
  owner.respond(status, reason, withoutNames(headers, LENGTHS), body, 'complete', { cause: { code: 'gate-answered' } })
}

/** Its length follows its body. */
function changedRequest(before: PassingRequest, { method, url, headers, body }: PassingRequest): ForwardedRequest {
  if (body === undefined || body === before.body) return { method, url, headers, ...(body && { body }) }
  const own = [...withoutNames(headers, LENGTHS), 'Content-Length', String(body.length)]
  return { method, url, headers: own, body }
}

function changedAnswer(owner: Owner, { status, reason, headers, body }: PassingInstruct): InstructAnswer {
  const answer = new InstructAnswer(status, reason, withoutNames(headers, LENGTHS), owner.context.options)
  answer.add(body)
  return answer
}
