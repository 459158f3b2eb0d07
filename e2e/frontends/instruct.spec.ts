// What a backend says that can't be understood: refused, and shown with what is wrong and what would be right.
import { ask } from '../fixtures/http-client'
import { exchange, openDetailsOf, openTabOf } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'

test('an instruct that is refused shows its field and its fix', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  expect((await ask(`${proxy}/broken/`)).status).toBe(502)
  const row = exchange(page, /\/broken\//)
  await expect(row).toContainText('502')
  await expect(row).toContainText('hold.mode')
  const instruct = await openTabOf(await openDetailsOf(page, /\/broken\//), 'Instruct')
  await expect(instruct).toContainText('refused')
  const problem = instruct.getByRole('note', { name: 'Problem: hold.mode' })
  await expect(problem).toContainText('respnse')
  await expect(problem).toContainText('response')
  await expect(instruct.getByRole('textbox', { name: 'Text of the instruct' })).toContainText('"respnse"')
})

test('a backend that is down is a failed exchange that says so', async ({ gripscope, backend }) => {
  const { page, proxy } = gripscope
  await backend.close()
  expect((await ask(`${proxy}/counter/value/`)).status).toBe(502)
  await expect(exchange(page, /\/counter\/value\//)).toContainText('nothing listens on')
})
