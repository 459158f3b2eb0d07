// The settings as a person fills them in.
import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { appState, settings } from '../../dev/fake-engine'
import { openView } from '../../state/actions'
import { type StartOptions, startApp } from '../../testing/start-app'

async function open(options: StartOptions = {}) {
  const started = await startApp(options)
  act(() => openView('settings'))
  return started
}

const field = (name: string) => screen.getByRole('textbox', { name })
const save = () => screen.getByRole('button', { name: 'Save' })
/** What is said below a field. */
const note = (name: string) => document.getElementById(field(name).getAttribute('aria-describedby') ?? '')?.textContent

test('the settings in force are in the form, and there is nothing to save', async () => {
  await open()
  expect(field('Proxy port')).toHaveProperty('value', '7999')
  expect(field('Address')).toHaveProperty('value', 'http://localhost:8000')
  expect(note('Proxy port')).toBe('Listening on 127.0.0.1:7999')
  expect(save()).toHaveProperty('disabled', true)
})

test('only what was changed is saved', async () => {
  const { user, bridge } = await open()
  await user.clear(field('Proxy port'))
  await user.type(field('Proxy port'), '8099')
  await user.click(screen.getByRole('switch', { name: 'Error answers say why' }))
  await user.click(save())
  expect(bridge.inputs('settings.change')).toEqual([{ proxyPort: 8099, debug: true, welcomed: true }])
  expect(screen.getByText('Settings saved')).toBeDefined()
})

test('what was changed is undone by a button', async () => {
  const { user } = await open()
  await user.type(field('Issuer'), 'x')
  await user.click(screen.getByRole('button', { name: 'Undo changes' }))
  expect(field('Issuer')).toHaveProperty('value', 'pushpin')
  expect(save()).toHaveProperty('disabled', true)
})

describe('what is not allowed', () => {
  test.each([
    ['Proxy port', '70000', '0 to 65535'],
    ['Publish port', '12x', '0 to 65535'],
    ['Proxy port', '', '0 to 65535'],
    ['Out-of-order messages wait (ms)', '4000000', 'up to an hour'],
    ['Memory for the trace (MiB)', '1', '16 to 65536'],
    ['Kept of each body (KiB)', '-1', '0 to 65536'],
    ['Listen on', '', 'such as 127.0.0.1'],
  ])('%s of %j is told at the field, and cannot be saved', async (name, value, fix) => {
    const { user, bridge } = await open()
    await user.clear(field(name))
    if (value) await user.type(field(name), value)
    expect(field(name).getAttribute('aria-invalid')).toBe('true')
    expect(note(name)).toContain(fix)
    expect(save()).toHaveProperty('disabled', true)
    expect(bridge.inputs('settings.change')).toEqual([])
  })

  test('what the engine refuses is told at its field, and what was typed stays', async () => {
    const { user } = await open({
      answers: {
        'settings.change': () => ({
          ok: false,
          problem: { field: 'proxyPort', message: 'Port 5561 is taken.', fix: 'Choose another port.' },
        }),
      },
    })
    await user.clear(field('Proxy port'))
    await user.type(field('Proxy port'), '5561')
    await user.click(save())
    await waitFor(() => expect(note('Proxy port')).toBe('Port 5561 is taken. Choose another port.'))
    expect(field('Proxy port')).toHaveProperty('value', '5561')
    await user.type(field('Proxy port'), '9')
    expect(note('Proxy port')).not.toContain('is taken')
  })

  test('a problem with no field of its own stands above the form', async () => {
    const { user } = await open({
      answers: {
        'settings.change': () => ({
          ok: false,
          problem: { field: 'settings file', message: 'It cannot be written.', fix: 'Free some space.' },
        }),
      },
    })
    await user.type(field('Issuer'), 'x')
    await user.click(save())
    expect((await screen.findByRole('note', { name: 'Problem: settings file' })).textContent).toContain(
      'Free some space.',
    )
  })
})

describe('a port that is taken', () => {
  const taken = {
    proxy: {
      state: 'failed',
      address: '127.0.0.1',
      port: 7999,
      problem: { field: 'proxyPort', message: 'Port 7999 is taken, maybe by Pushpin', fix: 'Choose another port.' },
    },
  } as const

  test('is shown at its field', async () => {
    await open({ state: taken })
    expect(note('Proxy port')).toBe('Port 7999 is taken, maybe by Pushpin. Choose another port.')
  })

  test('stands above everything, with buttons that do the fix', async () => {
    const { user, bridge } = await startApp({ state: taken })
    const banner = screen.getByRole('alert')
    expect(banner.textContent).toContain('Port 7999 is taken')
    await user.click(within(banner).getByRole('button', { name: 'Try again' }))
    await user.click(within(banner).getByRole('button', { name: 'Use any free port' }))
    expect(bridge.inputs('settings.change')).toEqual([{ proxyPort: 7999 }, { proxyPort: 0 }])
    expect(within(screen.getByRole('status', { name: 'Proxy' })).getByText('Not listening')).toBeDefined()
  })
})

