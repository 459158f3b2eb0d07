// The filter box narrows the table, and tells what it did not understand.
import { ask, startAsking } from '../fixtures/http-client'
import { exchange } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

test('keys and words narrow the table', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  const waiting = startAsking(`${proxy}/counter/value/?last=0`)
  await expect(exchange(page, /held/)).toBeVisible()
  await ask(`${proxy}/counter/value/`)
  await ask(`${proxy}/nowhere/`)
  await ask(`${proxy}/echo/`, { method: 'PUT', body: 'x' })
  const rows = page.getByRole('grid', { name: 'Exchanges' }).getByRole('row')
  await expect(rows).toHaveCount(4)

  const filter = page.getByRole('textbox', { name: 'Filter exchanges' })
  const found = async (words: string, ...expected: (string | RegExp)[]) => {
    await filter.fill(words)
    await expect(rows).toHaveText(expected)
  }
  await found('is:held', /last=0/)
  await found('channel:counter', /last=0/)
  await found('kind:long-poll', /last=0/)
  await found('status:404', /nowhere/)
  await found('method:put', /echo/)
  await found('path:/counter', /last=0/, /counter\/value\//)
  await found('-path:/counter', /nowhere/, /echo/)
  await found('status:4xx or method:put', /nowhere/, /echo/)
  await found('counter last', /last=0/)
  await expect(page.getByText('1 of 4 exchanges').first()).toBeVisible()

  await filter.fill('is:hold')
  await expect(page.getByRole('status').filter({ hasText: 'is:hold' })).toContainText('held')
  await filter.fill('status:599')
  await page.getByRole('button', { name: 'Show all 4' }).click()
  await expect(rows).toHaveCount(4)
  await expect(filter).toHaveValue('')

  // What is said in a row narrows to it, and widens again.
  await exchange(page, /last=0/)
    .getByRole('button', { name: 'counter' })
    .click()
  await expect(filter).toHaveValue('channel:counter')
  await expect(rows).toHaveCount(1)
  await filter.press('Escape')
  await expect(rows).toHaveCount(4)
  waiting.leave()
})
