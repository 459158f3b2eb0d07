// Finds out what listens beside a loopback address on which nothing does: the same port of the other family. Servers that are
// told to listen on localhost take one of the two. It connects once and sends nothing; no request waits for it.
import net from 'node:net'
import type { Target } from '../../grip/route-types'

/** Milliseconds that a connection may take. */
const PATIENCE = 1000
/** Milliseconds for which an answer holds: backends are started anew. */
const KNOWN_FOR = 1000
/** Ports that are looked at or remembered at a time, and who waits for one of them; what would be more is not looked at. */
const KNOWN_MAX = 20
const WAITING_MAX = 1000

const OTHER: Readonly<Record<string, string>> = { '127.0.0.1': '::1', '::1': '127.0.0.1' }

/** @param listens where a connection was taken, such as `[::1]:8000` */
type Found = (listens: string) => void

interface Known {
  readonly at: number
  listens: boolean | undefined
  /** Who wants to know, until it is known. */
  readonly waiting: Found[]
  readonly socket: net.Socket
}

export class LoopbackProbes {
  readonly #known = new Map<string, Known>()
  readonly #now: () => number

  /** @param now a monotonic clock, in ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** How many are under way. */
  get running(): number {
    let count = 0
    for (const { listens } of this.#known.values()) if (listens === undefined) count++
    return count
  }

  /** Nothing listens on this target. `found` is called if something listens beside it: at once, or later. */
  refused({ host, port, untrusted }: Pick<Target, 'host' | 'port' | 'untrusted'>, found: Found): void {
    const other = untrusted ? undefined : OTHER[host]
    if (other === undefined) return
    const listens = `${other.includes(':') ? `[${other}]` : other}:${port}`
    this.#forgetOld()
    const known = this.#known.get(listens)
    if (known) {
      if (known.listens) found(listens)
      else if (known.listens === undefined && known.waiting.length < WAITING_MAX) known.waiting.push(found)
      return
    }
    if (this.#known.size >= KNOWN_MAX) return
    const socket = net.connect({ host: other, port })
    const probe: Known = { at: this.#now(), listens: undefined, waiting: [found], socket }
    this.#known.set(listens, probe)
    const settle = (taken: boolean): void => {
      socket.destroy()
      if (probe.listens !== undefined) return
      probe.listens = taken
      for (const each of probe.waiting.splice(0)) if (taken) each(listens)
    }
    socket.setTimeout(PATIENCE, () => settle(false))
    socket.on('error', () => settle(false))
    socket.once('connect', () => settle(true))
  }

  /** Ends those that are under way; nobody is told any more. */
  stop(): void {
    for (const { socket, waiting } of this.#known.values()) {
      waiting.length = 0
      socket.destroy()
    }
    this.#known.clear()
  }

  #forgetOld(): void {
    for (const [port, { at, listens }] of this.#known) {
      if (listens === undefined || this.#now() - at < KNOWN_FOR) continue
      this.#known.delete(port)
    }
  }
}
