// What is always there: what is proxied to where, recording, export, places, counts, and what stands in the way.
import { act, screen, waitFor, within } from '@testing-library/react'
import { afterEach, describe, expect, test, vi } from 'vitest'
import type { SaveEnd } from '../../preload/contract/saves'
import type { Answers } from '../dev/fake-bridge'
import { appState, SAVE, saved } from '../dev/fake-engine'
import { mockStatus } from '../dev/mock-rows'
import { setFilter, toast } from '../state/actions'
import { useStore } from '../state/store'
import { startApp, take } from '../testing/start-app'

afterEach(() => {
  vi.useRealTimers()
  vi.restoreAllMocks()
})

const proxy = () => screen.getByRole('status', { name: 'Proxy' }).textContent
const bar = () => screen.getByRole('contentinfo').textContent

describe('the top bar', () => {
  test('says what is proxied to where', async () => {
    const { bridge } = await startApp()
    expect(proxy()).toBe('Proxying127.0.0.1:7999 → localhost:8000')
    act(() => bridge.push({ type: 'state', state: appState({ backendLabel: 'demo' }) }))
    expect(proxy()).toBe('Proxying127.0.0.1:7999 → demo')
    act(() => bridge.setConnection('lost'))
    expect(proxy()).toMatch(/^Disconnected/)
    expect(screen.getByRole('alert').textContent).toContain('Connection lost. Is Gripscope still running?')
    act(() => bridge.setConnection('ready'))
    expect(screen.queryByRole('alert')).toBeNull()
  })

  test('pauses recording, and says so', async () => {
    const { user, bridge } = await startApp()
    await user.click(screen.getByRole('button', { name: 'Pause' }))
    expect(bridge.inputs('recording.set')).toEqual([{ on: false }])
    take({ status: { ...mockStatus(60_000), recording: false } })
    expect(bar()).toContain('paused')
    expect(bar()).not.toContain('not recorded')
    const leftOut = { exchanges: 1, publishes: 0 }
    take({ status: { ...mockStatus(60_000), recording: false, leftOut } })
    expect(bar()).toContain('1 exchange not recorded')
    take({ status: { ...mockStatus(60_000), recording: false, leftOut: { exchanges: 1200, publishes: 3 } } })
    expect(bar()).toContain('1,200 exchanges and 3 publishes not recorded')
    await user.click(screen.getByRole('button', { name: 'Record' }))
    expect(bridge.inputs('recording.set')[1]).toEqual({ on: true })
  })

  test('clears what was recorded', async () => {
    const { user, bridge } = await startApp()
    await user.click(screen.getByRole('button', { name: 'Clear' }))
    expect(bridge.inputs('trace.clear')).toEqual([null])
    take({ reset: true })
    expect(screen.getByRole('heading', { name: 'No requests yet' })).toBeDefined()
  })

  test('a call that fails is told as a notice', async () => {
    const { user } = await startApp({
      answers: {
        'trace.clear': () => {
          throw new Error('It is busy.')
        },
      },
    })
    await user.click(screen.getByRole('button', { name: 'Clear' }))
    const alert = await screen.findByRole('alert')
    expect(alert.textContent).toContain('Clearing failed.It is busy.')
    await user.click(within(alert).getByRole('button', { name: 'Dismiss' }))
    expect(screen.queryByRole('alert')).toBeNull()
  })
})

test('an internal error that was survived is told, until it is dismissed', async () => {
  const faults = { count: 1, latest: { at: 0, message: 'TypeError: x is undefined' } }
  const { user, bridge } = await startApp({ state: { faults } })
  const banner = await screen.findByRole('alert')
  expect(banner.textContent).toContain('An internal error. Gripscope goes on')
  expect(banner.textContent).toContain('It was: TypeError: x is undefined.')
  await user.click(within(banner).getByRole('button', { name: 'Dismiss' }))
  expect(screen.queryByRole('alert')).toBeNull()
  act(() => bridge.push({ type: 'state', state: appState({ faults: { ...faults, count: 1200 } }) }))
  expect(screen.getByRole('alert').textContent).toContain('1,200 internal errors.')
})

