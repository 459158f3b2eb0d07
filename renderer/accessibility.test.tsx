// Every place of the interface: all that can be used has a name, what is referred to is there, and Tab goes in order.
import { act, render, screen, waitFor } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import type { PublishDetails } from '../preload/views'
import { settings } from './dev/fake-engine'
import { mockDetails } from './dev/mock-details'
import { closeComposer, editAndSend, openComposer, openExchange, openPalette, openView, toast } from './state/actions'
import { setUi } from './state/store'
import { testExchange, testPublish } from './testing/rows'
import { type StartOptions, startApp } from './testing/start-app'
import { detailsTabs } from './views/details/details-tabs'

/** Roles that must have a name: what can be used, and what is a landmark among several. */
const named = [
  'button',
  'checkbox',
  'columnheader',
  'combobox',
  'complementary',
  'dialog',
  'form',
  'grid',
  'img',
  'link',
  'menuitem',
  'navigation',
  'option',
  'radio',
  'radiogroup',
  'region',
  'row',
  'searchbox',
  'separator',
  'slider',
  'spinbutton',
  'switch',
  'tab',
  'tablist',
  'tabpanel',
  'textbox',
]

function nameless(): string[] {
  return named.flatMap((role) =>
    screen
      .queryAllByRole(role, { hidden: false, name: (name) => name.trim() === '' })
      // An option of a datalist is named by its value.
      .filter((element) => element.closest('datalist') === null)
      .map((element) => element.outerHTML.slice(0, 200)),
  )
}

/** Attributes that name other elements by their ids. */
const references = ['aria-describedby', 'aria-labelledby', 'aria-controls', 'aria-owns', 'aria-activedescendant', 'for']

function dangling(): string[] {
  return references.flatMap((name) =>
    [...document.querySelectorAll(`[${name}]`)].flatMap((element) =>
      (element.getAttribute(name) ?? '')
        .split(' ')
        .filter((id) => id !== '' && document.getElementById(id) === null)
        // A menu or a tab that is closed is not there yet.
        .filter(() => name !== 'aria-controls' || element.getAttribute('aria-expanded') === 'true')
        .map((id) => `${name}=${id} of ${element.outerHTML.slice(0, 120)}`),
    ),
  )
}

function doubled(): string[] {
  const ids = [...document.querySelectorAll('[id]')].map((element) => element.id)
  return ids.filter((id, index) => ids.indexOf(id) !== index)
}

function expectSound(): void {
  expect(nameless()).toEqual([])
  expect(dangling()).toEqual([])
  expect(doubled()).toEqual([])
  expect(document.querySelectorAll('[tabindex]:not([tabindex="0"], [tabindex="-1"])')).toHaveLength(0)
}

test('what has no name, refers to nothing or is there twice is found', () => {
  render(
    <>
      <button type="button" id="twice" />
      <input id="twice" aria-label="Name" aria-describedby="nowhere" />
    </>,
  )
  expect(nameless()).toHaveLength(1)
  expect(dangling()).toHaveLength(1)
  expect(doubled()).toEqual(['twice'])
})

describe('everything has a name', () => {
  test.each(detailsTabs.map(({ name }) => name))('in the exchanges, with details open at %s', async (tab) => {
    await startApp()
    act(() => openExchange(tab === 'messages' ? 7 : tab === 'instruct' ? 9 : 5, tab))
    await screen.findByRole('tab', { name: /^Story/, selected: tab === 'story' })
    await waitFor(() => expect(screen.queryByText(/^Loading/)).toBeNull())
    expectSound()
  })

  test('in the channels and in the publishes', async () => {
    await startApp({ answers: { 'publish.details': ({ id }) => publishDetails(id) } })
    act(() => openView('channels'))
    expectSound()
    act(() => setUi({ view: 'publish', selectedPublish: 3 }))
    await screen.findByRole('grid', { name: 'Outcomes' })
    expectSound()
  })

  test.each<[string, StartOptions['state']]>([
    ['an address', {}],
    ['the demo', { settings: { ...settings, backend: { kind: 'demo' } } }],
    [
      'a file, on the desktop',
      { frontend: 'desktop', settings: { ...settings, backend: { kind: 'routes', file: '/r' } } },
    ],
    ['lines', { settings: { ...settings, backend: { kind: 'lines', lines: ['* a:1'] } } }],
  ])('in the settings, with %s', async (_, state) => {
    await startApp({ ...(state && { state }) })
    act(() => openView('settings'))
    expectSound()
  })

  test('in the composer, with each format', async () => {
    const { user } = await startApp()
    act(() => openComposer({ channel: 'chat' }))
    for (const format of ['http-response', 'http-stream', 'ws-message']) {
      await user.click(screen.getByRole('button', { name: format }))
      expectSound()
    }
  })

  test('in the palette and in the dialogs', async () => {
    await startApp()
    act(openPalette)
    await screen.findByRole('dialog', { name: 'All actions' })
    expectSound()
    act(() => {
      closeComposer()
      setUi({ paletteOpen: false })
      editAndSend(6)
    })
    await screen.findByRole('textbox', { name: 'Path and query' })
    expectSound()
  })

  test('in the menu, in notices, in what stands in the way', async () => {
    const taken = { state: 'failed', address: '127.0.0.1', port: 7999, problem: null } as const
    const { user, bridge } = await startApp({ state: { proxy: taken } })
    act(() => {
      toast({ tone: 'failed', text: 'Not published' })
      bridge.setConnection('lost')
    })
    await user.click(screen.getByRole('button', { name: /^Export/ }))
    await screen.findByRole('menuitem', { name: /^All as HAR/ })
    expectSound()
  })

  test.each([false, true])('where there is nothing yet (the welcome answered: %s)', async (welcomed) => {
    await startApp({ exchanges: [], state: { settings: { ...settings, backend: { kind: 'demo' }, welcomed } } })
    for (const view of ['exchanges', 'channels', 'publish'] as const) {
      act(() => openView(view))
      expectSound()
    }
  })
})

/** What came of a publish: one outcome. */
function publishDetails(id: number): PublishDetails {
  const [outcome] = mockDetails(testExchange({ deliveredAt: [20], channels: ['counter'] })).deliveries
  return { row: testPublish({ id }), item: '{}', content: [], outcomes: outcome ? [outcome] : [], total: 1 }
}
