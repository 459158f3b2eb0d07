import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { rootCertificates } from 'node:tls'
import { afterEach, expect, test } from 'vitest'
import { TestAuthority } from '../../../testing/tls-backend'
import { readAuthorities } from './authorities'

const folder = mkdtempSync(path.join(os.tmpdir(), 'gripscope-cas-'))
afterEach(() => rmSync(folder, { recursive: true, force: true }))

test("node's own list and the system's file are both trusted", () => {
  const own = new TestAuthority().identity.cert.trim()
  const file = path.join(folder, 'bundle.crt')
  writeFileSync(file, `# a comment\n${own}\n`)
  const found = readAuthorities(file).map((certificate) => certificate.trim())
  expect(found).toContain(own)
  expect(found).toContain(rootCertificates[0]?.trim())
})

test('a file that is not there trusts nobody more', () => {
  expect(readAuthorities(path.join(folder, 'none')).length).toBeGreaterThan(10)
})
