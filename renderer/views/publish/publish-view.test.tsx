// All publishes, and what came of the one that is chosen.
import { act, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import type { PublishDetails, PublishRow } from '../../../preload/views'
import { mockDetails } from '../../dev/mock-details'
import { openView, selectPublish, setFilter } from '../../state/actions'
import { useStore } from '../../state/store'
import { testExchange, testPublish } from '../../testing/rows'
import { type StartOptions, startApp, take } from '../../testing/start-app'

const rows: PublishRow[] = [
  testPublish({ id: 1, at: 10, itemId: '82', channel: 'chat', delivered: 2 }),
  testPublish({ id: 2, at: 20, itemId: '83', prevId: '82', channel: 'chat', delivered: 1, notDelivered: 1, missed: 1 }),
  testPublish({ id: 3, at: 30, channel: 'nobody-here', delivered: 0, unheard: true }),
  testPublish({ id: 4, at: 40, channel: 'chat', itemId: '99', prevId: '98', delivered: 0, state: 'waiting' }),
  testPublish({
    id: 5,
    at: 50,
    channel: '',
    delivered: 0,
    state: 'refused',
    problem: { field: 'items[0].channel', message: 'There is none.', fix: 'Name the channel.' },
  }),
]
const [outcome] = mockDetails(
  testExchange({ id: 7, deliveredAt: [20], channels: ['chat'], state: 'delivered' }),
).deliveries
const detailsOf = (id: number): PublishDetails => ({
  row: rows[id - 1] ?? testPublish(),
  item: '{"channel":"chat","formats":{"http-stream":{"content":"x"}}}',
  content: [{ format: 'http-stream', action: 'send', about: '', headers: [], base64: btoa('data: x'), size: 7 }],
  outcomes: outcome && id < 3 ? [outcome] : [],
  total: id < 3 ? 1 : 0,
})

async function open(options: StartOptions = {}) {
  const started = await startApp({ answers: { 'publish.details': ({ id }) => detailsOf(id), ...options.answers } })
  take({ reset: true, publishes: rows })
  act(() => openView('publish'))
  return started
}

const cells = (grid: string) =>
  within(screen.getByRole('grid', { name: grid }))
    .getAllByRole('row')
    .map((row) =>
      within(row)
        .getAllByRole('gridcell')
        .map((cell) => cell.textContent),
    )
const chosen = (name: string) => screen.getByRole('region', { name })

test('each has channel, id and what came of it', async () => {
  await open()
  expect(cells('Publishes').map((row) => [row[1], row[2], row[6]])).toEqual([
    ['chat', '82', '2 delivered'],
    ['chat', '83', '1 delivered1 missed'],
    ['nobody-here', '–', 'nobody listened'],
    ['chat', '99', 'waits for 98'],
    ['–', '–', 'refused: items[0].channel'],
  ])
})

test('a click shows what came of it for each subscription, and why', async () => {
  const { user } = await open()
  await user.click(screen.getByText('83'))
  await screen.findByRole('region', { name: 'Publish 83' })
  await waitFor(() => expect(cells('Outcomes')[0]?.slice(0, 4)).toEqual(['#7', 'HTTP', '127.0.0.1:51022', 'delivered']))
  expect(chosen('Publish 83').textContent).toContain('after 82')
})

test('one that waited for its prev-id says how long', async () => {
  const { user } = await open()
  take({ publishes: [{ ...(rows[1] as PublishRow), wentOutAt: (rows[1]?.at ?? 0) + 812 }] })
  await user.click(screen.getByText('83'))
  expect((await screen.findByRole('region', { name: 'Publish 83' })).textContent).toContain('waited 812 ms')
})

test('it is published again from the composer', async () => {
  const { user } = await open()
  await user.click(screen.getByText('82'))
  const again = await screen.findByRole('button', { name: 'Publish again' })
  await waitFor(() => expect(again).toHaveProperty('disabled', false))
  await user.click(again)
  expect(screen.getByRole('combobox', { name: 'Channel' })).toHaveProperty('value', 'chat')
})

test('a refused one says which field, and what to do', async () => {
  const { user } = await open()
  await user.click(screen.getByText('refused: items[0].channel'))
  const problem = await screen.findByRole('note', { name: 'Problem: items[0].channel' })
  expect(problem.textContent).toContain('Name the channel.')
  expect(screen.queryByRole('button', { name: 'Publish again' })).toBeNull()
})

test('one that nobody heard says so', async () => {
  const { user } = await open()
  await user.click(screen.getByText('nobody listened'))
  expect(await screen.findByText('Nobody was listening')).toBeDefined()
})

test('the channel leads to its lanes', async () => {
  const { user } = await open()
  await user.click(screen.getByRole('button', { name: 'nobody-here' }))
  expect(useStore.getState().ui).toMatchObject({ view: 'channels', selectedChannel: 'nobody-here' })
})

test('one that is dropped is chosen no more', async () => {
  await open()
  act(() => selectPublish(1))
  take({ droppedPublishes: [1] })
  expect(useStore.getState().ui.selectedPublish).toBeNull()
  expect(cells('Publishes')).toHaveLength(4)
})

test('without any it says where backends publish', async () => {
  await startApp()
  take({ reset: true })
  act(() => openView('publish'))
  expect(screen.getByText('http://127.0.0.1:5561/publish/')).toBeDefined()
})

test('what is looked for is marked in content and headers of the chosen one', async () => {
  const content = [
    {
      format: 'http-response' as const,
      action: 'send',
      about: '',
      headers: [['X-Weather', 'rain']] as [string, string][],
      base64: btoa('event: rain\ndata: It RAINS.\n\n'),
      size: 29,
    },
  ]
  const type: [string, string] = ['Content-Type', 'text/event-stream']
  const answer = (id: number) => ({
    ...detailsOf(id),
    content: content.map((each) => ({ ...each, headers: [...each.headers, type] })),
  })
  const { user } = await open({ answers: { 'publish.details': ({ id }) => answer(id) } })
  act(() => setFilter('rain or 82'))
  await user.click(screen.getByText('82'))
  const details = await screen.findByRole('region', { name: 'Publish 82' })
  await within(details).findByRole('list', { name: 'content' })
  expect([...details.querySelectorAll('mark')].map((mark) => mark.textContent)).toEqual(['82', 'rain', 'rain', 'RAIN'])
})