describe('the backend', () => {
  test('is tried before it is saved', async () => {
    const { user, bridge } = await open({
      answers: {
        'backend.probe': ({ url }) =>
          url.includes('9000')
            ? { ok: true, message: 'localhost:9000 answers: status 200, in 3 ms.' }
            : { ok: false, message: 'Nothing listens on localhost:8001.' },
      },
    })
    await user.clear(field('Address'))
    await user.type(field('Address'), 'http://localhost:8001')
    await user.click(screen.getByRole('button', { name: 'Try it' }))
    await waitFor(() => expect(note('Address')).toBe('Nothing listens on localhost:8001.'))
    await user.clear(field('Address'))
    await user.type(field('Address'), 'http://localhost:9000')
    await user.click(screen.getByRole('button', { name: 'Try it' }))
    await waitFor(() => expect(note('Address')).toContain('status 200'))
    expect(bridge.inputs('settings.change')).toEqual([])
  })

  test('may be the demo, a file, or lines written here', async () => {
    const { user, bridge } = await open()
    await user.selectOptions(screen.getByRole('combobox', { name: 'Kind' }), 'Routes written here')
    await user.type(field('Routes'), '* localhost:8000{Enter}{Enter}/x localhost:9000')
    await user.click(save())
    expect(bridge.inputs('settings.change')[0]?.backend).toEqual({
      kind: 'lines',
      lines: ['* localhost:8000', '/x localhost:9000'],
    })
    await user.selectOptions(screen.getByRole('combobox', { name: 'Kind' }), 'Built-in demo')
    await user.click(save())
    expect(bridge.inputs('settings.change')[1]?.backend).toEqual({ kind: 'demo' })
  })

  test('a routes file is chosen with the system’s dialog, on the desktop', async () => {
    const { user } = await open({
      state: { frontend: 'desktop', settings: { ...settings, backend: { kind: 'routes', file: '' } } },
      answers: { 'settings.chooseFile': () => '/etc/routes' },
    })
    await user.click(screen.getByRole('button', { name: 'Choose…' }))
    await waitFor(() => expect(field('File')).toHaveProperty('value', '/etc/routes'))
  })

  test('warnings about its routes name their lines', async () => {
    await open({ state: { routeWarnings: [{ line: 3, message: '"over_htp" is not known.' }] } })
    const list = screen.getByRole('list', { name: 'Warnings about the routes' })
    expect(list.textContent).toBe('Line 3: "over_htp" is not known.')
  })
})

test('settings that were changed elsewhere show here too', async () => {
  const { bridge } = await open()
  act(() => bridge.push({ type: 'state', state: appState({ settings: { ...settings, proxyPort: 8123 } }) }))
  expect(field('Proxy port')).toHaveProperty('value', '8123')
})

test('a state that says the same again does not take away what is being typed', async () => {
  const { user, bridge } = await open()
  await user.type(field('Issuer'), '-mine')
  act(() => bridge.push({ type: 'state', state: appState({ routes: ['* localhost:9'] }) }))
  expect(field('Issuer')).toHaveProperty('value', 'pushpin-mine')
})

test('the key is shown as dots until it is asked for', async () => {
  const { user } = await open()
  const key = field('Key')
  const style = key.className
  await user.click(screen.getByRole('button', { name: 'Show key' }))
  expect(key.className).not.toBe(style)
  expect(screen.getByRole('button', { name: 'Hide key' }).getAttribute('aria-pressed')).toBe('true')
  await user.click(screen.getByRole('button', { name: 'Hide key' }))
  expect(key.className).toBe(style)
})

test('a certificate is chosen with the system’s dialog, on the desktop only', async () => {
  const { user, bridge } = await open({
    state: { frontend: 'desktop' },
    answers: { 'settings.chooseFile': () => '/c.pem' },
  })
  await user.click(screen.getByRole('button', { name: 'Choose certificate file' }))
  await waitFor(() => expect(field('Certificate file')).toHaveProperty('value', '/c.pem'))
  expect(bridge.inputs('settings.chooseFile')).toEqual([{ title: 'Choose certificate file' }])
  act(() => bridge.push({ type: 'state', state: appState({ frontend: 'web' }) }))
  expect(screen.queryByRole('button', { name: 'Choose certificate file' })).toBeNull()
})

test('that open connections close is said before a setting is saved that ends them', async () => {
  const { user } = await open()
  const note = () => screen.queryByText(/open connections close\.$/, { selector: 'footer *' })
  await user.selectOptions(screen.getByRole('combobox', { name: 'Theme' }), 'Dark')
  expect(note()).toBeNull()
  await user.type(field('Issuer'), 'x')
  expect(note()).not.toBeNull()
})
