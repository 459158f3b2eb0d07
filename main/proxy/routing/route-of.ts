// Which route a request takes: by its id where that is accepted, else by host, path, kind and TLS.
import type { RouteTable } from '../../grip/route-table'
import type { Route } from '../../grip/route-types'
import type { RawHeaders } from '../../trace/events'
import { headerOf } from '../http/headers'
import { hostName } from '../http/host-name'
import type { ProxyOptions } from '../settings/options'
import { routeId } from './request-trust'

/** What routes are picked from, and by. */
export interface Routing {
  readonly routes: Pick<RouteTable, 'pick'>
  readonly options: ProxyOptions
}

/** @param path in origin form. @param ssl the client came by TLS. */
export function routeOf(
  { routes, options }: Routing,
  path: string,
  headers: RawHeaders,
  proto: 'http' | 'ws',
  ssl: boolean,
): Route | undefined {
  const id = routeId(headers, options)
  const host = hostName(headerOf(headers, 'host'))
  return routes.pick({ host, path, proto, ssl, ...(id !== '' && { id }) })
}
