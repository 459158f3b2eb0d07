// The TLS port: shakes hands with clients, and hands their connections on by what they agreed to speak.
import { createSecureContext, createServer, type SecureContext, type Server, type TLSSocket } from 'node:tls'
import { errorWords } from '../../grip/error-words'
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
  /** A client did not come through the handshake. `why` is a sentence. */
  handshakeFailed(socket: TLSSocket, why: string): void
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
      const why = explainHandshake(error)
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
function explainHandshake(error: NodeJS.ErrnoException): string | undefined {
  const { code = '' } = error
  switch (code) {
    case 'ECONNRESET':
    case 'EPIPE':
      return undefined
    case 'ERR_SSL_HTTP_REQUEST':
      return 'a plain HTTP request came to the TLS port: the address must begin with https://'
    case 'ERR_SSL_TLSV1_ALERT_UNKNOWN_CA':
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN':
    case 'ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE':
      return 'the client does not trust the certificate: its authority must be trusted there first'
    case 'ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED':
      return 'the client says that the certificate has expired'
    case 'ERR_SSL_UNSUPPORTED_PROTOCOL':
    case 'ERR_SSL_VERSION_TOO_LOW':
      return 'the client speaks an old version of TLS: use 1.2 or newer'
    default:
      return `the TLS handshake failed: ${handshakeWords(error)}`
  }
}

/** Alerts and reasons have names, which TLS gives them or OpenSSL: these are the evidence. */
function handshakeWords(error: NodeJS.ErrnoException): string {
  const { code = '' } = error
  const alert = /^ERR_SSL_(?:TLSV1[23]?|SSLV3)_ALERT_([A-Z0-9_]+)$/.exec(code)?.[1]
  if (alert !== undefined) return `the client sent the alert ${alert.toLowerCase()}`
  const reason = /^ERR_SSL_([A-Z0-9_]+)$/.exec(code)?.[1] ?? ''
  if (reason === '') return errorWords(error)
  return `client and proxy did not agree (${reason.toLowerCase().replaceAll('_', ' ')})`
}
