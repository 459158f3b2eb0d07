// A table of plain rows and columns on VirtualGrid: header, cells, selection.
import clsx from 'clsx'
import type { ReactNode } from 'react'
import styles from './data-table.module.css'
import { gridCell, gridHead, VirtualGrid } from './virtual-grid'

export interface Column<R> {
  readonly name: string
  readonly title: ReactNode
  /** As in grid-template-columns: '80px', 'minmax(120px, 1fr)'. */
  readonly width: string
  readonly end?: boolean
  readonly mono?: boolean
  render(row: R): ReactNode
}

export interface DataTableProps<R> {
  label: string
  columns: readonly Column<R>[]
  rows: readonly R[]
  rowKey(row: R): string | number
  selected?: string | number | null
  onSelect?(row: R): void
  onOpen?(row: R): void
  follow?: boolean
  empty?: ReactNode
}

/** Pixels of a row beside its columns. */
const AROUND = 24

/** Pixels that a row takes at least. */
function leastOf<R>(columns: readonly Column<R>[]): number {
  return columns.reduce((sum, { width }) => sum + (Number(/\d+(?=px)/.exec(width)?.[0]) || 0), AROUND)
}

export function DataTable<R>(props: DataTableProps<R>) {
  const { label, columns, rows, rowKey, selected, onSelect, onOpen, follow, empty } = props
  const template = { gridTemplateColumns: columns.map((column) => column.width).join(' ') }
  const selectedIndex = selected == null ? -1 : rows.findIndex((row) => rowKey(row) === selected)
  const at = (index: number, run: ((row: R) => void) | undefined) => {
    const row = rows[index]
    if (row !== undefined) run?.(row)
  }
  return (
    <VirtualGrid
      label={label}
      count={rows.length}
      rowKey={(index) => {
        const row = rows[index]
        return row === undefined ? index : rowKey(row)
      }}
      selected={selectedIndex}
      onSelect={(index) => at(index, onSelect)}
      onOpen={(index) => at(index, onOpen)}
      follow={follow === true}
      minWidth={leastOf(columns)}
      empty={empty}
      header={
        <div className={styles.header} style={template}>
          {columns.map((column) => (
            <div
              key={column.name}
              {...gridHead(column.title === '' ? column.name : undefined)}
              className={clsx(styles.cell, column.end && styles.end)}
            >
              {column.title}
            </div>
          ))}
        </div>
      }
      renderRow={(index, rowProps) => {
        const row = rows[index]
        if (row === undefined) return null
        return (
          <div
            {...rowProps}
            className={clsx(rowProps.className, styles.row)}
            style={{ ...rowProps.style, ...template }}
          >
            {columns.map((column) => (
              <div
                key={column.name}
                {...gridCell}
                className={clsx(styles.cell, column.end && styles.end, column.mono && styles.mono)}
              >
                {column.render(row)}
              </div>
            ))}
          </div>
        )
      }}
    />
  )
}
