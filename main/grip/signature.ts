// Grip-Sig: the token that tells a backend that it is asked by its own proxy.
import type { KeyObject } from 'node:crypto'
import type { Problem } from '../trace/events'

export interface SigKey {
  readonly alg: 'HS256' | 'ES256' | 'RS256'
  readonly key: KeyObject
}
export type KeyResult = { readonly ok: true; readonly key: SigKey } | { readonly ok: false; readonly problem: Problem }
/** `text` is the secret itself, `base64:…`, `file:…` (read with `readFile`, which may throw) or PEM. */
export declare function parseKey(text: string, readFile: (path: string) => Buffer): KeyResult
export declare class Signer {
  constructor(iss: string, key: SigKey)
  /** `now`: milliseconds since 1970. */
  token(now: number): string
}
export type VerifyResult =
  | { readonly ok: true; readonly claims: Readonly<Record<string, unknown>> }
  | { readonly ok: false; readonly why: string }
/** `now`: milliseconds since 1970. */
export declare function verify(token: string, key: SigKey, now: number): VerifyResult
