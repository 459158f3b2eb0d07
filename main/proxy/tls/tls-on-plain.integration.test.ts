// A backend that speaks TLS behind a route without `ssl`: whatever it does with a plain request, the failure says so.
import net from 'node:net'
import { afterEach, expect, it, test } from 'vitest'
import { RawClient } from '../../testing/raw-client'
import { startTestEngine, type TestEngine } from '../../testing/test-engine'
import { selfSigned, TlsBackend } from '../../testing/tls-backend'

const open: { stop(): unknown }[] = []
afterEach(async () => {
  for (const one of open.splice(0).reverse()) await one.stop()
})

const SAID = 'the backend speaks TLS on that port, and was asked without. Put ssl after the target.'
const UPGRADE =
  'Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n'

async function behind(port: number, options = ''): Promise<TestEngine> {
  const t = await startTestEngine(() => ({}), [`* 127.0.0.1:${port}${options}`])
  open.push(t)
  return t
}

async function ask(t: TestEngine, more = '', method = 'GET'): Promise<number> {
  const client = RawClient.open(t.port).send(`${method} / HTTP/1.1\r\nHost: a\r\n${more}\r\n`)
  open.push({ stop: () => client.close() })
  await client.answered()
  return client.status
}

test.each([
  ['a request', 'GET', '', ''],
  ['a request that is not repeated', 'POST', 'Content-Length: 0\r\n', ''],
  ['a WebSocket', 'GET', UPGRADE, ''],
  ['a WebSocket over HTTP', 'GET', UPGRADE, ',over_http'],
])('%s to a backend that closes without a byte', async (_what, method, more, options) => {
  const backend = await TlsBackend.start({ identity: selfSigned })
  open.push(backend)
  const t = await behind(backend.port, options)
  expect(await ask(t, more, method)).toBe(502)
  const failures = t.sink.of('backend-failed')
  expect(failures.map(({ code, message, again }) => [code, message, again])).toEqual([['BACKEND_TLS', SAID, false]])
})

/** Closes each connection once something came. */
async function silentBackend(): Promise<{ port: number; connections: () => number }> {
  let connections = 0
  const server = net.createServer((socket) => {
    connections++
    socket.on('error', () => {})
    socket.once('data', () => socket.destroy())
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  open.push({ stop: () => new Promise<void>((resolve) => server.close(() => resolve())) })
  const address = server.address()
  return { port: typeof address === 'object' && address ? address.port : 0, connections: () => connections }
}

it('a plain backend that closes without a byte is not taken for one', async () => {
  const backend = await silentBackend()
  const t = await behind(backend.port)
  expect(await ask(t, '', 'POST')).toBe(502)
  expect(t.sink.of('backend-failed').map(({ message }) => message)).not.toContain(SAID)
  // The request, and one hello.
  expect(backend.connections()).toBe(2)
  expect(await ask(t, '', 'POST')).toBe(502)
  expect(backend.connections()).toBe(3)
})
