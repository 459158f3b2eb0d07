// What the desktop app keeps from one start to the next: settings, and the window's place.
import { readFile, writeFile } from 'node:fs/promises'
import path from 'node:path'
import { freePorts, startDesktop } from '../fixtures/gripscope'
import { goTo } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

test('settings and the window’s place are there again after a restart', async ({ folder, backend }) => {
  const bounds = { x: 120, y: 140, width: 1000, height: 700 }
  const first = await startDesktop({ userData: folder, args: [...freePorts, backend.url] })
  await first.desktop.evaluate(
    ({ BrowserWindow }, bounds) => BrowserWindow.getAllWindows()[0]?.setBounds(bounds),
    bounds,
  )
  await goTo(first.page, 'Settings')
  const form = first.page.getByRole('form', { name: 'Settings' })
  await form.getByRole('combobox', { name: 'Theme' }).selectOption('Dark')
  await form.getByRole('textbox', { name: 'Issuer' }).fill('somebody')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(first.page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await first.close()

  const second = await startDesktop({ userData: folder, args: freePorts })
  await expect(second.page.getByRole('status', { name: 'Proxy' })).toContainText(new URL(backend.url).host)
  await expect(second.page.locator('html')).toHaveAttribute('data-theme', 'dark')
  await expect(second.page.getByRole('region', { name: 'Welcome' })).toBeHidden()
  await goTo(second.page, 'Settings')
  await expect(second.page.getByRole('textbox', { name: 'Issuer' })).toHaveValue('somebody')
  const placed = await second.desktop.evaluate(({ BrowserWindow }) => BrowserWindow.getAllWindows()[0]?.getBounds())
  expect(placed).toEqual(bounds)
  await second.close()
})

test('a window that was left on a display that is gone comes back into view', async ({ folder }) => {
  const gone = { x: 9000, y: 9000, width: 1000, height: 700, maximized: false }
  await writeFile(path.join(folder, 'window.json'), JSON.stringify(gone))
  const { desktop, close } = await startDesktop({ userData: folder, args: freePorts })
  const place = await desktop.evaluate(({ BrowserWindow, screen }) => {
    const bounds = BrowserWindow.getAllWindows()[0]?.getBounds()
    return { bounds, area: screen.getPrimaryDisplay().workArea }
  })
  expect(place.bounds?.x).toBeLessThan(place.area.width)
  await close()
})

test('where a setting can’t be read the others count, and a copy of the file is kept', async ({ folder }) => {
  await writeFile(path.join(folder, 'settings.json'), '{"proxyPort": "many", "theme": "dark"}')
  const { page, close } = await startDesktop({ userData: folder, args: freePorts })
  await expect(page.locator('html')).toHaveAttribute('data-theme', 'dark')
  expect(await readFile(path.join(folder, 'settings.json.broken'), 'utf8')).toContain('many')
  await close()
})
