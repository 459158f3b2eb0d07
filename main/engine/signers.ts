// Who signs what backends are asked: one signer for each issuer and key, the global one or a route's own.
import type { Route } from '../grip/route-types'
import type { RouteWarning } from '../grip/routes'
import { type KeyResult, type SigKey, Signer } from '../grip/signature'
import { readKey } from '../proxy/settings/key-file'
import { breather } from '../turns/turns'

/**
 * A key that is of no use must not stop the proxy: then nothing is signed, which the backend and the trace show.
 * As with Pushpin, a route has a signer of its own only where it names both issuer and key.
 */
export class Signers {
  readonly #iss: string
  readonly #key: string
  #global: Signer
  /** Routes that are no longer in force keep theirs for as long as they are used. */
  readonly #own = new WeakMap<Route, Signer>()

  /** Nothing is signed until `read`. */
  constructor(iss: string, key: string) {
    this.#iss = iss
    this.#key = key
    this.#global = new Signer(iss, undefined)
  }

  /** Reads the keys of routes and the global one. Says what is wrong with how the routes are to be signed. */
  async read(routes: readonly Route[]): Promise<RouteWarning[]> {
    const keys = new Map<string, SigKey | string>()
    const keyOf = async (text: string): Promise<SigKey | string> => {
      const known = keys.get(text) ?? (await keyOrWhy(text))
      keys.set(text, known)
      return known
    }
    const made = new Map<string, Signer>()
    const global = await keyOf(this.#key)
    this.#global = new Signer(this.#iss, typeof global === 'string' ? undefined : global)
    const warnings: RouteWarning[] = []
    // Without a key, nobody expects a signature.
    if (typeof global === 'string' && this.#key !== '')
      warnings.push({ line: 0, column: 0, message: `requests are not signed: ${global}` })
    const pause = breather()
    for (const route of routes) {
      const rest = pause()
      if (rest) await rest
      const { sigIss, sigKey } = route
      if (!sigIss && sigKey === undefined) continue
      const warn = (name: string, message: string) =>
        warnings.push({ line: route.line, column: columnOf(route, name), message })
      if (sigKey === undefined) warn('sig_iss', 'sig_iss has no effect without sig_key')
      else if (!sigIss) warn('sig_key', 'sig_key has no effect without sig_iss')
      else {
        const key = await keyOf(sigKey)
        if (typeof key === 'string') warn('sig_key', `requests are not signed: ${key}`)
        const name = JSON.stringify([sigIss, sigKey])
        const signer = made.get(name) ?? new Signer(sigIss, typeof key === 'string' ? undefined : key)
        made.set(name, signer)
        this.#own.set(route, signer)
      }
    }
    return warnings
  }

  of(route: Route): Signer {
    return this.#own.get(route) ?? this.#global
  }
}

/** The key that a config gives, or why it can't sign. */
export async function signingKey(text: string): Promise<KeyResult> {
  const parsed = await readKey(text)
  if (!parsed.ok || parsed.key.key.type !== 'public') return parsed
  const message = 'The key is a public one: it can only verify.'
  return { ok: false, problem: { field: 'sig_key', message, fix: 'Give the private key of the pair.' } }
}

async function keyOrWhy(text: string): Promise<SigKey | string> {
  const read = await signingKey(text)
  return read.ok ? read.key : read.problem.message
}

function columnOf({ parameters }: Route, name: string): number {
  return parameters.find((parameter) => parameter.of === 'route' && parameter.name === name)?.column ?? 1
}
