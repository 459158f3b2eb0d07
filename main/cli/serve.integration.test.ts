// The contract of `gripscope serve`, which others script: its options, its one line, its end.
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type BundledCli, bundleCli, type RunningCli } from '../testing/bundled-cli'
import { RawClient } from '../testing/raw-client'
import { ScriptedBackend } from '../testing/scripted-backend'

let cli: BundledCli
let backend: ScriptedBackend
let folder: string
beforeAll(async () => {
  cli = await bundleCli()
  backend = await ScriptedBackend.start(({ url, headers }) => ({
    body: `${url} ${headers['grip-sig'] ? 'signed' : ''};`,
  }))
  folder = await mkdtemp(path.join(tmpdir(), 'gripscope-cli-'))
}, 60_000)
afterAll(async () => {
  await cli.stop()
  await backend.stop()
  await rm(folder, { recursive: true })
})

const FREE = ['--port', '0', '--publish-port', '0', '--ui-port', '0', '--no-zmq']
const READY =
  /^gripscope ready: (http:\/\/\S+) → (.+), publish (http:\/\/\S+\/publish\/)(?:, TLS \S+)?(?:, UI (http:\/\/\S+))?\n/

interface Ready {
  readonly served: RunningCli
  readonly proxy: string
  readonly label: string
  readonly publish: string
  readonly ui: string | undefined
}

async function serve(...args: string[]): Promise<Ready> {
  const served = cli.run('serve', ...FREE, ...args)
  const [, proxy = '', label = '', publish = '', ui] = await served.says(READY)
  return { served, proxy, label, publish, ui }
}

const url = (): string => `http://127.0.0.1:${backend.port}`
const text = async (address: string): Promise<string> => (await fetch(address)).text()

describe('gripscope serve', () => {
  it('prints one line once it is ready, with the ports that port 0 became, and works', async () => {
    const { served, proxy, label, publish, ui } = await serve(url())
    for (const address of [proxy, publish, ui ?? '']) expect(new URL(address).port).toMatch(/^[1-9]\d*$/)
    expect(new Set([proxy, publish, ui].map((a) => new URL(a ?? '').port)).size).toBe(3)
    expect(label).toBe(`127.0.0.1:${backend.port}`)
    expect(await text(`${proxy}/some/path?q=1`)).toBe('/some/path?q=1 signed;')
    const published = await fetch(publish, {
      method: 'POST',
      body: JSON.stringify({ items: [{ channel: 'a', formats: { 'http-stream': { content: 'x' } } }] }),
    })
    expect(await published.text()).toBe('Published\n')
    expect(new URL(ui ?? '').searchParams.get('token')).toMatch(/^[\w-]{20,}$/)
    expect(served.stdout.match(/\n/g)).toHaveLength(1)
    expect(served.stderr).toBe('')
    served.process.kill('SIGINT')
    expect(await served.exit).toBe(0)
  })

  it.each(['SIGINT', 'SIGTERM'] as const)('ends cleanly on %s, even with requests held', async (signal) => {
    const { served, proxy } = await serve('--route', '* test')
    const held = RawClient.get(Number(new URL(proxy).port), '/response')
    const stream = await RawClient.get(Number(new URL(proxy).port), '/stream').bodyHas('[stream opened]')
    served.process.kill(signal)
    expect(await served.exit).toBe(0)
    await Promise.all([held.ended(), stream.ended()])
    expect(held.status).toBe(200)
    expect(stream.text).toMatch(/\r\n0\r\n\r\n$/)
    expect(served.stderr).toBe('')
    expect(served.stdout).toMatch(READY)
  })

  it('without a backend has the demo behind it', async () => {
    const { proxy, label } = await serve()
    expect(label).toBe('demo')
    expect(await text(`${proxy}/counter/value/`)).toMatch(/^\d+\n$/)
  })

  it('with --no-ui has no interface', async () => {
    const { ui, served } = await serve(url(), '--no-ui')
    expect(ui).toBeUndefined()
    expect(served.stdout).not.toContain('UI')
  })

  it('with --token lets the interface in by that one', async () => {
    const { ui } = await serve(url(), '--token', 'chosen-token')
    expect(new URL(ui ?? '').searchParams.get('token')).toBe('chosen-token')
  })

  it('with --routes takes the file, warns of its faults on stderr, and reads it again', async () => {
    const file = path.join(folder, 'routes')
    await writeFile(file, `* 127.0.0.1:${backend.port}\nbad.example,nosuch=1 127.0.0.1:1\n`)
    const { proxy, label, served } = await serve('--routes', file)
    expect(label).toBe(`routes: ${file}`)
    expect(await text(`${proxy}/x`)).toBe('/x signed;')
    expect(served.stderr).toMatch(/^gripscope: warning: routes: line 2, column 13: .*nosuch.*\n$/)
  })

  it('with several --route takes each', async () => {
    const target = `127.0.0.1:${backend.port}`
    const { proxy, label } = await serve(
      '--route',
      `*,path_beg=/a/,replace_beg=/z/ ${target}`,
      '--route',
      `* ${target}`,
    )
    expect(label).toBe('2 routes')
    expect(await text(`${proxy}/a/b`)).toBe('/z/b signed;')
    expect(await text(`${proxy}/b`)).toBe('/b signed;')
  })

  it('with --set tells the backend what pushpin.conf would make it tell', async () => {
    const switches = ['accept_x_forwarded_protocol=true', 'set_x_forwarded_protocol=true', 'x_forwarded_for=append']
    const { proxy } = await serve(url(), ...switches.flatMap((text) => ['--set', text]), '--set', 'cdn_loop=me')
    const before = backend.requests.length
    await fetch(proxy, { headers: { 'X-Forwarded-Proto': 'https', 'X-Forwarded-For': '1.1.1.1' } })
    expect(backend.requests[before]?.headers).toMatchObject({
      'x-forwarded-proto': 'https',
      'x-forwarded-protocol': 'https',
      'x-forwarded-for': '1.1.1.1, 127.0.0.1',
      'cdn-loop': 'me',
    })
  })

  it('with --limit keeps to it', async () => {
    const { publish } = await serve(url(), '--limit', 'publishBodyMax=20')
    expect((await fetch(publish, { method: 'POST', body: JSON.stringify({ items: [], more: 'x' }) })).status).toBe(400)
    expect((await fetch(publish, { method: 'POST', body: '{"items":[]}' })).status).toBe(200)
  })

  it('with --debug tells clients why', async () => {
    const { proxy } = await serve('--route', '* 127.0.0.1:1', '--debug')
    expect(await text(`${proxy}/`)).toContain('127.0.0.1:1')
  })

  it('signs with --sig-iss and --sig-key', async () => {
    let signature = ''
    const seeing = await ScriptedBackend.start(({ headers }) => {
      signature = String(headers['grip-sig'])
      return {}
    })
    const { proxy } = await serve(`http://127.0.0.1:${seeing.port}`, '--sig-iss', 'me', '--sig-key', 'base64:c2VjcmV0')
    await text(proxy)
    await seeing.stop()
    const [, claims = ''] = signature.split('.')
    expect(JSON.parse(Buffer.from(claims, 'base64url').toString())).toMatchObject({ iss: 'me' })
  })

  it('takes ZeroMQ addresses from the start', async () => {
    const { served } = await serve(url())
    await served.kill()
    const zmq = cli.run(
      'serve',
      '--port',
      '0',
      '--publish-port',
      '0',
      '--no-ui',
      '--zmq-pull',
      'tcp://127.0.0.1:*',
      url(),
    )
    await zmq.says(READY)
    zmq.process.kill('SIGTERM')
    expect(await zmq.exit).toBe(0)
  })
})

