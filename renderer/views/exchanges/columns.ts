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

interface Measure {
  /** Pixels where there is room. */
  readonly width: number
  /** Pixels that are left where there is not. */
  readonly least: number
}

/** Columns of a width that can be changed. */
const sized: Partial<Record<ColumnName, Measure>> = {
  id: { width: 56, least: 40 },
  kind: { width: 112, least: 86 },
  method: { width: 66, least: 52 },
  status: { width: 58, least: 44 },
  channels: { width: 164, least: 76 },
  state: { width: 182, least: 104 },
}
/** Columns that share what is left, with the part that each gets. */
const shared: Partial<Record<ColumnName, Measure & { readonly part: number }>> = {
  path: { width: 120, least: 78, part: 1.2 },
  waterfall: { width: 160, least: 90, part: 1 },
}
/** Pixels of a row beside its columns. */
const AROUND = 22
export const SMALLEST = 40
export const LARGEST = 600

export type Widths = Readonly<Partial<Record<ColumnName, number>>>

export interface FittedColumns {
  /** As in grid-template-columns. */
  readonly template: string
  /** Pixels that a row takes at least: in less room, the table is scrolled sideways. */
  readonly least: number
  /** Widths that are shown, of columns whose width can be changed. */
  readonly widths: Widths
}

/**
 * Widths for a table of that many pixels. Columns are as wide as they should be where there is room, and narrower, each
 * in proportion to what it can spare, where there is not. One that somebody made wider or narrower stays as it is.
 */
export function fitColumns(available: number, chosen: Widths): FittedColumns {
  const all = columnNames.flatMap((name) => {
    const measure = sized[name] ?? shared[name]
    if (!measure) return []
    const own = chosen[name]
    return [{ name, ...(own === undefined ? measure : { width: own, least: own }) }]
  })
  const wanted = all.reduce((sum, { width }) => sum + width, AROUND)
  const spare = all.reduce((sum, { width, least }) => sum + width - least, 0)
  const missing = Math.max(0, wanted - available)
  const part = spare === 0 ? 0 : Math.min(1, missing / spare)
  const shown = new Map(all.map(({ name, width, least }) => [name, Math.floor(width - (width - least) * part)]))
  const widthOf = (name: ColumnName) => shown.get(name) ?? 0
  return {
    template: columnNames
      .map((name) => {
        const share = shared[name]
        return share ? `minmax(${widthOf(name)}px, ${share.part}fr)` : `${widthOf(name)}px`
      })
      .join(' '),
    least: columnNames.reduce((sum, name) => sum + widthOf(name), AROUND),
    widths: Object.fromEntries(columnNames.flatMap((name) => (sized[name] ? [[name, widthOf(name)]] : []))),
  }
}

export interface Columns extends FittedColumns {
  /** Width of a column that can be changed, in pixels; null: it takes what is left. */
  widthOf(name: ColumnName): number | null
  resize(name: ColumnName, width: number): void
}

/**
 * Widths as this machine remembers them.
 * @param available pixels of the table
 */
export function useColumns(available: number): Columns {
  const [chosen, setChosen] = useState<Widths>(() =>
    Object.fromEntries(
      columnNames.flatMap((name) => {
        const width = sized[name] ? loadNumber(`column.${name}`, 0) : 0
        return width > 0 ? [[name, width]] : []
      }),
    ),
  )
  const fitted = fitColumns(available, chosen)
  return {
    ...fitted,
    widthOf: (name) => fitted.widths[name] ?? null,
    resize(name, width) {
      const bounded = Math.round(Math.max(SMALLEST, Math.min(LARGEST, width)))
      setChosen((before) => ({ ...before, [name]: bounded }))
      storeNumber(`column.${name}`, bounded)
    },
  }
}
