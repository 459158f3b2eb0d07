// The columns of the exchanges table, and their widths.
import { useState } from 'react'
import { loadNumber, storeNumber } from '../../components/stored-number'

export const columnNames = ['id', 'kind', 'method', 'path', 'status', 'channels', 'state', 'waterfall'] as const
export type ColumnName = (typeof columnNames)[number]

export const columnTitles: Record<ColumnName, string> = {
  id: '#',
  kind: 'Kind',
  method: 'Method',
  path: 'Path',
  status: 'Status',
  channels: 'Channels',
  state: 'State',
  waterfall: 'Waterfall',
}

/** Pixels; the others share what is left. */
const widths: Partial<Record<ColumnName, number>> = {
  id: 56,
  kind: 112,
  method: 66,
  status: 58,
  channels: 164,
  state: 182,
}
const shares: Partial<Record<ColumnName, string>> = { path: 'minmax(120px, 1.2fr)', waterfall: 'minmax(160px, 1fr)' }
export const SMALLEST = 40
export const LARGEST = 600

export interface Columns {
  /** As in grid-template-columns. */
  readonly template: string
  /** Width of a column that can be changed, in pixels; null: it takes what is left. */
  widthOf(name: ColumnName): number | null
  resize(name: ColumnName, width: number): void
}

/** Widths as this machine remembers them. */
export function useColumns(): Columns {
  const [current, setCurrent] = useState(() => {
    const entries = Object.entries(widths).map(([name, width]) => [name, loadNumber(`column.${name}`, width)] as const)
    return Object.fromEntries(entries) as Partial<Record<ColumnName, number>>
  })
  return {
    template: columnNames.map((name) => shares[name] ?? `${current[name] ?? 100}px`).join(' '),
    widthOf: (name) => current[name] ?? null,
    resize(name, width) {
      const bounded = Math.round(Math.max(SMALLEST, Math.min(LARGEST, width)))
      setCurrent((before) => ({ ...before, [name]: bounded }))
      storeNumber(`column.${name}`, bounded)
    },
  }
}
