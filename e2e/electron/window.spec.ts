// The desktop app's window: what its page can do, and what it can't.
import { expect, test } from '../fixtures/test'

test('the page has the bridge, and nothing of Node', async ({ gripscope: { page } }) => {
  const seen = await page.evaluate(() => ({
    globals: ['require', 'process', 'module', 'Buffer', 'global'].filter((name) => name in window),
    bridge: Object.keys(window.gripscope ?? {}).sort(),
  }))
  expect(seen).toEqual({ globals: [], bridge: ['call', 'watch'] })
})
