// Which route a request takes: by its id where that is accepted, else by host, path, kind and TLS.
import type { Route } from '../grip/route-types'
import type { RawHeaders } from '../trace/events'
import type { ProxyContext } from './context'
import { headerOf } from './headers'
import { hostName } from './host-name'
import { routeId } from './trust'

/** @param path in origin form. @param ssl the client came by TLS. */
export function routeOf(
  { routes, options }: ProxyContext,
  path: string,
  headers: RawHeaders,
  proto: 'http' | 'ws',
  ssl: boolean,
): Route | undefined {
  const id = routeId(headers, options)
  const host = hostName(headerOf(headers, 'host'))
  return routes.pick({ host, path, proto, ssl, ...(id !== '' && { id }) })
}
