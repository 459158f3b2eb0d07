// One WebSocket's life on the client's side: the handshake waits for the backend, then messages go both ways.
import { randomUUID } from 'node:crypto'
import { type IncomingMessage, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import WebSocket, { type WebSocketServer } from 'ws'
import { parseGripExtension } from '../../grip/grip-extension'
import type { Route, Target } from '../../grip/routes'
import type { WsMessageType } from '../../grip/ws-control'
import type { EndReason, RawHeaders, TraceSink, WsMessageEvent } from '../../trace/events'
import type { ProxyContext } from '../context'
import { headerOf, requestHeaders, responseHeaders } from '../headers'
import { hostName } from '../host-name'
import { SilentSink } from '../silent-sink'
import { isTrusted, routeId } from '../trust'
import type { BackendListener, BackendSide, MessageKind } from './backend-side'
import { closeCodeToSend } from './close-codes'
import { GripSession, type SessionOwner } from './grip-session'
import { OverHttpBackend } from './over-http'
import { PlainBackend } from './plain'

/** Bytes of a single message that are recorded. */
const RECORDED_MAX = 64 * 1024
const CONTROL_PREFIX = Buffer.from('c:')
/** Headers of the handshake itself, made anew on each side. */
const HANDSHAKE = new Set([
  'sec-websocket-key',
  'sec-websocket-version',
  'sec-websocket-extensions',
  'sec-websocket-accept',
  'content-length',
])
/** A WebSocket over HTTP makes these itself (Pushpin takes off the client's). */
const OVER_HTTP = new Set(['accept', 'connection-id', 'content-type', 'content-length', 'sec-websocket-extensions'])
/** Of an over-HTTP answer, these are for the proxy. */
const PRIVATE_ANSWER = new Set(['content-type', 'content-length', 'keep-alive-interval', 'content-bytes-accepted'])

/** What the handshake's answer holds, for the `ws` server that writes it. */
export interface Handshake {
  readonly protocol: string | undefined
  readonly headers: RawHeaders
}

export class WebSocketExchange implements BackendListener, SessionOwner {
  readonly id: number
  readonly connectionId = randomUUID()
  readonly context: ProxyContext
  readonly sink: TraceSink
  readonly #request: IncomingMessage
  readonly #socket: Duplex
  readonly #head: Buffer
  readonly #server: WebSocketServer
  readonly #handshakes: WeakMap<IncomingMessage, Handshake>
  readonly #socketGone = (): void => this.#clientGone()
  #route: Route | undefined
  #nextTarget = 0
  #target: Target | undefined
  #backend: BackendSide | undefined
  #client: WebSocket | undefined
  #session: GripSession | undefined
  #prefix: Buffer | undefined
  #over = false
  /** Signed by another GRIP proxy, which acts on the control messages. */
  #trusted = false
  #sentBytes = 0

  constructor(
    context: ProxyContext,
    server: WebSocketServer,
    handshakes: WeakMap<IncomingMessage, Handshake>,
    request: IncomingMessage,
    socket: Duplex,
    head: Buffer,
  ) {
    this.context = context
    this.id = context.nextExchange()
    this.sink = context.sink.recording ? context.sink : new SilentSink(context.sink)
    this.#server = server
    this.#handshakes = handshakes
    this.#request = request
    this.#socket = socket
    this.#head = head
  }

  get channelPrefix(): string {
    return this.#route?.prefix ?? ''
  }

  start(): void {
    const { rawHeaders, socket } = this.#request
    const url = this.#request.url ?? '/'
    const secure = 'encrypted' in socket
    this.sink.emit({
      type: 'request',
      t: this.sink.now(),
      x: this.id,
      method: this.#request.method ?? 'GET',
      url,
      httpVersion: this.#request.httpVersion,
      headers: rawHeaders,
      client: `${socket.remoteAddress ?? ''}:${socket.remotePort ?? ''}`,
      secure,
    })
    this.#socket.on('error', this.#socketGone)
    this.#socket.on('close', this.#socketGone)
    const host = headerOf(rawHeaders, 'host')
    this.#trusted = isTrusted(rawHeaders, this.context.options)
    const id = routeId(rawHeaders, this.context.options)
    const query = { host: hostName(host), path: url, proto: 'ws', ssl: secure } as const
    this.#route = this.context.routes.pick(id === '' ? query : { ...query, id })
    if (this.#route) this.#tryNextTarget()
    else this.#rejectWith(502, 'no-route', `No route for ${host}${url}.`)
  }

  // ---- the backend -------------------------------------------------------------------------------------------------

  #tryNextTarget(): void {
    const route = this.#route
    const target = route?.targets[this.#nextTarget]
    if (!route || !target) {
      const tried = route?.targets.map((t) => t.text).join(', ') ?? ''
      this.#rejectWith(502, 'backend-failed', `Unable to connect to any targets. Tried: ${tried}`)
      return
    }
    const why = this.#nextTarget++ === 0 ? 'request' : 'failover'
    this.#target = target
    const path = this.context.routes.rewritePath(route, this.#request.url ?? '/')
    this.#backend = target.overHttp ? this.#overHttp(route, target, path) : this.#plain(route, target, path, why)
    this.#backend.open()
  }

  #overHttp(route: Route, target: Target, path: string): BackendSide {
    const { id, connectionId, context, sink } = this
    const headers = (): string[] => {
      const out = without(this.#headersFor(route, target), OVER_HTTP)
      if (!route.noGrip) out.push('Sec-WebSocket-Extensions', 'grip')
      return out
    }
    return new OverHttpBackend({ id, connectionId, context, sink, route, target, path, headers }, this)
  }

  #plain(route: Route, target: Target, path: string, why: 'request' | 'failover'): BackendSide {
    const { id, sink } = this
    const protocols = splitList(headerOf(this.#request.rawHeaders, 'sec-websocket-protocol'))
    const headers = without(this.#headersFor(route, target), HANDSHAKE).concat(
      route.noGrip ? [] : ['Sec-WebSocket-Extensions', 'grip'],
    )
    const own = without(headers, new Set(['sec-websocket-protocol']))
    sink.emit({
      type: 'sent',
      t: sink.now(),
      x: id,
      route: route.text,
      target: target.text,
      method: 'GET',
      url: path,
      headers,
      why,
    })
    return new PlainBackend({ id, sink, target, path, headers: own, protocols }, this)
  }

  #headersFor(route: Route, target: Target): string[] {
    const host = target.hostHeader ?? route.asHost
    return requestHeaders(this.#request.rawHeaders, route, {
      options: this.context.options,
      signature: route.noGrip ? '' : this.context.signerOf(route).token(Date.now()),
      trusted: this.#trusted,
      ...(host !== undefined && { host }),
      secure: 'encrypted' in this.#request.socket,
      peer: this.#request.socket.remoteAddress ?? '',
    })
  }

  backendAccepts(headers: RawHeaders): void {
    const grip = this.#route?.noGrip || this.#trusted ? undefined : parseGripExtension(headers)
    if (grip) this.#prefix = Buffer.from(grip.messagePrefix)
    const protocol = headerOf(headers, 'sec-websocket-protocol') || undefined
    const passed = without(responseHeaders(headers, this.#trusted), HANDSHAKE, PRIVATE_ANSWER, PROTOCOL)
    const extensions = headerOf(headers, 'sec-websocket-extensions')
    // The proxy that asked acts on the control messages: it must know that there will be some.
    if (this.#trusted && parseGripExtension(headers)) passed.push('Sec-WebSocket-Extensions', extensions)
    this.#handshakes.set(this.#request, { protocol, headers: passed })
    this.#recordOpen('backend')
    this.#server.handleUpgrade(this.#request, this.#socket, this.#head, (client) =>
      this.#opened(client, passed, protocol),
    )
    if (!this.#client) return
    const subs = this.#target?.subs ?? []
    if (grip || subs.length > 0) this.#session = new GripSession(this, subs)
  }

  backendRejects(status: number, reason: string, headers: RawHeaders, body: Buffer): void {
    this.#reject(status, reason, responseHeaders(headers, false), body, status >= 500 ? 'backend-failed' : 'complete')
  }

  backendUnreachable(_message: string): void {
    if (!this.#over) this.#tryNextTarget()
  }

  backendFailed(message: string): void {
    if (this.#over) return
    if (this.#client) {
      this.#client.close(1011, this.#debug ? message.slice(0, 120) : '')
      this.#ended('backend-failed', message)
    } else {
      this.#rejectWith(502, 'backend-failed', message)
    }
  }

  backendSays(kind: MessageKind, data: Buffer): void {
    if (this.#over) return
    const isContent = kind === 'text' || kind === 'binary'
    if (!isContent || !this.#prefix) {
      this.#record('backend', kind, data, true)
      this.sendToClient(kind, data)
    } else if (kind === 'text' && data.subarray(0, 2).equals(CONTROL_PREFIX)) {
      const problem = this.#session?.control(data.subarray(2))
      this.#record('backend', 'control', data.subarray(2), problem === undefined)
    } else if (data.subarray(0, this.#prefix.length).equals(this.#prefix)) {
      this.#record('backend', kind, data, true)
      this.sendToClient(kind, data.subarray(this.#prefix.length))
    } else {
      this.#record('backend', kind, data, false)
    }
  }

  backendCloses(code: number | undefined, reason: string): void {
    if (this.#over) return
    this.#record('backend', 'close', closeData(code, reason), true)
    this.#closeClient(code, reason)
    this.#ended('closed')
  }

  backendDrained(): void {
    if (this.#client?.isPaused) this.#client.resume()
  }

  // ---- the client --------------------------------------------------------------------------------------------------

  #opened(client: WebSocket, headers: RawHeaders, protocol: string | undefined): void {
    this.#client = client
    // From here on `ws` tells how it ended.
    this.#socket.off('close', this.#socketGone)
    const { sink } = this
    const shown = protocol === undefined ? headers : [...headers, 'Sec-WebSocket-Protocol', protocol]
    sink.emit({
      type: 'response',
      t: sink.now(),
      x: this.id,
      status: 101,
      reason: 'Switching Protocols',
      headers: shown,
      body: 'own',
    })
    client.binaryType = 'nodebuffer'
    client.on('message', (data, binary) => this.#clientSays(binary ? 'binary' : 'text', data as Buffer))
    client.on('ping', (data) => this.#clientSays('ping', data))
    client.on('pong', (data) => this.#clientSays('pong', data))
    client.on('error', () => {})
    client.on('close', (code, reason) => this.#clientClosed(code, reason.toString()))
  }

  #clientSays(kind: MessageKind, data: Buffer): void {
    if (this.#over) return
    this.#record('client', kind, data, true)
    if (this.#backend?.send(kind, data) === false) this.#client?.pause()
  }

  #clientClosed(code: number, reason: string): void {
    if (this.#over) return
    if (code === 1006) {
      this.#clientGone()
      return
    }
    const said = code === 1005 ? undefined : code
    this.#record('client', 'close', closeData(said, reason), true)
    this.#backend?.close(said, reason)
    this.#ended('client-left', code === 1005 ? 'closed by the client' : `closed by the client with ${code}`, true)
  }

  #clientGone(): void {
    if (this.#over) return
    this.#record('client', 'disconnect', Buffer.alloc(0), true)
    this.#backend?.disconnect()
    this.#ended('client-left', undefined, true)
  }

  sendToClient(kind: WsMessageType, data: Buffer): boolean {
    const client = this.#client
    if (!client || this.#over || client.readyState !== WebSocket.OPEN) return true
    if (kind === 'ping') client.ping(data)
    else if (kind === 'pong') client.pong(data)
    else client.send(data, { binary: kind === 'binary' })
    this.#sentBytes += data.length
    this.#session?.noteActivity()
    const max = this.context.options.clientBufferMax
    if (client.bufferedAmount <= max) return true
    client.terminate()
    this.#backend?.disconnect()
    this.#ended('client-slow', `more than ${max} bytes waited for the client to read them`, true)
    return false
  }

  closeByPublish(code: number | undefined, reason: string): void {
    if (this.#over) return
    this.#closeClient(code, reason)
    this.#backend?.close(undefined, '')
    this.#ended('closed', 'closed by a publish', true)
  }

  askBackend(): boolean {
    return this.#backend?.refresh() ?? false
  }

  detachBackend(): void {
    this.#backend?.detach()
  }

  // ---- the end -----------------------------------------------------------------------------------------------------

  get #debug(): boolean {
    return this.context.options.debug || (this.#route?.debug ?? false)
  }

  #closeClient(code: number | undefined, reason: string): void {
    const valid = closeCodeToSend(code)
    if (valid === undefined) this.#client?.close()
    else this.#client?.close(valid, Buffer.from(reason).subarray(0, 123))
  }

  #rejectWith(status: number, how: EndReason, why: string): void {
    const text = this.#debug ? why : 'Error while proxying to origin.'
    this.#reject(status, STATUS_CODES[status] ?? '', ['Content-Type', 'text/plain'], Buffer.from(`${text}\n`), how, why)
  }

  /** Answers the handshake with something else than a WebSocket. */
  #reject(status: number, reason: string, answer: string[], body: Buffer, how: EndReason, message?: string): void {
    if (this.#over) return
    const headers = without(answer, HANDSHAKE).concat(['Content-Length', String(body.length), 'Connection', 'close'])
    const { sink } = this
    sink.emit({ type: 'response', t: sink.now(), x: this.id, status, reason, headers, body: 'own' })
    if (body.length > 0) sink.emit({ type: 'response-data', t: sink.now(), x: this.id, data: body })
    this.#sentBytes = body.length
    let head = `HTTP/1.1 ${status} ${reason}\r\n`
    for (let i = 0; i < headers.length; i += 2) head += `${headers[i]}: ${headers[i + 1]}\r\n`
    this.#socket.end(Buffer.concat([Buffer.from(`${head}\r\n`, 'latin1'), body]))
    this.#ended(how, message)
  }

  /** @param backendKnows the backend's side has been told and ends by itself. */
  #ended(how: EndReason, message?: string, backendKnows = false): void {
    if (this.#over) return
    this.#over = true
    this.#session?.release()
    if (!backendKnows) this.#backend?.stop()
    const { sink } = this
    sink.emit({
      type: 'ended',
      t: sink.now(),
      x: this.id,
      how,
      responseSize: this.#sentBytes,
      ...(message !== undefined && { message }),
    })
  }

  #recordOpen(from: 'backend'): void {
    this.#record(from, 'open', Buffer.alloc(0), true)
  }

  #record(from: WsMessageEvent['from'], kind: WsMessageEvent['kind'], data: Buffer, passed: boolean): void {
    const { sink } = this
    const kept = data.length > RECORDED_MAX ? Buffer.from(data.subarray(0, RECORDED_MAX)) : data
    sink.emit({ type: 'ws-message', t: sink.now(), x: this.id, from, kind, data: kept, size: data.length, passed })
  }
}

const PROTOCOL = new Set(['sec-websocket-protocol'])

function without(headers: RawHeaders, ...names: ReadonlySet<string>[]): string[] {
  const out: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const lower = name.toLowerCase()
    if (lower.startsWith('set-meta-') || lower.startsWith('meta-') || names.some((set) => set.has(lower))) continue
    out.push(name, headers[i + 1] ?? '')
  }
  return out
}

function splitList(value: string): string[] {
  return value
    .split(',')
    .map((part) => part.trim())
    .filter((part) => part !== '')
}

function closeData(code: number | undefined, reason: string): Buffer {
  return code === undefined ? Buffer.alloc(0) : Buffer.from(`${code}${reason ? ` ${reason}` : ''}`)
}
