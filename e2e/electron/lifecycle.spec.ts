// How the desktop app starts and ends: its arguments, a port that is taken, a second start, signals.
import { once } from 'node:events'
import net from 'node:net'
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

for (const signal of ['SIGTERM', 'SIGINT'] as const) {
  test(`${signal} ends it cleanly, held clients too`, async ({ folder, backend }) => {
    const { page, proxy, publish, desktop } = await startDesktop({
      userData: folder,
      args: [...freePorts, backend.url],
    })
    backend.publishUrl = publish
    const waiting = startAsking(`${proxy}/counter/value/?last=0`)
    await expect(exchange(page, /held/)).toBeVisible()
    const process = desktop.process()
    const ended = once(process, 'exit')
    process.kill(signal)
    expect(await ended).toEqual([0, null])
    // The hold gets its timeout response.
    expect((await waiting.answer).status).toBe(200)
  })
}

test('closing the window ends the app', async ({ folder }) => {
  test.skip(process.platform === 'darwin', 'On macOS an app goes on without a window.')
  const { desktop } = await startDesktop({ userData: folder, args: freePorts })
  const ended = once(desktop.process(), 'exit')
  await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.close())
  expect(await ended).toEqual([0, null])
})
