import { expect, test } from 'vitest'
import { causeWords } from '../../../grip/cause-words'
import type { Target } from '../../../grip/route-types'
import { parseRoutes } from '../../../grip/routes'
import { failureCause } from './failure'

function target(options: string): Target {
  const [first] = parseRoutes(`* h:1${options}`).routes[0]?.targets ?? []
  if (!first) throw new Error(`no target with ${options}`)
  return first
}

function explainFailure(...[to, error, midway]: Parameters<typeof failureCause>): string {
  return causeWords(failureCause(to, error, midway))
}

/** An error as node and undici throw them: `message` is theirs. */
const failed = (code: string, message: string, more: object = {}): Error =>
  Object.assign(new Error(message), { code, ...more })
const explain = (code: string, options = ',ssl', midway = false, message = 'Library: error 0x1A'): string =>
  explainFailure(target(options), failed(code, message), midway)

test.each<[string, RegExp]>([
  ['DEPTH_ZERO_SELF_SIGNED_CERT', /is self-signed\. .*put insecure after the target/],
  ['SELF_SIGNED_CERT_IN_CHAIN', /authority that is not trusted here/],
  ['UNABLE_TO_VERIFY_LEAF_SIGNATURE', /authority that is unknown here/],
  ['CERT_HAS_EXPIRED', /has expired/],
  ['ERR_SSL_WRONG_VERSION_NUMBER', /does not speak TLS on that port\. Take ssl off/],
  ['ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED', /wants a client certificate/],
])('%s is put in words', (code, words) => {
  expect(explain(code)).toMatch(words)
})

test('a certificate for another name says which names it has', () => {
  const more = { host: 'a.test', cert: { subjectaltname: 'DNS:b.test, IP Address:127.0.0.1' } }
  const error = failed('ERR_TLS_CERT_ALTNAME_INVALID', "Hostname/IP does not match certificate's altnames", more)
  expect(explainFailure(target(',ssl'), error, false)).toBe(
    'TLS with the backend failed: its certificate is for another name. a.test is not among its names (DNS:b.test, IP Address:127.0.0.1). ' +
      'Set host= after the target to a name that it has, or trust_connect_host, or insecure.',
  )
})

test('a connection that ends without a word may speak plain HTTP, or want a client certificate', () => {
  expect(explain('UND_ERR_SOCKET')).toMatch(/^the backend closed .*take ssl off the target.*client_cert/)
})

test('what has nothing to do with TLS says so', () => {
  expect(explain('ECONNREFUSED')).toBe('nothing listens on h:1 (ECONNREFUSED)')
  expect(explain('UND_ERR_SOCKET', '')).toBe('h:1 closed the connection')
  expect(explain('UND_ERR_SOCKET', ',ssl', true)).toBe('h:1 closed the connection')
})

test('an alert is named as TLS names it', () => {
  expect(explain('ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR')).toBe(
    'TLS with the backend failed: it ended the handshake with the alert internal_error.',
  )
})

test.each([
  'write EPROTO 00A0: error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/openssl/ssl3_record.c:354:',
  'write EPROTO 139: error:0A00010B:SSL routines::wrong version number',
  'write EPROTO 139: error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:../../third_party/boringssl/tls_record.cc:242:',
])('what OpenSSL hides in a text is read: %s', (text) => {
  expect(explain('EPROTO', ',ssl', false, text)).toMatch(/does not speak TLS on that port\. Take ssl off/)
})

test('the addresses that a name led to are evidence', () => {
  const one = failed('ECONNREFUSED', 'connect ECONNREFUSED ::1:1', { address: '::1', port: 1 })
  const other = failed('ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:1', { address: '127.0.0.1', port: 1 })
  const both = Object.assign(new AggregateError([one, other], ''), { code: 'ECONNREFUSED' })
  expect(explainFailure(target(''), both, false)).toBe('nothing listens on h:1 (ECONNREFUSED, [::1]:1, 127.0.0.1:1)')
})

