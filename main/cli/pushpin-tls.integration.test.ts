// `gripscope pushpin` with https_ports, and certificates where Pushpin has them.
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import https from 'node:https'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type BundledCli, bundleCli } from '../testing/bundled-cli'
import { Http2Client } from '../testing/http2-client'
import { ScriptedBackend } from '../testing/scripted-backend'
import { TestAuthority } from '../testing/tls-backend'

const authority = new TestAuthority()
const ca = authority.identity.cert

let cli: BundledCli
let folder: string
let backend: ScriptedBackend
beforeAll(async () => {
  cli = await bundleCli()
  folder = await mkdtemp(path.join(tmpdir(), 'gripscope-pushpin-tls-'))
  backend = await ScriptedBackend.start(({ headers }) => ({ body: `proto=${headers['x-forwarded-proto']}` }))
  await mkdir(path.join(folder, 'runner', 'certs'), { recursive: true })
  await identity('default_0', ['localhost'])
  await identity('_.example.test', ['*.example.test'])
  await writeFile(path.join(folder, 'routes'), `* 127.0.0.1:${backend.port}\n`)
}, 60_000)
afterAll(async () => {
  await cli.stop()
  await backend.stop()
  await rm(folder, { recursive: true })
})

async function identity(name: string, names: readonly string[]): Promise<void> {
  const { cert, key } = authority.issue(names)
  await writeFile(path.join(folder, 'runner', 'certs', `${name}.crt`), cert)
  await writeFile(path.join(folder, 'runner', 'certs', `${name}.key`), key)
}

const ports = `http_port=127.0.0.1:0
https_ports=127.0.0.1:0`

async function start(proxy = '', ...args: string[]) {
  const file = path.join(folder, 'pushpin.conf')
  await writeFile(file, `[runner]\n${ports}\n[proxy]\nroutesfile=routes\n${proxy}\n[handler]\npush_in_http_port=0\n`)
  return cli.run('pushpin', '--config', file, ...args)
}

function names(port: number, servername: string): Promise<string> {
  return new Promise((resolve, reject) => {
    const request = https.get({ port, host: '127.0.0.1', servername, ca, agent: false }, (response) => {
      const socket = response.socket as unknown as { getPeerX509Certificate(): { subjectAltName: string } }
      resolve(socket.getPeerX509Certificate().subjectAltName)
      response.resume()
    })
    request.on('error', reject)
  })
}

describe('gripscope pushpin with https_ports', () => {
  test('listens with TLS, and tells the backend so where the config says it', async () => {
    const running = await start('set_x_forwarded_protocol=proto-only')
    const [, port = ''] = await running.says(/listening on 127\.0\.0\.1:(\d+) \(https\)/, 'stderr')
    const client = Http2Client.open(Number(port), ca)
    expect((await client.get('/').ended()).body).toBe('proto=https')
    client.close()
    expect(await names(Number(port), 'localhost')).toBe('DNS:localhost')
    expect(await names(Number(port), 'www.example.test')).toBe('DNS:*.example.test')
  })

  test('tells it nothing where the config does not say it', async () => {
    const running = await start()
    const [, port = ''] = await running.says(/listening on 127\.0\.0\.1:(\d+) \(https\)/, 'stderr')
    const client = Http2Client.open(Number(port), ca)
    expect((await client.get('/').ended()).body).toBe('proto=undefined')
    client.close()
  })

  test('says which certificate is missing', async () => {
    const running = await start('', '--loglevel', '2')
    await running.says(/ started/, 'stderr')
    expect(running.stderr).not.toContain('no certificate')
    await rm(path.join(folder, 'runner', 'certs', 'default_0.key'))
    const bare = await start()
    await bare.says(/\[WARN\] .*no certificate default_0\.crt with its \.key in .*certs/, 'stderr')
    await identity('default_0', ['localhost'])
  })

  test('has no other port than one that the command line names', async () => {
    const running = await start('', '--port', '127.0.0.1:0')
    await running.says(/ started/, 'stderr')
    expect(running.stderr).not.toContain('https')
  })
})
