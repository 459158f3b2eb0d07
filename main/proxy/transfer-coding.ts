// Bodies in transfer codings beside chunked, which are for one connection only: we know none, so they go no further.
import type { RawHeaders } from '../trace/events'

/** The transfer codings of a message, if there is another than chunked. */
export function unknownCoding(headers: RawHeaders): string | undefined {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]
    if (name?.length !== 17 || name.toLowerCase() !== 'transfer-encoding') continue
    const value = headers[i + 1] ?? ''
    if (value.toLowerCase() !== 'chunked') return value
  }
  return undefined
}

/** Why a request is answered 501 (RFC 9112, 6.1). Where chunked is not the last coding, the parser refuses by itself. */
export function codingFault(headers: RawHeaders): string | undefined {
  const coding = unknownCoding(headers)
  if (coding === undefined || !/[\s,]chunked\s*$/i.test(coding)) return undefined
  return `Transfer-Encoding: '${coding}' is not understood. Send the body chunked only, and name its coding in Content-Encoding.`
}
