// The exchanges as a person sees and uses them: rows, selection, keys, filter, time range.
import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import type { ExchangeRow } from '../../../preload/views'
import { settings } from '../../dev/fake-engine'
import { setTimeRange } from '../../state/actions'
import { useStore } from '../../state/store'
import { testExchange } from '../../testing/rows'
import { startApp, take } from '../../testing/start-app'

const grid = () => screen.getByRole('grid', { name: 'Exchanges' })
const rows = () => within(grid()).queryAllByRole('row')
const cells = (row: HTMLElement | undefined) =>
  row
    ? within(row)
        .getAllByRole('gridcell')
        .map((cell) => cell.textContent)
    : []
const selected = () =>
  within(grid())
    .queryAllByRole('row', { selected: true })
    .map((row) => cells(row)[0])
const details = () => screen.queryByRole('region', { name: /^Details of exchange/ })
const rowOf = (id: number) => {
  const row = rows().find((each) => cells(each)[0] === String(id))
  if (!row) throw new Error(`Exchange ${id} is not on screen.`)
  return row
}

describe('rows', () => {
  test('say kind, method, path, status, channels and state', async () => {
    await startApp()
    expect(rows()).toHaveLength(15)
    expect(cells(rowOf(1)).slice(0, 7)).toEqual(['1', 'HTTP', 'GET', '/', '200', '', '13 ms'])
    expect(cells(rowOf(3)).slice(0, 7)).toEqual([
      '3',
      'Long-poll',
      'GET',
      '/counter/value/?last=120',
      '200',
      'counter',
      'delivered 18 s',
    ])
    expect(cells(rowOf(5))[3]).toBe('↻ #3 /counter/value/?last=120')
    expect(cells(rowOf(12)).slice(4, 6)).toEqual(['–', 'inbox-7'])
    expect(within(rowOf(3)).getByRole('img', { name: 'backend 8.6 ms, held 18 s, 1 delivered' })).toBeDefined()
  })

  test('change in place', async () => {
    const { session } = await startApp()
    const row = session.exchanges[11] as ExchangeRow
    take({ exchanges: [{ ...row, state: 'delivered', status: 204, endedAt: 60_000, delivered: 1 }] })
    expect(cells(rowOf(12)).slice(4, 7)).toEqual(['204', 'inbox-7', 'delivered 11 s'])
    expect(rows()).toHaveLength(15)
  })

  test('say the whole state where the pointer rests, however narrow the column is', async () => {
    const note = `no answer from ${'backend.test/'.repeat(20)}`
    const failed = testExchange({ id: 1, state: 'failed', note, endedAt: 10 })
    const missed = testExchange({
      id: 2,
      state: 'streaming',
      kind: 'stream',
      heldAt: 1,
      trouble: { text: 'missed 3 publishes while it was held elsewhere', tone: 'failed' },
    })
    await startApp({ exchanges: [failed, missed] })
    expect(within(rowOf(1)).getByTitle(`${note} – filter is:failed`)).toBeDefined()
    expect(
      within(rowOf(2)).getByTitle('missed 3 publishes while it was held elsewhere – filter is:missed'),
    ).toBeDefined()
  })
})

describe('selecting', () => {
  test('a click shows the details, and new rows leave the selection where it is', async () => {
    const { user } = await startApp()
    await user.click(rowOf(3))
    expect(selected()).toEqual(['3'])
    expect(details()?.getAttribute('aria-label')).toBe('Details of exchange 3')
    take({ exchanges: [testExchange({ id: 16, at: 61_000 }), testExchange({ id: 17, at: 61_500 })] })
    expect(selected()).toEqual(['3'])
    expect(details()?.getAttribute('aria-label')).toBe('Details of exchange 3')
  })

  test('the keys walk, open, and go back step by step', async () => {
    const { user } = await startApp()
    await user.keyboard('{ArrowDown}{ArrowDown}{ArrowDown}')
    expect(selected()).toEqual(['3'])
    expect(details()).toBeNull()
    await user.keyboard('{Enter}')
    expect(details()?.getAttribute('aria-label')).toBe('Details of exchange 3')
    await user.keyboard('{ArrowUp}')
    expect(selected()).toEqual(['2'])
    expect(details()?.getAttribute('aria-label')).toBe('Details of exchange 2')
    await user.keyboard('{Escape}')
    expect(details()).toBeNull()
    expect(selected()).toEqual(['2'])
    await user.keyboard('{Escape}')
    expect(selected()).toEqual([])
  })

  test('details that close with the focus in them give it back to the table', async () => {
    const { user } = await startApp()
    await user.click(rowOf(3))
    await user.click(await screen.findByRole('tab', { name: 'Timing' }))
    await user.keyboard('{Escape}')
    await waitFor(() => expect(document.activeElement).toBe(grid()))
    await user.keyboard('{ArrowDown}')
    expect(selected()).toEqual(['4'])
  })

  test('an exchange that is dropped takes its details along', async () => {
    const { user } = await startApp()
    await user.click(rowOf(3))
    take({ droppedExchanges: [3] })
    expect(details()).toBeNull()
    expect(selected()).toEqual([])
  })
})

