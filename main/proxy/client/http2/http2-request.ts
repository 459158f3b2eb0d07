// A request that came by HTTP/2, as exchanges read it: headers as HTTP/1.1 would have them.
import { randomBytes } from 'node:crypto'
import type { ServerHttp2Stream } from 'node:http2'
import type { ClientRequest } from '../../http/client-request'
import { dropOwnCookies } from '../../http/own-cookies'

/** Who is at the other end of a connection. */
export interface Peer {
  readonly remoteAddress: string | undefined
  readonly remotePort: number | undefined
  readonly encrypted: true
}

export class Http2Request implements ClientRequest {
  readonly method: string
  readonly url: string
  readonly httpVersion = '2.0'
  /** No chunks. */
  readonly httpVersionMinor = 0
  readonly rawHeaders: string[]
  readonly socket: Peer
  readonly bodyFollows: boolean
  /** It asks for a WebSocket (RFC 8441), and reads like the request that does so in HTTP/1.1. */
  readonly webSocket: boolean
  readonly #stream: ServerHttp2Stream

  /** @param headers as they came, pseudo-headers first. */
  constructor(stream: ServerHttp2Stream, headers: readonly string[], peer: Peer) {
    const { method, path, protocol, rawHeaders } = asHttp1(headers)
    dropOwnCookies(rawHeaders)
    this.webSocket = method === 'CONNECT' && protocol === 'websocket'
    this.method = this.webSocket ? 'GET' : method
    this.url = path
    this.rawHeaders = this.webSocket ? rawHeaders.concat(upgrade()) : rawHeaders
    this.socket = peer
    this.bodyFollows = !stream.endAfterHeaders
    this.#stream = stream
  }

  pause(): void {
    this.#stream.pause()
  }

  resume(): void {
    this.#stream.resume()
  }

  on(event: 'data' | 'end', listener: (chunk: Buffer) => void): void {
    this.#stream.on(event, listener)
  }
}

/** What asks for a WebSocket in HTTP/1.1. */
function upgrade(): string[] {
  const key = randomBytes(16).toString('base64')
  return ['Connection', 'Upgrade', 'Upgrade', 'websocket', 'Sec-WebSocket-Key', key]
}

/** `:authority` becomes Host, and cookies one header again (RFC 9113, 8.2.3 and 8.3.1). */
export function asHttp1(headers: readonly string[]): {
  method: string
  path: string
  protocol: string
  rawHeaders: string[]
} {
  let method = ''
  let protocol = ''
  let path = ''
  let cookieAt = -1
  const rawHeaders: string[] = []
  for (let i = 0; i < headers.length; i += 2) {
    const name = headers[i] ?? ''
    const value = headers[i + 1] ?? ''
    if (name === ':method') method = value
    else if (name === ':path') path = value
    else if (name === ':protocol') protocol = value
    else if (name === ':authority') rawHeaders.unshift('Host', value)
    else if (name === 'host' && rawHeaders[0] === 'Host') continue
    else if (name === 'cookie' && cookieAt >= 0) rawHeaders[cookieAt] += `; ${value}`
    else if (!name.startsWith(':')) {
      if (name === 'cookie') cookieAt = rawHeaders.length + 1
      rawHeaders.push(name, value)
    }
  }
  return { method, path, protocol, rawHeaders }
}
