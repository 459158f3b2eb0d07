// What is known of how undici writes to a connection. Each write is looked at, so that nothing needs a check at the start: where
// undici writes otherwise, what it reads is left alone, and interim answers (1xx) are its own affair.

const LINE_BREAKS_AND_DIGITS = 0x40

/** undici writes the head of a request as one text; other text is the framing of chunks. */
export function isRequestHead(data: unknown): boolean {
  if (typeof data !== 'string' || !(data.charCodeAt(0) > LINE_BREAKS_AND_DIGITS)) return false
  return data.includes(' HTTP/1.1\r\n')
}
