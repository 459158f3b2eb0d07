// Whatever is done to a list, in whatever order, the rows that exist are those of its scroll position.
import { act, cleanup, fireEvent, render, screen } from '@testing-library/react'
import fc from 'fast-check'
import { afterEach, describe, expect, test } from 'vitest'
import { openScrollingPage, type ScrollingPage } from '../testing/scrolling-page'
import { VirtualGrid } from './virtual-grid'

const ROW = 28
let page: ScrollingPage | null = null
afterEach(() => {
  page?.close()
  page = null
})

interface ListProps {
  ids: readonly number[]
  selected: number | null
  follow: boolean
  onSelect(id: number): void
}

function List({ ids, selected, follow, onSelect }: ListProps) {
  return (
    <VirtualGrid
      label="Rows"
      count={ids.length}
      rowKey={(index) => ids[index] ?? -1}
      selected={selected === null ? -1 : ids.indexOf(selected)}
      onSelect={(index) => onSelect(ids[index] ?? -1)}
      follow={follow}
      empty={<p>Nothing</p>}
      renderRow={(index, props) => <div {...props}>row {ids[index]}</div>}
    />
  )
}

type Action =
  | { readonly do: 'press'; readonly with: string }
  | { readonly do: 'scroll' | 'resize' | 'add' | 'drop' | 'filter' | 'jump'; readonly with: number }
  | { readonly do: 'letGo' | 'toEnd' }

/** A list of rows with ids, of which a filter may leave some. */
class Session {
  #ids: number[] = []
  #next = 1
  #filter = 1
  #selected: number | null = null
  readonly #rerender: (node: React.ReactNode) => void
  readonly #page: ScrollingPage
  readonly #follow: boolean

