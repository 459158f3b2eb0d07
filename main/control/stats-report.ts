// What a report of the statistics counts: messages, connections, and what went over them. One for each route that has an
// id, one for all the others.
import type { RawHeaders } from '../trace/events'

const COUNTERS = [
  'client-header-bytes-received',
  'client-header-bytes-sent',
  'client-content-bytes-received',
  'client-content-bytes-sent',
  'client-messages-received',
  'client-messages-sent',
  'server-header-bytes-received',
  'server-header-bytes-sent',
  'server-content-bytes-received',
  'server-content-bytes-sent',
  'server-messages-received',
  'server-messages-sent',
] as const
/** `client-…`: between us and clients; `server-…`: between us and backends. Messages are those of WebSockets. */
export type Counter = (typeof COUNTERS)[number]

export class StatsReport {
  /** The route's id, '' for routes without. */
  readonly route: string
  /** Requests since the last look at activity. */
  activity = 0
  minutes = 0
  /** Messages that were published. */
  received = 0
  /** Messages that went to clients. */
  sent = 0
  /** Those of them that answered a request. */
  responses = 0
  #open = 0
  #max = 0
  #since: number
  readonly #counts = new Map<Counter, number>()

  /** @param since trace time, ms */
  constructor(route: string, since: number) {
    this.route = route
    this.#since = since
  }

  count(counter: Counter, by = 1): void {
    this.#counts.set(counter, (this.#counts.get(counter) ?? 0) + by)
  }

  opened(): void {
    this.#open++
    this.activity++
    this.minutes++
    this.#max = Math.max(this.#max, this.#open)
  }

  closed(): void {
    this.#open--
  }

  /** Nothing is connected that it could tell of. */
  get idle(): boolean {
    return this.#open === 0 && this.activity === 0
  }

  /** What there was since the last time. @param now trace time, ms */
  take(now: number): Record<string, string | number> {
    const values = {
      ...(this.route !== '' && { route: this.route }),
      connections: this.#max,
      minutes: this.minutes,
      received: this.received,
      sent: this.sent,
      'http-response-sent': this.responses,
      duration: Math.round(now - this.#since),
      ...Object.fromEntries(COUNTERS.map((name) => [name, this.#counts.get(name) ?? 0])),
    }
    this.#max = this.#open
    this.minutes = this.received = this.sent = this.responses = 0
    this.#counts.clear()
    this.#since = now
    return values
  }
}

/** Bytes of a head, as Pushpin reckons: its words and headers, without what stands between them. */
export function headBytes(words: readonly string[], headers: RawHeaders): number {
  let bytes = 0
  for (const word of words) bytes += word.length
  for (let i = 0; i < headers.length; i++) bytes += headers[i]?.length ?? 0
  return bytes
}
