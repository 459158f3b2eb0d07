// Where requests go that the proxy makes by itself, for links and filters: to the client's own service by the route that
// the client's request took, to any other over the network.
import { targetOf } from '../../grip/link-url'
import type { RouteTable } from '../../grip/route-table'
import type { Target } from '../../grip/route-types'
import { requestHeaders } from '../http/headers'
import type { ExchangeScope } from './exchange-scope'

export interface OwnRequest {
  readonly target: Target
  readonly path: string
  readonly headers: string[]
}

const NO_IDS: ReadonlyMap<string, string> = new Map()

/** The exchange that it is made for, once it has been routed. */
export interface OwnRequestScope extends Pick<ExchangeScope, 'route' | 'target' | 'rules'> {
  readonly context: { readonly routes: Pick<RouteTable, 'rewritePath'> }
}

/**
 * A request to `url`. As in Pushpin, another service is asked for the path as it is, with nothing of the route but its
 * signature. Undefined: the exchange was never routed.
 * @param from the URL whose scheme, host and port the client's own service has
 * @param lastIds what the client has, by channel (Grip-Last)
 */
export function ownRequest(
  { context, route, target, rules }: OwnRequestScope,
  url: URL,
  from: URL,
  lastIds: ReadonlyMap<string, string> = NO_IDS,
): OwnRequest | undefined {
  if (!route || !target) return undefined
  const path = targetOf(url)
  const { host: _, ...others } = rules
  if (url.origin !== from.origin) {
    const headers = requestHeaders(['Host', url.host], { ...route, headers: [] }, { ...others, lastIds, own: true })
    return { target: plainTarget(url, target.untrusted), path, headers }
  }
  const headers = requestHeaders(['Host', target.hostHeader ?? url.host], route, { ...rules, lastIds, own: true })
  return { target, path: context.routes.rewritePath(route, path), headers }
}

/** A target made of a URL alone. It is not trusted more than the one whose answer named it. */
export function plainTarget(url: URL, untrusted: boolean): Target {
  const ssl = url.protocol === 'https:'
  const port = Number(url.port) || (ssl ? 443 : 80)
  const host = url.hostname.replace(/^\[|\]$/g, '')
  return {
    text: `${url.hostname}:${port}${ssl ? ',ssl' : ''}${untrusted ? ',untrusted' : ''}`,
    host,
    port,
    ssl,
    insecure: false,
    trustConnectHost: false,
    overHttp: false,
    oneEvent: false,
    subs: [],
    untrusted,
    test: false,
  }
}
