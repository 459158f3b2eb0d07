// What a request may decide for itself: which route it takes, if it came by TLS before, and if it comes from a GRIP proxy
// that we know.
import { verify } from '../../grip/signature'
import { eventsContentType } from '../../grip/ws-events'
import type { RawHeaders } from '../../trace/events'
import type { ClientRequest } from '../http/client-request'
import { headerOf } from '../http/headers'
import type { ProxyOptions } from '../settings/options'

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

/** Does a client speak to the backend as if it were a GRIP proxy? */
export function sendsEvents(headers: RawHeaders): boolean {
  return headerOf(headers, 'content-type').split(';', 1)[0] === eventsContentType
}

/** Did a request come by TLS, to us or to whoever is in front of us (accept_x_forwarded_protocol)? */
export function isSecure({ socket, rawHeaders }: ClientRequest, options: ProxyOptions): boolean {
  if ('encrypted' in socket) return true
  if (!options.acceptForwardedProtocol) return false
  const scheme = headerOf(rawHeaders, 'x-forwarded-proto') || headerOf(rawHeaders, 'x-forwarded-protocol')
  return scheme === 'https' || scheme === 'wss'
}
