// The keys that work everywhere, and where they do not.
import { act, cleanup, fireEvent, screen, waitFor } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { startApp } from '../testing/start-app'
import { editAndSend, selectExchange } from './actions'
import { commands } from './commands'
import { useStore } from './store'

const ui = () => useStore.getState().ui

test('no two commands have the same keys or the same id', () => {
  const keys = commands.flatMap((command) => command.keys ?? [])
  expect(new Set(keys).size).toBe(keys.length)
  const webKeys = commands.flatMap((command) => command.webKeys ?? (command.webKeys === null ? [] : command.keys) ?? [])
  expect(new Set(webKeys).size).toBe(webKeys.length)
  expect(new Set(commands.map((command) => command.id)).size).toBe(commands.length)
})

describe('each key does what it is shown for', () => {
  test('Ctrl and a number or a comma: the places, in the window', async () => {
    const { user } = await startApp({ state: { frontend: 'desktop' } })
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

  test('a number or a comma alone: the places, in a browser', async () => {
    const { user } = await startApp()
    for (const [key, view] of [
      ['2', 'channels'],
      ['3', 'publish'],
      [',', 'settings'],
      ['1', 'exchanges'],
    ] as const) {
      await user.keyboard(key)
      expect(ui().view).toBe(view)
    }
  })

  test('Ctrl+K opens the palette in both', async () => {
    for (const frontend of ['desktop', 'web'] as const) {
      const { user } = await startApp({ state: { frontend } })
      await user.keyboard('{Control>}k{/Control}')
      expect(ui().paletteOpen).toBe(true)
      cleanup()
    }
  })

  test('Ctrl+L clears, Ctrl+S exports, in the window', async () => {
    const { user, bridge } = await startApp({ state: { frontend: 'desktop' } })
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

  test('that are the browser’s own, in a browser', async () => {
    const { bridge } = await startApp()
    for (const key of ['l', 's', 'r', 'p', 't', 'w', 'n', 'f', 'e', 'c', '1', '2', '3', ',', '+', '-', '0', 'F5']) {
      for (const shiftKey of [false, true]) {
        const { view } = ui()
        expect([key, fireEvent.keyDown(document.body, { key, ctrlKey: true, shiftKey })]).toEqual([key, true])
        expect(ui()).toMatchObject({ view, composer: { open: false }, paletteOpen: false })
      }
    }
    expect(bridge.inputs('trace.clear')).toEqual([])
    expect(bridge.inputs('exchange.replay')).toEqual([])
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

describe('a clear', () => {
  test('can be undone for 30 seconds, by a button', async () => {
    const { user, bridge } = await startApp()
    await user.click(screen.getByRole('button', { name: 'Clear' }))
    await user.click(await screen.findByRole('button', { name: 'Undo' }))
    await waitFor(() => expect(bridge.inputs('trace.undoClear')).toEqual([null]))
    expect(screen.queryByRole('button', { name: 'Undo' })).toBeNull()
    await user.click(screen.getByRole('button', { name: 'Clear' }))
    await waitFor(() => expect(ui().notices).toMatchObject([{ text: 'Cleared. Open exchanges stay.', stays: 30_000 }]))
  })

  test('that is too old says so', async () => {
    const problem = { field: '', message: 'The cleared exchanges are gone.', fix: 'Undo within 30 seconds.' }
    const { user } = await startApp({ answers: { 'trace.undoClear': () => ({ ok: false, problem }) } })
    await user.click(screen.getByRole('button', { name: 'Clear' }))
    await user.click(await screen.findByRole('button', { name: 'Undo' }))
    expect(await screen.findByText('Not undone: The cleared exchanges are gone.')).toBeDefined()
  })
})
