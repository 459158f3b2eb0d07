// The answer to the handshake of a WebSocket over HTTP does not begin with OPEN: the backend has not taken the WebSocket.
import type { Rule } from './finding'
import { named, requestOf } from './words'
import { handshakeFailed } from './ws-words'

export const wsNoOpen: Rule = {
  id: 'ws-no-open',
  severity: 'error',
  watch: ({ session, report }) => ({
    ended: ({ x, t, cause }) => {
      if (cause?.code !== 'events-no-open') return
      const facts = session.exchange(x)
      if (!facts) return
      const begins = cause.first === '' ? 'has no event' : `begins with ${named(cause.first)}`
      const status = facts.response?.status
      report({
        key: requestOf(facts),
        t,
        exchanges: [x],
        text: `The backend's answer to the handshake of #${x} (${requestOf(facts)}) ${begins}, not with OPEN, so the WebSocket was not opened.${status === undefined ? '' : ` ${handshakeFailed(status)}`}`,
        fix: 'Answer the first request with the event OPEN: the body "OPEN\\r\\n", and what else there is to say behind it. Django: ws.accept(); @fanoutio/grip: wsContext.accept().',
      })
    },
  }),
}
