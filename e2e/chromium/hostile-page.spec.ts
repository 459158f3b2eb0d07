// A hostile page in the user's browser: it reaches neither the publish port nor the interface, whatever it tries. Each
// test leaves one check alone in its way, so that it fails where that check is gone.
import type { Page } from '@playwright/test'
import {
  embeds,
  loadsScript,
  opensEvents,
  opensSocket,
  postsByFetch,
  postsByForm,
  reads,
  startHostilePage,
} from '../fixtures/hostile-page'
import { publish } from '../fixtures/http-client'
import { exchange, goTo } from '../fixtures/screen'
import { test as base, expect } from '../fixtures/test'
import { startWaiting } from '../fixtures/waiting-client'

const item = { channel: 'counter', id: '1', 'prev-id': '0', formats: { 'http-response': { body: 'forged' } } }
const call = JSON.stringify({ items: [item] })

const test = base.extend<{
  /** A page of another origin, in the browser that has our cookie. */
  readonly hostile: Page
}>({
  hostile: async ({ gripscope }, use) => {
    const server = await startHostilePage()
    const page = await gripscope.page.context().newPage()
    await page.goto(server.url)
    await use(page)
    await server.close()
  },
})

test('it cannot publish', async ({ gripscope, backend, hostile }) => {
  const { page, publish: publishUrl } = gripscope
  const waiting = await startWaiting(gripscope, backend)
  await hostile.evaluate(postsByFetch, { url: `${publishUrl}/publish/`, body: call })
  await hostile.evaluate(postsByForm, { url: `${publishUrl}/publish/`, body: call })
  // Nobody got it, and each try is seen.
  await page.bringToFront()
  await goTo(page, 'Publishes')
  const rows = page.getByRole('grid', { name: 'Publishes' }).getByRole('row')
  await expect(rows.nth(4)).toBeVisible()
  for (const row of await rows.all()) await expect(row).toContainText('refused: Origin')
  await rows.first().click()
  await expect(page.getByRole('note', { name: 'Problem: Origin' })).toContainText(new URL(hostile.url()).origin)
  await goTo(page, 'Exchanges')
  await expect(exchange(page, /last=0/)).toContainText('held')
  // The same call of a program does reach it.
  await publish(publishUrl, [item])
  expect((await waiting.answer).body).toBe('forged')
})

test('it learns nothing from the publish port', async ({ gripscope, hostile }) => {
  expect(await hostile.evaluate(reads, `${gripscope.publish}/`)).toBeNull()
  expect(await hostile.evaluate(opensEvents, `${gripscope.publish}/`)).toBe(false)
  expect(await hostile.evaluate(opensSocket, `${gripscope.publish.replace('http', 'ws')}/`)).toBe(false)
})

test('it cannot open the bridge, though the browser sends our cookie along', async ({ gripscope, hostile }) => {
  const bridge = new URL('/bridge', gripscope.page.url().replace('http', 'ws')).href
  const sent = await gripscope.page.context().cookies(gripscope.page.url())
  expect(sent.map(({ name }) => name)).toEqual([`gripscope-${new URL(gripscope.page.url()).port}`])
  expect(await hostile.evaluate(opensSocket, bridge)).toBe(false)
  // Our own page can.
  expect(await gripscope.page.evaluate(opensSocket, bridge)).toBe(true)
})

test('it cannot read, run or embed the interface', async ({ gripscope, hostile }) => {
  const { page } = gripscope
  const script = await page
    .locator('script[src]')
    .first()
    .evaluate((element: HTMLScriptElement) => element.src)
  expect(await hostile.evaluate(reads, page.url())).toBeNull()
  expect(await hostile.evaluate(reads, script)).toBeNull()
  expect(await hostile.evaluate(opensEvents, page.url())).toBe(false)
  expect(await hostile.evaluate(loadsScript, script)).toBe(false)
  const refusals: string[] = []
  hostile.on('console', (message) => refusals.push(message.text()))
  await hostile.evaluate(embeds, page.url())
  expect(refusals.join('\n')).toMatch(/frame-ancestors/)
})
