import { X509Certificate } from 'node:crypto'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { ListenerState, ServerIdentities } from '../engine/engine'
import { TestAuthority } from '../testing/tls-backend'
import { AppTls, identityOfFiles, namesFor, type TlsPortSettings } from './tls'

const DAY = 24 * 60 * 60 * 1000
const LISTENING: ListenerState = { state: 'listening', address: '127.0.0.1', port: 7943, problem: null }
const OFF: ListenerState = { state: 'off', address: '', port: 0, problem: null }

let folder: string
let now: Date
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'gripscope-app-tls-'))
  now = new Date('2030-01-01T00:00:00Z')
})
afterEach(() => rm(folder, { recursive: true }))

const settings = (more: Partial<TlsPortSettings> = {}): TlsPortSettings => ({
  listen: '127.0.0.1',
  tlsPort: 0,
  tlsCert: '',
  tlsKey: '',
  ...more,
})

async function file(name: string, content: string): Promise<string> {
  const at = path.join(folder, name)
  await writeFile(at, content)
  return at
}

const shown = (identities: ServerIdentities | undefined): X509Certificate =>
  new X509Certificate(identities?.fallback?.cert ?? '')

describe('without a TLS port', () => {
  test('there is no certificate, and nothing is made', async () => {
    const tls = new AppTls(folder)
    expect(await tls.open(settings({ tlsPort: null }))).toBeUndefined()
    expect(tls.state(OFF)).toEqual({ ...OFF, caFile: null, notice: null })
    await expect(readFile(path.join(folder, 'tls', 'local-ca.pem'))).rejects.toThrow()
  })
})

describe('with the local CA', () => {
  test('the certificate is for this machine, and the CA is told', async () => {
    const tls = new AppTls(folder, () => now)
    const opened = await tls.open(settings())
    expect(opened?.port).toBe(0)
    const certificate = shown(opened?.identities)
    expect(certificate.subjectAltName).toContain('DNS:localhost, IP Address:127.0.0.1')
    const { caFile, notice } = tls.state(LISTENING)
    expect(caFile).toBe(path.join(folder, 'tls', 'local-ca.pem'))
    expect(notice).toBeNull()
    expect(certificate.checkIssued(new X509Certificate(await readFile(caFile ?? '')))).toBe(true)
  })

  test('other local names get certificates of their own, and no others do', async () => {
    const opened = await new AppTls(folder, () => now).open(settings())
    const { forName } = opened?.identities ?? {}
    expect(new X509Certificate(forName?.('api.test')?.cert ?? '').subjectAltName).toBe('DNS:api.test')
    expect(forName?.('localhost')).toBeUndefined()
    expect(forName?.('example.com')).toBeUndefined()
  })

  test('the certificate is renewed before it ends, not sooner', async () => {
    const tls = new AppTls(folder, () => now)
    const first = shown((await tls.open(settings()))?.identities)
    const used: ServerIdentities[] = []
    now = new Date(now.getTime() + 59 * DAY)
    await tls.look((identities) => used.push(identities))
    expect(used).toEqual([])
    now = new Date(now.getTime() + 2 * DAY)
    await tls.look((identities) => used.push(identities))
    expect(used).toHaveLength(1)
    const second = shown(used[0])
    expect(Date.parse(second.validTo)).toBeGreaterThan(Date.parse(first.validTo))
    expect(second.issuer).toBe(first.issuer)
  })

  test('a folder that can not be had leaves it in memory, with a notice', async () => {
    const tls = new AppTls(await file('plain', ''), () => now)
    expect(await tls.open(settings())).toBeDefined()
    expect(tls.state(LISTENING)).toMatchObject({ state: 'listening', caFile: null, notice: { field: 'local CA' } })
  })

  test('one that is damaged is a problem: the port is not opened', async () => {
    await new AppTls(folder, () => now).open(settings())
    await writeFile(path.join(folder, 'tls', 'local-ca-key.pem'), 'nothing')
    const tls = new AppTls(folder, () => now)
    expect(await tls.open(settings({ tlsPort: 7943 }))).toBeUndefined()
    expect(tls.state(OFF)).toMatchObject({ state: 'failed', port: 7943, problem: { field: 'local CA' } })
  })
})

