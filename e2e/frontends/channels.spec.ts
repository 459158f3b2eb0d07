// Channels as lanes: who was subscribed when, each publish, and what came of it where they cross.
import type { Gripscope } from '../fixtures/gripscope'
import { publish } from '../fixtures/http-client'
import { exchange, goTo } from '../fixtures/screen'
import { expect, test } from '../fixtures/test'
import { listenTo, type ServerSentEvents } from '../libraries/clients'

/** Two streams of one channel, and two publishes: one for both, and one that no stream can take. */
async function makeLanes({ page, proxy, publish: publishUrl }: Gripscope): Promise<readonly ServerSentEvents[]> {
  const streams = [listenTo(`${proxy}/events/`), listenTo(`${proxy}/events/`)]
  await expect(exchange(page, /streaming/)).toHaveCount(2)
  const send = (id: string, formats: object) => publish(publishUrl, [{ channel: 'events', id, formats }])
  await send('a1', { 'http-stream': { content: 'data: one\n\n' } })
  await send('a2', { 'http-response': { body: 'two' } })
  await Promise.all(streams.map(({ data }) => data.first(1)))
  return streams
}

test('lanes show what came of each publish for each subscription', async ({ gripscope }) => {
  const { page } = gripscope
  const streams = await makeLanes(gripscope)
  await goTo(page, 'Channels')
  const row = page.getByRole('grid', { name: 'Channels' }).getByRole('row', { name: /events/ })
  await expect(row).toContainText('2')
  await row.click()
  const channel = page.getByRole('region', { name: 'Channel events' })
  await expect(channel).toContainText('2 held')
  await expect(channel).toContainText('2 messages')

  // The drawing is drawn, and the table behind it says the same.
  await expect.poll(() => channel.locator('canvas').first().evaluate(paintedPixels)).toBeGreaterThan(200)
  const lanes = channel.getByRole('grid', { name: 'Lanes of events' })
  await expect(lanes.getByRole('row')).toHaveCount(3)
  await expect(lanes.getByRole('gridcell')).toHaveText(['delivered', 'no format', 'delivered', 'no format'])

  await channel.getByRole('button', { name: 'Show as a table' }).click()
  await lanes.getByRole('columnheader', { name: /a2/ }).getByRole('button').click()
  const details = page.getByRole('region', { name: 'Publish a2' })
  const outcomes = details.getByRole('grid').getByRole('row')
  await expect(outcomes).toHaveCount(2)
  await expect(outcomes.first()).toContainText('no format')
  await expect(outcomes.first()).toContainText('http-response')

  // A lane ends with its client.
  for (const stream of streams) stream.close()
  await expect(channel).not.toContainText('2 held')
  await goTo(page, 'Exchanges')
  await expect(exchange(page, /client left/)).toHaveCount(2)
})

test('a publish in the lanes leads to the exchanges that it reached', async ({ gripscope }) => {
  const { page } = gripscope
  const streams = await makeLanes(gripscope)
  await goTo(page, 'Publishes')
  await page.getByRole('grid', { name: 'Publishes' }).getByRole('row', { name: /a1/ }).click()
  await page.getByRole('region', { name: 'Publish a1' }).getByRole('button', { name: 'Exchange 2' }).click()
  await expect(page.getByRole('region', { name: 'Details of exchange 2' })).toBeVisible()
  await expect(exchange(page, /^2 /)).toHaveAttribute('aria-selected', 'true')
  for (const stream of streams) stream.close()
})

test('a name that nobody listens to is listed apart, with the one that may be meant', async ({ gripscope }) => {
  const { page, publish: publishUrl } = gripscope
  const streams = await makeLanes(gripscope)
  await publish(publishUrl, [{ channel: 'event', formats: { 'http-stream': { content: 'x' } } }])
  await goTo(page, 'Channels')
  const apart = page.getByRole('grid', { name: 'Published with no subscriber' })
  await expect(apart.getByRole('row')).toContainText('event')
  await expect(apart).toContainText('events')
  for (const stream of streams) stream.close()
})

/** Runs in the page: how many pixels of a canvas have something in them. */
function paintedPixels(canvas: HTMLElement | SVGElement): number {
  if (!(canvas instanceof HTMLCanvasElement)) return 0
  const { data } = canvas.getContext('2d')?.getImageData(0, 0, canvas.width, canvas.height) ?? { data: [] }
  return data.filter((value, index) => index % 4 === 3 && value > 0).length
}
