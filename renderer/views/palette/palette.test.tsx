// Every action by name, from anywhere.
import { act, screen, waitFor, within } from '@testing-library/react'
import { describe, expect, test } from 'vitest'
import { openExchange, selectExchange, setFilter } from '../../state/actions'
import { commands } from '../../state/commands'
import { useStore } from '../../state/store'
import { startApp } from '../../testing/start-app'

async function open(user: Awaited<ReturnType<typeof startApp>>['user']) {
  await user.keyboard('{Control>}k{/Control}')
  return screen.findByRole('dialog', { name: 'All actions' })
}

const input = () => within(dialog()).getByRole('combobox')
const dialog = () => screen.getByRole('dialog', { name: 'All actions' })
const options = () =>
  within(dialog())
    .queryAllByRole('option')
    .map((option) => option.textContent)
const ui = () => useStore.getState().ui

test('Ctrl+K opens it with the focus in its field; Esc closes it and gives the focus back', async () => {
  const { user } = await startApp()
  const filter = screen.getByRole('textbox', { name: 'Filter exchanges' })
  await user.click(filter)
  await open(user)
  expect(document.activeElement).toBe(input())
  await user.keyboard('{Escape}')
  expect(screen.queryByRole('dialog')).toBeNull()
  await waitFor(() => expect(document.activeElement).toBe(filter))
})

test('every command is reachable by its name', async () => {
  const { user } = await startApp()
  act(() => {
    openExchange(3)
    setFilter('counter')
  })
  await user.keyboard('p')
  await open(user)
  const reachable = commands.filter((command) => command.id !== 'palette.open')
  for (const { title } of reachable) {
    expect(within(dialog()).getByRole('option', { name: (name) => name.startsWith(title) })).toBeDefined()
  }
  expect(options()).toHaveLength(reachable.length)
})

test('what cannot be done now is not offered', async () => {
  const { user } = await startApp()
  await open(user)
  expect(options().some((name) => name?.startsWith('Replay'))).toBe(false)
  expect(options().some((name) => name?.startsWith('Clear filter'))).toBe(false)
  expect(options().some((name) => name?.startsWith('Close the composer'))).toBe(false)
})

test('typing narrows, Enter runs, and it closes', async () => {
  const { user } = await startApp()
  await open(user)
  await user.type(input(), 'only failures')
  expect(options()).toEqual(['Only failures'])
  await user.keyboard('{Enter}')
  expect(screen.queryByRole('dialog')).toBeNull()
  expect(ui().filter).toBe('is:failed or status:5xx')
})

test('the arrow keys walk', async () => {
  const { user } = await startApp()
  await open(user)
  await user.keyboard('{ArrowDown}{Enter}')
  expect(ui().view).toBe('channels')
})

test('nothing of that name is said', async () => {
  const { user } = await startApp()
  await open(user)
  await user.type(input(), 'zzzz')
  expect(screen.getByText('No match.')).toBeDefined()
})

describe('places', () => {
  test('an exchange by its number', async () => {
    const { user } = await startApp()
    await open(user)
    await user.type(input(), '#3')
    await user.click(screen.getByRole('option', { name: /^#3 GET/ }))
    expect(ui()).toMatchObject({ view: 'exchanges', selectedExchange: 3, detailsOpen: true })
  })

  test('a channel by its name', async () => {
    const { user } = await startApp()
    await open(user)
    await user.type(input(), 'lobby')
    await user.click(screen.getByRole('option', { name: /^room-lobby/ }))
    expect(ui()).toMatchObject({ view: 'channels', selectedChannel: 'room-lobby' })
  })
})

test('an action that gives the focus to something keeps it there', async () => {
  const { user } = await startApp()
  await open(user)
  await user.type(input(), 'filter exchanges{Enter}')
  const filter = screen.getByRole('textbox', { name: 'Filter exchanges' })
  await waitFor(() => expect(document.activeElement).toBe(filter))
})

test('a dialog that it opens gives the focus back to where the palette was opened', async () => {
  const { user } = await startApp()
  act(() => selectExchange(3))
  const grid = screen.getByRole('grid', { name: 'Exchanges' })
  act(() => grid.focus())
  await open(user)
  await user.type(input(), 'edit and send{Enter}')
  const path = await screen.findByRole('textbox', { name: 'Path and query' })
  await waitFor(() => expect(document.activeElement).toBe(path))
  await user.keyboard('{Escape}')
  expect(screen.queryByRole('dialog')).toBeNull()
  await waitFor(() => expect(document.activeElement).toBe(grid))
})
