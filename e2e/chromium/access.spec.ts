// Who may use the web face: only a browser that was given the token.
import { ask } from '../fixtures/http-client'
import { expect, test } from '../fixtures/test'

test('without the token the interface refuses', async ({ gripscope: { page } }) => {
  const { origin } = new URL(page.url())
  expect((await ask(`${origin}/`)).status).toBe(403)
  expect((await ask(`${origin}/?token=wrong`)).status).toBe(403)
  // This browser had it, and its address shows it no more.
  await expect(page.getByRole('status', { name: 'Proxy' })).toContainText('Proxying')
  expect(page.url()).not.toContain('token')
})
