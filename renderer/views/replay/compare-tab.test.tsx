// A replay beside its original, as a person sees it.
import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import type { Body, ExchangeDetails, ExchangeRow } from '../../../preload/views'
import { textBody } from '../../dev/fake-engine'
import { mockDetails } from '../../dev/mock-details'
import { mockSession } from '../../dev/mock-rows'
import { compare, openExchange } from '../../state/actions'
import { useStore } from '../../state/store'
import { testExchange } from '../../testing/rows'
import { startApp, take } from '../../testing/start-app'

/** Exchange 3 of the session was replayed as 5. */
async function open(bodies: Partial<Record<number, Body>>, change: Record<number, Partial<ExchangeDetails>> = {}) {
  const started = await startApp({
    details: (row) => ({ ...mockDetails(row), ...change[row.id] }),
    answers: {
      'exchange.body': ({ id, kind }) => (kind === 'request' ? textBody('') : (bodies[id] ?? null)),
    },
  })
  act(() => compare(3, 5))
  await screen.findByRole('table', { name: 'Timing' })
  await waitFor(() => expect(screen.queryByText(/^(Loading|Comparing) the bodies…$/)).toBeNull())
  return started
}

const panel = () => screen.getByRole('tabpanel', { hidden: false })
const rowsOf = (name: string | RegExp) =>
  within(screen.getByRole('table', { name }))
    .getAllByRole('row')
    .map((row) => [...row.querySelectorAll('th, td')].map((cell) => cell.textContent?.trim()))
    .slice(1)
const section = (name: string) => screen.getByRole('heading', { name }).parentElement?.textContent
const diff = () =>
  within(screen.getByRole('table', { name: 'Lines of the body of exchange 3 beside those of exchange 5' }))
    .getAllByRole('row')
    .map((row) => [...row.querySelectorAll('td')].map((cell) => cell.textContent).join('|'))

const json = { 3: textBody('{"value":121}'), 5: textBody('{"value":122}') }
const lines = (...texts: string[]) => textBody(`${texts.join('\n')}\n`, { contentType: 'text/plain' })

test('the original stands on the left, the replay on the right, and both are a click away', async () => {
  const { user } = await open(json)
  expect(screen.getByRole('tab', { name: 'Compare' }).getAttribute('aria-selected')).toBe('true')
  expect(useStore.getState().ui.selectedExchange).toBe(5)
  await user.click(within(panel()).getByRole('button', { name: 'Exchange 3' }))
  expect(useStore.getState().ui.selectedExchange).toBe(3)
  expect(screen.getByRole('tab', { name: 'Compare' })).toBeDefined()
})

test('results, holds and times are compared, differences marked by a word', async () => {
  await open(json)
  expect(rowsOf('Result')).toEqual([
    ['Status', '200 OK', '200 OK'],
    ['End ≠ changed', 'answered by a publish', 'hold timed out'],
    ['Deliveries ≠ changed', '1', '0, missed 1'],
  ])
  expect(section('Result')).toBe('Result2 differ')
  expect(rowsOf('Hold')).toEqual([
    ['Mode', 'response', 'response'],
    ['Channels', 'counter', 'counter'],
    ['Previous ids', 'counter: 120', 'counter: 120'],
    ['Timeout ≠ changed', '55 s', '30 s'],
  ])
  expect(rowsOf('Timing').map(([name]) => name)).toEqual(['Backend', 'Hold', 'In all'])
  expect(rowsOf('Timing')[1]).toEqual(['Hold', '18 s', '30 s +12 s'])
})

test('a replay without changes says so; an edited one shows what was changed', async () => {
  await open(json)
  expect(screen.getByText('GET /counter/value/?last=120, sent as it was.')).toBeDefined()
})

test('what was changed in the request is shown first', async () => {
  await open(json, {
    5: {
      requestHeaders: [
        ['Host', 'other'],
        ['X-New', 'y'],
      ],
    },
  })
  expect(rowsOf('Request')).toEqual([
    ['Host ≠ changed', 'localhost:7999', 'other'],
    ['User-Agent ≠ changed', 'curl/8.5.0', '–'],
    ['Accept ≠ changed', '*/*', '–'],
    ['Cookie ≠ changed', expect.stringContaining('session='), '–'],
    ['X-New ≠ changed', '–', 'y'],
  ])
})

test('response headers are the same, changed, added or removed', async () => {
  const response = mockDetails(testExchange()).response
  if (!response) throw new Error('The mock has a response.')
  await open(json, {
    3: {
      response: {
        ...response,
        headers: [
          ['Content-Type', 'a/b'],
          ['ETag', '1'],
          ['X-Old', 'x'],
          ['Date', 'now'],
        ],
      },
    },
    5: {
      response: {
        ...response,
        headers: [
          ['Content-Type', 'a/b'],
          ['ETag', '2'],
          ['X-New', 'y'],
          ['Date', 'later'],
        ],
      },
    },
  })
  expect(rowsOf('Response headers')).toEqual([
    ['Content-Type', 'a/b', 'a/b'],
    ['ETag ≠ changed', '1', '2'],
    ['X-Old − removed', 'x', '–'],
    ['Date ≠ as always', 'now', 'later'],
    ['X-New + added', '–', 'y'],
  ])
  expect(section('Response headers')).toBe('Response headers3 differ')
})

