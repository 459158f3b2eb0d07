// @ts-check
// The app of bench/window.mjs: started in Electron, its window closed and opened again, its renderer watched.
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { _electron } from '@playwright/test'
import { findElectron } from '../scripts/electron-runtime.mjs'
import { root } from '../scripts/paths.mjs'

/** On Linux without a display this program is started again on a virtual one. */
export function ensureDisplay() {
  if (process.platform !== 'linux' || process.env.DISPLAY || process.env.WAYLAND_DISPLAY) return
  const args = ['-a', '-s', '-screen 0 1920x1200x24', process.execPath, ...process.argv.slice(1)]
  const { status } = spawnSync('xvfb-run', args, { stdio: 'inherit' })
  process.exit(status ?? 1)
}

/**
 * Opens the app before a backend on this port.
 * @param {number} backendPort
 * @param {number} memoryLimitMiB memory of the trace
 */
export async function startApp(backendPort, memoryLimitMiB) {
  const { folder: electronFolder, from } = await findElectron()
  // Playwright itself asks the electron package where its Electron is.
  if (from !== 'own') process.env.ELECTRON_OVERRIDE_DIST_PATH = electronFolder
  const folder = mkdtempSync(path.join(tmpdir(), 'gripscope-bench-'))
  writeFileSync(path.join(folder, 'settings.json'), JSON.stringify({ memoryLimitMiB, welcomed: true }))
  const flags = process.getuid?.() === 0 ? ['--no-sandbox', '--disable-gpu'] : []
  const own = ['--data-dir', folder, '--port', '0', '--publish-port', '0', '--no-zmq']
  const app = await _electron.launch({
    args: [...flags, root, '--', ...own, `http://127.0.0.1:${backendPort}`],
  })
  let page = await app.firstWindow()
  await ready()
  const proxyPort = (await call('app.state')).proxy.port
  await app.evaluate(({ app: electron }) => {
    // Without this the app ends with its last window.
    electron.removeAllListeners('window-all-closed')
    electron.on('window-all-closed', () => {})
  })

  async function ready() {
    await page.getByRole('status', { name: 'Proxy' }).getByText('Proxying').waitFor()
  }

  /** @param {string} name */
  async function call(name) {
    const reply = await page.evaluate((called) => window.gripscope?.call(called, null), name)
    if (!reply?.ok) throw new Error(`${name}: ${JSON.stringify(reply)}`)
    return /** @type {any} */ (reply.value)
  }

  /** @type {import('@playwright/test').CDPSession | undefined} */
  let profiler
  /** @type {import('@playwright/test').CDPSession | undefined} */
  let counter

  return {
    proxyPort,
    electron: app,
    async close() {
      await app.close()
      rmSync(folder, { recursive: true, force: true })
    },

    async closeWindow() {
      await call('trace.clear')
      await Promise.all([
        page.waitForEvent('close'),
        app.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close()),
      ])
    },
    async openWindow() {
      const opened = app.waitForEvent('window')
      await app.evaluate(({ app: electron }) => void electron.emit('activate'))
      page = await opened
      await ready()
      await call('trace.clear')
    },

    /** Notes long tasks from now on. */
    async watchTasks() {
      await page.evaluate(() => {
        /** @type {number[]} */
        const longTasks = []
        Object.assign(window, { longTasks })
        new PerformanceObserver((list) => {
          for (const { duration } of list.getEntries()) longTasks.push(duration)
        }).observe({ type: 'longtask' })
      })
    },
    /** @returns {Promise<number[]>} milliseconds */
    longTasks: () => page.evaluate(() => /** @type {any} */ (window).longTasks),

    /** CPU that the engine's process has taken so far, in ms: other than its speed, it does not hang on who else is busy. */
    async engineCpu() {
      const { user, system } = await app.evaluate(() => process.cpuUsage())
      return (user + system) / 1000
    },
    /** The same of the page's main thread. */
    async pageCpu() {
      counter ??= await page.context().newCDPSession(page)
      await counter.send('Performance.enable', { timeDomain: 'threadTicks' })
      const { metrics } = await counter.send('Performance.getMetrics')
      return 1000 * (metrics.find(({ name }) => name === 'TaskDuration')?.value ?? 0)
    },

    /** Bytes: the page's heap after a collection, and what its process and the engine's have resident. */
    async memory() {
      const session = await page.context().newCDPSession(page)
      await session.send('HeapProfiler.collectGarbage')
      const { usedSize } = await session.send('Runtime.getHeapUsage')
      await session.detach()
      const metrics = await app.evaluate(({ app: electron }) => electron.getAppMetrics())
      const resident = (/** @type {string} */ type) =>
        1024 * (metrics.find((each) => each.type === type)?.memory.workingSetSize ?? 0)
      return { heap: usedSize, renderer: resident('Tab'), main: resident('Browser') }
    },

    /** What the interface was told last. */
    async status() {
      const status = await page.evaluate(
        () =>
          new Promise((resolve) => {
            const stop = window.gripscope?.watch((push) => {
              const { status: told } = JSON.parse(push)
              if (!told) return
              stop?.()
              resolve(told)
            })
          }),
      )
      return /** @type {import('../preload/views').Status} */ (status)
    },

    /** @param {boolean} whole all that DevTools would show, not only when tasks began and ended */
    async startTrace(whole) {
      await app.evaluate(({ BrowserWindow, contentTracing }, all) => {
        const pid = BrowserWindow.getAllWindows()[0]?.webContents.getOSProcessId()
        const own = { included_categories: ['toplevel'], included_process_ids: pid === undefined ? [] : [pid] }
        const categories = [
          'toplevel',
          'devtools.timeline',
          'disabled-by-default-devtools.timeline',
          'v8',
          'v8.gc',
          'blink',
          'cc',
        ]
        return contentTracing.startRecording(all ? { included_categories: categories } : own)
      }, whole)
    },
    /** @param {string} file */
    stopTrace: (file) => app.evaluate(({ contentTracing }, to) => contentTracing.stopRecording(to), path.resolve(file)),

    async startProfile() {
      profiler = await page.context().newCDPSession(page)
      await profiler.send('Profiler.enable')
      await profiler.send('Profiler.setSamplingInterval', { interval: 500 })
      await profiler.send('Profiler.start')
    },
    async stopProfile() {
      return (await profiler?.send('Profiler.stop'))?.profile
    },
  }
}
