// The keys that work everywhere, and where they do not.
import { act, fireEvent, screen, waitFor } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { startApp } from '../testing/start-app'
import { editAndSend, selectExchange } from './actions'
import { commands } from './commands'
import { useStore } from './store'

const ui = () => useStore.getState().ui

test('no two commands have the same keys or the same id', () => {
  const keys = commands.flatMap((command) => command.keys ?? [])
  expect(new Set(keys).size).toBe(keys.length)
  expect(new Set(commands.map((command) => command.id)).size).toBe(commands.length)
})

describe('each key does what it is shown for', () => {
  test('Ctrl and a number or a comma: the places', async () => {
    const { user } = await startApp()
    for (const [key, view] of [
      ['2', 'channels'],
      ['3', 'publish'],
      [',', 'settings'],
      ['1', 'exchanges'],
    ] as const) {
      await user.keyboard(`{Control>}${key}{/Control}`)
      expect(ui().view).toBe(view)
    }
  })

  test('r: replays the selected exchange, and shows it beside the original', async () => {
    const { user, bridge } = await startApp()
    await user.keyboard('r')
    expect(bridge.inputs('exchange.replay')).toEqual([])
    act(() => selectExchange(3))
    await user.keyboard('r')
    expect(bridge.inputs('exchange.replay')).toEqual([{ id: 3 }])
    await waitFor(() => expect(ui()).toMatchObject({ compare: { a: 3, b: 103 }, detailTab: 'compare' }))
  })

  test('r that is held down replays once', async () => {
    const { bridge } = await startApp()
    act(() => selectExchange(3))
    fireEvent.keyDown(document.body, { key: 'r' })
    fireEvent.keyDown(document.body, { key: 'r', repeat: true })
    fireEvent.keyDown(document.body, { key: 'r', repeat: true })
    await waitFor(() => expect(bridge.inputs('exchange.replay')).toHaveLength(1))
  })

  test('e: edits it before it is sent again', async () => {
    const { user } = await startApp()
    act(() => selectExchange(3))
    await user.keyboard('e')
    expect(await screen.findByRole('dialog', { name: 'Edit and send #3 again' })).toBeDefined()
  })

  test('c: copies it as cURL', async () => {
    const { user } = await startApp()
    act(() => selectExchange(3))
    await user.keyboard('c')
    expect(await screen.findByText('Copied #3 as cURL')).toBeDefined()
  })

  test('Ctrl+L clears, Ctrl+S exports', async () => {
    const { user, bridge } = await startApp()
    await user.keyboard('{Control>}l{/Control}')
    expect(bridge.inputs('trace.clear')).toEqual([null])
    await user.keyboard('{Control>}s{/Control}')
    await waitFor(() => expect(bridge.inputs('save.begin')).toEqual([{ what: { kind: 'har', ids: null } }]))
  })
})

describe('keys are left alone', () => {
  test('where text is written', async () => {
    const { user, bridge } = await startApp()
    act(() => selectExchange(3))
    await user.type(screen.getByRole('textbox', { name: 'Filter exchanges' }), 'prec/')
    expect(ui()).toMatchObject({ filter: 'prec/', composer: { open: false }, editing: null })
    expect(bridge.inputs('exchange.replay')).toEqual([])
  })

  test('that belong to the system or the browser', async () => {
    await startApp()
    fireEvent.keyDown(document.body, { key: 'p', altKey: true })
    fireEvent.keyDown(document.body, { key: 'p', ctrlKey: true })
    fireEvent.keyDown(document.body, { key: 'p', metaKey: true })
    expect(ui().composer.open).toBe(false)
  })

  test('under a dialog', async () => {
    const { user, bridge } = await startApp()
    act(() => editAndSend(3))
    const close = await screen.findByRole('button', { name: 'Close' })
    act(() => close.focus())
    await user.keyboard('p{Control>}2{/Control}r')
    expect(ui()).toMatchObject({ view: 'exchanges', composer: { open: false } })
    expect(bridge.inputs('exchange.replay')).toEqual([])
  })
})

describe('Esc goes one step back, the nearest thing first', () => {
  test('details, selection, time range, composer', async () => {
    const { user } = await startApp()
    await user.keyboard('p')
    await user.keyboard('{ArrowDown}')
    act(() => useStore.setState(({ ui: now }) => ({ ui: { ...now, selectedExchange: 3, detailsOpen: true } })))
    act(() => useStore.setState(({ ui: now }) => ({ ui: { ...now, timeRange: [0, 1e6] } })))
    const steps: string[] = []
    for (let presses = 0; presses < 5; presses += 1) {
      const { detailsOpen, selectedExchange, timeRange, composer } = ui()
      steps.push([detailsOpen, selectedExchange !== null, timeRange !== null, composer.open].map(Number).join(''))
      await user.keyboard('{Escape}')
    }
    expect(steps).toEqual(['1111', '0111', '0011', '0001', '0000'])
  })
})
