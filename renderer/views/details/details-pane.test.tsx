// The details of an exchange, tab by tab, as a person sees them.
import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import type { ExchangeDetails, ExchangeRow } from '../../../preload/views'
import { textBody } from '../../dev/fake-engine'
import { mockDetails } from '../../dev/mock-details'
import { openExchange } from '../../state/actions'
import { useStore } from '../../state/store'
import { editorText } from '../../testing/editor'
import { type StartOptions, startApp, take } from '../../testing/start-app'

/** Exchanges of the session: 3 was delivered, 4 streams, 5 missed a publish, 7 is a WebSocket, 9 has a bad instruct. */
async function open(id: number, tab: string, options: StartOptions = {}) {
  const started = await startApp(options)
  act(() => openExchange(id, tab))
  await screen.findByRole('tab', { name: /^Story/ })
  // Rows and editors are made in a second turn.
  await act(async () => {})
  return started
}

const panel = () => screen.getByRole('tabpanel', { hidden: false })
const factsIn = (element: HTMLElement) =>
  Object.fromEntries(
    [...element.querySelectorAll('dt')].map((term) => [term.textContent, term.nextElementSibling?.textContent]),
  )
const rowsOf = (table: HTMLElement) =>
  within(table)
    .getAllByRole('row')
    .map((row) => [...row.querySelectorAll('th, td, [role=gridcell]')].map((cell) => cell.textContent))

describe('Story', () => {
  test('tells in order what happened, who sent it, and when', async () => {
    await open(3, 'story')
    const steps = within(screen.getByRole('list', { name: 'What happened, in order' })).getAllByRole('listitem')
    expect(steps.map((step) => step.textContent)).toEqual([
      '+0.0 ms Client to Gripscope: GET /counter/value/?last=120',
      '+0.4 ms Gripscope to Backend: same request, signed',
      '+9.0 ms Backend to Gripscope: 200 application/grip-instruct',
      '+18.2 s Publisher to Gripscope: publish counter 118',
      '+18.2 s Gripscope to Client: 200 121',
    ])
    expect(screen.getByText('held on counter, 18 s')).toBeDefined()
  })

  test('sums up beside it, with the channel as a way to its lanes', async () => {
    const { user } = await open(5, 'story')
    const summary = screen.getByRole('complementary', { name: 'In short' })
    expect(factsIn(summary)).toMatchObject({
      Client: '127.0.0.1:51022',
      Backend: 'localhost:8000',
      Deliveries: '0, missed 1',
      'Hold timeout': '30 s',
      'Replay of': '#3',
    })
    await user.click(within(summary).getByRole('button', { name: 'counter' }))
    expect(useStore.getState().ui).toMatchObject({ view: 'channels', selectedChannel: 'counter' })
  })

  test('a publish in it leads to that publish', async () => {
    const { user } = await open(3, 'story')
    await user.click(screen.getByRole('button', { name: 'publish counter 118' }))
    expect(useStore.getState().ui).toMatchObject({ view: 'channels', selectedPublish: 1 })
  })

  test('a hold that goes on says so', async () => {
    await open(12, 'story')
    expect(screen.getByText(/held on inbox-7, .* so far/)).toBeDefined()
  })
})

describe('Request', () => {
  test('has what the client sent, and what went to the backend', async () => {
    await open(3, 'request')
    expect(screen.getByRole('heading', { name: 'GET /counter/value/?last=120 HTTP/1.1' })).toBeDefined()
    expect(rowsOf(screen.getByRole('table', { name: 'Request headers' }))[0]).toEqual(['Host', 'localhost:7999', ''])
    expect(rowsOf(screen.getByRole('table', { name: 'Headers sent to localhost:8000' })).map((row) => row[0])).toEqual([
      'Host',
      'Grip-Sig',
      'Grip-Feature',
    ])
    expect(screen.getByText('No request body')).toBeDefined()
  })

  test('fetches the body when it is looked at', async () => {
    const { bridge } = await open(6, 'request')
    await waitFor(() => expect(editorText('request body')).toContain('"counter": 121'))
    expect(bridge.inputs('exchange.body')).toEqual([{ id: 6, kind: 'request' }])
  })

  test('copies a header’s value', async () => {
    const { user } = await open(3, 'request')
    await user.click(screen.getByRole('button', { name: 'Copy User-Agent' }))
    expect(await navigator.clipboard.readText()).toBe('curl/8.5.0')
  })
})

