// The first start: one question, and a demo beside it.
import { act, screen, waitFor, within } from '@testing-library/react'
import { expect, test } from 'vitest'
import { appState, settings } from '../../dev/fake-engine'
import { setApp } from '../../state/store'
import { testExchange } from '../../testing/rows'
import { type StartOptions, startApp, take } from '../../testing/start-app'

const unwelcomed = { settings: { ...settings, backend: { kind: 'demo' as const }, welcomed: false } }
/** The first start: nothing was asked of the proxy yet. */
const start = (options: StartOptions = {}) => startApp({ exchanges: [], state: unwelcomed, ...options })
const address = () => screen.getByRole('textbox', { name: 'Address of the backend' })
const use = () => screen.getByRole('button', { name: 'Use it' })

test('it is gone once it was answered', async () => {
  await startApp({ exchanges: [] })
  expect(screen.queryByRole('heading', { name: 'Where is your backend?' })).toBeNull()
  expect(screen.queryByRole('region', { name: 'Welcome' })).toBeNull()
})

test('it asks for the backend, and takes one that answers', async () => {
  const { user, bridge } = await start({
    answers: { 'backend.probe': () => ({ ok: true, message: 'localhost:8000 answers.' }) },
  })
  expect(screen.getByRole('heading', { name: 'Where is your backend?' })).toBeDefined()
  expect(use()).toHaveProperty('disabled', true)
  await user.type(address(), 'http://localhost:8000{Enter}')
  await waitFor(() =>
    expect(bridge.inputs('settings.change')).toEqual([
      { backend: { kind: 'url', url: 'http://localhost:8000' }, welcomed: true },
    ]),
  )
  expect(screen.getByText('Proxying to http://localhost:8000')).toBeDefined()
})

test('one that does not answer is told, and taken when it is asked for again', async () => {
  const { user, bridge } = await start({
    answers: { 'backend.probe': () => ({ ok: false, message: 'Nothing listens on localhost:8000.' }) },
  })
  await user.type(address(), 'localhost:8000{Enter}')
  const problem = await screen.findByRole('alert')
  expect(problem.textContent).toContain('Nothing listens on localhost:8000.')
  expect(address().getAttribute('aria-invalid')).toBe('true')
  expect(bridge.inputs('settings.change')).toEqual([])
  await user.click(use())
  await waitFor(() => expect(bridge.inputs('settings.change')).toHaveLength(1))
})

test('what cannot be a backend is told while it is typed, and not offered', async () => {
  const problem = { field: 'backend', message: '"foo bar" is not the URL of a backend.', fix: 'Write it like this.' }
  const { user, bridge } = await start({ answers: { 'backend.check': ({ url }) => ({ url, problem }) } })
  await user.type(address(), 'foo bar')
  expect((await screen.findByRole('alert')).textContent).toBe(
    '"foo bar" is not the URL of a backend. Write it like this.',
  )
  expect(use()).toHaveProperty('disabled', true)
  await user.type(address(), '{Enter}')
  expect(bridge.inputs('backend.probe')).toEqual([])
  expect(bridge.inputs('settings.change')).toEqual([])
})

test('asked for at once, it is told as firmly', async () => {
  const problem = { field: 'backend', message: '"foo bar" is not the URL of a backend.', fix: 'Write it like this.' }
  const { user, bridge } = await start({ answers: { 'backend.check': ({ url }) => ({ url, problem }) } })
  await user.type(address(), 'foo bar{Enter}')
  expect((await screen.findByRole('alert')).textContent).not.toContain('Press again')
  expect(use()).toHaveProperty('disabled', true)
  expect(bridge.inputs('backend.probe')).toEqual([])
})

test('a bare port is taken for one of this machine', async () => {
  const { user, bridge } = await start({
    answers: {
      'backend.check': ({ url }) => ({ url: `http://localhost:${url}`, problem: null }),
      'backend.probe': () => ({ ok: true, message: 'localhost:8000 answers.' }),
    },
  })
  await user.type(address(), '8000{Enter}')
  const backend = { kind: 'url', url: 'http://localhost:8000' }
  await waitFor(() => expect(bridge.inputs('settings.change')).toEqual([{ backend, welcomed: true }]))
  expect(bridge.inputs('backend.probe')).toEqual([{ url: 'http://localhost:8000' }])
})

