// A WebSocket whose backend speaks WebSocket itself: frames both ways, as they are.
import http, { type ClientRequest, type IncomingMessage } from 'node:http'
import https from 'node:https'
import type { Duplex } from 'node:stream'
import type { Cause } from '../../../preload/vocabulary/causes'
import { CausedError } from '../../grip/caused-error'
import type { Target } from '../../grip/route-types'
import type { WsMessageType } from '../../grip/ws-control'
import type { FaultCode } from '../../grip/ws-frames'
import type { RawHeaders, TraceSink } from '../../trace/events'
import { BLOCKED, blockedHost, lookupOutside } from '../backend/internal-address'
import type { Probes } from '../backend/probes'
import { backendTls, serverName } from '../backend/tls/backend-tls'
import { failureCause, failureCode, isSilent } from '../backend/tls/failure'
import { isTlsAlert, tlsOnPlain } from '../backend/tls/tls-alert'
import { AnswerRecord } from '../exchange/answer-record'
import { recordBackendFailure } from '../exchange/failure-record'
import { headerOf } from '../http/headers'
import type { Wheel } from '../pacing/wheel'
import type { BackendListener, BackendSide } from './backend-side'
import { FrameSocket, type FrameSocketOwner } from './frame-socket'

/** Bytes that wait for a slow backend before the client is not read any more. */
const BUFFER_MAX = 256 * 1024
/** Bytes of an answer's head. */
const HEAD_MAX = 64 * 1024
/** Milliseconds without any answer to the handshake, at most. */
const HANDSHAKE_WAIT = 60_000

export interface PlainRequest {
  readonly id: number
  readonly sink: TraceSink
  readonly wheel: Wheel
  readonly probes: Probes
  readonly target: Target
  readonly path: string
  /** Headers as the backend gets them, with those that ask for a WebSocket. */
  readonly headers: RawHeaders
  readonly messageMax: number
  /** Bytes of the body of a rejection that are kept. */
  readonly rejectionMax: number
  /** Milliseconds that the backend may send nothing before it has answered; 0: no limit of its own. */
  readonly timeout: number
}

/** Headers that are about the message, not about what it says. */
const OF_MESSAGE = new Set(['content-length', 'transfer-encoding', 'connection', 'keep-alive', 'date'])

export class PlainBackend implements BackendSide, FrameSocketOwner {
  readonly #request: PlainRequest
  readonly #listener: BackendListener
  #handshake: ClientRequest | undefined
  #connected = false
  #frames: FrameSocket | undefined
  #over = false
  #detached = false

  constructor(request: PlainRequest, listener: BackendListener) {
    this.#request = request
    this.#listener = listener
  }

  get messageMax(): number {
    return this.#request.messageMax
  }

  open(): void {
    try {
      this.#handshake = this.#ask()
    } catch (error) {
      this.#failed(error as Error)
    }
  }

