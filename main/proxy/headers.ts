// Which headers go on: from the client to the backend, and from the backend to the client. Raw lists in, raw lists out.
import { gripFeatures } from '../grip/features'
import type { Route } from '../grip/routes'
import type { RawHeaders } from '../trace/events'

/** Headers that mean something for one connection only (RFC 9110, 7.6.1), and those that the proxy answers itself. */
const NOT_TO_BACKEND = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'upgrade',
  'expect',
  'accept-encoding',
])
const NOT_TO_CLIENT = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade'])

/** The value of a header, '' if absent. `name` in lower case. */
export function headerOf(headers: RawHeaders, name: string): string {
  for (let i = 0; i < headers.length; i += 2) {
    const candidate = headers[i]
    if (candidate !== undefined && candidate.length === name.length && candidate.toLowerCase() === name) {
      return headers[i + 1] ?? ''
    }
  }
  return ''
}

function isGrip(name: string): boolean {
  const first = name.charCodeAt(0)
  return (first === 71 || first === 103) && name.length > 5 && name.slice(0, 5).toLowerCase() === 'grip-'
}

/** What is added to a request, apart from the client's own headers. */
export interface BackendAdditions {
  /** Signed token, '' for none (no_grip). */
  readonly signature: string
  /** Channel and last id, for asking again (Grip-Last). */
  readonly lastIds?: ReadonlyMap<string, string>
  /** Host to send instead of the client's. */
  readonly host?: string
}

/**
 * The headers of the request to the backend (GRIP reference §2): the client's, byte for byte and in order, less those
 * that stop here, plus the route's and GRIP's own.
 */
export function requestHeaders(
  client: RawHeaders,
  route: Route,
  add: BackendAdditions,
  internal: ReadonlySet<string>,
): string[] {
  const out: string[] = []
  const named = connectionTokens(client)
  const replaced = route.headers.length > 0 ? lowerNames(route.headers) : undefined
  for (let i = 0; i < client.length; i += 2) {
    const name = client[i] ?? ''
    const lower = name.toLowerCase()
    if (NOT_TO_BACKEND.has(lower) || internal.has(lower) || isGrip(name)) continue
    if (named?.has(lower) || replaced?.has(lower)) continue
    if (lower === 'host' && add.host !== undefined) continue
    out.push(name, client[i + 1] ?? '')
  }
  if (add.host !== undefined) out.push('Host', add.host)
  for (let i = 0; i < route.headers.length; i += 2) {
    // An empty value takes the header away.
    if (route.headers[i + 1]) out.push(route.headers[i] ?? '', route.headers[i + 1] ?? '')
  }
  if (add.signature) {
    out.push('Grip-Sig', add.signature, 'Grip-Feature', gripFeatures)
    if (add.lastIds) for (const [channel, id] of add.lastIds) out.push('Grip-Last', `${channel}; last-id=${id}`)
  }
  return out
}

/** The headers of a backend's answer that go on to the client. Grip-* is taken off unless the route says `no_grip`. */
export function responseHeaders(answer: RawHeaders, keepGrip: boolean): string[] {
  const named = connectionTokens(answer)
  const out: string[] = []
  for (let i = 0; i < answer.length; i += 2) {
    const name = answer[i] ?? ''
    const lower = name.toLowerCase()
    if (NOT_TO_CLIENT.has(lower) || named?.has(lower)) continue
    if (!keepGrip && isGrip(name)) continue
    out.push(name, answer[i + 1] ?? '')
  }
  return out
}

/** A held response's headers: what the instruct gave, less what only fits the backend's own body and connection. */
export function heldHeaders(headers: RawHeaders): string[] {
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const lower = name.toLowerCase()
    if (NOT_TO_CLIENT.has(lower) || lower === 'content-length' || lower === 'content-encoding') continue
    out.push(name, headers[i + 1] ?? '')
  }
  return out
}

/**
 * A published response's headers over those of the instruct: same names are replaced, and those that the item names in
 * Grip-Expose-Headers are left out (both as Pushpin).
 */
export function overlayHeaders(base: RawHeaders, over: RawHeaders, leftOut: readonly string[]): string[] {
  const names = lowerNames(over)
  for (const name of leftOut) names.add(name.toLowerCase())
  const out: string[] = []
  for (let i = 0; i < base.length; i += 2) {
    const name = base[i] ?? ''
    if (!names.has(name.toLowerCase())) out.push(name, base[i + 1] ?? '')
  }
  for (const part of heldHeaders(over)) out.push(part)
  return out
}

function lowerNames(headers: RawHeaders): Set<string> {
  const names = new Set<string>()
  for (let i = 0; i < headers.length; i += 2) names.add((headers[i] ?? '').toLowerCase())
  return names
}

/** Names listed in Connection stop here as well; the usual keep-alive and close cost nothing. */
function connectionTokens(headers: RawHeaders): Set<string> | undefined {
  let names: Set<string> | undefined
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]
    if (name?.length !== 10 || name.toLowerCase() !== 'connection') continue
    const value = (headers[i + 1] ?? '').toLowerCase()
    if (value === 'keep-alive' || value === 'close' || value === 'upgrade') continue
    names ??= new Set()
    for (const token of value.split(',')) names.add(token.trim())
  }
  return names
}

/** Does a request with these headers have a body? */
export function hasBody(headers: RawHeaders): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i]
    if (name === undefined) continue
    if (name.length === 14 && name.toLowerCase() === 'content-length') return headers[i + 1] !== '0'
    if (name.length === 17 && name.toLowerCase() === 'transfer-encoding') return true
  }
  return false
}
