// The first start: the demo is behind the proxy, one thing is asked, and the answer is remembered.
import { ask } from '../fixtures/http-client'
import { exchange } from '../fixtures/screen'
import { runShell } from '../fixtures/shell'
import { expect, test } from '../fixtures/test'

test('the demo answers by the commands that the welcome shows, which show a hold', async ({ start }) => {
  const gripscope = await start()
  const { page } = gripscope
  const welcome = page.getByRole('region', { name: 'Welcome' })
  await expect(welcome).toContainText('Where is your backend?')
  await welcome.getByRole('button', { name: 'Copy the commands' }).click()
  await expect.poll(() => gripscope.clipboard()).toContain('curl')
  // Pasted all at once: the POST's answer, and that of the one who waited.
  expect(await runShell(`${await gripscope.clipboard()}\nwait`)).toBe('1\n1\n')
  await expect(exchange(page, /\?last=0/)).toContainText('Long-poll')
  await expect(exchange(page, /\?last=0/)).toContainText('delivered')
  await welcome.getByRole('button', { name: 'Stay with the demo' }).click()
  await expect(welcome).toBeHidden()
})

test('demo traffic shows every kind of hold, and what goes wrong', async ({ start }) => {
  const { page } = await start()
  await page.getByRole('region', { name: 'Welcome' }).getByRole('button', { name: 'Make demo traffic' }).click()
  await expect(exchange(page, /Long-poll.*held/).first()).toBeVisible()
  await expect(exchange(page, /SSE.*streaming/).first()).toBeVisible()
  await expect(exchange(page, /Long-poll.*delivered/).first()).toBeVisible()
  await expect(exchange(page, /404/)).toBeVisible()
  await expect(exchange(page, /hold\.mode/)).toBeVisible()
})

test('a backend is looked for before it is taken', async ({ start, backend }) => {
  const { page, proxy } = await start()
  const welcome = page.getByRole('region', { name: 'Welcome' })
  const address = welcome.getByRole('textbox', { name: 'Address of the backend' })
  await address.fill('http://localhost:1')
  await welcome.getByRole('button', { name: 'Use it' }).click()
  await expect(welcome.getByRole('alert')).toContainText('Press again to use it anyway')
  await address.fill(backend.url)
  await address.press('Enter')
  await expect(welcome).toBeHidden()
  await expect(page.getByRole('status', { name: 'Proxy' })).toContainText(new URL(backend.url).host)
  expect((await ask(`${proxy}/counter/value/`)).body).toBe('0\n')
})
