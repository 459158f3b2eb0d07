import { render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Guard, LastGuard } from './guard'

let broken = true
function Fragile({ of }: { of: number }) {
  if (broken && of !== 2) throw new RangeError('Maximum call stack size exceeded')
  return <p>drawn {of}</p>
}

beforeEach(() => {
  broken = true
  vi.spyOn(console, 'error').mockImplementation(() => {})
})
afterEach(() => {
  vi.restoreAllMocks()
})

const view = (of: number) => (
  <>
    <p>beside it</p>
    <Guard name={`Story of #${of}`} of={of}>
      <Fragile of={of} />
    </Guard>
  </>
)

test('what fails says so in its own place, and is drawn again by a button', async () => {
  render(view(1))
  expect(screen.getByText('beside it')).toBeDefined()
  expect(screen.getByRole('alert').textContent).toContain('Story of #1 could not be shown')
  expect(screen.getByRole('alert').textContent).toContain('Maximum call stack size exceeded.')
  await userEvent.click(screen.getByRole('button', { name: 'Reload this view' }))
  expect(screen.getByRole('alert')).toBeDefined()
  broken = false
  await userEvent.click(screen.getByRole('button', { name: 'Reload this view' }))
  expect(screen.getByText('drawn 1')).toBeDefined()
})

test('another selection is tried by itself', () => {
  const { rerender } = render(view(1))
  expect(screen.getByRole('alert')).toBeDefined()
  rerender(view(2))
  expect(screen.getByText('drawn 2')).toBeDefined()
  rerender(view(3))
  expect(screen.getByRole('alert').textContent).toContain('Story of #3')
})

test('what is said can stand in a dialog', () => {
  render(
    <Guard name="The palette" frame={(content) => <div role="dialog">{content}</div>}>
      <Fragile of={1} />
    </Guard>,
  )
  expect(screen.getByRole('dialog').textContent).toContain('The palette could not be shown')
})

test('where all fails, the page can be loaded again', async () => {
  const reload = vi.spyOn(window.location, 'reload').mockImplementation(() => {})
  render(
    <LastGuard>
      <Fragile of={1} />
    </LastGuard>,
  )
  expect(screen.getByRole('alert').textContent).toContain('The proxy goes on')
  await userEvent.click(screen.getByRole('button', { name: 'Reload' }))
  expect(reload).toHaveBeenCalledOnce()
})
