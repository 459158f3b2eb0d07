// An answer that makes an EventSource give up: another content type, or another status.
import { headerValue } from '../../grip/grip-headers'
import type { ResponseEvent } from '../events'
import { isEventSource, mediaType } from './client-words'
import type { Rule } from './finding'
import { quoted, requestOf } from './words'

/** It follows them, or stops as it is told. Some clients that use fetch take 405 as normal. */
const QUIET: ReadonlySet<number> = new Set([204, 301, 302, 303, 307, 308, 405])
/** Meant, mostly. */
const MEANT: ReadonlySet<number> = new Set([401, 403])

export const eventSourceRefused: Rule = {
  id: 'eventsource-refused',
  severity: 'error',
  yieldsTo: 'all',
  watch: ({ session, report }) => ({
    response: (event) => {
      const { x, t, status } = event
      const facts = session.exchange(x)
      if (!facts || !isEventSource(facts.request) || QUIET.has(status)) return
      const fault = faultOf(event)
      if (!fault) return
      report({
        key: `${requestOf(facts)} ${status}`,
        t,
        exchanges: [x],
        ...(MEANT.has(status) && { severity: 'note' as const }),
        text: `An EventSource gives up on the answer to #${x} (${requestOf(facts)}), and does not come back: ${fault.what}. Chrome prints "${fault.printed}".`,
        fix: fault.fix,
      })
    },
  }),
}

function faultOf({
  status,
  reason,
  headers,
}: ResponseEvent): { what: string; printed: string; fix: string } | undefined {
  if (status !== 200) {
    return {
      what: `its status is ${status}`,
      printed: `GET … ${status} (${reason.slice(0, 100)})`,
      fix: 'Answer with status 200 and Content-Type: text/event-stream, or with 204 if the client is to stop. Where the backend is to be asked again later, let the page make a new EventSource.',
    }
  }
  const type = headerValue(headers, 'content-type')
  if (mediaType(type) === 'text/event-stream') return undefined
  return {
    what: type === undefined ? 'it has no Content-Type' : `its Content-Type is ${quoted(type)}`,
    printed: `EventSource's response has a MIME type ("${mediaType(type)}") that is not "text/event-stream". Aborting the connection.`,
    fix: 'Answer with Content-Type: text/event-stream. With @fanoutio/grip: res.setHeader("Content-Type", "text/event-stream") before the hold; Django: HttpResponse(content_type="text/event-stream").',
  }
}
