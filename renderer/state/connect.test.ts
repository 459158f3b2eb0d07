import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { createFakeBridge } from '../dev/fake-bridge'
import { appState, batchOf } from '../dev/fake-engine'
import { testExchange } from '../testing/rows'
import { connect } from './connect'
import { useStore } from './store'

beforeEach(() => {
  vi.useFakeTimers()
})
afterEach(() => {
  vi.useRealTimers()
})

const state = () => useStore.getState()

test('batches that come together are taken in together', async () => {
  const bridge = createFakeBridge({ 'app.state': () => appState() })
  const stop = connect(bridge)
  bridge.push(batchOf({ reset: true, exchanges: [testExchange({ id: 1 })] }))
  bridge.push(batchOf({ exchanges: [testExchange({ id: 2 })] }))
  expect(state().trace.order).toEqual([])
  await vi.advanceTimersByTimeAsync(20)
  expect(state().trace.order).toEqual([1, 2])
  expect(state().trace.version).toBe(2)
  stop()
})

test('after a full batch its rest is waited for, and taken in with it', async () => {
  const bridge = createFakeBridge({ 'app.state': () => appState() })
  const stop = connect(bridge)
  const rows = Array.from({ length: 500 }, (_, i) => testExchange({ id: i + 1 }))
  bridge.push(batchOf({ reset: true, exchanges: rows }))
  await vi.advanceTimersByTimeAsync(20)
  expect(state().trace.order).toEqual([])
  bridge.push(batchOf({ exchanges: [testExchange({ id: 501 })] }))
  await vi.advanceTimersByTimeAsync(20)
  expect(state().trace.order).toHaveLength(501)
  stop()
})

test('the state is asked for when the connection is there, and pushed when it changes', async () => {
  const bridge = createFakeBridge({ 'app.state': () => appState() })
  connect(bridge)
  await vi.advanceTimersByTimeAsync(0)
  expect(state().app).toMatchObject({ connection: 'ready', state: { backendLabel: 'localhost:8000' } })
  bridge.push({ type: 'state', state: appState({ backendLabel: 'demo' }) })
  expect(state().app.state?.backendLabel).toBe('demo')
  bridge.setConnection('lost')
  expect(state().app.connection).toBe('lost')
  bridge.setConnection('ready')
  expect(bridge.inputs('app.state')).toHaveLength(2)
})

test('the theme of the settings is put on the page', async () => {
  const bridge = createFakeBridge({ 'app.state': () => appState() })
  connect(bridge)
  await vi.advanceTimersByTimeAsync(0)
  expect(document.documentElement.dataset.theme).toBe('light')
  const { settings } = appState()
  bridge.push({ type: 'state', state: appState({ settings: { ...settings, theme: 'dark' } }) })
  expect(document.documentElement.dataset.theme).toBe('dark')
})

test('a push that the contract does not allow is told once, and breaks nothing', async () => {
  const bridge = createFakeBridge({ 'app.state': () => appState() })
  connect(bridge)
  const bad = { type: 'batch', reset: 'yes' } as unknown as Parameters<typeof bridge.push>[0]
  bridge.push(bad)
  bridge.push(bad)
  expect(state().ui.notices.map((notice) => notice.text)).toEqual([
    'The engine sent a message that this interface does not understand.',
  ])
  bridge.push(batchOf({ reset: true, exchanges: [testExchange({ id: 1 })] }))
  await vi.advanceTimersByTimeAsync(500)
  expect(state().trace.order).toEqual([1])
})

test('a command of the native menu is run', () => {
  const bridge = createFakeBridge({ 'app.state': () => appState() })
  connect(bridge)
  bridge.push({ type: 'command', name: 'view.settings' })
  expect(state().ui.view).toBe('settings')
  bridge.push({ type: 'command', name: 'exchange.replay' })
  expect(state().ui.notices.at(-1)?.text).toBe('Replay: select an exchange first.')
})
