// What requests say of the client that sent them: a browser, an EventSource, a WebSocket; where it is, and where its page came from.
import { headerValue } from '../../grip/grip-headers'
import type { RequestEvent } from '../events'

/** The address of a client, without its port. */
export function addressOf({ client }: RequestEvent): string {
  const colon = client.lastIndexOf(':')
  return (colon < 0 ? client : client.slice(0, colon)).replace(/^\[|\]$/g, '')
}

/** Browsers alone call themselves so, and what claims to be one. */
export function isBrowser(userAgent: string | undefined): userAgent is string {
  return userAgent?.startsWith('Mozilla/') ?? false
}

/** It asks for a WebSocket. */
export function asksForWebSocket({ headers }: RequestEvent): boolean {
  return headerValue(headers, 'upgrade')?.trim().toLowerCase() === 'websocket'
}

/** An EventSource names nothing beside the event stream; who takes other types too reads other answers as well. */
export function isEventSource({ method, headers }: RequestEvent): boolean {
  return method === 'GET' && headerValue(headers, 'accept')?.trim().toLowerCase() === 'text/event-stream'
}

/** The type without its parameters, in lower case. */
export function mediaType(contentType: string | undefined): string {
  return (contentType ?? '').split(';', 1)[0]?.trim().toLowerCase() ?? ''
}

/** Where a browser sent it from another origin's page, to read the answer: that origin. Where that is not sure: undefined. */
export function foreignOrigin({ headers, method }: RequestEvent): string | undefined {
  const origin = headerValue(headers, 'origin')?.trim()
  if (!origin || isOwn(origin, headers)) return undefined
  const site = headerValue(headers, 'sec-fetch-site')?.trim()
  if (site === 'same-origin' || site === 'none') return undefined
  const mode = headerValue(headers, 'sec-fetch-mode')?.trim()
  if (mode !== undefined) return mode === 'cors' ? origin : undefined
  // Older browsers do not say. A form of another page sends an Origin too, by POST.
  return isBrowser(headerValue(headers, 'user-agent')) && method !== 'POST' ? origin : undefined
}

/** The page came from the host that it asks, be it through another proxy. Its scheme is not compared: that one may have TLS. */
function isOwn(origin: string, headers: RequestEvent['headers']): boolean {
  const place = hostOf(origin.replace(/^[a-z]+:\/\//i, ''))
  return ['host', 'x-forwarded-host'].some((name) => {
    const host = headerValue(headers, name)
    return host !== undefined && hostOf(host) === place
  })
}

function hostOf(host: string): string {
  return host
    .trim()
    .toLowerCase()
    .replace(/:(?:80|443)$/, '')
}
