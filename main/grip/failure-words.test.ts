import { expect, test } from 'vitest'
import { asSentence, failureSentence, failureWords } from './failure-words'

test.each([
  ['ECONNREFUSED', 'nothing listens on localhost:8000'],
  ['UND_ERR_SOCKET', 'localhost:8000 closed the connection'],
  ['ECONNRESET', 'localhost:8000 closed the connection'],
  ['UND_ERR_HEADERS_TIMEOUT', 'localhost:8000 did not answer in time'],
  ['HPE_INVALID_CONSTANT', 'localhost:8000 does not answer in HTTP'],
  ['ERR_SSL_WRONG_VERSION_NUMBER', 'localhost:8000 does not speak TLS'],
  ['BACKEND_TLS', 'localhost:8000 speaks TLS, but the request came without it'],
  ['DEPTH_ZERO_SELF_SIGNED_CERT', 'TLS with localhost:8000 failed'],
  ['BAD_REASON', 'localhost:8000 sends a reason phrase with a control character'],
  ['UND_ERR_WHAT_IS_NEW', 'localhost:8000 could not be asked'],
])('%s: %s', (code, short) => expect(failureWords('localhost:8000,over_http,ssl', code).short).toBe(short))

test('a name is put in as it is', () => {
  expect(failureWords('$&:80', 'ECONNREFUSED').short).toBe('nothing listens on $&:80')
})

test('sentences end with one full stop', () => {
  expect(asSentence('nothing listens on a:1')).toBe('Nothing listens on a:1.')
  expect(asSentence('it ended.')).toBe('It ended.')
})

test('a code that is the name of something that every object has is like any other', () => {
  for (const code of ['constructor', '__proto__', 'toString']) {
    expect(failureWords('b:1', code)).toEqual({ short: 'b:1 could not be asked', fix: '' })
    expect(failureSentence('b:1', { code })).toBe(`b:1 could not be asked (${code})`)
  }
})
