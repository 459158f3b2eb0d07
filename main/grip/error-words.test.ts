import { createPrivateKey, X509Certificate } from 'node:crypto'
import { closeSync, openSync, readFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createSecureContext } from 'node:tls'
import { brotliDecompressSync, gunzipSync, gzipSync, inflateRawSync } from 'node:zlib'
import fc from 'fast-check'
import { expect, it, test } from 'vitest'
import { errorWords, opensslReason, PlainError } from './error-words'

function thrown(act: () => unknown): Error {
  try {
    act()
  } catch (error) {
    if (error instanceof Error) return error
  }
  throw new Error('nothing was thrown')
}

const DAMAGED = '-----BEGIN PRIVATE KEY-----\nMII\n-----END PRIVATE KEY-----'
const missing = path.join(tmpdir(), 'there-is-none', 'x')

/** Errors as node throws them. */
test.each<[string, () => unknown, string]>([
  ['a missing file', () => readFileSync(missing), 'there is no such file or folder (ENOENT)'],
  ['a folder', () => readFileSync(tmpdir()), 'it is a folder (EISDIR)'],
  ['a descriptor that is closed', () => closeSync(closed()), 'it failed (EBADF)'],
  ['no gzip', () => gunzipSync('xyz'), 'its bytes are not compressed as its header Content-Encoding says'],
  ['gzip that is cut', () => gunzipSync(gzipSync('hello').subarray(0, 12)), 'it ends too soon'],
  [
    'no deflate',
    () => inflateRawSync(Buffer.from('1f8b08', 'hex')),
    'its bytes are not compressed as its header Content-Encoding says',
  ],
  [
    'no brotli',
    () => brotliDecompressSync(Buffer.alloc(40, 0xff)),
    'its bytes are not compressed as its header Content-Encoding says',
  ],
  ['no key', () => createPrivateKey('x'), 'it can’t be read as PEM, or is of a kind that is not known here'],
  ['no certificate', () => new X509Certificate('x'), 'it can’t be read as PEM'],
  ['a damaged pair', () => createSecureContext({ cert: DAMAGED, key: DAMAGED }), 'it can’t be read as PEM'],
  ['a bug', () => new Array(-1), 'it failed'],
])('%s', (_what, act, words) => {
  const error = thrown(act)
  expect(errorWords(error)).toBe(words)
  expect(errorWords(error)).not.toContain(error.message)
})

function closed(): number {
  const fd = openSync(process.execPath, 'r')
  closeSync(fd)
  return fd
}

it('what we say ourselves stays as it is', () => {
  expect(errorWords(new Error('it is not a regular file'))).toBe('it is not a regular file')
  expect(errorWords(new PlainError('BLOCKED_ADDRESS', 'the target is inside'))).toBe('the target is inside')
})

it('no text of an error with a code goes on, whatever its code', () => {
  const letters = fc.string({
    unit: fc.constantFrom(...'ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_'),
    minLength: 1,
    maxLength: 30,
  })
  const start = fc.constantFrom(
    'E',
    'EAI_',
    'ERR_',
    'ERR_HTTP2_',
    'ERR_OSSL_',
    'ERR_SSL_',
    'UND_ERR_',
    'HPE_',
    'Z_',
    'WS_ERR_',
  )
  const text = fc.string({ minLength: 20, maxLength: 60 }).map((words) => `Library: ${words}`)
  fc.assert(
    fc.property(start, letters, text, (from, rest, message) => {
      const said = errorWords(Object.assign(new Error(message), { code: from + rest }))
      expect(said).not.toContain(message)
      expect(said).toMatch(/^[a-z].{4,}$/)
    }),
  )
})

test.each([
  ['write EPROTO 0:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:x.c:1:', 'WRONG_VERSION_NUMBER'],
  ['error:0A000126:SSL routines::unexpected eof while reading', 'UNEXPECTED_EOF_WHILE_READING'],
  ['error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER:x.cc:2', 'WRONG_VERSION_NUMBER'],
  ['read ECONNRESET', ''],
])('the reason in %s', (text, reason) => expect(opensslReason(text)).toBe(reason))
