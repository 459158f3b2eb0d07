// Pushpin's statistics, made from trace events: who is connected, who listens to what, what was sent to how many. Sent to
// a ZeroMQ PUB socket for tools that watch a Pushpin.
import { headerValue } from '../grip/grip-headers'
import {
  type DeliveryEvent,
  type ExchangeId,
  OUTCOMES,
  type RequestEvent,
  type SentEvent,
  type TraceEvent,
  type TraceTime,
} from '../trace/events'

export interface StatsPacket {
  readonly type: 'activity' | 'counts' | 'message' | 'conn' | 'sub' | 'report'
  readonly values: Readonly<Record<string, string | number | boolean>>
}

export interface StatsOptions {
  /** Milliseconds after which a watcher may forget a connection that it heard nothing of. */
  readonly connectionTtl: number
  readonly subscriptionTtl: number
  /** Milliseconds between reports. */
  readonly reportInterval: number
}

/** As Pushpin's. */
export const defaultStatsOptions: StatsOptions = {
  connectionTtl: 120_000,
  subscriptionTtl: 60_000,
  reportInterval: 10_000,
}

const FROM = 'gripscope'
const MINUTE = 60_000
/** Modes of subscriptions by the kind of their hold, and what carries a message there. */
const MODES = {
  response: { mode: 'response', transport: 'http-response' },
  stream: { mode: 'stream', transport: 'http-stream' },
  websocket: { mode: 'ws', transport: 'ws-message' },
} as const
type Kind = keyof typeof MODES

interface Connection {
  /** What commands know it by; undefined: its backend was not asked yet, and it was not told of. */
  id: string | undefined
  readonly webSocket: boolean
  readonly secure: boolean
  readonly peer: string
  kind: Kind | undefined
  readonly channels: Set<string>
  saidAt: TraceTime
  /** When its next minute begins to count. */
  minuteAt: TraceTime
}

interface Listened {
  readonly kind: Kind
  readonly channel: string
  subscribers: number
  saidAt: TraceTime
}

export class Stats {
  readonly #options: StatsOptions
  readonly #connections = new Map<ExchangeId, Connection>()
  readonly #listened = new Map<string, Listened>()
  #publishes = new Map<number, { id: string | undefined }>()
  /** Kinds of holds that have just ended: what they were sent is told after that. */
  readonly #gone = new Map<ExchangeId, Kind>()
  #activity = 0
  #report = { max: 0, minutes: 0, received: 0, sent: 0, responses: 0, since: 0 }

  constructor(options: StatsOptions = defaultStatsOptions) {
    this.#options = options
  }

  /** What an event gives to tell at once. */
  of(event: TraceEvent): StatsPacket[] {
    switch (event.type) {
      case 'request':
        return this.#connected(event)
      case 'sent':
        return this.#asked(event)
      case 'held': {
        const connection = this.#connections.get(event.x)
        if (connection) connection.kind = event.mode
        return []
      }
      case 'subscribed':
        return this.#subscribed(event.x, event.channel, event.t)
      case 'unsubscribed':
        return this.#unsubscribed(event.x, event.channel)
      case 'publish':
        this.#report.received++
        this.#publishes.set(event.p, { id: event.id })
        return []
      case 'delivery':
        return this.#delivered(event)
      case 'ended':
        return this.#disconnected(event.x)
      default:
        return []
    }
  }

