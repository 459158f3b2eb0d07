// Control messages on a WebSocket whose backend did not take the extension grip: its client gets them as text.
import { parseGripExtension } from '../../grip/grip-extension'
import { isObject, parseJson } from '../../grip/json-values'
import type { WsMessageEvent } from '../events'
import type { Rule } from './finding'
import { quoted, requestOf, routeHas } from './words'

/** Longer ones are not control messages: the proxy would not read them either. */
const CONTROL_MAX = 16_384
const CONTROL = Buffer.from('c:')

export const wsNoGrip: Rule = {
  id: 'ws-no-grip',
  severity: 'error',
  watch: ({ session, report }) => ({
    'ws-message': (event) => {
      const { x, t, from, kind, data } = event
      // Looked at for every message: two bytes tell most.
      if (from !== 'backend' || kind !== 'text' || data[0] !== CONTROL[0] || data[1] !== CONTROL[1]) return
      const facts = session.exchange(x)
      const response = facts?.response
      if (!facts || !response?.opens || response.messagePrefix !== undefined) return
      // Another GRIP proxy acts on them; or this one was told not to.
      if (parseGripExtension(response.headers) || routeHas(facts, 'no_grip') || !isControl(event)) return
      report({
        key: requestOf(facts),
        t,
        exchanges: [x],
        text: `The backend sent the control message ${quoted(Buffer.from(data).toString('utf8'))} on #${x} (${requestOf(facts)}), but its handshake did not take the extension grip. The client got it as text, and nothing was done.`,
        fix: 'Answer the handshake with Sec-WebSocket-Extensions: grip, and put m: before messages for the client. Over HTTP: in the answer that has OPEN. Django: GRIP_WEBSOCKETS is done by the middleware; @fanoutio/grip: send wsContext.toHeaders().',
      })
    },
  }),
}

function isControl({ data, size }: WsMessageEvent): boolean {
  if (size !== data.length || size > CONTROL_MAX) return false
  const parsed = parseJson(Buffer.from(data.subarray(CONTROL.length)))
  return parsed.ok && isObject(parsed.value) && typeof parsed.value.type === 'string'
}
