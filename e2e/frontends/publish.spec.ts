// The composer: whom a publish would reach, said before it is sent, and what came of it after.
import type { Locator, Page } from '@playwright/test'
import { ask, publish, startAsking } from '../fixtures/http-client'
import { exchange, goTo, openDetailsOf } from '../fixtures/screen'
import { runShell } from '../fixtures/shell'
import { expect, test } from '../fixtures/test'
import { startWaiting } from '../fixtures/waiting-client'

async function openComposer(page: Page, channel: string): Promise<Locator> {
  await page.getByRole('button', { name: 'Publish…' }).click()
  const composer = page.getByRole('complementary', { name: 'Publish' })
  await composer.getByRole('combobox', { name: 'Channel' }).fill(channel)
  return composer
}

/** Fills in what follows the value 0. */
async function fillNext(composer: Locator, body: string): Promise<void> {
  await composer.getByRole('textbox', { name: 'Id', exact: true }).fill('1')
  await composer.getByRole('textbox', { name: 'Previous id' }).fill('0')
  // Its format is the one that the held client takes.
  await composer.getByRole('textbox', { name: 'Body' }).fill(body)
}

test('a publish from the composer reaches a held client, as it said before', async ({ gripscope, backend }) => {
  const { page } = gripscope
  const waiting = await startWaiting(gripscope, backend)
  const composer = await openComposer(page, 'counter')
  const reach = composer.getByRole('status', { name: 'Reach' })
  // The client has the value 0: what does not follow that is not for it.
  await expect(reach).toContainText('Would reach 0 of 1')
  await expect(reach.getByRole('listitem')).toContainText('its last id differs')
  await fillNext(composer, 'from the composer')
  await expect(reach).toContainText('Would reach 1 of 1')
  await expect(reach).toContainText('1 long-poll')
  await composer.getByRole('button', { name: /^Publish/ }).click()

  expect((await waiting.answer).body).toBe('from the composer')
  await expect(composer.getByText('Delivered to 1.')).toBeVisible()
  await expect(reach).toContainText('Would reach nobody')
  await expect(exchange(page, /\?last=0/)).toContainText('delivered')
})

test('Ctrl+Enter in the editor publishes what is written there, without a line break', async ({
  gripscope,
  backend,
}) => {
  const { page } = gripscope
  const waiting = await startWaiting(gripscope, backend)
  const composer = await openComposer(page, 'counter')
  await fillNext(composer, '')
  const body = composer.getByRole('textbox', { name: 'Body' })
  await body.press('a')
  await body.press('ControlOrMeta+Enter')
  expect((await waiting.answer).body).toBe('a')
  await expect(composer.getByText('Delivered to 1.')).toBeVisible()
  await expect(body).toHaveText('a')
})

test('it says who lacks a format, and which channel may be meant', async ({ gripscope, backend }) => {
  const { page } = gripscope
  const waiting = await startWaiting(gripscope, backend)
  const composer = await openComposer(page, 'counter')
  const reach = composer.getByRole('status', { name: 'Reach' })
  await fillNext(composer, 'x')
  await expect(reach).toContainText('Would reach 1 of 1')
  await composer.getByRole('button', { name: 'http-stream' }).click()
  await composer.getByRole('button', { name: 'http-response' }).click()
  await composer.getByRole('button', { name: 'http-response' }).click()
  await expect(reach).toContainText('Would reach 0 of 1')
  await expect(reach.getByRole('listitem')).toContainText('http-stream only')

  await composer.getByRole('combobox', { name: 'Channel' }).fill('countre')
  await expect(reach).toContainText('Would reach nobody')
  await reach.getByRole('button', { name: 'counter' }).click()
  await expect(composer.getByRole('combobox', { name: 'Channel' })).toHaveValue('counter')
  await expect(reach).toContainText('of 1')
  waiting.leave()
})

test('its call for a shell does the same', async ({ gripscope, backend }) => {
  const { page } = gripscope
  const waiting = await startWaiting(gripscope, backend)
  const composer = await openComposer(page, 'counter')
  await fillNext(composer, `it's "quoted"`)
  await composer.getByRole('button', { name: 'Copy as cURL' }).click()
  await expect.poll(() => gripscope.clipboard()).toContain('curl')
  expect(await runShell(await gripscope.clipboard())).toContain('Published')
  expect((await waiting.answer).body).toBe(`it's "quoted"`)
})

test('from an exchange, its channel is there already', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  const waiting = startAsking(`${proxy}/counter/value/?last=0`)
  const details = await openDetailsOf(page, /\?last=0/)
  await details.getByRole('button', { name: 'Publish to counter' }).click()
  const composer = page.getByRole('complementary', { name: 'Publish' })
  await expect(composer.getByRole('combobox', { name: 'Channel' })).toHaveValue('counter')
  waiting.leave()
})

test('publishes are listed: those that nobody heard, and those that were refused', async ({ gripscope }) => {
  const { page, publish: publishUrl } = gripscope
  await publish(publishUrl, [{ channel: 'nobody', formats: { 'http-stream': { content: 'x' } } }])
  const refused = await ask(`${publishUrl}/publish/`, { method: 'POST', body: '{"items": [{"channel": 7}]}' })
  expect(refused.status).toBe(400)
  await goTo(page, 'Publishes')
  const rows = page.getByRole('grid', { name: 'Publishes' }).getByRole('row')
  await expect(rows).toHaveCount(2)
  await expect(rows.first()).toContainText('nobody listened')
  await expect(rows.last()).toContainText('refused')
  await rows.last().click()
  await expect(page.getByRole('note', { name: /^Problem: .*channel/ })).toBeVisible()
})
