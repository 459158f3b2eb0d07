// Log lines in Pushpin's form, made from trace events: for tools that read them.
import { type DeliveryEvent, OUTCOMES, type TraceEvent } from '../trace/events'

/** What is remembered of an exchange until its line can be written. */
interface Open {
  readonly url: string
  readonly method: string
  readonly webSocket: boolean
  target: string
  status: number
  held: boolean
}

/** Turns events into lines, without their time. Exchanges are forgotten when they end. */
export class LogLines {
  readonly #open = new Map<number, Open>()

  /** The lines that an event gives, each with its level: 2 info, 3 debug. */
  of(event: TraceEvent): { level: number; text: string }[] {
    switch (event.type) {
      case 'request': {
        const upgrade = headerValue(event.headers, 'upgrade').toLowerCase() === 'websocket'
        const scheme = `${upgrade ? 'ws' : 'http'}${event.secure ? 's' : ''}`
        const url = `${scheme}://${headerValue(event.headers, 'host')}${event.url}`
        this.#open.set(event.x, { url, method: event.method, webSocket: upgrade, target: '', status: 0, held: false })
        return []
      }
      case 'sent': {
        const open = this.#open.get(event.x)
        if (open && event.why !== 'filter')
          open.target =
            event.method === 'POST' && open.webSocket
              ? `${event.target.split(',')[0]}[http]`
              : (event.target.split(',')[0] ?? '')
        return []
      }
      case 'held':
        return this.#accepted(event.x)
      case 'subscribed': {
        const open = this.#open.get(event.x)
        return open ? [info(`[handler] subscribe ${open.url} channel=${event.channel}`)] : []
      }
      case 'response': {
        const open = this.#open.get(event.x)
        if (open) open.status = event.status
        return open?.webSocket && event.status === 101 ? [info(`${line(open)} code=101 0`)] : []
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

  #accepted(x: number): { level: number; text: string }[] {
    const open = this.#open.get(x)
    if (!open || open.held || open.webSocket) return []
    open.held = true
    return [info(`${line(open)} accept`)]
  }

  #ended(x: number, size: number, message: string | undefined): { level: number; text: string }[] {
    const open = this.#open.get(x)
    this.#open.delete(x)
    if (!open || open.held || (open.webSocket && open.status === 101)) return []
    const lines = [info(open.status === 0 ? `${line(open)} error` : `${line(open)} code=${open.status} ${size}`)]
    if (message !== undefined) lines.push({ level: 3, text: `[proxy] ${message}` })
    return lines
  }
}

function line({ method, url, target }: Open): string {
  return `[proxy] ${method} ${url}${target === '' ? '' : ` -> ${target}`}`
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
