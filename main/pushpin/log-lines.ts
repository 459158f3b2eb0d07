// Log lines in Pushpin's form, made from trace events: for tools that read them.
import { causeWords } from '../grip/cause-words'
import { endWords } from '../grip/end-words'
import { headerValue } from '../grip/grip-headers'
import { faultText } from '../grip/problem-text'
import { KnownRoutes, type RouteFacts } from '../grip/route-facts'
import { visibleText } from '../grip/visible-text'
import {
  type DeliveryEvent,
  type EndedEvent,
  OUTCOMES,
  type PublishCall,
  type PublishRefusedEvent,
  type RequestEvent,
  type SentEvent,
  type TraceEvent,
} from '../trace/events'

/** A line without its time. Level: 1 warning, 2 info, 3 debug. */
export interface LogLine {
  readonly level: number
  readonly text: string
  /** The level up to which lines of its route are wanted (`log_level`), where that is set. */
  readonly upTo?: number
}

/** What lines may say beside what Pushpin's always do. */
export interface LogOptions {
  /** log_from: the client's address. */
  readonly from?: boolean
  /** log_user_agent. */
  readonly userAgent?: boolean
}

/** What is remembered of an exchange until its line can be written. */
interface Open {
  readonly request: RequestEvent
  readonly webSocket: boolean
  target: string
  route: RouteFacts | undefined
  status: number
  /** It was accepted, and that has been told. */
  held: boolean
  /** Its backend was asked again: what becomes of that is told anew. */
  retry: boolean
  /** The next link under way, with the status of its answer. */
  link: { readonly url: string; status: number } | undefined
}

/** Why a backend is asked for the client's request itself once more. */
const AGAIN: ReadonlySet<SentEvent['why']> = new Set(['retry', 'id-mismatch', 'subscribed', 'recover', 'hint'])
/** Why it is asked for something else. */
const ASIDE: ReadonlySet<SentEvent['why']> = new Set(['filter', 'gone', 'websocket', 'refresh'])

/** Turns events into lines. Exchanges are forgotten when they end. */
export class LogLines {
  readonly #open = new Map<number, Open>()
  readonly #routes = new KnownRoutes()
  /** Publishes that no line was written of yet. */
  readonly #publishes = new Set<number>()
  /** Outcomes of those that go out in parts. */
  readonly #parts = new Map<number, number[]>()
  readonly #options: LogOptions

  constructor(options: LogOptions = {}) {
    this.#options = options
  }

  /** The lines that an event gives. */
  of(event: TraceEvent): LogLine[] {
    switch (event.type) {
      case 'publish':
        this.#publishes.add(event.p)
        return event.call ? [info(called(event.call, 200))] : []
      case 'publish-refused':
        return [refused(event)]
      case 'delivery':
        return this.#delivered(event)
      case 'request':
        this.#begun(event)
        return []
      default: {
        const open = 'x' in event ? this.#open.get(event.x) : undefined
        return open ? this.#ofExchange(open, event) : []
      }
    }
  }

  #delivered({ p, channel, outcomes, left }: DeliveryEvent): LogLine[] {
    if (!this.#publishes.has(p)) return []
    const parts = this.#parts.get(p)
    // What was decided later about one of them is no part.
    if (left === undefined && parts) return []
    if (left === undefined) {
      this.#publishes.delete(p)
      return delivered(channel, outcomes)
    }
    const all = parts ?? []
    for (const outcome of outcomes) all.push(outcome)
    this.#parts.set(p, all)
    if (left > 0) return []
    this.#publishes.delete(p)
    this.#parts.delete(p)
    return delivered(channel, all)
  }