  send(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): boolean {
    if (this.#detached || !this.#frames) return true
    this.#frames.send(kind, data, first, last)
    return this.#frames.waiting < BUFFER_MAX
  }

  close(code: number | undefined, reason: string): void {
    this.#frames?.close(code, reason)
  }

  disconnect(): void {
    if (!this.#detached) this.stop()
  }

  readonly canRefresh = false

  refresh(): void {}

  detach(): void {
    this.#frames?.close(undefined, '')
    // What came together with the request to detach still counts, as behind Pushpin.
    setImmediate(() => {
      this.#detached = true
    })
  }

  pause(): void {
    this.#frames?.pause()
  }

  resume(): void {
    this.#frames?.resume()
  }

  stop(): void {
    this.#over = true
    this.#handshake?.destroy()
    this.#frames?.destroy()
  }

  // ---- the handshake -----------------------------------------------------------------------------------------------

  #ask(): ClientRequest {
    const { target, path, headers, timeout } = this.#request
    const options = {
      host: target.host,
      port: target.port,
      path,
      // As a list they go out as they are.
      headers: headers as string[] as unknown as http.OutgoingHttpHeaders,
      agent: false as const,
      timeout: Math.min(timeout || HANDSHAKE_WAIT, HANDSHAKE_WAIT),
      maxHeaderSize: HEAD_MAX,
      ...(target.untrusted && { lookup: lookupOutside }),
    }
    const blocked = target.untrusted ? blockedHost(target.host) : undefined
    if (blocked) throw blocked
    const servername = target.ssl ? serverName(target, headerOf(headers, 'host')) : ''
    const request = target.ssl
      ? https.request({ ...options, ...backendTls(target), servername })
      : http.request(options)
    request.on('socket', (socket) =>
      socket.once(target.ssl ? 'secureConnect' : 'connect', () => {
        this.#connected = true
      }),
    )
    request.on('upgrade', (response, socket, head) => this.#accepted(response, socket, head))
    request.on('response', (response) => this.#rejected(response))
    request.on('timeout', () => request.destroy(new CausedError('TIMEOUT', { code: 'handshake-timeout' })))
    request.on('error', (error: Error) => this.#failed(error))
    request.end()
    return request
  }

  #accepted(response: IncomingMessage, socket: Duplex, head: Buffer): void {
    const { wheel, messageMax } = this.#request
    if (this.#over) {
      socket.destroy()
      return
    }
    this.#recordAnswer(response)
    if ('setTimeout' in socket && typeof socket.setTimeout === 'function') socket.setTimeout(0)
    this.#frames = new FrameSocket(socket, this, { wheel, side: 'client', messageMax })
    this.#listener.backendAccepts(response.rawHeaders)
    this.#frames.start(head)
  }

  #rejected(response: IncomingMessage): void {
    // One byte more shows that it was longer.
    const max = this.#request.rejectionMax + 1
    const chunks: Buffer[] = []
    let size = 0
    response.on('data', (chunk: Buffer) => {
      if (size < max) chunks.push(chunk.subarray(0, max - size))
      size += chunk.length
    })
    response.on('error', () => {})
    response.on('close', () => {
      if (this.#over) return
      const body = Buffer.concat(chunks)
      const record = this.#recordAnswer(response)
      record.add(body)
      record.end(size)
      this.stop()
      this.#noteLost(response)
      // How it is compressed must be known, to decompress it or to tell the client.
      const coding = response.headers['content-encoding']
      const headers = coding === undefined ? [] : ['Content-Encoding', coding]
      this.#listener.backendRejects(response.statusCode ?? 502, '', headers, body)
    })
  }

  /** What clients behind Pushpin do not get of a rejection, they do not get here. */
  #noteLost({ headers }: IncomingMessage): void {
    const names = Object.keys(headers).filter((name) => !OF_MESSAGE.has(name) && name !== 'content-encoding')
    if (names.length > 0) this.#listener.backendErred({ code: 'rejection-headers', names })
  }

  #recordAnswer({ statusCode = 0, statusMessage = '', rawHeaders }: IncomingMessage): AnswerRecord {
    return new AnswerRecord(this.#request, { status: statusCode, reason: statusMessage, headers: rawHeaders })
  }

  #failed(error: Error & { rawPacket?: unknown }): void {
    if (this.#over) return
    const { target } = this.#request
    const told = isTlsAlert(error.rawPacket) ? tlsOnPlain() : error
    const code = failureCode(told)
    const cause = failureCause(target, told, false)
    const noByte = (this.#handshake?.socket?.bytesRead ?? 0) === 0
    this.#recordFailure(code, cause, this.#connected && !target.ssl && noByte && isSilent(code))
    this.stop()
    if (this.#connected || code === BLOCKED) this.#listener.backendFailed(cause)
    else this.#listener.backendUnreachable(cause)
  }

  #recordFailure(code: string, cause: Cause, maybeTls = false): void {
    const { sink, id, target, probes } = this.#request
    recordBackendFailure({ sink, id, context: { probes } }, target, { code, cause, maybeTls }, { again: false })
  }

  // ---- frames ------------------------------------------------------------------------------------------------------

  socketSays(kind: WsMessageType, data: Buffer, first: boolean, last: boolean): void {
    if (!this.#over && !this.#detached) this.#listener.backendSays(kind, data, first, last)
  }

  socketCloses(code: number | undefined, reason: string): void {
    if (this.#over) return
    if (this.#detached) this.#frames?.close(code, reason)
    else this.#listener.backendCloses(code, reason)
  }

  socketGone(): void {
    this.#broken('DISCONNECTED', { code: 'ws-no-close' })
  }

  socketBroke(code: FaultCode, fault: Cause): void {
    this.#broken(`WEBSOCKET_${code}`, { code: 'ws-broken', fault })
  }

  socketDrained(): void {
    if (!this.#over) this.#listener.backendDrained()
  }

  #broken(code: string, why: Cause): void {
    if (this.#over || this.#detached) return
    this.#over = true
    this.#recordFailure(code, why)
    this.#listener.backendFailed(why)
  }
}
