// Backends that speak TLS behind a route without `ssl`, and close without a byte: a hello of TLS finds it out, and nobody waits.
import { spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import https from 'node:https'
import net, { type AddressInfo, type Server, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, it, test } from 'vitest'
import { RawClient } from '../../../testing/raw-client'
import { startTestEngine, type TestEngine } from '../../../testing/test-engine'
import { selfSigned } from '../../../testing/tls-backend'
import { exchangeDetails } from '../../../trace/exchange-details'
import { TraceModel } from '../../../trace/model'
import { TlsProbes } from './tls-probe'

const stops: (() => unknown)[] = []
afterEach(async () => {
  for (const stop of stops.splice(0).reverse()) await stop()
})

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'gripscope-probe-'))
  writeFileSync(path.join(folder, 'both.pem'), selfSigned.key + selfSigned.cert)
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const has = (program: string): boolean => spawnSync(program, ['--help'], { stdio: 'ignore' }).error === undefined

async function listening(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return (server.address() as AddressInfo).port
}

/** What a plain backend does with each connection; and the first bytes that each sent. */
async function plainBackend(onData: (socket: Socket) => unknown): Promise<{ port: number; hellos: () => number }> {
  const firsts: Buffer[] = []
  const sockets = new Set<Socket>()
  const server = net.createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.once('data', (data) => {
      firsts.push(data)
      onData(socket)
    })
  })
  const port = await listening(server)
  stops.push(() => {
    for (const socket of sockets) socket.destroy()
    server.close()
  })
  return { port, hellos: () => firsts.filter((first) => first[0] === 0x16).length }
}

async function freePort(): Promise<number> {
  const server = net.createServer()
  const port = await listening(server)
  await new Promise((resolve) => server.close(resolve))
  return port
}

/** Starts a program that listens, and waits until it says so. */
async function program(name: string, args: (port: number) => string[]): Promise<number> {
  const port = await freePort()
  const child = spawn(name, args(port), { stdio: ['ignore', 'pipe', 'ignore'] })
  stops.push(() => child.kill('SIGKILL'))
  let said = ''
  await new Promise<void>((resolve, reject) => {
    child.stdout.on('data', (data) => {
      said += data
      if (/ACCEPT|listening/.test(said)) resolve()
    })
    child.once('close', () => reject(new Error(`${name} does not listen: ${said}`)))
  })
  return port
}

async function inFrontOf(port: number, options = ''): Promise<TestEngine> {
  const t = await startTestEngine(() => ({}), [`* 127.0.0.1:${port}${options}`])
  stops.push(() => t.stop())
  return t
}

const UPGRADE =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'

async function ask(t: TestEngine, method = 'GET', more = ''): Promise<number> {
  const client = RawClient.open(t.port).send(`${method} / HTTP/1.1\r\nHost: a\r\n${more}\r\n`)
  await client.answered()
  const { status } = client
  client.close()
  return status
}

const probed = (t: TestEngine) => t.sink.when(() => t.sink.of('tls-probed')[0], 'a probe')

function detailsOf(t: TestEngine) {
  const model = new TraceModel()
  for (const event of t.sink.events) model.apply(event)
  return exchangeDetails(model, 1)
}

const nodeHttps = async (): Promise<number> => {
  const server = https.createServer({ ...selfSigned }, (_request, response) => response.end('ok'))
  stops.push(() => {
    server.closeAllConnections()
    server.close()
  })
  return listening(server)
}
const PYTHON = `
import socket, ssl, sys
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
context.load_cert_chain(sys.argv[1])
listener = socket.create_server(('127.0.0.1', int(sys.argv[2])))
print('listening', flush=True)
while True:
    client, _ = listener.accept()
    try:
        context.wrap_socket(client, server_side=True).close()
    except OSError:
        client.close()
`