  constructor(of: ScrollingPage, follow: boolean, rows: number) {
    this.#page = of
    this.#follow = follow
    this.#add(rows)
    this.#rerender = render(this.#list()).rerender
  }
  get shown(): number[] {
    return this.#ids.filter((id) => id % this.#filter === 0)
  }
  get grid(): HTMLElement {
    return screen.getByRole('grid', { name: 'Rows' })
  }
  get top(): number {
    return this.grid.scrollTop
  }
  get selected(): number | null {
    return this.#selected
  }
  #list() {
    const onSelect = (id: number) => {
      this.#selected = id
    }
    return <List ids={this.shown} selected={this.#selected} follow={this.#follow} onSelect={onSelect} />
  }
  #add(rows: number): void {
    for (let count = 0; count < rows; count += 1) this.#ids.push(this.#next++)
  }
  #draw(): void {
    this.#rerender(this.#list())
  }
  add(rows: number): void {
    this.#add(rows)
    this.#draw()
  }
  drop(rows: number): void {
    this.#ids.splice(0, rows)
    if (this.#selected !== null && !this.#ids.includes(this.#selected)) this.#selected = null
    this.#draw()
  }
  filter(every: number): void {
    this.#filter = every
    this.#draw()
  }
  select(id: number | null): void {
    this.#selected = id
    this.#draw()
  }
  press(key: string): void {
    fireEvent.keyDown(this.grid, { key })
    this.#draw()
  }
  toEnd(): void {
    const button = screen.queryByRole('button', { name: /new$/ })
    if (button) fireEvent.click(button)
  }
  resize(height: number): void {
    this.#page.height = height
  }

  run(action: Action): void {
    if (action.do === 'press') this.press(action.with)
    else if (action.do === 'scroll') this.#page.scrollBy(this.grid, action.with)
    else if (action.do === 'resize') this.resize(action.with)
    else if (action.do === 'add') this.add(action.with)
    else if (action.do === 'drop') this.drop(action.with)
    else if (action.do === 'filter') this.filter(action.with)
    else if (action.do === 'jump') this.select(this.shown[action.with % this.shown.length] ?? null)
    else if (action.do === 'letGo') this.select(null)
    else this.toEnd()
  }

  /** Where each row that exists is drawn. */
  drawn(): Map<string, number> {
    const rows = screen.queryAllByRole('row')
    return new Map(rows.map((row) => [row.textContent, Number(/-?[\d.]+/.exec(row.style.transform)?.[0])]))
  }
  /** The rows that a person sees must exist, where they belong. */
  check(): void {
    const { top, shown } = this
    const drawn = this.drawn()
    const first = Math.floor(top / ROW)
    const last = Math.min(shown.length, Math.ceil((top + this.#page.height) / ROW))
    for (let index = first; index < last; index += 1) {
      expect([shown[index], drawn.get(`row ${shown[index]}`)]).toEqual([shown[index], index * ROW])
    }
    expect(drawn.size).toBeLessThan(this.#page.height / ROW + 16)
  }
  sees(id: number): boolean {
    const at = this.shown.indexOf(id) * ROW
    return at >= this.top && at + ROW <= this.top + this.#page.height
  }
}

function start(rows: number, { height = 280, follow = true } = {}): Session {
  page = openScrollingPage(height)
  const session = new Session(page, follow, rows)
  page.settle()
  return session
}
const settle = () => page?.settle()

describe('rows on screen are those of the scroll position', () => {
  test('a row that is clicked, let go, and one far above that is chosen by number', () => {
    const list = start(300)
    list.select(290)
    settle()
    list.select(null)
    settle()
    list.select(5)
    settle()
    list.check()
    expect(list.sees(5)).toBe(true)
  })

  test('down to the last, then up', () => {
    const list = start(60)
    for (let count = 0; count < 80; count += 1) list.press('ArrowDown')
    settle()
    for (let count = 0; count < 40; count += 1) {
      list.press('ArrowUp')
      settle()
      list.check()
    }
    expect(list.selected).toBe(20)
  })

  test('Home, End, PageUp, PageUp', () => {
    const list = start(300)
    for (const key of ['Home', 'End', 'PageUp', 'PageUp']) {
      list.press(key)
      settle()
      list.check()
    }
  })

  test('a list that gets lower, and higher again', () => {
    const list = start(300)
    for (const height of [100, 900, 28, 280]) {
      list.resize(height)
      settle()
      list.check()
      expect(list.top).toBe(300 * ROW - height)
    }
  })

  const action = fc.oneof(
    fc.record({
      do: fc.constant('press' as const),
      with: fc.constantFrom('ArrowDown', 'ArrowUp', 'Home', 'End', 'PageDown', 'PageUp'),
      times: fc.integer({ min: 1, max: 4 }),
    }),
    fc.record({ do: fc.constant('scroll' as const), with: fc.integer({ min: -9000, max: 9000 }) }),
    fc.record({ do: fc.constant('scroll' as const), with: fc.integer({ min: -12, max: 12 }) }),
    fc.record({ do: fc.constant('resize' as const), with: fc.integer({ min: 10, max: 700 }) }),
    fc.record({ do: fc.constant('add' as const), with: fc.integer({ min: 1, max: 400 }) }),
    fc.record({ do: fc.constant('drop' as const), with: fc.integer({ min: 1, max: 120 }) }),
    fc.record({ do: fc.constant('filter' as const), with: fc.constantFrom(1, 1, 2, 40) }),
    fc.record({ do: fc.constant('jump' as const), with: fc.nat({ max: 1000 }) }),
    fc.record({ do: fc.constantFrom('letGo' as const, 'toEnd' as const) }),
  )
  const then = fc.constantFrom('nothing' as const, 'frame' as const, 'rest' as const, 'rest' as const)

  test('after any series of keys, scrolls, sizes, new rows, dropped rows, filters and jumps', () => {
    const steps = fc.array(fc.tuple(action, then), { minLength: 8, maxLength: 25 })
    fc.assert(
      fc.property(fc.integer({ min: 30, max: 400 }), fc.boolean(), steps, (rows, follow, series) => {
        try {
          const list = start(rows, { follow })
          for (const [each, afterwards] of series) {
            for (let count = 0; count < (each.do === 'press' ? each.times : 1); count += 1) {
              list.run(each)
              if (afterwards === 'nothing') continue
              if (afterwards === 'frame') page?.frame()
              else {
                settle()
                list.check()
              }
            }
          }
          settle()
          list.check()
        } finally {
          cleanup()
          page?.close()
        }
      }),
      { numRuns: 25 },
    )
  }, 120_000)
})

describe('what is looked at stays', () => {
  /** Above the end, where the list would follow. */
  const place = fc.integer({ min: 0, max: 150 })

  test('rows that come move nothing for who scrolled up', () => {
    const list = start(200)
    fc.assert(
      fc.property(place, fc.integer({ min: 1, max: 300 }), (at, more) => {
        page?.scrollBy(list.grid, at * ROW - list.top)
        settle()
        const { top } = list
        list.add(more)
        settle()
        list.check()
        expect(list.top).toBe(top)
      }),
      { numRuns: 30 },
    )
  })

  test('a chosen row that is seen stays where it is while rows before it are dropped', () => {
    const list = start(300)
    list.select(200)
    settle()
    const offset = () => list.shown.indexOf(200) * ROW - list.top
    const before = offset()
    for (const rows of [1, 30, 3]) {
      list.drop(rows)
      settle()
      list.check()
      expect(offset()).toBe(before)
    }
  })

  test('a chosen row that was scrolled away does not come back by itself', () => {
    const list = start(300)
    list.select(20)
    settle()
    page?.scrollBy(list.grid, 3000)
    settle()
    const { top } = list
    list.resize(250)
    settle()
    list.add(10)
    settle()
    expect(list.top).toBe(top)
  })

  test('the end is held through new rows, fewer rows and other sizes, until someone scrolls up', () => {
    const list = start(100)
    const atEnd = () => list.top === Math.max(0, list.shown.length * ROW - (page?.height ?? 0))
    for (const act of [() => list.add(50), () => list.drop(40), () => list.resize(500), () => list.filter(2)]) {
      act()
      settle()
      expect(atEnd()).toBe(true)
      list.check()
    }
    page?.scrollBy(list.grid, -5)
    list.add(9)
    settle()
    expect(atEnd()).toBe(false)
    list.check()
  })
})

test('a list that is higher than an element can be is scrolled to its end, and each row can be reached', () => {
  const count = 4_000_000
  page = openScrollingPage(300)
  const drawn = () => screen.getAllByRole('row').map((row) => row.textContent)
  const list = (selected: number) => (
    <VirtualGrid
      label="Rows"
      count={count}
      rowKey={(index) => index}
      selected={selected}
      onSelect={() => {}}
      renderRow={(index, props) => <div {...props}>row {index}</div>}
    />
  )
  const { rerender } = render(list(-1))
  const grid = screen.getByRole('grid')
  expect(Number.parseFloat(grid.querySelector<HTMLElement>('[role=presentation]')?.style.height ?? '')).toBeLessThan(
    17_000_000,
  )
  for (const index of [0, 17, 123_456, 3_999_999, 3_999_990, 2_000_000]) {
    act(() => rerender(list(index)))
    page.settle()
    expect(drawn()).toContain(`row ${index}`)
    const row = screen.getByText(`row ${index}`)
    const at = Number(/-?[\d.]+/.exec(row.style.transform)?.[0]) - grid.scrollTop
    expect(at).toBeGreaterThan(-ROW / 2)
    expect(at).toBeLessThan(300 - ROW / 2)
  }
})
