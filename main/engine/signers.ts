// Who signs what backends are asked: one signer for each issuer and key, the global one or a route's own.
import { readFileSync } from 'node:fs'
import type { Route, RouteWarning } from '../grip/routes'
import { parseKey, type SigKey, Signer } from '../grip/signature'

/**
 * A key that is of no use must not stop the proxy: then nothing is signed, which the backend and the trace show.
 * As with Pushpin, a route has a signer of its own only where it names both issuer and key.
 */
export function signers(iss: string, key: string): (route: Route) => Signer {
  const made = new Map<string, Signer>()
  const signerOf = (issuer: string, text: string): Signer => {
    const name = `${issuer}\n${text}`
    const known = made.get(name)
    if (known) return known
    const parsed = signingKey(text)
    const signer = new Signer(issuer, typeof parsed === 'string' ? undefined : parsed)
    made.set(name, signer)
    return signer
  }
  const global = signerOf(iss, key)
  return ({ sigIss, sigKey }) => (sigIss && sigKey !== undefined ? signerOf(sigIss, sigKey) : global)
}

/** What is wrong with how routes are to be signed. */
export function signingWarnings(routes: readonly Route[]): RouteWarning[] {
  return routes.flatMap((route) => {
    const { sigIss, sigKey, line } = route
    const warning = (name: string, message: string): RouteWarning[] => {
      return [{ line, column: columnOf(route, name), message }]
    }
    if (!sigIss && sigKey === undefined) return []
    if (sigKey === undefined) return warning('sig_iss', 'sig_iss counts only with sig_key beside it')
    if (!sigIss) return warning('sig_key', 'sig_key counts only with sig_iss beside it')
    const parsed = signingKey(sigKey)
    return typeof parsed === 'string' ? warning('sig_key', `nothing is signed: ${parsed}`) : []
  })
}

/** The key, or why it can't sign. */
function signingKey(text: string): SigKey | string {
  const parsed = parseKey(text, (file) => readFileSync(file))
  if (!parsed.ok) return parsed.problem.message
  return parsed.key.key.type === 'public' ? 'The key is a public one: it can only verify.' : parsed.key
}

function columnOf({ parameters }: Route, name: string): number {
  return parameters.find((parameter) => parameter.of === 'route' && parameter.name === name)?.column ?? 1
}
