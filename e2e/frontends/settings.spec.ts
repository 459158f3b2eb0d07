// Settings: taken at once, while it runs; what can't be is refused with its reason, and nothing is lost for it.
import { freePort } from '../../scripts/free-ports.mjs'
import { ask } from '../fixtures/http-client'
import { exchange, goTo } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'
import { startWaiting } from '../fixtures/waiting-client'

test('the backend is changed while a client is held, who stays held', async ({ gripscope, backend }) => {
  const { page, proxy } = gripscope
  const waiting = await startWaiting(gripscope, backend)
  await goTo(page, 'Settings')
  const form = page.getByRole('form', { name: 'Settings' })
  await form.getByRole('combobox', { name: 'Kind' }).selectOption('Built-in demo')
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('status', { name: 'Proxy' })).toContainText('demo')
  expect((await ask(`${proxy}/counter/value/`)).body).toBe('0\n')
  await goTo(page, 'Exchanges')
  await expect(exchange(page, /last=0/)).toContainText('held')
  waiting.leave()
  await expect(exchange(page, /last=0/)).toContainText('client left')
})

test('another port is listened on, and the old one is left', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  const port = await freePort()
  await goTo(page, 'Settings')
  const form = page.getByRole('form', { name: 'Settings' })
  await form.getByRole('textbox', { name: 'Proxy port' }).fill(String(port))
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(page.getByRole('status', { name: 'Proxy' })).toContainText(`127.0.0.1:${port}`)
  expect((await ask(`http://127.0.0.1:${port}/counter/value/`)).body).toBe('0\n')
  await expect(ask(`${proxy}/counter/value/`)).rejects.toThrow('ECONNREFUSED')
})

test('a port that is taken is refused by name, and proxying goes on', async ({ gripscope, backend }) => {
  const { page, proxy } = gripscope
  const taken = new URL(backend.url).port
  await goTo(page, 'Settings')
  const form = page.getByRole('form', { name: 'Settings' })
  await form.getByRole('textbox', { name: 'Proxy port' }).fill(taken)
  await form.getByRole('button', { name: 'Save' }).click()
  await expect(form.getByRole('alert')).toContainText(`port ${taken} on 127.0.0.1 is taken`)
  await form.getByRole('textbox', { name: 'Proxy port' }).fill('70000')
  await expect(form.getByRole('alert')).toContainText('65535')
  await expect(form.getByRole('button', { name: 'Save' })).toBeDisabled()
  expect((await ask(`${proxy}/counter/value/`)).status).toBe(200)
})

test('the theme changes at once', async ({ gripscope: { page } }) => {
  const background = () => page.evaluate(() => getComputedStyle(document.body).backgroundColor)
  await goTo(page, 'Settings')
  const form = page.getByRole('form', { name: 'Settings' })
  const seen: string[] = []
  for (const theme of ['Dark', 'Light']) {
    await form.getByRole('combobox', { name: 'Theme' }).selectOption(theme)
    await form.getByRole('button', { name: 'Save' }).click()
    await expect(page.locator('html')).toHaveAttribute('data-theme', theme.toLowerCase())
    seen.push(await background())
  }
  expect(new Set(seen).size).toBe(2)
})
