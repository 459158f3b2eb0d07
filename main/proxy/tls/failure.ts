// Says in words why TLS with a backend failed, and what can be done about it.
import type { Target } from '../../grip/route-types'
import { isOutOfDescriptors } from '../out-of-descriptors'

const UNTRUSTED = 'Add its authority to those that this system trusts, or put insecure after the target.'

const KNOWN: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: `its certificate is self-signed. ${UNTRUSTED}`,
  SELF_SIGNED_CERT_IN_CHAIN: `its certificate comes from an authority that is not trusted here. ${UNTRUSTED}`,
  UNABLE_TO_GET_ISSUER_CERT: `its certificate comes from an authority that is not known here. ${UNTRUSTED}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `its certificate comes from an authority that is not known here. ${UNTRUSTED}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `its certificate comes from an authority that is not known here. ${UNTRUSTED}`,
  CERT_HAS_EXPIRED: 'its certificate has expired. Renew it, or put insecure after the target.',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet. Look at the clocks, or put insecure after the target.',
  ERR_SSL_WRONG_VERSION_NUMBER: 'it does not speak TLS on that port. Take ssl off the target.',
  ERR_SSL_PACKET_LENGTH_TOO_LONG: 'it does not speak TLS on that port. Take ssl off the target.',
  ERR_SSL_HTTP_REQUEST: 'it does not speak TLS on that port. Take ssl off the target.',
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'it wants a client certificate: client_cert and client_key after the target.',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust the authority of the client certificate (client_cert).',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'it does not take the client certificate (client_cert).',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'it refused the handshake: it may want a client certificate (client_cert).',
}

const OUT_OF_DESCRIPTORS =
  'Gripscope has no file descriptor left for a connection to the backend. Raise the limit (ulimit -n 65536), and start it again.'

/** A connection that ends so has said nothing of why. */
const SILENT = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

/**
 * The failure's message, in words where TLS is what failed. `code` as node gives it.
 * @param midway some of the answer had come
 */
export function explainFailure(target: Target, code: string, message: string, midway: boolean): string {
  if (isOutOfDescriptors(code)) return OUT_OF_DESCRIPTORS
  if (!target.ssl || midway) return message
  if (SILENT.has(code) && !target.clientIdentity)
    return `the backend closed the TLS connection without an answer (${message}). Some do so that want a client certificate: name one with client_cert and client_key after the target.`
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const named = /^Hostname\/IP does not match certificate's altnames: (.*)$/s.exec(message)?.[1] ?? message
    const fix = 'Set host= after the target to a name that it has, or trust_connect_host, or insecure.'
    return `TLS with the backend failed: its certificate is for another name. ${named.replace(/\.?$/, '.')} ${fix}`
  }
  const known = KNOWN[code]
  return known === undefined ? message : `TLS with the backend failed: ${known}`
}
