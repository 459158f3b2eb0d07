// What is said of the end of an exchange, from its facts: who closed it, the cause, and what else is known.
import type { EndedEvent } from '../trace/events'
import type { EndCause } from '../trace/events/causes'
import { eventsContentType } from './ws-events'

/** A cause, or where there is no code for it, its words. */
export type Why = EndCause | string

/** The words of a cause, without a full stop unless it is a sentence that goes to the client as well. */
export function causeWords(cause: EndCause): string {
  switch (cause.code) {
    case 'no-route':
      return `No route for ${cause.host}${cause.url}.`
    case 'events-from-client':
      return 'Client not allowed to send WebSocket events directly.'
    case 'too-large-to-hold':
      return 'Request too large to accept GRIP instruct.'
    case 'instruct-too-large':
      return `GRIP instruct response too large: more than ${cause.max} bytes`
    case 'instruct-refused':
    case 'events-framing':
      return `${cause.field}: ${cause.message}`
    case 'client-slow':
      return `more than ${cause.max} bytes waited for the client to read them`
    case 'client-protocol':
      return `the client broke the protocol: ${cause.fault} (closed with ${cause.close})`
    case 'events-content-type':
      return `the backend answered ${cause.status} ${cause.type || 'without a content type'} instead of ${eventsContentType}`
    case 'events-no-open':
      return cause.first === '' ? 'no OPEN event in the answer' : `the first event is ${cause.first}, not OPEN`
    case 'events-second-open':
      return `a second OPEN event${lostWords(cause.lost)}`
    case 'events-unanswered-close':
      return `the backend did not answer the CLOSE event${lostWords(cause.lost)}`
    case 'events-disconnect':
      return `the backend disconnected${lostWords(cause.lost)}`
    case 'events-too-long':
      return `the backend's answer is longer than ${cause.max} bytes (webSocketAnswerMax)`
  }
}

function lostWords(lost: number): string {
  return lost > 0 ? `; the client gets none of that answer (messages: ${lost})` : ''
}

export function whyWords(why: Why): string {
  return typeof why === 'string' ? why : causeWords(why)
}

/** As fields of the event: a cause as it is, words as its message; '': nothing. */
export function whyFields(why: Why | undefined): Pick<EndedEvent, 'cause' | 'message'> {
  if (why === undefined || why === '') return {}
  return typeof why === 'string' ? { message: why } : { cause: why }
}

/** All that the end says, in one line; '': nothing. */
export function endWords({ by, code, cause, message }: Pick<EndedEvent, 'by' | 'code' | 'cause' | 'message'>): string {
  const said = [closedWords(by, code), cause && causeWords(cause), message]
  return said.filter((words) => words !== undefined && words !== '').join('; ')
}

/** The backend, and the proxy, have other reasons. */
function closedWords(by: EndedEvent['by'], code: number | undefined): string | undefined {
  if (by === 'publish') return 'closed by a publish'
  if (by !== 'client') return undefined
  return code === undefined ? 'closed by the client' : `closed by the client with ${code}`
}
