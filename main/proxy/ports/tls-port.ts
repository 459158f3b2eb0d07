// The TLS port: shakes hands with clients, and hands their connections on by what they agreed to speak.
import { createSecureContext, createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls'
import type { Cause } from '../../../preload/vocabulary/causes'
import { codeOf } from '../../grip/error-words'
import { alertName } from '../../grip/tls-words'
import { type ListenerState, listenOn } from './listening'
import type { ServerIdentities } from './tls-identities'

/** Milliseconds until a client must have shaken hands. */
const HANDSHAKE_TIMEOUT = 30_000
/** Names whose certificates are kept ready; a client can ask for any. */
const NAMES_MAX = 200

export interface TlsPortOwner {
  /** The server that accepts the connections. */
  accepts(server: Server): void
  http1(socket: TLSSocket): void
  http2(socket: TLSSocket): void
  /** A client did not come through the handshake. */
  handshakeFailed(socket: TLSSocket, why: Cause): void
}

export class TlsPort {
  readonly #server: Server
  readonly #sockets = new Set<{ destroy(): void }>()
  readonly #contexts = new Map<string, SecureContext | undefined>()
  #identities: ServerIdentities

  constructor(identities: ServerIdentities, owner: TlsPortOwner) {
    this.#identities = identities
    this.#server = createServer({
      ...identities.fallback,
      ALPNProtocols: ['h2', 'http/1.1', 'http/1.0'],
      SNICallback: (name, done) => this.#chosen(name, done),
      handshakeTimeout: HANDSHAKE_TIMEOUT,
      noDelay: true,
    })
    owner.accepts(this.#server)
    this.#server.on('connection', (socket) => {
      this.#sockets.add(socket)
      socket.on('close', () => this.#sockets.delete(socket))
    })
    this.#server.on('secureConnection', (socket) => {
      if (socket.alpnProtocol === 'h2') owner.http2(socket)
      else owner.http1(socket)
    })
    this.#server.on('tlsClientError', (error: NodeJS.ErrnoException, socket) => {
      const why = handshakeCause(error)
      if (why !== undefined) owner.handshakeFailed(socket, why)
    })
  }

  listen(host: string, port: number): Promise<ListenerState> {
    return listenOn(this.#server, host, port, { field: 'TLS port', option: '--tls-port' })
  }

  /** Shows other certificates from now on; connections that there are stay. */
  use(identities: ServerIdentities): void {
    this.#identities = identities
    this.#contexts.clear()
    if (identities.fallback) this.#server.setSecureContext(identities.fallback)
  }

  /** Stops listening; resolves once all connections have ended. */
  close(): Promise<void> {
    return new Promise((resolve) => this.#server.close(() => resolve()))
  }

  /** Ends all connections. */
  closeAll(): void {
    for (const socket of this.#sockets) socket.destroy()
  }

  #chosen(name: string, done: (error: Error | null, context?: SecureContext) => void): void {
    const wanted = name.toLowerCase()
    try {
      if (!this.#contexts.has(wanted)) {
        const identity = this.#identities.forName?.(wanted)
        if (this.#contexts.size >= NAMES_MAX) this.#contexts.clear()
        this.#contexts.set(wanted, identity && createSecureContext({ ...identity }))
      }
      done(null, this.#contexts.get(wanted))
    } catch (error) {
      done(error as Error)
    }
  }
}

/** Undefined: the client only went away, which browsers do with connections that they opened in advance. */
function handshakeCause(error: NodeJS.ErrnoException): Cause | undefined {
  const code = codeOf(error)
  switch (code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return undefined
    case 'ERR_SSL_HTTP_REQUEST':
      return { code: 'handshake-plain-http' }
    case 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN':
    case 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE':
      return { code: 'handshake-untrusted' }
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED':
      return { code: 'handshake-expired' }
    case 'ERR_SSL_UNSUPPORTED_PROTOCOL':
    case 'ERR_SSL_VERSION_TOO_LOW':
      return { code: 'handshake-old' }
    default:
      return otherHandshakeCause(code)
  }
}

/** Alerts and reasons have names, which TLS gives them or OpenSSL: these are the evidence. */
function otherHandshakeCause(code: string): Cause {
  const alert = alertName(code)
  if (alert !== undefined) return { code: 'handshake-alert', alert }
  const reason = /^ERR_SSL_([A-Z0-9_]+)$/.exec(code)?.[1]
  return reason === undefined ? { code: 'handshake-failed', error: code } : { code: 'handshake-reason', reason }
}
