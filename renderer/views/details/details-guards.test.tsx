// A tab that fails to be drawn says so in its own place: the other tabs, and the exchange's actions, are still there.
import { act, screen } from '@testing-library/react'
import { afterEach, beforeEach, test, vi } from 'vitest'
import { mockDetails } from '../../dev/mock-details'
import { openExchange } from '../../state/actions'
import { startApp } from '../../testing/start-app'
import { detailsTabs } from './details-tabs'

let broken = true

function Broken() {
  if (broken) throw new Error('no way to draw this')
  return <p>drawn again</p>
}

beforeEach(() => {
  broken = true
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

// Compare is there for two exchanges only.
test.each(detailsTabs.filter(({ name }) => name !== 'compare'))('$title', async (tab) => {
  vi.spyOn(tab, 'render').mockReturnValue(<Broken />)
  await startApp({ details: mockDetails })
  // A long-poll, and a WebSocket for what is there for WebSockets alone.
  const id = tab.name === 'messages' ? 7 : 3
  await act(async () => openExchange(id, tab.name))
  await screen.findByText(`${tab.title} of #${id} could not be shown`)
  screen.getByRole('tab', { name: new RegExp(`^${tab.title}`), selected: true })
  screen.getByRole('button', { name: 'Copy as cURL' })

  broken = false
  await act(async () => screen.getByRole('button', { name: 'Reload this view' }).click())
  screen.getByText('drawn again')
})
