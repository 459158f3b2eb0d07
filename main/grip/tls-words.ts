// What OpenSSL and node say of a failed TLS handshake, in plain words.

const UNTRUSTED = 'Add its authority to those that this system trusts, or put insecure after the target.'
const UNKNOWN = `its certificate comes from an authority that is unknown here. ${UNTRUSTED}`

const KNOWN: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: `its certificate is self-signed. ${UNTRUSTED}`,
  SELF_SIGNED_CERT_IN_CHAIN: `its certificate comes from an authority that is not trusted here. ${UNTRUSTED}`,
  UNABLE_TO_GET_ISSUER_CERT: UNKNOWN,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: UNKNOWN,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: UNKNOWN,
  CERT_HAS_EXPIRED: 'its certificate has expired. Renew it, or put insecure after the target.',
  CERT_NOT_YET_VALID: 'its certificate is not valid yet. Check the clocks, or put insecure after the target.',
  CERT_UNTRUSTED: `its certificate is not trusted here. ${UNTRUSTED}`,
  CERT_REJECTED: `its certificate is not trusted here. ${UNTRUSTED}`,
  CERT_CHAIN_TOO_LONG: `its certificate has too many authorities above it. ${UNTRUSTED}`,
  CERT_SIGNATURE_FAILURE: `its certificate is not signed by its authority. ${UNTRUSTED}`,
  INVALID_CA: `an authority of its certificate may not be one. ${UNTRUSTED}`,
  INVALID_PURPOSE: `its certificate is not for servers. ${UNTRUSTED}`,
  ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED:
    'it wants a client certificate: client_cert and client_key after the target.',
  ERR_SSL_TLSV1_ALERT_UNKNOWN_CA: 'it does not trust the authority of the client certificate (client_cert).',
  ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE: 'it does not accept the client certificate (client_cert).',
  ERR_SSL_SSLV3_ALERT_HANDSHAKE_FAILURE: 'it refused the handshake: it may want a client certificate (client_cert).',
  ERR_SSL_UNSUPPORTED_PROTOCOL: 'it speaks no version of TLS that is new enough: 1.2 at least.',
  ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION: 'it speaks no version of TLS that is known here.',
}

/** Is there more to be said of a code than the code itself? */
export function isKnownTlsFailure(code: string): boolean {
  return Object.hasOwn(KNOWN, code)
}

/** What follows "TLS with the backend failed: ". @param code may be anything */
export function tlsFailureWords(code: string): string {
  return (isKnownTlsFailure(code) ? KNOWN[code] : undefined) ?? `${code}.`
}

/** The name of an alert in a code of OpenSSL, as TLS writes it; undefined: it is none. */
export function alertName(code: string): string | undefined {
  return /^ERR_SSL_(?:TLSV1|TLSV1[23]|SSLV3)_ALERT_([A-Z0-9_]+)$/.exec(code)?.[1]?.toLowerCase()
}

/** OpenSSL's name of a reason as words. */
export function handshakeReason(reason: string): string {
  return reason.toLowerCase().replaceAll('_', ' ')
}
