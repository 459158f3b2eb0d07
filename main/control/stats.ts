// Pushpin's statistics, made from trace events: who is connected, who listens to what, what was sent to how many. Sent to
// a ZeroMQ PUB socket for tools that watch a Pushpin.
import { decodeFormats } from '../grip/published-formats'
import { KnownRoutes } from '../grip/route-facts'
import {
  type DeliveryEvent,
  type EndedEvent,
  type ExchangeId,
  OUTCOMES,
  type PublishEvent,
  type ReceiverKind,
  type RequestEvent,
  type SentEvent,
  type TraceEvent,
  type TraceTime,
} from '../trace/events'
import { StatsConnection } from './stats-connection'
import { headBytes, StatsReport } from './stats-report'

export interface StatsPacket {
  readonly type: 'activity' | 'counts' | 'message' | 'conn' | 'sub' | 'report'
  readonly values: Readonly<Record<string, string | number | boolean>>
}

export interface StatsOptions {
  /** Milliseconds after which a watcher may forget a connection that it heard nothing of. */
  readonly connectionTtl: number
  readonly subscriptionTtl: number
  /** Milliseconds that a channel of long-polls still counts as listened to after the last of them. */
  readonly subscriptionLinger: number
  /** Milliseconds between reports; 0: none. */
  readonly reportInterval: number
  /** Connections are told of one by one. */
  readonly connections: boolean
}

/** As Pushpin's. */
export const defaultStatsOptions: StatsOptions = {
  connectionTtl: 120_000,
  subscriptionTtl: 60_000,
  subscriptionLinger: 60_000,
  reportInterval: 10_000,
  connections: true,
}

const FROM = 'gripscope'
const MINUTE = 60_000
/** How many listen has changed: that is told with the next tick, however many came and went. */
const SOON = Number.NEGATIVE_INFINITY
/** Modes of subscriptions by the kind of their hold, and what carries a message there. */
const MODES = {
  response: { mode: 'response', transport: 'http-response' },
  stream: { mode: 'stream', transport: 'http-stream' },
  websocket: { mode: 'ws', transport: 'ws-message' },
} as const

interface Listened {
  readonly kind: ReceiverKind
  readonly channel: string
  subscribers: number
  saidAt: TraceTime
  /** When the last listener was gone, while that is not told yet. */
  leftAt: TraceTime | undefined
}

/** Of a publish: what is told of it, and the bytes that each kind of open connection gets. */
interface Published {
  readonly id: string | undefined
  readonly sizes: Readonly<Record<ReceiverKind, number>>
}

export class Stats {
  readonly #options: StatsOptions
  readonly #routes = new KnownRoutes()
  /** Requests that have not found a route yet. */
  readonly #requests = new Map<ExchangeId, RequestEvent>()
  readonly #connections = new Map<ExchangeId, StatsConnection>()
  /** Long-polls that were answered just now: that is told of before the delivery that answered them. */
  readonly #answered = new Map<ExchangeId, StatsConnection>()
  readonly #listened = new Map<string, Listened>()
  readonly #reports = new Map<string, StatsReport>([['', new StatsReport('', 0)]])
  #publishes = new Map<number, Published>()
  /** Of publishes that go out in parts: how many got them so far. */
  readonly #parts = new Map<number, Map<ReceiverKind, number>>()
  #reportedAt = 0

  constructor(options: Partial<StatsOptions> = {}) {
    this.#options = { ...defaultStatsOptions, ...options }
  }

  /** What an event gives to tell at once. */
  of(event: TraceEvent): StatsPacket[] {
    switch (event.type) {
      case 'request':
        this.#requests.set(event.x, event)
        return []
      case 'sent':
        return this.#sent(event)
      case 'held': {
        const connection = this.#connections.get(event.x)
        if (connection) connection.kind = event.mode
        return []
      }
      case 'subscribed':
        return this.#subscribed(event.x, event.channel, event.t)
      case 'unsubscribed':
        return this.#unsubscribed(event.x, event.channel, event.t)
      case 'publish':
        this.#report('', event.t).received++
        this.#publishes.set(event.p, { id: event.id, sizes: sizesOf(event) })
        return []
      case 'delivery':
        return this.#delivered(event)
      case 'ended':
        return this.#disconnected(event)
      case 'keep-alive':
        for (const x of event.exchanges) {
          const connection = this.#connections.get(x)
          if (connection?.webSocket) connection.report.count('client-messages-sent')
        }
        return []
      default:
        this.#count(event)
        return []
    }
  }

