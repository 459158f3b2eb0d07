import { expect, test } from 'vitest'
import { overlaid } from './settings-overlay'
import { memorySettings } from './settings-store'

test('what is of this run counts, and is not kept', async () => {
  const kept = memorySettings({ proxyPort: 7999, theme: 'dark' })
  const settings = overlaid(kept, { proxyPort: 1234 })
  expect(settings.settings).toMatchObject({ proxyPort: 1234, theme: 'dark' })
  await settings.change({ theme: 'light' })
  expect(settings.settings).toMatchObject({ proxyPort: 1234, theme: 'light' })
  expect(kept.settings).toMatchObject({ proxyPort: 7999, theme: 'light' })
})

test('what is changed then is kept, and counts', async () => {
  const kept = memorySettings({ proxyPort: 7999 })
  const settings = overlaid(kept, { proxyPort: 1234 })
  await settings.change({ proxyPort: 5678 })
  expect([settings.settings.proxyPort, kept.settings.proxyPort]).toEqual([5678, 5678])
})
