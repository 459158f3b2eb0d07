// A table of plain rows and columns on VirtualGrid: header, cells, selection.
import clsx from 'clsx'
import { memo, type ReactNode } from 'react'
import styles from './data-table.module.css'
import { gridCell, gridHead, gridRow, VirtualGrid } from './virtual-grid'

export interface Column<R> {
  readonly name: string
  readonly title: ReactNode
  /** As in grid-template-columns: '80px', 'minmax(120px, 1fr)'. */
  readonly width: string
  readonly end?: boolean
  readonly mono?: boolean
  render(row: R): ReactNode
}

/** Rows by their place, such as an array: of very many, only those that are shown are looked up. */
export interface RowList<R> {
  readonly length: number
  at(index: number): R | undefined
}

export interface DataTableProps<R> {
  label: string
  /** Give the same list as long as they are the same columns: rows are drawn again when it changes. */
  columns: readonly Column<R>[]
  rows: RowList<R>
  rowKey(row: R): string | number
  selected?: string | number | null
  /** Where the selected row is, if that can be told without going through all; -1: nowhere. */
  selectedIndex?: number
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
  const template = columns.map((column) => column.width).join(' ')
  const selectedIndex = props.selectedIndex ?? indexOf(rows, rowKey, selected ?? null)
  const at = (index: number, run: ((row: R) => void) | undefined) => {
    const row = rows.at(index)
    if (row !== undefined) run?.(row)
  }
  return (
    <VirtualGrid
      label={label}
      count={rows.length}
      rowKey={(index) => {
        const row = rows.at(index)
        return row === undefined ? index : rowKey(row)
      }}
      selected={selectedIndex}
      onSelect={(index) => at(index, onSelect)}
      onOpen={(index) => at(index, onOpen)}
      follow={follow === true}
      minWidth={leastOf(columns)}
      empty={empty}
      header={
        <div className={styles.header} style={{ gridTemplateColumns: template }}>
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
        const row = rows.at(index)
        if (row === undefined) return null
        return (
          <DataRow
            row={row}
            columns={columns}
            template={template}
            index={index}
            chosen={rowProps['aria-selected']}
            top={rowProps.style.transform}
            domId={rowProps.id}
            rowClass={rowProps.className}
          />
        )
      }}
    />
  )
}

function indexOf<R>(rows: RowList<R>, rowKey: (row: R) => string | number, key: string | number | null): number {
  if (key === null) return -1
  for (let index = 0; index < rows.length; index += 1) {
    const row = rows.at(index)
    if (row !== undefined && rowKey(row) === key) return index
  }
  return -1
}

interface DataRowProps<R> {
  row: R
  columns: readonly Column<R>[]
  /** As in grid-template-columns. */
  template: string
  index: number
  chosen: boolean
  /** Pixels from the top of the list. */
  top: string
  domId: string
  rowClass: string | undefined
}

/** Drawn anew only when one of its values changed: scrolling moves most rows as they are. */
const DataRow = memo(function DataRow<R>(props: DataRowProps<R>) {
  const { row, columns, template, top } = props
  return (
    <div
      {...gridRow(props.domId, props.index, props.chosen)}
      className={clsx(props.rowClass, styles.row)}
      style={{ transform: top, gridTemplateColumns: template }}
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
}) as <R>(props: DataRowProps<R>) => ReactNode