describe('Instruct', () => {
  test('says what was understood', async () => {
    await open(3, 'instruct')
    expect(screen.getByText('accepted')).toBeDefined()
    expect(factsIn(panel())).toEqual({ Hold: 'response', Timeout: '55 s', Meta: 'user=alice' })
    expect(rowsOf(within(panel()).getByRole('table'))).toEqual([
      ['Name', 'Previous id', 'Filters'],
      ['counter', '120', '–'],
    ])
    expect(editorText('Text of the instruct')).toContain('"channels"')
  })

  test('marks each problem, with its field and its fix', async () => {
    await open(9, 'instruct')
    expect(screen.getByText('refused')).toBeDefined()
    const problem = screen.getByRole('note', { name: 'Problem: hold.mode' })
    expect(problem.textContent).toBe('hold.mode “respons” is no hold mode.Use "response" or "stream".')
    expect(screen.getByRole('tab', { name: 'Instruct 1' })).toBeDefined()
  })

  test('without one says how a backend gives it', async () => {
    await open(1, 'instruct')
    expect(screen.getByText('The backend sent no instruct')).toBeDefined()
  })
})

describe('Response', () => {
  test('has what went to the client, and what the backend answered', async () => {
    const { user, bridge } = await open(3, 'response')
    expect(screen.getByRole('heading', { name: /^To the client: 200 OK/ })).toBeDefined()
    expect(rowsOf(screen.getByRole('table', { name: 'From the backend' }))[0]).toEqual([
      'Content-Type',
      'application/grip-instruct',
      '',
    ])
    await user.selectOptions(screen.getByRole('combobox', { name: 'Whose body' }), 'Body of the backend’s answer')
    await waitFor(() => expect(bridge.inputs('exchange.body')).toContainEqual({ id: 3, kind: 'answer' }))
  })

  test('says why the backend did not answer', async () => {
    await open(11, 'response')
    expect(screen.getByText('connect ECONNREFUSED 127.0.0.1:8000')).toBeDefined()
  })

  test('says that there is none yet', async () => {
    await open(15, 'response', { details: (row) => ({ ...mockDetails(row), answers: [], response: null }) })
    expect(screen.getByText('No response yet')).toBeDefined()
  })

  test('a body that is gone from memory is not shown as an empty one', async () => {
    await open(3, 'response', { answers: { 'exchange.body': () => null } })
    expect(await screen.findByText('The response body is no longer in memory')).toBeDefined()
  })

  test('a body that was cut says so', async () => {
    await open(4, 'response', {
      answers: {
        'exchange.body': () => textBody('data: x\n\n', { contentType: 'text/event-stream', size: 10_485_760 }),
      },
    })
    expect(await screen.findByText('kept 9 B of 10 MiB')).toBeDefined()
  })
})

describe('Deliveries', () => {
  test('say what came of each publish, and why', async () => {
    await open(5, 'deliveries')
    expect(screen.getByRole('tab', { name: 'Deliveries 1' })).toBeDefined()
    expect(rowsOf(screen.getByRole('grid', { name: 'Deliveries' }))).toEqual([
      ['+4.0 ms', '121', 'counter', 'too late', '–', 'published 4.3 ms before this request was held'],
    ])
  })

  test('without any offer to publish', async () => {
    const { user } = await open(12, 'deliveries')
    await user.click(screen.getByRole('button', { name: 'Publish to inbox-7…' }))
    expect(screen.getByRole('combobox', { name: 'Channel' })).toHaveProperty('value', 'inbox-7')
  })
})

