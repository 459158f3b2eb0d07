// A thousand clients held at once: the table shows them, stays quick, and one publish reaches them all.
import { publish, startAsking } from '../fixtures/http-client'
import { exchange, goTo } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

const CLIENTS = 1000
/** Milliseconds that the page may take for one piece of work; a hang is much longer. */
const HANG = 1000

test('1,000 holds are shown without a hang, and answered by one publish', async ({ gripscope, backend }) => {
  test.slow()
  const { page, proxy, publish: publishUrl } = gripscope
  await page.evaluate(watchHangs)
  const clients = Array.from({ length: CLIENTS }, (_, index) => startAsking(`${proxy}/many/?client=${index}`))
  await expect(page.getByRole('contentinfo')).toContainText('1,000 held', { timeout: 30_000 })
  const grid = page.getByRole('grid', { name: 'Exchanges' })
  await expect(grid).toHaveAttribute('aria-rowcount', '1000')
  // Only what is on screen exists; the keys lead to both ends.
  expect(await grid.getByRole('row').count()).toBeLessThan(100)
  await grid.press('Home')
  await expect(exchange(page, /^1 /)).toHaveAttribute('aria-selected', 'true')
  await grid.press('End')
  await expect(exchange(page, /^1000 /)).toHaveAttribute('aria-selected', 'true')

  // Whoever is not held just then, because the request goes to the backend again for it, gets the same from there.
  backend.many = 'now'
  await publish(publishUrl, [
    { channel: 'many', id: '1', 'prev-id': '0', formats: { 'http-response': { body: 'now' } } },
  ])
  const answers = await Promise.all(clients.map(({ answer }) => answer))
  expect(new Set(answers.map(({ body }) => body))).toEqual(new Set(['now']))
  await expect(page.getByRole('contentinfo')).toContainText('0 held')
  await expect(exchange(page, /^1000 /)).toContainText('200')

  await goTo(page, 'Publishes')
  await page.getByRole('grid', { name: 'Publishes' }).getByRole('row').click()
  await expect(page.getByRole('region', { name: 'Publish 1' })).toContainText(/\d+ delivered/)
  expect(await page.evaluate(() => window.longestTask ?? 0)).toBeLessThan(HANG)
})

/** Runs in the page: notes its longest piece of work. */
function watchHangs(): void {
  new PerformanceObserver((list) => {
    for (const { duration } of list.getEntries()) window.longestTask = Math.max(window.longestTask ?? 0, duration)
  }).observe({ type: 'longtask' })
}

declare global {
  interface Window {
    longestTask?: number
  }
}
