// What went wrong for an exchange although its state looks healthy: the one place that says which signs there are, what each
// is called in a row, and in sentences with a fix. From what the trace has; a new sign is a new line in each list.
import type { ExchangeRow, TroubleView } from '../../preload/views'
import { asSentence, failureWords } from '../grip/failure-words'
import { headerValue } from '../grip/grip-headers'
import { failureOf, tlsMismatch } from './backend-failure'
import type { AnsweredEvent, BackendFailedEvent } from './events'
import type { ExchangeRecord } from './exchange-state'
import { type Evidence, messagesIn, type RowMark, type Rule } from './findings/finding'
import { rules } from './findings/rules'

type RowTrouble = NonNullable<ExchangeRow['trouble']>

/** Statuses by which a backend refuses a WebSocket on purpose. */
const MEANT: ReadonlySet<number> = new Set([401, 403])

/** A WebSocket that the client asked for and did not get, and not because it may not have one. */
function isRefusedWebSocket({ kind, response }: ExchangeRecord): boolean {
  if (kind !== 'websocket' || !response) return false
  const { status, opens } = response
  return !opens && !MEANT.has(status) && (status < 300 || status >= 400)
}

/** TLS on one side only, which ended the exchange. */
function mismatchOf(exchange: ExchangeRecord): ReturnType<typeof tlsMismatch> {
  if (exchange.end?.how !== 'backend-failed') return undefined
  const failure = failureOf(exchange)
  return failure && tlsMismatch(failure.target, failure.code)
}

/** Cheap: asked for every change. */
export function hasTrouble(exchange: ExchangeRecord): boolean {
  return (
    exchange.missed > 0 ||
    exchange.instructPassed ||
    exchange.tlsPage ||
    exchange.framing !== undefined ||
    exchange.evidence.some(({ rule }) => rule.mark !== undefined) ||
    isRefusedWebSocket(exchange) ||
    mismatchOf(exchange) !== undefined
  )
}

/** The gravest sign, in a few words for its row. Null: there is none. */
export function troubleOf(exchange: ExchangeRecord): RowTrouble | null {
  if (!exchange.troubled) return null
  const mismatch = mismatchOf(exchange)
  if (mismatch) return { tone: 'failed', text: mismatch.text }
  if (isRefusedWebSocket(exchange)) return { tone: 'failed', text: 'WebSocket refused' }
  if (exchange.instructPassed) return { tone: 'failed', text: 'instruct not read' }
  if (exchange.tlsPage) return { tone: 'failed', text: 'backend speaks TLS' }
  const { missed } = exchange
  if (missed > 0) return { tone: 'attention', text: missed === 1 ? 'missed a publish' : `missed ${missed} publishes` }
  if (exchange.framing === 'unfinished') return { tone: 'attention', text: 'event unfinished' }
  if (exchange.framing === 'no-field') return { tone: 'attention', text: 'not an event' }
  const [gravest] = markedBy(exchange)
  return gravest ? { tone: gravest.mark.tone, text: gravest.mark.words(countOf(gravest.evidence)) } : null
}

/** All signs in sentences, the gravest first. */
export function troublesOf(exchange: ExchangeRecord): TroubleView[] {
  const troubles: TroubleView[] = []
  const failure = failureOf(exchange)
  if (exchange.end?.how === 'backend-failed' && failure) troubles.push(backendFailed(failure))
  if (!exchange.troubled) return troubles
  if (isRefusedWebSocket(exchange)) troubles.push(refused(exchange))
  if (exchange.instructPassed) troubles.push(passedInstruct(exchange))
  if (exchange.tlsPage) troubles.push(tlsPage(exchange))
  if (exchange.missed > 0) troubles.push(missedMessages(exchange))
  if (exchange.framing !== undefined) troubles.push(framing(exchange))
  for (const { rule, mark, evidence } of markedBy(exchange)) {
    const latest = evidence.at(-1)
    if (!latest) continue
    const message = mark.text?.(evidence, exchange) ?? latest.text
    troubles.push({ name: rule.id, tone: mark.tone, message, fix: latest.fix })
  }
  return troubles
}

/** What one rule saw of an exchange. */
interface Marked {
  readonly rule: Rule
  readonly mark: RowMark
  readonly evidence: readonly Evidence[]
}

