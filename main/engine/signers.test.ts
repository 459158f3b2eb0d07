import { generateKeyPairSync } from 'node:crypto'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, describe, expect, test } from 'vitest'
import { parseRoutes, type Route } from '../grip/routes'
import { parseKey, verify } from '../grip/signature'
import { signers, signingWarnings } from './signers'

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
const tokenOf = (parameters: string, global = 'changeme') => signers('pushpin', global)(routeOf(parameters)).token(NOW)
const issuerOf = (token: string) => JSON.parse(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString()).iss

describe('a route is signed', () => {
  test.each(['', 'sig_iss=me', 'sig_key=secret', 'sig_iss=,sig_key=secret'])('%j: globally', (parameters) => {
    const token = tokenOf(parameters)
    expect(isSigned(token, 'changeme')).toBe(true)
    expect(issuerOf(token)).toBe('pushpin')
  })
  test.each([
    ['sig_iss=me,sig_key=secret', 'secret'],
    ['sig_iss=me,sig_key=base64:c2VjcmV0', 'secret'],
    [`sig_iss=me,sig_key=file:${secret}`, 'file:public'],
  ])('%j: by itself', (parameters, key) => {
    const token = tokenOf(parameters)
    expect(isSigned(token, key)).toBe(true)
    expect(issuerOf(token)).toBe('me')
  })
  test.each(['sig_key=', 'sig_key=base64:!', 'sig_key=file:/none', `sig_key=file:${open}`])('not at all: %j', (key) => {
    expect(tokenOf(`sig_iss=me,${key}`)).toBe('')
  })
  test('not at all where the global key is of no use', () => {
    expect(tokenOf('', '')).toBe('')
    expect(tokenOf('sig_iss=me,sig_key=secret', '')).not.toBe('')
  })
})

test('signers are kept: a token is made once a minute', () => {
  const signerOf = signers('pushpin', 'changeme')
  expect(signerOf(routeOf('sig_iss=me,sig_key=a'))).toBe(signerOf(routeOf('path_beg=/x,sig_iss=me,sig_key=a')))
})

test.each<[string, string | undefined]>([
  ['', undefined],
  ['sig_iss=me,sig_key=secret', undefined],
  ['debug,sig_key=x', '1:9 sig_key counts only with sig_iss beside it'],
  ['sig_iss=me', '1:3 sig_iss counts only with sig_key beside it'],
  ['sig_iss=me,sig_key=', '1:14 nothing is signed: The key is empty.'],
  [`sig_iss=me,sig_key=file:${open}`, '1:14 nothing is signed: The key is a public one: it can only verify.'],
])('the warning of %j is %s', (parameters, expected) => {
  const [warning] = signingWarnings([routeOf(parameters)])
  expect(warning && `${warning.line}:${warning.column} ${warning.message}`).toBe(expected)
})
