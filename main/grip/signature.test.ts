import { generateKeyPairSync } from 'node:crypto'
import fc from 'fast-check'
import { jwtVerify, SignJWT } from 'jose'
import { describe, expect, test } from 'vitest'
import { parseKey, type SigKey, Signer, verify } from './signature'

const noFile = () => {
  throw new Error('no such file')
}
function key(text: string, readFile: (path: string) => Buffer = noFile): SigKey {
  const result = parseKey(text, readFile)
  if (!result.ok) throw new Error(result.problem.message)
  return result.key
}
const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
const ecPem = ec.privateKey.export({ type: 'pkcs8', format: 'pem' }).toString()
const rsaPem = rsa.privateKey.export({ type: 'pkcs1', format: 'pem' }).toString()
const NOW = 1_700_000_000_500

describe('keys', () => {
  test('are text, base64, hexadecimal or PEM in a file, or PEM', () => {
    const secret = Buffer.from('changeme')
    const of = (text: string, file = '') => key(text, () => Buffer.from(file)).key
    expect(of('changeme').export()).toEqual(secret)
    expect(of(`base64:${secret.toString('base64')}`).export()).toEqual(secret)
    expect(of('file:/k', `${secret.toString('hex')}\n`).export()).toEqual(secret)
    expect(key('file:/k', () => Buffer.from(ecPem)).alg).toBe('ES256')
    expect(key(rsaPem).alg).toBe('RS256')
    expect(key(ec.publicKey.export({ type: 'spki', format: 'pem' }).toString()).alg).toBe('ES256')
  })
  test.each<[string, string, string]>([
    ['', '', 'is empty'],
    ['base64:***', '', 'is not valid base64'],
    ['file:/k', 'not hex', 'file /k is neither PEM nor hexadecimal'],
    ['file:/k', 'abc', 'file /k is neither PEM nor hexadecimal'],
    ['-----BEGIN PRIVATE KEY-----\nx', '', 'is not a PEM key'],
    [
      generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      '',
      'is of type ed25519',
    ],
    [
      generateKeyPairSync('ec', { namedCurve: 'P-384' }).privateKey.export({ type: 'pkcs8', format: 'pem' }).toString(),
      '',
      'is of type ec',
    ],
  ])('%s is refused', (text, file, message) => {
    const result = parseKey(text, () => Buffer.from(file))
    expect(result.ok ? 'taken' : result.problem.message).toContain(`The key ${message}`)
  })
  test('tells what is the matter with a file', () => {
    const result = parseKey('file:/nowhere', noFile)
    expect(!result.ok && result.problem.message).toBe('The key file /nowhere cannot be read: no such file.')
  })
})

describe('tokens', () => {
  test.each<[string, SigKey, Parameters<typeof jwtVerify>[1]]>([
    ['HS256', key('changeme'), Buffer.from('changeme')],
    ['ES256', key(ecPem), ec.publicKey],
    ['RS256', key(rsaPem), rsa.publicKey],
  ])('%s are verified by others', async (alg, signing, verifying) => {
    const token = new Signer('pushpin', signing).token(NOW)
    const { payload, protectedHeader } = await jwtVerify(token, verifying, { currentDate: new Date(NOW) })
    expect(payload).toEqual({ iss: 'pushpin', exp: 1_700_003_600 })
    expect(protectedHeader).toEqual({ typ: 'JWT', alg })
    expect(verify(token, signing, NOW)).toEqual({ ok: true, claims: payload })
  })
  test('are made anew every minute, and when the clock is put back', () => {
    const signer = new Signer('pushpin', key('changeme'))
    const first = signer.token(NOW)
    expect(signer.token(NOW + 59_999)).toBe(first)
    const second = signer.token(NOW + 60_000)
    expect(second).not.toBe(first)
    expect(signer.token(NOW)).toBe(first)
  })
})

describe('verify', () => {
  const secret = key('changeme')
  const token = new Signer('pushpin', secret).token(NOW)
  test.each<[string, string, SigKey, number, string]>([
    ['another key', token, key('other'), NOW, 'it was signed with another key'],
    ['a key of another kind', token, key(ecPem), NOW, 'it is signed with HS256, the key is for ES256'],
    ['an hour later', token, secret, NOW + 3_600_000, 'it has expired'],
    ['one letter changed', token.replace('.ey', '.fy'), secret, NOW, 'it is not a JWT'],
    ['nothing', '', secret, NOW, 'it is not a JWT'],
    ['two parts', 'a.b', secret, NOW, 'it is not a JWT'],
    ['padding', `${token}=`, secret, NOW, 'it is not a JWT'],
    ['no signature', `${token.split('.').slice(0, 2).join('.')}.`, secret, NOW, 'it was signed with another key'],
  ])('refuses %s', (_, text, with_, now, why) => {
    expect(verify(text, with_, now)).toEqual({ ok: false, why })
  })
  test('takes an exp in a string, as Pushpin', async () => {
    const sign = (exp: string) =>
      new SignJWT({ exp: exp as unknown as number }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from('changeme'))
    expect(verify(await sign('9000000000'), secret, NOW).ok).toBe(true)
    expect(verify(await sign('soon'), secret, NOW).ok).toBe(false)
  })
  test('refuses tokens that claim to need no signature, or never to expire', async () => {
    const part = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url')
    const none = `${part({ alg: 'none' })}.${part({ exp: 9e9 })}.`
    expect(verify(none, secret, NOW).ok).toBe(false)
    const endless = await new SignJWT({ iss: 'x' }).setProtectedHeader({ alg: 'HS256' }).sign(Buffer.from('changeme'))
    expect(verify(endless, secret, NOW)).toEqual({ ok: false, why: 'it has no exp' })
  })
  test('takes any text without throwing', () => {
    fc.assert(
      fc.property(
        fc.oneof(
          fc.string(),
          fc.array(fc.base64String(), { minLength: 3, maxLength: 3 }).map((p) => p.join('.')),
        ),
        (text) => {
          for (const with_ of [secret, key(ecPem)]) expect(verify(text, with_, NOW).ok).toBe(false)
        },
      ),
    )
  })
})
