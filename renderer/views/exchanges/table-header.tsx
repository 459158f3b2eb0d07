// The head of the exchanges table: titles, handles that change a column's width, and the waterfall's legend.
import type { PointerEvent, Ref } from 'react'
import { gridHead } from '../../components/virtual-grid'
import { type ColumnName, type Columns, columnNames, columnTitles } from './columns'
import styles from './table-header.module.css'
import { axisLabel, type TimeWindow } from './time-window'

export interface TableHeaderProps {
  columns: Columns
  /** The waterfall's cell, to be measured. */
  waterfall: Ref<HTMLDivElement>
  window: TimeWindow
}

export function TableHeader({ columns, waterfall, window }: TableHeaderProps) {
  return (
    <div className={styles.header}>
      {columnNames.map((name) =>
        name === 'waterfall' ? (
          <div key={name} ref={waterfall} {...gridHead(columnTitles[name])} className={styles.waterfall}>
            <Legend />
            <span className={styles.span}>
              {axisLabel(window.from)} – {axisLabel(window.to)}
            </span>
          </div>
        ) : (
          <div key={name} {...gridHead()} className={styles.cell}>
            {columnTitles[name]}
            <Resizer name={name} columns={columns} />
          </div>
        ),
      )}
    </div>
  )
}

function Legend() {
  return (
    <span className={styles.legend}>
      Backend <i className={styles.backend} /> hold <i className={styles.hold} /> delivered <i className={styles.dot} />
    </span>
  )
}

/** Drag to make a column wider. */
function Resizer({ name, columns }: { name: ColumnName; columns: Columns }) {
  const width = columns.widthOf(name)
  if (width === null) return null
  const onPointerDown = (event: PointerEvent<HTMLElement>) => {
    const handle = event.currentTarget
    const start = event.clientX
    handle.setPointerCapture(event.pointerId)
    const move = (next: globalThis.PointerEvent) => columns.resize(name, width + next.clientX - start)
    handle.addEventListener('pointermove', move)
    handle.addEventListener('pointerup', () => handle.removeEventListener('pointermove', move), { once: true })
  }
  return <span className={styles.resizer} onPointerDown={onPointerDown} />
}
