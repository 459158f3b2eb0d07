// One connection of the statistics: what went over it, as its trace events tell, is counted in the report of its route.
import { headerValue } from '../grip/grip-headers'
import type { AnsweredEvent, ReceiverKind, RequestEvent, SentEvent, TraceTime, WsMessageEvent } from '../trace/events'
import { headBytes, type StatsReport } from './stats-report'

/** Why a backend is asked for the client's request once more: its body goes along. */
const REPEATS: ReadonlySet<SentEvent['why']> = new Set([
  'failover',
  'stale-connection',
  'retry',
  'id-mismatch',
  'subscribed',
  'recover',
  'hint',
])

export class StatsConnection {
  /** What commands know it by: of a WebSocket over HTTP, what its backend is told. */
  readonly id: string
  readonly report: StatsReport
  readonly webSocket: boolean
  readonly secure: boolean
  readonly peer: string
  readonly channels = new Set<string>()
  kind: ReceiverKind | undefined
  saidAt: TraceTime
  /** When its next minute begins to count. */
  minuteAt: TraceTime
  #requestBody = 0
  #answered = false
  /** It gets the answer to a request of another connection, which counts there. */
  #shares = false
  /** Bytes to the client that were counted before its end. */
  #sent = 0

  constructor(request: RequestEvent, sent: SentEvent, report: StatsReport, minute: number) {
    const { x, t, method, url, headers, client, secure } = request
    this.id = headerValue(sent.headers, 'connection-id') ?? String(x)
    this.report = report
    this.webSocket = isWebSocket(request)
    this.secure = secure
    this.peer = client.replace(/:\d+$/, '')
    this.saidAt = t
    this.minuteAt = t + minute
    report.opened()
    report.count('client-header-bytes-received', headBytes([method, url], headers))
  }

  /** Over HTTP, a WebSocket's events count as the messages that they are, not as requests. */
  asked({ why, method, url, headers, body, shared }: SentEvent): void {
    if (why !== 'filter') this.#shares = shared !== undefined
    if (shared) return
    if (this.webSocket && why !== 'request' && why !== 'failover' && why !== 'filter') return
    this.report.count('server-header-bytes-sent', headBytes([method, url], headers))
    if (this.webSocket && why !== 'filter') return
    const size = body?.byteLength ?? (REPEATS.has(why) ? this.#requestBody : 0)
    this.report.count('server-content-bytes-sent', size)
  }

  requestBody(size: number): void {
    this.#requestBody = size
    this.report.count('client-content-bytes-received', size)
    this.report.count('server-content-bytes-sent', size)
  }

  answered({ filter, status, reason, headers }: AnsweredEvent): void {
    if ((this.#shares || (this.webSocket && this.#answered)) && !filter) return
    this.#answered ||= !filter
    this.report.count('server-header-bytes-received', headBytes([String(status), reason], headers))
  }

  answerBody(size: number, filter: boolean): void {
    if ((!this.webSocket && !this.#shares) || filter) this.report.count('server-content-bytes-received', size)
  }

  message({ from, kind, size, passed }: WsMessageEvent): void {
    const { report } = this
    if (kind === 'open' || kind === 'close' || kind === 'disconnect') return
    if (from === 'client') {
      report.count('client-content-bytes-received', size)
      report.count('client-messages-received')
      if (!passed) return
      report.count('server-content-bytes-sent', size)
      report.count('server-messages-sent')
      return
    }
    if (from === 'backend') {
      // The prefix of control messages is not recorded.
      report.count('server-content-bytes-received', kind === 'control' ? size + 2 : size)
      report.count('server-messages-received')
    }
    if (kind !== 'control' && passed) report.count('client-messages-sent')
  }

  /** A publish went out to it. @param size bytes of its content, where the connection stays open */
  delivered(size: number): void {
    const { report, kind } = this
    report.sent++
    if (kind === 'response') report.responses++
    if (kind === 'websocket') report.count('client-messages-sent')
    this.#sent += size
    report.count('client-content-bytes-sent', size)
  }

  /** @param responseSize all bytes that went to the client */
  ended(responseSize: number): void {
    this.report.closed()
    this.report.count('client-content-bytes-sent', Math.max(responseSize - this.#sent, 0))
  }
}

export function isWebSocket({ headers }: RequestEvent): boolean {
  return headerValue(headers, 'upgrade')?.toLowerCase() === 'websocket'
}
