// What can be read and is not taken all the same: requests whose framing would not reach a backend as it was meant.
import type { Cause } from '../../../preload/vocabulary/causes'
import type { EndReason } from '../../trace/events'
import type { ClientRequest } from '../http/client-request'
import { unknownCoding } from '../http/transfer-coding'

export interface RequestFault {
  readonly status: number
  readonly how: EndReason
  readonly why: Cause
}

/** What is wrong with a request by HTTP/1, if anything. */
export function requestFault({ httpVersion, rawHeaders }: ClientRequest): RequestFault | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return refused(400, { code: 'http-version', version: httpVersion })
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    const value = rawHeaders[i + 1] ?? ''
    // Beyond this a number of JavaScript is not exact: another length would go on.
    if (name.length === 14 && name.toLowerCase() === 'content-length' && Number(value) > Number.MAX_SAFE_INTEGER)
      return refused(413, { code: 'content-length', length: value })
  }
  const coding = unknownCoding(rawHeaders)
  if (coding === undefined) return undefined
  // Chunks are taken apart here, and a backend would not learn of what is within them.
  return { status: 501, how: 'not-supported', why: { code: 'transfer-coding', coding } }
}

/** A bad request. */
export function refused(status: number, why: Cause): RequestFault {
  return { status, how: 'bad-request', why }
}
