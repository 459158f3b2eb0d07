// `gripscope serve --tls-port`: from the printed address and CA to a request that trusts them.
import { readFile, stat, writeFile } from 'node:fs/promises'
import https from 'node:https'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import type { RunningCli } from '../testing/bundled-cli'
import { cliSetUp } from '../testing/cli-set-up'
import { Http2Client } from '../testing/http2-client'
import { instruct } from '../testing/scripted-backend'
import { TestAuthority } from '../testing/tls-backend'

const at = cliSetUp(({ url }) =>
  url === '/stream'
    ? instruct({ hold: { mode: 'stream', channels: [{ name: 'room' }] }, response: { body: 'open\n' } })
    : { body: `hello from ${url}` },
)

interface Served {
  readonly running: RunningCli
  readonly tls: URL
  readonly publish: string
}

async function serve(...args: string[]): Promise<Served> {
  const running = at.serve('--tls-port', '0', ...args)
  const [, publish = '', tls = ''] = await running.says(/publish (\S+), TLS (\S+)\n/)
  return { running, tls: new URL(tls), publish }
}

/** The CA that the start named, as a client gets to know it. */
async function printedCa({ running }: Served): Promise<{ file: string; ca: string }> {
  const [, file = ''] = await running.says(/must trust the local CA (.+) \(see docs\/tls\.md\)/, 'stderr')
  return { file, ca: await readFile(file, 'utf8') }
}

function get(url: URL, ca: string, servername?: string): Promise<{ body: string; names: string | undefined }> {
  return new Promise((resolve, reject) => {
    const request = https.get(url, { ca, agent: false, ...(servername && { servername }) }, (response) => {
      const names = 'getPeerX509Certificate' in response.socket ? namesOf(response.socket) : undefined
      let body = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        body += chunk
      })
      response.on('end', () => resolve({ body, names }))
    })
    request.on('error', reject)
  })
}

function namesOf(socket: object): string | undefined {
  const { getPeerX509Certificate } = socket as { getPeerX509Certificate(): { subjectAltName: string } | undefined }
  return getPeerX509Certificate.call(socket)?.subjectAltName
}

describe('gripscope serve --tls-port 0', () => {
  test('serves by HTTP/1.1, HTTP/2 and WebSocket what its CA vouches for', async () => {
    const dataDir = path.join(at.folder, 'data')
    const served = await serve('--data-dir', dataDir)
    const { file, ca } = await printedCa(served)
    expect(file).toBe(path.join(dataDir, 'tls', 'local-ca.pem'))
    expect(served.tls.href).toMatch(/^https:\/\/127\.0\.0\.1:\d+\/$/)

    expect((await get(new URL('/one', served.tls), ca)).body).toBe('hello from /one')
    expect((await get(new URL(`https://localhost:${served.tls.port}/two`), ca)).body).toBe('hello from /two')

    const client = Http2Client.open(Number(served.tls.port), ca)
    expect((await client.get('/three').ended()).body).toBe('hello from /three')
    const stream = await client.get('/stream').bodyHas('open')
    await fetch(served.publish, {
      method: 'POST',
      body: JSON.stringify({ items: [{ channel: 'room', formats: { 'http-stream': { content: 'news\n' } } }] }),
    })
    await stream.bodyHas('open\nnews\n')
    client.close()

    const socket = new WebSocket(`wss://localhost:${served.tls.port}/ws`, { ca })
    // The backend speaks no WebSocket; what counts here is that it was asked, and its answer came.
    const status = await new Promise((resolve) => {
      socket.once('unexpected-response', (_request, response) => resolve(response.statusCode))
      socket.on('error', () => {})
    })
    expect(status).toBe(200)
    served.running.process.kill('SIGTERM')
    expect(await served.running.exit).toBe(0)
  })

  test('has certificates for local domains that are asked for, and the same CA at the next start', async () => {
    const dataDir = path.join(at.folder, 'again')
    const first = await serve('--data-dir', dataDir)
    const { ca } = await printedCa(first)
    expect(await get(first.tls, ca, 'api.test')).toEqual({ body: 'hello from /', names: 'DNS:api.test' })
    const second = await serve('--data-dir', dataDir)
    expect((await printedCa(second)).ca).toBe(ca)
    expect((await get(second.tls, ca)).body).toBe('hello from /')
    if (process.platform !== 'win32')
      expect((await stat(path.join(dataDir, 'tls', 'local-ca-key.pem'))).mode & 0o777).toBe(0o600)
    for (const { running } of [first, second]) running.process.kill('SIGTERM')
  })

  test('says that the CA is in memory only where its folder can not be written', async () => {
    const plain = path.join(at.folder, 'plain')
    await writeFile(plain, '')
    const served = await serve('--data-dir', plain)
    await served.running.says(/warning: the local CA cannot be saved in .+--data-dir/, 'stderr')
    expect(served.running.stderr).not.toContain('must trust')
    served.running.process.kill('SIGTERM')
  })

  test('shows the certificate that is named', async () => {
    const authority = new TestAuthority()
    const { cert, key } = authority.issue(['localhost', '127.0.0.1'])
    const [certFile, keyFile] = [path.join(at.folder, 'c.pem'), path.join(at.folder, 'k.pem')]
    await writeFile(certFile, cert)
    await writeFile(keyFile, key)
    const served = await serve('--tls-cert', certFile, '--tls-key', keyFile)
    expect((await get(served.tls, authority.identity.cert)).body).toBe('hello from /')
    expect(served.running.stderr).toBe('')
    served.running.process.kill('SIGTERM')
  })
})

describe('gripscope serve with TLS that can not be had', () => {
  test('a file that is none: one line, exit 2', async () => {
    const running = at.run('serve', '--no-ui', '--no-zmq', '--tls-port', '0', '--tls-cert', '/none/c.pem')
    expect(await running.exit).toBe(2)
    expect(running.stderr).toMatch(
      /^gripscope: --tls-cert: .*c\.pem: there is no such file\. Correct the path, or create the file\.\n$/,
    )
  })

  test('a port that is taken: one line naming it, exit 1', async () => {
    const free = [
      '--port',
      '0',
      '--publish-port',
      '0',
      '--no-ui',
      '--no-zmq',
      '--data-dir',
      path.join(at.folder, 'taken'),
    ]
    const running = at.run('serve', ...free, '--tls-port', String(at.backend.port))
    expect(await running.exit).toBe(1)
    expect(running.stderr).toMatch(new RegExp(`^gripscope: TLS port: port ${at.backend.port} on .* --tls-port`))
  })
})
