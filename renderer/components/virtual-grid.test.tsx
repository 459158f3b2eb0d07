import { act, fireEvent, render, screen, waitFor } from '@testing-library/react'
import userEvent from '@testing-library/user-event'
import { useState } from 'react'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { stubAccessor } from '../testing/stub-accessor'
import { gridCell, VirtualGrid } from './virtual-grid'

/** Rows of 28 pixels in a list of 280: ten are seen at once. */
const SEEN = 280
let count = 0
const opened = vi.fn()
let tops = new WeakMap<Element, number>()

function List({ rows }: { rows: number }) {
  const [selected, setSelected] = useState(-1)
  return (
    <VirtualGrid
      label="Rows"
      count={rows}
      rowKey={(index) => index}
      selected={selected}
      onSelect={setSelected}
      onOpen={opened}
      follow
      empty={<p>Nothing yet</p>}
      renderRow={(index, props) => (
        <div {...props}>
          <span {...gridCell}>row {index}</span>
        </div>
      )}
    />
  )
}

const grid = () => screen.getByRole('grid', { name: 'Rows' })
const selected = () => screen.queryAllByRole('row', { selected: true }).map((row) => row.textContent)
const bottom = () => Math.max(0, count * 28 - (grid().clientHeight || SEEN))
const atBottom = () => waitFor(() => expect(grid().scrollTop).toBe(bottom()))

let restore = (): void => {}

beforeEach(() => {
  opened.mockReset()
  tops = new WeakMap()
  // A scroller that knows how high its content is, and stops at its end.
  vi.spyOn(HTMLElement.prototype, 'scrollHeight', 'get').mockImplementation(() => count * 28)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(() => SEEN)
  vi.spyOn(HTMLElement.prototype, 'offsetHeight', 'get').mockImplementation(() => SEEN)
  restore = stubAccessor(Element.prototype, 'scrollTop', {
    get() {
      return tops.get(this) ?? 0
    },
    set(top) {
      tops.set(this, Math.max(0, Math.min(bottom(), top)))
    },
  })
})
afterEach(() => {
  restore()
  vi.restoreAllMocks()
})

function show(rows: number) {
  count = rows
  const { rerender } = render(<List rows={rows} />)
  return (more: number) => {
    count = more
    rerender(<List rows={more} />)
  }
}
function scrollTo(top: number): void {
  grid().scrollTop = top
  fireEvent.scroll(grid())
}

test('only the rows on screen exist', () => {
  show(100_000)
  expect(screen.getAllByRole('row').length).toBeLessThan(40)
  expect(grid().getAttribute('aria-rowcount')).toBe('100000')
})

test('new rows are followed at the end', async () => {
  const grow = show(20)
  await atBottom()
  grow(50)
  await atBottom()
  expect(screen.getByText('row 49')).toBeDefined()
  expect(screen.queryByRole('button', { name: /new/ })).toBeNull()
})

test('who scrolled up stays there, is told how many came, and gets to the end by a button', async () => {
  const grow = show(100)
  await atBottom()
  scrollTo(1000)
  grow(103)
  expect(grid().scrollTop).toBe(1000)
  await userEvent.click(screen.getByRole('button', { name: '3 new' }))
  await atBottom()
  grow(110)
  await atBottom()
})

test('scrolling to the end follows again', async () => {
  const grow = show(100)
  await atBottom()
  scrollTo(1000)
  scrollTo(bottom())
  grow(120)
  await atBottom()
})

test('a chosen row stays put while rows come', async () => {
  const grow = show(12)
  await userEvent.click(screen.getByText('row 5'))
  const { scrollTop } = grid()
  grow(200)
  expect(grid().scrollTop).toBe(scrollTop)
  expect(selected()).toEqual(['row 5'])
})

test('rows that scroll out leave their elements to those that come', async () => {
  show(1000)
  await atBottom()
  const before = new Set<Element>(screen.getAllByRole('row'))
  scrollTo(3000)
  expect(screen.getByText('row 110')).toBeDefined()
  const after = screen.getAllByRole('row')
  expect(after.filter((row) => before.has(row)).length).toBeGreaterThan(after.length - 8)
})

test('a chosen row stays on screen when the list gets lower', async () => {
  const resized: (() => void)[] = []
  vi.stubGlobal(
    'ResizeObserver',
    class {
      constructor(callback: () => void) {
        resized.push(callback)
      }
      observe() {}
      disconnect() {}
    },
  )
  show(10)
  await userEvent.click(screen.getByText('row 8'))
  expect(grid().scrollTop).toBe(0)
  vi.spyOn(HTMLElement.prototype, 'clientHeight', 'get').mockImplementation(() => 100)
  act(() => {
    for (const callback of resized) callback()
  })
  expect(tops.get(grid())).toBe(9 * 28 - 100)
  vi.unstubAllGlobals()
})

test('keys walk through the rows and open one', async () => {
  show(8)
  act(() => grid().focus())
  await userEvent.keyboard('{ArrowDown}')
  expect(selected()).toEqual(['row 0'])
  await userEvent.keyboard('{ArrowDown}{ArrowDown}{ArrowUp}')
  expect(selected()).toEqual(['row 1'])
  expect(document.getElementById(grid().getAttribute('aria-activedescendant') ?? '')?.textContent).toBe('row 1')
  await userEvent.keyboard('{End}')
  expect(selected()).toEqual(['row 7'])
  await userEvent.keyboard('{ArrowDown}')
  expect(selected()).toEqual(['row 7'])
  await userEvent.keyboard('{Home}{PageDown}')
  expect(selected()).toEqual(['row 7'])
  await userEvent.keyboard('{Enter}')
  expect(opened).toHaveBeenCalledExactlyOnceWith(7)
})

test('a double click opens a row', async () => {
  show(8)
  await userEvent.dblClick(screen.getByText('row 3'))
  expect(opened).toHaveBeenCalledExactlyOnceWith(3)
})

test('a list without rows is no stop on the way of Tab, and draws no ring', () => {
  show(0)
  expect(screen.getByText('Nothing yet')).toBeDefined()
  expect(grid().tabIndex).toBe(-1)
})