describe('a start that fails', () => {
  it('for a port that is taken says which one, who may hold it and the option, and exits with 1', async () => {
    const server = createServer()
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const { port } = server.address() as AddressInfo
    for (const option of ['--port', '--publish-port', '--ui-port']) {
      const failed = cli.run('serve', url(), ...FREE, option, String(port))
      expect(await failed.exit).toBe(1)
      expect(failed.stderr).toMatch(new RegExp(`^gripscope: .*port ${port} on 127.0.0.1 is taken by .*${option}.*\\n$`))
      expect(failed.stdout).toBe('')
    }
    server.close()
  })

  it('for an address that this machine does not have exits with 1', async () => {
    const failed = cli.run('serve', url(), ...FREE, '--listen', '203.0.113.1')
    expect(await failed.exit).toBe(1)
    expect(failed.stderr).toMatch(/^gripscope: .*203\.0\.113\.1 is not an address of this machine.*\n$/)
  })

  it.each([
    [['--prot', '1'], /--prot/],
    [['--port', 'eighty'], /--port eighty/],
    [['--routes', '/no/such/file'], /\/no\/such\/file.*there is no such file/],
    [['--route', 'no-target'], /route/],
    [['--sig-key', 'file:/dev/zero'], /--sig-key: The key file \/dev\/zero cannot be read: it is not a regular file/],
    [['--sig-key', 'base64:'], /--sig-key: The key is empty/],
    [['--token', ''], /--token: give/],
    [['ftp://localhost'], /ftp/],
  ])('for %j says so in one line and exits with 2', async (args, pattern) => {
    const failed = cli.run('serve', ...FREE, ...args)
    expect(await failed.exit).toBe(2)
    expect(failed.stderr).toMatch(pattern)
    expect(failed.stderr).toMatch(/^gripscope: [^\n]+\n$/)
    expect(failed.stdout).toBe('')
  })
})

it.runIf(process.platform === 'linux')(
  'starts with a --data-dir in which the system lets nobody make a folder, and says so',
  async () => {
    const { served } = await serve(url(), '--tls-port', '0', '--data-dir', '/proc')
    expect(served.stderr).toMatch(/^gripscope: warning: the local CA cannot be saved in \/proc\/tls: .*--data-dir\.\n$/)
  },
)

describe('help', () => {
  it('of serve names every option', async () => {
    const helped = cli.run('serve', '--help')
    expect(await helped.exit).toBe(0)
    const options =
      'routes route port publish-port ui-port no-ui token listen sig-iss sig-key message-wait zmq-pull zmq-sub zmq-command no-zmq debug'
    for (const name of options.split(' ')) expect(helped.stdout, name).toContain(`--${name} `)
    expect(helped.stderr).toBe('')
  })

  it('without a command, and of the version', async () => {
    const helped = cli.run()
    expect(await helped.exit).toBe(0)
    expect(helped.stdout).toMatch(/serve .*\n.*findings .*\n.*show .*\n.*pushpin /)
    const version = cli.run('--version')
    expect(await version.exit).toBe(0)
    expect(version.stdout).toMatch(/^gripscope \d+\.\d+\.\d+\n$/)
  })

  it('is named where a command is not known', async () => {
    const failed = cli.run('server')
    expect(await failed.exit).toBe(2)
    expect(failed.stderr).toBe('gripscope: unknown command server (see gripscope --help)\n')
  })
})
