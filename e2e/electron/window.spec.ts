// The desktop app's window: what its page can do, and what it can't.
import http from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ElectronApplication } from '@playwright/test'
import { ask } from '../fixtures/http-client'
import { goTo } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

test('the page has the bridge, and nothing of Node', async ({ desktop: { page } }) => {
  const seen = await page.evaluate(() => ({
    globals: ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => name in window),
    bridge: Object.keys(window.gripscope ?? {}).sort(),
  }))
  expect(seen).toEqual({ globals: [], bridge: ['call', 'watch'] })
})

test('the bridge answers only what the contract has', async ({ desktop: { page } }) => {
  const call = (name: string, input: unknown) =>
    page.evaluate(([name, input]) => window.gripscope?.call(name as string, input), [name, input])
  expect(await call('app.quit', null)).toMatchObject({ ok: false, error: { code: 'bad-call' } })
  expect(await call('exchange.details', { id: '1' })).toMatchObject({ ok: false, error: { code: 'bad-call' } })
  expect(await call('constructor', null)).toMatchObject({ ok: false, error: { code: 'bad-call' } })
})

test('it can neither leave the app nor open windows', async ({ desktop: { page, desktop } }) => {
  const asked: string[] = []
  const elsewhere = http.createServer((request, response) => {
    asked.push(request.url ?? '')
    response.end('<h1>elsewhere</h1>')
  })
  await new Promise<void>((resolve) => elsewhere.listen(0, '127.0.0.1', resolve))
  const url = `http://127.0.0.1:${(elsewhere.address() as AddressInfo).port}/`

  for (const leave of [byLocation, byLink, byForm]) {
    const denied = await watchNavigation(desktop)
    await page.evaluate(leave, url)
    expect(await denied()).toBe(true)
  }
  expect(await page.evaluate((url) => window.open(url), url)).toBeNull()
  expect(await desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows().length)).toBe(1)
  expect(page.url()).toBe('app://gripscope/')
  expect(asked).toEqual([])
  await new Promise((resolve) => elsewhere.close(resolve))
})

const byLocation = (url: string): void => {
  window.location.href = url
}
const byLink = (url: string): void => {
  const link = document.createElement('a')
  link.href = url
  link.click()
}
const byForm = (url: string): void => {
  const form = document.createElement('form')
  form.action = url
  form.method = 'post'
  document.body.append(form)
  // The policy keeps forms from being sent at all; what then happens is a navigation like any other.
  form.submit()
  window.location.assign(url)
}

/** Watches for the next navigation of the window. Resolves once it watches, with what tells if it was prevented. */
async function watchNavigation(desktop: ElectronApplication): Promise<() => Promise<boolean>> {
  const watch = await desktop.evaluateHandle(({ BrowserWindow }) => ({
    denied: new Promise<boolean>((resolve) => {
      const contents = BrowserWindow.getAllWindows()[0]?.webContents
      // After the listeners that were there before.
      contents?.once('will-navigate', (event) => resolve(event.defaultPrevented))
    }),
  }))
  return () => watch.evaluate(({ denied }) => denied)
}

test('its policy lets in scripts of the app only, and nothing from elsewhere', async ({ desktop: { page } }) => {
  await page.evaluate(() => {
    window.violations = []
    document.addEventListener('securitypolicyviolation', ({ effectiveDirective }) =>
      window.violations?.push(effectiveDirective),
    )
    const script = document.createElement('script')
    script.textContent = 'window.ranInline = true'
    document.body.append(script)
    const frame = document.createElement('iframe')
    frame.src = 'http://127.0.0.1:9/'
    document.body.append(frame)
    new Image().src = 'http://127.0.0.1:9/'
    fetch('http://127.0.0.1:9/').catch(() => {})
  })
  const violations = () => page.evaluate(() => window.violations)
  await expect.poll(violations).toHaveLength(4)
  expect((await violations())?.sort()).toEqual(['connect-src', 'frame-src', 'img-src', 'script-src-elem'])
  expect(await page.evaluate(() => 'ranInline' in window)).toBe(false)
})

test('files outside of the interface cannot be asked for', async ({ desktop: { desktop } }) => {
  const status = (url: string) =>
    desktop.evaluate(
      async ({ net }, url) => (await net.fetch(url, { bypassCustomProtocolHandlers: false })).status,
      url,
    )
  expect(await status('app://gripscope/')).toBe(200)
  expect(await status('app://gripscope/..%2f..%2fpackage.json')).toBe(404)
  expect(await status('app://gripscope/../main/index.cjs')).toBe(404)
  expect(await status('app://elsewhere/index.html')).toBe(404)
})

test('it gets no permission but to write to the clipboard', async ({ desktop: { page } }) => {
  const states = await page.evaluate(() =>
    Promise.all(
      (['geolocation', 'notifications', 'camera', 'microphone', 'clipboard-read'] as PermissionName[]).map(
        async (name) => (await navigator.permissions.query({ name })).state,
      ),
    ),
  )
  expect(new Set(states)).toEqual(new Set(['denied']))
})

test('a page that crashed is loaded again; one that crashes twice says so, and is loaded by a button', async ({
  desktop: { page, desktop, proxy },
}) => {
  await goTo(page, 'Settings')
  await crash(desktop)
  await expectWords(desktop, 'Proxying')

  await crash(desktop)
  await expectWords(desktop, 'The window crashed twice')
  // The engine goes on meanwhile.
  expect((await ask(`${proxy}/echo/?while=crashed`)).status).toBe(200)
  await run(desktop, "document.querySelector('a').click()")
  await expectWords(desktop, 'while=crashed')

  // A third time, and by the menu.
  await crash(desktop)
  await expectWords(desktop, 'The window crashed twice')
  await desktop.evaluate(({ Menu }) => {
    for (const { submenu } of Menu.getApplicationMenu()?.items ?? []) {
      submenu?.items.find(({ label }) => label === 'Reload')?.click()
    }
  })
  await expectWords(desktop, 'while=crashed')
})

function crash(desktop: ElectronApplication): Promise<void> {
  return desktop.evaluate(
    ({ BrowserWindow }) =>
      new Promise<void>((resolve) => {
        const contents = BrowserWindow.getAllWindows()[0]?.webContents
        contents?.once('did-finish-load', () => resolve())
        contents?.forcefullyCrashRenderer()
      }),
  )
}

/** Playwright's page ends with its process: what comes after it is asked through the app. */
function run(desktop: ElectronApplication, script: string): Promise<unknown> {
  return desktop.evaluate(
    ({ BrowserWindow }, script) => BrowserWindow.getAllWindows()[0]?.webContents.executeJavaScript(script),
    script,
  )
}

async function expectWords(desktop: ElectronApplication, words: string): Promise<void> {
  const shown = () => run(desktop, 'document.body.innerText').catch(() => '')
  await expect.poll(shown).toContain(words)
}

declare global {
  interface Window {
    violations?: string[]
  }
}
