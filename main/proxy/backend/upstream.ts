// Sends requests to backends: one pool of connections for each target, one BackendRequest for each request.
import net from 'node:net'
import type { Readable } from 'node:stream'
import { buildConnector, type Dispatcher, Pool } from 'undici'
import type { Cause } from '../../../preload/vocabulary/causes'
import { CausedError } from '../../grip/caused-error'
import { codeOf } from '../../grip/error-words'
import { isHeaderValue } from '../../grip/grip-headers'
import type { Target } from '../../grip/route-types'
import { isBodiless } from '../../grip/status'
import { shared } from '../http/interned-text'
import { unknownCoding } from '../http/transfer-coding'
import { reasonOnWire, withoutInterim } from './interim'
import { BLOCKED, blockedHost, lookupOutside } from './internal-address'
import { isOutOfDescriptors } from './out-of-descriptors'
import { backendTls, identityOf } from './tls/backend-tls'
import { failureCause, failureCode, isSilent } from './tls/failure'
import { isTlsAlert, tlsOnPlain } from './tls/tls-alert'

/** What becomes of a request to a backend. Exactly one of onEnd and onFail is called last, unless it was stopped. */
export interface AnswerListener {
  onHead(request: BackendRequest, status: number, reason: string, headers: string[]): void
  /** Return false to be given no more until `request.resume()`. */
  onData(request: BackendRequest, chunk: Buffer): boolean
  onEnd(request: BackendRequest): void
  onFail(request: BackendRequest, failure: BackendFailure): void
}

export interface BackendFailure {
  /** System or client error code, such as ECONNREFUSED. */
  readonly code: string
  /** Whatever a library said. */
  readonly cause: Cause
  /** The connection could not be made: nothing was sent, so another target may be tried. */
  readonly notConnected: boolean
  /** A kept connection was closed by the backend before any byte of an answer: worth another try. */
  readonly stale: boolean
  /** A plain connection ended without a byte, as those of a backend do that speaks TLS. */
  readonly maybeTls: boolean
}

/** The connections to a target. */
interface Way {
  readonly pool: Pool
  /** Requests in a row that ended without a byte, since one was answered. */
  silent: number
}

/** So many requests must have ended so before it looks as if the backend spoke TLS: one that has answered was plain then. */
const SUSPICIOUS = 3

/** One request to a backend. */
export class BackendRequest implements Dispatcher.DispatchHandler {
  readonly #listener: AnswerListener
  readonly target: Target
  /** Undefined until there is one. */
  way: Way | undefined
  #abort: ((error?: Error) => void) | undefined
  #resume: (() => void) | undefined
  #stopped = false
  #answered = false
  /** The status has no body, whatever length the headers name. */
  #bodiless = false
  #sent = false
  /** True while it is being opened: whoever sends it does not have it yet. */
  opening = false

  constructor(target: Target, listener: AnswerListener) {
    this.target = target
    this.#listener = listener
  }

  /** Ends the request; the listener hears nothing more. */
  stop(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#abort?.()
  }

  /** Goes on after onData returned false. */
  resume(): void {
    this.#resume?.()
  }

  onConnect(abort: (error?: Error) => void): void {
    if (this.#stopped) {
      abort()
      return
    }
    this.#sent = true
    this.#abort = abort
  }

  onHeaders(status: number, raw: Buffer[], resume: () => void, reason: string): boolean {
    if (status < 200 && status !== 101) return true
    this.#answered = true
    if (this.way) this.way.silent = 0
    this.#bodiless = isBodiless(status)
    this.#resume = resume
    const headers = new Array<string>(raw.length)
    for (let i = 0; i < raw.length; i++) headers[i] = shared(raw[i]?.toString('latin1') ?? '')
    const coding = unknownCoding(headers)
    const text = reasonOnWire(reason)
    if (coding !== undefined) {
      this.#refuse('UNKNOWN_TRANSFER_CODING', { code: 'backend-coding', coding })
      return true
    }
    if (!isHeaderValue(text)) {
      this.#refuse('BAD_REASON', { code: 'backend-reason' })
      return true
    }
    if (!this.#stopped) this.#listener.onHead(this, status, text, headers)
    return true
  }

  onData(chunk: Buffer): boolean {
    return this.#stopped ? true : this.#listener.onData(this, chunk)
  }

  onComplete(): void {
    if (this.#stopped) return
    this.#stopped = true
    this.#listener.onEnd(this)
  }

  #refuse(code: string, why: Cause): void {
    const abort = this.#abort
    this.onError(new CausedError(code, why))
    abort?.()
  }

  onError(error: Error): void {
    if (this.#stopped) return
    if (this.opening) {
      queueMicrotask(() => this.onError(error))
      return
    }
    // What undici misses is a body that this status does not have.
    if (this.#bodiless && codeOf(error) === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') {
      this.onComplete()
      return
    }
    // undici gives the bytes that it could not read.
    this.#fail('data' in error && isTlsAlert(error.data) ? tlsOnPlain() : error)
  }

  #fail(error: Error): void {
    this.#stopped = true
    const code = failureCode(error)
    // The request itself is at fault, such as `OPTIONS *`: no other target could be asked it.
    const unsendable = code === 'UND_ERR_INVALID_ARG'
    const silent = this.#sent && !this.#answered && isSilent(code)
    this.#listener.onFail(this, {
      code,
      cause: failureCause(this.target, error, this.#answered),
      // What is blocked is no reason to ask somebody else, as in Pushpin.
      notConnected: !this.#sent && !unsendable && code !== BLOCKED,
      stale: silent,
      maybeTls: silent && !this.target.ssl && !hasRead(error) && this.#isSuspicious(),
    })
  }

