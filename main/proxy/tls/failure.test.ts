import { expect, test } from 'vitest'
import type { Target } from '../../grip/route-types'
import { parseRoutes } from '../../grip/routes'
import { explainFailure } from './failure'

function target(options: string): Target {
  const [first] = parseRoutes(`* h:1${options}`).routes[0]?.targets ?? []
  if (!first) throw new Error(`no target with ${options}`)
  return first
}

const explain = (code: string, message = 'as it was', options = ',ssl', midway = false): string =>
  explainFailure(target(options), code, message, midway)

test.each<[string, RegExp]>([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /is self-signed\. .*put insecure after the target/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /authority that is not trusted here/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /authority that is not known here/],
  ['CERT_HAS_EXPIRED', /has expired/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS on that port\. Take ssl off/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /wants a client certificate/],
])('%s is put in words', (code, words) => {
  expect(explain(code)).toMatch(words)
})

test('a certificate for another name says which names it has', () => {
  const message =
    "Hostname/IP does not match certificate's altnames: Host: a.test. is not in the cert's altnames: DNS:b.test"
  expect(explain('ERR_TLS_CERT_ALTNAME_INVALID', message)).toBe(
    "TLS with the backend failed: its certificate is for another name. Host: a.test. is not in the cert's altnames: DNS:b.test. " +
      'Set host= after the target to a name that it has, or trust_connect_host, or insecure.',
  )
})

test('a connection that ends without a word may be for want of a client certificate', () => {
  expect(explain('UND_ERR_SOCKET', 'other side closed')).toMatch(
    /^the backend closed .* \(other side closed\)\. .*client_cert/,
  )
})

test('what has nothing to do with TLS stays as it is', () => {
  expect(explain('ECONNREFUSED')).toBe('as it was')
  expect(explain('UND_ERR_SOCKET', 'as it was', '')).toBe('as it was')
  expect(explain('UND_ERR_SOCKET', 'as it was', ',ssl', true)).toBe('as it was')
})
