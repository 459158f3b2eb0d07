// The rows of a hex view: sixteen bytes each, and one for each place where bytes are missing. Rows after it tell where in the
// body their bytes are.
import { type Gap, missingWords } from './body-gaps'

export const PER_ROW = 16

export type HexRow =
  /** Bytes that are here, from `start` to `end`; `offset`: where in the body they begin, null where that is not known. */
  | { readonly kind: 'bytes'; readonly start: number; readonly end: number; readonly offset: number | null }
  | { readonly kind: 'gap'; readonly words: string }

interface Stretch {
  /** Its first row, which is that of the gap before it, where there is one. */
  readonly row: number
  readonly gap: Gap | null
  readonly start: number
  readonly end: number
  readonly offset: number | null
}

export interface HexRows {
  readonly count: number
  rowAt(index: number): HexRow
}

/** @param length bytes that are here @param gaps where others are missing between them, in order */
export function hexRows(length: number, gaps: readonly Gap[]): HexRows {
  const stretches: Stretch[] = []
  let row = 0
  let offset: number | null = 0
  const add = (gap: Gap | null, end: number) => {
    const start = gap?.at ?? 0
    if (gap) offset = offset === null || gap.bytes === null ? null : offset + gap.bytes
    stretches.push({ row, gap, start, end, offset })
    row += (gap ? 1 : 0) + Math.ceil((end - start) / PER_ROW)
    if (offset !== null) offset += end - start
  }
  add(null, gaps[0]?.at ?? length)
  for (const [index, gap] of gaps.entries()) add(gap, gaps[index + 1]?.at ?? length)
  return {
    count: row,
    rowAt: (index) =>
      rowOf(
        stretches.findLast((each) => each.row <= index),
        index,
      ),
  }
}

function rowOf(stretch: Stretch | undefined, index: number): HexRow {
  if (!stretch) return { kind: 'gap', words: '' }
  const { row, gap, end, offset } = stretch
  if (gap && index === row) return { kind: 'gap', words: missingWords(gap) }
  const within = (index - row - (gap ? 1 : 0)) * PER_ROW
  const start = stretch.start + within
  return { kind: 'bytes', start, end: Math.min(end, start + PER_ROW), offset: offset === null ? null : offset + within }
}
