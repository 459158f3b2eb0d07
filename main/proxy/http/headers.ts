// Which headers go on: from the client to the backend, and from the backend to the client. Raw lists in, raw lists out.
import { gripFeatures } from '../../grip/features'
import { headerValue } from '../../grip/grip-headers'
import { normalHost } from '../../grip/request-target'
import type { Route } from '../../grip/route-types'
import type { RawHeaders } from '../../trace/events'
import type { ProxyOptions } from '../settings/options'
import { INTERNAL_HEADERS } from './internal-headers'

/** Headers that mean something for one connection only (RFC 9110, 7.6.1), and those that the proxy answers itself. */
const NOT_TO_BACKEND = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'expect',
  'accept-encoding',
])
const NOT_TO_CLIENT = new Set([
  'connection',
  'keep-alive',
  'proxy-connection',
  'transfer-encoding',
  'te',
  'trailer',
  'upgrade',
  'http2-settings',
])

/** The value of a header, '' if absent. `name` in lower case. */
export function headerOf(headers: RawHeaders, name: string): string {
  return headerValue(headers, name) ?? ''
}

function isGrip(name: string): boolean {
  const first = name.charCodeAt(0)
  // Many backends read an underscore as a hyphen.
  return (first === 71 || first === 103) && /^grip[-_]./i.test(name)
}

/** What a request to a backend depends on, apart from the client's own headers and the route. */
export interface RequestRules {
  readonly options: ProxyOptions
  /** Signed token, '' for none (no_grip). */
  readonly signature: string
  /** The request comes signed from another GRIP proxy: its GRIP headers go on. */
  readonly trusted: boolean
  /** Channel and last id, for asking again (Grip-Last). */
  readonly lastIds?: ReadonlyMap<string, string>
  /** Host to send instead of the client's. */
  readonly host?: string
  /** The client came by TLS. */
  readonly secure: boolean
  /** It asks for a WebSocket. */
  readonly webSocket?: boolean
  /** The client's address. */
  readonly peer: string
  /** The proxy asks for itself: no header is a client's. */
  readonly own?: true
}

/** Marks headers that are the client's own, on routes with `orig_headers` (as Pushpin). */
const MARK = 'eb9bf0f5-'

/**
 * The headers of the request to the backend (GRIP reference §2): the client's, in order, less those that stop here, plus
 * the route's and GRIP's own.
 */
export function requestHeaders(client: RawHeaders, route: Route, rules: RequestRules): string[] {
  const { options, signature } = rules
  const out: string[] = []
  const named = connectionTokens(client)
  const replaced = route.headers.length > 0 ? lowerNames(route.headers) : undefined
  let hasHost = false
  for (let i = 0; i < client.length; i += 2) {
    const name = client[i] ?? ''
    const lower = name.toLowerCase()
    if (NOT_TO_BACKEND.has(lower) || INTERNAL_HEADERS.has(lower) || (isGrip(name) && !rules.trusted)) continue
    if (named?.has(lower) || replaced?.has(lower)) continue
    if (lower === 'host') {
      // Of several the first counts: the route was chosen by it.
      if (rules.host === undefined && !hasHost) out.push(name, normalHost(client[i + 1] ?? '', rules.secure))
      hasHost = true
      continue
    }
    // Pushpin leaves out headers without a value.
    if (client[i + 1] === '') continue
    if (lower === 'pushpin-route' && options.acceptPushpinRoute) continue
    if (lower.startsWith(MARK) && !route.origHeaders) continue
    out.push(name, client[i + 1] ?? '')
  }
  if (rules.host !== undefined) out.push('Host', normalHost(rules.host, rules.secure))
  for (let i = 0; i < route.headers.length; i += 2) {
    const [name = '', value] = [route.headers[i], route.headers[i + 1]]
    if (NOT_TO_BACKEND.has(name.toLowerCase()) || (isGrip(name) && !rules.trusted && !rules.own)) continue
    // An empty value takes the header away.
    if (value) out.push(name, value)
  }
  if (signature && !rules.trusted) {
    out.push('Grip-Sig', signature, 'Grip-Feature', gripFeatures)
    if (rules.lastIds) for (const [channel, id] of rules.lastIds) out.push('Grip-Last', `${channel}; last-id=${id}`)
  }
  if (route.origHeaders && !rules.trusted) {
    // As in Pushpin, what the route sets is among them.
    const theirs = rules.own ? [] : client
    markOriginals(
      replaced ? [...withoutNames(theirs, replaced), ...route.headers] : theirs,
      options.origHeadersNeedMark,
      out,
    )
  }
  // Copied to its exact size: it is recorded with its exchange.
  return forwarded(out, rules).slice()
}

