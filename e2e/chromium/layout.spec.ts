// Small windows: what does not fit beside each other comes below, and nothing is out of reach.
import { ask } from '../fixtures/http-client'
import { exchange, notice, openDetailsOf } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

for (const [width, height] of [
  [900, 600],
  [640, 800],
] as const) {
  test(`at ${width} × ${height}, with the composer open, all words of the status bar are on screen`, async ({
    gripscope: { page, proxy },
  }) => {
    await ask(`${proxy}/echo/`)
    await expect(exchange(page, /echo/)).toBeVisible()
    await page.setViewportSize({ width, height })
    await page.keyboard.press('p')
    await expect(page.getByRole('complementary', { name: 'Publish' })).toBeVisible()
    const corners = await page.getByRole('contentinfo').evaluate((bar) =>
      Array.from(bar.children, (part) => {
        const { right, bottom } = part.getBoundingClientRect()
        return { right, bottom }
      }),
    )
    expect(corners.length).toBeGreaterThan(5)
    expect(Math.max(...corners.map(({ right }) => right))).toBeLessThanOrEqual(width)
    expect(Math.max(...corners.map(({ bottom }) => bottom))).toBeLessThanOrEqual(height)
  })
}

test('at 640 pixels the composer covers the list, and gives it back', async ({ gripscope: { page, proxy } }) => {
  await ask(`${proxy}/echo/`)
  const row = exchange(page, /echo/)
  await expect(row).toBeVisible()
  await page.setViewportSize({ width: 640, height: 800 })
  await page.keyboard.press('p')
  const composer = page.getByRole('complementary', { name: 'Publish' })
  await expect(row).toBeHidden()
  const box = await composer.boundingBox()
  expect([box?.x, box?.width]).toEqual([48, 592])
  await composer.getByRole('button', { name: 'Close the composer' }).click()
  await expect(row).toBeVisible()
})

test('a window that gets lower keeps rows of the list beside open details', async ({ gripscope: { page, proxy } }) => {
  for (let n = 0; n < 30; n++) await ask(`${proxy}/echo/${n}`)
  await openDetailsOf(page, /echo\/25/)
  await page.setViewportSize({ width: 1000, height: 420 })
  await expect(exchange(page, /echo\/25/)).toBeInViewport({ ratio: 1 })
})

test('a notice leaves the buttons of the composer free', async ({ gripscope: { page } }) => {
  await page.setViewportSize({ width: 1280, height: 800 })
  await page.keyboard.press('p')
  const composer = page.getByRole('complementary', { name: 'Publish' })
  await composer.getByRole('combobox', { name: 'Channel' }).fill('room')
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await expect(notice(page, 'Cleared.')).toBeVisible()
  // A click that something else takes would fail.
  await composer.getByRole('button', { name: /^Publish/ }).click()
  await expect(composer.getByRole('alert')).toContainText('Not published')
})