  /** What is told again and again: activity, what lasts, reports. @param now trace time, ms */
  tick(now: TraceTime): StatsPacket[] {
    const packets = this.#activity()
    this.#answered.clear()
    for (const connection of this.#connections.values()) {
      if (now >= connection.minuteAt) {
        connection.minuteAt += MINUTE
        connection.report.minutes++
      }
      if (now - connection.saidAt >= this.#options.connectionTtl * 0.75) {
        connection.saidAt = now
        packets.push(...this.#connection(connection))
      }
    }
    for (const [key, listened] of this.#listened) {
      if (listened.leftAt !== undefined) {
        if (now - listened.leftAt < this.#options.subscriptionLinger) continue
        this.#listened.delete(key)
        packets.push(gone(listened))
      } else if (now - listened.saidAt >= this.#options.subscriptionTtl * 0.75) {
        listened.saidAt = now
        packets.push(this.#subscription(listened))
      }
    }
    const { reportInterval } = this.#options
    if (reportInterval > 0 && now - this.#reportedAt >= reportInterval) packets.push(...this.#makeReports(now))
    // Deliveries of a publish come with it or, if it waited, soon after.
    if (this.#publishes.size > 10_000) this.#publishes = new Map()
    return packets
  }

  #activity(): StatsPacket[] {
    const packets: StatsPacket[] = []
    let requests = 0
    for (const report of this.#reports.values()) {
      if (report.activity === 0) continue
      packets.push(packet('activity', { ...routed(report), count: report.activity }))
      requests += report.activity
      report.activity = 0
    }
    if (requests > 0) packets.push(packet('counts', { 'requests-received': requests }))
    return packets
  }

  #sent(event: SentEvent): StatsPacket[] {
    const request = this.#requests.get(event.x)
    if (!request) {
      this.#connections.get(event.x)?.asked(event)
      return []
    }
    this.#requests.delete(event.x)
    const report = this.#report(this.#routes.of(event.route).id, event.t)
    const connection = new StatsConnection(request, event, report, MINUTE)
    this.#connections.set(event.x, connection)
    connection.asked(event)
    return this.#connection(connection)
  }

  #count(event: TraceEvent): void {
    const connection = 'x' in event ? this.#connections.get(event.x) : undefined
    if (!connection) return
    if (event.type === 'request-end') connection.requestBody(event.size)
    else if (event.type === 'answered') connection.answered(event)
    else if (event.type === 'answer-end') connection.answerBody(event.size, event.filter ?? false)
    else if (event.type === 'ws-message') connection.message(event)
    else if (event.type === 'response')
      connection.report.count(
        'client-header-bytes-sent',
        headBytes([String(event.status), event.reason], event.headers),
      )
  }

  #connection({ id, report, webSocket, peer, secure }: StatsConnection): StatsPacket[] {
    if (!this.#options.connections) return []
    const values = {
      ...routed(report),
      id,
      type: webSocket ? 'ws' : 'http',
      'peer-address': peer,
      ...(secure && { ssl: true }),
      ttl: this.#options.connectionTtl / 1000,
    }
    return [packet('conn', values)]
  }

  #disconnected({ x, t, how, responseSize }: EndedEvent): StatsPacket[] {
    this.#requests.delete(x)
    const connection = this.#connections.get(x)
    if (!connection) return []
    const packets = [...connection.channels].flatMap((channel) => this.#unsubscribed(x, channel, t))
    this.#connections.delete(x)
    if (how === 'delivered') this.#answered.set(x, connection)
    connection.ended(responseSize)
    if (!this.#options.connections) return packets
    return [...packets, packet('conn', { ...routed(connection.report), id: connection.id, unavailable: true })]
  }

  #subscribed(x: ExchangeId, channel: string, t: TraceTime): StatsPacket[] {
    const connection = this.#connections.get(x)
    if (!connection?.kind || connection.channels.has(channel)) return []
    connection.channels.add(channel)
    const key = keyOf(connection.kind, channel)
    const known = this.#listened.get(key)
    const listened = known ?? { kind: connection.kind, channel, subscribers: 0, saidAt: t, leftAt: undefined }
    listened.subscribers++
    const news = known === undefined || known.leftAt !== undefined
    listened.leftAt = undefined
    this.#listened.set(key, listened)
    if (news) return [this.#subscription(listened)]
    listened.saidAt = SOON
    return []
  }

  #subscription({ kind, channel, subscribers }: Listened): StatsPacket {
    return packet('sub', { mode: MODES[kind].mode, channel, ttl: this.#options.subscriptionTtl / 1000, subscribers })
  }

  #unsubscribed(x: ExchangeId, channel: string, t: TraceTime): StatsPacket[] {
    const connection = this.#connections.get(x)
    if (!connection?.kind || !connection.channels.delete(channel)) return []
    const key = keyOf(connection.kind, channel)
    const listened = this.#listened.get(key)
    if (!listened) return []
    if (--listened.subscribers > 0) {
      listened.saidAt = SOON
      return []
    }
    if (connection.kind === 'response' && this.#options.subscriptionLinger > 0) {
      listened.leftAt = t
      return []
    }
    this.#listened.delete(key)
    return [gone(listened)]
  }

  /** One packet for each transport that the message went out by. */
  #delivered({ p, channel, exchanges, outcomes, left }: DeliveryEvent): StatsPacket[] {
    const counts = (left === undefined ? undefined : this.#parts.get(p)) ?? new Map<ReceiverKind, number>()
    const publish = this.#publishes.get(p)
    for (let i = 0; i < exchanges.length; i++) {
      if (OUTCOMES[outcomes[i] ?? -1] !== 'delivered') continue
      const x = exchanges[i] ?? 0
      const connection = this.#connections.get(x) ?? this.#answered.get(x)
      this.#answered.delete(x)
      const kind = connection?.kind
      if (!connection || !kind) continue
      connection.delivered(publish?.sizes[kind] ?? 0)
      counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
    if (left !== undefined && left > 0) {
      this.#parts.set(p, counts)
      return []
    }
    if (left === 0) this.#parts.delete(p)
    return [...counts].map(([kind, count]) => {
      const { transport } = MODES[kind]
      const { id } = publish ?? {}
      return packet('message', { channel, ...(id !== undefined && { 'item-id': id }), count, transport })
    })
  }

  #report(route: string, t: TraceTime): StatsReport {
    const known = this.#reports.get(route)
    if (known) return known
    const report = new StatsReport(route, t)
    this.#reports.set(route, report)
    return report
  }

  #makeReports(now: TraceTime): StatsPacket[] {
    this.#reportedAt = now
    const packets: StatsPacket[] = []
    for (const report of this.#reports.values()) {
      packets.push(packet('report', report.take(now)))
      if (report.route !== '' && report.idle) this.#reports.delete(report.route)
    }
    return packets
  }
}

function packet(type: StatsPacket['type'], values: StatsPacket['values']): StatsPacket {
  return { type, values: { from: FROM, ...values } }
}

function routed({ route }: StatsReport): { route?: string } {
  return route === '' ? {} : { route }
}

function gone({ kind, channel }: Listened): StatsPacket {
  return packet('sub', { mode: MODES[kind].mode, channel, unavailable: true })
}

function keyOf(kind: ReceiverKind, channel: string): string {
  return `${kind} ${channel}`
}

/** What answers a long-poll is counted with the response that it makes. */
function sizesOf(event: PublishEvent): Record<ReceiverKind, number> {
  const formats = decodeFormats(event.formats)
  return { response: 0, stream: contentSize(formats['http-stream']), websocket: contentSize(formats['ws-message']) }
}

function contentSize(format: unknown): number {
  if (typeof format !== 'object' || format === null) return 0
  if ('content-bin' in format && typeof format['content-bin'] === 'string')
    return Buffer.byteLength(format['content-bin'], 'base64')
  return 'content' in format && typeof format.content === 'string' ? Buffer.byteLength(format.content) : 0
}