/** Adds headers once more, marked, so that a proxy further on can tell them from what was added. */
function markOriginals(headers: RawHeaders, needMark: readonly string[], out: string[]): void {
  for (let i = 0; i < headers.length; i += 2) {
    const [name = '', value] = [headers[i], headers[i + 1]]
    // No header goes out without a value.
    if (!value || name.toLowerCase().startsWith(MARK)) continue
    if (!needMark.some((n) => n.toLowerCase() === name.toLowerCase())) out.push(MARK + name, value)
  }
}

/** X-Forwarded-* and CDN-Loop by the config. */
function forwarded(headers: string[], { options, trusted, secure, webSocket, peer }: RequestRules): string[] {
  let out = headers
  if (options.acceptForwardedProtocol || options.setForwardedProtocol !== 'off') {
    if (hasForwardedProto(out)) out = withoutNames(out, FORWARDED_PROTO)
    // As Pushpin: a WebSocket has a scheme of its own.
    const scheme = webSocket ? 'wss' : 'https'
    if (secure && options.setForwardedProtocol !== 'off') out.push('X-Forwarded-Proto', scheme)
    if (secure && options.setForwardedProtocol === 'both') out.push('X-Forwarded-Protocol', scheme)
  }
  const rule = trusted ? options.forwardedForTrusted : options.forwardedFor
  if (rule.append || rule.truncate !== undefined) {
    let values = valuesOf(out, 'x-forwarded-for')
    if (rule.truncate !== undefined) values = values.slice(Math.max(values.length - rule.truncate, 0))
    if (rule.append) values.push(peer)
    out = withoutNames(out, FORWARDED_FOR)
    if (values.length > 0) out.push('X-Forwarded-For', values.join(', '))
  }
  if (options.cdnLoop !== '') {
    const values = [...valuesOf(out, 'cdn-loop'), options.cdnLoop]
    out = withoutNames(out, CDN_LOOP)
    out.push('CDN-Loop', values.join(', '))
  }
  return out
}

/** Looked for in every request: few names are as long. */
function hasForwardedProto(headers: RawHeaders): boolean {
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    if ((name.length === 17 || name.length === 20) && FORWARDED_PROTO.has(name.toLowerCase())) return true
  }
  return false
}

const FORWARDED_PROTO = new Set(['x-forwarded-proto', 'x-forwarded-protocol'])
const FORWARDED_FOR = new Set(['x-forwarded-for'])
const CDN_LOOP = new Set(['cdn-loop'])

/** All values of a header, lists taken apart. `name` in lower case. */
function valuesOf(headers: RawHeaders, name: string): string[] {
  const values: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i]?.toLowerCase() !== name) continue
    for (const part of (headers[i + 1] ?? '').split(',')) if (part.trim() !== '') values.push(part.trim())
  }
  return values
}

/** A raw list without some names, given in lower case. */
export function withoutNames(headers: RawHeaders, names: ReadonlySet<string>): string[] {
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    if (!names.has((headers[i] ?? '').toLowerCase())) out.push(headers[i] ?? '', headers[i + 1] ?? '')
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
    if (NOT_TO_CLIENT.has(lower) || lower === 'content-length') continue
    out.push(name, headers[i + 1] ?? '')
  }
  // Copied to its exact size: it is recorded with its hold.
  return out.slice()
}

/**
 * A published response's headers over those of the instruct: same names are replaced, and those that the item names in
 * Grip-Expose-Headers are left out (both as Pushpin).
 */
export function overlayHeaders(base: RawHeaders, over: RawHeaders, leftOut: readonly string[]): string[] {
  const names = lowerNames(over)
  // It is about the other body.
  names.add('content-encoding')
  for (const name of leftOut) names.add(name.toLowerCase())
  const out: string[] = []
  for (let i = 0; i < base.length; i += 2) {
    const name = base[i] ?? ''
    if (!names.has(name.toLowerCase())) out.push(name, base[i + 1] ?? '')
  }
  for (let i = 0; i < over.length; i += 2) {
    const name = over[i] ?? ''
    if (!NOT_PUBLISHED.has(name.toLowerCase())) out.push(name, over[i + 1] ?? '')
  }
  return out
}

/** Headers of a published response that the proxy makes itself. Others, such as Content-Encoding, fit its body. */
/** Pushpin passes a published Keep-Alive on. */
const NOT_PUBLISHED = new Set([...[...NOT_TO_CLIENT].filter((name) => name !== 'keep-alive'), 'content-length'])

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
  // These two are for whoever answers in the end, whatever a client says (RFC 9110, 7.6.1).
  names?.delete('host')
  names?.delete('content-length')
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
