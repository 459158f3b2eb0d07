// GRIP's founding story, lived by a real backend and real clients, and watched: the counter that long-polls.
import { ask, startAsking } from '../fixtures/http-client'
import { expect, test } from '../fixtures/test'

test('a client waits for the next value, and gets it when it is published', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  const first = await ask(`${proxy}/counter/value/`)
  expect([first.status, first.body]).toEqual([200, '0\n'])

  const waiting = startAsking(`${proxy}/counter/value/?last=0`)
  const row = page.getByRole('row', { name: /\?last=0/ })
  await expect(row).toContainText('held')
  await expect(row).toContainText('counter')

  await ask(`${proxy}/counter/value/`, { method: 'POST' })
  expect((await waiting.answer).body).toBe('1\n')
  await expect(row).toContainText('delivered')
})
