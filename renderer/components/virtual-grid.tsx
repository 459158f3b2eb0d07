// A list of rows of which only those on screen exist, however many there are. Rows are chosen with the pointer or the
// arrow keys; it follows new rows at the end only while it is at the end.
import { ArrowDown } from 'lucide-react'
import {
  Fragment,
  type KeyboardEvent,
  type MouseEvent,
  type ReactNode,
  type Ref,
  type RefObject,
  useImperativeHandle,
  useRef,
  useState,
} from 'react'
import { Button } from './button'
import { useSecondTurn } from './use-second-turn'
import { useVisibleRows } from './use-visible-rows'
import styles from './virtual-grid.module.css'

/** What a cell of a row puts on its element. */
export const gridCell = { role: 'gridcell' } as const

/** What a cell of the header puts on its element; a name where it has no words of its own. */
export const gridHead = (name?: string) =>
  ({ role: 'columnheader', ...(name === undefined ? {} : { 'aria-label': name }) }) as const

/** What a row puts on its root element. */
export interface RowProps {
  id: string
  role: 'row'
  'aria-rowindex': number
  'aria-selected': boolean
  'data-index': number
  className: string | undefined
  style: { transform: string }
}

/** What a row says of itself. */
export const gridRow = (id: string, index: number, selected: boolean) =>
  ({
    id,
    role: 'row',
    'aria-rowindex': index + 1,
    'aria-selected': selected,
    'data-index': index,
  }) as const

export interface GridHandle {
  /** Takes the focus, unless there are no rows. */
  focus(): void
  /** Does what a key does in the list; false: it does nothing there. */
  press(key: string): boolean
  scrollToEnd(): void
}

export interface VirtualGridProps {
  label: string
  count: number
  /** A name that stays with the row. */
  rowKey(index: number): string | number
  /** One element. Whoever scrolls gets the same elements with other rows in them, so they keep nothing by themselves. */
  renderRow(index: number, props: RowProps): ReactNode
  /** A row of column headers: an element whose children have `gridHead`. */
  header?: ReactNode
  /** Index of the chosen row; -1: none. */
  selected: number
  onSelect(index: number, by: 'pointer' | 'keys'): void
  /** Enter or double click. */
  onOpen?(index: number): void
  /** Follow new rows at the end. */
  follow?: boolean
  rowHeight?: number
  /** Pixels that a row takes at least: in less room, the list and its header are scrolled sideways. */
  minWidth?: number
  /** Shown where there are no rows. */
  empty?: ReactNode
  handle?: Ref<GridHandle>
  /** Puts something around the list and its header that goes by which rows are on screen. */
  around?(first: number, last: number, content: ReactNode): ReactNode
}

export const ROW_HEIGHT = 28