describe('the filter', () => {
  const box = () => screen.getByRole('textbox', { name: 'Filter exchanges' })
  const ids = () => rows().map((row) => cells(row)[0])

  test('/ goes to it, words narrow the list, Esc clears it and then leaves it', async () => {
    const { user } = await startApp()
    await user.keyboard('/')
    expect(document.activeElement).toBe(box())
    await user.keyboard('is:held')
    expect(ids()).toEqual(['4', '7', '12', '13', '14'])
    expect(screen.getByText('5 of 0 exchanges', { exact: false })).toBeDefined()
    await user.keyboard('{Escape}')
    expect(ids()).toHaveLength(15)
    expect(document.activeElement).toBe(box())
    await user.keyboard('{Escape}')
    expect(document.activeElement).not.toBe(box())
  })

  test('what it does not understand is said, with what it knows', async () => {
    const { user } = await startApp()
    await user.type(box(), 'is:hold')
    expect(box().getAttribute('aria-invalid')).toBe('true')
    const note = document.getElementById(box().getAttribute('aria-describedby') ?? '')
    expect(note?.textContent).toContain('“is:” knows held, live')
  })

  test('Enter goes on to the rows', async () => {
    const { user } = await startApp()
    await user.type(box(), 'method:post{Enter}')
    expect(document.activeElement).toBe(grid())
    await user.keyboard('{ArrowDown}')
    expect(selected()).toEqual(['6'])
  })

  test('a click on a channel or on a state narrows to it, and a second one takes that back', async () => {
    const { user } = await startApp()
    await user.click(within(rowOf(3)).getByRole('button', { name: 'counter' }))
    expect(box()).toHaveProperty('value', 'channel:counter')
    expect(ids()).toEqual(['3', '5', '14'])
    await user.click(within(rowOf(14)).getByRole('button', { name: /^held/ }))
    expect(box()).toHaveProperty('value', 'channel:counter is:held')
    expect(ids()).toEqual(['14'])
    await user.click(within(rowOf(14)).getByRole('button', { name: 'counter' }))
    expect(box()).toHaveProperty('value', 'is:held')
    expect(details()).toBeNull()
  })

  test('that lets nothing through says how many there are, and clears by a button', async () => {
    const { user } = await startApp()
    await user.type(box(), 'nothing-like-it')
    await user.click(screen.getByRole('button', { name: 'Show all 15' }))
    expect(ids()).toHaveLength(15)
  })

  test('goes with a time range, which has its own button', async () => {
    const { user } = await startApp()
    act(() => setTimeRange([1000, 4000]))
    expect(ids()).toEqual(['1', '2'])
    await user.click(screen.getByRole('button', { name: 'Clear time range' }))
    expect(ids()).toHaveLength(15)
  })
})

describe('columns', () => {
  const handle = (name: string) => screen.getByRole('separator', { name: `Width of ${name}` })

  test('change their width by the arrow keys, one handle after the other', async () => {
    const { user } = await startApp()
    act(() => handle('number').focus())
    await user.keyboard('{ArrowDown}')
    expect(document.activeElement).toBe(handle('Kind'))
    const before = Number(handle('Kind').getAttribute('aria-valuenow'))
    await user.keyboard('{ArrowRight}{Shift>}{ArrowRight}{/Shift}{ArrowLeft}')
    expect(Number(handle('Kind').getAttribute('aria-valuenow'))).toBe(before + 40)
    expect(screen.getAllByRole('separator').filter((each) => each.tabIndex === 0 && each.dataset.column)).toEqual([
      handle('Kind'),
    ])
    await user.keyboard('{ArrowUp}{ArrowUp}')
    expect(document.activeElement).toBe(handle('number'))
  })
})

describe('the overview', () => {
  test('can be narrowed by keys', async () => {
    const { user } = await startApp()
    const from = screen.getByRole('slider', { name: 'Show from' })
    await waitFor(() => expect(Number(from.getAttribute('aria-valuemax'))).toBeGreaterThan(50_000))
    act(() => from.focus())
    await user.keyboard('{Shift>}{ArrowRight}{ArrowRight}{/Shift}')
    const range = useStore.getState().ui.timeRange
    expect(range?.[0]).toBeGreaterThan(5000)
    expect(rows().length).toBeLessThan(15)
    await user.keyboard('{Escape}')
    expect(useStore.getState().ui.timeRange).toBeNull()
  })

  test('is told in words', async () => {
    await startApp()
    expect(screen.getByText(/^Overview of the session/).textContent).toContain('41 publishes')
  })
})

describe('where there is nothing', () => {
  test('it says what to do next', async () => {
    const demo = { settings: { ...settings, backend: { kind: 'demo' } } } as const
    const { user, bridge } = await startApp({ exchanges: [], state: demo })
    expect(screen.getByRole('heading', { name: 'No requests yet' })).toBeDefined()
    expect(screen.getByText('curl -i http://127.0.0.1:7999/counter/value/')).toBeDefined()
    await user.click(screen.getByRole('button', { name: 'Make demo traffic' }))
    expect(bridge.inputs('demo.traffic')).toHaveLength(1)
  })

  test('the table takes no focus', async () => {
    await startApp({ exchanges: [] })
    expect(document.activeElement).toBe(document.body)
    expect(grid().tabIndex).toBe(-1)
  })

  test('the first arrow key after the first rows came chooses one', async () => {
    const { user } = await startApp({ exchanges: [] })
    take({ exchanges: [testExchange({ id: 1 }), testExchange({ id: 2 })] })
    await user.keyboard('{ArrowDown}')
    expect(selected()).toEqual(['1'])
    expect(document.activeElement).toBe(grid())
  })
})
