import { act, render, screen } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { describe, expect, test } from 'vitest'
import { SplitPane, type SplitPaneProps } from './split-pane'

/** Every element is 1000 by 600 pixels. */
function show(change: Partial<SplitPaneProps> = {}) {
  return render(
    <SplitPane
      direction="down"
      name="test"
      label="Height"
      initial={200}
      min={[150, 100]}
      first="first"
      second="second"
      {...change}
    />,
  )
}
const divider = () => screen.getByRole('separator', { name: 'Height' })
const size = () => Number(divider().getAttribute('aria-valuenow'))

async function press(keys: string): Promise<void> {
  act(() => divider().focus())
  await userEvent.keyboard(keys)
}

test('the arrow keys move the divider, within bounds', async () => {
  show()
  await press('{ArrowUp}')
  expect(size()).toBe(216)
  await press('{ArrowDown}{ArrowDown}')
  expect(size()).toBe(184)
  await press('{Home}')
  expect(size()).toBe(100)
  await press('{ArrowDown}')
  expect(size()).toBe(100)
  await press('{End}')
  expect(size()).toBe(450)
})

test('across, left and right do', async () => {
  show({ direction: 'across' })
  await press('{ArrowLeft}')
  expect(size()).toBe(216)
  await press('{ArrowUp}')
  expect(size()).toBe(216)
})

test('where the first pane has the size, they move it the other way', async () => {
  show({ direction: 'across', sized: 'first' })
  await press('{ArrowRight}')
  expect(size()).toBe(216)
})

test('the size is remembered', async () => {
  const { unmount } = show()
  await press('{ArrowUp}')
  unmount()
  show()
  expect(size()).toBe(216)
})

describe('without a second pane', () => {
  test('there is no divider', () => {
    show({ second: null })
    expect(screen.queryByRole('separator')).toBeNull()
  })
})
