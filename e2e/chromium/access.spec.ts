// Who may use the web frontend: only a browser that was given the token.
import WebSocket from 'ws'
import { ask } from '../fixtures/http-client'
import { expect, test } from '../fixtures/test'

test('without the token the interface refuses, page and bridge alike', async ({ gripscope: { page } }) => {
  const { origin, host, port } = new URL(page.url())
  const [own] = await page.context().cookies()
  const status = async (path: string, cookie?: string) =>
    (await ask(`${origin}${path}`, { headers: cookie === undefined ? {} : { cookie } })).status
  expect(await status('/')).toBe(403)
  expect(await status('/?token=wrong')).toBe(403)
  expect(await status('/', `gripscope-${port}=wrong`)).toBe(403)
  expect(await status('/', `gripscope-${port}=`)).toBe(403)
  expect(await status('/', `gripscope-${port}=${own?.value}`)).toBe(200)
  expect(await bridge(host)).toBe(403)
  expect(await bridge(host, `gripscope-${port}=wrong`)).toBe(403)
  expect(await bridge(host, `gripscope-${port}=${own?.value}`)).toBe('open')
})

/** Opens the bridge as a program that sends the Origin of our page; gives the status of the refusal. */
function bridge(host: string, cookie = ''): Promise<number | 'open'> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`ws://${host}/bridge`, { headers: { cookie, origin: `http://${host}` } })
    socket.once('open', () => {
      socket.close()
      resolve('open')
    })
    socket.once('unexpected-response', (_request, response) => {
      response.destroy()
      resolve(response.statusCode ?? 0)
    })
    socket.once('error', reject)
  })
}

test('the address shows the token no more, and scripts do not see it', async ({ gripscope: { page } }) => {
  await expect(page.getByRole('status', { name: 'Proxy' })).toContainText('Proxying')
  expect(page.url()).not.toContain('token')
  expect(await page.evaluate(() => document.cookie)).toBe('')
  const [cookie] = await page.context().cookies()
  expect(cookie).toMatchObject({ httpOnly: true, sameSite: 'Strict' })
})

test('one who brings no token is told what to do', async ({ gripscope, openBrowser }) => {
  const stranger = await (await openBrowser()).newPage()
  await stranger.goto(gripscope.page.url())
  await expect(stranger.getByText('Open the address with the token that Gripscope printed')).toBeVisible()
  await stranger.close()
})
