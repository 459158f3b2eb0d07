// A control message that can't be understood: nothing is done.
import { parseWsControl } from '../../grip/ws-control'
import type { Rule } from './finding'
import { quoted, requestOf } from './words'

export const wsBadControl: Rule = {
  id: 'ws-bad-control',
  severity: 'error',
  watch: ({ session, report }) => ({
    'ws-message': ({ x, t, kind, data, size, passed }) => {
      if (passed || kind !== 'control') return
      const facts = session.exchange(x)
      if (!facts) return
      const text = Buffer.from(data)
      const parsed = size === data.length ? parseWsControl(text) : undefined
      const problem = parsed?.ok === false ? parsed.problem : undefined
      const why = problem ? `: ${problem.field} ${problem.message}`.replace(/\.$/, '') : ''
      report({
        key: `${requestOf(facts)} ${problem?.field ?? ''}`,
        t,
        exchanges: [x],
        text: `The control message ${quoted(`c:${text.toString('utf8')}`)} on #${x} (${requestOf(facts)}) can't be understood${why}. Nothing was done.`,
        fix: problem?.fix ?? 'Send c: and one JSON object, such as c:{"type": "subscribe", "channel": "NAME"}.',
      })
    },
  }),
}
