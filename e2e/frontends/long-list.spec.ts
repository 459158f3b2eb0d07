// A list of more rows than there is room for: whatever keys and clicks do, and whatever size the window has, there are
// rows where one looks.
import type { Page } from '@playwright/test'
import type { Gripscope } from '../fixtures/gripscope'
import { ask } from '../fixtures/http-client'
import { exchange } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

const ROWS = 60

/** A pixel may be cut where sizes are fractions. */
const WHOLE = { ratio: 0.9 }

test('keys and jumps, there and back', async ({ gripscope }) => {
  test.slow()
  const { page } = gripscope
  await fill(gripscope)
  const { keyboard } = page

  // A click, Esc, and a jump by number.
  await exchange(page, /item=58\b/).click()
  await keyboard.press('Escape')
  await keyboard.press('Escape')
  await keyboard.press('ControlOrMeta+k')
  await keyboard.type('#5')
  await expect(page.getByRole('option', { name: /item=5/ })).toBeVisible()
  await keyboard.press('Enter')
  await expect(exchange(page, /item=5\b/)).toBeInViewport(WHOLE)
  await expectFull(page)
  await keyboard.press('Escape')

  // Down to the last, then up.
  await grid(page).focus()
  await keyboard.press('Home')
  for (let count = 0; count < ROWS + 5; count += 1) await keyboard.press('ArrowDown')
  await expect(exchange(page, new RegExp(`item=${ROWS}\\b`))).toBeInViewport(WHOLE)
  for (let count = 0; count < 40; count += 1) await keyboard.press('ArrowUp')
  await expect(exchange(page, new RegExp(`item=${ROWS - 40}\\b`))).toBeInViewport(WHOLE)
  await expectFull(page)

  for (const key of ['End', 'PageUp', 'PageUp', 'PageUp']) {
    await keyboard.press(key)
    await expectFull(page)
  }
  await expect(grid(page).getByRole('row', { selected: true })).toBeInViewport(WHOLE)
})

test('a window that gets lower, and higher again', async ({ gripscope }) => {
  const { page } = gripscope
  await fill(gripscope)
  for (const height of [540, 1000, 700]) {
    await resize(gripscope, 1000, height)
    await expectFull(page)
    await expect(exchange(page, new RegExp(`item=${ROWS}\\b`))).toBeInViewport(WHOLE)
  }
})

async function fill({ page, proxy }: Gripscope): Promise<void> {
  for (let index = 1; index <= ROWS; index += 1) await ask(`${proxy}/echo/?item=${index}`)
  await expect(grid(page)).toHaveAttribute('aria-rowcount', String(ROWS))
  await expect(exchange(page, new RegExp(`item=${ROWS}\\b`))).toBeVisible()
}

const grid = (page: Page) => page.getByRole('grid', { name: 'Exchanges' })

async function resize({ page, desktop }: Gripscope, width: number, height: number): Promise<void> {
  if (!desktop) return page.setViewportSize({ width, height })
  await desktop.evaluate(
    ({ BrowserWindow }, [width, height]) => BrowserWindow.getAllWindows()[0]?.setContentSize(width ?? 0, height ?? 0),
    [width, height],
  )
  await expect.poll(() => page.evaluate(() => innerHeight)).toBe(height)
}

/** Wherever one looks in the list, there is a row. */
async function expectFull(page: Page): Promise<void> {
  const holes = () =>
    grid(page).evaluate((list) => {
      const { left, top, bottom } = list.getBoundingClientRect()
      const holes: number[] = []
      for (let y = top + 2; y < bottom - 2; y += 10) {
        if (!document.elementFromPoint(left + 40, y)?.closest('[role=row]')) holes.push(y)
      }
      return holes
    })
  await expect.poll(holes).toEqual([])
}
