// The head of the exchanges table: titles, handles that change a column's width, and the waterfall's legend.
import { type KeyboardEvent, type PointerEvent, type Ref, useContext, useState } from 'react'
import { gridHead } from '../../components/virtual-grid'
import { type ColumnName, type Columns, columnNames, columnTitles, LARGEST, SMALLEST } from './columns'
import styles from './table-header.module.css'
import { axisLabel } from './time-window'
import { WaterfallContext } from './waterfall'

export interface TableHeaderProps {
  columns: Columns
  /** The waterfall's cell, to be measured. */
  waterfall: Ref<HTMLDivElement>
}

export function TableHeader({ columns, waterfall }: TableHeaderProps) {
  const [stop, setStop] = useState<ColumnName>('id')
  return (
    <div className={styles.header} data-columns>
      {columnNames.map((name) =>
        name === 'waterfall' ? (
          <div key={name} ref={waterfall} {...gridHead(columnTitles[name])} className={styles.waterfall}>
            <Legend />
            <Span />
          </div>
        ) : (
          <div key={name} {...gridHead()} className={styles.cell}>
            {columnTitles[name]}
            <Resizer name={name} columns={columns} stop={name === stop} onGo={setStop} />
          </div>
        ),
      )}
    </div>
  )
}

/** The stretch of time that the bars below show. */
function Span() {
  const { from, to } = useContext(WaterfallContext)
  return (
    <span className={styles.span}>
      {axisLabel(from)} – {axisLabel(to)}
    </span>
  )
}

function Legend() {
  return (
    <span className={styles.legend}>
      Backend <i className={styles.backend} /> hold <i className={styles.hold} /> delivered <i className={styles.dot} />
    </span>
  )
}

interface ResizerProps {
  name: ColumnName
  columns: Columns
  /** Tab stops at it; from there the others are reached by ↑ and ↓. */
  stop: boolean
  onGo(name: ColumnName): void
}

/** Pixels of one press of an arrow key; with Shift more. */
const STEP = 8
const LARGE_STEP = 40

/** Drag it to make a column wider, or press the arrow keys on it. */
function Resizer({ name, columns, stop, onGo }: ResizerProps) {
  const width = columns.widthOf(name)
  if (width === null) return null
  const onKeyDown = (event: KeyboardEvent<HTMLElement>) => {
    const step = event.shiftKey ? LARGE_STEP : STEP
    if (event.key === 'ArrowLeft') columns.resize(name, width - step)
    else if (event.key === 'ArrowRight') columns.resize(name, width + step)
    else if (event.key === 'ArrowUp' || event.key === 'ArrowDown') goOn(event.currentTarget, event.key, onGo)
    else return
    event.preventDefault()
    event.stopPropagation()
  }
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const handle = event.currentTarget
    const start = event.clientX
    handle.setPointerCapture(event.pointerId)
    const move = (next: globalThis.PointerEvent) => columns.resize(name, width + next.clientX - start)
    handle.addEventListener('pointermove', move)
    handle.addEventListener('pointerup', () => handle.removeEventListener('pointermove', move), { once: true })
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: a rule between paragraphs can't be moved
    <span
      role="separator"
      tabIndex={stop ? 0 : -1}
      className={styles.resizer}
      data-column={name}
      aria-orientation="vertical"
      aria-label={`Width of ${columnTitles[name] === '#' ? 'number' : columnTitles[name]}`}
      aria-valuenow={width}
      aria-valuemin={SMALLEST}
      aria-valuemax={LARGEST}
      title="Drag, or ← → to change the width, ↑ ↓ to go to another column"
      onKeyDown={onKeyDown}
      onFocus={() => onGo(name)}
      onPointerDown={onPointerDown}
    />
  )
}

/** To the handle before or after this one. */
function goOn(from: HTMLElement, key: 'ArrowUp' | 'ArrowDown', onGo: (name: ColumnName) => void): void {
  const all = [...(from.closest('[data-columns]')?.querySelectorAll<HTMLElement>('[data-column]') ?? [])]
  const next = all[all.indexOf(from) + (key === 'ArrowDown' ? 1 : -1)]
  const name = columnNames.find((each) => each === next?.dataset.column)
  if (!next || !name) return
  onGo(name)
  next.focus()
}