  /** What is told again and again: activity, what lasts, reports. @param now trace time, ms */
  tick(now: TraceTime): StatsPacket[] {
    const packets: StatsPacket[] = []
    if (this.#activity > 0)
      packets.push(
        packet('activity', { count: this.#activity }),
        packet('counts', { 'requests-received': this.#activity }),
      )
    this.#activity = 0
    this.#gone.clear()
    for (const connection of this.#connections.values()) {
      if (now >= connection.minuteAt) {
        connection.minuteAt += MINUTE
        this.#report.minutes++
      }
      if (connection.id !== undefined && now - connection.saidAt >= this.#options.connectionTtl * 0.75) {
        connection.saidAt = now
        packets.push(this.#connection(connection))
      }
    }
    for (const listened of this.#listened.values()) {
      if (now - listened.saidAt < this.#options.subscriptionTtl * 0.75) continue
      listened.saidAt = now
      packets.push(this.#subscription(listened))
    }
    if (now - this.#report.since >= this.#options.reportInterval) packets.push(this.#makeReport(now))
    // Deliveries of a publish come with it or, if it waited, soon after.
    if (this.#publishes.size > 10_000) this.#publishes = new Map()
    return packets
  }

  #connected({ x, t, secure, client, headers }: RequestEvent): StatsPacket[] {
    const webSocket = headerValue(headers, 'upgrade')?.toLowerCase() === 'websocket'
    const connection: Connection = {
      id: webSocket ? undefined : String(x),
      webSocket,
      secure,
      peer: client.replace(/:\d+$/, ''),
      kind: undefined,
      channels: new Set(),
      saidAt: t,
      minuteAt: t + MINUTE,
    }
    this.#connections.set(x, connection)
    this.#activity++
    this.#report.minutes++
    this.#report.max = Math.max(this.#report.max, this.#connections.size)
    return webSocket ? [] : [this.#connection(connection)]
  }

  /** A WebSocket is told of under the id that its backend knows it by, where that is asked over HTTP. */
  #asked({ x, headers }: SentEvent): StatsPacket[] {
    const connection = this.#connections.get(x)
    if (!connection || connection.id !== undefined) return []
    connection.id = headerValue(headers, 'connection-id') ?? String(x)
    return [this.#connection(connection)]
  }

  #connection({ id = '', webSocket, peer, secure }: Connection): StatsPacket {
    return packet('conn', {
      id,
      type: webSocket ? 'ws' : 'http',
      'peer-address': peer,
      ...(secure && { ssl: true }),
      ttl: this.#options.connectionTtl / 1000,
    })
  }

  #disconnected(x: ExchangeId): StatsPacket[] {
    const connection = this.#connections.get(x)
    if (!connection) return []
    const packets = [...connection.channels].flatMap((channel) => this.#unsubscribed(x, channel))
    if (connection.kind) this.#gone.set(x, connection.kind)
    this.#connections.delete(x)
    const { id } = connection
    return id === undefined ? packets : [...packets, packet('conn', { id, unavailable: true })]
  }

  #subscribed(x: ExchangeId, channel: string, t: TraceTime): StatsPacket[] {
    const connection = this.#connections.get(x)
    if (!connection?.kind || connection.channels.has(channel)) return []
    connection.channels.add(channel)
    const key = `${connection.kind} ${channel}`
    const listened = this.#listened.get(key) ?? { kind: connection.kind, channel, subscribers: 0, saidAt: t }
    listened.subscribers++
    this.#listened.set(key, listened)
    return listened.subscribers === 1 ? [this.#subscription(listened)] : []
  }

  #subscription({ kind, channel, subscribers }: Listened): StatsPacket {
    return packet('sub', { mode: MODES[kind].mode, channel, ttl: this.#options.subscriptionTtl / 1000, subscribers })
  }

  #unsubscribed(x: ExchangeId, channel: string): StatsPacket[] {
    const connection = this.#connections.get(x)
    if (!connection?.kind || !connection.channels.delete(channel)) return []
    const key = `${connection.kind} ${channel}`
    const listened = this.#listened.get(key)
    if (!listened || --listened.subscribers > 0) return []
    this.#listened.delete(key)
    return [packet('sub', { mode: MODES[connection.kind].mode, channel, unavailable: true })]
  }

  /** One packet for each transport that the message went out by. */
  #delivered({ p, channel, exchanges, outcomes }: DeliveryEvent): StatsPacket[] {
    const counts = new Map<Kind, number>()
    for (let i = 0; i < exchanges.length; i++) {
      if (OUTCOMES[outcomes[i] ?? -1] !== 'delivered') continue
      const x = exchanges[i] ?? 0
      const kind = this.#connections.get(x)?.kind ?? this.#gone.get(x)
      if (kind) counts.set(kind, (counts.get(kind) ?? 0) + 1)
    }
    const { id } = this.#publishes.get(p) ?? {}
    return [...counts].map(([kind, count]) => {
      this.#report.sent += count
      if (kind === 'response') this.#report.responses += count
      const { transport } = MODES[kind]
      return packet('message', { channel, ...(id !== undefined && { 'item-id': id }), count, transport })
    })
  }

  #makeReport(now: TraceTime): StatsPacket {
    const { max, minutes, received, sent, responses, since } = this.#report
    this.#report = { max: this.#connections.size, minutes: 0, received: 0, sent: 0, responses: 0, since: now }
    return packet('report', {
      connections: max,
      minutes,
      received,
      sent,
      'http-response-sent': responses,
      duration: Math.round(now - since),
    })
  }
}

function packet(type: StatsPacket['type'], values: StatsPacket['values']): StatsPacket {
  return { type, values: { from: FROM, ...values } }
}
