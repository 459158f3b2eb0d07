// Finds out why a backend could not be asked, and where TLS is what failed, how.
import net from 'node:net'
import type { Cause } from '../../../../preload/vocabulary/causes'
import { CausedError } from '../../../grip/caused-error'
import { codeOf, opensslReason } from '../../../grip/error-words'
import { isTlsMismatch } from '../../../grip/failure-words'
import type { Target } from '../../../grip/route-types'
import { alertName, isKnownTlsFailure } from '../../../grip/tls-words'
import { isOutOfDescriptors } from '../out-of-descriptors'

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
 * Why the target could not be asked: nothing that a library says goes on as it is.
 * @param midway some of the answer had come
 */
export function failureCause(target: Target, error: unknown, midway: boolean): Cause {
  if (error instanceof CausedError) return error.why
  const code = failureCode(error)
  if (isOutOfDescriptors(code)) return { code: 'no-descriptors' }
  const ofTls = target.ssl && !midway ? tlsCause(target, code, error) : undefined
  return ofTls ?? { code: 'backend-failure', target: target.text, error: code, addresses: addressesOf(target, error) }
}

function tlsCause(target: Target, code: string, error: unknown): Cause | undefined {
  if (SILENT.has(code) && !target.clientIdentity) return { code: 'tls-silent' }
  if (code === 'ERR_TLS_CERT_ALTNAME_INVALID') return { code: 'tls-name', ...namesOfCertificate(error) }
  if (isTlsMismatch(code) === 'backend-does-not') return { code: 'tls-not-spoken' }
  if (isKnownTlsFailure(code)) return { code: 'tls-failed', error: code }
  const alert = alertName(code)
  return alert === undefined ? undefined : { code: 'tls-alert', alert }
}

/** Node's error has the name that was wanted, and the certificate. */
function namesOfCertificate(error: unknown): { wanted: string; names: string } {
  if (typeof error !== 'object' || error === null) return { wanted: '', names: '' }
  const wanted = 'host' in error && typeof error.host === 'string' ? error.host : ''
  const cert = 'cert' in error && typeof error.cert === 'object' && error.cert !== null ? error.cert : {}
  const alternatives = 'subjectaltname' in cert && typeof cert.subjectaltname === 'string' ? cert.subjectaltname : ''
  return { wanted, names: alternatives.slice(0, 300) }
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
