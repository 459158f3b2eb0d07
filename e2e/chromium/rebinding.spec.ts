// DNS rebinding: a page of another name, which the name server then points at this machine. For the browser it is the
// same origin as our port; only the Host header tells.
import { type BrowserContext, chromium } from '@playwright/test'
import { chromiumOptions } from '../../scripts/chromium.mjs'
import { opensSocket, reads } from '../fixtures/hostile-page'
import { ask, startAsking } from '../fixtures/http-client'
import { exchange } from '../fixtures/screen'
import { test as base, expect } from '../fixtures/test'

const NAME = 'rebound.test'

const test = base.extend<{ readonly rebound: BrowserContext }>({
  /** A browser for which that name is this machine. */
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from it that there are no dependencies
  rebound: async ({}, use) => {
    const { args, ...options } = chromiumOptions()
    const rules = `--host-resolver-rules=MAP ${NAME} 127.0.0.1`
    const browser = await chromium.launch({ ...options, args: [...args, rules] })
    await use(await browser.newContext())
    await browser.close()
  },
})

test('the interface is not at another name, not even for one who has the token', async ({ gripscope, rebound }) => {
  const { port } = new URL(gripscope.page.url())
  const [cookie] = await gripscope.page.context().cookies()
  if (!cookie) throw new Error('The interface set no cookie.')
  const { name, value } = cookie
  // Even if that name had got hold of the token, its Host gives it away.
  const url = `http://${NAME}:${port}/`
  await rebound.addCookies([{ name, value, url }])
  const page = await rebound.newPage()
  expect((await page.goto(url))?.status()).toBe(403)
  await expect(page.getByText(`Gripscope's interface is not at "${NAME}:${port}"`)).toBeVisible()
  expect(await page.evaluate(reads, url)).toBe(403)
  expect(await page.evaluate(reads, `${url}?token=${value}`)).toBe(403)
  expect(await page.evaluate(opensSocket, `ws://${NAME}:${port}/bridge`)).toBe(false)
  // By the address that it printed, the same cookie is good.
  const { status } = await ask(`http://127.0.0.1:${port}/`, { headers: { cookie: `${name}=${value}` } })
  expect(status).toBe(200)
})

test('the publish port takes nothing from a page of another name', async ({ gripscope, rebound }) => {
  const { page: ours, proxy, publish } = gripscope
  const waiting = startAsking(`${proxy}/counter/value/?last=0`)
  await expect(exchange(ours, /held/)).toBeVisible()
  const { port } = new URL(publish)
  // What is at that name now counts as the page's own, and it may ask without asking for leave.
  const page = await rebound.newPage()
  await page.goto(`http://${NAME}:${port}/`)
  const status = await page.evaluate(async (url) => {
    const items = [{ channel: 'counter', id: '1', 'prev-id': '0', formats: { 'http-response': { body: 'forged' } } }]
    const { status } = await fetch(url, { method: 'POST', body: JSON.stringify({ items }) })
    return status
  }, `http://${NAME}:${port}/publish/`)
  expect(status).toBe(403)
  await expect(exchange(ours, /last=0/)).toContainText('held')
  waiting.leave()
})
