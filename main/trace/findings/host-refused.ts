// A backend that refuses the Host that it got: by 421, or by a page that says so.
import { headerValue } from '../../grip/grip-headers'
import type { Rule } from './finding'
import { ShortAnswers } from './short-answers'
import { quoted, requestOf } from './words'

/** What servers say, and how they are told to take a host. */
const SAYINGS: readonly { readonly server: string; readonly saying: RegExp; readonly fix: string }[] = [
  {
    server: 'Django says DisallowedHost',
    saying: /DisallowedHost[\s\S]*Invalid HTTP_HOST header|Invalid HTTP_HOST header[\s\S]*DisallowedHost/,
    fix: 'add it to ALLOWED_HOSTS',
  },
  {
    server: 'Rails says "Blocked hosts"',
    saying: /Blocked hosts?:[\s\S]*To allow requests to th/,
    fix: 'add it to config.hosts',
  },
  {
    server: 'Vite says "Blocked request"',
    saying: /Blocked request\. This host \(.*\) is not allowed/,
    fix: 'add it to server.allowedHosts',
  },
  {
    server: 'it says "Invalid Host header"',
    saying: /^\s*Invalid host header\s*$/i,
    fix: 'webpack: add it to devServer.allowedHosts; Starlette: to allowed_hosts',
  },
  {
    server: 'it says "Invalid Hostname"',
    saying: /Bad Request - Invalid Hostname/,
    fix: 'add it to AllowedHosts, or to the bindings of the site',
  },
]

export const hostRefused: Rule = {
  id: 'host-refused',
  severity: 'error',
  watch: ({ session, report }) => {
    const answers = new ShortAnswers(400, 403, 421)
    return {
      answered: (event) => answers.answered(event),
      'answer-data': (event) => answers.data(event),
      'response-data': (event) => answers.data(event),
      ended: ({ x, t }) => {
        const text = answers.take(x)
        const facts = text === undefined ? undefined : session.exchange(x)
        if (text === undefined || !facts?.answered) return
        const { status } = facts.answered
        const known = SAYINGS.find(({ saying }) => saying.test(text))
        if (!known && status !== 421) return
        const { headers = facts.request.headers, target = '' } = facts.sent ?? {}
        const host = headerValue(headers, 'host') ?? ''
        report({
          key: `${target} ${host}`,
          t,
          exchanges: [x],
          text: `The backend refused the Host ${quoted(host)} of #${x} (${requestOf(facts)}) with ${status}${known ? `: ${known.server}` : ' Misdirected Request'}.`,
          fix: `Put host=NAME after the target in the routes, with a name that the backend takes (such as ${quoted(`${target.split(',', 1)[0] || 'localhost:8000'},host=localhost`)}), or let the backend take this one: ${known?.fix ?? 'add it to its virtual hosts'}.`,
        })
      },
    }
  },
}
