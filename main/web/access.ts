// Who may use the web frontend: a browser that was given the token, on an address that is ours, from a page that is ours.
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import { isIP } from 'node:net'

export interface Refusal {
  /** A sentence or two, for a person. */
  readonly message: string
}

export interface AccessOptions {
  /** The address that is listened on. */
  readonly listen: string
  readonly token: string
  /** Cookies do not know ports: the name has the port in it, so that two Gripscopes do not take each other's. */
  readonly cookie: string
}

/** A token that can't be guessed. */
export function randomToken(): string {
  return randomBytes(24).toString('base64url')
}

export class Access {
  readonly #options: AccessOptions
  readonly #tokenHash: Buffer

  constructor(options: AccessOptions) {
    this.#options = options
    this.#tokenHash = hash(options.token)
  }

  /**
   * Was the request made for an address of ours? A page of another site can make its own name point here (DNS
   * rebinding); the Host header then still has that name.
   */
  checkHost(request: IncomingMessage): Refusal | null {
    const name = hostName(request.headers.host ?? '')
    const { listen } = this.#options
    const anywhere = listen === '0.0.0.0' || listen === '::'
    if (name !== null && (isLoopback(name) || name === listen.toLowerCase() || (anywhere && isIP(name) !== 0)))
      return null
    return {
      message: `Gripscope's interface is not at "${shown(request.headers.host)}". Open it by the address that it printed when it started.`,
    }
  }

  /** Does the request come from a page of ours? For what a page of another site could do with the browser's cookies. */
  checkOrigin(request: IncomingMessage): Refusal | null {
    const { origin, host } = request.headers
    if (origin !== undefined && origin === `http://${host}`) return null
    return { message: `A page of "${shown(origin)}" may not use Gripscope's interface.` }
  }

  /** As `checkOrigin`, for a link that is followed: browsers send no Origin with these, but say where the link is. */
  checkPage(request: IncomingMessage): Refusal | null {
    if (request.headers.origin !== undefined) return this.checkOrigin(request)
    const site = request.headers['sec-fetch-site']
    if (site === undefined || site === 'same-origin') return null
    return { message: `A page of another site may not use Gripscope's interface.` }
  }

  /** Has the browser been given the token? */
  checkCookie(request: IncomingMessage): Refusal | null {
    const { cookie } = this.#options
    for (const part of (request.headers.cookie ?? '').split(';')) {
      const [name, value] = part.trim().split('=', 2)
      if (name === cookie && value !== undefined && this.#isToken(value)) return null
    }
    return { message: TOKEN_NEEDED }
  }

  /** The cookie for a browser that came with this token, or why it gets none. */
  exchange(token: string): { readonly cookie: string } | Refusal {
    if (!this.#isToken(token))
      return { message: `The token in this address is not the one of this run. ${TOKEN_NEEDED}` }
    return { cookie: `${this.#options.cookie}=${this.#options.token}; Path=/; HttpOnly; SameSite=Strict` }
  }

  /** Takes the same time whatever is given. */
  #isToken(given: string): boolean {
    return timingSafeEqual(hash(given), this.#tokenHash)
  }
}

const TOKEN_NEEDED =
  'Open the address with the token that Gripscope printed in its terminal when it started: the line begins with "gripscope ready".'

function hash(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

/** The name or address in a Host header, in lower case and without port or brackets; null if it is malformed. */
function hostName(host: string): string | null {
  const match = /^(?:\[([0-9a-f:.]+)\]|([\w.-]+))(?::\d{1,5})?$/i.exec(host)
  return (match?.[1] ?? match?.[2])?.toLowerCase() ?? null
}

function isLoopback(name: string): boolean {
  return name === 'localhost' || name === '::1' || (isIP(name) === 4 && name.startsWith('127.'))
}

function shown(text: string | undefined): string {
  return (text ?? '').slice(0, 100).replace(/[^\x20-\x7e]/g, '?')
}
