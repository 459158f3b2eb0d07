// A request is sent again, as it was or edited, and stands beside its original.
import { ask, startAsking } from '../fixtures/http-client'
import { exchange, openDetailsOf } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

const headers = { 'x-odd': 'one', 'content-type': 'text/plain' }

test('as it was: the same request, linked and compared', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  const first = await ask(`${proxy}/echo/?a=1`, { method: 'PUT', headers, body: 'some words' })
  const details = await openDetailsOf(page, /PUT/)
  await details.getByRole('button', { name: 'Replay' }).click()
  const replay = exchange(page, /↻ #1/)
  await expect(replay).toContainText('200')
  await expect(replay).toContainText('/echo/?a=1')
  const compared = page
    .getByRole('region', { name: 'Details of exchange 2' })
    .getByRole('tabpanel', { name: 'Compare' })
  await expect(compared.getByRole('table', { name: 'Result' })).toContainText('200 OK')
  await expect(compared.getByRole('table', { name: 'Response headers' })).toContainText('text/plain')
  expect(first.body).toContain('some words')

  // From either side the other one is a click away.
  await compared.getByRole('button', { name: 'Exchange 1' }).click()
  await expect(page.getByRole('region', { name: 'Details of exchange 1' })).toBeVisible()
})

test('edited: what was changed is sent, and how the answer differs is shown', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  await ask(`${proxy}/echo/?a=1`, { method: 'PUT', headers, body: 'some words' })
  const details = await openDetailsOf(page, /PUT/)
  await details.getByRole('button', { name: 'Edit & send' }).click()
  const dialog = page.getByRole('dialog', { name: 'Edit and send #1 again' })
  await dialog.getByRole('combobox', { name: 'Method' }).fill('POST')
  await dialog.getByRole('textbox', { name: 'Path and query' }).fill('/echo/?a=2')
  await dialog.getByRole('textbox', { name: 'Value of x-odd' }).fill('two')
  await dialog.getByRole('textbox', { name: 'Body', exact: true }).fill('other words')
  await dialog.getByRole('button', { name: /^Send/ }).click()
  await expect(dialog).toBeHidden()
  const replay = exchange(page, /↻ #1/)
  await expect(replay).toContainText('POST')
  await expect(replay).toContainText('/echo/?a=2')
  const compared = page
    .getByRole('region', { name: 'Details of exchange 2' })
    .getByRole('tabpanel', { name: 'Compare' })
  for (const line of ['POST /echo/?a=2', 'x-odd: two', 'other words']) await expect(compared).toContainText(line)
})

test('a request that was held may be answered at once the second time', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  const waiting = startAsking(`${proxy}/counter/value/?last=0`)
  await expect(exchange(page, /held/)).toBeVisible()
  await ask(`${proxy}/counter/value/`, { method: 'POST' })
  await waiting.answer
  await openDetailsOf(page, /last=0/)
  await page.keyboard.press('r')
  const replay = exchange(page, /↻ #1/)
  await expect(replay).toContainText('200')
  await expect(replay).not.toContainText('Long-poll')
  const compared = page.getByRole('tabpanel', { name: 'Compare' })
  await expect(compared.getByRole('table', { name: 'Hold' })).toBeVisible()
})
