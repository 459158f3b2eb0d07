import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import type { Route } from '../grip/route-types'
import { parseRoutes } from '../grip/routes'
import { parseKey, verify } from '../grip/signature'
import { Signers } from './signers'

const NOW = Date.now()
const folder = mkdtempSync(path.join(tmpdir(), 'gripscope-signers-'))
afterAll(() => rmSync(folder, { recursive: true }))

const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
const pem = (name: string, text: string | Buffer) => {
  writeFileSync(path.join(folder, name), text)
  return path.join(folder, name)
}
const secret = pem('private.pem', privateKey.export({ type: 'pkcs8', format: 'pem' }))
const open = pem('public.pem', publicKey.export({ type: 'spki', format: 'pem' }))

function routeOf(parameters: string): Route {
  const [route] = parseRoutes(`*${parameters && `,${parameters}`} h:1`).routes
  if (!route) throw new Error('no route')
  return route
}

const isSigned = (token: string, key: string) => {
  const parsed = parseKey(key, () => Buffer.from(publicKey.export({ type: 'spki', format: 'pem' })))
  return parsed.ok && verify(token, parsed.key, NOW).ok
}
async function tokenOf(parameters: string, global = 'changeme'): Promise<string> {
  const signers = new Signers('pushpin', global)
  const route = routeOf(parameters)
  await signers.read([route])
  return signers.of(route).token(NOW)
}
const issuerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).iss

describe('a route is signed', () => {
  test.each(['', 'sig_iss=me', 'sig_key=secret', 'sig_iss=,sig_key=secret'])('%j: globally', async (parameters) => {
    const token = await tokenOf(parameters)
    expect(isSigned(token, 'changeme')).toBe(true)
    expect(issuerOf(token)).toBe('pushpin')
  })
  test.each([
    ['sig_iss=me,sig_key=secret', 'secret'],
    ['sig_iss=me,sig_key=base64:c2VjcmV0', 'secret'],
    [`sig_iss=me,sig_key=file:${secret}`, 'file:public'],
  ])('%j: by itself', async (parameters, key) => {
    const token = await tokenOf(parameters)
    expect(isSigned(token, key)).toBe(true)
    expect(issuerOf(token)).toBe('me')
  })
  test.each(['sig_key=', 'sig_key=base64:!', 'sig_key=file:/none', `sig_key=file:${open}`])(
    'not at all: %j',
    async (key) => {
      expect(await tokenOf(`sig_iss=me,${key}`)).toBe('')
    },
  )
  test('not at all where the global key is of no use', async () => {
    expect(await tokenOf('', '')).toBe('')
    expect(await tokenOf('sig_iss=me,sig_key=secret', '')).not.toBe('')
  })
})

test('routes with the same key share a signer: a token is made once a minute', async () => {
  const signers = new Signers('pushpin', 'changeme')
  const [one, other] = [routeOf('sig_iss=me,sig_key=a'), routeOf('path_beg=/x,sig_iss=me,sig_key=a')]
  await signers.read([one, other])
  expect(signers.of(one)).toBe(signers.of(other))
  const before = signers.of(one)
  await signers.read([other])
  expect(signers.of(one)).toBe(before)
})

test.each(['file:/dev/zero', 'file:/dev/random', `file:${folder}`])(
  '%s is no key, and nobody waits for it',
  async (key) => {
    const signers = new Signers('pushpin', key)
    const route = routeOf(`sig_iss=me,sig_key=${key}`)
    const message = expect.stringMatching(/requests are not signed: .* cannot be read/)
    // The global one belongs to no line.
    expect(await signers.read([route])).toMatchObject([
      { line: 0, message },
      { line: 1, message },
    ])
    expect(signers.of(route).token(NOW)).toBe('')
  },
)

test.each<[string, string | undefined]>([
  ['', undefined],
  ['sig_iss=me,sig_key=secret', undefined],
  ['debug,sig_key=x', '1:9 sig_key has no effect without sig_iss'],
  ['sig_iss=me', '1:3 sig_iss has no effect without sig_key'],
  ['sig_iss=me,sig_key=', '1:14 requests are not signed: The key is empty.'],
  [`sig_iss=me,sig_key=file:${open}`, '1:14 requests are not signed: The key is a public one: it can only verify.'],
])('the warning of %j is %s', async (parameters, expected) => {
  const [warning] = await new Signers('pushpin', 'changeme').read([routeOf(parameters)])
  expect(warning && `${warning.line}:${warning.column} ${warning.message}`).toBe(expected)
})

test('very many keys are read in turns', async () => {
  const routes = Array.from({ length: 10_000 }, (_, i) => routeOf(`sig_iss=me,sig_key=key-${i}`))
  let turns = 0
  let over = false
  const others = (): void => {
    turns++
    if (!over) setImmediate(others)
  }
  setImmediate(others)
  const signers = new Signers('pushpin', 'changeme')
  expect(await signers.read(routes)).toEqual([])
  over = true
  expect(turns).toBeGreaterThan(1)
  const [one, other] = [routes[0], routes.at(-1)]
  if (one && other) expect(signers.of(one).token(NOW)).not.toBe(signers.of(other).token(NOW))
})
