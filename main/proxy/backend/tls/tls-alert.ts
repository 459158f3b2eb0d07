// A backend that answers a plain request in TLS.
import { CausedError } from '../../../grip/caused-error'
import { BACKEND_TLS } from '../../../grip/failure-words'

/** The failure of an asking that was answered so. */
export function tlsOnPlain(): CausedError {
  return new CausedError(BACKEND_TLS, { code: 'backend-speaks-tls' })
}

/** Do these bytes, which came in place of an answer, begin an alert of TLS? A Buffer, or a text of one character a byte. */
export function isTlsAlert(bytes: unknown): boolean {
  if (typeof bytes === 'string') return bytes.startsWith('\x15\x03')
  return bytes instanceof Uint8Array && bytes[0] === 0x15 && bytes[1] === 0x03
}

/** Do these bytes begin a record of TLS: of a handshake, or an alert? */
export function isTlsRecord(bytes: Uint8Array): boolean {
  return (bytes[0] === 0x16 || bytes[0] === 0x15) && bytes[1] === 0x03
}
