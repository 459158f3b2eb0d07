// An answer that a page of another origin may not read, or a preflight that refuses what the page asks for.
import { headerValue, headerValues, splitList } from '../../grip/grip-headers'
import type { RawHeaders, RequestEvent, ResponseEvent } from '../events'
import { foreignOrigin } from './client-words'
import type { Rule } from './finding'
import type { ExchangeFacts } from './session-facts'
import { quoted, requestOf } from './words'

const FREE_METHODS: ReadonlySet<string> = new Set(['GET', 'HEAD', 'POST'])
const ALLOW_ORIGIN = 'Access-Control-Allow-Origin'

export const corsMissing: Rule = {
  id: 'cors-missing',
  severity: 'error',
  yieldsTo: ['host-refused', 'backend-tls', 'backend-down'],
  watch: ({ session, report }) => ({
    response: (event) => {
      const facts = session.exchange(event.x)
      if (!facts || !isTheBackends(facts, event)) return
      const origin = foreignOrigin(facts.request)
      if (origin === undefined) return
      const asked = preflightOf(facts.request)
      const fault = asked ? preflightFault(event, origin, asked) : readFault(event.headers, origin, facts.request)
      if (fault === undefined) return
      const what = asked ? `the preflight #${event.x} for ${asked.method}` : `#${event.x}`
      report({
        key: `${origin} ${requestOf(facts)}`,
        t: event.t,
        exchanges: [event.x],
        text: `A page of ${quoted(origin)} may not read the answer to ${what} (${requestOf(facts)}): ${fault.what}. The browser prints "… has been blocked by CORS policy: ${fault.printed}".`,
        fix: FIX(origin),
      })
    },
  }),
}

const FIX = (origin: string): string =>
  `Let the backend answer with ${ALLOW_ORIGIN}: ${origin === 'null' ? '*' : origin}, on the answer that holds and on the preflight (OPTIONS, 204, with Access-Control-Allow-Methods and Access-Control-Allow-Headers); with cookies also Access-Control-Allow-Credentials: true. Express: cors(); Django: django-cors-headers. Or let the proxy add them: put aco before the target in the routes (*,aco localhost:8000).`

/** What the proxy says by itself has other findings, and a WebSocket is open to all. */
function isTheBackends({ answered, instruct }: ExchangeFacts, { status }: ResponseEvent): boolean {
  return answered !== undefined && instruct?.accepted !== false && status !== 101 && status !== 304
}

interface Preflight {
  readonly method: string
  readonly headers: readonly string[]
}

function preflightOf({ method, headers }: RequestEvent): Preflight | undefined {
  const asked = method === 'OPTIONS' ? headerValue(headers, 'access-control-request-method') : undefined
  if (asked === undefined) return undefined
  return { method: asked.trim(), headers: listOf(headers, 'access-control-request-headers') }
}

interface CorsFault {
  readonly what: string
  /** What a browser says. */
  readonly printed: string
}

function readFault(answer: RawHeaders, origin: string, { headers }: RequestEvent): CorsFault | undefined {
  const fault = originFault(answer, origin)
  // Cookies of another origin's page come only with credentials.
  if (fault || headerValue(headers, 'cookie') === undefined) return fault
  if (headerValue(answer, 'access-control-allow-origin')?.trim() === '*') {
    const printed = `The value of the '${ALLOW_ORIGIN}' header in the response must not be the wildcard '*' when the request's credentials mode is 'include'.`
    return { what: `it has ${ALLOW_ORIGIN}: *, which does not count for requests with cookies`, printed }
  }
  if (headerValue(answer, 'access-control-allow-credentials')?.trim() === 'true') return undefined
  const printed = `The value of the 'Access-Control-Allow-Credentials' header in the response is '' which must be 'true' when the request's credentials mode is 'include'.`
  return { what: 'it has cookies, and the answer no Access-Control-Allow-Credentials: true', printed }
}

function originFault(answer: RawHeaders, origin: string): CorsFault | undefined {
  const allowed = headerValues(answer, 'access-control-allow-origin').join(', ').trim()
  if (allowed === '*' || allowed === origin) return undefined
  if (allowed === '') {
    const printed = `No '${ALLOW_ORIGIN}' header is present on the requested resource.`
    return { what: `it has no ${ALLOW_ORIGIN}`, printed }
  }
  const printed = `The '${ALLOW_ORIGIN}' header has a value '${allowed.slice(0, 100)}' that is not equal to the supplied origin.`
  return { what: `its ${ALLOW_ORIGIN} is ${quoted(allowed)}`, printed }
}

function preflightFault(answer: ResponseEvent, origin: string, asked: Preflight): CorsFault | undefined {
  const refused = "Response to preflight request doesn't pass access control check:"
  const fault = originFault(answer.headers, origin)
  if (fault) return { what: fault.what, printed: `${refused} ${fault.printed}` }
  if (answer.status < 200 || answer.status > 299) {
    return {
      what: `it was answered with ${answer.status}`,
      printed: `${refused} It does not have HTTP ok status.`,
    }
  }
  const methods = listOf(answer.headers, 'access-control-allow-methods')
  if (!FREE_METHODS.has(asked.method) && !methods.includes('*') && !methods.includes(asked.method)) {
    return {
      what: `its Access-Control-Allow-Methods does not have ${quoted(asked.method)}`,
      printed: `Method ${asked.method.slice(0, 100)} is not allowed by Access-Control-Allow-Methods in preflight response.`,
    }
  }
  const allowed = new Set(listOf(answer.headers, 'access-control-allow-headers').map((name) => name.toLowerCase()))
  const missing = allowed.has('*') ? undefined : asked.headers.find((name) => !allowed.has(name.toLowerCase()))
  if (missing === undefined) return undefined
  return {
    what: `its Access-Control-Allow-Headers does not have ${quoted(missing)}`,
    printed: `Request header field ${missing.slice(0, 100)} is not allowed by Access-Control-Allow-Headers in preflight response.`,
  }
}

function listOf(headers: RawHeaders, name: string): string[] {
  return headerValues(headers, name)
    .flatMap((value) => splitList(value))
    .map((each) => each.trim())
    .filter((each) => each !== '')
}
