import { expect, test } from 'vitest'
import { type HexRow, hexRows } from './hex-rows'

const all = (length: number, gaps: Parameters<typeof hexRows>[1] = []): readonly string[] => {
  const rows = hexRows(length, gaps)
  const words = (row: HexRow) => (row.kind === 'gap' ? row.words : `${row.offset}: ${row.start}-${row.end}`)
  return Array.from({ length: rows.count }, (_, index) => words(rows.rowAt(index)))
}

test('rows have sixteen bytes each', () => {
  expect(all(0)).toEqual([])
  expect(all(16)).toEqual(['0: 0-16'])
  expect(all(33)).toEqual(['0: 0-16', '16: 16-32', '32: 32-33'])
})

test('a gap is a row of its own, and what follows is where it is in the body', () => {
  expect(all(40, [{ at: 20, bytes: 1024 }])).toEqual([
    '0: 0-16',
    '16: 16-20',
    '1 KiB are not kept',
    '1044: 20-36',
    '1060: 36-40',
  ])
})

test.each<[gaps: Parameters<typeof hexRows>[1], rows: readonly string[]]>([
  [[{ at: 0, bytes: 5 }], ['5 B are not kept', '5: 0-8']],
  [[{ at: 8, bytes: 5 }], ['0: 0-8', '5 B are not kept']],
  [[{ at: 3, bytes: null }], ['0: 0-3', 'some bytes are not kept', 'null: 3-8']],
  [
    [
      { at: 2, bytes: 1 },
      { at: 5, bytes: null },
      { at: 6, bytes: 9 },
    ],
    ['0: 0-2', '1 B is not kept', '3: 2-5', 'some bytes are not kept', 'null: 5-6', '9 B are not kept', 'null: 6-8'],
  ],
])('with %j of eight bytes', (gaps, rows) => {
  expect(all(8, gaps)).toEqual(rows)
})
