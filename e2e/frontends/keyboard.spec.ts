// Everything by keyboard: places, rows, details, filter, composer, palette, and the way back.
import { ask, startAsking } from '../fixtures/http-client'
import { exchange } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

test('a walk through the app without a pointer', async ({ gripscope }) => {
  const { page, proxy, desktop } = gripscope
  await ask(`${proxy}/echo/?first`)
  const waiting = startAsking(`${proxy}/counter/value/?last=0`)
  await expect(exchange(page, /held/)).toBeVisible()
  const { keyboard } = page

  await keyboard.press('ArrowUp')
  await expect(exchange(page, /last=0/)).toHaveAttribute('aria-selected', 'true')
  await keyboard.press('ArrowUp')
  await expect(exchange(page, /first/)).toHaveAttribute('aria-selected', 'true')
  await keyboard.press('ArrowDown')
  await keyboard.press('Enter')
  const details = page.getByRole('region', { name: 'Details of exchange 2' })
  await expect(details).toBeVisible()

  // Through the tabs of the details, as of any tabs.
  await details.getByRole('tab', { name: 'Story' }).focus()
  await keyboard.press('ArrowRight')
  await expect(details.getByRole('tab', { name: 'Request' })).toHaveAttribute('aria-selected', 'true')
  await keyboard.press('ArrowRight')
  await expect(details.getByRole('tabpanel', { name: /Instruct/ })).toContainText('accepted')
  await keyboard.press('Escape')
  await expect(details).toBeHidden()

  await keyboard.press('/')
  const filter = page.getByRole('textbox', { name: 'Filter exchanges' })
  await expect(filter).toBeFocused()
  await keyboard.type('is:held')
  await expect(page.getByRole('grid', { name: 'Exchanges' }).getByRole('row')).toHaveCount(1)
  await keyboard.press('Escape')
  await expect(filter).toHaveValue('')
  await keyboard.press('ArrowDown')
  await expect(page.getByRole('grid', { name: 'Exchanges' })).toBeFocused()

  await keyboard.press('p')
  const composer = page.getByRole('complementary', { name: 'Publish' })
  await composer.getByRole('combobox', { name: 'Channel' }).focus()
  await keyboard.type('counter')
  await expect(composer.getByRole('status', { name: 'Reach' })).toContainText('of 1')
  await keyboard.press('Escape')
  await expect(composer).toBeHidden()

  for (const [key, place] of [
    ['2', 'Channels'],
    ['3', 'Publishes'],
    [',', 'Settings'],
    ['1', 'Exchanges'],
  ] as const) {
    // In a browser, the keys with Ctrl are its own.
    await keyboard.press(desktop ? `ControlOrMeta+${key}` : key)
    const button = page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: place })
    await expect(button).toHaveAttribute('aria-current', 'page')
  }
  waiting.leave()
})

test('the palette finds actions, exchanges and channels', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  await ask(`${proxy}/echo/?first`)
  const waiting = startAsking(`${proxy}/counter/value/?last=0`)
  await expect(exchange(page, /held/)).toBeVisible()
  const { keyboard } = page
  const palette = page.getByRole('dialog', { name: 'All actions' })

  await keyboard.press('ControlOrMeta+k')
  await expect(palette.getByRole('combobox')).toBeFocused()
  await keyboard.type('only held')
  await keyboard.press('Enter')
  await expect(palette).toBeHidden()
  await expect(page.getByRole('textbox', { name: 'Filter exchanges' })).toHaveValue('is:held')

  await keyboard.press('ControlOrMeta+k')
  await keyboard.type('#1')
  await expect(palette.getByRole('option', { name: /echo/ })).toBeVisible()
  await keyboard.press('Enter')
  await expect(page.getByRole('region', { name: 'Details of exchange 1' })).toBeVisible()

  await keyboard.press('ControlOrMeta+k')
  await keyboard.type('counter')
  await keyboard.press('Enter')
  const channels = page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name: 'Channels' })
  await expect(channels).toHaveAttribute('aria-current', 'page')
  await keyboard.press('ControlOrMeta+k')
  await keyboard.press('Escape')
  await expect(palette).toBeHidden()
  waiting.leave()
})

test('the widths of columns, which stay when the page is loaded again', async ({ gripscope: { page, proxy } }) => {
  await ask(`${proxy}/echo/?first`)
  const kind = page.getByRole('separator', { name: 'Width of Kind' })
  await page.getByRole('separator', { name: 'Width of number' }).focus()
  await page.keyboard.press('ArrowDown')
  await expect(kind).toBeFocused()
  const before = Number(await kind.getAttribute('aria-valuenow'))
  await page.keyboard.press('Shift+ArrowRight')
  await expect(kind).toHaveAttribute('aria-valuenow', String(before + 40))
  await page.reload()
  await expect(kind).toHaveAttribute('aria-valuenow', String(before + 40))
})
