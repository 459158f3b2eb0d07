// `npm start`: opens the desktop app before the backend that is named; where there is no display, says so and serves.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import net from 'node:net'
import { createInterface } from 'node:readline'
import { freePort } from '../../scripts/free-ports.mjs'
import { endWithUs } from '../fixtures/child'
import { desktopEnv, freePorts } from '../fixtures/gripscope'
import { ask } from '../fixtures/http-client'
import { inRoot } from '../fixtures/places'
import { expect, test } from '../fixtures/test'

interface Started {
  readonly child: ChildProcessWithoutNullStreams
  /** All that it says, line by line. */
  readonly lines: string[]
  readonly ended: Promise<unknown[]>
}

/** What `npm start` runs. */
function start(userData: string, args: readonly string[], env: Record<string, string> = {}): Started {
  const program = inRoot('scripts', 'start.mjs')
  const child = endWithUs(spawn(process.execPath, [program, '--data-dir', userData, ...args], { env: desktopEnv(env) }))
  const lines: string[] = []
  for (const stream of [child.stdout, child.stderr]) createInterface(stream).on('line', (line) => lines.push(line))
  return { child, lines, ended: once(child, 'close') }
}

test('it opens the app before the backend that is named, and ends with it', async ({ folder, backend }) => {
  const port = await freePort()
  const { child, lines, ended } = start(folder, [
    backend.url,
    '--port',
    String(port),
    '--publish-port',
    '0',
    '--no-zmq',
  ])
  const asked = () => ask(`http://127.0.0.1:${port}/counter/value/`).catch(() => undefined)
  await expect.poll(asked).toMatchObject({ status: 200, body: '0\n' })
  child.kill('SIGINT')
  expect(await ended).toEqual([0, null])
  const label = new URL(backend.url).host
  expect(lines).toEqual([
    expect.stringMatching(
      new RegExp(`^gripscope ready: http://127.0.0.1:${port} → ${label}, publish http://127.0.0.1:\\d+/publish/$`),
    ),
  ])
})

test('it says in the terminal that a port is taken, with the fix', async ({ folder, backend }) => {
  const holder = net.createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as net.AddressInfo
  const args = [backend.url, '--port', String(port), '--publish-port', '0', '--no-zmq']
  const { child, lines, ended } = start(folder, args)
  await expect.poll(() => lines.length).toBe(1)
  expect(lines[0]).toMatch(
    new RegExp(`^gripscope: proxy port: port ${port} on 127.0.0.1 is taken by .*, or choose another one with --port`),
  )
  child.kill('SIGTERM')
  expect(await ended).toEqual([0, null])
  holder.close()
})

for (const [where, env, why] of [
  ['without a display', { DISPLAY: '', WAYLAND_DISPLAY: '' }, 'There is no display'],
  ['where the display can’t be had', { DISPLAY: ':9876', WAYLAND_DISPLAY: '' }, 'Electron cannot run here'],
] as const) {
  test(`${where} it serves the interface, and says in two lines why and where`, async ({ folder, backend }) => {
    test.skip(process.platform !== 'linux', 'Only on Linux can a display be missing.')
    const { child, lines, ended } = start(folder, [backend.url, '--ui-port', '0', ...freePorts], env)
    await expect.poll(() => lines.length).toBe(2)
    const [reason = '', ready = ''] = lines
    expect(reason).toContain(why)
    expect(reason).toMatch(/Gripscope runs without a window\.$/)
    const ui = / UI (\S+)$/.exec(ready)?.[1] ?? ''
    expect((await ask(ui)).status).toBe(303)
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
  })
}

test('what it does not understand: one line and exit code 2, with a display and without', async ({ folder }) => {
  for (const env of [{}, { DISPLAY: '', WAYLAND_DISPLAY: '' }]) {
    const { lines, ended } = start(folder, ['--colour', 'blue'], env)
    expect(await ended).toEqual([2, null])
    expect(lines.at(-1)).toContain('--colour')
  }
})