test('that clients are hung up on for want of file descriptors is told, with the fix, as long as it is so', async () => {
  const descriptors = {
    field: 'file descriptors',
    message: 'all 256 file descriptors of Gripscope are in use: new clients are hung up on',
    fix: 'Raise the limit (ulimit -n 65536).',
  }
  const { bridge } = await startApp()
  expect(screen.queryByRole('alert')).toBeNull()
  act(() => bridge.push({ type: 'state', state: appState({ descriptors }) }))
  const alert = screen.getByRole('alert').textContent
  expect(alert).toContain('new clients are hung up on')
  expect(alert).toContain('ulimit -n 65536')
  act(() => bridge.push({ type: 'state', state: appState({ descriptors: null }) }))
  expect(screen.queryByRole('alert')).toBeNull()
})

describe('export', () => {
  const choose = async (name: RegExp, prepare: () => void = () => {}) => {
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
    const started = await startApp()
    act(prepare)
    await started.user.click(screen.getByRole('button', { name: /^Export/ }))
    const item = await screen.findByRole('menuitem', { name })
    return { ...started, item, click }
  }

  test('is of all exchanges, and saves a file', async () => {
    const { user, bridge, item, click } = await choose(/^All as HAR/)
    await user.click(item)
    expect(await screen.findByText('Exported 15 exchanges (1000 B)')).toBeDefined()
    expect(bridge.inputs('save.begin')).toEqual([{ what: { kind: 'har', ids: null } }])
    expect(bridge.inputs('save.end')).toEqual([{ id: SAVE }])
    expect(click).toHaveBeenCalledOnce()
    const [link] = click.mock.contexts as HTMLAnchorElement[]
    expect([link?.getAttribute('href'), link?.download]).toEqual([`/save/${SAVE}`, 'gripscope.har'])
  })

  test('is of those that the filter lets through', async () => {
    const { user, bridge, item } = await choose(/^Filtered as HAR/, () => setFilter('kind:sse'))
    expect(item.textContent).toContain('2')
    await user.click(item)
    await waitFor(() => expect(bridge.inputs('save.begin')).toEqual([{ what: { kind: 'har', ids: [4, 8] } }]))
  })

  test('of the selected one needs one', async () => {
    const { item } = await choose(/^Selected as HAR/)
    expect(item.getAttribute('aria-disabled')).toBe('true')
  })

  test('of nothing says that there is nothing', async () => {
    const { user, bridge, item } = await choose(/^Filtered as HAR/, () => setFilter('nothing-like-it'))
    await user.click(item)
    expect(await screen.findByText('There is nothing to export.')).toBeDefined()
    expect(bridge.inputs('save.begin')).toEqual([])
  })

  test('shows how far it is, and can be cancelled', async () => {
    let end = (_: SaveEnd): void => {}
    const answers: Answers = {
      'save.end': () =>
        new Promise<SaveEnd>((resolve) => {
          end = resolve
        }),
    }
    const { user, bridge } = await startApp({ state: { frontend: 'desktop' }, answers })
    await user.keyboard('{Control>}s{/Control}')
    const saves = await screen.findByRole('region', { name: 'Files being saved' })
    expect(saves.textContent).toContain('Saving gripscope.har')
    act(() => bridge.push({ type: 'save', id: 'of another window', done: 1, total: 3, bytes: 10 }))
    expect(saves.textContent).toContain('Waiting…')
    act(() => bridge.push({ type: 'save', id: SAVE, done: 500, total: 2000, bytes: 2048 }))
    expect(saves.textContent).toContain('500 of 2,000 exchanges · 2 KiB')
    expect(within(saves).getByRole('progressbar', { name: 'Saving gripscope.har' })).toHaveProperty('value', 0.25)
    await user.click(within(saves).getByRole('button', { name: 'Cancel' }))
    expect(bridge.inputs('save.cancel')).toEqual([{ id: SAVE }])
    end({ state: 'cancelled' })
    expect(await screen.findByText('Export cancelled.')).toBeDefined()
    expect(screen.queryByRole('region', { name: 'Files being saved' })).toBeNull()
  })

  test.each<[string, SaveEnd, RegExp]>([
    ['is empty', saved('/a.har', 0, 'Left out: 3 exchanges that had left memory.'), /^The exported file is empty/],
    ['is not whole', saved('/a.har', 2, 'Left out: 3 exchanges that had left memory.'), /Left out: 3 exchanges/],
    [
      'failed',
      { state: 'failed', problem: { field: 'save', message: 'ENOSPC: no space left', fix: 'Choose another place.' } },
      /^Not exported: ENOSPC: no space left/,
    ],
  ])('that %s says so', async (_name, end, words) => {
    const { user } = await startApp({ state: { frontend: 'desktop' }, answers: { 'save.end': () => end } })
    await user.keyboard('{Control>}s{/Control}')
    expect(await screen.findByText(words)).toBeDefined()
  })

  test('on the desktop goes by the system’s dialog, and may be cancelled', async () => {
    const click = vi.spyOn(HTMLAnchorElement.prototype, 'click').mockImplementation(() => {})
    const answers: Answers = { 'save.end': () => ({ state: 'cancelled' }) }
    const { user, bridge } = await startApp({ state: { frontend: 'desktop' }, answers })
    await user.keyboard('{Control>}s{/Control}')
    await waitFor(() => expect(bridge.inputs('save.end')).toEqual([{ id: SAVE }]))
    bridge.answer('save.end', () => saved('/files/gripscope.har', 15))
    await user.keyboard('{Control>}s{/Control}')
    expect(await screen.findByText('/files/gripscope.har')).toBeDefined()
    expect(click).not.toHaveBeenCalled()
    expect(screen.getAllByText(/^Exported/)).toHaveLength(1)
  })
})

