// What leaves the app: HAR files that other tools read, and commands for a shell.
import { harFaults } from '../../main/testing/har'
import { ask, startAsking } from '../fixtures/http-client'
import { exchange, openDetailsOf } from '../fixtures/screen'
import { runShell } from '../fixtures/shell'
import { expect, test } from '../fixtures/test'

interface Har {
  readonly log: { readonly entries: readonly { readonly request: { readonly url: string }; readonly _grip?: object }[] }
}

test('exchanges are exported as valid HAR: all, filtered, selected', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  const waiting = startAsking(`${proxy}/counter/value/?last=0`)
  await expect(exchange(page, /held/)).toBeVisible()
  await ask(`${proxy}/counter/value/`, { method: 'POST' })
  await waiting.answer
  await ask(`${proxy}/nowhere/`)
  await expect(exchange(page, /nowhere/)).toContainText('404')

  const exported = async (item: RegExp): Promise<Har> => {
    const text = await gripscope.saved(async () => {
      await page.getByRole('button', { name: 'Export' }).click()
      await page.getByRole('menuitem', { name: item }).click()
    })
    const har = JSON.parse(text) as Har
    expect(harFaults(har)).toEqual([])
    return har
  }
  const all = await exported(/^All as HAR/)
  expect(all.log.entries.map(({ request }) => request.url)).toEqual([
    `${proxy}/counter/value/?last=0`,
    `${proxy}/counter/value/`,
    `${proxy}/nowhere/`,
  ])
  expect(all.log.entries[0]?._grip).toBeDefined()

  await page.getByRole('textbox', { name: 'Filter exchanges' }).fill('status:404')
  await expect(page.getByRole('grid', { name: 'Exchanges' }).getByRole('row')).toHaveCount(1)
  expect((await exported(/^Filtered as HAR/)).log.entries).toHaveLength(1)

  await page.getByRole('textbox', { name: 'Filter exchanges' }).fill('')
  await openDetailsOf(page, /POST/)
  const selected = await exported(/^Selected as HAR/)
  expect(selected.log.entries.map(({ request }) => request.url)).toEqual([`${proxy}/counter/value/`])
})

test('an exchange is copied as cURL, which asks the same again', async ({ gripscope }) => {
  const { page, proxy } = gripscope
  const headers = { 'x-odd': `it's "so" $HOME`, 'content-type': 'text/plain' }
  const first = await ask(`${proxy}/echo/?a=1&b='2'`, { method: 'PUT', headers, body: `don't\n$(date) \\ "done"` })
  const details = await openDetailsOf(page, /PUT/)
  await details.getByRole('button', { name: 'Copy as cURL' }).click()
  await expect.poll(() => gripscope.clipboard()).toContain('curl')
  const [, body] = (await runShell(await gripscope.clipboard())).split('\r\n\r\n')
  expect(body).toBe(first.body)
  await expect(page.getByRole('grid', { name: 'Exchanges' }).getByRole('row')).toHaveCount(2)
})
