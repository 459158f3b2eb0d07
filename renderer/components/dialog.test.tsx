import { act, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { expect, test } from 'vitest'
import { Dialog } from './dialog'

function Page({ keepOpen = false }: { keepOpen?: boolean }) {
  const [open, setOpen] = useState(false)
  return (
    <>
      <button type="button" onClick={() => setOpen(true)}>
        Open
      </button>
      <button type="button">Outside</button>
      {open ? (
        <Dialog
          title="Title"
          onClose={() => setOpen(false)}
          keepOpen={keepOpen}
          footer={<button type="button">Last</button>}
        >
          <input aria-label="First" />
        </Dialog>
      ) : null}
    </>
  )
}

const opener = () => screen.getByText('Open')

async function open(keepOpen = false) {
  const user = userEvent.setup({ pointerEventsCheck: 0 })
  render(<Page keepOpen={keepOpen} />)
  await user.click(opener())
  await screen.findByRole('dialog', { name: 'Title' })
  return user
}

test('it takes the focus, keeps it, and gives it back when Esc closes it', async () => {
  const user = await open()
  const dialog = screen.getByRole('dialog')
  for (let presses = 0; presses < 8; presses += 1) {
    await user.tab()
    expect(dialog.contains(document.activeElement)).toBe(true)
  }
  await user.tab({ shift: true })
  expect(dialog.contains(document.activeElement)).toBe(true)
  await user.keyboard('{Escape}')
  expect(screen.queryByRole('dialog')).toBeNull()
  await waitFor(() => expect(document.activeElement).toBe(opener()))
})

test('its button closes it and gives the focus back', async () => {
  const user = await open()
  await user.click(screen.getByRole('button', { name: 'Close' }))
  expect(screen.queryByRole('dialog')).toBeNull()
  await waitFor(() => expect(document.activeElement).toBe(opener()))
})

test('a focus that was given to something else meanwhile is left there', async () => {
  const user = await open()
  await user.keyboard('{Escape}')
  act(() => screen.getByText('Outside').focus())
  await new Promise((resolve) => setTimeout(resolve, 0))
  expect(document.activeElement).toBe(screen.getByText('Outside'))
})

test('a click beside it closes it', async () => {
  const user = await open()
  await user.click(screen.getByText('Outside'))
  await waitFor(() => expect(screen.queryByRole('dialog')).toBeNull())
})

test('a click beside it does nothing where there is something to lose', async () => {
  const user = await open(true)
  await user.click(screen.getByText('Outside'))
  expect(screen.getByRole('dialog')).toBeDefined()
})
