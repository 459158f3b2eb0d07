// Editing a request before it is sent again, as a person does it.
import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { decodeBase64, textOf } from '../../components/body-modes'
import { textBody } from '../../dev/fake-engine'
import { mockDetails } from '../../dev/mock-details'
import { mockStatus } from '../../dev/mock-rows'
import { editAndSend } from '../../state/actions'
import { useStore } from '../../state/store'
import { editorText, writeInto } from '../../testing/editor'
import { type StartOptions, startApp, take } from '../../testing/start-app'

/** Exchange 6 of the session is a POST. */
async function open(options: StartOptions = {}, id = 6) {
  const started = await startApp(options)
  act(() => editAndSend(id))
  await screen.findByRole('dialog', { name: `Edit and send #${id} again` })
  await act(async () => {})
  return started
}

const dialog = () => screen.getByRole('dialog')
const field = (name: string) => within(dialog()).getByRole('textbox', { name })
const method = () => within(dialog()).getByRole('combobox', { name: 'Method' })
const send = () => within(dialog()).getByRole('button', { name: /^Send/ })
const said = () => within(dialog()).getByText(/^(Changed|Nothing changed|One thing|\d+ things)/).textContent
const isOpen = () => screen.queryByRole('dialog') !== null

test('it begins with the request as it was', async () => {
  await open()
  expect(method()).toHaveProperty('value', 'POST')
  expect(field('Path and query')).toHaveProperty('value', '/counter/value/')
  expect(document.activeElement).toBe(field('Path and query'))
  expect(field('Value of User-Agent')).toHaveProperty('value', 'curl/8.5.0')
  expect(editorText('Body')).toBe('{"counter":121}')
  expect(said()).toBe('Nothing changed: sent as it was')
})

test('sent without a change, it is the same request, shown beside its original', async () => {
  const { user, bridge } = await open()
  await user.click(send())
  await waitFor(() => expect(isOpen()).toBe(false))
  expect(bridge.inputs('exchange.replay')).toEqual([{ id: 6 }])
  expect(useStore.getState().ui).toMatchObject({
    compare: { a: 6, b: 106 },
    selectedExchange: 106,
    detailTab: 'compare',
  })
})

test('only what was changed is sent', async () => {
  const { user, bridge } = await open()
  await user.clear(method())
  await user.type(method(), 'PUT')
  await user.type(field('Path and query'), '?x=1')
  await user.clear(field('Value of Accept'))
  await user.type(field('Value of Accept'), 'text/plain')
  await user.click(within(dialog()).getByRole('button', { name: 'Remove Cookie' }))
  await user.click(within(dialog()).getByRole('button', { name: 'Add header' }))
  expect(document.activeElement).toBe(field('Name of header 4'))
  await user.keyboard('X-Mine')
  await user.type(field('Value of X-Mine'), 'yes')
  writeInto('Body', '{"counter":5}')
  expect(said()).toBe('Changed: method, path, headers, body')
  await user.keyboard('{Control>}{Enter}{/Control}')
  await waitFor(() => expect(isOpen()).toBe(false))
  const [sent] = bridge.inputs('exchange.replay')
  expect(sent).toMatchObject({
    id: 6,
    method: 'PUT',
    url: '/counter/value/?x=1',
    headers: [
      ['Host', 'localhost:7999'],
      ['User-Agent', 'curl/8.5.0'],
      ['Accept', 'text/plain'],
      ['X-Mine', 'yes'],
    ],
  })
  expect(textOf(decodeBase64(sent?.bodyBase64 ?? ''))).toBe('{"counter":5}')
})

test('changes are undone by a button', async () => {
  const { user } = await open()
  await user.type(field('Path and query'), 'x')
  writeInto('Body', 'x')
  await user.click(within(dialog()).getByRole('button', { name: 'Undo changes' }))
  expect(field('Path and query')).toHaveProperty('value', '/counter/value/')
  expect(editorText('Body')).toBe('{"counter":121}')
})

test('JSON is formatted by a button, without a change of what it says', async () => {
  const { user } = await open()
  await user.click(within(dialog()).getByRole('button', { name: 'Format JSON' }))
  expect(editorText('Body')).toBe('{\n  "counter": 121\n}')
})

