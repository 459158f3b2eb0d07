// File descriptors, of which every connection takes one: when a process has none left, the system accepts a client only to
// hang up on it, and node does not apply to it. So it is watched here, and told.
import { spawnSync } from 'node:child_process'
import { closeSync, openSync, readdirSync, readFileSync } from 'node:fs'
import type { Server, Socket } from 'node:net'
import type { Problem, TraceSink } from '../../trace/events'
import { toldDescriptor } from '../internals/connections'

/** The last descriptors below the limit: who gets one of them shows that there are hardly any left. */
const LAST = 4
/** There are enough again once so many are free. */
const FREE = 16
/** Milliseconds that a shortage is told at least: it comes and goes with each client. */
const TOLD = 5000
/** Milliseconds between two looks, while there are none left. */
const LOOK = 1000

/** What the system tells; in a test another one. */
export interface DescriptorSource {
  /** How many there may be; undefined: the system does not tell. */
  readonly limit: number | undefined
  /** How many are left, as far as it matters. */
  free(): number
}

export class Descriptors {
  readonly #sink: TraceSink
  readonly #source: DescriptorSource
  readonly #changed: () => void
  #timer: NodeJS.Timeout | undefined
  #problem: Problem | null = null
  #since = 0

  /** @param changed is told when there are none left, and when there are some again. */
  constructor(sink: TraceSink, changed: () => void, source: DescriptorSource = systemSource()) {
    this.#sink = sink
    this.#changed = changed
    this.#source = source
  }

  /** Why clients are disconnected now; null: they are not. */
  get problem(): Problem | null {
    return this.#problem
  }

  /** Looks at what a server accepts. */
  watch(server: Server): void {
    const { limit } = this.#source
    if (limit === undefined) return
    server.on('connection', (socket: Socket) => {
      if (toldDescriptor(socket) >= limit - LAST) this.look()
    })
  }

  /** A connection to a backend failed for want of one. */
  failed(): void {
    this.#say(true)
  }

  /** Looks how many are left. */
  look(): void {
    const free = this.#source.free()
    if (free <= LAST) this.#say(true)
    else if (free >= FREE && this.#sink.now() - this.#since >= TOLD) this.#say(false)
  }

  stop(): void {
    clearInterval(this.#timer)
    this.#timer = undefined
  }

  #say(short: boolean): void {
    if (short === (this.#problem !== null)) return
    const { limit } = this.#source
    const all = limit === undefined ? 'all' : `all ${limit}`
    const message = `${all} file descriptors of Gripscope are in use: new clients are disconnected, and the proxy cannot connect to backends`
    const fix = 'Raise the limit (ulimit -n 65536) and start Gripscope again, or disconnect clients.'
    this.#problem = short ? { field: 'file descriptors', message, fix } : null
    this.#since = this.#sink.now()
    this.#sink.emit({ type: 'descriptors', t: this.#sink.now(), short, limit: limit ?? 0 })
    this.stop()
    if (short) this.#timer = setInterval(() => this.look(), LOOK).unref()
    this.#changed()
  }
}

/** What this system tells. Windows has no such limit. */
export function systemSource(): DescriptorSource {
  const limit = limitOf()
  return { limit, free: () => freeOf(limit) }
}

function limitOf(): number | undefined {
  if (process.platform === 'win32') return undefined
  try {
    const [, soft] = /^Max open files\s+(\d+)/m.exec(readFileSync('/proc/self/limits', 'utf8')) ?? []
    return soft === undefined ? undefined : Number(soft)
  } catch {
    return limitOfShell()
  }
}

/** As a shell that is started here has it: macOS has no file that tells. */
export function limitOfShell(): number | undefined {
  const { stdout } = spawnSync('/bin/sh', ['-c', 'ulimit -Sn'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  })
  return /^\d+\s*$/.test(stdout ?? '') ? Number(stdout) : undefined
}

function freeOf(limit: number | undefined): number {
  try {
    // On Linux and macOS alike. Reading it takes one.
    if (limit !== undefined) return limit - readdirSync('/dev/fd').length
    closeSync(openSync('/dev/null', 'r'))
    return FREE
  } catch {
    return 0
  }
}