test('another address is probed anew', async () => {
  const { user, bridge } = await start({
    answers: { 'backend.probe': () => ({ ok: false, message: 'Nothing listens there.' }) },
  })
  await user.type(address(), 'localhost:8000{Enter}')
  await screen.findByRole('alert')
  await user.type(address(), '1{Enter}')
  await waitFor(() => expect(bridge.inputs('backend.probe')).toHaveLength(2))
  expect(bridge.inputs('settings.change')).toEqual([])
})

test('what the engine refuses is told at the field', async () => {
  const { user } = await start({
    answers: {
      'backend.probe': () => ({ ok: true, message: 'answers' }),
      'settings.change': () => ({
        ok: false,
        problem: { field: 'backend', message: 'that is the proxy itself', fix: 'Give the backend’s address.' },
      }),
    },
  })
  await user.type(address(), 'localhost:7999{Enter}')
  expect((await screen.findByRole('alert')).textContent).toContain(
    'that is the proxy itself. Give the backend’s address.',
  )
})

test('the demo can be tried at once, by a button or by the commands', async () => {
  const { user, bridge } = await start()
  await user.click(screen.getByRole('button', { name: 'Copy the commands' }))
  const copied = await navigator.clipboard.readText()
  expect(copied.split('\n')).toEqual([
    'last=$(curl -s http://127.0.0.1:7999/counter/value/)',
    'curl "http://127.0.0.1:7999/counter/value/?last=$last" & sleep 1',
    'curl -X POST http://127.0.0.1:7999/counter/value/',
  ])
  const shown = within(screen.getByRole('list', { name: 'Commands to try' })).getAllByRole('listitem')
  copied.split('\n').forEach((line, index) => {
    expect(shown[index]?.textContent).toContain(line)
  })
  await user.click(screen.getByRole('button', { name: 'Make demo traffic' }))
  expect(bridge.inputs('demo.traffic')).toEqual([null])
  await user.click(screen.getByRole('button', { name: 'Stay with the demo' }))
  expect(bridge.inputs('settings.change')).toEqual([{ welcomed: true }])
})

test('the commands name the real port, and are not offered where the proxy does not listen', async () => {
  await start({ state: { ...unwelcomed, proxy: { state: 'listening', address: '::1', port: 34081, problem: null } } })
  expect(screen.getByRole('list', { name: 'Commands to try' }).textContent).toContain('http://[::1]:34081/counter/')
  const problem = { field: 'proxy port', message: 'port 34080 on 127.0.0.1 is taken by node', fix: 'Choose another.' }
  const proxy = { state: 'failed', address: '127.0.0.1', port: 34080, problem } as const
  act(() => setApp({ state: appState({ ...unwelcomed, proxy }) }))
  expect(screen.queryByRole('list', { name: 'Commands to try' })).toBeNull()
  expect(screen.getByRole('button', { name: 'Make demo traffic' })).toHaveProperty('disabled', true)
  expect(document.body.textContent).not.toContain('7999')
  // The port is named once, in the banner.
  expect(screen.getByRole('alert').textContent).toMatch(/^proxy port 34080 on 127.0.0.1 is taken by node/)
})

test('who has a routes file gets to the settings, or to the system’s dialog', async () => {
  const { user, bridge } = await start()
  await user.click(screen.getByRole('button', { name: 'I have a routes file' }))
  expect(screen.getByRole('form', { name: 'Settings' })).toBeDefined()
  expect(bridge.inputs('settings.change')).toEqual([{ welcomed: true }])
})

test('on the desktop the file that was chosen is the backend', async () => {
  const { user, bridge } = await start({
    state: { ...unwelcomed, frontend: 'desktop' },
    answers: { 'settings.chooseFile': () => '/etc/routes' },
  })
  await user.click(screen.getByRole('button', { name: 'I have a routes file' }))
  await waitFor(() =>
    expect(bridge.inputs('settings.change')).toEqual([
      { backend: { kind: 'routes', file: '/etc/routes' }, welcomed: true },
    ]),
  )
})

test('once there are exchanges it is one line above them, which asks the same', async () => {
  const { user, bridge } = await start({
    answers: { 'backend.probe': () => ({ ok: true, message: 'localhost:8000 answers.' }) },
  })
  take({ exchanges: [testExchange()] })
  expect(screen.queryByRole('heading', { name: 'Where is your backend?' })).toBeNull()
  await user.type(screen.getByRole('textbox', { name: 'Where is your backend?' }), 'localhost:8000{Enter}')
  await waitFor(() => expect(bridge.inputs('settings.change')[0]).toMatchObject({ welcomed: true }))
})
