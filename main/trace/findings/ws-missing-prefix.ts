// Messages of a backend that took the extension grip, without the prefix of messages for the client: they are dropped.
import type { Rule } from './finding'
import { quoted, requestOf } from './words'

const CONTROL = Buffer.from('c:')

export const wsMissingPrefix: Rule = {
  id: 'ws-missing-prefix',
  severity: 'error',
  watch: ({ session, report }) => ({
    'ws-message': ({ x, t, from, kind, data, passed }) => {
      if (passed || from !== 'backend' || (kind !== 'text' && kind !== 'binary') || data.length === 0) return
      const facts = session.exchange(x)
      const prefix = facts?.response?.messagePrefix
      if (!facts || prefix === undefined || prefix === '') return
      // With the prefix, it was dropped for another reason.
      if (begins(data, Buffer.from(prefix)) || (kind === 'text' && begins(data, CONTROL))) return
      report({
        key: requestOf(facts),
        t,
        exchanges: [x],
        text: `The backend's message ${quoted(Buffer.from(data.subarray(0, 200)).toString('utf8'))} on #${x} (${requestOf(facts)}) lacks the prefix ${quoted(prefix)}, so it was dropped and the client did not get it.`,
        fix: `Put ${quoted(prefix)} before each message for the client, or take the extension with an empty prefix: Sec-WebSocket-Extensions: grip; message-prefix="". Django and @fanoutio/grip put it there themselves: ws.send(), wsContext.send().`,
      })
    },
  }),
}

function begins(data: Uint8Array, prefix: Buffer): boolean {
  return Buffer.from(data.subarray(0, prefix.length)).equals(prefix)
}