describe('bodies', () => {
  test('of JSON are compared line by line, each difference with a sign and a word', async () => {
    await open(json)
    expect(diff()).toEqual(['1|{|1|{', '2|−removed:   "value": 121|2|+added:   "value": 122', '3|}|3|}'])
    expect(section('Response body')).toBe('Response body1 line differs')
  })

  test('that are the same say so', async () => {
    await open({ 3: textBody('{"a":1}'), 5: textBody('{"a":1}') })
    expect(section('Response body')).toBe('Response bodysame')
  })

  test('equal lines are folded away, and opened by a click', async () => {
    const many = Array.from({ length: 20 }, (_, index) => `line ${index + 1}`)
    const { user } = await open({ 3: lines(...many, 'old'), 5: lines(...many, 'new') })
    expect(diff()).toHaveLength(5)
    await user.click(screen.getByRole('button', { name: '⋯ 17 equal lines' }))
    expect(diff()).toHaveLength(21)
  })

  test('of bytes say their sizes, and if they are equal', async () => {
    const bytes = (text: string) =>
      textBody('', { base64: btoa(text), size: 2048, kept: 2048, contentType: 'image/png' })
    await open({ 3: bytes('\x00\x01'), 5: bytes('\x00\x02') })
    expect(screen.getByText('#3: 2 KiB image/png')).toBeDefined()
    expect(screen.getByText('#5: 2 KiB image/png')).toBeDefined()
    expect(screen.getByText(/^Their bytes differ\./)).toBeDefined()
  })

  test('that were cut say how much of them is compared', async () => {
    await open({ 3: textBody('{}', { size: 5_000_000 }), 5: textBody('{}', { size: 5_000_000 }) })
    expect(screen.getByText(/Only 2 B of 4.8 MiB were kept of #3\..*The rest is not compared\./)).toBeDefined()
    expect(section('Response body')).toBe('Response bodysame as far as kept')
  })

  test('one that is gone from memory is told', async () => {
    await open({ 3: textBody('{}') })
    expect(screen.getByText('The body of #5 is no longer in memory.')).toBeDefined()
  })

  test('with too many differing lines lead to both responses', async () => {
    const text = (word: string) => lines(...Array.from({ length: 3000 }, (_, index) => `${word}${index}`))
    const { user } = await open({ 3: text('a'), 5: text('b') })
    await user.click(await screen.findByRole('button', { name: 'Show the response of #3' }))
    expect(useStore.getState().ui).toMatchObject({ selectedExchange: 3, detailTab: 'response' })
  })

  test('very many differing lines are not all drawn at once', async () => {
    const text = (word: string) => lines(...Array.from({ length: 400 }, (_, index) => `${word}${index}`))
    const { user } = await open({ 3: text('a'), 5: text('b') })
    await screen.findByRole('table', { name: /^Lines of the body/ })
    expect(diff()).toHaveLength(100)
    await user.click(screen.getByRole('button', { name: 'Show more of 400 lines' }))
    expect(diff()).toHaveLength(300)
  })
})

describe('a replay that is still under way', () => {
  const rows = (): ExchangeRow[] =>
    mockSession().exchanges.map((row) =>
      row.id === 5 ? { ...row, state: 'held', status: null, endedAt: null, missed: 0 } : row,
    )

  test('has no response to compare yet, and its time goes on', async () => {
    await startApp({ exchanges: rows(), details: (row) => ({ ...mockDetails(row) }) })
    act(() => compare(3, 5))
    await screen.findByRole('table', { name: 'Timing' })
    expect(screen.getByText('Nothing has gone to the client of #5 yet.')).toBeDefined()
    expect(screen.queryByRole('table', { name: 'Response headers' })).toBeNull()
    expect(rowsOf('Result')[1]).toEqual(['End ≠ changed', 'answered by a publish', 'still held'])
  })

  test('is compared as soon as it ends', async () => {
    const { bridge, session } = await startApp({ exchanges: rows() })
    act(() => compare(3, 5))
    await screen.findByText('Nothing has gone to the client of #5 yet.')
    const row = session.exchanges[4] as ExchangeRow
    const ended: ExchangeRow = { ...row, state: 'delivered', status: 200, endedAt: 59_000, delivered: 1 }
    bridge.answer('exchange.details', ({ id }) => {
      const found = id === 5 ? ended : session.exchanges.find((each) => each.id === id)
      return found ? mockDetails(found) : null
    })
    take({ exchanges: [ended] })
    expect(await screen.findByRole('table', { name: 'Response headers' })).toBeDefined()
  })
})

test('an original that was dropped from memory is told', async () => {
  await open(json)
  take({ droppedExchanges: [3] })
  expect(screen.getByText('Exchange 3 is no longer in memory')).toBeDefined()
})

test('every replay has the tab, and so has its original', async () => {
  await startApp()
  act(() => openExchange(3))
  expect(await screen.findByRole('tab', { name: 'Compare' })).toBeDefined()
  act(() => openExchange(1))
  await screen.findByRole('region', { name: 'Details of exchange 1' })
  await waitFor(() => expect(screen.queryByRole('tab', { name: 'Compare' })).toBeNull())
})
