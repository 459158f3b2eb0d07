// The TLS port of a running app: turned on and off by the settings, and used to send requests again.
import { execFile } from 'node:child_process'
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import os from 'node:os'
import path from 'node:path'
import { promisify } from 'node:util'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { Http2Client } from '../testing/http2-client'
import { ScriptedBackend } from '../testing/scripted-backend'
import { TestAuthority } from '../testing/tls-backend'
import { exchangeDetails } from '../trace/exchange-details'
import { GripscopeApp } from './app'
import { makeDispatch, noDialogs } from './handlers'
import { memorySettings } from './settings-store'

let folder: string
let backend: ScriptedBackend
let app: GripscopeApp
const clients: Http2Client[] = []
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'gripscope-app-'))
  backend = await ScriptedBackend.start(({ headers, url }) => ({ body: `${url} ${headers['x-forwarded-proto']}` }))
  const settings = memorySettings({
    backend: { kind: 'url', url: `http://127.0.0.1:${backend.port}` },
    proxyPort: 0,
    publishPort: 0,
  })
  app = new GripscopeApp({ frontend: 'web', settings, dataDir: folder })
  await app.start()
})
afterEach(async () => {
  for (const client of clients.splice(0)) client.close()
  await app.stop()
  await backend.stop()
  await rm(folder, { recursive: true })
})

async function get(path: string): Promise<string> {
  const { caFile, port } = app.state().tls
  const client = Http2Client.open(port, await readFile(caFile ?? '', 'utf8'))
  clients.push(client)
  return (await client.get(path).ended()).body
}

describe('the TLS port', () => {
  test('is off at first', async () => {
    expect(app.state().tls).toMatchObject({ state: 'off', caFile: null, problem: null })
    expect(app.tlsOrigin).toBeNull()
  })

  test('is turned on and off by the settings, while the other ports stay', async () => {
    const { port } = app.state().proxy
    expect(await app.change({ tlsPort: 0 })).toEqual({ ok: true })
    const { tls, proxy } = app.state()
    expect(tls).toMatchObject({ state: 'listening', caFile: path.join(folder, 'tls', 'local-ca.pem') })
    expect(proxy.port).toBe(port)
    expect(await get('/on')).toBe('/on https')
    expect(await app.change({ debug: true })).toEqual({ ok: true })
    expect(app.state().tls.port).toBe(tls.port)
    expect(await app.change({ tlsPort: null })).toEqual({ ok: true })
    expect(app.state().tls).toMatchObject({ state: 'off', caFile: null })
  })

  test.each([
    ['the proxy', 'proxyPort', /can't both have port/],
    ['the publish endpoint', 'publishPort', /can't both have port/],
  ] as const)('can not be that of %s', async (_what, other, message) => {
    const { port } = app.state()[other === 'proxyPort' ? 'proxy' : 'publish']
    await app.change({ [other]: port })
    const refused = await app.change({ tlsPort: port })
    expect(refused).toMatchObject({ ok: false, problem: { field: 'tlsPort', message: expect.stringMatching(message) } })
    expect(app.settings.tlsPort).toBeNull()
  })

  test('can not be one that is taken', async () => {
    const refused = await app.change({ tlsPort: backend.port })
    expect(refused).toMatchObject({ ok: false, problem: { field: 'tlsPort' } })
  })

  test('takes a certificate that is named, and refuses one that is of no use', async () => {
    const tlsCert = path.join(folder, 'c.pem')
    const refused = await app.change({ tlsPort: 0, tlsCert })
    expect(refused).toMatchObject({ ok: false, problem: { field: 'tlsCert' } })
    const authority = new TestAuthority()
    const { cert, key } = authority.issue(['localhost'])
    await writeFile(tlsCert, key + cert)
    expect(await app.change({ tlsPort: 0, tlsCert })).toEqual({ ok: true })
    expect(app.state().tls).toMatchObject({ state: 'listening', caFile: null })
    const client = Http2Client.open(app.state().tls.port, authority.identity.cert)
    clients.push(client)
    expect((await client.get('/').ended()).body).toBe('/ https')
    expect(await app.change({ tlsCert: '', tlsKey: tlsCert })).toMatchObject({
      ok: false,
      problem: { field: 'tlsKey' },
    })
  })
})

describe('a request that came by TLS', () => {
  test('says so in its details, and is replayed by TLS', async () => {
    await app.change({ tlsPort: 0 })
    await get('/again')
    const details = exchangeDetails(await app.live.model(), 1)
    expect(details).toMatchObject({ httpVersion: '2.0', secure: true })
    const dispatch = makeDispatch(app, noDialogs)
    expect(await dispatch('exchange.replay', { id: 1 })).toEqual({ ok: true, value: { ok: true, id: 2 } })
    expect(exchangeDetails(await app.live.model(), 2)).toMatchObject({ secure: true })
    await vi.waitFor(() => expect(backend.requests).toHaveLength(2))
    expect(backend.requests.map(({ headers }) => headers['x-forwarded-proto'])).toEqual(['https', 'https'])
  })

  test('is a cURL command that trusts the local CA', async () => {
    await app.change({ tlsPort: 0 })
    await get('/curl')
    const reply = await makeDispatch(app, noDialogs)('exchange.curl', { id: 1 })
    const command = reply.ok ? String(reply.value) : ''
    expect(command).toContain(`--cacert ${path.join(folder, 'tls', 'local-ca.pem')} `)
    const { stdout } = await promisify(execFile)('sh', ['-c', command])
    expect(stdout).toMatch(/^HTTP\/2 200 [\s\S]*\/curl https$/)
  })
})
