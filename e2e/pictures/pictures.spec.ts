// Pictures of every view, in both themes and two sizes, with real traffic: `npm run screenshots`.
import { freePorts, type Gripscope, startInBrowser } from '../fixtures/gripscope'
import { exchange, goTo, openDetailsOf, openTabOf } from '../fixtures/screen'
import { test as base, expect } from '../fixtures/test'
import { shoot } from './shoot'
import { makeTraffic } from './traffic'

const test = base.extend<{ readonly traffic: Gripscope }>({
  /** A session with everything in it. */
  traffic: async ({ openBrowser, backend }, use) => {
    const { host } = new URL(backend.url)
    const routes = ['--route', '*,path_beg=/down/ 127.0.0.1:1', '--route', `* ${host},over_http`]
    const gripscope = await startInBrowser(await openBrowser(), [...freePorts, ...routes])
    backend.publishUrl = gripscope.publish
    const letGo = await makeTraffic(gripscope.proxy, gripscope.publish)
    await use(gripscope)
    letGo()
    await gripscope.close()
  },
})
test.setTimeout(120_000)

test('exchanges, and the tabs of their details', async ({ traffic: { page } }) => {
  await shoot(page, 'exchanges')
  const held = await openDetailsOf(page, /alice|last=1.*delivered/)
  await expect(held.getByRole('list', { name: 'What happened, in order' })).toContainText('publish counter')
  await shoot(page, 'exchange-story-long-poll')
  for (const tab of ['Request', 'Instruct', 'Response', 'Deliveries', 'Timing']) {
    await openTabOf(held, tab)
    await shoot(page, `exchange-${tab.toLowerCase()}`)
  }
  const stream = await openDetailsOf(page, /lobby/)
  await openTabOf(stream, 'Story')
  await shoot(page, 'exchange-story-stream')
  await openTabOf(stream, 'Response')
  await shoot(page, 'exchange-response-stream')
  const socket = await openDetailsOf(page, /chat/)
  await openTabOf(socket, 'Messages')
  await shoot(page, 'exchange-messages')
  await openTabOf(await openDetailsOf(page, /broken/), 'Instruct')
  await shoot(page, 'exchange-instruct-refused')
  await openTabOf(await openDetailsOf(page, /down/), 'Story')
  await shoot(page, 'exchange-story-failed')
})

test('the filter', async ({ traffic: { page } }) => {
  const filter = page.getByRole('textbox', { name: 'Filter exchanges' })
  await filter.fill('channel:counter is:delivered')
  await shoot(page, 'filter')
  await filter.fill('is:hold')
  await shoot(page, 'filter-problem')
  await filter.fill('status:599')
  await shoot(page, 'filter-nothing')
})

test('a replay', async ({ traffic: { page } }) => {
  const details = await openDetailsOf(page, /PUT/)
  await details.getByRole('button', { name: 'Edit & send' }).click()
  await expect(page.getByRole('dialog')).toBeVisible()
  await shoot(page, 'replay-dialog')
  await page.keyboard.press('Escape')
  await details.getByRole('button', { name: 'Replay' }).click()
  await expect(exchange(page, /↻/)).toBeVisible()
  await shoot(page, 'exchange-compare')
})

test('channels', async ({ traffic: { page } }) => {
  await goTo(page, 'Channels')
  await shoot(page, 'channels')
  for (const name of ['counter', 'room-lobby']) {
    await page.getByRole('main').getByRole('row', { name }).first().click()
    await shoot(page, `channel-${name}`)
  }
})

test('publishes and the composer', async ({ traffic: { page } }) => {
  await goTo(page, 'Publishes')
  const grid = page.getByRole('grid', { name: 'Publishes' })
  await grid.getByRole('row').filter({ hasText: 'refused' }).click()
  await shoot(page, 'publish-refused')
  // The second one is the counter's.
  await grid.press('Home')
  await grid.press('ArrowDown')
  await expect(page.getByRole('region', { name: 'Publish 1' })).toContainText('3 delivered')
  await shoot(page, 'publish')
  await goTo(page, 'Exchanges')
  await page.getByRole('button', { name: 'Publish…' }).click()
  const composer = page.getByRole('complementary', { name: 'Publish' })
  await composer.getByRole('combobox', { name: 'Channel' }).fill('counter')
  await expect(composer.getByRole('status', { name: 'Reach' })).toContainText('of 3')
  await shoot(page, 'composer')
  await composer.getByRole('combobox', { name: 'Channel' }).fill('room-loby')
  await expect(composer.getByRole('status', { name: 'Reach' })).toContainText('Did you mean')
  await shoot(page, 'composer-nobody')
})

test('settings, palette, and what lies over everything', async ({ traffic: { page } }) => {
  await goTo(page, 'Settings')
  await shoot(page, 'settings')
  await goTo(page, 'Exchanges')
  await page.keyboard.press('ControlOrMeta+k')
  await expect(page.getByRole('dialog', { name: 'All actions' })).toBeVisible()
  await shoot(page, 'palette')
})

test('the first start, and the demo', async ({ openBrowser }) => {
  const { page, close, process } = await startInBrowser(await openBrowser(), freePorts)
  await expect(page.getByRole('region', { name: 'Welcome' })).toBeVisible()
  await shoot(page, 'welcome')
  await page.getByRole('button', { name: 'Make demo traffic' }).click()
  await expect(exchange(page, /hold\.mode/)).toBeVisible()
  await shoot(page, 'demo')
  process.kill('SIGTERM')
  await expect(page.getByRole('alert')).toContainText('Connection lost')
  await shoot(page, 'connection-lost')
  await close()
})

test('nothing yet, and recording paused', async ({ openBrowser, backend }) => {
  const { page, close } = await startInBrowser(await openBrowser(), [...freePorts, backend.url])
  await expect(page.getByText('No requests yet')).toBeVisible()
  await shoot(page, 'exchanges-none')
  await page.getByRole('button', { name: 'Pause' }).click()
  await expect(page.getByText('Recording is paused')).toBeVisible()
  await shoot(page, 'exchanges-paused')
  await goTo(page, 'Channels')
  await shoot(page, 'channels-none')
  await goTo(page, 'Publishes')
  await shoot(page, 'publishes-none')
  await close()
})
