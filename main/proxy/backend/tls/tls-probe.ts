// Finds out whether a backend that closes plain connections without a byte speaks TLS: by one hello of TLS, and the first
// bytes of what comes. No request waits for it, nothing else is sent, and no handshake is brought to its end.
import net from 'node:net'
import { Duplex } from 'node:stream'
import tls from 'node:tls'
import type { Target } from '../../../grip/route-types'
import type { Spoken } from '../../../trace/events'
import { blockedHost, lookupOutside } from '../internal-address'
import { isTlsRecord } from './tls-alert'

/** Milliseconds until it begins: a backend that is being stopped ends its connections too. */
const DELAY = 200
/** Milliseconds that a backend has to answer. */
const PATIENCE = 1000
/** Milliseconds for which an answer holds, and for which a target is left in peace. */
const KNOWN_FOR = 60_000
/** At a time; what would be more is not looked at. */
const RUNNING_MAX = 4
/** Targets that are remembered, and who waits for one of them. */
const KNOWN_MAX = 100
const WAITING_MAX = 1000
/** Bytes that tell a record of TLS. */
const ENOUGH = 2

type Told = (spoken: Spoken) => void
/** What of a target it needs. */
export type Suspect = Pick<Target, 'host' | 'port' | 'untrusted'>

interface Known {
  readonly at: number
  spoken: Spoken | undefined
  /** Who wants to know, until it is known. */
  readonly waiting: Told[]
}

export class TlsProbes {
  readonly #known = new Map<string, Known>()
  /** What ends those that are under way. */
  readonly #running = new Set<() => void>()
  readonly #now: () => number
  #stopped = false

  /** @param now a monotonic clock, in ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** How many are under way. */
  get running(): number {
    return this.#running.size
  }

  /** A plain connection to this target ended without a byte. `told` hears what it speaks, if that is looked for: at once, or later. */
  suspect(target: Suspect, told: Told): void {
    const name = `${target.host} ${target.port}`
    const known = this.#known.get(name)
    if (known && this.#now() - known.at < KNOWN_FOR) {
      if (known.spoken !== undefined) told(known.spoken)
      else if (known.waiting.length < WAITING_MAX) known.waiting.push(told)
      return
    }
    if (this.#stopped || this.#running.size >= RUNNING_MAX || !this.#hasRoom()) return
    const probed: Known = { at: this.#now(), spoken: undefined, waiting: [told] }
    this.#known.set(name, probed)
    const end = probe(target, (spoken) => {
      this.#running.delete(end)
      probed.spoken = spoken
      for (const each of probed.waiting.splice(0)) each(spoken)
    })
    this.#running.add(end)
  }

  /** Ends those that are under way; nobody is told any more. */
  stop(): void {
    this.#stopped = true
    for (const end of this.#running) end()
    this.#running.clear()
    this.#known.clear()
  }

  #hasRoom(): boolean {
    if (this.#known.size < KNOWN_MAX) return true
    for (const [name, { at }] of this.#known) if (this.#now() - at >= KNOWN_FOR) this.#known.delete(name)
    return this.#known.size < KNOWN_MAX
  }
}

/** Calls `done` once, in a later turn. The function returned ends it without. */
function probe({ host, port, untrusted }: Suspect, done: Told): () => void {
  let socket: net.Socket | undefined
  let hello: Duplex | undefined
  let ended = false
  let timer = setTimeout(begin, DELAY)
  const end = (): void => {
    ended = true
    clearTimeout(timer)
    hello?.destroy()
    socket?.destroy()
  }
  const settle = (spoken: Spoken): void => {
    if (ended) return
    end()
    done(spoken)
  }
  function begin(): void {
    timer = setTimeout(settle, PATIENCE, 'nothing')
    if (untrusted && blockedHost(host)) {
      settle('nothing')
      return
    }
    const first: Buffer[] = []
    const connection = net.connect({ host, port, ...(untrusted && { lookup: lookupOutside }) })
    socket = connection
    connection.once('connect', () => {
      hello = helloOf(host, (bytes) => connection.write(bytes))
    })
    connection.on('data', (part) => {
      first.push(part)
      const bytes = Buffer.concat(first)
      if (bytes.length >= ENOUGH) settle(isTlsRecord(bytes) ? 'tls' : 'other')
    })
    connection.on('error', () => {})
    connection.once('close', () => settle('nothing'))
  }
  return end
}

/** Makes the first bytes that a client of TLS sends: node's own, caught on their way. Names are asked for, addresses are not. */
function helloOf(host: string, made: (bytes: Buffer) => void): Duplex {
  const wire = new Duplex({
    read() {},
    write(bytes: Buffer, _encoding, done) {
      made(bytes)
      done()
    },
  })
  const name = net.isIP(host) ? {} : { servername: host }
  const client = tls.connect({ socket: wire, rejectUnauthorized: false, ...name })
  client.on('error', () => {})
  wire.on('close', () => client.destroy())
  return wire
}
