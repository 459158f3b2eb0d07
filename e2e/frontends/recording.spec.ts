// Recording can be paused and cleared, while proxying goes on.
import { ask, startAsking } from '../fixtures/http-client'
import { exchange } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

test('what comes while recording is paused is not kept', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  const status = page.getByRole('contentinfo')
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(status).toContainText('paused')
  await expect(page.getByText('Recording is paused')).toBeVisible()
  expect((await ask(`${proxy}/echo/?unseen`)).status).toBe(200)
  await expect(status).toContainText('1 exchange not recorded')
  await page.getByRole('banner').getByRole('button', { name: 'Record' }).click()
  await expect(status).toContainText('recording')
  await ask(`${proxy}/echo/?seen`)
  await expect(page.getByRole('grid', { name: 'Exchanges' }).getByRole('row')).toHaveText([/\?seen/])
})

test('clearing takes all away but what still lives', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  const waiting = startAsking(`${proxy}/counter/value/?last=0`)
  await expect(exchange(page, /held/)).toBeVisible()
  await ask(`${proxy}/echo/`)
  await expect(exchange(page, /echo/)).toContainText('200')
  await page.getByRole('button', { name: 'Clear', exact: true }).click()
  const rows = page.getByRole('grid', { name: 'Exchanges' }).getByRole('row')
  await expect(rows).toHaveText([/last=0.*held/])
  await ask(`${proxy}/counter/value/`, { method: 'POST' })
  expect((await waiting.answer).body).toBe('1\n')
  await expect(rows).toHaveText([/last=0.*200/, /POST/])
})