describe('a backend that speaks TLS and closes plain connections without a byte', () => {
  test.each([
    ['a GET', 'GET', '', ''],
    ['a POST', 'POST', 'Content-Length: 0\r\n', ''],
    ['a WebSocket', 'GET', UPGRADE, ''],
    ['a WebSocket over HTTP', 'GET', UPGRADE, ',over_http'],
  ])("node's https, %s", async (_what, method, more, options) => {
    const port = await nodeHttps()
    const t = await inFrontOf(port, options)
    expect(await ask(t, method, more)).toBe(502)
    expect(await probed(t)).toMatchObject({ x: 1, target: `127.0.0.1:${port}${options}`, spoken: 'tls' })
    const details = detailsOf(t)
    expect(details?.troubles.map(({ name, message, fix }) => [name, message, fix])).toContainEqual([
      'backend-tls',
      `The backend at 127.0.0.1:${port} speaks TLS, and the route says plain HTTP.`,
      'Put ssl after the target.',
    ])
    expect(details?.row).toMatchObject({ trouble: { tone: 'failed', text: 'backend speaks TLS' } })
    expect(details?.end?.message).toContain('Put ssl after the target.')
    expect(details?.answers.at(-1)?.failure).toContain('speaks TLS, and the route says plain HTTP')
    expect(details?.story.steps.map(({ label }) => label)).toContain('TLS hello: answered in TLS')
  })

  test.runIf(has('python3'))("Python's ssl", async () => {
    const port = await program('python3', (at) => ['-c', PYTHON, path.join(folder, 'both.pem'), String(at)])
    const t = await inFrontOf(port)
    expect(await ask(t)).toBe(502)
    expect((await probed(t)).spoken).toBe('tls')
  })

  test.runIf(has('openssl'))('openssl s_server is named by its alert or by the hello', async () => {
    const pem = path.join(folder, 'both.pem')
    const port = await program('openssl', (at) => [
      's_server',
      '-accept',
      `127.0.0.1:${at}`,
      '-cert',
      pem,
      '-key',
      pem,
      '-www',
    ])
    const t = await inFrontOf(port)
    expect(await ask(t)).toBe(502)
    await t.sink.when(() => {
      const named = t.sink.of('backend-failed').some(({ code }) => code === 'BACKEND_TLS')
      return named || t.sink.of('tls-probed')[0]?.spoken === 'tls' || undefined
    }, 'TLS to be named')
    expect(detailsOf(t)?.troubles[0]?.name).toBe('backend-tls')
  })
})

describe('a plain backend is not taken for one that speaks TLS', () => {
  test.each<[string, (socket: Socket) => unknown, string]>([
    ['that closes without a byte', (socket) => socket.destroy(), 'nothing'],
    ['that ends without a byte', (socket) => socket.end(), 'nothing'],
    ['that resets', (socket) => socket.resetAndDestroy(), 'nothing'],
  ])('%s', async (_what, onData, spoken) => {
    const { port, hellos } = await plainBackend(onData)
    const t = await inFrontOf(port)
    expect(await ask(t, 'POST', 'Content-Length: 0\r\n')).toBe(502)
    expect((await probed(t)).spoken).toBe(spoken)
    expect(hellos()).toBe(1)
    expect(detailsOf(t)?.troubles.map(({ name }) => name)).toEqual(['backend-failed'])
    // Within a minute it is not asked again, and what was found is told.
    expect(await ask(t, 'POST', 'Content-Length: 0\r\n')).toBe(502)
    await t.sink.when(() => t.sink.of('tls-probed')[1], 'another one')
    expect(hellos()).toBe(1)
  })

  it('that answers garbage is named as one that does not answer in HTTP, and not said hello to', async () => {
    const { port, hellos } = await plainBackend((socket) => socket.end('SSH-2.0-x\r\n'))
    const t = await inFrontOf(port)
    expect(await ask(t)).toBe(502)
    expect(detailsOf(t)?.troubles[0]?.message).toBe(`127.0.0.1:${port} does not answer in HTTP.`)
    expect(hellos()).toBe(0)
  })

  it('that breaks off in its head is not said hello to', async () => {
    const { port, hellos } = await plainBackend((socket) => socket.end('HTTP/1.1 200 OK\r\nX: y'))
    const t = await inFrontOf(port)
    expect(await ask(t, 'POST', 'Content-Length: 0\r\n')).toBe(502)
    expect(t.sink.of('tls-probed')).toEqual([])
    expect(hellos()).toBe(0)
  })

  it('that answered before is only suspected once it has been silent three times', async () => {
    let answers = true
    const { port, hellos } = await plainBackend((socket) => {
      if (answers) socket.end('HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n')
      else socket.destroy()
    })
    const t = await inFrontOf(port)
    const post = () => ask(t, 'POST', 'Content-Length: 0\r\n')
    expect(await post()).toBe(200)
    answers = false
    expect([await post(), await post()]).toEqual([502, 502])
    expect(t.engine.probing).toBe(0)
    expect(await post()).toBe(502)
    await probed(t)
    expect(hellos()).toBe(1)
  })
})

