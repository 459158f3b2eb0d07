// A backend that answers a plain request in TLS: its alert is told in words.

/** Code of a failure: the backend speaks TLS, and was asked without. */
export const BACKEND_TLS = 'BACKEND_TLS'
export const TLS_ON_PLAIN = 'the backend speaks TLS on that port, and was asked without. Put ssl after the target.'

/** Do these bytes, which came in place of an answer, begin an alert of TLS? A Buffer, or a text of one character a byte. */
export function isTlsAlert(bytes: unknown): boolean {
  if (typeof bytes === 'string') return bytes.startsWith('\x15\x03')
  return bytes instanceof Uint8Array && bytes[0] === 0x15 && bytes[1] === 0x03
}
