// Every kind of hold: a stream of events, and a WebSocket over HTTP, each seen live with what it is sent.
import { publish } from '../fixtures/http-client'
import { exchange, openDetailsOf, openTabOf } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'
import { listenTo, openSocket } from '../libraries/clients'

test('a stream is seen live, with each event that it is sent', async ({ gripscope }) => {
  const { page, proxy, publish: publishUrl } = gripscope
  const events = listenTo(`${proxy}/events/`)
  const row = exchange(page, /\/events\//)
  await expect(row).toContainText('SSE')
  await expect(row).toContainText('streaming')
  for (const content of ['data: one\n\n', 'data: two\n\n']) {
    await publish(publishUrl, [{ channel: 'events', formats: { 'http-stream': { content } } }])
  }
  expect(await events.data.first(2)).toEqual(['one', 'two'])
  await expect(row.getByRole('button', { name: /^streaming .* · 2$/ })).toBeVisible()
  const details = await openDetailsOf(page, /\/events\//)
  await expect(details.getByRole('list', { name: 'What happened, in order' })).toContainText(
    'Publisher to Client: publish events',
  )
  const deliveries = await openTabOf(details, 'Deliveries')
  await expect(deliveries.getByRole('grid').getByRole('row')).toHaveCount(2)
  events.close()
  await expect(row).toContainText('client left')
})

test('a publish without the format that a hold needs is missed, and it says why', async ({ gripscope }) => {
  const { page, proxy, publish: publishUrl } = gripscope
  const events = listenTo(`${proxy}/events/`, 'open')
  await events.data.first(1)
  await expect(exchange(page, /\/events\//)).toContainText('streaming')
  await publish(publishUrl, [{ channel: 'events', formats: { 'http-response': { body: 'x' } } }])
  const details = await openDetailsOf(page, /\/events\//)
  const deliveries = await openTabOf(details, 'Deliveries')
  await expect(deliveries.getByRole('grid').getByRole('row')).toContainText('no format')
  await expect(deliveries.getByRole('grid').getByRole('row')).toContainText('http-response')
  events.close()
})

test('a WebSocket shows the messages of both sides', async ({ start, backend }) => {
  const { page, proxy, publish: publishUrl } = await start('--route', `* ${new URL(backend.url).host},over_http`)
  const { socket, messages } = await openSocket(`${proxy.replace('http', 'ws')}/chat/`)
  const row = exchange(page, /\/chat\//)
  await expect(row).toContainText('WebSocket')
  await expect(row).toContainText('chat')
  socket.send('hello')
  await messages.first(1)
  await publish(publishUrl, [{ channel: 'chat', formats: { 'ws-message': { content: 'to all' } } }])
  expect(await messages.first(2)).toEqual(['you said hello', 'to all'])
  await expect(row).toContainText('↑1 ↓2')
  const details = await openDetailsOf(page, /\/chat\//)
  const shown = await openTabOf(details, 'Messages')
  await expect(shown).toContainText('hello')
  await expect(shown).toContainText('to all')
  socket.close()
  await expect(row).toContainText('closed')
})
