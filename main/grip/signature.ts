// Grip-Sig: the token (JWT) that tells a backend that it is asked by its own proxy.
// Made with node:crypto and not with jose, which only signs asynchronously: a request would have to wait for a promise.
import {
  createHmac,
  createPrivateKey,
  createPublicKey,
  createSecretKey,
  type KeyObject,
  sign,
  timingSafeEqual,
  verify as verifySignature,
} from 'node:crypto'
import type { Problem } from '../trace/events'
import { errorWords } from './error-words'
import { fileFault } from './file-fault'
import { decodeLenientBase64, isObject, type JsonObject, parseJson } from './json-values'

export type SigAlgorithm = 'HS256' | 'ES256' | 'RS256'
export interface SigKey {
  readonly alg: SigAlgorithm
  readonly key: KeyObject
}
export type KeyResult = { readonly ok: true; readonly key: SigKey } | { readonly ok: false; readonly problem: Problem }
export type VerifyResult =
  | { readonly ok: true; readonly claims: JsonObject }
  | { readonly ok: false; readonly why: string }

/** Milliseconds that a token is used before a new one is made. */
const RENEW_AFTER = 60_000
/** Seconds that a token is good for. */
const GOOD_FOR = 3600

/**
 * A key as configs write it: the secret itself, `base64:` and a binary secret, `file:` and the path of a PEM key or of a
 * secret in hexadecimal, or PEM text. `readFile` may throw; it resolves relative paths.
 */
export function parseKey(text: string, readFile: (path: string) => Buffer): KeyResult {
  if (text.startsWith('base64:')) {
    const { bytes, clean } = decodeLenientBase64(text.slice(7))
    if (!clean) return refused('is not valid base64', 'Encode the key again, in the standard alphabet.')
    return secretKey(bytes)
  }
  if (text.startsWith('file:')) return keyOfFile(text.slice(5), readFile)
  if (text.startsWith('-----BEGIN')) return pemKey(text)
  return secretKey(Buffer.from(text, 'utf8'))
}

function refused(what: string, fix: string): { readonly ok: false; readonly problem: Problem } {
  return { ok: false, problem: { field: 'sig_key', message: `The key ${what}.`, fix } }
}

function secretKey(secret: Buffer): KeyResult {
  if (secret.length === 0) return refused('is empty', 'Give the key that the backend verifies with.')
  return { ok: true, key: { alg: 'HS256', key: createSecretKey(secret) } }
}

function keyOfFile(path: string, readFile: (path: string) => Buffer): KeyResult {
  let content: string
  try {
    content = readFile(path).toString('utf8').trim()
  } catch (error) {
    const { why, fix } = fileFault(path, error, 'read')
    return refused(`file ${path} cannot be read: ${why}`, fix)
  }
  if (content.startsWith('-----BEGIN')) return pemKey(content)
  if (!/^([0-9a-fA-F]{2})+$/.test(content))
    return refused(
      `file ${path} is neither PEM nor hexadecimal`,
      'Write the secret in hexadecimal digits, or a PEM key.',
    )
  return secretKey(Buffer.from(content, 'hex'))
}

function pemKey(pem: string): KeyResult {
  let key: KeyObject
  try {
    key = pem.includes('PRIVATE KEY') ? createPrivateKey(pem) : createPublicKey(pem)
  } catch (error) {
    return refused(
      `is not a PEM key: ${errorWords(error)}`,
      'Give an EC (P-256) or RSA key in PEM, without a passphrase.',
    )
  }
  if (key.asymmetricKeyType === 'rsa') return { ok: true, key: { alg: 'RS256', key } }
  if (key.asymmetricKeyType === 'ec' && key.asymmetricKeyDetails?.namedCurve === 'prime256v1')
    return { ok: true, key: { alg: 'ES256', key } }
  return refused(
    `is of type ${key.asymmetricKeyType}, which cannot sign tokens here`,
    'Give an EC key of the curve P-256, or an RSA key.',
  )
}

/** Makes the tokens of one issuer. The key must be able to sign: a secret, or a private key. Without one there are none. */
export class Signer {
  readonly #iss: string
  readonly #key: SigKey | undefined
  readonly #header: string
  #token = ''
  #madeAt = Number.NaN

  constructor(iss: string, key: SigKey | undefined) {
    this.#iss = iss
    this.#key = key
    this.#header = encode(JSON.stringify({ typ: 'JWT', alg: key?.alg }))
  }

  /** A token that is good for an hour, made anew every minute; '' without a key. `now`: milliseconds since 1970. */
  token(now: number): string {
    if (!this.#key) return ''
    const age = now - this.#madeAt
    if (age >= 0 && age < RENEW_AFTER) return this.#token
    const claims = encode(JSON.stringify({ iss: this.#iss, exp: Math.floor(now / 1000) + GOOD_FOR }))
    const signed = `${this.#header}.${claims}`
    this.#token = `${signed}.${signatureOf(signed, this.#key).toString('base64url')}`
    this.#madeAt = now
    return this.#token
  }
}

function encode(text: string): string {
  return Buffer.from(text, 'utf8').toString('base64url')
}

function signatureOf(text: string, { alg, key }: SigKey): Buffer {
  if (alg === 'HS256') return createHmac('sha256', key).update(text).digest()
  return sign('sha256', Buffer.from(text), alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key)
}

/**
 * Is the token signed with this key and not expired? It must say so itself (`exp`). `now`: milliseconds since 1970.
 * Never throws.
 */
export function verify(token: string, key: SigKey, now: number): VerifyResult {
  const parts = token.split('.')
  const [header, claims, signature] = parts
  if (parts.length !== 3 || !header || !claims || signature === undefined || token.includes('='))
    return { ok: false, why: 'it is not a JWT' }
  const headerJson = decode(header)
  const claimsJson = decode(claims)
  if (headerJson === undefined || claimsJson === undefined) return { ok: false, why: 'it is not a JWT' }
  if (headerJson.alg !== key.alg)
    return { ok: false, why: `it is signed with ${String(headerJson.alg).slice(0, 20)}, the key is for ${key.alg}` }
  if (!isSigned(`${header}.${claims}`, Buffer.from(signature, 'base64url'), key))
    return { ok: false, why: 'it was signed with another key' }
  // A number in a string counts too, as for Pushpin.
  const exp = typeof claimsJson.exp === 'string' ? Number(claimsJson.exp) : claimsJson.exp
  if (typeof exp !== 'number' || !(exp > 0)) return { ok: false, why: 'it has no exp' }
  if (Math.floor(now / 1000) >= exp) return { ok: false, why: 'it has expired' }
  return { ok: true, claims: claimsJson }
}

function decode(part: string): JsonObject | undefined {
  const parsed = parseJson(Buffer.from(part, 'base64url'))
  return parsed.ok && isObject(parsed.value) ? parsed.value : undefined
}

function isSigned(text: string, signature: Buffer, { alg, key }: SigKey): boolean {
  if (alg === 'HS256') {
    const right = createHmac('sha256', key).update(text).digest()
    return signature.length === right.length && timingSafeEqual(signature, right)
  }
  return verifySignature(
    'sha256',
    Buffer.from(text),
    alg === 'ES256' ? { key, dsaEncoding: 'ieee-p1363' } : key,
    signature,
  )
}
