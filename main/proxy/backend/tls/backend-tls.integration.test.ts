// Backends with TLS: whom they prove to be, whom we prove to be, and what is said where that fails.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:net'
import os from 'node:os'
import path from 'node:path'
import { request } from 'undici'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from 'vitest'
import WebSocket from 'ws'
import { messageOf } from '../../../testing/said'
import { startTestEngine, type TestEngine } from '../../../testing/test-engine'
import { selfSigned, TestAuthority, TlsBackend, type TlsBackendOptions } from '../../../testing/tls-backend'

const authority = new TestAuthority()
/** As if the system trusted it: read at the first connection. */
const trusted = new TestAuthority()
const ours = new TestAuthority()
let folder: string
const open: { stop(): Promise<unknown> }[] = []
const bundles = mkdtempSync(path.join(os.tmpdir(), 'gripscope-cas-'))
beforeAll(() => {
  writeFileSync(path.join(bundles, 'ca.crt'), trusted.identity.cert)
  vi.stubEnv('SSL_CERT_FILE', path.join(bundles, 'ca.crt'))
})
afterAll(() => rmSync(bundles, { recursive: true }))
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'gripscope-tls-'))
})
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop()
  await rm(folder, { recursive: true })
})

async function backendWith(options: Partial<TlsBackendOptions> = {}): Promise<TlsBackend> {
  const backend = await TlsBackend.start({ identity: authority.issue(['localhost', '127.0.0.1']), ...options })
  open.push(backend)
  return backend
}

/** An engine whose routes are these lines; PORT stands for the backend's port. */
async function engineFor(backend: { port: number }, line: string, debug = true): Promise<TestEngine> {
  const engine = await startTestEngine(() => ({}), [line.replaceAll('PORT', String(backend.port))], { debug })
  open.push(engine)
  return engine
}

async function get(
  { port }: TestEngine,
  headers: Record<string, string> = {},
): Promise<{ status: number; body: string }> {
  const { statusCode, body } = await request(`http://127.0.0.1:${port}/`, { headers })
  return { status: statusCode, body: await body.text() }
}

/** What a backend's WebSocket answers to "hello". */
async function echoed({ port }: TestEngine, host: string): Promise<string> {
  const socket = new WebSocket(`ws://127.0.0.1:${port}/`, { headers: { Host: host } })
  open.push({ stop: async () => socket.terminate() })
  socket.once('open', () => socket.send('hello'))
  return new Promise((resolve, reject) => {
    socket.once('message', (data) => resolve(data.toString()))
    socket.once('error', reject)
  })
}

/** A file of the test's folder, as an option of a route names it. */
async function file(name: string, content: string): Promise<string> {
  const at = path.join(folder, name)
  await writeFile(at, content)
  return at
}

const failures = ({ sink }: TestEngine) =>
  sink.of('backend-failed').map((event) => ({ code: event.code, message: messageOf(event) }))

describe('a certificate of an authority that the system trusts', () => {
  test('is taken', async () => {
    const engine = await engineFor(await backendWith({ identity: trusted.issue(['api.test']) }), '* 127.0.0.1:PORT,ssl')
    expect(await get(engine, { Host: 'api.test' })).toEqual({
      status: 200,
      body: 'host=api.test name=api.test client=',
    })
  })

  test('is refused where it is for another name than the Host', async () => {
    const engine = await engineFor(await backendWith({ identity: trusted.issue(['api.test']) }), '* 127.0.0.1:PORT,ssl')
    expect((await get(engine, { Host: 'other.test' })).status).toBe(502)
    expect(failures(engine)[0]).toMatchObject({
      code: 'ERR_TLS_CERT_ALTNAME_INVALID',
      message: expect.stringContaining('its certificate is for another name'),
    })
    expect((await get(engine, { Host: 'api.test' })).status).toBe(200)
  })

  test('is taken for the name of the target with trust_connect_host', async () => {
    const backend = await backendWith({ identity: trusted.issue(['127.0.0.1']) })
    const engine = await engineFor(backend, '* 127.0.0.1:PORT,ssl,trust_connect_host')
    expect((await get(engine, { Host: 'api.test' })).status).toBe(200)
  })

  test('is refused when it is over', async () => {
    const identity = trusted.issue(['localhost'], 'server', new Date(Date.now() - 1000))
    const engine = await engineFor(await backendWith({ identity }), '* localhost:PORT,ssl')
    expect((await get(engine, { Host: 'localhost' })).body).toContain('its certificate has expired')
  })

  test('is taken by a plain WebSocket too', async () => {
    const engine = await engineFor(await backendWith({ identity: trusted.issue(['api.test']) }), '* 127.0.0.1:PORT,ssl')
    expect(await echoed(engine, 'api.test')).toBe('hello')
  })
})

