// The system's dialogs: saving a file, and choosing one. Their answers are put in the place of the system's.
import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import type { ElectronApplication } from '@playwright/test'
import { ask } from '../fixtures/http-client'
import { exchange, goTo, notice } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

/** The next save dialogs answer so. */
function answerSaving(desktop: ElectronApplication, filePath: string): Promise<void> {
  return desktop.evaluate(({ dialog }, filePath) => {
    dialog.showSaveDialog = () => Promise.resolve({ canceled: filePath === '', filePath })
  }, filePath)
}

test('a save that is cancelled leaves nothing behind, and is no failure', async ({ desktop, folder }) => {
  const { page, proxy, desktop: electron } = desktop
  await ask(`${proxy}/echo/`)
  await expect(exchange(page, /echo/)).toBeVisible()
  await answerSaving(electron, '')
  await page.keyboard.press('ControlOrMeta+s')
  await answerSaving(electron, path.join(folder, 'second.har'))
  await page.keyboard.press('ControlOrMeta+s')
  await expect(notice(page, 'Exported one exchange')).toHaveCount(1)
})

test('a file that cannot be written is told of, with its path and what helps', async ({ desktop, folder }) => {
  const { page, proxy, desktop: electron } = desktop
  await ask(`${proxy}/echo/`)
  await expect(exchange(page, /echo/)).toBeVisible()
  const file = path.join(folder, 'a file')
  await writeFile(file, 'x')
  const missing = path.join(folder, 'no such folder', 'session.har')
  const below = path.join(file, 'session.har')
  for (const [place, why, fix] of [
    [missing, `the folder ${path.dirname(missing)} does not exist`, 'Create the folder, or choose another one.'],
    [below, 'a part of its path is not a folder (ENOTDIR)', 'Correct the path, or choose another folder.'],
    [folder, 'it is a folder (EISDIR)', 'Choose a file name in that folder.'],
    ...(process.platform === 'linux'
      ? ([['/dev/full', 'there is no room left on the disk (ENOSPC)', 'Free some space on that disk']] as const)
      : []),
  ] as const) {
    await answerSaving(electron, place)
    await page.keyboard.press('ControlOrMeta+s')
    const told = notice(page, `Not exported: ${place}: ${why}`)
    await expect(told).toBeVisible()
    await expect(told).toContainText(fix)
  }
  await expect(notice(page, /^Exported/)).toHaveCount(0)
})

test('a routes file is chosen with the system’s dialog, and proxied by', async ({ desktop, folder, backend }) => {
  const { page, proxy, desktop: electron } = desktop
  const file = path.join(folder, 'routes')
  await writeFile(file, `*,path_beg=/echo ${new URL(backend.url).host}\n`)
  await electron.evaluate(({ dialog }, file) => {
    dialog.showOpenDialog = () => Promise.resolve({ canceled: false, filePaths: [file] })
  }, file)
  await goTo(page, 'Settings')
  const form = page.getByRole('form', { name: 'Settings' })
  await form.getByRole('combobox', { name: 'Kind' }).selectOption('Routes file')
  await form.getByRole('button', { name: 'Choose…' }).click()
  await expect(form.getByRole('textbox', { name: 'File', exact: true })).toHaveValue(file)
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('status', { name: 'Proxy' })).toContainText(`routes: ${file}`)
  expect((await ask(`${proxy}/echo/`)).status).toBe(200)
  expect((await ask(`${proxy}/counter/value/`)).status).toBe(502)
  await goTo(page, 'Exchanges')
  await expect(exchange(page, /counter/)).toContainText('no route')
})
