// Takes pictures of a page, in both themes and two sizes, into screenshots/.
import type { Page } from '@playwright/test'
import { inRoot } from '../fixtures/places'

const SIZES = [
  { width: 1280, height: 800 },
  { width: 1600, height: 1000 },
]
const THEMES = ['light', 'dark'] as const

/** Takes the pictures of what the page shows. */
export async function shoot(page: Page, name: string): Promise<void> {
  for (const size of SIZES) {
    await page.setViewportSize(size)
    for (const colorScheme of THEMES) {
      await page.emulateMedia({ colorScheme })
      // Drawings follow on the frames after.
      await page.evaluate(() => new Promise((done) => setTimeout(() => requestAnimationFrame(done), 300)))
      const path = inRoot('screenshots', `${name}-${colorScheme}-${size.width}x${size.height}.png`)
      await page.screenshot({ path, animations: 'disabled' })
    }
  }
}
