// GRIP's founding story, lived by a real backend and real clients, and watched: the counter that long-polls.
import { ask, startAsking } from '../fixtures/http-client'
import { exchange, goTo, openDetailsOf, openTabOf } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'
import { startWaiting } from '../fixtures/waiting-client'

test('a client waits for the next value, and gets it when it is published', async ({ gripscope, backend }) => {
  const { page, proxy } = gripscope
  await expect(page.getByText('No requests yet')).toBeVisible()
  const first = await ask(`${proxy}/counter/value/`)
  expect([first.status, first.body]).toEqual([200, '0\n'])
  await expect(exchange(page, /GET \/counter\/value\/ 200/)).toContainText('HTTP')

  const waiting = await startWaiting(gripscope, backend)
  const row = exchange(page, /\?last=0/)
  await expect(row).toContainText('Long-poll')
  await expect(row).toContainText('counter')
  await expect(row.getByRole('button', { name: /^held \d+ s of 60$/ })).toBeVisible()

  // The story is told while it goes on.
  const details = await openDetailsOf(page, /\?last=0/)
  const story = details.getByRole('list', { name: 'What happened, in order' })
  await expect(story).toContainText('Client to Gripscope: GET /counter/value/?last=0')
  await expect(story).toContainText('Gripscope to Backend')

  const posted = await ask(`${proxy}/counter/value/`, { method: 'POST' })
  expect(posted.body).toBe('1\n')
  expect(await waiting.answer).toMatchObject({ status: 200, body: '1\n' })

  await expect(row.getByRole('button', { name: /^delivered/ })).toBeVisible()
  await expect(row).toContainText('200')
  await expect(exchange(page, /POST/)).toContainText('200')
  await expect(story).toContainText('Publisher to Gripscope')
  await expect(story).toContainText('Gripscope to Client')
})

test('each delivery says what came of it', async ({ gripscope, backend }) => {
  const { page, proxy } = gripscope
  const waiting = await startWaiting(gripscope, backend)
  await ask(`${proxy}/counter/value/`, { method: 'POST' })
  await waiting.answer

  const details = await openDetailsOf(page, /\?last=0/)
  const deliveries = await openTabOf(details, 'Deliveries')
  const delivery = deliveries.getByRole('grid', { name: 'Deliveries' }).getByRole('row')
  await expect(delivery).toHaveCount(1)
  await expect(delivery).toContainText('counter')
  await expect(delivery).toContainText('delivered')

  await goTo(page, 'Publishes')
  const publish = page.getByRole('grid', { name: 'Publishes' }).getByRole('row')
  await expect(publish).toContainText('counter')
  await expect(publish).toContainText('http-response')
  await expect(publish).toContainText('1 delivered')
  await publish.click()
  const outcomes = page.getByRole('region', { name: 'Publish 1' }).getByRole('grid').getByRole('row')
  await expect(outcomes).toHaveCount(1)
  await expect(outcomes).toContainText('delivered')
})

test('what the backend said is shown as it was understood', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  const waiting = startAsking(`${proxy}/counter/value/?last=0`)
  const details = await openDetailsOf(page, /\?last=0/)
  const instruct = await openTabOf(details, 'Instruct')
  await expect(instruct).toContainText('accepted')
  await expect(instruct.getByRole('table')).toContainText('counter')
  await expect(instruct.getByRole('textbox', { name: 'Text of the instruct' })).toContainText('"mode"')

  const request = await openTabOf(details, 'Request')
  await expect(request.getByRole('table', { name: 'Request headers' })).toContainText('127.0.0.1')
  // It may be asked again after a while: what was missed while it subscribed.
  await expect(request.getByRole('table', { name: /^Headers sent to/ }).first()).toContainText(/Grip-Sig/i)

  waiting.leave()
  await expect(exchange(page, /\?last=0/)).toContainText('client left')
})