describe('a certificate that is not trusted', () => {
  test('is refused: the client gets 502, the trace says why and what to do', async () => {
    const engine = await engineFor(await backendWith(), '* localhost:PORT,ssl', false)
    expect(await get(engine, { Host: 'localhost' })).toEqual({ status: 502, body: 'Error while proxying to origin.\n' })
    expect(failures(engine)).toEqual([
      {
        code: 'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
        message:
          'TLS with the backend failed: its certificate comes from an authority that is unknown here. ' +
          'Add its authority to those that this system trusts, or put insecure after the target.',
      },
    ])
    expect(engine.sink.of('ended')[0]).toMatchObject({ how: 'backend-failed' })
  })

  test('in debug mode the client is told as well', async () => {
    const engine = await engineFor(await backendWith({ identity: selfSigned }), '* localhost:PORT,ssl')
    const { status, body } = await get(engine)
    expect(status).toBe(502)
    expect(body).toContain('TLS with the backend failed: its certificate is self-signed. Add its authority to')
    expect(failures(engine)[0]?.code).toBe('DEPTH_ZERO_SELF_SIGNED_CERT')
  })

  test('is taken with insecure', async () => {
    const engine = await engineFor(await backendWith({ identity: selfSigned }), '* localhost:PORT,ssl,insecure')
    expect((await get(engine, { Host: 'any.test' })).status).toBe(200)
    expect(failures(engine)).toEqual([])
  })

  test('is skipped for the next target', async () => {
    const backend = await backendWith()
    const engine = await engineFor(backend, '* 127.0.0.1:PORT,ssl 127.0.0.1:PORT,ssl,insecure')
    expect((await get(engine)).status).toBe(200)
    expect(engine.sink.of('backend-failed')).toMatchObject([{ again: true }])
  })
})

describe('the name that a backend is asked for', () => {
  test('is that of the Host header', async () => {
    const engine = await engineFor(await backendWith(), '* 127.0.0.1:PORT,ssl,insecure')
    expect((await get(engine, { Host: 'api.test:81' })).body).toBe('host=api.test:81 name=api.test client=')
    expect((await get(engine, { Host: 'other.test' })).body).toBe('host=other.test name=other.test client=')
  })

  test('is none where that is an address', async () => {
    const engine = await engineFor(await backendWith(), '* localhost:PORT,ssl,insecure')
    expect((await get(engine, { Host: '127.0.0.1:81' })).body).toBe('host=127.0.0.1:81 name=localhost client=')
  })

  test('is that of host= where the target has it', async () => {
    const engine = await engineFor(await backendWith(), '* 127.0.0.1:PORT,ssl,insecure,host=set.test')
    expect((await get(engine)).body).toBe('host=set.test name=set.test client=')
  })

  test('is that of the target with trust_connect_host', async () => {
    const engine = await engineFor(await backendWith(), '* localhost:PORT,ssl,insecure,trust_connect_host')
    expect((await get(engine, { Host: 'api.test' })).body).toBe('host=api.test name=localhost client=')
    expect((await get(engine, { Host: 'other.test' })).body).toBe('host=other.test name=localhost client=')
  })

  test('can be an address with trust_connect_host', async () => {
    const engine = await engineFor(await backendWith(), '* 127.0.0.1:PORT,ssl,insecure,trust_connect_host')
    expect((await get(engine, { Host: 'api.test' })).body).toBe('host=api.test name= client=')
  })
})

describe('client_cert and client_key', () => {
  test('are shown to a backend that asks', async () => {
    const backend = await backendWith({ clientAuthority: ours.identity.cert })
    const me = ours.issue(['gripscope.test'], 'client')
    const cert = await file('me.pem', me.cert)
    const key = await file('me-key.pem', me.key)
    const engine = await engineFor(backend, `* 127.0.0.1:PORT,ssl,insecure,client_cert=${cert},client_key=${key}`)
    expect((await get(engine, { Host: 'x.test' })).body).toBe('host=x.test name=x.test client=gripscope.test')
  })

  test('may be in one file', async () => {
    const backend = await backendWith({ clientAuthority: ours.identity.cert })
    const me = ours.issue(['gripscope.test'], 'client')
    const both = await file('both.pem', me.key + me.cert)
    const engine = await engineFor(backend, `* 127.0.0.1:PORT,ssl,insecure,client_cert=${both}`)
    expect((await get(engine)).body).toContain('client=gripscope.test')
  })

  test('that are missing: 502, and the trace says what the backend wants', async () => {
    const engine = await engineFor(
      await backendWith({ clientAuthority: ours.identity.cert }),
      '* 127.0.0.1:PORT,ssl,insecure',
    )
    expect((await get(engine)).status).toBe(502)
    expect(failures(engine).at(-1)?.message).toMatch(
      /without an answer.* client certificate: name one with client_cert/,
    )
  })

  test('serve plain WebSockets too', async () => {
    const backend = await backendWith({ clientAuthority: ours.identity.cert })
    const me = ours.issue(['gripscope.test'], 'client')
    const both = await file('both.pem', me.key + me.cert)
    const engine = await engineFor(backend, `* 127.0.0.1:PORT,ssl,insecure,client_cert=${both}`)
    expect(await echoed(engine, 'api.test')).toBe('hello')
  })

  test('of a routes file are found beside it', async () => {
    const backend = await backendWith({ clientAuthority: ours.identity.cert })
    const me = ours.issue(['gripscope.test'], 'client')
    await file('both.pem', me.key + me.cert)
    const routes = await file('routes', `* 127.0.0.1:${backend.port},ssl,insecure,client_cert=both.pem\n`)
    const engine = await startTestEngine(() => ({}), [], { routes: { kind: 'file', file: routes } })
    open.push(engine)
    expect((await get(engine)).body).toContain('client=gripscope.test')
  })
})

