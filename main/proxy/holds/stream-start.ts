// The first response of a stream hold: head and body of the instruct, which publishes follow.
import type { Cause } from '../../../preload/vocabulary/causes'
import { causeWords } from '../../grip/cause-words'
import { streamFault } from '../../grip/instruct'
import type { Instruct } from '../../grip/instruct-types'
import { whyNoBody } from '../../grip/status'
import { firstBody } from '../backend/instruct-answer'
import type { HttpExchangeScope } from '../exchange/exchange-scope'
import { heldHeaders } from '../http/headers'

/** Begins the response of a stream. What it returns is why it has ended instead, properly and whole. */
export function startStream(
  { reply, forwarded: asked, chunked, debug }: HttpExchangeScope,
  instruct: Instruct,
): Cause | undefined {
  const { code, reason, headers } = instruct.response
  const first = firstBody(instruct)
  const [body, fault] = 'code' in first ? [NOTHING, first] : [first, streamFault(instruct)]
  const out = heldHeaders(headers)
  reply.shape?.unwrap()
  if (fault !== undefined) {
    // It ends before it began to stream: so it has a length.
    reply.whole(code, reason, out, debug ? Buffer.concat([body, Buffer.from(`\n\n${causeWords(fault)}\n`)]) : body)
    return fault
  }
  // node leaves it out where there is no body to come.
  if (asked.method === 'HEAD' && chunked && whyNoBody(code, '') === undefined) out.push('Transfer-Encoding', 'chunked')
  reply.begin(code, reason, out, 'own')
  if (body.length > 0) reply.ownPart(body)
  // A body that is not sent does not take the head with it.
  if (body.length === 0 || reply.noBody !== undefined) reply.flushHead()
  return undefined
}

const NOTHING = Buffer.alloc(0)