describe('Messages', () => {
  test('of a WebSocket are listed both ways, and shown in full', async () => {
    const { user } = await open(7, 'messages')
    await screen.findByText('{"join":"chat"}')
    const rows = rowsOf(screen.getByRole('grid', { name: 'Messages' }))
    expect(rows.map((row) => row.slice(2, 6))).toEqual([
      ['↑ client', 'text', '23 B', '{"join":"chat"}'],
      ['↓ backend', 'text', '64 B', 'c:{"type":"subscribe","channel":"chat"}'],
      ['↓ publish', 'text', '31 B', '{"from":"u1","text":"shipping now"}'],
      ['↑ client', 'binary', '4 B', 'binary, base64: AAECAw=='],
    ])
    expect(rows.map((row) => row[0])).toEqual(['1', '2', '3', '4'])
    expect(rows[1]?.[6]).toBe('not passed')
    await user.click(screen.getByText('{"join":"chat"}'))
    await waitFor(() => expect(editorText('message 1')).toBe('{\n  "join": "chat"\n}'))
  })

  test('are no tab of other exchanges', async () => {
    await open(3, 'messages')
    expect(screen.queryByRole('tab', { name: /^Messages/ })).toBeNull()
    expect(screen.getByRole('tab', { name: 'Story' }).getAttribute('aria-selected')).toBe('true')
  })
})

describe('Timing', () => {
  test('has each phase, and how long it took', async () => {
    await open(3, 'timing')
    expect(rowsOf(screen.getByRole('table', { name: 'Phases of the exchange' })).map((row) => row.slice(0, 3))).toEqual(
      [
        ['Phase', 'Began', 'Took'],
        ['In Gripscope, before the backend', '+0.0 ms', '0.4 ms'],
        ['Backend', '+0.4 ms', '8.6 ms'],
        ['Held', '+9.3 ms', '18 s'],
        ['In all', '', '18 s'],
      ],
    )
    expect(factsIn(panel()).Ended).toMatch(/: delivered$/)
  })

  test('goes on while the exchange does', async () => {
    await open(12, 'timing')
    const rows = rowsOf(screen.getByRole('table', { name: 'Phases of the exchange' }))
    expect(rows.at(-1)?.[0]).toBe('So far')
    expect(rows.find((row) => row[0] === 'Held')?.[2]).toMatch(/…$/)
  })
})

describe('details', () => {
  test('are fetched again when their exchange changes', async () => {
    const { session, bridge } = await open(12, 'story')
    const row = session.exchanges[11] as ExchangeRow
    const ended: ExchangeRow = { ...row, state: 'delivered', endedAt: 60_000, delivered: 1, deliveredAt: [60_000] }
    bridge.answer('exchange.details', (): ExchangeDetails => mockDetails(ended))
    take({ exchanges: [ended] })
    expect(await screen.findByRole('button', { name: 'publish inbox-7 118' })).toBeDefined()
  })

  test('of another exchange open in the same tab', async () => {
    const { user } = await open(3, 'timing')
    await user.click(screen.getByText('/events/?room=lobby'))
    await screen.findByRole('region', { name: 'Details of exchange 4' })
    expect((await screen.findByRole('tab', { name: 'Timing' })).getAttribute('aria-selected')).toBe('true')
  })

  test('tabs are walked with the arrow keys', async () => {
    const { user } = await open(3, 'story')
    act(() => screen.getByRole('tab', { name: 'Story' }).focus())
    await user.keyboard('{ArrowRight}')
    expect(screen.getByRole('tab', { name: 'Request' }).getAttribute('aria-selected')).toBe('true')
  })

  test('have what can be done: publish, replay, edit, copy', async () => {
    const { user, bridge } = await open(3, 'story')
    await user.click(screen.getByRole('button', { name: 'Copy as cURL' }))
    expect(await navigator.clipboard.readText()).toBe('curl http://localhost:7999/ # 3')
    await user.click(screen.getByRole('button', { name: 'Publish to counter' }))
    expect(screen.getByRole('combobox', { name: 'Channel' })).toHaveProperty('value', 'counter')
    await user.click(screen.getByRole('button', { name: 'Replay' }))
    expect(bridge.inputs('exchange.replay')).toEqual([{ id: 3 }])
    expect(useStore.getState().ui).toMatchObject({ compare: { a: 3, b: 103 }, selectedExchange: 103 })
  })
})
