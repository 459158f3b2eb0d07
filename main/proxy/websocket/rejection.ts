// What the client of a WebSocket gets where its backend answered something else than a WebSocket.
import type { Cause } from '../../../preload/vocabulary/causes'
import { plainBody } from '../../grip/content-coding'
import type { EndReason, RawHeaders } from '../../trace/events'
import type { AnswerHead } from '../exchange/answer-record'
import { responseHeaders } from '../http/headers'

export interface Rejection {
  readonly answer: {
    readonly status: number
    /** Undefined: the status's own. */
    readonly reason: string | undefined
    readonly headers: RawHeaders
    readonly body: Buffer
  }
  /** The body was longer than is passed. */
  readonly limit: Cause | undefined
  readonly how: EndReason
  readonly why: Cause | undefined
}

export interface RejectionTerms {
  /** Bytes of the body that go on. */
  readonly max: number
  /** Another GRIP proxy asked. */
  readonly trusted: boolean
  /** The status with which the client's side would take the WebSocket. */
  readonly acceptStatus: number
}

/** The backend's answer as the client gets it, decompressed. */
export function rejectionOf(
  answer: AnswerHead & { readonly body: Buffer },
  { max, trusted, acceptStatus }: RejectionTerms,
): Rejection {
  const { status, reason } = answer
  const { headers, body } = plainBody(responseHeaders(answer.headers, trusted), answer.body.subarray(0, max), max)
  const limit = answer.body.length > max ? ({ code: 'rejection-cut', max } as const) : undefined
  const rest = { headers, body }
  if (status >= 200 && status < 300 && acceptStatus === 200) {
    const why: Cause = { code: 'ws-answered-success', status, reason }
    return { answer: { status: 502, reason: undefined, ...rest }, limit, how: 'backend-failed', why }
  }
  if (status < 500) return { answer: { status, reason, ...rest }, limit, how: 'complete', why: undefined }
  return {
    answer: { status, reason, ...rest },
    limit,
    how: 'backend-failed',
    why: { code: 'ws-answered', status, reason },
  }
}
