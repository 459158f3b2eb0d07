// Finds out whether a backend that closes without a byte speaks TLS: by one hello, where a plain request got no answer.
import tls from 'node:tls'
import type { Target } from '../../grip/routes'

/** Code of a failure: the backend speaks TLS, and was asked without. */
export const BACKEND_TLS = 'BACKEND_TLS'
export const TLS_ON_PLAIN = 'the backend speaks TLS on that port, and was asked without. Put ssl after the target.'

/** Milliseconds that a backend has for its part of the handshake. */
const PATIENCE = 1000
/** Milliseconds for which an answer holds. */
const KNOWN_FOR = 10_000
const KNOWN_MAX = 100
/** Codes of connections that ended without a word. */
const SILENT: ReadonlySet<string> = new Set(['UND_ERR_SOCKET', 'ECONNRESET', 'EPIPE'])

/** Could TLS be why a plain request to this target failed so? */
export function mayWantTls(target: Target, code: string): boolean {
  return !target.ssl && SILENT.has(code)
}

/** Do these bytes, which came in place of an answer, begin an alert of TLS? A Buffer, or a text of one character a byte. */
export function isTlsAlert(bytes: unknown): boolean {
  if (typeof bytes === 'string') return bytes.startsWith('\x15\x03')
  return bytes instanceof Uint8Array && bytes[0] === 0x15 && bytes[1] === 0x03
}

interface Known {
  readonly at: number
  readonly speaks: Promise<boolean>
}

/** Says hello to backends, once for all who want to know at the same time. */
export class TlsHellos {
  readonly #known = new Map<string, Known>()
  readonly #now: () => number

  /** @param now a monotonic clock, in ms */
  constructor(now: () => number = () => performance.now()) {
    this.#now = now
  }

  /** Does the target answer in TLS? Takes a second at most; never fails. */
  speaksTls({ host, port }: Target): Promise<boolean> {
    const name = `${host} ${port}`
    const known = this.#known.get(name)
    if (known && this.#now() - known.at < KNOWN_FOR) return known.speaks
    if (this.#known.size >= KNOWN_MAX) this.#known.clear()
    const speaks = sayHello(host, port)
    this.#known.set(name, { at: this.#now(), speaks })
    return speaks
  }
}

function sayHello(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    // Who it is does not matter here: nothing is sent.
    const socket = tls.connect({ host, port, rejectUnauthorized: false })
    const answer = (speaks: boolean): void => {
      resolve(speaks)
      socket.destroy()
    }
    socket.setTimeout(PATIENCE, () => answer(false))
    socket.once('secureConnect', () => answer(true))
    // An alert is an answer in TLS too.
    socket.on('error', ({ code = '' }: NodeJS.ErrnoException) => answer(/^ERR_SSL_.*ALERT/.test(code)))
    socket.once('close', () => answer(false))
  })
}
