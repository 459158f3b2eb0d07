// The filter box narrows the table, and tells what it did not understand.
import { ask, startAsking } from '../fixtures/http-client'
import { exchange, goTo, openDetailsOf, openTabOf } from '../fixtures/screen'
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

test('text is found in headers and bodies, also in what comes later', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  await ask(`${proxy}/echo/`, { method: 'PUT', body: '{"wanted":"Earl Grey"}' })
  await ask(`${proxy}/counter/value/`)
  const filter = page.getByRole('textbox', { name: 'Filter exchanges' })
  const rows = page.getByRole('grid', { name: 'Exchanges' }).getByRole('row')
  await expect(rows).toHaveCount(2)
  await filter.fill('"earl grey"')
  await expect(rows).toHaveCount(1)
  await expect(rows.first()).toContainText('in request body')
  const details = await openDetailsOf(page, /echo/)
  const request = await openTabOf(details, 'Request')
  await expect(request.getByText('Earl Grey', { exact: true })).toBeVisible()
  await ask(`${proxy}/echo/?again`, { method: 'PUT', body: 'earl grey' })
  await expect(rows).toHaveCount(2)
  await filter.fill('header:host=127.0.0.1 -body:earl')
  await expect(rows).toHaveText([/counter/])

  // What is written in another language is told, and written right by a click.
  await filter.fill('PUT')
  await page.getByRole('status').getByRole('button', { name: 'method:PUT' }).click()
  await expect(filter).toHaveValue('method:PUT')
  await expect(rows).toHaveCount(2)
})

test('publishes are filtered too', async ({ gripscope }) => {
  const { page, publish } = gripscope
  const send = (channel: string, content: string) =>
    ask(`${publish}/publish/`, {
      method: 'POST',
      body: JSON.stringify({ items: [{ channel, id: channel, formats: { 'http-stream': { content } } }] }),
    })
  await send('tea', 'It rains.')
  await send('coffee', 'It shines.')
  await goTo(page, 'Publishes')
  const rows = page.getByRole('grid', { name: 'Publishes' }).getByRole('row')
  await expect(rows).toHaveCount(2)
  const filter = page.getByRole('textbox', { name: 'Filter publishes' })
  for (const words of ['tea', 'rains', 'body:RAINS', 'id:tea', 'channel:t*', 'channel:tea,milk', '-coffee']) {
    await filter.fill(words)
    await expect(rows, words).toHaveText([/tea/])
  }
  await filter.fill('to:nobody via:http')
  await expect(rows).toHaveCount(2)
  await filter.fill('milk')
  await page.getByRole('button', { name: 'Show all 2' }).click()
  await expect(rows).toHaveCount(2)
})

test('what is no part of the language is told, wherever one filters', async ({ gripscope }) => {
  const { page, proxy, publish } = gripscope
  await ask(`${proxy}/echo/?one`)
  const item = { channel: 'tea', formats: { 'http-stream': { content: 'It rains.' } } }
  await ask(`${publish}/publish/`, { method: 'POST', body: JSON.stringify({ items: [item] }) })
  const filter = page.getByRole('textbox', { name: /^Filter/ })
  const note = page.getByRole('search').getByRole('status')
  const tells = async (words: string, message: string | RegExp) => {
    await filter.fill(words)
    await expect(note, words).toContainText(message)
  }
  for (const place of ['Exchanges', 'Channels', 'Publishes'] as const) {
    await goTo(page, place)
    await tells('(tea or milk)', 'parentheses are not supported')
    await tells('/re/', 'regular expressions are not supported')
    await tells('tea AND milk', 'not needed')
    await tells('chanel:tea', 'Did you mean channel:tea')
    await tells('is:foo', 'knows held')
    await tells('size>abc', 'size>10k')
    await tells('header:', 'such as header:cookie')
    await tells('"tea', 'its quote is not closed')
    await tells('OR', 'between words')
  }
  await tells('DELETE', 'publishes have no method')
  await tells('path:/echo', 'does not apply to publishes')
  await goTo(page, 'Channels')
  await tells('t*', 'channel:t*')
  await tells('time>1s', 'does not apply to channels')
  await goTo(page, 'Exchanges')
  await tells('size > 10k', 'without spaces')
  await note.getByRole('button', { name: 'size>10k' }).click()
  await expect(filter).toHaveValue('size>10k')
})

test('what was found is marked in events, in bytes and in publishes', async ({ gripscope }) => {
  const { page, publish } = gripscope
  const content = 'event: weather\ndata: It rains.\n\n'
  const item = { channel: 'tea', id: 'n1', formats: { 'http-stream': { content } } }
  await ask(`${publish}/publish/`, { method: 'POST', body: JSON.stringify({ items: [item] }) })
  await goTo(page, 'Publishes')
  await page.getByRole('textbox', { name: /^Filter/ }).fill('RAINS')
  await page.getByRole('grid', { name: 'Publishes' }).getByRole('row').click()
  const details = page.getByRole('region', { name: 'Publish n1' })
  await expect(details.locator('mark')).toHaveText('rains')
  await details.getByRole('radio', { name: 'Hex' }).click()
  await expect(details.locator('mark')).toHaveText(['72 61 69 6e 73', 'rains'])
})