describe('files that are of no use: the line is skipped, with a warning that names line and column', () => {
  const warnings = ({ engine }: TestEngine) => engine.routeWarnings.map((w) => `${w.line}:${w.column} ${w.message}`)

  async function warned(line: string): Promise<string[]> {
    const engine = await startTestEngine(() => ({}), ['# first', line, '* BACKEND'])
    open.push(engine)
    expect(engine.engine.routes).toEqual([`* 127.0.0.1:${engine.backend.port}`])
    return warnings(engine)
  }

  test('one that is not there', async () => {
    expect(await warned('a.test h:1,ssl,client_cert=/none/c.pem,client_key=/none/k.pem')).toEqual([
      '2:16 the line is skipped: client_cert: /none/c.pem: there is no such file. Correct the path, or create the file.',
    ])
  })

  test('one that is there, and one that is not', async () => {
    const cert = await file('c.pem', ours.issue(['a.test']).cert)
    expect(await warned(`a.test h:1 h:2,ssl,client_cert=${cert},client_key=/none/k.pem`)).toEqual([
      '2:20 the line is skipped: client_key: /none/k.pem: there is no such file. Correct the path, or create the file.',
    ])
  })

  test('no certificate', async () => {
    const nothing = await file('c.pem', 'hello')
    expect(await warned(`a.test h:1,ssl,client_cert=${nothing},client_key=${nothing}`)).toEqual([
      `2:16 the line is skipped: client_cert: ${nothing} contains no PEM certificate`,
    ])
  })

  test('no key', async () => {
    const cert = await file('c.pem', ours.issue(['a.test']).cert)
    expect(await warned(`a.test h:1,ssl,client_cert=${cert}`)).toEqual([
      `2:16 the line is skipped: client_cert: ${cert} contains no key: name its file with client_key=FILE`,
    ])
  })

  test('the key of another certificate', async () => {
    const cert = await file('c.pem', ours.issue(['a.test']).cert)
    const key = await file('k.pem', ours.issue(['a.test']).key)
    expect(await warned(`a.test h:1,ssl,client_cert=${cert},client_key=${key}`)).toEqual([
      "2:16 the line is skipped: client_cert: the certificate and its key can't be used: the key belongs to another certificate",
    ])
  })

  test('a key alone', async () => {
    expect(await warned('a.test h:1,ssl,client_key=/none/k.pem')).toEqual([
      '2:16 the line is skipped: client_key needs client_cert',
    ])
  })
})

test('a certificate for a target without ssl is warned of', async () => {
  const me = ours.issue(['a.test'])
  const both = await file('both.pem', me.key + me.cert)
  const engine = await startTestEngine(() => ({}), [`* BACKEND,client_cert=${both}`])
  open.push(engine)
  expect(engine.engine.routeWarnings).toMatchObject([
    { line: 1, message: expect.stringContaining('no effect without ssl') },
  ])
  expect((await get(engine)).status).toBe(200)
})

test('a backend that does not speak TLS: 502, and the trace says so', async () => {
  const engine = await startTestEngine(() => ({}), ['* BACKEND,ssl,insecure'])
  open.push(engine)
  expect((await get(engine)).status).toBe(502)
  expect(failures(engine)[0]?.message).toBe(
    'TLS with the backend failed: it does not speak TLS on that port. Take ssl off the target.',
  )
})

test('a backend that ends the connection in the handshake: 502', async () => {
  const server = createServer((socket) => socket.once('data', () => socket.destroy()))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({ stop: () => new Promise((resolve) => server.close(resolve)) })
  const engine = await engineFor(server.address() as { port: number }, '* 127.0.0.1:PORT,ssl')
  expect((await get(engine)).status).toBe(502)
  expect(failures(engine)[0]?.message).toMatch(/disconnected before secure TLS connection|without an answer/)
})

test('a plain WebSocket to a backend that is not trusted: 502, and the trace says why', async () => {
  const engine = await engineFor(await backendWith(), '* localhost:PORT,ssl')
  const socket = new WebSocket(`ws://127.0.0.1:${engine.port}/`, { headers: { Host: 'localhost' } })
  const status = await new Promise((resolve) => {
    socket.once('unexpected-response', (_request, response) => resolve(response.statusCode))
  })
  socket.on('error', () => {})
  socket.terminate()
  expect(status).toBe(502)
  expect(failures(engine)[0]?.message).toContain('authority that is unknown here')
})
