// Channels as a person sees and uses them: the list, the lanes by the table behind them, keys, pointer, empty states.
import { act, fireEvent, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import type { ChannelRow, Lanes, PublishDetails } from '../../../preload/views'
import { appState, settings } from '../../dev/fake-engine'
import { openPublish, setFilter } from '../../state/actions'
import { useStore } from '../../state/store'
import { lanesOf } from '../../testing/lanes'
import { testPublish } from '../../testing/rows'
import { startApp, take } from '../../testing/start-app'
import { HEADER, LANE } from './lanes-layout'

const channel = (name: string, change: Partial<ChannelRow> = {}): ChannelRow => ({
  name,
  held: 1,
  subscriptions: 1,
  messages: 2,
  lastId: null,
  lastAt: null,
  unheard: 0,
  near: null,
  ...change,
})

/** Two WebSockets and a long-poll that came late; the trace is a minute old. */
const chat = (change: Partial<Lanes> = {}): Lanes =>
  lanesOf(
    [
      { exchange: 101, kind: 'websocket', who: 'u1', from: 2_000 },
      { exchange: 104, kind: 'websocket', who: 'u2', from: 4_000, filters: ['skip-self'] },
      { exchange: 110, kind: 'long-poll', who: '', from: 35_000, to: 55_000 },
    ],
    [
      { id: 1, at: 30_000, itemId: '86', delivered: 2 },
      { id: 2, at: 50_000, itemId: '87', delivered: 1, notDelivered: 2, missed: 2 },
    ],
    [
      ['delivered', 'delivered'],
      ['delivered', 'filtered'],
      [null, 'no-format'],
    ],
    change,
  )

const detailsOf = (id: number): PublishDetails => ({
  row: testPublish({ id, channel: 'chat', itemId: String(85 + id), notDelivered: 2, missed: 2 }),
  item: '{}',
  content: [],
  outcomes: [],
  total: 0,
})

interface Given {
  channels?: ChannelRow[]
  lanes?: (name: string) => Lanes | null
}

async function start({ channels = [channel('chat')], lanes = () => chat() }: Given = {}) {
  const app = await startApp({
    state: appState({ settings: { ...settings, backend: { kind: 'demo' } } }),
    answers: {
      'channel.lanes': ({ name }) => lanes(name),
      'publish.details': ({ id }) => detailsOf(id),
    },
  })
  const publishes = chat().publishes
  take({ reset: true, channels, publishes })
  await app.user.click(screen.getByRole('button', { name: 'Channels' }))
  return app
}

const list = () => screen.getByRole('grid', { name: 'Channels' })
const unheard = () => screen.getByRole('grid', { name: 'Published with no subscriber' })
const names = (grid: HTMLElement) =>
  within(grid)
    .queryAllByRole('row')
    .map((row) => within(row).getAllByRole('gridcell')[0]?.firstChild?.textContent)
const cells = (row: HTMLElement) =>
  within(row)
    .getAllByRole('gridcell')
    .map((cell) => cell.textContent)
const lanes = () => screen.findByRole('grid', { name: 'Lanes of chat' })
const headers = (grid: HTMLElement, role: 'columnheader' | 'rowheader') =>
  within(grid)
    .getAllByRole(role)
    .map((header) => header.textContent)
/** What the keys are at, as a screen reader says it. */
const active = (grid: HTMLElement) =>
  document.getElementById(grid.getAttribute('aria-activedescendant') ?? '')?.textContent ?? null
const drawing = (grid: HTMLElement) => {
  const scroller = grid.closest('div')?.parentElement?.querySelector('canvas')?.parentElement?.parentElement
  if (!scroller) throw new Error('There is no drawing.')
  return scroller
}

describe('the list', () => {
  test('says for each channel who is held, how many messages, and the last id', async () => {
    await start({ channels: [channel('room-10'), channel('room-9', { held: 0, messages: 1234, lastId: '88' })] })
    const [nine, ten] = within(list()).getAllByRole('row')
    expect(nine && cells(nine)).toEqual(['room-9last id 88', '0', '1,234'])
    expect(ten && cells(ten)).toEqual(['room-10', '1', '2'])
  })

  test('is sorted by what is asked for', async () => {
    const { user } = await start({ channels: [channel('a'), channel('b', { held: 5 })] })
    expect(names(list())).toEqual(['a', 'b'])
    await user.click(screen.getByRole('button', { name: 'Sort by held' }))
    expect(names(list())).toEqual(['b', 'a'])
  })

  test('begins with a channel that has somebody held, and is walked through with the arrow keys', async () => {
    const { user } = await start({ channels: [channel('a', { held: 0 }), channel('b'), channel('c')] })
    expect(useStore.getState().ui.selectedChannel).toBe('b')
    act(() => list().focus())
    await user.keyboard('{ArrowDown}')
    expect(await screen.findByRole('region', { name: 'Channel c' })).toBeDefined()
    expect(within(list()).getByRole('row', { selected: true }).textContent).toContain('c')
  })

  test('shows only what the filter lets through, and all again', async () => {
    const { user } = await start({ channels: [channel('chat'), channel('room-1'), channel('room-2')] })
    act(() => setFilter('channel:room-*'))
    await waitFor(() => expect(names(list())).toEqual(['room-1', 'room-2']))
    act(() => setFilter('channel:nothing'))
    await user.click(await screen.findByRole('button', { name: 'Show all 3' }))
    expect(names(list())).toHaveLength(3)
  })

  test('names channels that nobody listened to apart, with the name that may have been meant', async () => {
    const { user } = await start({
      channels: [
        channel('chat-ops'),
        channel('chat-op', { held: 0, subscriptions: 0, messages: 2, unheard: 2, near: 'chat-ops' }),
        channel('gone', { held: 0, subscriptions: 0, messages: 0 }),
      ],
    })
    expect(names(list())).toEqual(['chat-ops'])
    expect(within(unheard()).getByRole('row').textContent).toBe('chat-op×2did you mean chat-ops?')
    act(() => useStore.setState((store) => ({ ui: { ...store.ui, selectedChannel: 'chat-op' } })))
    await user.click(within(unheard()).getByRole('button', { name: 'did you mean chat-ops?' }))
    expect(useStore.getState().ui.selectedChannel).toBe('chat-ops')
  })

  test('takes in channels as they come', async () => {
    await start()
    take({ channels: [channel('later')] })
    await waitFor(() => expect(names(list())).toEqual(['chat', 'later']))
  })
})

describe('the lanes', () => {
  test('are a table: a row for each subscription, a column for each publish, and what came of it', async () => {
    await start()
    const grid = await lanes()
    await waitFor(() => expect(within(grid).getAllByRole('row')).toHaveLength(4))
    expect(headers(grid, 'columnheader')).toEqual([
      'Subscription',
      '86, at 30 s, 2 delivered',
      '87, at 50 s, 1 delivered, 2 missed',
    ])
    expect(headers(grid, 'rowheader')).toEqual([
      '#101 WebSocket u1, held from 2.0 s until now',
      '#104 WebSocket u2, held from 4.0 s until now',
      '#110 long-poll, held from 35 s to 55 s',
    ])
    expect(within(grid).getAllByRole('row').slice(1).map(cells)).toEqual([
      ['delivered', 'delivered'],
      ['delivered', 'filtered'],
      ['', 'no format'],
    ])
  })

  test('say above them how many are held and what was published', async () => {
    await start({ channels: [channel('chat', { held: 6, messages: 14, unheard: 2 })] })
    const panel = await screen.findByRole('region', { name: 'Channel chat' })
    for (const words of ['6 held', '14 messages', '2 unheard']) expect(within(panel).getByText(words)).toBeDefined()
  })

  test('say what is left out', async () => {
    await start({ lanes: () => chat({ lanesLeftOut: 12, publishesLeftOut: 1 }) })
    const text = '3 subscriptions · 12 older subscriptions and 1 older publish left out'
    expect(await screen.findByText(text)).toBeDefined()
  })

  test('take in what happens while they are looked at', async () => {
    let now = lanesOf([{ from: 1000 }], [{ at: 50_000, itemId: 'one' }], [['delivered']])
    await start({ lanes: () => now })
    const grid = await lanes()
    await within(grid).findByRole('columnheader', { name: /^one/ })
    now = lanesOf(
      [{ from: 1000 }],
      [
        { at: 50_000, itemId: 'one' },
        { at: 55_000, itemId: 'two' },
      ],
      [['delivered', 'filtered']],
    )
    take({ channels: [channel('chat', { messages: 3 })] })
    await within(grid).findByRole('columnheader', { name: /^two/ })
    expect(within(grid).getAllByRole('row').slice(1).map(cells)).toEqual([['delivered', 'filtered']])
  })

  test('show only the time that is asked for', async () => {
    const { user } = await start()
    const grid = await lanes()
    await waitFor(() => expect(headers(grid, 'columnheader')).toHaveLength(3))
    const shorter = screen.getByRole('button', { name: 'Shorter time' })
    await user.click(shorter)
    expect(screen.getByRole('button', { name: 'Time shown: 30 s' })).toBeDefined()
    // The first message was published more than 30 seconds ago.
    await waitFor(() => expect(headers(grid, 'columnheader')).toEqual(['Subscription', expect.stringMatching(/^87/)]))
    await user.click(screen.getByRole('button', { name: 'Longer time' }))
    await waitFor(() => expect(headers(grid, 'columnheader')).toHaveLength(3))
  })

  test('stand in a table for everybody where that is asked for', async () => {
    const { user } = await start()
    const grid = await lanes()
    const asTable = screen.getByRole('button', { name: 'Show as a table' })
    await user.click(asTable)
    expect(asTable.getAttribute('aria-pressed')).toBe('true')
    expect(grid.closest('.visually-hidden')).toBeNull()
    await user.click(asTable)
    expect((await lanes()).closest('.visually-hidden')).not.toBeNull()
  })
})

describe('the keys', () => {
  test('go through publishes and subscriptions, and open what is chosen', async () => {
    const { user } = await start()
    const grid = await lanes()
    await waitFor(() => expect(headers(grid, 'columnheader')).toHaveLength(3))
    act(() => grid.focus())
    await user.keyboard('{ArrowRight}')
    expect(active(grid)).toBe('86, at 30 s, 2 delivered')
    await user.keyboard('{ArrowRight}')
    expect(await screen.findByRole('region', { name: 'Publish 87' })).toBeDefined()
    await user.keyboard('{ArrowDown}{ArrowDown}')
    expect(active(grid)).toBe('filtered')
    expect(within(grid).getByRole('gridcell', { selected: true }).textContent).toBe('filtered')
    await user.keyboard('{Enter}')
    expect(useStore.getState().ui).toMatchObject({ view: 'exchanges', selectedExchange: 104, detailsOpen: true })
  })

  test('leave the subscription, then the publish, by Esc', async () => {
    const { user } = await start()
    const grid = await lanes()
    await waitFor(() => expect(headers(grid, 'columnheader')).toHaveLength(3))
    act(() => grid.focus())
    await user.keyboard('{End}{ArrowDown}')
    expect(active(grid)).toBe('delivered')
    await user.keyboard('{Escape}')
    expect(active(grid)).toMatch(/^87/)
    await user.keyboard('{Escape}')
    expect(useStore.getState().ui).toMatchObject({ view: 'channels', selectedPublish: null })
    expect(screen.queryByRole('region', { name: /^Publish/ })).toBeNull()
  })

  test('a chosen publish stops following, L follows again', async () => {
    const { user } = await start()
    const grid = await lanes()
    const live = screen.getByRole('button', { name: 'live' })
    expect(live.getAttribute('aria-pressed')).toBe('true')
    await waitFor(() => expect(headers(grid, 'columnheader')).toHaveLength(3))
    act(() => grid.focus())
    await user.keyboard('{End}')
    expect(live.getAttribute('aria-pressed')).toBe('false')
    await user.keyboard('l')
    expect(live.getAttribute('aria-pressed')).toBe('true')
  })
})

describe('a publish', () => {
  test('that is opened from elsewhere comes on screen, however long ago it was', async () => {
    const long = lanesOf(
      [{ from: 0 }],
      [
        { id: 1, at: 100, itemId: 'old' },
        { id: 2, at: 3_590_000, itemId: 'new' },
      ],
    )
    await start({ lanes: () => long })
    act(() => useStore.setState((store) => ({ ui: { ...store.ui, view: 'exchanges' } })))
    act(() => openPublish(1))
    const grid = await lanes()
    await within(grid).findByRole('columnheader', { name: /^old/ })
    expect(await screen.findByRole('region', { name: /^Publish/ })).toBeDefined()
  })

  test('is chosen by a click on its column', async () => {
    const { user } = await start()
    const grid = await lanes()
    await user.click(await within(grid).findByRole('button', { name: /^87/ }))
    expect(useStore.getState().ui.selectedPublish).toBe(2)
  })

  test('of another channel is not shown below this one', async () => {
    await start({ channels: [channel('chat'), channel('room')], lanes: (name) => chat({ channel: name }) })
    act(() => openPublish(2))
    expect(await screen.findByRole('region', { name: 'Publish 87' })).toBeDefined()
    act(() => useStore.setState((store) => ({ ui: { ...store.ui, selectedChannel: 'room' } })))
    expect(screen.queryByRole('region', { name: /^Publish/ })).toBeNull()
  })
})

describe('the pointer', () => {
  test('opens an exchange by a click on its name', async () => {
    await start()
    const scroller = drawing(await lanes())
    fireEvent.pointerDown(scroller, { button: 0, clientX: 30, clientY: HEADER + LANE * 1.5 })
    fireEvent.pointerUp(scroller, { clientX: 30, clientY: HEADER + LANE * 1.5 })
    expect(useStore.getState().ui).toMatchObject({ view: 'exchanges', selectedExchange: 104 })
  })

  test('drags through time, which stops following; at the end it follows again', async () => {
    const hour = () => lanesOf([{ from: -3_600_000 }], [{ at: 0 }])
    await start({ lanes: hour })
    const scroller = drawing(await lanes())
    const live = screen.getByRole('button', { name: 'live' })
    fireEvent.pointerDown(scroller, { button: 0, clientX: 500, clientY: 300 })
    fireEvent.pointerMove(scroller, { clientX: 800, clientY: 300 })
    expect(live.getAttribute('aria-pressed')).toBe('false')
    fireEvent.pointerMove(scroller, { clientX: 400, clientY: 300 })
    fireEvent.pointerUp(scroller, { clientX: 400, clientY: 300 })
    expect(live.getAttribute('aria-pressed')).toBe('true')
  })

  test('on a name says more of the subscription', async () => {
    await start()
    const scroller = drawing(await lanes())
    fireEvent.pointerMove(scroller, { clientX: 30, clientY: HEADER + LANE * 1.5 })
    expect(await screen.findByText(/filter skip-self/)).toBeDefined()
    fireEvent.pointerLeave(scroller)
    expect(screen.queryByText(/filter skip-self/)).toBeNull()
  })
})

describe('where something is missing', () => {
  test('no channels: says when there will be, and makes demo traffic', async () => {
    const { user, bridge } = await start({ channels: [] })
    expect(screen.getByRole('heading', { name: 'No channels yet' })).toBeDefined()
    await user.click(screen.getByRole('button', { name: 'Make demo traffic' }))
    expect(bridge.inputs('demo.traffic')).toHaveLength(1)
  })

  test('a channel without publishes: offers to publish to it', async () => {
    const { user } = await start({ lanes: () => lanesOf([{ from: 0 }], []) })
    await user.click(await screen.findByRole('button', { name: 'Publish to it' }))
    expect(useStore.getState().ui.composer).toMatchObject({ open: true, channel: 'chat' })
  })

  test('a channel that nobody listened to: says so, and what may have been meant', async () => {
    const { user } = await start({
      channels: [
        channel('chat-op', { held: 0, subscriptions: 0, unheard: 1, near: 'chat-ops' }),
        channel('chat-ops', { held: 0 }),
      ],
      lanes: (name) => lanesOf([], [{ at: 0, delivered: 0, unheard: true }], [], { channel: name }),
    })
    await user.click(within(unheard()).getByText('chat-op'))
    expect(await screen.findByText(/Nobody was subscribed/)).toBeDefined()
    expect(screen.getByText('nobody listened')).toBeDefined()
    await user.click(screen.getByRole('button', { name: 'Did you mean chat-ops?' }))
    expect(useStore.getState().ui.selectedChannel).toBe('chat-ops')
  })

  test('a channel that is gone: says so', async () => {
    await start({ lanes: () => null })
    expect(await screen.findByRole('heading', { name: 'Nothing is known about this channel' })).toBeDefined()
  })
})
