import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { identitiesIn } from './certs'

const folder = mkdtempSync(path.join(os.tmpdir(), 'gripscope-certs-'))
beforeAll(() => {
  for (const name of ['default_443', 'api.test', '_.example.test', 'half']) {
    writeFileSync(path.join(folder, `${name}.crt`), `cert of ${name}`)
    if (name !== 'half') writeFileSync(path.join(folder, `${name}.key`), `key of ${name}`)
  }
})
afterAll(() => rmSync(folder, { recursive: true }))

const named = (name: string) => identitiesIn(folder, 443).forName?.(name)

test("the port's own is for all the others", () => {
  expect(identitiesIn(folder, 443).fallback).toEqual({ cert: 'cert of default_443', key: 'key of default_443' })
  expect(identitiesIn(folder, 8443).fallback).toBeUndefined()
})

describe('a domain', () => {
  test.each([
    ['api.test', 'cert of api.test'],
    ['www.example.test', 'cert of _.example.test'],
  ])('%s has its own', (name, cert) => {
    expect(named(name)?.cert).toBe(cert)
  })
  test.each(['other.test', 'a.b.example.test', 'example.test', 'half', '../etc', 'a/../api.test', 'a..b', ''])(
    '%j has none',
    (name) => {
      expect(named(name)).toBeUndefined()
    },
  )
})
