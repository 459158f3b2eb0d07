// A WebSocket whose backend speaks WebSocket itself: messages both ways, as they are.
import WebSocket from 'ws'
import type { Target } from '../../grip/routes'
import type { RawHeaders, TraceSink } from '../../trace/events'
import { headerOf } from '../headers'
import { backendTls, serverName } from '../tls/backend-tls'
import { explainFailure } from '../tls/failure'
import type { BackendListener, BackendSide, MessageKind } from './backend-side'
import { closeCodeToSend } from './close-codes'

/** Bytes of a message from the backend. */
const MESSAGE_MAX = 100 * 1024 * 1024
/** Bytes that wait for a slow backend before the client is not read any more. */
const BUFFER_MAX = 1024 * 1024
/** Bytes of the body of a rejection that go on to the client. */
const REJECTION_MAX = 100_000

export interface PlainRequest {
  readonly id: number
  readonly sink: TraceSink
  readonly target: Target
  readonly path: string
  /** Headers as the backend gets them, without those of the handshake itself. */
  readonly headers: RawHeaders
  readonly protocols: readonly string[]
}

export class PlainBackend implements BackendSide {
  readonly #request: PlainRequest
  readonly #listener: BackendListener
  #socket: WebSocket | undefined
  #opened = false
  #over = false
  #paused = false

  constructor(request: PlainRequest, listener: BackendListener) {
    this.#request = request
    this.#listener = listener
  }

  open(): void {
    const { target, path, headers, protocols } = this.#request
    const host = target.host.includes(':') ? `[${target.host}]` : target.host
    const socket = new WebSocket(`${target.ssl ? 'wss' : 'ws'}://${host}:${target.port}${path}`, [...protocols], {
      headers: grouped(headers),
      perMessageDeflate: false,
      autoPong: false,
      maxPayload: MESSAGE_MAX,
      ...(target.ssl && { ...backendTls(target), servername: serverName(target, headerOf(headers, 'host')) }),
      handshakeTimeout: 60_000,
      followRedirects: false,
    })
    this.#socket = socket
    socket.binaryType = 'nodebuffer'
    socket.on('upgrade', (response) =>
      this.#accepted(response.statusCode ?? 101, response.statusMessage ?? '', response.rawHeaders),
    )
    socket.on('unexpected-response', (_request, response) => {
      const chunks: Buffer[] = []
      let size = 0
      response.on('data', (chunk: Buffer) => {
        if (size < REJECTION_MAX) chunks.push(chunk)
        size += chunk.length
      })
      const done = (): void =>
        this.#rejected(
          response.statusCode ?? 502,
          response.statusMessage ?? '',
          response.rawHeaders,
          Buffer.concat(chunks),
        )
      response.on('end', done)
      response.on('error', done)
    })
    socket.on('message', (data, binary) => this.#says(binary ? 'binary' : 'text', data as Buffer))
    socket.on('ping', (data) => this.#says('ping', data))
    socket.on('pong', (data) => this.#says('pong', data))
    socket.on('error', (error: Error & { code?: string }) => this.#failed(error))
    socket.on('close', (code, reason) => this.#closed(code, reason.toString()))
  }

  send(kind: MessageKind, data: Buffer): boolean {
    const socket = this.#socket
    if (!socket || socket.readyState !== WebSocket.OPEN) return true
    const sent = (): void => {
      if (this.#paused && socket.bufferedAmount < BUFFER_MAX / 2) {
        this.#paused = false
        this.#listener.backendDrained()
      }
    }
    if (kind === 'ping') socket.ping(data, undefined, sent)
    else if (kind === 'pong') socket.pong(data, undefined, sent)
    else socket.send(data, { binary: kind === 'binary' }, sent)
    this.#paused = socket.bufferedAmount >= BUFFER_MAX
    return !this.#paused
  }

  close(code: number | undefined, reason: string): void {
    this.#over = true
    const valid = closeCodeToSend(code)
    if (valid === undefined) this.#socket?.close()
    else this.#socket?.close(valid, reason)
  }

  disconnect(): void {
    this.stop()
  }

  refresh(): boolean {
    return false
  }

  detach(): void {
    this.#over = true
    this.#socket?.close()
  }

  stop(): void {
    this.#over = true
    this.#socket?.terminate()
  }

  #accepted(status: number, reason: string, headers: RawHeaders): void {
    this.#opened = true
    const { sink, id } = this.#request
    sink.emit({ type: 'answered', t: sink.now(), x: id, status, reason, headers })
    this.#listener.backendAccepts(headers)
  }

  #rejected(status: number, reason: string, headers: RawHeaders, body: Buffer): void {
    if (this.#over) return
    const { sink, id } = this.#request
    sink.emit({ type: 'answered', t: sink.now(), x: id, status, reason, headers })
    if (body.length > 0) sink.emit({ type: 'answer-data', t: sink.now(), x: id, data: body })
    sink.emit({ type: 'answer-end', t: sink.now(), x: id, size: body.length })
    this.stop()
    this.#listener.backendRejects(status, reason, headers, body)
  }

  #says(kind: MessageKind, data: Buffer): void {
    if (!this.#over) this.#listener.backendSays(kind, data)
  }

  #failed(error: Error & { code?: string }): void {
    if (this.#over) return
    const { sink, id, target } = this.#request
    const code = error.code ?? error.name
    const message = explainFailure(target, code, error.message, this.#opened)
    const unreachable = !this.#opened
    sink.emit({
      type: 'backend-failed',
      t: sink.now(),
      x: id,
      target: target.text,
      code,
      message,
      again: false,
    })
    this.stop()
    if (unreachable) this.#listener.backendUnreachable(message || code)
    else this.#listener.backendFailed(message || code)
  }

  #closed(code: number, reason: string): void {
    if (this.#over) return
    this.#over = true
    if (code === 1006) this.#listener.backendFailed('the backend broke off')
    else this.#listener.backendCloses(code === 1005 ? undefined : code, reason)
  }
}

/** A raw list as the object that `ws` takes; several values of a name become a list. */
function grouped(headers: RawHeaders): Record<string, string | string[]> {
  const out: Record<string, string | string[]> = {}
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const value = headers[i + 1] ?? ''
    const known = out[name]
    if (known === undefined) out[name] = value
    else if (typeof known === 'string') out[name] = [known, value]
    else known.push(value)
  }
  return out
}
