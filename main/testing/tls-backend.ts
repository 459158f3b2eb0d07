// For tests: a backend with TLS, whose certificate a test chooses, and which may ask for the client's.
import { createPrivateKey, createPublicKey } from 'node:crypto'
import https from 'node:https'
import type { AddressInfo } from 'node:net'
import type { TLSSocket } from 'node:tls'
import { WebSocketServer } from 'ws'
import { type Identity, issue, makeAuthority } from '../certificates/certificate'

const DAY = 24 * 60 * 60 * 1000
const now = Date.now()
const validity = { from: new Date(now - DAY), until: new Date(now + DAY) }

/** An authority of a test, and what it issues. */
export class TestAuthority {
  readonly identity = makeAuthority('Test authority', validity)
  readonly #privateKey = createPrivateKey(this.identity.key)

  issue(names: readonly string[], purpose: 'server' | 'client' = 'server', until = validity.until): Identity {
    const issuer = {
      name: 'Test authority',
      privateKey: this.#privateKey,
      publicKey: createPublicKey(this.#privateKey),
    }
    return issue(issuer, names, { from: validity.from, until }, purpose)
  }
}

/** For localhost and 127.0.0.1, signed by itself, until 2126. Its key protects nothing. */
export const selfSigned: Identity = {
  key: `-----BEGIN PRIVATE KEY-----
MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgr2phrieOTknVQc3c
Xij7FnY+x1B829JilrdfrfNv/LChRANCAAT4DJcxoQrCz6TiwarR/X4pgME6ChSQ
hxu5viSij/CkHvj9DAjCRZRTOBZ8ivKkAKfYws9haJwBF/lgjv0j2SRN
-----END PRIVATE KEY-----
`,
  cert: `-----BEGIN CERTIFICATE-----
MIIBmjCCAUGgAwIBAgIUFXfGubcbWUCuQJZUq7+MbCVM464wCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJbG9jYWxob3N0MCAXDTI2MTEyNDIyMzExMFoYDzIxMjYxMDMx
MjIzMTEwWjAUMRIwEAYDVQQDDAlsb2NhbGhvc3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAT4DJcxoQrCz6TiwarR/X4pgME6ChSQhxu5viSij/CkHvj9DAjCRZRT
OBZ8ivKkAKfYws9haJwBF/lgjv0j2SRNo28wbTAdBgNVHQ4EFgQUEYvdEm47b+ZD
VZ1vEQ9q/gBq8pYwHwYDVR0jBBgwFoAUEYvdEm47b+ZDVZ1vEQ9q/gBq8pYwDwYD
VR0TAQH/BAUwAwEB/zAaBgNVHREEEzARgglsb2NhbGhvc3SHBH8AAAEwCgYIKoZI
zj0EAwIDRwAwRAIgGpJJbrKDQElmUf+i/L6RPAXCUMJSsj5KIOB9VpbEnBECICeO
U8MCGfvvHrarX4HtSEH14Czf+lCNPyIYeIR3agG7
-----END CERTIFICATE-----
`,
}

export interface TlsBackendOptions {
  readonly identity: Identity
  /** Asks clients for a certificate of this authority. */
  readonly clientAuthority?: string
}

/** Answers every request with what it saw, and every WebSocket message with itself. */
export class TlsBackend {
  readonly #server: https.Server
  readonly #webSockets: WebSocketServer
  connections = 0

  private constructor({ identity, clientAuthority }: TlsBackendOptions) {
    const asksForClient = clientAuthority === undefined ? {} : { ca: clientAuthority, requestCert: true }
    this.#server = https.createServer({ ...identity, ...asksForClient }, (request, response) => {
      const socket = request.socket as TLSSocket
      const client = socket.getPeerCertificate()?.subject?.CN ?? ''
      response.writeHead(200, { 'Content-Type': 'text/plain' })
      response.end(`host=${request.headers.host} name=${socket.servername || ''} client=${client}`)
    })
    this.#server.on('secureConnection', () => this.connections++)
    this.#webSockets = new WebSocketServer({ server: this.#server })
    this.#webSockets.on('connection', (socket) => socket.on('message', (data) => socket.send(data)))
  }

  static async start(options: TlsBackendOptions): Promise<TlsBackend> {
    const backend = new TlsBackend(options)
    await new Promise<void>((resolve) => backend.#server.listen(0, '127.0.0.1', resolve))
    return backend
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port
  }

  stop(): Promise<void> {
    return new Promise((resolve) => {
      for (const client of this.#webSockets.clients) client.terminate()
      this.#server.close(() => resolve())
      this.#server.closeAllConnections()
    })
  }
}
