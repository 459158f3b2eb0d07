import { X509Certificate } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { isLimited } from './certificate'
import { localAuthority } from './local-authority'

const DAY = 24 * 60 * 60 * 1000
const now = new Date('2030-01-01T00:00:00Z')
const later = (days: number): Date => new Date(now.getTime() + days * DAY)

let root: string
let folder: string
beforeEach(async () => {
  root = await mkdtemp(path.join(os.tmpdir(), 'gripscope-ca-'))
  folder = path.join(root, 'tls')
})
afterEach(() => rm(root, { recursive: true }))

describe('the local authority', () => {
  test('is made once, and is the same from then on', async () => {
    const first = await localAuthority(folder, now)
    const second = await localAuthority(folder, later(100))
    expect(second.certificate).toBe(first.certificate)
    expect(first.problem).toBeNull()
    expect(first.file).toBe(path.join(folder, 'local-ca.pem'))
    expect(await readFile(path.join(folder, 'local-ca.pem'), 'utf8')).toBe(first.certificate)
    expect((await readdir(folder)).sort()).toEqual(['local-ca-key.pem', 'local-ca.pem'])
    expect(first.fingerprint).toMatch(/^([0-9A-F]{2}:){31}[0-9A-F]{2}$/)
  })

  test.skipIf(process.platform === 'win32')(
    'keeps its key for the owner only, also if somebody opened it',
    async () => {
      await localAuthority(folder, now)
      const key = path.join(folder, 'local-ca-key.pem')
      expect((await stat(key)).mode & 0o777).toBe(0o600)
      expect((await stat(folder)).mode & 0o777).toBe(0o700)
      await chmod(key, 0o644)
      await localAuthority(folder, now)
      expect((await stat(key)).mode & 0o777).toBe(0o600)
    },
  )

  test('is the same for two that make it at once', async () => {
    const both = await Promise.all([1, 2, 3, 4].map(() => localAuthority(folder, now)))
    expect(new Set(both.map(({ certificate }) => certificate)).size).toBe(1)
    expect((await readdir(folder)).sort()).toEqual(['local-ca-key.pem', 'local-ca.pem'])
  })

  test('is made anew before it ends', async () => {
    const first = await localAuthority(folder, now)
    const still = await localAuthority(folder, later(3650 - 91))
    const second = await localAuthority(folder, later(3650 - 89))
    expect(still.certificate).toBe(first.certificate)
    expect(second.certificate).not.toBe(first.certificate)
    expect(await readFile(path.join(folder, 'local-ca.pem'), 'utf8')).toBe(second.certificate)
  })

  test('that lacks limits goes on, and a warning says how to replace it', async () => {
    const made = await localAuthority(folder, now)
    expect(isLimited(made.certificate)).toBe(true)
    // As one without a limit for e-mail addresses. Its signature is nobody's business here.
    const { raw } = new X509Certificate(made.certificate)
    const at = raw.indexOf(Buffer.from('\x81\x09localhost', 'latin1'))
    expect(at).toBeGreaterThan(0)
    raw.write('otherhost', at + 2)
    const older = `-----BEGIN CERTIFICATE-----\n${raw.toString('base64')}\n-----END CERTIFICATE-----\n`
    expect(isLimited(older)).toBe(false)
    const file = path.join(folder, 'local-ca-key.pem')
    await writeFile(file, (await readFile(file, 'utf8')).replace(made.certificate, older))
    const kept = await localAuthority(folder, later(1))
    expect(kept.certificate).toBe(older)
    expect(kept.file).toBe(path.join(folder, 'local-ca.pem'))
    expect(kept.problem).toMatchObject({
      field: 'local CA',
      message: `the local CA in ${file} was made by an older version, and lacks limits that a new one has`,
      fix: expect.stringContaining('Remove that file and start Gripscope again.'),
    })
    await rm(file)
    const anew = await localAuthority(folder, later(1))
    expect([anew.problem, isLimited(anew.certificate)]).toEqual([null, true])
  })

  test('is not replaced where it is damaged: it may be trusted already', async () => {
    await localAuthority(folder, now)
    const key = path.join(folder, 'local-ca-key.pem')
    const text = await readFile(key, 'utf8')
    for (const damaged of [
      '',
      text.slice(0, 200),
      text.replace(/.{20}\n-----END PRIV/, 'AAAAAAAAAAAAAAAAAAAA\n-----END PRIV'),
    ]) {
      await writeFile(key, damaged)
      await expect(localAuthority(folder, now)).rejects.toThrow(/is damaged. Remove that file/)
      expect(await readFile(key, 'utf8')).toBe(damaged)
    }
  })

  test('is in memory only where the folder can not be written, and says so', async () => {
    await writeFile(path.join(root, 'plain'), '')
    const authority = await localAuthority(path.join(root, 'plain', 'tls'), now)
    expect(authority.file).toBeNull()
    expect(authority.problem?.message).toContain('cannot be saved in')
    expect(authority.problem?.fix).toContain('--data-dir')
    const { cert } = authority.issue(['localhost'], now)
    expect(new X509Certificate(cert).checkIssued(new X509Certificate(authority.certificate))).toBe(true)
  })
})

describe('what it issues', () => {
  test('is for the local names only, and for less than a year', async () => {
    const authority = await localAuthority(folder, now)
    const { cert, until } = authority.issue(['localhost', 'example.com', '192.168.1.5', '8.8.8.8', 'api.test'], now)
    const certificate = new X509Certificate(cert)
    expect(certificate.subjectAltName).toBe('DNS:localhost, IP Address:192.168.1.5, DNS:api.test')
    expect(certificate.issuer).toBe(new X509Certificate(authority.certificate).subject)
    expect(until).toEqual(later(90))
    expect(new Date(certificate.validTo)).toEqual(until)
    expect(new Date(certificate.validFrom)).toEqual(later(-1))
  })
})