/** What libraries say: none of it is for a person. */
const LIBRARY = [
  ['ECONNREFUSED', 'connect ECONNREFUSED 127.0.0.1:8000'],
  ['ECONNRESET', 'read ECONNRESET'],
  ['ECONNRESET', 'socket hang up'],
  ['ECONNRESET', 'Client network socket disconnected before secure TLS connection was established'],
  ['EPIPE', 'write EPIPE'],
  ['ETIMEDOUT', 'connect ETIMEDOUT 10.0.0.1:80'],
  ['ENOTFOUND', 'getaddrinfo ENOTFOUND nowhere.test'],
  ['EAI_AGAIN', 'getaddrinfo EAI_AGAIN nowhere.test'],
  ['EWHATEVER', 'connect EWHATEVER'],
  ['UND_ERR_SOCKET', 'other side closed'],
  ['UND_ERR_CONNECT_TIMEOUT', 'Connect Timeout Error (attempted address: h:1, timeout: 10000ms)'],
  ['UND_ERR_HEADERS_TIMEOUT', 'Headers Timeout Error'],
  ['UND_ERR_BODY_TIMEOUT', 'Body Timeout Error'],
  ['UND_ERR_HEADERS_OVERFLOW', 'Headers Overflow Error'],
  ['UND_ERR_INVALID_ARG', 'invalid request path'],
  ['UND_ERR_ABORTED', 'Request aborted'],
  ['UND_ERR_RES_CONTENT_LENGTH_MISMATCH', 'Response body length does not match content-length header'],
  ['UND_ERR_NEW_ONE', 'Something New Error'],
  ['HPE_INVALID_CONSTANT', 'Parse Error: Expected HTTP/'],
  ['HPE_INVALID_CHUNK_SIZE', 'Response does not match the HTTP/1.1 protocol (Invalid character in chunk size)'],
  ['HPE_NEW_ONE', 'Span callback error in on_new'],
  ['ERR_HTTP2_INVALID_STREAM', 'The stream has been destroyed'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'error:0A00010B:SSL routines:ssl3_get_record:wrong version number:../deps/x.c:1:'],
  ['ERR_SSL_BAD_NEW_THING', 'error:0A000999:SSL routines::bad new thing'],
  ['EPROTO', 'write EPROTO 00A0:error:0A000999:SSL routines:ssl3_read:bad new thing:../deps/x.c:1:'],
  ['Z_DATA_ERROR', 'incorrect header check'],
  ['ERR_SOMETHING', 'The "chunk" argument must be of type string'],
] as const

test.each(LIBRARY)('no word of a library: %s, %s', (code, message) => {
  for (const options of ['', ',ssl', ',ssl,insecure', ',over_http']) {
    for (const midway of [false, true]) {
      const said = explainFailure(target(options), failed(code, message), midway)
      expect(said).not.toContain(message)
      expect(said).not.toMatch(/UND_ERR_(?!NEW)|HPE_|SSL routines|\.\./)
      expect(said.length).toBeGreaterThan(10)
    }
  }
})

test.each([
  ['Invalid character in chunk size', 'h:1 sent a chunk without a size that can be read'],
  ['Expected HTTP/, RTSP/ or ICE/', 'h:1 does not answer in HTTP'],
  ['Invalid header token', 'h:1 sent a header that can’t be read'],
  ['Invalid HTTP version', 'h:1 answers in an HTTP that is not known'],
  ['Invalid status code', 'h:1 sent a status that can’t be read'],
  ['Invalid character in Content-Length', 'h:1 sent a Content-Length that can’t be used'],
  ['Missing expected CR after response line', 'h:1 ended a line in another way than with CRLF'],
])('undici tells what its parser found by a text alone: %s', (reason, words) => {
  const error = Object.assign(new Error(`Response does not match the HTTP/1.1 protocol (${reason})`), {
    name: 'HTTPParserError',
  })
  expect(explainFailure(target(''), error, true)).toBe(words)
})

test('an error without a code says no more than that it failed', () => {
  expect(explainFailure(target(''), new TypeError("Cannot read properties of undefined (reading 'x')"), false)).toBe(
    'h:1 could not be asked (TypeError)',
  )
})
