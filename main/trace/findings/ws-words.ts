// What rules about WebSockets ask of an exchange.
import { headerValue } from '../../grip/grip-headers'
import { eventsContentType } from '../../grip/ws-events'
import type { ExchangeFacts } from './session-facts'

/** The backend gets this WebSocket's events by HTTP. */
export function isOverHttp({ sent }: ExchangeFacts): boolean {
  // Looked at for every response.
  return sent?.method === 'POST' && (headerValue(sent.headers, 'content-type') ?? '').startsWith(eventsContentType)
}

/** The content type of the backend's answer; '': none. */
export function answerType({ answered }: ExchangeFacts): string {
  return headerValue(answered?.headers ?? [], 'content-type') ?? ''
}

/** What browsers print of a handshake that was answered with something else than a WebSocket. */
export function handshakeFailed(status: number): string {
  return `Browsers print "Error during WebSocket handshake: Unexpected response code: ${status}".`
}
