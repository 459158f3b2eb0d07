// Bodies in transfer codings beside chunked, which are for one connection only: we know none, so they go no further.
import type { RawHeaders } from '../../trace/events'

/** The transfer codings of a message, if there is another than chunked. */
export function unknownCoding(headers: RawHeaders): string | undefined {
  let coding: string | undefined
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]
    if (name?.length !== 17 || name.toLowerCase() !== 'transfer-encoding') continue
    const value = headers[i + 1] ?? ''
    coding = coding === undefined ? value : `${coding}, ${value}`
  }
  return coding?.toLowerCase() === 'chunked' ? undefined : coding
}