it('a plain backend behind a target with ssl is named the other way around', async () => {
  const { port } = await plainBackend((socket) => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n'))
  const t = await inFrontOf(port, ',ssl,insecure')
  expect(await ask(t)).toBe(502)
  const details = detailsOf(t)
  expect(details?.troubles[0]).toMatchObject({
    name: 'backend-tls',
    message: `The backend at 127.0.0.1:${port} does not speak TLS, and the route says ssl.`,
    fix: 'Take ssl off the target.',
  })
  expect(details?.row.trouble).toEqual({ tone: 'failed', text: 'backend speaks no TLS' })
})

it('one that closes when TLS begins may be plain, and this is said', async () => {
  const { port } = await plainBackend((socket) => socket.destroy())
  const t = await inFrontOf(port, ',ssl,insecure')
  expect(await ask(t)).toBe(502)
  expect(detailsOf(t)?.answers.at(-1)?.failure).toContain('If it speaks plain HTTP, take ssl off the target.')
})

it('the engine stops at once while a backend is said hello to that never answers', async () => {
  let asked = false
  const { port } = await plainBackend((socket) => {
    if (!asked) socket.destroy()
    asked = true
  })
  const t = await inFrontOf(port)
  expect(await ask(t, 'POST', 'Content-Length: 0\r\n')).toBe(502)
  expect(t.engine.probing).toBe(1)
  await t.engine.stop()
  expect(t.engine.probing).toBe(0)
  expect(t.sink.of('tls-probed')).toEqual([])
})

describe('probes', () => {
  const told = (probes: TlsProbes, port: number) =>
    new Promise((resolve) => probes.suspect({ host: '127.0.0.1', port, untrusted: false }, resolve))

  it('a backend that says nothing is given up after a second', async () => {
    const { port } = await plainBackend(() => {})
    const probes = new TlsProbes()
    stops.push(() => probes.stop())
    expect(await told(probes, port)).toBe('nothing')
    expect(probes.running).toBe(0)
  })

  it('bytes that are none of TLS are told as such, in parts too', async () => {
    const { port } = await plainBackend((socket) => {
      socket.write('S')
      setImmediate(() => socket.write('SH-2.0\r\n'))
    })
    const probes = new TlsProbes()
    stops.push(() => probes.stop())
    expect(await told(probes, port)).toBe('other')
  })

  it('one hello a minute for a target, however many ask', async () => {
    let now = 0
    const { port, hellos } = await plainBackend((socket) => socket.end('no'))
    const probes = new TlsProbes(() => now)
    stops.push(() => probes.stop())
    expect(await Promise.all(Array.from({ length: 50 }, () => told(probes, port)))).toEqual(Array(50).fill('other'))
    now = 59_999
    expect(await told(probes, port)).toBe('other')
    expect(hellos()).toBe(1)
    now = 60_000
    expect(await told(probes, port)).toBe('other')
    expect(hellos()).toBe(2)
  })

  it('a few at a time: what is more is not looked at', () => {
    const probes = new TlsProbes()
    stops.push(() => probes.stop())
    for (let port = 1; port <= 20; port++) probes.suspect({ host: '127.0.0.1', port, untrusted: false }, () => {})
    expect(probes.running).toBe(4)
  })

  it('an untrusted target inside is not said hello to', async () => {
    const { port, hellos } = await plainBackend((socket) => socket.end('no'))
    const probes = new TlsProbes()
    stops.push(() => probes.stop())
    const spoken = await new Promise((resolve) => probes.suspect({ host: '127.0.0.1', port, untrusted: true }, resolve))
    expect([spoken, hellos()]).toEqual(['nothing', 0])
  })
})
