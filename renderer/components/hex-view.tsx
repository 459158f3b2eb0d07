// Bytes as hexadecimal numbers and characters, sixteen a row.

import styles from './hex-view.module.css'
import { gridCell, VirtualGrid } from './virtual-grid'

const PER_ROW = 16
const ROW = 18
/** Pixels of a row. */
const LEAST = 660

export function HexView({ bytes, label }: { bytes: Uint8Array; label: string }) {
  return (
    <VirtualGrid
      label={label}
      count={Math.ceil(bytes.length / PER_ROW)}
      rowHeight={ROW}
      minWidth={LEAST}
      rowKey={(index) => index}
      selected={-1}
      onSelect={() => {}}
      renderRow={(index, props) => {
        const { offset, hex, text } = hexRow(bytes, index * PER_ROW)
        return (
          <div {...props} className={`${props.className} ${styles.row}`}>
            <span {...gridCell} className={styles.offset}>
              {offset}
            </span>
            <span {...gridCell}>{hex}</span>
            <span {...gridCell} className={styles.text}>
              {text}
            </span>
          </div>
        )
      }}
    />
  )
}

/** One row: where it begins, its bytes in two groups of eight, and what can be printed of them. */
export function hexRow(bytes: Uint8Array, start: number): { offset: string; hex: string; text: string } {
  const row = bytes.subarray(start, start + PER_ROW)
  const pairs = Array.from(row, (byte) => byte.toString(16).padStart(2, '0'))
  const hex = `${pairs.slice(0, 8).join(' ').padEnd(23)}  ${pairs.slice(8).join(' ').padEnd(23)}`
  const text = Array.from(row, (byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : '·')).join('')
  return { offset: start.toString(16).padStart(8, '0'), hex, text }
}
