// What can be read and is not taken all the same: requests whose framing would not reach a backend as it was meant.
import type { EndReason } from '../../trace/events'
import type { ClientRequest } from '../http/client-request'
import { unknownCoding } from '../http/transfer-coding'

export interface RequestFault {
  readonly status: number
  readonly how: EndReason
  readonly message: string
}

/** What is wrong with a request by HTTP/1, if anything. */
export function requestFault({ httpVersion, rawHeaders }: ClientRequest): RequestFault | undefined {
  if (httpVersion !== '1.1' && httpVersion !== '1.0')
    return refused(400, `Bad Request: version: HTTP/${httpVersion} is not supported on this connection. Send HTTP/1.1.`)
  for (let i = 0; i < rawHeaders.length; i += 2) {
    const name = rawHeaders[i] ?? ''
    const value = rawHeaders[i + 1] ?? ''
    // Beyond this a number of JavaScript is not exact: another length would go on.
    if (name.length === 14 && name.toLowerCase() === 'content-length' && Number(value) > Number.MAX_SAFE_INTEGER)
      return refused(
        413,
        `Payload Too Large: Content-Length: ${value} bytes are over the limit. Send less, or use chunks.`,
      )
  }
  const coding = unknownCoding(rawHeaders)
  if (coding === undefined) return undefined
  // Chunks are taken apart here, and a backend would not learn of what is within them.
  const message = `Not Implemented: Transfer-Encoding: "${coding}" is not supported. Send chunked alone.`
  return { status: 501, how: 'not-supported', message }
}

function refused(status: number, message: string): RequestFault {
  return { status, how: 'bad-request', message }
}
