// What others send must not blank the page, what is cleared by mistake comes back, and all columns can be reached.
import { ask } from '../fixtures/http-client'
import { exchange, notice, openDetailsOf, openTabOf } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

test('a request with 17,000 lists in each other is shown as text, which says why', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  const body = '['.repeat(17_000) + ']'.repeat(17_000)
  await ask(`${proxy}/echo/?deep`, { method: 'POST', headers: { 'content-type': 'application/json' }, body })
  const details = await openDetailsOf(page, /deep/)
  const panel = await openTabOf(details, 'Request')
  await expect(panel.getByText('Not formatted: it is nested more than 500 levels deep.')).toBeVisible()
  await details.getByRole('button', { name: 'Edit & send' }).click()
  const dialog = page.getByRole('dialog', { name: /Edit and send/ })
  await expect(dialog.getByRole('textbox', { name: 'Body', exact: true })).toBeVisible()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await expect(exchange(page, /deep/)).toBeVisible()
})

test('a clear is undone', async ({ gripscope: { page, proxy } }) => {
  await ask(`${proxy}/echo/?kept`)
  await expect(exchange(page, /kept/)).toBeVisible()
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  await expect(exchange(page, /kept/)).toBeHidden()
  await ask(`${proxy}/echo/?since`)
  await page.getByRole('button', { name: 'Undo' }).click()
  await expect(exchange(page, /kept/)).toBeVisible()
  await expect(exchange(page, /since/)).toBeVisible()
  await expect(notice(page, /^Cleared/)).toBeHidden()
})
