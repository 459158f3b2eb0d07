// Says in words why a backend could not be asked, and where TLS is what failed, what can be done about it.
import net from 'node:net'
import { codeOf, opensslReason, PlainError } from '../../../grip/error-words'
import { failureSentence, isTlsMismatch } from '../../../grip/failure-words'
import type { Target } from '../../../grip/route-types'
import { isOutOfDescriptors } from '../out-of-descriptors'

const UNTRUSTED = 'Add its authority to those that this system trusts, or put insecure after the target.'

const KNOWN: Readonly<Record<string, string>> = {
  DEPTH_ZERO_SELF_SIGNED_CERT: `its certificate is self-signed. ${UNTRUSTED}`,
  SELF_SIGNED_CERT_IN_CHAIN: `its certificate comes from an authority that is not trusted here. ${UNTRUSTED}`,
  UNABLE_TO_GET_ISSUER_CERT: `its certificate comes from an authority that is unknown here. ${UNTRUSTED}`,
  UNABLE_TO_GET_ISSUER_CERT_LOCALLY: `its certificate comes from an authority that is unknown here. ${UNTRUSTED}`,
  UNABLE_TO_VERIFY_LEAF_SIGNATURE: `its certificate comes from an authority that is unknown here. ${UNTRUSTED}`,
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

const OUT_OF_DESCRIPTORS =
  'Gripscope has no file descriptor left for a connection to the backend. Raise the limit (ulimit -n 65536), and start it again.'

/** A connection that ends so has said nothing of why. */
const SILENT: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])
/** Addresses that a message names. */
const ADDRESSES_MAX = 4

export function isSilent(code: string): boolean {
  return SILENT.has(code)
}

/** What undici's parser found wrong, which it tells by its text alone, and the code that node's has for it. */
const PARSER: readonly (readonly [RegExp, string])[] = [
  [/chunk size/i, 'HPE_INVALID_CHUNK_SIZE'],
  [/chunk extension/i, 'HPE_CHUNK_EXTENSIONS_OVERFLOW'],
  [/content-length.*transfer-encoding|transfer-encoding.*content-length/i, 'HPE_UNEXPECTED_CONTENT_LENGTH'],
  [/content-length/i, 'HPE_INVALID_CONTENT_LENGTH'],
  [/transfer-encoding/i, 'HPE_INVALID_TRANSFER_ENCODING'],
  [/status/i, 'HPE_INVALID_STATUS'],
  [/http version/i, 'HPE_INVALID_VERSION'],
  [/expected (?:cr|lf|space after)|missing expected/i, 'HPE_LF_EXPECTED'],
  [/header/i, 'HPE_INVALID_HEADER_TOKEN'],
  [/data after/i, 'HPE_CLOSED_CONNECTION'],
]

/** The code of an error, also where it hides in its text: OpenSSL's reason, and what undici's parser found. */
export function failureCode(error: unknown): string {
  const code = codeOf(error)
  if (code === 'HTTPParserError' && error instanceof Error)
    return PARSER.find(([pattern]) => pattern.test(error.message))?.[1] ?? 'HPE_INVALID_CONSTANT'
  const reason = code === 'EPROTO' && error instanceof Error ? opensslReason(error.message) : ''
  return reason === '' ? code : `ERR_SSL_${reason}`
}

/**
 * Why the target could not be asked, in plain words: nothing that a library says goes on as it is.
 * @param midway some of the answer had come
 */
export function explainFailure(target: Target, error: unknown, midway: boolean): string {
  if (error instanceof PlainError) return error.message
  const code = failureCode(error)
  if (isOutOfDescriptors(code)) return OUT_OF_DESCRIPTORS
  const said = failureSentence(target.text, { code, addresses: addressesOf(target, error) })
  if (!target.ssl || midway) return said
  const why = whyTls(target, code, error)
  return why === undefined ? said : why
}

function whyTls(target: Target, code: string, error: unknown): string | undefined {
  if (SILENT.has(code) && !target.clientIdentity)
    return 'the backend closed the TLS connection without an answer. If it speaks plain HTTP, take ssl off the target. Some backends do this if they want a client certificate: name one with client_cert and client_key after the target.'
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') {
    const named = namesOfCertificate(error)
    const fix = 'Set host= after the target to a name that it has, or trust_connect_host, or insecure.'
    return `TLS with the backend failed: its certificate is for another name. ${named}${fix}`
  }
  if (isTlsMismatch(code) === 'backend-does-not')
    return 'TLS with the backend failed: it does not speak TLS on that port. Take ssl off the target.'
  const known = KNOWN[code] ?? alertWords(code)
  return known === undefined ? undefined : `TLS with the backend failed: ${known}`
}

/** An alert by the name that TLS gives it. */
function alertWords(code: string): string | undefined {
  const name = /^ERR_SSL_(?:TLSV1|TLSV1[23]|SSLV3)_ALERT_([A-Z0-9_]+)$/.exec(code)?.[1]
  return name === undefined ? undefined : `it ended the handshake with the alert ${name.toLowerCase()}.`
}

/** Node's error has the name that was wanted, and the certificate. */
function namesOfCertificate(error: unknown): string {
  if (typeof error !== 'object' || error === null) return ''
  const wanted = 'host' in error && typeof error.host === 'string' ? error.host : ''
  const cert = 'cert' in error && typeof error.cert === 'object' && error.cert !== null ? error.cert : {}
  const alternatives = 'subjectaltname' in cert && typeof cert.subjectaltname === 'string' ? cert.subjectaltname : ''
  const has = alternatives.slice(0, 300)
  if (wanted === '') return ''
  return has === '' ? `${wanted} is not in it. ` : `${wanted} is not among its names (${has}). `
}

/** The addresses that a name led to. That of a target which names one is no news. */
function addressesOf(target: Target, error: unknown): string[] {
  const all = error instanceof AggregateError ? error.errors : [error]
  const found = all.flatMap((each: unknown) => {
    if (typeof each !== 'object' || each === null || !('address' in each) || typeof each.address !== 'string') return []
    const host = net.isIPv6(each.address) ? `[${each.address}]` : each.address
    return 'port' in each && typeof each.port === 'number' ? [`${host}:${each.port}`] : [host]
  })
  const place = target.text.split(',', 1)[0]
  return [...new Set(found)].filter((address) => address !== place).slice(0, ADDRESSES_MAX)
}
