// Small windows: what does not fit beside each other comes below, and nothing is out of reach.
import { ask } from '../fixtures/http-client'
import { exchange } from '../fixtures/screen'
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