  #isSuspicious(): boolean {
    return this.way !== undefined && ++this.way.silent >= SUSPICIOUS
  }
}

/** Had any byte come on the connection that broke? undici tells, mostly. */
function hasRead(error: Error): boolean {
  if (!('socket' in error) || typeof error.socket !== 'object' || error.socket === null) return false
  return 'bytesRead' in error.socket && typeof error.socket.bytesRead === 'number' && error.socket.bytesRead > 0
}

export interface OutgoingRequest {
  readonly method: string
  readonly path: string
  readonly headers: string[]
  readonly body: Readable | Buffer | null
}

/** Pools that are kept. Links and filters name whatever target they like: beyond, those that are idle are closed. */
const POOLS_MAX = 100

/** Milliseconds until a connection must have been made. */
const CONNECT_TIMEOUT = 10_000

/** The pools of connections to all targets. */
export class Upstream {
  readonly #ways = new Map<string, Way>()
  readonly #timeout: number
  readonly #outOfDescriptors: () => void

  /**
   * @param timeout ms without a byte of a backend that was asked; 0: no limit.
   * @param outOfDescriptors is told when there was none for a connection
   */
  constructor(timeout = 0, outOfDescriptors: () => void = () => {}) {
    this.#timeout = timeout
    this.#outOfDescriptors = outOfDescriptors
  }

  /** Targets that connections are kept for. */
  get targets(): number {
    return this.#ways.size
  }

  /** Requests that are being asked. */
  get underWay(): number {
    let count = 0
    for (const { pool } of this.#ways.values()) count += pool.stats.size
    return count
  }

  /** Sends a request. The listener hears nothing before this has returned, and whatever is wrong with target or request as a failure. */
  send(target: Target, request: OutgoingRequest, listener: AnswerListener): BackendRequest {
    const sent = new BackendRequest(target, listener)
    sent.opening = true
    try {
      const way = this.#ways.get(wayName(target)) ?? this.#open(target)
      sent.way = way
      way.pool.dispatch(dispatched(target, request), sent)
    } catch (error) {
      sent.onError(error instanceof Error ? error : new Error(String(error)))
    }
    sent.opening = false
    return sent
  }

  async close(): Promise<void> {
    const ways = [...this.#ways.values()]
    this.#ways.clear()
    await Promise.all(ways.map(({ pool }) => pool.destroy()))
  }

  #closeIdle(): void {
    for (const [name, { pool }] of this.#ways) {
      if (pool.stats.size > 0) continue
      this.#ways.delete(name)
      void pool.close()
    }
  }

  /** Tells if there was no descriptor for a connection. */
  #noting(connect: buildConnector.connector): buildConnector.connector {
    return (options, callback) => {
      connect(options, (...result) => {
        if (result[0] && isOutOfDescriptors((result[0] as NodeJS.ErrnoException).code ?? '')) this.#outOfDescriptors()
        callback(...result)
      })
    }
  }

  #open(target: Target): Way {
    if (this.#ways.size >= POOLS_MAX) this.#closeIdle()
    const host = target.host.includes(':') ? `[${target.host}]` : target.host
    const pool = new Pool(`${target.ssl ? 'https' : 'http'}://${host}:${target.port}`, {
      pipelining: 1,
      bodyTimeout: this.#timeout,
      headersTimeout: this.#timeout,
      keepAliveTimeout: 30_000,
      connect: this.#noting(
        withoutInterim(target.untrusted ? outside(target, connectorOf(target)) : connectorOf(target)),
      ),
    })
    // The first failure is suspicious, as long as nothing was answered.
    const way: Way = { pool, silent: SUSPICIOUS - 1 }
    this.#ways.set(wayName(target), way)
    return way
  }
}

function wayName(target: Target): string {
  return target.clientIdentity ? target.text + identityOf(target) : target.text
}

/** undici asks for the name in the Host header, and checks the certificate against it, unless another one is named. */
function dispatched(target: Target, request: OutgoingRequest): Dispatcher.DispatchOptions {
  const named = target.ssl && target.trustConnectHost ? { ...request, servername: target.host } : request
  return named as Dispatcher.DispatchOptions
}

function connectorOf(target: Target): buildConnector.connector {
  const options = { timeout: CONNECT_TIMEOUT, ...(target.untrusted && { lookup: lookupOutside }) }
  return target.ssl ? tlsConnector(target, options) : buildConnector(options)
}

/** For targets that must not lead to this machine or its network. */
function outside(target: Target, connect: buildConnector.connector): buildConnector.connector {
  return (options, callback) => {
    // What is connected to: the target's host as a URL has it.
    const error = blockedHost(options.hostname.replace(/^\[|\]$/g, '')) ?? blockedHost(target.host)
    if (error) callback(error, null)
    else connect(options, callback)
  }
}

function tlsConnector(target: Target, options: buildConnector.BuildOptions): buildConnector.connector {
  const connect = buildConnector({ ...options, ...backendTls(target) })
  return ({ servername, ...options }, callback) => {
    // An address is no server name: without one, the certificate is checked against the address that is connected to.
    const name = servername && !net.isIP(servername) ? { servername } : {}
    connect({ ...options, ...name }, callback)
  }
}
