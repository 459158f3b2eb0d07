// The Fastly CLI's local server with Gripscope in Pushpin's place, started as its users start it.
//
// Viceroy, which would run the app's Wasm, is on no package registry: a proxy that hands every request over to Pushpin, as
// Viceroy does when an app says so, stands in for it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { chmod, mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BundledCli, bundleCli, RunningCli } from '../../main/testing/bundled-cli'
import { RawClient } from '../../main/testing/raw-client'
import { ScriptedBackend } from '../../main/testing/scripted-backend'
import { freePort, freePorts, isFree } from '../../scripts/free-ports.mjs'

/** Its packages for other systems are on no registry in every version. */
const cli = fileURLToPath(new URL('../../node_modules/@fastly/cli-linux-x64/fastly', import.meta.url))
const missing = !existsSync(cli)
const skipped = missing ? ' (skipped: the package @fastly/cli-linux-x64 is for Linux on x64)' : ''

const viceroy = `#!${process.execPath}
const http = require('node:http')
const args = process.argv.slice(2)
if (args.includes('--version')) {
  console.log('viceroy 0.15.0')
  process.exit()
}
const [host, port] = args[args.indexOf('--addr') + 1].split(':')
const pushpin = args.find((arg) => arg.startsWith('--local-pushpin-proxy-port=')).split('=')[1]
http.createServer(({ method, url: path, headers }, response) => {
  http.get({ port: pushpin, host, method, path, headers: { ...headers, 'Pushpin-Route': 'origin' } }, (answer) => {
    response.writeHead(answer.statusCode, answer.headers)
    answer.pipe(response)
  })
}).listen(port, host, () => console.log('Viceroy listens.'))
`

describe.skipIf(missing)(`fastly compute serve --pushpin-path${skipped}`, () => {
  let gripscope: BundledCli
  let folder: string
  let backend: ScriptedBackend
  let fastly: RunningCli
  let [port, proxy, publish] = [0, 0, 0]

  beforeAll(async () => {
    gripscope = await bundleCli()
    folder = await mkdtemp(path.join(tmpdir(), 'gripscope-fastly-'))
    backend = await ScriptedBackend.start(({ url, headers }) => ({
      headers: { 'Grip-Hold': 'stream', 'Grip-Channel': 'room', 'X-Signed': headers['grip-sig'] ? 'yes' : 'no' },
      body: `${url} is open;`,
    }))
    // Publishes over HTTP, and behind them three ports for ZeroMQ.
    const [first = 0] = await freePorts(4)
    ;[port, proxy, publish] = [await freePort(), await freePort(), first]
    await mkdir(path.join(folder, 'bin'))
    await writeFile(path.join(folder, 'bin', 'main.wasm'), Buffer.from('\0asm\x01\0\0\0', 'latin1'))
    await writeFile(path.join(folder, 'fastly.toml'), manifest(backend.port))
    await program('viceroy', viceroy)
    await program('gripscope', `#!/bin/sh\nexec '${process.execPath}' '${gripscope.program}' "$@"\n`)
    fastly = new RunningCli(spawn(cli, args(), options()))
    await fastly.says(/Viceroy listens\./)
  }, 60_000)

  afterAll(async () => {
    await fastly?.kill()
    await gripscope?.stop()
    await backend?.stop()
    await rm(folder, { recursive: true, force: true })
  })

  async function program(name: string, text: string): Promise<void> {
    await writeFile(path.join(folder, name), text)
    await chmod(path.join(folder, name), 0o755)
  }

  const args = (): string[] => [
    ...['compute', 'serve', '--skip-build', '--file', 'bin/main.wasm', '--verbose', '--non-interactive'],
    ...['--addr', `127.0.0.1:${port}`, '--viceroy-path', path.join(folder, 'viceroy')],
    ...['--experimental-enable-pushpin', '--pushpin-path', path.join(folder, 'gripscope')],
    ...['--pushpin-proxy-port', String(proxy), '--pushpin-publish-port', String(publish)],
  ]

  // Its settings are its own, and it need not tell anybody about builds.
  const options = () => ({ cwd: folder, env: { ...process.env, HOME: folder, WASM_METADATA_DISABLE: 'true' } })

  it('starts it, and believes that it is Pushpin', () => {
    expect(fastly.stdout).toContain('SUCCESS: Pushpin started.')
  })

  it('holds and publishes', async () => {
    const client = RawClient.get(port, '/stream')
    await client.bodyHas('/stream is open;')
    expect(client.header('x-signed')).toBe('yes')
    const items = [{ channel: 'room', formats: { 'http-stream': { content: 'news;' } } }]
    const answer = await fetch(`http://127.0.0.1:${publish}/publish/`, {
      method: 'POST',
      body: JSON.stringify({ items }),
    })
    expect(await answer.text()).toBe('Published\n')
    await client.bodyHas('news;')
    client.close()
    await fastly.says(/\[handler\] publish channel=room receivers=1/)
  })

  it('ends it with itself', async () => {
    fastly.process.kill('SIGINT')
    await fastly.exit
    await expect.poll(() => isFree(proxy)).toBe(true)
  })
})

const manifest = (origin: number): string => `manifest_version = 3
name = "test"
language = "other"

[local_server.backends.origin]
url = "http://127.0.0.1:${origin}"
`
