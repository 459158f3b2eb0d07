// `npm run serve` and `npm start`, started as users do it, end with their ports whoever of them is told to: npm, its
// process group, or npm without a chance to pass it on.
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process'
import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { freePort, isFree } from '../../scripts/free-ports.mjs'
import { descendantsOf, endTree } from '../../scripts/process-tree.mjs'
import { desktopEnv } from '../fixtures/gripscope'
import { root } from '../fixtures/places'
import { expect, test } from '../fixtures/test'

interface Running {
  readonly npm: ChildProcessWithoutNullStreams
  readonly ports: readonly number[]
  readonly ended: Promise<unknown[]>
}

/** Runs one of package.json's scripts by npm, and waits until it says that it is ready. */
async function runScript(script: string, folder: string): Promise<Running> {
  const ports = [await freePort(), await freePort(), await freePort()]
  const [port, publish, ui] = ports.map(String)
  const args = ['--port', port, '--publish-port', publish, '--ui-port', ui, '--no-zmq', '--data-dir', folder]
  // Without a display `npm start` serves as well.
  const env = desktopEnv({ DISPLAY: '', WAYLAND_DISPLAY: '' })
  const npm = spawn('npm', ['run', '--silent', script, '--', ...args.map(String)], { cwd: root, env, detached: true })
  const ended = once(npm, 'close')
  const lines = createInterface(npm.stdout)
  await Promise.race([once(lines, 'line'), ended])
  for (const each of ports) expect(await isFree(each)).toBe(false)
  return { npm, ports, ended }
}

const noneListens = async (ports: readonly number[]): Promise<boolean> =>
  (await Promise.all(ports.map(isFree))).every(Boolean)

// Where a display cannot be missing, `npm start` opens a window.
for (const script of process.platform === 'linux' ? ['serve', 'start'] : ['serve']) {
  for (const [how, signal, group] of [
    ['npm is told to', 'SIGTERM', false],
    ['npm is interrupted', 'SIGINT', false],
    ['all of them are told to', 'SIGTERM', true],
    ['all are interrupted, as by Ctrl+C', 'SIGINT', true],
  ] as const) {
    test(`${script} ends with 0 and leaves its ports when ${how}`, async ({ folder }) => {
      test.skip(process.platform === 'win32', 'There are no signals on Windows.')
      const { npm, ports, ended } = await runScript(script, folder)
      process.kill((group ? -1 : 1) * (npm.pid ?? 0), signal)
      expect(await ended).toEqual([0, null])
      expect(await noneListens(ports)).toBe(true)
    })
  }

  test(`${script} leaves its ports when npm is killed`, async ({ folder }) => {
    const { npm, ports } = await runScript(script, folder)
    npm.kill('SIGKILL')
    await expect.poll(() => noneListens(ports)).toBe(true)
  })
}

test('a process is ended with all that it has started', async () => {
  const sleeper = 'setInterval(() => {}, 1000)'
  const nested = `require('node:child_process').spawn(process.execPath, ['-e', ${JSON.stringify(sleeper)}], { stdio: 'inherit' }); console.log('up'); ${sleeper}`
  const child = spawn(process.execPath, ['-e', nested])
  const closed = once(child, 'close')
  await once(createInterface(child.stdout), 'line')
  endTree(child.pid ?? 0, 'SIGTERM')
  // Its output is closed only when the one that it started is gone too.
  await closed
  expect(
    descendantsOf(1, [
      [2, 1],
      [3, 2],
      [4, 9],
      [5, 1],
    ]),
  ).toEqual([2, 3, 5])
})
