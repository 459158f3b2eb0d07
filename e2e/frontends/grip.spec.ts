// What is visible of GRIP's rarer parts, each with real traffic: filters' questions, messages that wait, ZeroMQ, links,
// retries, and a WebSocket's messages and events.
import type { Locator } from '@playwright/test'
import { Push } from 'zeromq'
import { freePort } from '../../scripts/free-ports.mjs'
import { type GripBackend, startGripBackend } from '../fixtures/grip-backend'
import type { Gripscope } from '../fixtures/gripscope'
import { publish, startAsking } from '../fixtures/http-client'
import { exchange, goTo, openDetailsOf, openTabOf } from '../fixtures/screen'
import { test as base, expect } from '../fixtures/test'
import { openSocket } from '../libraries/clients'

const test = base.extend<{ readonly grip: GripBackend; readonly running: Gripscope }>({
  // biome-ignore lint/correctness/noEmptyPattern: Playwright reads from it that there are no dependencies
  grip: async ({}, use) => {
    const grip = await startGripBackend()
    await use(grip)
    await grip.close()
  },
  running: async ({ start, grip }, use) => {
    await use(await start(...grip.routes))
  },
})

const story = (details: Locator): Locator => details.getByRole('list', { name: 'What happened, in order' })
const stream = (channel: string, content: string, more: object = {}): object => ({
  channel,
  ...more,
  formats: { 'http-stream': { content } },
})

test('a filter’s question to the backend, and what it decided', async ({ running: { page, proxy, publish: to } }) => {
  const client = startAsking(`${proxy}/moderated/`, { headers: { 'x-user': 'bob' } })
  await expect(exchange(page, /moderated/)).toContainText('streaming')
  await publish(to, [stream('moderated', 'no\n', { id: 's', meta: { topic: 'secret' } })])
  const details = await openDetailsOf(page, /moderated/)
  await expect(story(details)).toContainText('Gripscope to Backend: filter request /moderated/check')
  await expect(story(details)).toContainText('200 Action: drop (filter)')
  const deliveries = await openTabOf(details, 'Deliveries')
  await expect(deliveries.getByRole('row', { name: /filtered/ })).toContainText('the backend dropped it')
  client.leave()
})

test('a message that waits for the one before it', async ({ running: { page, proxy, publish: to } }) => {
  const client = startAsking(`${proxy}/ordered/`)
  await expect(exchange(page, /ordered/)).toContainText('streaming')
  const details = await openDetailsOf(page, /ordered/)
  // A second after a channel came up its holds look for news, and would start again from the id that the backend names.
  await expect(story(details)).toContainText(/requested again: channel came up.*Backend to Gripscope: 200/)
  await publish(to, [stream('ordered', 'data: 2\n\n', { id: '2', 'prev-id': '1' })])
  await goTo(page, 'Channels')
  const lanes = page.getByRole('grid', { name: 'Lanes of ordered' })
  await expect(lanes.getByRole('gridcell')).toHaveText(['delivered'])
  // It waits five seconds: only one look is taken meanwhile.
  await publish(to, [stream('ordered', 'data: 4\n\n', { id: '4', 'prev-id': '3' })])
  await expect(lanes.getByRole('gridcell')).toHaveText(['delivered', 'waiting'])
  await publish(to, [stream('ordered', 'data: 3\n\n', { id: '3', 'prev-id': '2' })])
  await expect(lanes.getByRole('gridcell')).toHaveText(['delivered', 'delivered', 'delivered'])
  await expect(lanes.getByRole('columnheader', { name: /^4/ })).toContainText(/waited \d.*1 delivered/)
  await goTo(page, 'Exchanges')
  await expect(story(details)).toContainText('publish ordered 4 waits for 3')
  await expect(story(details)).toContainText('it went out after')
  client.leave()
})

test('next links, page after page', async ({ running: { page, proxy } }) => {
  const client = startAsking(`${proxy}/pages/`)
  await expect(exchange(page, /pages/)).toContainText('streaming')
  const details = await openDetailsOf(page, /pages/)
  const asked = story(details).getByText('next link /pages/')
  await expect(asked).toHaveCount(2)
  await expect(story(details)).toContainText('Grip-Hold: stream')
  client.leave()
})

test('a hold that could not be renewed at once: each try, and the pauses', async ({ running, grip }) => {
  const { page, proxy, publish: to } = running
  const client = startAsking(`${proxy}/flaky/`)
  await expect(exchange(page, /flaky/)).toContainText('held')
  await publish(to, [{ channel: 'flaky', id: '8', 'prev-id': '7', formats: { 'http-response': { body: '8\n' } } }])
  const details = await openDetailsOf(page, /flaky/)
  await expect(story(details)).toContainText('nothing listens on')
  await grip.comeBack()
  await expect(story(details)).toContainText(/requested again, [\d.]+ m?s later/)
  await expect(exchange(page, /flaky/).getByRole('img', { name: /earlier hold/ })).toBeVisible()
  client.leave()
})

test('a WebSocket’s messages both ways, and the events that the backend was sent', async ({ running }) => {
  const { page, proxy } = running
  const { socket, messages } = await openSocket(`${proxy.replace('http', 'ws')}/ws/`)
  socket.send('hello')
  expect(await messages.first(1)).toEqual(['you said hello'])
  const details = await openDetailsOf(page, /ws\//)
  for (const words of ['control subscribe talk', 'text hello', 'events (15 B)', 'text m:you said hello']) {
    await expect(story(details)).toContainText(words)
  }
  const shown = await openTabOf(details, 'Messages')
  await expect(shown.getByRole('row', { name: /client text/ })).toContainText('hello')
  // Its lane goes on although the backend named its user after it had subscribed.
  await goTo(page, 'Channels')
  await expect(page.getByRole('region', { name: 'Channel talk' })).toContainText('1 held')
  socket.close()
})

test('what came by ZeroMQ', async ({ start, grip }) => {
  const pull = `tcp://127.0.0.1:${await freePort()}`
  const { page } = await start(grip.url, '--zmq-pull', pull)
  const push = new Push()
  push.connect(pull)
  await push.send(`J${JSON.stringify(stream('talk', 'x', { id: 'z1' }))}`)
  await goTo(page, 'Publishes')
  await expect(page.getByRole('grid', { name: 'Publishes' }).getByRole('row', { name: /z1/ })).toContainText(
    /zmq|ZeroMQ/i,
  )
  push.close()
})
