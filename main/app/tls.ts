// The app's TLS port: which certificates it shows, where they come from, and their renewal.
import os from 'node:os'
import path from 'node:path'
import { createSecureContext } from 'node:tls'
import type { AppState } from '../../preload/contract/app-state'
import type { Settings } from '../../preload/contract/settings'
import { type LocalAuthority, localAuthority, temporaryAuthority } from '../certificates/local-authority'
import { isLocalName } from '../certificates/local-names'
import type { EngineOptions, ListenerState, ServerIdentities, ServerIdentity } from '../engine/engine'
import { errorWords } from '../grip/error-words'
import { fileFault } from '../grip/file-fault'
import { PEM_MAX, readNamedFile } from '../proxy/settings/named-file'
import type { Problem } from '../trace/events'

const HOUR = 60 * 60 * 1000
/** An issued certificate is replaced this long before it ends. */
const RENEWED_BEFORE = 30 * 24 * HOUR
/** Milliseconds between looks at certificates that may have to be renewed, or that somebody renewed. */
const LOOK = HOUR

export type TlsPortSettings = Pick<Settings, 'listen' | 'tlsPort' | 'tlsCert' | 'tlsKey'>

/** Certificates that can be shown, and where they come from. */
interface Certificates {
  readonly identities: ServerIdentities
  /** Who issued them, and when they end; undefined: they were given. */
  readonly issued?: { readonly by: LocalAuthority; readonly until: Date }
}
type Read = Certificates | { readonly problem: Problem }

export class AppTls {
  readonly #folder: string | undefined
  readonly #now: () => Date
  #settings: TlsPortSettings | undefined
  #shown: Certificates | undefined
  #problem: Problem | null = null
  #timer: NodeJS.Timeout | undefined

  /** @param dataDir where the local CA is kept; undefined: in memory only. */
  constructor(dataDir: string | undefined, now: () => Date = () => new Date()) {
    this.#folder = dataDir === undefined ? undefined : path.join(dataDir, 'tls')
    this.#now = now
  }

  /** What the engine needs for these settings, from now on; undefined: no TLS port is wanted, or it can't be had. */
  async open(settings: TlsPortSettings): Promise<EngineOptions['tls']> {
    this.#settings = settings
    this.#shown = undefined
    this.#problem = null
    if (settings.tlsPort === null) return undefined
    const read = await this.#read(settings)
    if ('problem' in read) {
      this.#problem = read.problem
      return undefined
    }
    this.#shown = read
    return { port: settings.tlsPort, identities: read.identities }
  }

  /** Looks now and then, see `look`, until `stop`. */
  keepFresh(use: (identities: ServerIdentities) => void): void {
    clearInterval(this.#timer)
    this.#timer = setInterval(() => void this.look(use), LOOK)
    this.#timer.unref()
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  /**
   * Looks whether there are other certificates to show, and gives them to `use`: issued ones are renewed in time, files
   * may have been replaced. What can't be read now leaves the old ones in place.
   */
  async look(use: (identities: ServerIdentities) => void): Promise<void> {
    const shown = this.#shown
    if (!shown || !this.#settings) return
    const { issued, identities } = shown
    if (issued && issued.until.getTime() - this.#now().getTime() > RENEWED_BEFORE) return
    const read = await this.#read(this.#settings)
    if ('problem' in read || this.#shown !== shown) return
    if (read.identities.fallback?.cert === identities.fallback?.cert) return
    this.#shown = read
    use(read.identities)
  }

  /** For the frontends. `listener`: what the engine says of the port. */
  state(listener: ListenerState): AppState['tls'] {
    const { tlsPort, listen } = this.#settings ?? { tlsPort: null, listen: '' }
    const port: ListenerState =
      this.#problem && tlsPort !== null
        ? { state: 'failed', address: listen, port: tlsPort, problem: this.#problem }
        : listener
    const authority = this.#shown?.issued?.by
    return { ...port, caFile: authority?.file ?? null, notice: authority?.problem ?? null }
  }

  #read(settings: TlsPortSettings): Promise<Read> {
    return settings.tlsCert === '' ? this.#issue(settings) : identityOfFiles(settings)
  }

  async #issue({ listen }: TlsPortSettings): Promise<Read> {
    const now = this.#now()
    let by: LocalAuthority
    try {
      by = this.#folder === undefined ? temporaryAuthority(now) : await localAuthority(this.#folder, now, errorWords)
    } catch (error) {
      const fix = 'Or give a certificate of your own: --tls-cert and --tls-key, or in the settings.'
      return { problem: { field: 'local CA', message: errorWords(error), fix } }
    }
    const names = namesFor(listen)
    const fallback = by.issue(names, now)
    // Domains of routes, as somebody has them in a hosts file.
    const forName = (name: string): ServerIdentity | undefined =>
      names.includes(name) || !isLocalName(name) ? undefined : by.issue([name], this.#now())
    return { identities: { fallback, forName }, issued: { by, until: fallback.until } }
  }
}

/** What the port can be reached by: always localhost, and the address that is listened on, or all of this machine. */
export function namesFor(listen: string): string[] {
  const everywhere = listen === '0.0.0.0' || listen === '::'
  const own = everywhere
    ? Object.values(os.networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))
    : [listen.toLowerCase()]
  return [...new Set(['localhost', '127.0.0.1', '::1', ...own])].filter(isLocalName)
}

/** The certificate of two files, or of one that holds the key as well. */
export async function identityOfFiles({ tlsCert, tlsKey }: Pick<TlsPortSettings, 'tlsCert' | 'tlsKey'>): Promise<Read> {
  const bad = (field: 'tlsCert' | 'tlsKey', message: string, fix = 'Name a file in PEM.') => ({
    problem: { field, message, fix },
  })
  const texts: string[] = []
  for (const [field, file] of [['tlsCert', tlsCert] as const, ['tlsKey', tlsKey || tlsCert] as const]) {
    try {
      texts.push((await readNamedFile(file, PEM_MAX)).toString('utf8'))
    } catch (error) {
      const { message, fix } = fileFault(file, error, 'read')
      return bad(field, message, fix)
    }
  }
  const [cert = '', key = ''] = texts
  if (!cert.includes('-----BEGIN CERTIFICATE-----')) return bad('tlsCert', `${tlsCert} contains no PEM certificate`)
  if (!/-----BEGIN [A-Z ]*PRIVATE KEY-----/.test(key)) {
    return tlsKey === ''
      ? bad('tlsKey', `${tlsCert} contains no private key`, 'Name the file of the key as well.')
      : bad('tlsKey', `${tlsKey} contains no PEM private key`)
  }
  try {
    createSecureContext({ cert, key })
  } catch (error) {
    return bad('tlsKey', `${tlsKey || tlsCert}: ${errorWords(error)}`, 'Name a certificate and its own key.')
  }
  return { identities: { fallback: { cert, key } } }
}
