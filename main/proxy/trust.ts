// What a request may decide for itself: which route it takes, and if it comes from a GRIP proxy that we know.
import { verify } from '../grip/signature'
import type { RawHeaders } from '../trace/events'
import { headerOf } from './headers'
import type { ProxyOptions } from './options'

/** The route's id that a client asks for; '': none, or not accepted. */
export function routeId(headers: RawHeaders, options: ProxyOptions): string {
  return options.acceptPushpinRoute ? headerOf(headers, 'pushpin-route') : ''
}

/** Does a request come from another GRIP proxy that we know? */
export function isTrusted(headers: RawHeaders, { upstreamKey }: ProxyOptions): boolean {
  if (!upstreamKey) return false
  const token = headerOf(headers, 'grip-sig')
  return token !== '' && verify(token, upstreamKey, Date.now()).ok
}