  #begun(request: RequestEvent): void {
    const webSocket = headerOf(request, 'upgrade').toLowerCase() === 'websocket'
    const nothing = { target: '', route: undefined, status: 0, held: false, retry: false, link: undefined }
    this.#open.set(request.x, { request, webSocket, ...nothing })
  }

  #ofExchange(open: Open, event: TraceEvent): LogLine[] {
    switch (event.type) {
      case 'sent':
        this.#sent(open, event)
        return []
      case 'answered':
        if (open.link && !event.filter) open.link.status = event.status
        return []
      case 'answer-end':
        return event.filter ? [] : this.#linkAnswered(open, event.size)
      case 'held':
        if (open.held || open.webSocket) return []
        open.held = true
        return [this.#line(open, 'accept')]
      case 'subscribed':
        return [info(`[handler] subscribe ${urlOf(open)} channel=${event.channel}${open.retry ? ' retry' : ''}`)]
      case 'limit':
        return [this.#ofRoute(open, 3, `[handler] ${causeWords(event.cause)}`)]
      case 'response':
        open.status = event.status
        if (!event.opens) return []
        open.held = true
        return [this.#line(open, `code=${event.status} 0`)]
      case 'ended':
        return this.#ended(open, event)
      default:
        return []
    }
  }

  #sent(open: Open, { why, target, route, method, url }: SentEvent): void {
    if (ASIDE.has(why)) return
    if (why === 'next') {
      open.link = { url, status: 0 }
      return
    }
    const name = target.split(',')[0] ?? ''
    open.target = method === 'POST' && open.webSocket ? `${name}[http]` : name
    open.route = this.#routes.of(route)
    if (!AGAIN.has(why)) return
    open.retry = true
    open.held = false
  }

  #linkAnswered(open: Open, size: number): LogLine[] {
    const { link } = open
    open.link = undefined
    if (!link) return []
    const url = `${baseOf(open)}${link.url}`
    return [this.#ofRoute(open, 2, `[handler] GET ${url}${routeOf(open)} code=${link.status} ${size}`)]
  }

  #ended(open: Open, event: EndedEvent): LogLine[] {
    const { x, responseSize } = event
    this.#open.delete(x)
    if (open.held) return []
    const lines = [this.#line(open, open.status === 0 ? 'error' : `code=${open.status} ${responseSize}`)]
    const message = endWords(event)
    if (message !== '') lines.push(this.#ofRoute(open, 3, `[proxy] ${message}`))
    return lines
  }

  /** The line of a request, with what became of it. */
  #line(open: Open, outcome: string): LogLine {
    const { request, target, retry } = open
    const words = [`[proxy] ${request.method} ${urlOf(open)}${target === '' ? '' : ` -> ${target}`}`]
    if (this.#options.from) words.push(` from=${request.client.replace(/:\d+$/, '')}`)
    const referer = headerOf(request, 'referer')
    if (referer !== '') words.push(` ref=${referer}`)
    words.push(`${routeOf(open)} ${outcome}`)
    if (retry) words.push(' retry')
    const agent = this.#options.userAgent ? headerOf(request, 'user-agent') : ''
    if (agent !== '') words.push(` ua=${agent}`)
    return this.#ofRoute(open, 2, words.join(''))
  }

  #ofRoute({ route }: Open, level: number, text: string): LogLine {
    return route?.logLevel === undefined ? { level, text } : { level, text, upTo: route.logLevel }
  }
}

function routeOf({ route }: Open): string {
  return route && route.id !== '' ? ` route=${route.id}` : ''
}

function urlOf(open: Open): string {
  return baseOf(open) + open.request.url
}

function baseOf({ request, webSocket }: Open): string {
  return `${webSocket ? 'ws' : 'http'}${request.secure ? 's' : ''}://${headerOf(request, 'host')}`
}

function info(text: string): LogLine {
  return { level: 2, text }
}

/** Subscriptions of these are no receivers to Pushpin, which counts all whose kind the item has a format for. */
const NO_FORMAT = OUTCOMES.indexOf('no-format')
const TOO_LATE = OUTCOMES.indexOf('too-late')
const REPEATED = OUTCOMES.indexOf('repeated')

/** Pushpin does not apply to a message that it drops because of its id. */
function delivered(channel: string, outcomes: Uint8Array | readonly number[]): LogLine[] {
  let receivers = 0
  let dropped = 0
  for (const outcome of outcomes) {
    if (outcome === TOO_LATE || outcome === REPEATED) dropped++
    if (outcome !== NO_FORMAT && outcome !== TOO_LATE) receivers++
  }
  if (dropped > 0 && dropped === outcomes.length) return []
  return [info(`[handler] publish channel=${channel} receivers=${receivers}`)]
}

function called({ method, path, answered, items }: PublishCall, status: number): string {
  const text = `[handler] control: ${method} ${path} code=${status} ${answered}`
  return items === undefined ? text : `${text} items=${items}`
}

/** Pushpin's line, and after it what is wrong. */
function refused({ via, status, problem, call }: PublishRefusedEvent): LogLine {
  const why = faultText(problem)
  if (via === 'http') return info(`${call ? called(call, status) : `[handler] control: code=${status}`} ${why}`)
  const socket = via === 'zmq-pull' ? 'pull' : via === 'zmq-sub' ? 'sub' : 'command'
  return { level: 1, text: `[handler] IN ${socket}: received message with invalid format (${why}), skipping` }
}

function headerOf({ headers }: RequestEvent, name: string): string {
  return headerValue(headers, name) ?? ''
}

/** `[INFO] 2026-11-24 08:58:55.270 text`, local time: one line, whatever came from outside. */
export function stamped(level: number, text: string, now: Date): string {
  const pad = (n: number, width = 2): string => String(n).padStart(width, '0')
  const day = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`
  const time = `${pad(now.getHours())}:${pad(now.getMinutes())}:${pad(now.getSeconds())}.${pad(now.getMilliseconds(), 3)}`
  return `[${NAMES[level] ?? 'DEBUG'}] ${day} ${time} ${visibleText(text)}`
}

const NAMES: Readonly<Record<number, string>> = { 0: 'ERR', 1: 'WARN', 2: 'INFO', 3: 'DEBUG' }