/** What rules say of an exchange, in the order of their list: the gravest first. */
function markedBy({ evidence }: ExchangeRecord): Marked[] {
  if (evidence.length === 0) return []
  return rules.flatMap((rule) => {
    const own = evidence.filter((each) => each.rule === rule)
    return rule.mark && own.length > 0 ? [{ rule, mark: rule.mark, evidence: own }] : []
  })
}

/** Of publishes, how many; of anything else, how often. */
function countOf(evidence: readonly Evidence[]): number {
  return messagesIn(evidence) || evidence.length
}

/** Names by which a button can help: nothing answers there, or something else went wrong. */
function backendFailed({ target, code }: BackendFailedEvent): TroubleView {
  const mismatch = tlsMismatch(target, code)
  if (mismatch) return { name: 'backend-tls', tone: 'failed', message: mismatch.message, fix: mismatch.fix }
  const { short, fix } = failureWords(target, code)
  return { name: DOWN.has(code) ? 'backend-down' : 'backend-failed', tone: 'failed', message: asSentence(short), fix }
}

const DOWN: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
])

function refused({ response, events }: ExchangeRecord): TroubleView {
  const status = response?.status ?? 0
  const sent = events.findLast((event) => event.type === 'sent')
  const answered = events.findLast((event): event is AnsweredEvent => event.type === 'answered')
  const overHttp =
    sent?.type === 'sent' &&
    (headerValue(sent.headers, 'content-type') ?? '').startsWith('application/websocket-events')
  return {
    name: 'ws-refused',
    tone: 'failed',
    message: `The client asked for a WebSocket and got ${status}. Browsers print "Error during WebSocket handshake: Unexpected response code: ${status}"; others "Unexpected server response: ${status}".`,
    fix: overHttp ? overHttpFix(answered) : 'Answer the handshake with 101, or put over_http after the target.',
  }
}

function overHttpFix(answered: AnsweredEvent | undefined): string {
  const type = (answered && headerValue(answered.headers, 'content-type')) ?? ''
  if (answered && answered.status !== 200) return `The backend answered ${answered.status}: answer OPEN with 200.`
  if (type.toLowerCase() === 'application/websocket-events')
    return 'Begin the body of the answer with OPEN and a line break (CRLF).'
  const is = type === '' ? 'has no Content-Type' : `has Content-Type ${type}`
  return `The backend's answer ${is}. Answer with Content-Type: application/websocket-events, without parameters.`
}

function passedInstruct({ response }: ExchangeRecord): TroubleView {
  const type = headerValue(response?.headers ?? [], 'content-type') ?? 'no content type'
  return {
    name: 'instruct-content-type',
    tone: 'failed',
    message: `The body is an instruct, but it came as ${type}: it was not read, and the client got it as it is. Nothing is held.`,
    fix: 'Answer with Content-Type: application/grip-instruct.',
  }
}

function tlsPage({ events }: ExchangeRecord): TroubleView {
  const sent = events.findLast((event) => event.type === 'sent')
  const place = sent?.type === 'sent' ? sent.target.split(',', 1)[0] : 'The backend'
  return {
    name: 'backend-tls',
    tone: 'failed',
    message: `${place} speaks TLS, but the request came without it: its 400 says so.`,
    fix: 'Put ssl after the target, or begin the URL of the backend with https://.',
  }
}

function missedMessages({ missed }: ExchangeRecord): TroubleView {
  return {
    name: 'missed',
    tone: 'attention',
    message: `The client missed ${missed === 1 ? 'a message' : `${missed} messages`} on its channels while it was held.`,
    fix: 'Deliveries say why, for each of them.',
  }
}

function framing({ framing: fault }: ExchangeRecord): TroubleView {
  return fault === 'unfinished'
    ? {
        name: 'sse-framing',
        tone: 'attention',
        message:
          'The last event has no blank line after it: an EventSource waits for one, and does not deliver the event.',
        fix: 'End each event with a blank line: "data: …" and two line breaks.',
      }
    : {
        name: 'sse-framing',
        tone: 'attention',
        message: 'A line is neither an event field (data, event, id, retry) nor a comment: an EventSource ignores it.',
        fix: 'Write content as events: "data: …" and a blank line.',
      }
}
