// Bytes as hexadecimal numbers and characters, sixteen a row; what is looked for is marked in both.
import { type ReactNode, useContext, useMemo } from 'react'
import type { Gap } from './body-gaps'
import { byteMarks, markedBytes, type Range } from './byte-marks'
import { hexRows, PER_ROW } from './hex-rows'
import styles from './hex-view.module.css'
import { MarksContext } from './marks'
import { gridCell, VirtualGrid } from './virtual-grid'

const ROW = 18
/** Pixels of a row. */
const LEAST = 660
const NONE: readonly Gap[] = []

/** @param gaps where bytes are missing */
export function HexView({ bytes, gaps = NONE, label }: { bytes: Uint8Array; gaps?: readonly Gap[]; label: string }) {
  const marks = useContext(MarksContext)
  const patterns = useMemo(() => byteMarks(marks), [marks])
  const rows = useMemo(() => hexRows(bytes.length, gaps), [bytes, gaps])
  return (
    <VirtualGrid
      label={label}
      count={rows.count}
      rowHeight={ROW}
      minWidth={LEAST}
      rowKey={(index) => index}
      selected={-1}
      onSelect={() => {}}
      renderRow={(index, props) => {
        const row = rows.rowAt(index)
        const className = `${props.className} ${styles.row}`
        if (row.kind === 'gap') {
          return (
            <div {...props} className={className}>
              <span {...gridCell} className={styles.offset}>
                ⋯ {row.words} ⋯
              </span>
            </div>
          )
        }
        const { offset, hex, text } = hexRow(bytes.subarray(0, row.end), row.start, row.offset)
        const ranges = markedBytes(bytes, patterns, row.start, row.end - row.start)
        return (
          <div {...props} className={className}>
            <span {...gridCell} className={styles.offset}>
              {offset}
            </span>
            <span {...gridCell}>{withMarks(hex, ranges, hexPlace, 2)}</span>
            <span {...gridCell} className={styles.text}>
              {withMarks(text, ranges, (byte) => byte, 1)}
            </span>
          </div>
        )
      }}
    />
  )
}

/**
 * One row: where it begins, its bytes in two groups of eight, and what can be printed of them.
 * @param offset where in the body its bytes are; null: that is not known
 */
export function hexRow(
  bytes: Uint8Array,
  start: number,
  offset: number | null = start,
): { offset: string; hex: string; text: string } {
  const row = bytes.subarray(start, start + PER_ROW)
  const pairs = Array.from(row, (byte) => byte.toString(16).padStart(2, '0'))
  const hex = `${pairs.slice(0, 8).join(' ').padEnd(23)}  ${pairs.slice(8).join(' ').padEnd(23)}`
  const text = Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('')
  return { offset: offset === null ? '????????' : offset.toString(16).padStart(8, '0'), hex, text }
}

/** Where the numbers of a byte of the row begin: the second group is one space further. */
function hexPlace(byte: number): number {
  return byte * 3 + (byte >= 8 ? 1 : 0)
}

/** @param placeOf where in the text a byte of the row is @param width characters of a byte */
function withMarks(text: string, ranges: readonly Range[], placeOf: (byte: number) => number, width: number) {
  const parts: ReactNode[] = []
  let at = 0
  for (const [from, to] of ranges) {
    const end = placeOf(to - 1) + width
    parts.push(text.slice(at, placeOf(from)), <mark key={from}>{text.slice(placeOf(from), end)}</mark>)
    at = end
  }
  return at === 0 ? text : [...parts, text.slice(at)]
}