describe('what is wrong', () => {
  test('is told at its field, and nothing is sent', async () => {
    const { user, bridge } = await open()
    await user.clear(field('Path and query'))
    await user.type(field('Path and query'), 'counter')
    await user.type(field('Value of Accept'), 'ä€')
    const note = (name: string) =>
      document.getElementById(field(name).getAttribute('aria-describedby') ?? '')?.textContent
    expect(note('Path and query')).toBe('A path begins with /. Write /counter.')
    expect(note('Value of Accept')).toBe('“€” cannot be in a header’s value. Write it as %E2%82%AC.')
    expect(said()).toBe('2 things to correct')
    await user.click(send())
    expect(bridge.inputs('exchange.replay')).toEqual([])
    expect(document.activeElement).toBe(field('Path and query'))
  })

  test('a body that was not kept whole is told before anything is sent', async () => {
    const part = () => textBody('abc', { size: 5_000_000, contentType: 'text/plain' })
    const { user, bridge } = await open({ answers: { 'exchange.body': part } })
    const problem = within(dialog()).getByRole('note', { name: 'Problem: body' })
    expect(problem.textContent).toContain('Only 3 B of the body’s 4.8 MiB were kept.')
    const choice = within(dialog()).getByRole('combobox', { name: 'Which body' })
    await user.click(send())
    expect(bridge.inputs('exchange.replay')).toEqual([])
    expect(document.activeElement).toBe(choice)
    await user.selectOptions(choice, 'The part that was kept: 3 B')
    await user.click(send())
    await waitFor(() => expect(bridge.inputs('exchange.replay')).toEqual([{ id: 6, bodyBase64: btoa('abc') }]))
  })

  test('a body of bytes is sent as it was, or something else is written', async () => {
    const { user, bridge } = await open({
      answers: { 'exchange.body': () => textBody('', { base64: btoa('\x00\xff'), size: 2, kept: 2 }) },
    })
    const choice = within(dialog()).getByRole('combobox', { name: 'Which body' })
    expect(within(choice).getByRole('option', { name: 'As it was: 2 B' })).toHaveProperty('selected', true)
    await user.selectOptions(choice, 'Text, written here')
    writeInto('Body', 'text')
    await user.click(send())
    await waitFor(() => expect(bridge.inputs('exchange.replay')).toEqual([{ id: 6, bodyBase64: btoa('text') }]))
  })

  test('what the engine refuses is told in the dialog, and what was written stays', async () => {
    const problem = { field: 'request', message: "it can't be sent: invalid header", fix: 'Correct the headers.' }
    const { user } = await open({ answers: { 'exchange.replay': () => ({ ok: false, problem }) } })
    await user.type(field('Path and query'), 'x')
    await user.click(send())
    const told = await within(dialog()).findByRole('note', { name: 'Problem: request' })
    expect(told.textContent).toContain('Correct the headers.')
    expect(field('Path and query')).toHaveProperty('value', '/counter/value/x')
    await user.type(field('Path and query'), 'y')
    expect(within(dialog()).queryByRole('note', { name: 'Problem: request' })).toBeNull()
  })

  test('paused recording is told, with a button that resumes it', async () => {
    const { user, bridge } = await open()
    take({ status: { ...mockStatus(60_000), recording: false } })
    await user.click(within(dialog()).getByRole('button', { name: 'Resume recording' }))
    expect(bridge.inputs('recording.set')).toEqual([{ on: true }])
  })

  test('a proxy that does not listen is told', async () => {
    const listener = { state: 'failed', address: '127.0.0.1', port: 7999, problem: null } as const
    await open({ state: { proxy: listener } })
    expect(within(dialog()).getByText(/is not listening/)).toBeDefined()
  })
})

describe('what cannot be sent again is told instead', () => {
  test('a WebSocket', async () => {
    await open({}, 7)
    expect(await within(dialog()).findByText('A WebSocket cannot be sent again')).toBeDefined()
    expect(within(dialog()).queryByRole('button', { name: /^Send/ })).toBeNull()
  })

  test('an exchange that was dropped from memory', async () => {
    await open({ answers: { 'exchange.details': () => null } })
    expect(await within(dialog()).findByText('Exchange 6 is no longer in memory')).toBeDefined()
  })

  test('one that could not be fetched, with a button that tries again', async () => {
    let fails = true
    const { user, session } = await open({
      answers: {
        'exchange.details': ({ id }) => {
          if (fails) throw new Error('The connection to Gripscope is lost.')
          const row = session.exchanges.find((each) => each.id === id)
          return row ? mockDetails(row) : null
        },
      },
    })
    expect(within(dialog()).getByText('The connection to Gripscope is lost.')).toBeDefined()
    fails = false
    await user.click(within(dialog()).getByRole('button', { name: 'Try again' }))
    expect(await within(dialog()).findByRole('textbox', { name: 'Path and query' })).toBeDefined()
  })
})

test('Esc closes it; nothing is sent', async () => {
  const { user, bridge } = await open()
  await user.type(field('Path and query'), 'x')
  await user.keyboard('{Escape}')
  expect(isOpen()).toBe(false)
  expect(useStore.getState().ui.editing).toBeNull()
  expect(bridge.inputs('exchange.replay')).toEqual([])
})

test('of 300 headers the first are shown, and those that are added; all are sent', async () => {
  const requestHeaders = Array.from({ length: 300 }, (_, n): [string, string] => [`X-${n}`, `${n}`])
  const { user, bridge } = await open({ details: (row) => ({ ...mockDetails(row), requestHeaders }) })
  const names = () => within(dialog()).getAllByRole('textbox', { name: /^Name of header/ })
  expect(names()).toHaveLength(40)
  await user.click(within(dialog()).getByRole('button', { name: 'Show more of 300 headers' }))
  expect(names()).toHaveLength(80)
  await user.click(within(dialog()).getByRole('button', { name: 'Add header' }))
  expect(document.activeElement).toBe(field('Name of header 301'))
  await user.keyboard('X-Mine')
  await user.click(field('Value of X-Mine'))
  await user.keyboard('1')
  expect(field('Name of header 301')).toHaveProperty('value', 'X-Mine')
  await user.click(send())
  await waitFor(() => expect(isOpen()).toBe(false))
  expect(bridge.inputs('exchange.replay')).toEqual([{ id: 6, headers: [...requestHeaders, ['X-Mine', '1']] }])
})