test('the side rail goes to each place, and says which one is here', async () => {
  const { user } = await startApp()
  const places = within(screen.getByRole('navigation', { name: 'Places' })).getAllByRole('button')
  expect(places.map((place) => place.getAttribute('aria-label'))).toEqual([
    'Exchanges',
    'Channels',
    'Publishes',
    'Settings',
  ])
  for (const place of places) {
    await user.click(place)
    expect(places.map((each) => each.getAttribute('aria-current') === 'page')).toEqual(
      places.map((each) => each === place),
    )
  }
})

describe('the status bar', () => {
  test('counts, and says where publishers reach us and how much memory is taken', async () => {
    await startApp()
    const status = { ...mockStatus(60_000), exchanges: 1234, held: 14, dropped: 7, memoryUsed: 3_250_000 }
    take({ status })
    for (const words of [
      '1,234 exchanges',
      '14 held',
      '6 channels',
      '7 dropped',
      'publish :5561',
      '3.1 MiB of 256 MiB',
    ]) {
      expect(bar()).toContain(words)
    }
  })

  test('says how many of all the filter lets through', async () => {
    await startApp()
    take({ status: { ...mockStatus(60_000), exchanges: 15 } })
    act(() => setFilter('kind:sse'))
    expect(bar()).toContain('2 of 15 exchanges')
  })

  test('says that a port is taken', async () => {
    const problem = { field: 'publishPort', message: 'Port 5561 is taken.', fix: 'Choose another.' }
    await startApp({ state: { publish: { state: 'failed', address: '127.0.0.1', port: 5561, problem } } })
    expect(bar()).toContain('publish port taken')
  })
})

test('notices go away by themselves, but for what failed', async () => {
  vi.useFakeTimers({ shouldAdvanceTime: true })
  await startApp()
  act(() => {
    toast({ tone: 'good', text: 'Saved' })
    toast({ tone: 'failed', text: 'Not saved' })
  })
  act(() => vi.advanceTimersByTime(4000))
  expect(screen.queryByText('Saved')).toBeNull()
  expect(screen.getByText('Not saved')).toBeDefined()
  expect(useStore.getState().ui.notices).toHaveLength(1)
})
