// How the desktop app starts and ends: its arguments, a port that is taken, a second start, signals.
import { once } from 'node:events'
import http from 'node:http'
import net from 'node:net'
import { text } from 'node:stream/consumers'
import type { ElectronApplication } from '@playwright/test'
import WebSocket from 'ws'
import { freePorts, startDesktop, startDesktopProcess } from '../fixtures/gripscope'
import { ask, startAsking } from '../fixtures/http-client'
import { exchange } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

test('arguments that it does not understand: one line, and exit code 2', async ({ folder }) => {
  for (const [args, said] of [
    [['--nope'], 'gripscope: Unknown option --nope\n'],
    [['--port', 'many'], 'gripscope: --port many: give a whole number from 0 to 65535\n'],
    [['--routes', '/nowhere'], /^gripscope: routes: \/nowhere: there is no such file\. .*\n$/],
    [['ftp://localhost'], /^gripscope: backend: .*\n$/],
  ] as const) {
    const { code, lines } = await startDesktopProcess({ userData: folder, args })
    expect(code).toBe(2)
    if (typeof said === 'string') expect(lines).toBe(said)
    else expect(lines).toMatch(said)
  }
})

test('a port that is taken is shown, with a fix that works', async ({ folder, backend }) => {
  const holder = net.createServer().listen(0, '127.0.0.1')
  await once(holder, 'listening')
  const { port } = holder.address() as net.AddressInfo
  const args = ['--port', String(port), '--publish-port', '0', '--no-zmq', backend.url]
  const { page, close } = await startDesktop({ userData: folder, args })
  await expect(page.getByRole('status', { name: 'Proxy' })).toContainText('Not listening')
  const alert = page.getByRole('main').getByRole('alert')
  await expect(alert).toContainText(`port ${port} on 127.0.0.1 is taken by`)
  await alert.getByRole('button', { name: 'Try again' }).click()
  await expect(page.getByRole('region', { name: 'Notices' }).getByRole('alert')).toContainText('is taken')
  await alert.getByRole('button', { name: 'Use any free port' }).click()
  await expect(page.getByRole('status', { name: 'Proxy' })).toContainText('Proxying')
  await expect(alert).toBeHidden()
  const address = await page.getByRole('status', { name: 'Proxy' }).textContent()
  const proxy = /127\.0\.0\.1:\d+/.exec(address ?? '')?.[0]
  expect((await ask(`http://${proxy}/counter/value/`)).status).toBe(200)
  await close()
  holder.close()
})

test('a second start shows the first one’s window, and hands over its backend', async ({ folder, backend }) => {
  const first = await startDesktop({ userData: folder, args: freePorts })
  await expect(first.page.getByRole('status', { name: 'Proxy' })).toContainText('demo')
  await first.desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.hide())
  const { code, lines } = await startDesktopProcess({ userData: folder, args: [backend.url] })
  expect([code, lines]).toEqual([0, 'gripscope: it is running already; its window is shown\n'])
  await expect(first.page.getByRole('status', { name: 'Proxy' })).toContainText(new URL(backend.url).host)
  const shown = () => first.desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.isVisible())
  await expect.poll(shown).toBe(true)
  await first.close()
})

/** How the app can be told to end. */
const endings: Readonly<Record<string, (desktop: ElectronApplication) => unknown>> = {
  SIGTERM: (desktop) => desktop.process().kill('SIGTERM'),
  SIGINT: (desktop) => desktop.process().kill('SIGINT'),
  // As from npm, which passes on what the terminal has sent to all.
  'SIGINT, and again': (desktop) =>
    ['SIGINT', 'SIGINT'].map((signal) => process.kill(desktop.process().pid ?? 0, signal)),
  'SIGTERM while it ends already': (desktop) => {
    process.kill(desktop.process().pid ?? 0, 'SIGINT')
    process.kill(desktop.process().pid ?? 0, 'SIGTERM')
  },
  'what Quit in the menu does': (desktop) => desktop.evaluate(({ app }) => setImmediate(() => app.quit())),
  // Windows has no key of its own for it.
  ...(process.platform !== 'win32' && { 'Ctrl+Q (⌘Q)': pressQuit }),
  'closing the window': (desktop) =>
    desktop.evaluate(({ BrowserWindow }) => setImmediate(() => BrowserWindow.getAllWindows()[0]?.close())),
}

