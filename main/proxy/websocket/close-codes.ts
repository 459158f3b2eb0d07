// Which close codes may be sent in a close frame (RFC 6455, 7.4).

/** The code to send; undefined: none. A code that must not be sent becomes 1011. */
export function closeCodeToSend(code: number | undefined): number | undefined {
  if (code === undefined || code === 1005) return undefined
  const ok = (code >= 1000 && code <= 1014 && code !== 1004 && code !== 1006) || (code >= 3000 && code <= 4999)
  return ok ? code : 1011
}
