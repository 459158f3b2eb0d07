// The TLS port in the settings: turning it on, its certificate, and the CA that clients must trust.
import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import type { AppState } from '../../../preload/contract/app-state'
import { settings } from '../../dev/fake-engine'
import { openView } from '../../state/actions'
import { startApp } from '../../testing/start-app'

const OFF: AppState['tls'] = { state: 'off', address: '', port: 0, problem: null, caFile: null, notice: null }
const ON: AppState['tls'] = {
  ...OFF,
  state: 'listening',
  address: '127.0.0.1',
  port: 7943,
  caFile: '/home/me/.config/gripscope/tls/local-ca.pem',
}

async function open(tls: AppState['tls'], change: Partial<AppState['settings']> = {}) {
  const started = await startApp({ state: { tls, settings: { ...settings, ...change } } })
  act(() => openView('settings'))
  return started
}

const field = (name: string) => screen.getByRole('textbox', { name })
const note = (name: string) => document.getElementById(field(name).getAttribute('aria-describedby') ?? '')?.textContent

test('there is none at first, and no CA to trust', async () => {
  await open(OFF)
  expect(field('TLS port')).toHaveProperty('value', '')
  expect(note('TLS port')).toBe('Not listening')
  expect(screen.queryByRole('textbox', { name: 'Local CA' })).toBeNull()
})

test('a port turns it on', async () => {
  const { user, bridge } = await open(OFF)
  await user.type(field('TLS port'), '7943')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(bridge.inputs('settings.change')).toEqual([{ tlsPort: 7943, welcomed: true }])
})

test('no port turns it off', async () => {
  const { user, bridge } = await open(ON, { tlsPort: 7943 })
  await user.clear(field('TLS port'))
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(bridge.inputs('settings.change')).toEqual([{ tlsPort: null, welcomed: true }])
})

test('what is not a port is told at the field', async () => {
  const { user } = await open(OFF)
  await user.type(field('TLS port'), '70000')
  expect(note('TLS port')).toContain('leave it empty for no TLS')
  expect(screen.getByRole('button', { name: 'Save' })).toHaveProperty('disabled', true)
})

test('a certificate of one’s own is named by its files', async () => {
  const { user, bridge } = await open(ON, { tlsPort: 7943 })
  await user.type(field('Certificate file'), '/c.pem')
  await user.type(field('Key file'), '/k.pem')
  await user.click(screen.getByRole('button', { name: 'Save' }))
  expect(bridge.inputs('settings.change')).toEqual([{ tlsCert: '/c.pem', tlsKey: '/k.pem', welcomed: true }])
})

test('a certificate that is refused is told at its field', async () => {
  const started = await startApp({
    state: { tls: ON, settings: { ...settings, tlsPort: 7943 } },
    answers: {
      'settings.change': () => ({
        ok: false,
        problem: { field: 'tlsCert', message: '/c.pem: there is no such file', fix: 'Name a file in PEM.' },
      }),
    },
  })
  act(() => openView('settings'))
  await started.user.type(field('Certificate file'), '/c.pem')
  await started.user.click(screen.getByRole('button', { name: 'Save' }))
  await waitFor(() => expect(note('Certificate file')).toContain('there is no such file'))
})

describe('while it listens', () => {
  test('the path of the CA can be copied', async () => {
    const { user } = await open(ON, { tlsPort: 7943 })
    expect(note('TLS port')).toBe('Listening on 127.0.0.1:7943')
    expect(field('Local CA')).toHaveProperty('value', ON.caFile)
    await user.click(screen.getByRole('button', { name: 'Copy path' }))
    expect(await navigator.clipboard.readText()).toBe(ON.caFile)
  })

  test('the status bar has its port', async () => {
    await open(ON, { tlsPort: 7943 })
    const port = screen.getByTitle(`Clients must trust the local CA ${ON.caFile}`)
    expect(port.textContent).toBe('TLS :7943')
  })

  test('what does not work as it should is said', async () => {
    const notice = { field: 'local CA', message: "the local CA can't be kept", fix: 'Make the folder writable.' }
    await open({ ...ON, caFile: null, notice }, { tlsPort: 7943 })
    expect(screen.getByText("the local CA can't be kept. Make the folder writable.")).toBeDefined()
  })
})

describe('where it can not be had', () => {
  test('a taken port is told above everything, with another port to take', async () => {
    const problem = { field: 'TLS port', message: 'port 7943 is taken', fix: 'Choose another.' }
    const { user, bridge } = await open({ ...OFF, state: 'failed', port: 7943, problem }, { tlsPort: 7943 })
    const banner = within(screen.getByRole('alert'))
    expect(banner.getByText(/port 7943 is taken/)).toBeDefined()
    await user.click(banner.getByRole('button', { name: 'Use any free port' }))
    expect(bridge.inputs('settings.change')).toEqual([{ tlsPort: 0 }])
  })

  test('a certificate is not helped by another port', async () => {
    const problem = { field: 'local CA', message: 'the local CA is damaged', fix: 'Remove it.' }
    await open({ ...OFF, state: 'failed', port: 7943, problem }, { tlsPort: 7943 })
    expect(screen.getByRole('alert').textContent).toContain('the local CA is damaged')
    expect(screen.queryByRole('button', { name: 'Use any free port' })).toBeNull()
  })
})
