// Log lines in Pushpin's form, made from trace events: for tools that read them.
import { type DeliveryEvent, OUTCOMES, type RequestEvent, type SentEvent, type TraceEvent } from '../trace/events'

/** What is remembered of an exchange until its line can be written. */
interface Open {
  readonly url: string
  readonly method: string
  readonly webSocket: boolean
  /** Parts of a line that come behind the target, and at its end. */
  readonly from: string
  readonly agent: string
  target: string
  route: string
  status: number
  held: boolean
  /** The proxy has asked again by itself. */
  retry: boolean
}

/** What lines tell of a client, beside the request: Pushpin's `log_from` and `log_user_agent`. */
export interface LogOptions {
  readonly from: boolean
  readonly userAgent: boolean
}

/** Turns events into lines, without their time. Exchanges are forgotten when they end. */
export class LogLines {
  readonly #options: LogOptions
  readonly #open = new Map<number, Open>()

  constructor(options: LogOptions = { from: false, userAgent: false }) {
    this.#options = options
  }

  /** The lines that an event gives, each with its level: 2 info, 3 debug. */
  of(event: TraceEvent): { level: number; text: string }[] {
    switch (event.type) {
      case 'request':
        this.#open.set(event.x, this.#opened(event))
        return []
      case 'sent':
        return this.#asked(event)
      case 'held':
        return this.#accepted(event.x)
      case 'subscribed': {
        const open = this.#open.get(event.x)
        if (!open) return []
        return [info(`[handler] subscribe ${open.url} channel=${event.channel}${open.retry ? ' retry' : ''}`)]
      }
      case 'response': {
        const open = this.#open.get(event.x)
        if (open) open.status = event.status
        return open?.webSocket && event.status === 101 ? [info(`${line(open)} code=101 0${open.agent}`)] : []
      }
      case 'ended':
        return this.#ended(event.x, event.responseSize, event.message)
      case 'publish-refused':
        return [
          info(`[handler] control: refused code=${event.status} ${event.problem.field}: ${event.problem.message}`),
        ]
      case 'delivery':
        return [info(`[handler] publish channel=${event.channel} receivers=${receivers(event)}`)]
      default:
        return []
    }
  }

  #opened({ method, url, headers, client, secure }: RequestEvent): Open {
    const webSocket = headerValue(headers, 'upgrade').toLowerCase() === 'websocket'
    const scheme = `${webSocket ? 'ws' : 'http'}${secure ? 's' : ''}`
    const [referer, agent] = [headerValue(headers, 'referer'), headerValue(headers, 'user-agent')]
    const from = this.#options.from ? ` from=${client.replace(/:\d+$/, '')}` : ''
    return {
      url: `${scheme}://${headerValue(headers, 'host')}${url}`,
      method,
      webSocket,
      from: `${from}${referer === '' ? '' : ` ref=${referer}`}`,
      agent: this.#options.userAgent && agent !== '' ? ` ua=${agent}` : '',
      target: '',
      route: '',
      status: 0,
      held: false,
      retry: false,
    }
  }

  #asked({ x, why, route, target, method }: SentEvent): [] {
    const open = this.#open.get(x)
    if (!open || why === 'filter') return []
    const [name = ''] = target.split(',')
    open.target = method === 'POST' && open.webSocket ? `${name}[http]` : name
    const id = /(?:^|,)id=([^,\s]+)/.exec(route.split(/\s/, 1)[0] ?? '')?.[1]
    open.route = id === undefined ? '' : ` route=${id}`
    if (open.held && !open.webSocket) {
      open.retry = true
      open.held = false
    }
    return []
  }

  #accepted(x: number): { level: number; text: string }[] {
    const open = this.#open.get(x)
    if (!open || open.held || open.webSocket) return []
    open.held = true
    return [info(`${line(open)} accept${open.retry ? ' retry' : ''}${open.agent}`)]
  }

  #ended(x: number, size: number, message: string | undefined): { level: number; text: string }[] {
    const open = this.#open.get(x)
    this.#open.delete(x)
    if (!open || open.held || (open.webSocket && open.status === 101)) return []
    const end = open.status === 0 ? 'error' : `code=${open.status} ${size}`
    const lines = [info(`${line(open)} ${end}${open.retry ? ' retry' : ''}${open.agent}`)]
    if (message !== undefined) lines.push({ level: 3, text: `[proxy] ${message}` })
    return lines
  }
}

function line({ method, url, target, from, route }: Open): string {
  return `[proxy] ${method} ${url}${target === '' ? '' : ` -> ${target}`}${from}${route}`
}

function info(text: string): { level: number; text: string } {
  return { level: 2, text }
}

const DELIVERED = OUTCOMES.indexOf('delivered')

function receivers(event: DeliveryEvent): number {
  return event.outcomes.filter((outcome) => outcome === DELIVERED).length
}

function headerValue(headers: readonly string[], name: string): string {
  for (let i = 0; i < headers.length; i += 2) if (headers[i]?.toLowerCase() === name) return headers[i + 1] ?? ''
  return ''
}

/** `[INFO] 2026-11-24 08:58:55.270 text`, local time. */
export function stamped(level: number, text: string, now: Date): string {
  const pad = (n: number, width = 2): string => String(n).padStart(width, '0')
  const day = `${now.getFullYear()}-${pad(now.getMonth() + 1)}-${pad(now.getDate())}`
  const time = `${pad(now.getHours())}:${pad(now.getMinutes())}:${pad(now.getSeconds())}.${pad(now.getMilliseconds(), 3)}`
  return `[${NAMES[level] ?? 'DEBUG'}] ${day} ${time} ${text}`
}

const NAMES: Readonly<Record<number, string>> = { 0: 'ERR', 1: 'WARN', 2: 'INFO', 3: 'DEBUG' }