describe('with a certificate that is named', () => {
  const authority = new TestAuthority()

  test('that one is shown, and there is no CA to trust', async () => {
    const { cert, key } = authority.issue(['me.test'])
    const [tlsCert, tlsKey] = [await file('c.pem', cert), await file('k.pem', key)]
    const tls = new AppTls(folder)
    const opened = await tls.open(settings({ tlsCert, tlsKey }))
    expect(shown(opened?.identities).subjectAltName).toBe('DNS:me.test')
    expect(tls.state(LISTENING)).toMatchObject({ state: 'listening', caFile: null, notice: null })
  })

  test('the files may be replaced while it runs; what can not be used changes nothing', async () => {
    const first = authority.issue(['one.test'])
    const second = authority.issue(['two.test'])
    const tlsCert = await file('c.pem', first.key + first.cert)
    const tls = new AppTls(folder)
    await tls.open(settings({ tlsCert }))
    const used: ServerIdentities[] = []
    const look = () => tls.look((identities) => used.push(identities))
    await look()
    await file('c.pem', 'half a fi')
    await look()
    expect(used).toEqual([])
    await file('c.pem', second.key + second.cert)
    await look()
    await look()
    expect(used.map((identities) => shown(identities).subjectAltName)).toEqual(['DNS:two.test'])
  })

  test.each<[string, string, string, RegExp]>([
    ['no such file', 'none.pem', '', /^tlsCert: .*none\.pem: there is no such file$/],
    ['no such key', 'cert.pem', 'none.pem', /^tlsKey: .*none\.pem: there is no such file$/],
    ['no certificate', 'key.pem', '', /^tlsCert: .*key\.pem contains no PEM certificate$/],
    ['no key in it', 'cert.pem', '', /^tlsKey: .*cert\.pem contains no private key$/],
    ['a key that is none', 'cert.pem', 'cert.pem', /^tlsKey: .*cert\.pem contains no PEM private key$/],
    ['the key of another', 'cert.pem', 'other.pem', /^tlsKey: .*other\.pem: the key belongs to another certificate$/],
  ])('%s is said', async (_what, tlsCert, tlsKey, words) => {
    const { cert, key } = authority.issue(['me.test'])
    await file('cert.pem', cert)
    await file('key.pem', key)
    await file('other.pem', authority.issue(['me.test']).key)
    const at = (name: string): string => (name === '' ? '' : path.join(folder, name))
    const read = await identityOfFiles({ tlsCert: at(tlsCert), tlsKey: at(tlsKey) })
    const problem = 'problem' in read ? read.problem : undefined
    expect(`${problem?.field}: ${problem?.message}`).toMatch(words)
    expect(problem?.fix).not.toBe('')
  })
})

describe('the names of the port', () => {
  test('are those of this machine alone, where it listens there', () => {
    expect(namesFor('127.0.0.1')).toEqual(['localhost', '127.0.0.1', '::1'])
  })
  test('have the address that is listened on', () => {
    expect(namesFor('192.168.1.5')).toContain('192.168.1.5')
    expect(namesFor('My-Mac.local')).toContain('my-mac.local')
  })
  test('have all addresses of this machine, where it listens on all, as far as they are local', () => {
    const own = Object.values(os.networkInterfaces()).flatMap((all) => (all ?? []).map(({ address }) => address))
    for (const name of namesFor('0.0.0.0').slice(3)) expect(own).toContain(name)
    expect(namesFor('8.8.8.8')).toEqual(['localhost', '127.0.0.1', '::1'])
  })
})
