// A handshake of a WebSocket that was refused, by a status that is not meant for it.
import { asksForWebSocket } from './client-words'
import type { Rule } from './finding'
import { requestOf } from './words'

/** Meant, mostly. */
const MEANT: ReadonlySet<number> = new Set([401, 403])
const REFUSED: ReadonlySet<number> = new Set([200, 404, 405, 426])

export const wsRefused: Rule = {
  id: 'ws-refused',
  severity: 'error',
  yieldsTo: 'all',
  watch: ({ session, report }) => ({
    response: ({ x, t, status, opens }) => {
      if (opens || !(REFUSED.has(status) || MEANT.has(status) || status >= 500)) return
      const facts = session.exchange(x)
      if (!facts || !asksForWebSocket(facts.request)) return
      report({
        key: `${requestOf(facts)} ${status}`,
        t,
        exchanges: [x],
        ...(MEANT.has(status) && { severity: 'note' as const }),
        text: `The handshake of WebSocket #${x} (${requestOf(facts)}) was refused with ${status}. Chrome prints "Error during WebSocket handshake: Unexpected response code: ${status}".`,
        fix: fixFor(status),
      })
    },
  }),
}

function fixFor(status: number): string {
  if (MEANT.has(status))
    return 'Nothing, where the client may not connect. Otherwise send what lets it: a cookie, or a token in the URL, since a browser sends no Authorization header with a WebSocket.'
  if (status === 404) return 'Look at the path of the WebSocket and at the routes of the backend.'
  if (status >= 500) return "Look at the backend's log: it failed while it answered the handshake."
  return 'The backend takes the handshake for a plain request. Let it answer with 101 and Sec-WebSocket-Accept; or, where it speaks HTTP only, put over_http after the target and answer with Content-Type: application/websocket-events and OPEN.'
}
