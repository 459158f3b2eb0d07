// The local certificate authority: made once, kept in the app's folder, so that it has to be trusted only once. It issues
// the certificates of the TLS port.
import { createPrivateKey, createPublicKey, randomBytes, X509Certificate } from 'node:crypto'
import { chmod, link, readFile, rename, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import type { Problem } from '../trace/events'
import { type Identity, type Issuer, isLimited, issue, makeAuthority, type Validity } from './certificate'
import { isLocalName } from './local-names'
import { makeFolder } from './make-folder'

const DAY = 24 * 60 * 60 * 1000
const AUTHORITY_DAYS = 3650
/** What it issues is made anew at every start; systems refuse what is valid for years. */
const ISSUED_DAYS = 90
/** Clocks of other machines, and of virtual ones, may be behind. */
const BACKDATED = DAY

/** Key and certificate in one file, so that there are never two halves of different ones. */
const PRIVATE_FILE = 'local-ca-key.pem'
/** The certificate alone, for people to trust. */
const PUBLIC_FILE = 'local-ca.pem'

export interface Issued extends Identity {
  readonly until: Date
}

export class LocalAuthority {
  /** Its certificate, in PEM. */
  readonly certificate: string
  /** Where the certificate is, to be trusted; null: in memory only. */
  readonly file: string | null
  /** Why it could not be kept, or why it should be replaced. */
  readonly problem: Problem | null
  readonly #issuer: Issuer

  constructor({ cert, key }: Identity, file: string | null, problem: Problem | null = null) {
    this.certificate = cert
    this.file = file
    this.problem = problem
    const privateKey = createPrivateKey(key)
    const name = /^CN=(.*)$/m.exec(new X509Certificate(cert).subject)?.[1] ?? ''
    this.#issuer = { name, privateKey, publicKey: createPublicKey(privateKey) }
  }

  /** SHA-256 of the certificate, as systems show it. */
  get fingerprint(): string {
    return new X509Certificate(this.certificate).fingerprint256
  }

  /** A certificate for these names, as far as they are local. */
  issue(names: readonly string[], now: Date): Issued {
    const validity = validFor(ISSUED_DAYS, now)
    return { ...issue(this.#issuer, names.filter(isLocalName), validity), until: validity.until }
  }
}

/**
 * The authority that is kept in a folder; made if there is none yet, or if it ends soon. One that can't be written is in
 * memory only, and says why.
 * @throws Error if there is one that can't be read: it may be trusted already, so it is not replaced in silence.
 */
export async function localAuthority(folder: string, now: Date, words: Words = messageOf): Promise<LocalAuthority> {
  const kept = await readKept(folder, words)
  const lasts = kept !== undefined && endOf(kept) > now.getTime() + ISSUED_DAYS * DAY
  let used = lasts ? kept : makeAuthority(nameOfAuthority(), validFor(AUTHORITY_DAYS, now))
  try {
    if (!lasts) used = await keep(folder, used, kept !== undefined, words)
    return new LocalAuthority(used, await publish(folder, used), isLimited(used.cert) ? null : lacksLimits(folder))
  } catch (error) {
    const message = `the local CA cannot be saved in ${folder}: ${words(error)}`
    const fix = 'It is used until Gripscope ends. Make the folder writable, or name another one with --data-dir.'
    return new LocalAuthority(used, null, { field: 'local CA', message, fix })
  }
}

/** It may be trusted already, so it goes on: only its owner can say when clients trust another one. */
function lacksLimits(folder: string): Problem {
  return {
    field: 'local CA',
    message: `the local CA in ${path.join(folder, PRIVATE_FILE)} was made by an older version, and lacks limits that a new one has`,
    fix: 'Remove that file and start Gripscope again. Then trust the new local-ca.pem, and stop trusting the old one.',
  }
}

/** How an error of the system is told. */
type Words = (error: unknown) => string

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}

/** One that nobody can trust for long: it ends with the process. */
export function temporaryAuthority(now: Date): LocalAuthority {
  return new LocalAuthority(makeAuthority(nameOfAuthority(), validFor(AUTHORITY_DAYS, now)), null)
}

function validFor(days: number, now: Date): Validity {
  return { from: new Date(now.getTime() - BACKDATED), until: new Date(now.getTime() + days * DAY) }
}

function endOf({ cert }: Identity): number {
  return Date.parse(new X509Certificate(cert).validTo)
}

/** Says in a list of certificates whose it is. */
function nameOfAuthority(): string {
  return `Gripscope local CA (${os.hostname().replace(/[^A-Za-z0-9.-]/g, '-')})`
}

async function readKept(folder: string, words: Words): Promise<Identity | undefined> {
  const file = path.join(folder, PRIVATE_FILE)
  let text: string
  try {
    if (!(await stat(file)).isFile()) throw new Error('it is not a regular file')
    text = await readFile(file, 'utf8')
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined
    throw new Error(`the local CA in ${file} can't be read: ${words(error)}`)
  }
  const cert = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----\n/.exec(text)?.[0] ?? ''
  const key = /-----BEGIN PRIVATE KEY-----[^-]+-----END PRIVATE KEY-----\n/.exec(text)?.[0] ?? ''
  try {
    const certificate = new X509Certificate(cert)
    if (certificate.ca && certificate.checkPrivateKey(createPrivateKey(key))) return { cert, key }
  } catch {
    // Said below.
  }
  throw new Error(
    `the local CA in ${file} is damaged. Remove that file to create a new CA, which clients must trust again`,
  )
}

/** For the owner only. Another Gripscope may be at the same: the first one counts, and is returned. */
async function keep(folder: string, made: Identity, replace: boolean, words: Words): Promise<Identity> {
  await makeFolder(folder, 0o700)
  const file = path.join(folder, PRIVATE_FILE)
  const draft = `${file}.${randomBytes(6).toString('hex')}.new`
  try {
    await writeFile(draft, made.key + made.cert, { mode: 0o600, flag: 'wx' })
    if (replace) await rename(draft, file)
    else await linkOrRename(draft, file)
    return made
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
    return (await readKept(folder, words)) ?? made
  } finally {
    await rm(draft, { force: true })
  }
}

/** Fails where the file is there already, if the file system can tell. */
async function linkOrRename(from: string, to: string): Promise<void> {
  try {
    await link(from, to)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') throw error
    await rename(from, to)
  }
}

/** Writes the certificate where people find it, and sees to it that nobody else reads the key. */
async function publish(folder: string, { cert }: Identity): Promise<string> {
  const file = path.join(folder, PUBLIC_FILE)
  const secret = path.join(folder, PRIVATE_FILE)
  if (process.platform !== 'win32' && ((await stat(secret)).mode & 0o077) !== 0) await chmod(secret, 0o600)
  if ((await readFile(file, 'utf8').catch(() => '')) !== cert) await writeFile(file, cert, { mode: 0o644 })
  return file
}