/** As the keyboard does: the key goes to the page first, and from there to the menu. */
function pressQuit(desktop: ElectronApplication): Promise<void> {
  return desktop.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    contents?.focus()
    const modifiers: 'meta'[] | 'control'[] = process.platform === 'darwin' ? ['meta'] : ['control']
    setImmediate(() => contents?.sendInputEvent({ type: 'keyDown', keyCode: 'Q', modifiers }))
  })
}

/** A backend that holds all who ask it, each in the way that the path names. */
async function startHolding(): Promise<{ url: string; close(): void }> {
  const channel = { 'grip-channel': 'all' }
  const server = http.createServer(async (request, response) => {
    const { url = '' } = request
    if (url === '/ws') {
      const opens = (await text(request)).startsWith('OPEN')
      const headers = { 'content-type': 'application/websocket-events', 'sec-websocket-extensions': 'grip' }
      const subscribe = 'c:{"type":"subscribe","channel":"all"}'
      const opened = `OPEN\r\nTEXT ${subscribe.length.toString(16)}\r\n${subscribe}\r\n`
      response.writeHead(200, headers).end(opens ? opened : '')
    } else if (url === '/stream')
      response.writeHead(200, { 'grip-hold': 'stream', ...channel, 'content-type': 'text/plain' }).end('open;')
    else response.writeHead(200, { 'grip-hold': 'response', ...channel }).end('nothing new')
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  const { port } = server.address() as net.AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close() {
      server.close()
      server.closeAllConnections()
    },
  }
}

for (const [how, end] of Object.entries(endings)) {
  test(`${how}: it ends cleanly, and tells those that are held`, async ({ folder }) => {
    test.skip(
      process.platform === 'darwin' && how === 'closing the window',
      'On macOS an app goes on without a window.',
    )
    const holding = await startHolding()
    const route = `* ${new URL(holding.url).host}`
    const args = [...freePorts, '--route', `*,path_beg=/ws ${new URL(holding.url).host},over_http`, '--route', route]
    const { page, proxy, desktop } = await startDesktop({ userData: folder, args })
    const poll = startAsking(`${proxy}/poll`)
    const stream = startAsking(`${proxy}/stream`)
    const socket = new WebSocket(`${proxy.replace('http', 'ws')}/ws`)
    const closed = once(socket, 'close')
    await expect(exchange(page, /\/poll/)).toContainText('held')
    await expect(exchange(page, /\/stream/)).toContainText('streaming')
    await expect(exchange(page, /\/ws/)).toContainText('open')
    const ended = once(desktop.process(), 'exit')
    await end(desktop)
    // The hold gets its timeout response, the stream its last chunk: an answer that breaks off would be rejected here.
    expect(await poll.answer).toMatchObject({ status: 200, body: 'nothing new' })
    expect(await stream.answer).toMatchObject({ status: 200, body: 'open;' })
    expect((await closed)[0]).toBe(1001)
    expect(await ended).toEqual([0, null])
    holding.close()
  })
}

test('an error that nobody caught is survived, shown, told on the terminal, and part of an export', async ({
  desktop,
}) => {
  const { page, proxy, desktop: electron } = desktop
  let complaints = ''
  electron.process().stderr?.on('data', (data) => {
    complaints += data
  })
  await electron.evaluate(() => {
    setImmediate(() => {
      throw new RangeError('thrown for a test')
    })
  })
  const banner = page.getByRole('alert').filter({ hasText: 'internal error' })
  await expect(banner).toContainText('RangeError: thrown for a test')
  await electron.evaluate(() => {
    setImmediate(() => Promise.reject(new TypeError('rejected for a test')))
  })
  await expect(banner).toContainText('2 internal errors')
  await expect(banner).toContainText('TypeError: rejected for a test')
  expect((await ask(`${proxy}/echo/`)).status).toBe(200)
  await expect(exchange(page, /echo/)).toBeVisible()
  const har = JSON.parse(
    await desktop.saved(async () => {
      await page.getByRole('button', { name: 'Export' }).click()
      await page.getByRole('menuitem', { name: /^All as HAR/ }).click()
    }),
  )
  expect(har.log.entries).toHaveLength(1)
  expect(har.log._grip.faults.map(({ message }: { message: string }) => message)).toEqual([
    'RangeError: thrown for a test',
    'TypeError: rejected for a test',
  ])
  await expect
    .poll(() => complaints)
    .toMatch(/internal error, survived: RangeError: thrown for a test\nRangeError: .*\n +at /)
  expect(complaints).toContain('internal error, survived: TypeError: rejected for a test')
  await banner.getByRole('button', { name: 'Dismiss' }).click()
  await expect(banner).toBeHidden()
})