export function VirtualGrid(props: VirtualGridProps) {
  const { label, count, rowKey, renderRow, header, selected, onSelect, onOpen, rowHeight = ROW_HEIGHT, empty } = props
  const scroller = useRef<HTMLDivElement>(null)
  const head = useRef<HTMLDivElement>(null)
  const [prefix] = useState(() => `grid${Math.random().toString(36).slice(2, 8)}`)
  const selectedKey = selected >= 0 ? rowKey(selected) : null
  const rows = useVisibleRows(scroller, { count, rowHeight, follow: props.follow === true, selected, selectedKey })
  const { first, last, slots, behind } = rows
  // A view opens at once, and its rows follow.
  const ready = useSecondTurn()

  const page = () => Math.max(1, Math.floor((scroller.current?.clientHeight ?? 0) / rowHeight) - 1)
  const press = (key: string): boolean => {
    if (key === 'Enter' && selected >= 0) {
      onOpen?.(selected)
      return true
    }
    const next = nextIndex(key, selected, count, page())
    if (next === null || count === 0) return false
    onSelect(next, 'keys')
    return true
  }
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target !== event.currentTarget || event.metaKey || event.ctrlKey || event.altKey) return
    if (press(event.key)) event.preventDefault()
  }
  useImperativeHandle(props.handle, () => ({
    focus: () => (count > 0 ? scroller.current?.focus() : undefined),
    press,
    scrollToEnd: rows.toEnd,
  }))

  const content = (
    <div className={styles.grid} style={{ '--grid-least': `${props.minWidth ?? 0}px` }}>
      {header ? (
        // biome-ignore lint/a11y/useSemanticElements lint/a11y/useFocusableInteractive: not a table element; nothing to do in it by keys
        <div
          ref={head}
          id={`${prefix}-head`}
          role="row"
          className={styles.head}
          onScroll={() => scrollAlong(head, scroller)}
        >
          {header}
        </div>
      ) : null}
      {/* biome-ignore lint/a11y/useSemanticElements: a table element cannot be virtualized */}
      <div
        ref={scroller}
        role="grid"
        aria-label={label}
        aria-rowcount={count}
        // The header does not scroll, so it stands outside; it is the grid's all the same.
        aria-owns={header ? `${prefix}-head` : undefined}
        aria-activedescendant={selected >= first && selected <= last ? `${prefix}-${rowKey(selected)}` : undefined}
        // Where there are no rows, there is nothing to do with the keys.
        tabIndex={count === 0 ? -1 : 0}
        className={styles.scroller}
        onScroll={() => {
          scrollAlong(scroller, head)
          rows.onScroll()
        }}
        onKeyDown={onKeyDown}
        onClick={(event) => withRow(event, (index) => onSelect(index, 'pointer'))}
        onDoubleClick={(event) => withRow(event, onOpen)}
      >
        {count === 0 ? (
          empty
        ) : (
          <div role="presentation" className={styles.rows} style={{ height: rows.content }}>
            {(ready ? indexes(first, last) : []).map((index) => (
              <Fragment key={index % slots}>
                {renderRow(index, {
                  ...gridRow(`${prefix}-${rowKey(index)}`, index, index === selected),
                  className: styles.row,
                  style: { transform: `translateY(${rows.offsetOf(index)}px)` },
                })}
              </Fragment>
            ))}
          </div>
        )}
      </div>
      {props.follow && behind > 0 ? (
        <Button className={styles.toEnd} small icon={<ArrowDown />} onClick={rows.toEnd}>
          {behind} new
        </Button>
      ) : null}
    </div>
  )
  return props.around ? props.around(first, last, content) : content
}

/** Header and rows are scrolled sideways together, whichever of them was: the focus may move the header. */
function scrollAlong(from: RefObject<HTMLElement | null>, to: RefObject<HTMLElement | null>): void {
  if (from.current && to.current && to.current.scrollLeft !== from.current.scrollLeft) {
    to.current.scrollLeft = from.current.scrollLeft
  }
}

function indexes(first: number, last: number): number[] {
  return Array.from({ length: Math.max(0, last - first + 1) }, (_, i) => first + i)
}

/** Runs with the index of the row that was clicked, unless a button in it was. */
function withRow(event: MouseEvent, run: ((index: number) => void) | undefined): void {
  if (!(event.target instanceof Element) || event.target.closest('button, a')) return
  const row = event.target.closest<HTMLElement>('[role=row]')
  if (row?.dataset.index !== undefined) run?.(Number(row.dataset.index))
}

function nextIndex(key: string, selected: number, count: number, page: number): number | null {
  const within = (index: number) => Math.max(0, Math.min(count - 1, index))
  switch (key) {
    case 'ArrowDown':
      return within(selected + 1)
    case 'ArrowUp':
      return selected < 0 ? count - 1 : within(selected - 1)
    case 'PageDown':
      return within(selected + page)
    case 'PageUp':
      return within(selected - page)
    case 'Home':
      return 0
    case 'End':
      return count - 1
    default:
      return null
  }
}
