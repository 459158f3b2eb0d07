// The native menu: its entries and their shortcuts do what they say.
import type { ElectronApplication, Page } from '@playwright/test'
import { ask } from '../fixtures/http-client'
import { openDetailsOf } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

/** Chooses an entry as a click does. */
function choose(desktop: ElectronApplication, menu: string, entry: string): Promise<void> {
  return desktop.evaluate(
    ({ Menu, BrowserWindow }, [menu, entry]) => {
      const items = Menu.getApplicationMenu()?.items.find(({ label }) => label.replace('&', '') === menu)?.submenu
        ?.items
      const item = items?.find(({ label }) => label === entry)
      if (!item) throw new Error(`There is no ${menu} > ${entry}.`)
      item.click(undefined, BrowserWindow.getAllWindows()[0])
    },
    [menu, entry],
  )
}

const place = (page: Page, name: string) =>
  page.getByRole('navigation', { name: 'Places' }).getByRole('button', { name })

test('the entries lead to the places', async ({ desktop: { page, desktop } }) => {
  for (const name of ['Channels', 'Exchanges']) {
    await choose(desktop, 'View', name)
    await expect(place(page, name)).toHaveAttribute('aria-current', 'page')
  }
  await choose(desktop, 'View', 'Publish')
  await expect(place(page, 'Publishes')).toHaveAttribute('aria-current', 'page')
  await choose(desktop, 'File', 'Settings…')
  await expect(place(page, 'Settings')).toHaveAttribute('aria-current', 'page')
  await choose(desktop, 'View', 'Filter')
  await expect(page.getByRole('textbox', { name: 'Filter exchanges' })).toBeFocused()
  await choose(desktop, 'View', 'Command Palette…')
  await expect(page.getByRole('dialog', { name: 'All actions' })).toBeVisible()
})

test('the entries of the trace pause, clear, replay and copy', async ({ desktop }) => {
  const { page, proxy, desktop: electron } = desktop
  await choose(electron, 'Trace', 'Replay')
  await expect(page.getByRole('region', { name: 'Notices' })).toContainText('select an exchange first')
  await choose(electron, 'Trace', 'Pause or Resume Recording')
  await expect(page.getByRole('contentinfo')).toContainText('paused')
  await choose(electron, 'Trace', 'Pause or Resume Recording')
  await expect(page.getByRole('contentinfo')).toContainText('recording')
  await ask(`${proxy}/echo/`)
  await openDetailsOf(page, /echo/)
  await choose(electron, 'Trace', 'Copy as cURL')
  await expect.poll(() => desktop.clipboard()).toContain('/echo/')
  await choose(electron, 'Trace', 'Replay')
  const rows = page.getByRole('grid', { name: 'Exchanges' }).getByRole('row')
  await expect(rows).toHaveCount(2)
  await choose(electron, 'Trace', 'Clear')
  await expect(rows).toHaveCount(0)
})

test('shortcuts are the keyboard’s way to them', async ({ desktop: { page, desktop } }) => {
  const accelerators = await desktop.evaluate(({ Menu }) =>
    (Menu.getApplicationMenu()?.items ?? []).flatMap(({ submenu }) =>
      (submenu?.items ?? []).flatMap(({ label, accelerator }) => (accelerator ? [`${label}: ${accelerator}`] : [])),
    ),
  )
  expect(accelerators).toContain('Replay: CmdOrCtrl+R')
  // The page leaves the keys that it does not know to the menu.
  await desktop.evaluate(({ BrowserWindow }) => {
    const contents = BrowserWindow.getAllWindows()[0]?.webContents
    contents?.focus()
    const modifiers: 'meta'[] | 'control'[] = process.platform === 'darwin' ? ['meta'] : ['control']
    contents?.sendInputEvent({ type: 'keyDown', keyCode: 'E', modifiers })
    contents?.sendInputEvent({ type: 'keyUp', keyCode: 'E', modifiers })
  })
  await expect(page.getByRole('contentinfo')).toContainText('paused')
})
